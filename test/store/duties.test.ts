// The roster brings people to their places and duties; what they did before is kept.
import { afterAll, beforeAll, expect, it } from 'vitest'
import { dutiesOf, heldDuties } from '../../src/store/duties.ts'
import { facilityNamed, placesAbove, placesBelow, putUnder, settleTree } from '../../src/store/facilities.ts'
import { menteesOf, mentorsOf, pair, endPairings } from '../../src/store/pairings.ts'
import { personNamed } from '../../src/store/people.ts'
import { importRoster } from '../../src/usecases/import-roster.ts'
import { isAllowed } from '../../src/usecases/relate.ts'
import type { PersonId } from '../../src/words/ids.ts'
import { type FreshDatabase, freshDatabase } from '../database.ts'

const NOW = Date.parse('2026-11-23T08:00:00Z')

let fresh: FreshDatabase
beforeAll(async () => {
  fresh = await freshDatabase()
})
afterAll(() => fresh.close())

async function onRoster(invite_code: string, role: string, facility: string): Promise<PersonId> {
  const cells = { name: invite_code, role, facility, district: 'Three Hills', invite_code }
  const { refused } = await importRoster(fresh.db, [{ line: 2, cells }])
  expect(refused).toEqual([])
  const person = await personNamed(fresh.db, invite_code)
  if (!person) throw new Error('nobody came in')
  return person.id
}

it('keeps what somebody did before when the roster moves them', async () => {
  const grace = await onRoster('grace', 'mentee', 'Hilltop HC')
  await onRoster('grace', 'mentee', 'Lakeside HC')
  await onRoster('grace', 'health_centre_mentor', 'Lakeside HC')
  const duties = await dutiesOf(fresh.db, grace)
  expect(duties.map(({ role, facility, endsAt }) => [role, facility, endsAt === undefined])).toEqual([
    ['mentee', 'Hilltop HC', false],
    ['mentee', 'Lakeside HC', false],
    ['health_centre_mentor', 'Lakeside HC', true],
  ])
  expect(await heldDuties(fresh.db, grace)).toMatchObject([{ role: 'health_centre_mentor', ready: true }])
})

it('puts places under one another, and makes no ring', async () => {
  const district = 'Nine Rivers'
  const place = (name: string, level?: 'district_hospital' | 'health_centre' | 'health_post') =>
    facilityNamed(fresh.db, { name, district, level })
  const post = await place('Bridge post', 'health_post')
  const centre = await place('River HC', 'health_centre')
  const hospital = await place('Rivers Hospital', 'district_hospital')
  await settleTree(fresh.db)
  const names = (await placesBelow(fresh.db, [hospital], 10)).map(({ name }) => name)
  expect(names).toEqual(['Bridge post', 'River HC', 'Rivers Hospital'])
  expect((await placesAbove(fresh.db, post)).slice(0, 3)).toEqual([post, centre, hospital])
  expect(await placesAbove(fresh.db, post)).toHaveLength(4)
  expect(await putUnder(fresh.db, hospital, post)).toBe(false)
  expect(await place('River HC')).toBe(centre)
})

it('lets a mentor see their own mentees, from when to when, and nobody else’s', async () => {
  const amina = await onRoster('amina', 'district_based_mentor', 'Three Hills Hospital')
  const joseph = await onRoster('joseph', 'mentee', 'Hilltop HC')
  const asked = { actor: amina, act: 'observe' as const, whom: joseph }
  expect(await isAllowed(fresh.db, asked)).toBe(false)
  await pair(fresh.db, { mentor: amina, mentee: joseph, area: 'mnh', at: NOW })
  expect(await pair(fresh.db, { mentor: amina, mentee: joseph, area: 'mnh', at: NOW })).toBe(false)
  expect(await isAllowed(fresh.db, { ...asked, area: 'mnh' })).toBe(true)
  expect(await isAllowed(fresh.db, { ...asked, area: 'imci' })).toBe(false)
  expect(await menteesOf(fresh.db, amina)).toMatchObject([{ mentee: 'joseph', area: 'mnh', startsAt: NOW }])
  await endPairings(fresh.db, { mentee: joseph }, { at: NOW + 1, because: 'rotated' })
  expect(await mentorsOf(fresh.db, joseph)).toEqual([])
  expect(await isAllowed(fresh.db, { ...asked, area: 'mnh' })).toBe(false)
})

it('brings mentors, areas, levels and associations from the roster, and says what it cannot read', async () => {
  const district = 'Five Lakes'
  const line = (cells: Record<string, string>, index: number) => ({
    line: index + 2,
    cells: { district, ...cells },
  })
  const centre = { facility: 'Lakes HC', level: 'health_centre' }
  const lines = [
    {
      // An association's mentor comes to hospitals.
      facility: 'Lakes DH',
      level: 'district_hospital',
      name: 'Diane',
      role: 'mentee',
      invite_code: 'diane',
      mentor: 'Uwera',
      technical_area: 'mnh',
    },
    { ...centre, name: 'Eric', role: 'mentee', invite_code: 'eric', mentor: 'nobody-there' },
    {
      ...centre,
      name: 'Solange',
      role: 'mentee',
      invite_code: 'solange',
      mentor: 'Uwera',
      technical_area: 'surgery',
    },
    { ...centre, name: 'Jean', role: 'mentee', invite_code: 'jean', level: 'palace' },
    {
      facility: 'Lakes DH',
      level: 'district_hospital',
      name: 'Uwera',
      role: 'association_mentor',
      association: 'ram',
      invite_code: 'uwera',
      facility_code: 'DH-7',
    },
    {
      facility: 'Lakes DH',
      name: 'Noel',
      role: 'district_based_mentor',
      invite_code: 'noel',
      oriented: 'no',
    },
  ].map(line)
  const report = await importRoster(fresh.db, lines, ['mnh'])
  expect(report.added).toBe(4)
  expect(report.refused.map(({ line: at, reason }) => [at, reason.split(':')[0]])).toEqual([
    [4, '"surgery" is no technical area of the catalogue'],
    [5, '"palace" is no level'],
    [3, 'the mentor is no mentor on the roster'],
  ])
  const uwera = await personNamed(fresh.db, 'uwera')
  const diane = await personNamed(fresh.db, 'diane')
  const noel = await personNamed(fresh.db, 'noel')
  if (!uwera || !diane || !noel) throw new Error('they are not in')
  expect(await menteesOf(fresh.db, uwera.id)).toMatchObject([{ mentee: 'Diane', area: 'mnh' }])
  expect(await heldDuties(fresh.db, noel.id)).toMatchObject([{ ready: false }])
  const [row] = await fresh.db.query('select association from person where id = $1', [uwera.id])
  expect(row).toEqual({ association: 'RAM' })
  // What has ended since does not begin again with the same roster.
  await endPairings(fresh.db, { mentee: diane.id }, { at: NOW, because: 'transferred' })
  expect(await importRoster(fresh.db, lines, ['mnh'])).toMatchObject({ added: 0, changed: 0, unchanged: 4 })
  expect(await menteesOf(fresh.db, uwera.id)).toEqual([])
})
