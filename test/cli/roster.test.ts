import { describe, expect, it } from 'vitest'
import { GOOD, HEADER, Operator } from './operator.ts'

const operator = new Operator()

/** The same roster parted by something else. */
const parted = (mark: string): string =>
  GOOD.replaceAll(',', mark).replace(`"Rubavu${mark} Lake HC"`, '"Rubavu, Lake HC"')
const SEMICOLONS = parted(';')
const TABS = parted('\t')

describe('people import', () => {
  it('puts good rows in', async () => {
    expect(await operator.importing(GOOD)).toEqual({
      code: 0,
      lines: ['3 added, 0 changed, 0 unchanged, 0 refused'],
    })
    expect(await operator.people()).toEqual([
      {
        name: 'Joseph Nshuti',
        role: 'mentee',
        cadre: 'nurse',
        language: 'rw',
        phone: '+250788000001',
        invite_code: 'JOSEPH-1',
        facility: 'Rubavu, Lake HC',
        district: 'Rubavu',
        telegram: null,
      },
      {
        name: 'Amina Ingabire',
        role: 'district_based_mentor',
        cadre: 'midwife',
        language: 'fr',
        phone: null,
        invite_code: null,
        facility: 'Three Hills DH',
        district: 'Rubavu',
        telegram: '123456',
      },
      {
        name: 'Chidi Okello',
        role: 'mentee',
        cadre: 'chw',
        language: 'en',
        phone: null,
        invite_code: 'CHIDI-1',
        facility: null,
        district: null,
        telegram: null,
      },
    ])
  })

  it('changes nothing the second time', async () => {
    await operator.importing(GOOD)
    const before = await operator.everything()
    expect(await operator.importing(GOOD)).toEqual({
      code: 0,
      lines: ['0 added, 0 changed, 3 unchanged, 0 refused'],
    })
    expect(await operator.everything()).toEqual(before)
  })

  it('changes nothing the second time when somebody has two Telegram accounts', async () => {
    await operator.importing(GOOD)
    await operator.importing(`${HEADER}Joseph Nshuti,0788 000 001,777,rw,mentee,nurse,,,\n`)
    const twice = `${HEADER}Joseph Nshuti,0788 000 001,888,rw,mentee,nurse,,,\n`
    expect((await operator.importing(twice)).lines).toEqual(['0 added, 1 changed, 0 unchanged, 0 refused'])
    const before = await operator.everything()
    expect((await operator.importing(twice)).lines).toEqual(['0 added, 0 changed, 1 unchanged, 0 refused'])
    expect((await operator.importing(twice.replace('888', '777'))).lines).toEqual([
      '0 added, 0 changed, 1 unchanged, 0 refused',
    ])
    expect(await operator.everything()).toEqual(before)
  })

  it.each([
    [',0788000002,,,mentee,nurse,,,', 'the name is missing'],
    ['Ruth Keza,0788000002,,,,nurse,,,', 'the role is missing'],
    [
      `${'Ruth '.repeat(50)},0788000002,,,mentee,nurse,,,`,
      'the name is longer than 200 characters: shorten it',
    ],
    [
      'Ruth Keza,0788000002,,,boss,nurse,,,',
      '"boss" is no role of the programme: write one such as mentee, district_based_mentor or community_mentor',
    ],
    [
      'Ruth Keza,0788000002,,,mentee,doctor,,,',
      '"doctor" is no cadre: write nurse, midwife, medical_doctor, intern_doctor, health_post_provider or chw',
    ],
    [
      'Ruth Keza,0788000002,,de,mentee,nurse,,,',
      '"de" is no language of the service: write en, fr, rw or sw',
    ],
    [
      'Ruth Keza,12,,,mentee,nurse,,,',
      'the phone is not a telephone number: write it as +250 and nine digits',
    ],
    [
      'Ruth Keza,2.50788E+11,,,mentee,nurse,,,',
      'the phone is not a telephone number: write it as +250 and nine digits',
    ],
    [
      'Ruth Keza,,@ruth,,mentee,nurse,,,',
      'telegram is not a numeric user id: leave it empty if you only know the name',
    ],
    [
      'Ruth Keza,,-100123,,mentee,nurse,,,',
      'telegram is not a numeric user id: leave it empty if you only know the name',
    ],
    [
      'Ruth Keza,,0,,mentee,nurse,,,',
      'telegram is not a numeric user id: leave it empty if you only know the name',
    ],
    [
      'Ruth Keza,,,,mentee,nurse,,,a b c d',
      'the invite code needs 4 to 40 letters, digits or hyphens, without spaces',
    ],
    [
      'Ruth Keza,,,,mentee,nurse,,,abc',
      'the invite code needs 4 to 40 letters, digits or hyphens, without spaces',
    ],
    [
      'Ruth Keza,,,,mentee,nurse,Rubavu,,',
      'there is no way to know them: give a phone, a telegram id or an invite code',
    ],
    [
      'Ruth Keza,0788000002,,,mentee,nurse,Rubavu, Lake HC,Rubavu,RUTH-1',
      'it has more cells than the first line: put a cell that holds a comma in quotes',
    ],
  ])('reports %j and takes the others', async (row, reason) => {
    const lines = GOOD.split('\n')
    lines.splice(2, 0, row)
    expect(await operator.importing(lines.join('\n'))).toEqual({
      code: 1,
      lines: [`line 3: ${reason}`, '3 added, 0 changed, 0 unchanged, 1 refused'],
    })
    expect((await operator.people()).map(({ name }) => name)).toEqual([
      'Joseph Nshuti',
      'Amina Ingabire',
      'Chidi Okello',
    ])
  })

  it('reports several bad rows in their order, with the lines an editor shows', async () => {
    const csv = `${HEADER}\nJoseph,,,,mentee,,,,\n"Amina\nIngabire",0788000003,,,mentee,,,,\n,,,,,,,,\nRuth,,,,queen,,,,\nChidi,,,,mentee,,a,b,c,d\n`
    expect((await operator.importing(csv)).lines).toEqual([
      'line 3: there is no way to know them: give a phone, a telegram id or an invite code',
      'line 7: "queen" is no role of the programme: write one such as mentee, district_based_mentor or community_mentor',
      'line 8: it has more cells than the first line: put a cell that holds a comma in quotes',
      '1 added, 0 changed, 0 unchanged, 3 refused',
    ])
  })

  it.each([
    ['phone', 'Ruth Keza,+250788000001,,,mentee,nurse,,,'],
    ['telegram id', 'Ruth Keza,,123456,,mentee,nurse,,,'],
    ['invite code', 'Ruth Keza,,,,mentee,nurse,,,joseph-1'],
  ])('reports a %s that two people of one file have, and keeps the first', async (what, row) => {
    const first = what === 'telegram id' ? 3 : 2
    const { code, lines } = await operator.importing(GOOD + row)
    expect(code).toBe(1)
    expect(lines[0]).toBe(
      `line 5: the ${what} stands on line ${first} already, for somebody else or said otherwise: give each person one line and ${what === 'invite code' ? 'an' : 'a'} ${what} of their own`,
    )
    expect((await operator.people()).map(({ name }) => name)).toEqual([
      'Joseph Nshuti',
      'Amina Ingabire',
      'Chidi Okello',
    ])
    // The same again: still nothing changes.
    const before = await operator.everything()
    await operator.importing(GOOD + row)
    expect(await operator.everything()).toEqual(before)
  })

  // A quote that is opened or closed where it may not be once made the whole file unreadable.
  it.each([
    ['inside a cell', 'Ruth "Ruti" Keza,0788000002,,,mentee,nurse,,,'],
    ['around a part of a cell', '"Ruth" Keza,0788000002,,,mentee,nurse,,,'],
    ['never closed', '"Ruth Keza,0788000002,,,mentee,nurse,,,'],
  ])('reports a row with a quote %s, and takes those before and behind it', async (_name, row) => {
    const lines = GOOD.split('\n')
    lines.splice(2, 0, row)
    for (const added of [3, 0])
      expect(await operator.importing(lines.join('\n'))).toEqual({
        code: 1,
        lines: [
          'line 3: a quote is astray: put the whole cell in quotes and write each quote within it twice, or take it out',
          `${added} added, 0 changed, ${3 - added} unchanged, 1 refused`,
        ],
      })
    expect((await operator.people())[0]).toMatchObject({ facility: 'Rubavu, Lake HC' })
  })

  it('takes a line that stands there twice for one', async () => {
    expect((await operator.importing(GOOD + GOOD.split('\n')[1])).lines).toEqual([
      '3 added, 0 changed, 1 unchanged, 0 refused',
    ])
  })

  it('reports a row that mixes two people up', async () => {
    await operator.importing(GOOD)
    expect(
      (await operator.importing(`${HEADER}Joseph Nshuti,0788000001,123456,,mentee,nurse,,,\n`)).lines[0],
    ).toBe(
      'line 2: the phone, telegram id and invite code belong to different people on the roster: correct them',
    )
  })

  it.each([
    ['a mark at the beginning', `\uFEFF${GOOD}`],
    ['lines as Windows ends them', GOOD.replaceAll('\n', '\r\n')],
    ['lines as an old Mac ends them', GOOD.replaceAll('\n', '\r')],
    [
      'a header in capitals, with spaces',
      GOOD.replace(HEADER, `${HEADER.toUpperCase().trim().replaceAll(',', ' , ')}\n`),
    ],
    ['semicolons, as spreadsheets of French offices write them', SEMICOLONS],
    ['the separator that Excel names in a line of its own', `sep=;\r\n${SEMICOLONS}`],
    ['cells that were copied out of a spreadsheet', TABS],
    ['what Excel calls Unicode text', Buffer.from(`\uFEFF${TABS}`, 'utf16le')],
    ['Unicode text with its bytes the other way round', Buffer.from(`\uFEFF${TABS}`, 'utf16le').swap16()],
    [
      'columns in another order',
      'invite_code,role,name\nJOSEPH-1,mentee,Joseph Nshuti\nAMINA-1,mentee,Amina\nCHIDI-1,mentee,Chidi\n',
    ],
    [
      'rows without anything, and short ones',
      `${GOOD.replace(',,CHIDI-1', ',,CHIDI-1,').replace(HEADER, `${HEADER.trim()},\n`)},,,,,,,,\n\n`,
    ],
    ['roles and languages in capitals', GOOD.replaceAll('mentee', 'Mentee').replace(',rw,', ',RW,')],
  ])('reads %s', async (_name, csv) => {
    expect((await operator.importing(csv)).lines.at(-1)).toBe('3 added, 0 changed, 0 unchanged, 0 refused')
    expect((await operator.people())[0]).toMatchObject({
      name: 'Joseph Nshuti',
      role: 'mentee',
      invite_code: 'JOSEPH-1',
    })
  })

  it('says which columns it does not use', async () => {
    const { code, lines } = await operator.importing(
      'name,role,phone,shoe_size,village\nJoseph,mentee,0788000001,43,Kinigi\n',
    )
    expect(code).toBe(0)
    expect(lines).toEqual([
      'Not used, since no column is called so: shoe_size, village',
      '1 added, 0 changed, 0 unchanged, 0 refused',
    ])
  })

  it.each([
    [
      '',
      'needs a first line with the names of its columns, name and role among them, and a line for each person.',
    ],
    [
      HEADER,
      'needs a first line with the names of its columns, name and role among them, and a line for each person.',
    ],
    [
      'Joseph,mentee,0788000001\nAmina,mentee,0788000002\n',
      'needs a first line with the names of its columns, name and role among them, and a line for each person.',
    ],
    [
      'name,phone\nJoseph,0788000001\n',
      'needs a first line with the names of its columns, name and role among them, and a line for each person.',
    ],
    [
      'name,role,phone,phone\nJoseph,mentee,0788000001,0788000002\n',
      'has two columns called phone: take one out.',
    ],
    [
      Buffer.from('name,role,phone\nEsp\u00e9rance,mentee,0788000001\n', 'latin1'),
      'is not written in UTF-8: save it as “CSV UTF-8”, or the names in it come out broken.',
    ],
  ])('%#: refuses a file that is no roster, in plain words', async (csv, complaint) => {
    const { code, lines } = await operator.importing(csv)
    expect(code).toBe(1)
    expect(lines).toHaveLength(1)
    expect(lines[0]).toContain(complaint)
    expect(await operator.people()).toEqual([])
  })

  it('says when there is no such file', async () => {
    expect(await operator.run('people', 'import', '/nowhere/roster.csv')).toEqual({
      code: 1,
      lines: ['There is no file /nowhere/roster.csv that can be read.'],
    })
  })

  it('brings records up to date, and leaves alone what a later roster does not say', async () => {
    await operator.importing(GOOD)
    const later = 'name,role,phone\nJoseph M. Nshuti,health_centre_mentor,0788000001\n'
    expect((await operator.importing(later)).lines).toEqual(['0 added, 1 changed, 0 unchanged, 0 refused'])
    expect((await operator.people())[0]).toMatchObject({
      name: 'Joseph M. Nshuti',
      role: 'health_centre_mentor',
      cadre: 'nurse',
      language: 'rw',
      facility: 'Rubavu, Lake HC',
      invite_code: 'JOSEPH-1',
    })
    expect((await operator.importing(later)).lines).toEqual(['0 added, 0 changed, 1 unchanged, 0 refused'])
  })

  it('leaves the language to those who have joined', async () => {
    await operator.importing(GOOD)
    await operator.fresh.pool.query(
      `update person set joined_at = now(), language = 'sw' where invite_code = 'JOSEPH-1'`,
    )
    expect((await operator.importing(GOOD)).lines).toEqual(['0 added, 0 changed, 3 unchanged, 0 refused'])
    await operator.importing(GOOD.replace('Joseph Nshuti', 'Joseph N.'))
    expect((await operator.people())[0]).toMatchObject({ name: 'Joseph N.', language: 'sw' })
    // Those who have not are still spoken to in the roster's language.
    expect(
      (await operator.importing(GOOD.replace(',fr,', ',en,').replace('Joseph Nshuti', 'Joseph N.'))).lines,
    ).toEqual(['0 added, 1 changed, 2 unchanged, 0 refused'])
    expect((await operator.people())[1]).toMatchObject({ language: 'en' })
  })

  it('takes text that could do harm as text', async () => {
    const csv = `name,role,invite_code,facility\n"Robert'); drop table person;--",mentee,ROBERT-1,"=cmd|' /C calc'!A0"\nJo\u0000seph,mentee,JOSEPH-2,\n`
    expect((await operator.importing(csv)).lines).toEqual(['2 added, 0 changed, 0 unchanged, 0 refused'])
    expect((await operator.people()).map(({ name }) => name)).toEqual([
      "Robert'); drop table person;--",
      'Joseph',
    ])
  })
})
