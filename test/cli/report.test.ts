// The programme's tables as an operator asks for them, with every figure that is printed in the brief.
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import readExcel from 'read-excel-file/node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readConfig } from '../../src/config/config.ts'
import { report } from '../../src/cli/report.ts'
import { personNamed } from '../../src/store/people.ts'
import { openShelf } from '../../src/usecases/open-shelf.ts'
import { type ReportName, reportProgramme } from '../../src/usecases/report-programme.ts'
import type { Shelf } from '../../src/engine/shelf.ts'
import { importRoster } from '../../src/usecases/import-roster.ts'
import { recordEvidence } from '../../src/usecases/record-evidence.ts'
import type { PersonId } from '../../src/words/ids.ts'
import { freshDatabase, type FreshDatabase } from '../database.ts'
import { FLOWS, ourFlows } from '../programme.ts'

let fresh: FreshDatabase
let folder: string
beforeAll(async () => {
  fresh = await freshDatabase()
  folder = await mkdtemp(join(tmpdir(), 'preceptor-report-'))
})
afterAll(async () => {
  await fresh.close()
  await rm(folder, { recursive: true })
})

/** What the command says, and its exit code. */
async function run(...args: string[]): Promise<{ code: number; said: string }> {
  const lines: string[] = []
  const visit = { database: fresh.db, url: fresh.url, pool: fresh.pool, end: () => Promise.resolve() }
  const config = { ...readConfig({}), flowsDir: FLOWS }
  const code = await report({ visit, config, say: (line) => void lines.push(line) }, args)
  return { code, said: lines.join('\n') }
}

/** The cells of a CSV, without its heads. */
const cells = (csv: string): string[][] =>
  csv
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split(','))

describe('table 1', () => {
  it.each([
    ['FY19', ['RPA,,137,80,58,58,ok', 'RAM,,155,143,92,92,ok', 'RSOG,,85,47,55,55,ok']],
    ['FY20', ['RPA,,84,71,85,85,ok', 'RAM,,139,124,89,89,ok', 'RSOG,,73,39,53,53,ok']],
    ['FY21', ['RPA,,201,174,87,87,ok', 'RAM,,266,79,27,30,MISMATCH', 'RSOG,,130,70,54,54,ok']],
  ])('has every figure of %s', async (year, lines) => {
    const { code, said } = await run('table1', '--fy', year, '--format', 'csv')
    expect(code).toBe(0)
    expect(said.split('\n').slice(1)).toEqual(lines.map((line) => `${year},${line}`))
  })

  it('flags RAM in FY21 in words, and corrects nothing', async () => {
    const { said } = await run('table1', '--fy', 'fy21')
    expect(said).toContain('RAM: 79 of 266 is 30 %, printed is 27 %.')
    expect(said).toContain('All lines: 323 of 597 mentees by association (54 %)')
    expect(said).toMatch(/FY21 {2}RAM .* 266 .* 79 .* 27 .* 30 .* MISMATCH/)
    expect((await run('table1', '--fy', 'FY20')).said).not.toContain('MISMATCH')
  })
})

it('has every figure of table 2, in a spreadsheet as numbers', async () => {
  const file = join(folder, 'table2.xlsx')
  expect(await run('table2', '--fy', 'FY21', '--format', 'xlsx', '--out', file)).toEqual({
    code: 0,
    said: `Written: ${file}`,
  })
  const [sheet] = await readExcel(await readFile(file))
  const rows = (sheet?.data ?? []) as unknown[][]
  expect(rows.slice(0, 5)).toEqual([
    ['Year', 'Of', 'Mentors', 'Mentees', 'Validated', 'Printed %', 'Percent', 'Check'],
    ['FY21', 'MNH', 183, 1008, 739, 73, 73, 'ok'],
    ['FY21', 'IMCI', 164, 2392, 1277, 53, 53, 'ok'],
    ['FY21', 'FP', 214, 1239, 1007, 81, 81, 'ok'],
    ['FY21', 'Neonatal health', 173, 2057, 1057, 51, 51, 'ok'],
  ])
})

it('counts later years from the records: at the level of the table, in the year, each person once a line', async () => {
  const { db } = fresh
  const add = async (name: string, role: string, level: string): Promise<PersonId> => {
    const place = { facility: `${name} place`, district: 'Rubavu', facility_level: level }
    await importRoster(db, [{ line: 2, cells: { name, role, cadre: 'nurse', invite_code: name, ...place } }])
    await db.query('update facility set level = $2 where name = $1', [place.facility, level])
    const person = await personNamed(db, name)
    if (!person) throw new Error('the roster was refused')
    return person.id
  }
  const [amina, eric] = [
    await add('amina', 'district_based_mentor', 'district_hospital'),
    await add('eric', 'district_based_mentor', 'district_hospital'),
  ]
  const [joseph, diane, ruth] = [
    await add('joseph', 'mentee', 'health_centre'),
    await add('diane', 'mentee', 'health_centre'),
    await add('ruth', 'mentee', 'district_hospital'),
  ]
  const inYear = Date.parse('2026-11-23')
  let source = 1
  const observed = async (mentee: PersonId, observer: PersonId, at = inYear): Promise<void> => {
    const shown = { score: 20, max: 20, bar: 85, criticalMissed: 0, techniqueOk: true, complete: true }
    await recordEvidence(db, at, [
      {
        kind: 'observation',
        personId: mentee,
        competency: 'MH-PPH',
        observation: source++,
        observerId: observer,
        ...shown,
      },
    ])
  }
  await observed(joseph, amina)
  await observed(joseph, eric)
  await observed(diane, amina)
  await observed(ruth, amina)
  await observed(diane, amina, Date.parse('2027-11-23'))
  await db.query(
    `update competency_record set stage = 'validated', validated_at = to_timestamp($2 / 1000.0), knowledge_evidence = 1, knowledge_at = now()
     where person_id = $1`,
    [joseph, inYear],
  )
  const { said } = await run('table2', '--fy', 'FY27', '--format', 'csv')
  expect(cells(said)).toEqual([
    ['FY27', 'MNH', '2', '2', '1', '', '50', ''],
    ['FY27', 'IMCI', '0', '0', '0', '', '', ''],
    ['FY27', 'FP', '0', '0', '0', '', '', ''],
    ['FY27', 'Neonatal health', '0', '0', '0', '', '', ''],
  ])
  const hospital = await run('table1', '--fy', 'FY27', '--format', 'csv')
  expect(cells(hospital.said).find(([, of]) => of === 'RAM')).toEqual([
    'FY27',
    'RAM',
    '1',
    '1',
    '0',
    '',
    '0',
    '',
  ])
  expect(cells((await run('table2', '--fy', 'FY26', '--format', 'csv')).said)[0]?.[3]).toBe('0')
})

it('counts an upgraded health centre with the hospitals, and each association by who has observed', async () => {
  const { db } = fresh
  const people = [
    { name: 'Uwera', role: 'association_mentor', association: 'RAM', facility: 'Big DH', level: 'district_hospital' },
    { name: 'Keza', role: 'mentee', cadre: 'midwife', facility: 'Raised HC', level: 'upgraded_health_centre' },
  ] // prettier-ignore
  const lines = people.map((named, at) => ({
    line: at + 2,
    cells: { ...named, district: 'X', invite_code: named.name },
  }))
  expect((await importRoster(db, lines)).refused).toEqual([])
  const [uwera, keza] = [await personNamed(db, 'Uwera'), await personNamed(db, 'Keza')]
  const shown = { score: 20, max: 20, bar: 85, criticalMissed: 0, techniqueOk: true, complete: true }
  await recordEvidence(db, Date.parse('2028-11-23'), [
    {
      kind: 'observation',
      personId: keza?.id as PersonId,
      // Taught by midwives and by obstetricians alike.
      competency: 'NB-HBB',
      observation: 9001,
      observerId: uwera?.id as PersonId,
      ...shown,
    },
  ])
  const table1 = cells((await run('table1', '--fy', 'FY29', '--format', 'csv')).said)
  expect(table1.map(([, of, mentors, mentees]) => [of, mentors, mentees])).toEqual([
    ['RPA', '0', '0'],
    ['RAM', '1', '1'],
    ['RSOG', '0', '0'],
  ])
  const table2 = cells((await run('table2', '--fy', 'FY29', '--format', 'csv')).said)
  expect(table2.map(([, , , mentees]) => mentees)).toEqual(['0', '0', '0', '0'])
})

it.each([
  [],
  ['table3', '--fy', 'FY21'],
  ['table1'],
  ['table1', '--fy', '2021'],
  ['table1', '--fy', 'FY21', '--format', 'pdf'],
])('says how it is asked: %j', async (...args) => {
  const { code, said } = await run(...args.flat())
  expect(code).toBe(1)
  expect(said).toMatch(/Usage: report|no fiscal year/)
})

describe('the reports of a year', () => {
  const made = async (name: ReportName, year: string) => {
    const timezone = 'Africa/Kigali'
    return reportProgramme(shelf, fresh.db, { report: name, year, timezone })
  }
  let shelf: Shelf
  let facility: number
  beforeAll(async () => {
    ;({ shelf } = await openShelf(fresh.db, await ourFlows(), 'en'))
    const [place] = await fresh.db.query(
      `insert into facility (name, district) values ('Counted HC', 'Huye') returning id`,
    )
    facility = (place as { id: number }).id
  }, 60_000)

  it('count near-misses by local month, category and definition', async () => {
    await fresh.db.query(
      `insert into near_miss (facility_id, category, definition, cases, noted_at) values
         ($1, 'eclampsia', 'programme', 3, '2027-10-31T22:30Z'), ($1, 'eclampsia', 'who', 1, '2027-10-31T21:30Z'),
         ($1, 'other', 'programme', 9, '2027-09-30T23:00Z')`,
      [facility],
    )
    const near = await made('near-misses', 'fy28')
    expect(near?.rows.slice(1)).toEqual([
      ['2027-10', 'Eclampsia', 'WHO', 1, 1],
      ['2027-11', 'Eclampsia', 'programme', 3, 1],
    ])
    expect(near?.notes[0]).toContain('list: 3; by WHO')
    expect(await made('near-misses', '2027')).toBeUndefined()
  })

  it('count visits by month, on a leap day, too', async () => {
    await fresh.db.query(
      `insert into visit (facility_id, stream, period, starts_on, days, state, planned_at, begun_at, closed_at) values
         ($1, 'district', '2028-02-01', '2028-02-29', 2, 'closed', now(), now(), now()),
         ($1, 'district', '2028-03-01', '2028-03-01', 2, 'cancelled', now(), null, null)`,
      [facility],
    )
    expect((await made('visits', 'FY28'))?.rows.slice(1)).toEqual([
      ['2028-02', 'district', 1, 1, 0, 0, 0, 0, 1],
      ['2028-03', 'district', 1, 0, 1, 0, 0, 0, 1],
    ])
    // Of a year that is over: one begun and left so, one whose day went by, two that were called off.
    await fresh.db.query(
      `insert into visit (facility_id, stream, period, starts_on, days, state, because, planned_at, begun_at) values
         ($1, 'district', '2020-11-01', '2020-11-03', 2, 'begun', null, now(), now()),
         ($1, 'district', '2020-12-01', '2020-12-01', 2, 'confirmed', null, now(), null),
         ($1, 'health_post', '2020-12-01', '2020-12-02', 1, 'cancelled', 'road', now(), null),
         ($1, 'health_post', '2020-12-01', '2020-12-09', 1, 'cancelled', null, now(), null)`,
      [facility],
    )
    const over = await made('visits', 'FY21')
    expect(over?.rows.slice(1)).toEqual([
      ['2020-11', 'district', 1, 1, 0, 0, 0, 0, 1],
      ['2020-12', 'district', 1, 0, 0, 1, 0, 0, 1],
      ['2020-12', 'health_post', 2, 0, 2, 0, 0, 0, 1],
    ])
    expect(over?.notes[1]).toBe('Why visits were cancelled: rain or road 1, no reason given 1.')
  })

  it('give no mean of a few people, and tell of the cascade', async () => {
    // Four people seen twice, then a fifth.
    const seeTwice = async (name: string): Promise<void> => {
      await fresh.db.query(
        `with one as (insert into person (name) values ($1) returning id)
         insert into evidence (person_id, competency, kind, score, max, complete, stage, round, at)
         select id, 'NB-HBB', 'observation', score, 10, true, 'coaching', 1, at::timestamptz
         from one, (values (5, '2039-01-01Z'), (9, '2039-02-01Z')) v(score, at)`,
        [name],
      )
    }
    for (const name of ['a', 'b', 'c', 'd']) await seeTwice(name)
    const line = async () => (await made('outcomes', 'FY39'))?.rows[1]?.slice(2)
    expect(await line()).toEqual([4, 4, undefined, undefined, 0])
    await seeTwice('e')
    expect(await line()).toEqual([5, 5, 50, 90, 0])
    expect((await made('cascade', 'FY39'))?.rows[0]?.[1]).toBe('Mentors')
    expect((await run('everything', '--fy', 'FY27')).said).toContain('near-misses|outcomes|cascade|visits')
  })

  it('are written into a spreadsheet', { timeout: 60_000 }, async () => {
    const file = join(folder, 'visits.xlsx')
    expect((await run('visits', '--fy', 'FY28', '--format', 'xlsx', '--out', file)).code).toBe(0)
    const [sheet] = await readExcel(await readFile(file))
    const rows = (sheet?.data ?? []) as unknown[][]
    expect(rows[1]?.slice(0, 3)).toEqual(['2028-02', 'district', 1])
  })
})
