// A month of reports of a group of nine, with all of them talking at once: lines in answer to the card, side talk, replies to
// the wrong message, a CHW with two telephones, corrections, doubts, reminders, and what the health centre and the district
// hear of it. One story: each part goes on where the one before has ended.
import { afterAll, beforeAll, expect, it } from 'vitest'
import { reportsAt } from '../../src/store/chw-reports.ts'
import { readBack } from '../../src/usecases/read-back.ts'
import { DAY, type Day } from '../../src/words/clock.ts'
import type { FacilityId } from '../../src/words/ids.ts'
import { told } from '../programme.ts'
import { allKnown, CHAT, type Chws, makeChws, NINE } from './chws.ts'

let chws: Chws
let card: string
beforeAll(async () => {
  chws = await makeChws()
  await allKnown(chws)
}, 60_000)
afterAll(() => chws.close())

const rows = (): Promise<unknown[]> =>
  chws.fresh.db.query(
    `select p.invite_code code, r.items, r.draft, r.unclear from chw_report r join person p on p.id = r.person_id order by 1`,
  )
/** Lines that have been heard are read back, as the service does every few seconds. */
async function back(): Promise<void> {
  await readBack(chws.desk)
  await chws.settled()
}

it('the mentor asks for them in the chat, and the chat gets a card', async () => {
  await chws.inChat('hawa', 'REPORT')
  expect(chws.news('hawa').join()).toContain('Only the mentor')
  await chws.inChat('amos', '/report')
  expect(told(await chws.say('amos', 'Sick children'))).toContain('now has a card')
  await chws.cards()
  const shown = chws.shown('Report “Sick children” 2026-11')
  expect(shown?.bubble.text).toContain('0 of 9 CHWs have reported')
  card = shown?.ref ?? ''
})

it('nine answer at once, in any order and with side talk; only lines are heard, and the chat stays quiet', async () => {
  chws.news(CHAT)
  const line = (sender: string, text: string, replyTo?: string) => ({
    sender,
    group: CHAT,
    content: { kind: 'text' as const, text },
    ...(replyTo !== undefined && { replyTo }),
  })
  await chws.hear(
    line('claudine', 'fever 4 rdt 4 pos 2', card),
    line('aline', 'Good morning all'),
    line('aline', '3 fever, 3 tests, 1 positive', card),
    line('bosco', 'fever 9 rdt 2 pos 5', card),
    { sender: 'chantal', group: CHAT, content: { kind: 'other', type: 'sticker' }, replyTo: card },
    line('chantal', 'thank you', card),
    line('daniel', 'fever 5', 'another message'),
    line('daniel', 'fevr 2, negativ 3', card),
    line('esther', 'no deaths, diarhoea 2', card),
    line('a stranger', 'fever 3', card),
    line('amos', 'fever 7', card),
  )
  await back()
  expect(await rows()).toMatchObject([
    { code: 'aline', draft: { fever: 3, rdt: 3, positive: 1 }, items: null },
    { code: 'bosco', draft: { fever: 9, rdt: 2, positive: 5 } },
    { code: 'claudine', draft: { fever: 4, rdt: 4, positive: 2 } },
    { code: 'daniel', unclear: ['negativ 3'] },
    { code: 'esther', draft: { deaths: 0, diarrhoea: 2 } },
  ])
  const heard = chws.news(CHAT)
  expect(heard).toHaveLength(1)
  expect(heard[0]).toContain('Tap “This is me”')
})

it('each is read back in private, with what is in doubt, and counts once it is confirmed', async () => {
  const claudine = chws.news('claudine').join('\n')
  expect(claudine).toContain('fever: 4\nRDT: 4\npositive: 2')
  // She has said how many tests she did; how many are left is another count.
  expect(claudine).toMatch(/Not said: 2–11 months, .*, RDT left, /)
  expect(chws.news('bosco').join()).toContain(
    'Please look once more: More tests are positive than were done.',
  )
  expect(chws.news('daniel').join()).toContain('I could not read: negativ')
  expect(told(await chws.say('claudine', 'Right, all else is 0'))).toContain('your report counts')
  expect(told(await chws.say('bosco', 'rdt 9'))).not.toContain('look once more')
  await chws.say('bosco', 'Right, count it')
  await chws.cards()
  const shown = chws.shown('2 of 9 CHWs have reported; 3 still to confirm')
  expect(shown?.ref).toBe(card)
  // The sum of two would tell what each has counted.
  expect(shown?.bubble.text).not.toContain('fever:')
})

it('the same line delivered twice, and from a second telephone, is one report', async () => {
  await chws.meet('aline', 'aline-2')
  await chws.hear({
    sender: 'aline-2',
    group: CHAT,
    content: { kind: 'text', text: 'referred 1' },
    replyTo: card,
  })
  await back()
  expect((await rows())[0]).toMatchObject({ draft: { fever: 3, rdt: 3, positive: 1, referred: 1 } })
  await chws.say('aline-2', 'Right, count it')
  await chws.cards()
  expect(chws.shown('3 of 9 CHWs have reported')?.bubble.text).toContain('fever: 16\nRDT: 16\npositive: 8')
})

it('in private it is asked one by one; a line in the middle, a slip and “not known” are understood', async () => {
  const first = told(await chws.say('felix', 'COUNTS'))
  expect(first).toContain('How many children of 2–11 months did you see? (1 of 15)')
  expect(told(await chws.say('felix', '3'))).toContain('12–59 months')
  expect(told(await chws.say('felix', 'three hundred'))).toContain('I could not read that')
  expect(told(await chws.say('felix', '300'))).toContain('more than 99')
  expect(told(await chws.say('felix', 'Not known'))).toContain('fever')
  const read = told(await chws.say('felix', 'fever 2, rdt 2, pos 0, stock: rdt 0, ors 0'))
  expect(read).toContain('2–11 months: 3')
  expect(read).toContain('RDT left: 0')
  expect(told(await chws.say('felix', 'Right, count it'))).toContain('your report counts')
})

it('who has nothing left raises it at the health centre, once, however many run out', async () => {
  const stock = (): Promise<unknown[]> =>
    chws.fresh.db.query(
      `select c.item, f.name place, (select count(*) from challenge_voice v where v.challenge_id = c.id) voices
       from challenge c join facility f on f.id = c.facility_id order by 1`,
    )
  expect(await stock()).toEqual([
    { item: 'malaria_tests', place: 'Nyamata HC', voices: 1 },
    { item: 'ors_zinc', place: 'Nyamata HC', voices: 1 },
  ])
  // The health centre's shelf may be full: whose is empty stands there.
  expect(chws.news('emile').join()).toContain('Malaria tests (CHWs of Nyamata: 1 CHW).')
  await chws.say('bosco', 'COUNTS')
  await chws.say('bosco', 'rdt left 0')
  await chws.say('bosco', 'Right, count it')
  expect((await stock())[0]).toEqual({ item: 'malaria_tests', place: 'Nyamata HC', voices: 2 })
  expect(chws.news('emile')).toEqual([])
  expect(told(await chws.say('emile', 'H-1'))).toContain('Reported by 2 people (CHWs of Nyamata).')
  // Resolved, a correction of something else does not raise it again.
  await chws.fresh.db.query(`update challenge set state = 'resolved', resolved_at = now()`)
  for (const said of ['COUNTS', 'diarrhoea 1', 'Right, count it']) await chws.say('bosco', said)
  expect(await stock()).toHaveLength(2)
})

it('of deaths even one is raised at once, and a correction of something else raises none', async () => {
  const deaths = (): Promise<unknown[]> =>
    chws.fresh.db.query(
      `select c.item, c.note, f.name place from challenge c join facility f on f.id = c.facility_id where kind = 'other'`,
    )
  await chws.say('bosco', 'COUNTS')
  await chws.say('bosco', 'deaths 1')
  await chws.say('bosco', 'Right, count it')
  expect(await deaths()).toEqual([{ item: 'Sick children: deaths', note: '1', place: 'Nyamata HC' }])
  expect(chws.news('emile').join()).toContain('Sick children: deaths')
  await chws.fresh.db.query(
    `update challenge set state = 'resolved', resolved_at = now() where kind = 'other'`,
  )
  await chws.say('bosco', 'COUNTS')
  await chws.say('bosco', 'referred 1')
  await chws.say('bosco', 'Right, count it')
  expect(await deaths()).toHaveLength(1)
})

it('a correction is confirmed anew, and what was said before is kept', async () => {
  await chws.say('claudine', 'COUNTS')
  expect(told(await chws.say('claudine', 'fever 5'))).toContain('fever: 5')
  await chws.say('claudine', 'Right, count it')
  expect(
    await chws.fresh.db.query(
      `select b.items->'fever' was, r.items->'fever' "is" from chw_report_before b join chw_report r on r.id = b.report_id
       where b.items->'fever' <> r.items->'fever'`,
    ),
  ).toEqual([{ was: 4, is: 5 }])
})

it('two on one telephone are asked in private: nobody guesses whose line it was', async () => {
  const { db } = chws.fresh
  await db.query(
    `insert into speaker select a.id, p.id from address a, person p where a.external_id = 'grace' and p.invite_code in ('grace', 'hawa')`,
  )
  await db.query(`update address set shared = true where external_id = 'grace'`)
  await chws.inChat('grace', 'fever 3', card)
  expect(chws.news('grace').join()).toContain('Two of you use this phone')
  expect((await rows()).some((row) => (row as { code: string }).code === 'grace')).toBe(false)
  await db.query(`delete from speaker`)
  await db.query(`update address set shared = false`)
})

it('who is missing is reminded in private, in the evening and without pressing', async () => {
  await chws.wait(10 * DAY)
  const hawa = chws.news('hawa').join('\n')
  expect(hawa).toContain('Your report “Sick children” 2026-11 is still missing')
  expect(chws.news('esther').join()).toContain('waits for your “right”')
  expect(chws.news('felix').filter((text) => text.includes('still missing'))).toEqual([])
  for (const code of NINE) chws.news(code)
  // By name it is told to the mentor alone.
  expect(chws.news('amos').join('\n')).toMatch(
    /“Sick children” 2026-11, not yet reported: Chantal of Nyamata, Daniel of Nyamata, .*Hawa of Nyamata\./,
  )
  for (const code of ['emile', 'diane']) expect(chws.news(code).join()).not.toContain('not yet reported')
})

it('when it is due, health centre and district hear how many have reported, how many in time, and who ran out', async () => {
  await chws.wait(3 * DAY)
  for (const code of ['emile', 'diane', 'amos']) {
    const report = chws.news(code).find((text) => text.includes('have reported')) ?? ''
    expect(report).toContain(
      'CHWs of Nyamata, “Sick children” 2026-11: 4 of 9 CHWs have reported (44 %), 44 % in time.',
    )
    expect(report).toContain('fever: 19')
    expect(report).toContain('RDT run out: 2 CHWs')
    expect(report).not.toContain('Claudine')
  }
  // Whoever is late with November sees which month they are asked for.
  await chws.say('grace', 'COUNTS')
  expect(told(await chws.say('grace', '2026-12'))).toContain('Report “Sick children” 2026-12\n')
  await chws.say('grace', 'menu')
  expect(chws.news('ruth').filter((text) => text.includes('have reported'))).toEqual([])
})

it('the next month has a card of its own, and a jump against the month before is asked about', async () => {
  await chws.wait(28 * DAY)
  await chws.cards()
  const next = chws.shown('Report “Sick children” 2026-12')
  expect(next?.ref).not.toBe(card)
  await chws.inChat('claudine', 'fever 40 pos 3 rdt 3', next?.ref)
  await back()
  expect(chws.news('claudine').join()).toContain('Please look once more: fever 40, and 5 the last time.')
  // One count is in question, and a number alone corrects it.
  const right = told(await chws.say('claudine', '4'))
  expect(right).toContain('fever: 4\n')
  expect(right).not.toContain('Please look once more')
  // Now none is, or several: which, has to be said.
  const unclear = told(await chws.say('claudine', '7'))
  expect(unclear).toContain('I could not read: 7')
  expect(unclear).toContain('such as “fever 5”')
  await chws.say('claudine', 'fever 40')
  expect(told(await chws.say('claudine', '4000'))).toContain('That is more than')
  expect(told(await chws.say('claudine', 'fever 40'))).toContain('Please look once more: fever 40')
})

it('who joins another group in the middle of a month counts where they have confirmed, and is missing in neither', async () => {
  const { db } = chws.fresh
  const key = { area: 'iccm', every: 'month', first: '2026-12-01' as Day } as const
  await db.query(
    `insert into facility (name, district, level, parent_id)
     select 'CHWs of Ntarama', district, level, parent_id from facility where name = 'CHWs of Nyamata'`,
  )
  const [old, other] = await Promise.all(
    ['CHWs of Nyamata', 'CHWs of Ntarama'].map(
      async (name) =>
        ((await db.query('select id from facility where name = $1', [name]))[0] as { id: FacilityId }).id,
    ),
  )
  const at = async (place: FacilityId | undefined): Promise<Record<string, boolean | undefined>> =>
    Object.fromEntries(
      (await reportsAt(db, place as FacilityId, key)).map(({ name, items }) => [
        name.split(' ')[0]?.toLowerCase(),
        items !== undefined,
      ]),
    )
  for (const code of ['grace', 'hawa']) {
    for (const said of ['COUNTS', '2026-12', 'fever 2']) await chws.say(code, said)
  }
  await chws.say('grace', 'Right, count it')
  await db.query(`update person set facility_id = $1 where invite_code in ('grace', 'hawa')`, [other])
  expect(await at(other)).toEqual({ hawa: false })
  expect(await at(old)).toMatchObject({ grace: true })
  expect(await at(old)).not.toHaveProperty('hawa')
  await chws.say('hawa', 'Right, count it')
  expect(await at(other)).toEqual({ hawa: true })
  // A correction stays where it was counted.
  for (const said of ['COUNTS', '2026-12', 'fever 3']) await chws.say('grace', said)
  await chws.say('grace', 'Right, count it')
  expect(await at(old)).toMatchObject({ grace: true })
  await db.query(`update person set facility_id = $1 where invite_code in ('grace', 'hawa')`, [old])
})

it('two lines of one CHW for two reports at once are both read back, and nothing counts that was not', async () => {
  for (const said of ['REPORT', 'Mothers and newborns']) {
    if (said === 'REPORT') await chws.inChat('amos', said)
    else await chws.say('amos', said)
  }
  await chws.cards()
  const sick = chws.shown('Report “Sick children” 2026-12')?.ref
  const mothers = chws.shown('Report “Mothers and newborns” 2026-12')?.ref
  chws.news('felix')
  await chws.inChat('felix', 'fever 2 rdt 2 pos 1', sick)
  await chws.inChat('felix', 'home visits 4', mothers)
  await back()
  const heard = chws.news('felix').join('\n')
  expect(heard).toContain('This is what I read for “Sick children” 2026-12:')
  expect(heard).toContain('Your line in the group has come: “Mothers and newborns”.')
  // While the one is before them they write more in the group.
  chws.now += 1000
  await chws.inChat('felix', 'deaths 1', sick)
  const again = told(await chws.say('felix', 'Right, count it'))
  expect(again).toContain('deaths: 1')
  expect(again).not.toContain('your report counts')
  expect(told(await chws.say('felix', 'Right, count it'))).toContain('your report counts')
})

it('“none” in answer to the card is asked about, and one tap makes it zeros', async () => {
  chws.news('chantal')
  await chws.inChat('chantal', 'None this month', chws.shown('Report “Sick children” 2026-12')?.ref)
  await back()
  expect(chws.news('chantal').join()).toContain('I could not read: none')
  await chws.say('chantal', 'Right, all else is 0')
  expect(
    await chws.fresh.db.query(
      `select r.items->'fever' fever, r.items->'deaths' deaths from chw_report r join person p on p.id = r.person_id
       where p.invite_code = 'chantal' and r.items is not null`,
    ),
  ).toEqual([{ fever: 0, deaths: 0 }])
})

it('who writes that it is right need not tap, in whichever language; who says that it is not is asked on', async () => {
  const current = chws.shown('Report “Sick children” 2026-12')?.ref
  for (const said of ['right', 'Yes', 'OK.', 'C’est juste', 'Ni byo', 'Ndiyo', '👍🏽', 'A']) {
    await chws.inChat('hawa', 'fever 3', current)
    await back()
    expect(told(await chws.say('hawa', said))).toContain('your report counts')
  }
  for (const said of ['no', 'not right', 'oya']) {
    await chws.inChat('hawa', 'fever 3', current)
    await back()
    expect(told(await chws.say('hawa', said))).not.toContain('your report counts')
  }
})
