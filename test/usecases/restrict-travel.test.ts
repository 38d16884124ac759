// Nobody may travel: declared in the middle of everything, told once, and lifted again.
import { afterAll, beforeAll, expect, it } from 'vitest'
import { everyAt } from '../../src/usecases/restrictions.ts'
import { beginDue, endOverdue } from '../../src/usecases/restrict-travel.ts'
import { dayWords } from '../../src/domain/day.ts'
import { dayNamed } from '../../src/domain/rhythm.ts'
import { plusDays } from '../../src/domain/visit-calendar.ts'
import { DAY, HOUR } from '../../src/words/clock.ts'
import type { FacilityId } from '../../src/words/ids.ts'
import { gatherPeople } from '../../src/store/visit-people.ts'
import { visitsOf } from '../../src/store/visits.ts'
import { planMissed, planVisits } from '../../src/usecases/plan-visits.ts'
import { briefSays } from '../../src/usecases/visit-brief.ts'
import type { Day } from '../../src/words/clock.ts'
import { told } from '../programme.ts'
import { allKnown, type Chws, makeChws, NINE } from './chws.ts'

let chws: Chws
let group: FacilityId
beforeAll(async () => {
  chws = await makeChws()
  await allKnown(chws)
  const [row] = await chws.fresh.db.query(`select id from facility where name = 'CHWs of Nyamata'`)
  group = (row as { id: FacilityId }).id
  await chws.fresh.db.query(
    `insert into visit (facility_id, lead_id, stream, period, starts_on, days, planned_at)
     select $1, p.id, 'community', '2026-11-01', '2026-11-27', 1, now() from person p where p.invite_code = 'amos'`,
    [group],
  )
  await chws.fresh.db.query(
    `insert into visit_person (visit_id, person_id, part) select v.id, v.lead_id, 'mentor' from visit v
     union all select v.id, p.id, 'mentee' from visit v, person p where p.invite_code = 'aline'`,
  )
  await chws.inChat('amos', 'REPORT')
  await chws.say('amos', 'Sick children')
}, 60_000)
afterAll(() => chws.close())

const weeks = async (): Promise<number> =>
  (await chws.fresh.db.query(`select from report_period where every = 'week'`)).length
const every = (): Promise<string> => everyAt(chws.desk, chws.fresh.db, { place: group, now: chws.now })
const visit = async (): Promise<unknown> =>
  (await chws.fresh.db.query('select remote, remote_because because from visit'))[0]
const heard = (code: string, words: string): number =>
  chws.news(code).filter((text) => text.includes(words)).length

it('only a coordinator may say so', async () => {
  expect(told(await chws.say('amos', 'TRAVEL'))).toContain('Only a district coordinator')
  expect(await every()).toBe('month')
})

it('declared, visits there are remote, reports weekly, and everybody concerned hears it once', async () => {
  await chws.say('diane', 'TRAVEL')
  await chws.say('diane', 'Bugesera')
  await chws.say('diane', 'Floods have closed the roads')
  await chws.say('diane', 'Today')
  await chws.say('diane', '5')
  expect(told(await chws.say('diane', 'https://call.example/bugesera'))).toContain(
    'Visits planned in Bugesera are held from far away',
  )
  expect(await visit()).toEqual({ remote: true, because: 'Floods have closed the roads' })
  expect(await every()).toBe('week')
  const remote = told(await chws.say('amos', 'V-1'))
  expect(remote).toContain('It is held from far away: Floods have closed the roads')
  expect(remote).toContain('To talk: https://call.example/bugesera')
  expect(remote).toContain("It is a session in the group's chat")
  await chws.say('amos', 'menu')
  await chws.wait(DAY)
  for (const code of ['amos', 'emile', ...NINE]) expect(heard(code, 'nobody travels in Bugesera')).toBe(1)
  await chws.wait(DAY)
  for (const code of ['amos', 'emile', ...NINE]) expect(heard(code, 'nobody travels in Bugesera')).toBe(0)
})

it('skills that were judged from far away are no verdict, and wait to be seen', async () => {
  await chws.say('amos', 'OBSERVE')
  const list = 'Care of a sick child in the village'
  for (const said of ['Claudine of Nyamata', list, 'From far away', 'The patient agrees'])
    await chws.say('amos', said)
  for (let left = 0; left < 2; left++) await chws.say('amos', 'All of these done')
  for (const said of ['Performed properly, record it', 'We talked it through']) await chws.say('amos', said)
  expect(await chws.fresh.db.query('select setting, passed from observation')).toEqual([
    { setting: 'remote', passed: false },
  ])
})

it('weekly reports have a card and a reminder of their own', async () => {
  await chws.wait(3 * DAY)
  await chws.cards()
  expect(chws.shown('Report “Sick children” 2026-11-23')).toBeDefined()
})

it('when its last day has passed it is over by itself, and those who were told hear that', async () => {
  await chws.wait(2 * DAY)
  expect(await every()).toBe('month')
  await endOverdue(chws.desk)
  await chws.wait(DAY + HOUR)
  const news = chws.news('amos').filter((text) => text.includes('Travel in Bugesera is possible again'))
  expect(news).toHaveLength(1)
  expect(news[0]).toMatch(/first to be seen now, and .* OBSERVE: Claudine of Nyamata, Aline of Nyamata/)
  const claudine = chws
    .news('claudine')
    .filter((text) => text.includes('Travel in Bugesera is possible again'))
  expect(claudine).toHaveLength(1)
  expect(claudine[0]).not.toMatch(/first to be seen|OBSERVE/)
  // Who has declared it need not be told of that, and hears that its last day has passed.
  const diane = chws.news('diane')
  expect(diane.filter((text) => text.includes('nobody travels in Bugesera'))).toEqual([])
  expect(diane.filter((text) => text.includes('is possible again'))).toHaveLength(1)
})

it('with its end a day soon is proposed where somebody was not seen, once, and the mentor is asked', async () => {
  const proposed = (): Promise<unknown[]> =>
    chws.fresh.db.query(
      `select v.starts_on::text "on", v.state, v.extra, v.remote, (select count(*)::int from visit_person p where p.visit_id = v.id) people
       from visit v where v.extra`,
    )
  const visits = await proposed()
  expect(visits).toEqual([{ on: '2026-12-03', state: 'proposed', extra: true, remote: false, people: 10 }])
  const shown = (await chws.say('amos', 'VISITS')).at(-1)?.choices?.map(({ label }) => label)
  expect(shown?.join()).toContain('3 December')
  await chws.say('amos', 'menu')
  const about = { mentor: await chws.meet('amos'), places: new Set([group]), now: chws.now }
  expect(await planMissed(chws.desk, chws.fresh.db, about)).toEqual([])
  expect(await proposed()).toEqual(visits)
})

it('what was not seen comes first: in OBSERVE, in the brief, and in the plan of the next period', async () => {
  const { db } = chws.fresh
  const first = (await chws.say('amos', 'OBSERVE')).at(-1)?.choices?.slice(0, 2)
  // The one was only seen from far away, the other was to be visited and was seen by nobody.
  const care = 'Care of a sick child in the village'
  expect(first?.map(({ label }) => label)).toEqual([
    `Aline of Nyamata · ${care}`,
    `Claudine of Nyamata · ${care}`,
  ])
  const [one] = await visitsOf(db, await chws.meet('amos'), {
    from: '2026-11-01' as Day,
    until: '2027-01-31' as Day,
  })
  if (!one) throw new Error('there is no visit')
  await gatherPeople(db, one.id, [await chws.meet('amos')])
  const brief = (await briefSays(chws.desk, db, one)).flatMap((say) => (say.say === 'word' ? [say] : []))
  const claudine = brief.slice(1, 3).find(({ values }) => values?.['name'] === 'Claudine of Nyamata')
  expect(JSON.stringify(claudine?.values?.['observe'])).toContain('sick child')
  // The rhythm of the visit in November would be the fourth Friday of February.
  await planVisits(chws.desk, db, await chws.meet('amos'), Date.parse('2026-12-28T08:00:00Z'))
  expect(await db.query(`select starts_on::text "on" from visit where period = '2027-01-01'`)).toEqual([
    { on: '2027-01-05' },
  ])
})

it('lifted before anybody was told, nobody is told anything', async () => {
  for (const code of NINE) chws.news(code)
  // In the quiet hours nobody is written to.
  chws.now += 14 * HOUR
  await chws.say('diane', 'TRAVEL')
  await chws.say('diane', 'Bugesera')
  await chws.say('diane', 'A landslide')
  await chws.say('diane', 'Today')
  await chws.say('diane', '0')
  await chws.say('diane', 'Not yet')
  expect(await every()).toBe('week')
  await chws.say('diane', 'TRAVEL')
  expect(told(await chws.say('diane', 'Bugesera'))).toContain('A landslide')
  expect(told(await chws.say('diane', 'Yes'))).toContain('Lifted')
  expect(await every()).toBe('month')
  await chws.wait(2 * DAY)
  for (const code of NINE) expect(heard(code, 'landslide')).toBe(0)
})

it('declared for later it begins on its day; everybody hears from when until when', async () => {
  const start = dayNamed(chws.now + 7 * DAY, chws.desk.programme)
  for (const code of ['amos', 'claudine']) chws.news(code)
  const before = await weeks()
  for (const said of ['TRAVEL', 'Bugesera', 'Elections', 'never']) await chws.say('diane', said)
  expect(told(await chws.say('diane', start.slice(5).split('-').toReversed().join('/')))).toContain(
    'how many days',
  )
  for (const said of ['3', 'Not yet']) await chws.say('diane', said)
  expect(await every()).toBe('month')
  await beginDue(chws.desk)
  expect(await weeks()).toBe(before)
  await chws.wait(DAY)
  const from = dayWords(start).en ?? ''
  const until = dayWords(plusDays(start, 2)).en ?? ''
  expect(chws.news('claudine').join()).toContain(`From ${from} until ${until} nobody travels in Bugesera`)
  await chws.wait(6 * DAY + HOUR)
  await beginDue(chws.desk)
  expect(await every()).toBe('week')
  expect(await weeks()).toBe(before + 1)
})

it('a second coordinator sees what holds already, and can change it: visits follow, and all hear how it stands now', async () => {
  chws.news('claudine')
  const { db } = chws.fresh
  // Two have been asked why at once; the first was quicker.
  for (const said of ['TRAVEL', 'Bugesera']) await chws.say('diane', said)
  const shown = told(await chws.say('diane', 'Change it'))
  expect(shown).toContain('Why may nobody travel')
  for (const said of ['Elections, second round', '20', 'https://call.example/two'])
    await chws.say('diane', said)
  expect(
    await db.query('select because, until_on::text "until" from travel_restriction where lifted_at is null'),
  ).toEqual([
    { because: 'Elections, second round', until: plusDays(dayNamed(chws.now, chws.desk.programme), 19) },
  ])
  await chws.wait(DAY)
  expect(chws.news('claudine').join()).toContain('Elections, second round')
})

it('a declaration that meets another is not dropped: what holds is shown', async () => {
  await chws.say('diane', 'TRAVEL')
  await chws.say('diane', 'Bugesera')
  await chws.say('diane', 'Yes')
  for (const said of ['TRAVEL', 'Bugesera', 'Fuel shortage', 'Today', '0']) await chws.say('diane', said)
  await chws.fresh.db.query(
    `insert into travel_restriction (facility_id, from_on, because, declared_at) select id, $1::date, 'Marburg', now() from facility where name = 'Bugesera'`,
    [dayNamed(chws.now, chws.desk.programme)],
  )
  expect(told(await chws.say('diane', 'Not yet'))).toMatch(
    /From .* nobody may travel in Bugesera: Marburg\. Is it over\?/,
  )
})
