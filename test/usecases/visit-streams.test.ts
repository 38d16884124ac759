// The other streams, from planning to the morning itself: a team of three at a hospital, a health post, a group of CHWs.
import { afterAll, beforeAll, expect, it } from 'vitest'
import { endPairings, pair } from '../../src/store/pairings.ts'
import { personNamed } from '../../src/store/people.ts'
import { visitsPlannedAt } from '../../src/store/visits.ts'
import { handOnVisits } from '../../src/usecases/hand-on-visits.ts'
import { importRoster } from '../../src/usecases/import-roster.ts'
import { keepVisitPeople } from '../../src/usecases/keep-visit-people.ts'
import { keepVisitPlans } from '../../src/usecases/plan-visits.ts'
import { missedSteps } from '../../src/usecases/visit-steps.ts'
import { DAY, type Day, HOUR, SECOND } from '../../src/words/clock.ts'
import type { FacilityId, PersonId } from '../../src/words/ids.ts'
import { makeProgramme, type Programme, told } from '../programme.ts'
import { say } from './observing.ts'
import { heardBy } from './visiting.ts'

let programme: Programme
const TEAM = ['anne', 'bosco', 'carine'] as const
const HOSPITAL = { facility: 'Gisenyi DH', level: 'district_hospital' }
const TEACHING = { facility: 'Kigali TH', level: 'district_hospital' }
const PEOPLE = [
  ...TEAM.map((name) => ({ name, role: 'association_mentor', ...TEACHING, cadre: 'medical_doctor' })),
  { name: 'henri', role: 'mentee', cadre: 'midwife', ...HOSPITAL },
  { name: 'irene', role: 'facility_manager', ...HOSPITAL },
  { name: 'jeanne', role: 'health_centre_mentor', facility: 'Busasamana HC', level: 'health_centre' },
  { name: 'kevin', role: 'mentee', cadre: 'nurse', facility: 'Gihonga HP', level: 'health_post' },
  { name: 'lea', role: 'community_mentor', facility: 'Busasamana HC', level: 'health_centre' },
  { name: 'moses', role: 'mentee', cadre: 'chw', facility: 'Gihonga CHWs', level: 'village_chw_group' },
  { name: 'nadia', role: 'community_mentor', facility: 'Busasamana HC', level: 'health_centre' },
  { name: 'olive', role: 'community_mentor', facility: 'Busasamana HC', level: 'health_centre' },
  { name: 'peter', role: 'mentee', cadre: 'chw', facility: 'Kivumu CHWs', level: 'village_chw_group' },
] as const
const ids = new Map<string, PersonId>()
const idOf = (name: string): PersonId => ids.get(name) ?? (0 as PersonId)

async function join({ name, ...more }: { name: string } & Readonly<Record<string, string>>): Promise<void> {
  const { db } = programme.fresh
  const invite_code = name.padEnd(5, '-')
  const cells = { name, ...more, district: 'Rubavu', language: 'en', invite_code }
  const { refused } = await importRoster(db, [{ line: 2, cells }])
  if (refused.length > 0) throw new Error(JSON.stringify(refused))
  await programme.meet(invite_code, name)
  const id = (await personNamed(db, invite_code))?.id ?? (0 as PersonId)
  ids.set(name, id)
  await db.query('update person set joined_at = now() where id = $1', [id])
}

beforeAll(async () => {
  programme = await makeProgramme()
  const { db } = programme.fresh
  for (const one of PEOPLE) await join(one)
  const at = programme.now
  for (const mentor of TEAM) await pair(db, { mentor: idOf(mentor), mentee: idOf('henri'), area: '', at })
  await pair(db, { mentor: idOf('jeanne'), mentee: idOf('kevin'), area: '', at })
  await pair(db, { mentor: idOf('lea'), mentee: idOf('moses'), area: '', at })
  // As at each health centre: one in charge of community health, one of maternal health, of the same groups.
  await pair(db, { mentor: idOf('nadia'), mentee: idOf('peter'), area: 'iccm', at })
  await pair(db, { mentor: idOf('olive'), mentee: idOf('peter'), area: 'cbmnh', at })
  await keepVisitPlans(programme.desk)
})
afterAll(() => programme.close())

const visitsTo = (facility: string): Promise<{ id: number; lead: string; on: string; days: number }[]> =>
  programme.fresh.db.query(
    `select v.id, p.name lead, v.starts_on::text "on", v.days from visit v join facility f on f.id = v.facility_id
     join person p on p.id = v.lead_id where f.name = $1 order by v.starts_on`,
    [facility],
  ) as Promise<never>

it('plans one stay of three days a month for a team, one day for a post, one a quarter for a group', async () => {
  await programme.wait(HOUR)
  const team = await visitsTo('Gisenyi DH')
  const december = team.filter(({ on }) => on.startsWith('2026-12'))
  expect(december).toEqual([{ id: expect.any(Number) as number, lead: 'anne', on: '2026-12-01', days: 3 }])
  const post = (await visitsTo('Gihonga HP')).filter(({ on }) => on.startsWith('2026-12'))
  expect(post).toMatchObject([{ lead: 'jeanne', days: 1 }])
  // The quarter is October to December; the next is not near yet.
  expect(await visitsTo('Gihonga CHWs')).toMatchObject([{ lead: 'lea', days: 1 }])
})

it('plans a day for each area of a group, with whoever mentors it in that', async () => {
  const areas = await programme.fresh.db.query(
    `select v.area, p.name lead, (select count(*) from visit_person x where x.visit_id = v.id and x.part = 'mentor')::int team
     from visit v join facility f on f.id = v.facility_id join person p on p.id = v.lead_id
     where f.name = 'Kivumu CHWs' and v.period = '2026-10-01' order by v.area`,
  )
  expect(areas).toEqual([
    { area: 'cbmnh', lead: 'olive', team: 1 },
    { area: 'iccm', lead: 'nadia', team: 1 },
  ])
})

it('tells and reminds the whole team, its mentee and the manager of the same days', async () => {
  const [visit] = (await visitsTo('Gisenyi DH')).filter(({ on }) => on === '2026-12-01')
  expect(told(await say(programme, 'anne', `V-${visit?.id}`, 'Confirm it'))).toContain('Confirmed.')
  const news = await programme.wait(SECOND)
  for (const who of ['bosco', 'carine', 'henri', 'irene'])
    expect(heardBy(news, who).join('\n'), who).toContain('Gisenyi DH')
  const sent = await programme.wait(8 * DAY)
  for (const who of [...TEAM, 'henri', 'irene']) {
    const reminders = heardBy(sent, who).filter((text) => text.includes('Gisenyi DH'))
    // Two days before, the evening before, and the morning itself; a week before was before it was planned.
    expect(reminders.length, who).toBeGreaterThanOrEqual(3)
  }
})

it.each([
  ['jeanne', 'kevin', 'Gihonga HP'],
  ['lea', 'moses', 'Gihonga CHWs'],
])('%s confirms, and %s is told and reminded', async (mentor, mentee, place) => {
  const open = (await visitsTo(place)).at(-1)
  const reply = told(await say(programme, mentor, `V-${open?.id}`, 'Confirm it'))
  expect(reply).toContain('Confirmed.')
  const until = Date.parse(`${open?.on}T08:00:00Z`) - programme.now
  const sent = await programme.wait(until)
  const heard = heardBy(sent, mentee).filter((text) => text.includes(place))
  expect(heard[0]).toContain('planned')
  expect(heard.length).toBeGreaterThanOrEqual(3)
})

it('brings back what was not done in the same area', async () => {
  const { db } = programme.fresh
  const [last] = await db.query(
    `update visit v set state = 'closed', begun_at = now(), closed_at = now() from facility f
     where f.id = v.facility_id and f.name = 'Kivumu CHWs' and v.period = '2026-10-01' and v.area = 'cbmnh'
     returning v.facility_id facility`,
  )
  const { facility } = last as { facility: FacilityId }
  const planned = await visitsPlannedAt(db, [facility], {
    from: '2027-01-01' as Day,
    until: '2027-03-31' as Day,
  })
  const missed = await Promise.all(
    planned.map(async (one) => [one.area, (await missedSteps(db, one)).length] as const),
  )
  expect(Object.fromEntries(missed)).toEqual({ cbmnh: 7, iccm: 0 })
})

it('gives no visit of one area to whoever mentors the group in another', async () => {
  const { db } = programme.fresh
  await endPairings(db, { mentor: idOf('nadia') }, { at: programme.now, because: 'changed' })
  await db.inTransaction((tx) => handOnVisits(programme.desk, tx, idOf('nadia'), programme.now))
  const left = await db.query(
    `select v.area, v.state from visit v join facility f on f.id = v.facility_id
     where f.name = 'Kivumu CHWs' and v.starts_on > '2026-12-31' order by v.area`,
  )
  expect(left).toEqual([
    { area: 'cbmnh', state: 'proposed' },
    { area: 'iccm', state: 'cancelled' },
  ])
})

it('takes in a mentor who joins the team when its days stand', async () => {
  programme.now = Date.parse('2026-12-21T08:00:00Z')
  await programme.wait(HOUR)
  const [visit] = (await visitsTo('Gisenyi DH')).filter(({ on }) => on.startsWith('2027-01'))
  await say(programme, 'anne', `V-${visit?.id}`, 'Confirm it')
  await join({ name: 'rachel', role: 'association_mentor', ...TEACHING, cadre: 'medical_doctor' })
  await pair(programme.fresh.db, {
    mentor: idOf('rachel'),
    mentee: idOf('henri'),
    area: '',
    at: programme.now,
  })
  await programme.wait(SECOND)
  await keepVisitPeople(programme.desk)
  await keepVisitPeople(programme.desk)
  const news = await programme.wait(SECOND)
  expect(heardBy(news, 'rachel').join('\n')).toContain('A mentorship visit to Gisenyi DH is planned')
  expect(heardBy(news, 'bosco')).toEqual([])
})
