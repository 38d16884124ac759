// The monthly report that writes itself, its answer, what is overdue; joint supervision with its tool.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { recordEvidence } from '../../src/usecases/record-evidence.ts'
import { planReports } from '../../src/usecases/monthly-report.ts'
import { DAY } from '../../src/words/clock.ts'
import { type Improving, startImproving } from './improving.ts'

let place: Improving
beforeAll(async () => void (place = await startImproving()))
afterAll(() => place.programme.close())

const mark = (): number => place.programme.sent.length
const codeIn = (said: string, letter: string): string => new RegExp(`${letter}-\\d{4}`).exec(said)?.[0] ?? ''

describe('the monthly report', () => {
  it('is asked for when the month is over, written from the records, and sent with the mentor’s own words', async () => {
    const { desk, fresh } = place.programme
    const observed = (person: string, source: number) =>
      ({
        kind: 'observation',
        personId: place.idOf(person),
        competency: 'MH-PPH',
        observation: source as never,
        observerId: place.idOf('denis'),
        score: 8,
        max: 10,
        bar: 85,
        complete: true,
        criticalMissed: 0,
        techniqueOk: true,
      }) as const
    await recordEvidence(fresh.db, place.programme.now, [observed('grace', 1)])
    await recordEvidence(fresh.db, place.programme.now + DAY, [observed('grace', 2)])
    await fresh.db.query(
      `insert into near_miss (facility_id, category, definition, cases, noted_at)
       select facility_id, 'eclampsia', 'programme', 2, to_timestamp($2::float8 / 1000) from person where id = $1`,
      [place.idOf('grace'), place.programme.now],
    )
    for (const [on, state, because] of [
      ['2026-11-03', 'proposed', null],
      ['2026-11-20', 'cancelled', 'road'],
    ])
      await fresh.db.query(
        `insert into visit (facility_id, lead_id, stream, period, starts_on, days, state, because, planned_at, extra)
         select facility_id, $1, 'district', '2026-11-01', $3::date, 2, $4, $5, now(), true from person where id = $2`,
        [place.idOf('denis'), place.idOf('grace'), on, state, because],
      )
    await fresh.db.query(
      `with held as (
         insert into visit (facility_id, lead_id, stream, period, starts_on, days, state, planned_at, begun_at, closed_at)
         select facility_id, $1, 'district', '2026-11-01', '2026-11-24', 1, 'closed', now(), now(), now() from person where id = $2
         returning id),
       there as (
         insert into visit_person (visit_id, person_id, part, present, answer)
         select id, $2, 'mentee', true, 'not_coming' from held
         union all select id, $4, 'mentee', false, 'coming' from held),
       taught as (
         insert into training (visit_id, flow, before, after, at)
         select id, 'newborn-resuscitation', '{}', '{}', now() from held returning id)
       insert into training_person (training_id, person_id) select id, unnest(array[$2, $3]::bigint[]) from taught`,
      ['denis', 'grace', 'odette', 'eric'].map((name) => place.idOf(name)),
    )
    await fresh.db.query(
      `insert into refusal (observer_id, met_on) select $1, unnest('{2026-11-24, 2026-11-24, 2026-10-31}'::date[])`,
      [place.idOf('denis')],
    )
    await fresh.db.query(
      `insert into challenge (facility_id, kind, item, note, tier, raised_at, tier_since, state, resolved_at)
       select facility_id, 'equipment', 'Suction pump', '', 'facility', to_timestamp($2::float8 / 1000), now(), 'resolved', now() from person where id = $1`,
      [place.idOf('grace'), place.programme.now],
    )
    await fresh.db.query(
      `with opened as (
         insert into project (facility_id, problem, aim, indicator, unit, target, method, status, opened_at)
         select facility_id, 'Few are given it', 'Give it to all', 'Oxytocin within a minute', 'percent', 90, 'whys', 'testing',
           to_timestamp($2::float8 / 1000) from person where id = $1 returning id)
       insert into project_point (project_id, cases, all_cases, at)
       select id, cases, 40, to_timestamp($2::float8 / 1000) + n * interval '1 day'
       from opened, unnest('{22, 33, 39}'::int[], '{0, 3, 20}'::int[]) f (cases, n)`,
      [place.idOf('grace'), place.programme.now],
    )
    expect(await planReports(desk, fresh.db, place.programme.now)).toBe(1)
    expect(await planReports(desk, fresh.db, place.programme.now)).toBe(0)
    const from = mark()
    // From 23 November into 1 December.
    await place.programme.wait(9 * DAY)
    const asked = place.heard('denis', from)
    expect(asked).toContain('Your report of November 2026 is written from the records')
    // A visit that was called off was planned all the same.
    expect(asked).toContain(
      'Visits: 1 of 3; places: 1\nMissed: Hilltop HC, Tue 3 November (no reason given)\n' +
        'Missed: Hilltop HC, Fri 20 November (rain or road)',
    )
    // By the session, too; who said that they would come and were not there are none of them.
    expect(asked).toContain('Mentees reached: 2 of 2; new 2, gone 0')
    expect(asked).toContain('Observed: 1 first, 1 again; validated: 0')
    expect(asked).toContain('Near-misses managed: 2\n• Eclampsia: 2')
    expect(asked).toContain('Patients who said no or were not asked: 2')
    expect(asked).toContain('By cadre: Midwife 1, Nurse 1')
    expect(asked).toContain('LDHF session: Newborn resuscitation, 2 people.')
    // What was counted after the month is of the next.
    expect(asked).toContain(
      'Improvement projects: 1 running, 1 new\n• [Q-0001] Oxytocin within a minute: 55 % → 82 %, target 90 %; being tested',
    )
    expect(asked).toContain('Problems: 1 reported (out of stock 0, equipment 1)')
    const sent = mark()
    const reply = await place.says(
      'denis',
      'More practice on the manikin',
      'Skip',
      'A second manikin',
      'Send',
    )
    const code = codeIn(reply, 'R')
    expect(reply).toContain(`[${code}] Sent to your supervisor`)
    expect(place.heard('ruth', sent)).toContain('denis has sent the report of November 2026')
    expect(place.heard('ruth', sent)).toContain('Requests and plan: A second manikin')
    expect(place.heard('paul', sent)).toBe('')

    const answered = mark()
    expect(await place.says('ruth', 'Good baselines; the manikin comes in January')).toContain(
      'The mentor has it',
    )
    expect(place.heard('denis', answered)).toContain('ruth on your report of November 2026: “Good baselines')
    expect(await place.says('paul', code)).toContain('Good baselines')
    expect(await place.says('marie', code)).toContain('no such report')
    expect(await place.says('grace', 'report')).toContain('Only mentors')
  })

  it('is asked for again when it is not sent, and stands in the list of what is late', async () => {
    const from = mark()
    // Through January's sixth: December's report is overdue.
    place.programme.now = Date.parse('2026-12-31T08:00:00Z')
    await place.programme.wait(7 * DAY)
    const asked = place.heard('denis', from).match(/Your report of December 2026/g) ?? []
    expect(asked.length).toBe(3)
    const late = await place.says('paul', 'overdue')
    expect(late).toContain('Reports of December 2026 not sent: 1')
    expect(late).toContain('• denis')
    expect(await place.says('grace', 'overdue')).toContain('for supervisors and managers')
    await place.says('denis', 'report', 'Skip', 'Skip', 'Skip', 'Send')
    expect(await place.says('paul', 'overdue')).toContain('Nothing is late')
    const before = mark()
    await place.programme.wait(20 * DAY)
    expect(place.heard('denis', before)).toBe('')
  })

  it('stands in the menu of whoever mentors', async () => {
    expect(await place.says('denis', 'improve')).toContain('(Monthly report)')
    expect(await place.says('denis', 'Monthly report')).toContain('denis, ')
    for (const other of ['grace', 'ruth', 'marie'])
      expect(await place.says(other, 'improve')).not.toContain('Monthly report')
  })

  it('of a month that was never sent can still be sent, the oldest first, as far back as the duty goes', async () => {
    place.programme.now = Date.parse('2027-04-02T08:00:00Z')
    const which = await place.says('denis', 'report')
    expect(which.match(/\w+ 2027/g)).toEqual(['January 2027', 'February 2027', 'March 2027', 'April 2027'])
    expect(await place.says('denis', 'February 2027')).toContain('February 2027: what went well')
    expect(await place.says('denis', 'Skip', 'Skip', 'Skip', 'Send')).toContain('Sent to your supervisor')
    expect((await place.says('denis', 'report')).match(/\w+ 2027/g)).toEqual([
      'January 2027',
      'March 2027',
      'April 2027',
    ])
    await place.says('denis', 'A', 'Skip', 'Skip', 'Skip', 'Send')
    // One is left that is over: nothing is to be chosen.
    expect(await place.says('denis', 'report')).toContain('March 2027: what went well')
    await place.says('denis', 'Skip', 'Skip', 'Skip', 'Send')
    expect(await place.says('denis', 'report')).toContain('Send the report of April 2027 now all the same?')
    await place.says('denis', 'Send it now', 'Skip', 'Skip', 'Skip', 'Send')
    expect(await place.says('denis', 'report')).toContain('All your monthly reports are sent')
  })

  it('that was sent before more was counted can still be read', async () => {
    const { db } = place.programme.fresh
    const [row] = await db.query(
      `update monthly_report set figures = (select json_object_agg(key, value) from json_each(figures)
           where key not in ('refusals', 'equipment_faults', 'near_miss_kinds', 'topics', 'missed'))::jsonb || '{"missed": ["road"]}'::jsonb
       where month = '2026-11-01' and mentor_id = $1 returning id`,
      [place.idOf('denis')],
    )
    expect(await place.says('ruth', `R-${(row as { id: number }).id}`)).toContain('Missed: rain or road')
    await place.says('ruth', 'menu')
  })

  it('goes back a year at most', async () => {
    place.programme.now = Date.parse('2028-09-02T08:00:00Z')
    const months = (await place.says('denis', 'report')).match(/\w+ 202\d/g)
    expect(months?.[0]).toBe('September 2027')
    await place.says('denis', 'menu')
  })
})

describe('joint supervision', () => {
  it('goes through the tool, agrees actions, and is signed by those it is about', async () => {
    const asked = await place.says('ruth', 'supervise')
    expect(asked).toContain('(Hilltop HC)')
    expect(await place.says('ruth', 'Hilltop HC')).toContain('1 of 11: Are the actions of last time closed?')
    await place.says('ruth', 'Met', 'Skip', 'In part', 'Not on the wall')
    // It can be gone on with later.
    await place.says('ruth', 'menu', 'supervise', 'Hilltop HC')
    for (let domain = 3; domain < 11; domain++) await place.says('ruth', 'Met', 'Skip')
    const full = await place.says('ruth', 'Could not be seen', 'Skip')
    expect(full).toContain('Hilltop HC: 19 of 20 points (95 %)')
    expect(full).toContain('• Mentorship plan: 1/2 – Not on the wall')
    const from = mark()
    await place.says('ruth', 'Put the plan on the wall', 'marie', '7')
    expect(place.heard('marie', from)).toContain('you were asked to do this')
    const closed = await place.says('ruth', 'Close the visit')
    expect(closed).toContain('It is sent to marie, denis to read and sign')
    const code = codeIn(closed, 'S')
    for (const reader of ['marie', 'denis'])
      expect(place.heard(reader, from)).toMatch(
        /ruth has closed the joint supervision of Hilltop HC.*\n\(Read and sign\)/,
      )
    const read = await place.says('denis', 'Read and sign')
    expect(read).toContain('19 of 20 points (95 %)')
    expect(read).toContain('• Put the plan on the wall – marie')
    const signed = mark()
    await place.says('denis', 'Read, and I sign')
    expect(place.heard('ruth', signed)).toContain('denis has read and signed')
    expect(await place.says('marie', code)).toContain('• Put the plan on the wall – marie')
    expect(await place.says('eric', code)).toContain('no such visit')
    expect(await place.says('paul', 'supervise', 'Hilltop HC')).toContain('was supervised this quarter')
    expect(await place.says('denis', 'supervise')).toContain('You supervise no place')
  })

  it('says so when nobody is there to read it', async () => {
    await place.says('ruth', 'supervise', 'Valley HC')
    for (let domain = 0; domain < 11; domain++) await place.says('ruth', 'Met', 'Skip')
    expect(await place.says('ruth', 'Close the visit')).toContain('has no manager and no mentor yet')
  })
})
