// A district coordinates: joint supervision is reminded of, the quarterly meeting is prepared, and its decisions are kept.
import { afterAll, beforeAll, expect, it } from 'vitest'
import { agendaSays, planCoordination } from '../../src/usecases/coordinate.ts'
import { calendarFeed } from '../../src/usecases/calendar-feed.ts'
import { makeCalendarLink } from '../../src/store/calendar-links.ts'
import { openMeetings } from '../../src/store/meetings.ts'
import { DAY } from '../../src/words/clock.ts'
import { type Improving, startImproving } from './improving.ts'

let place: Improving
beforeAll(async () => void (place = await startImproving()))
afterAll(() => place.programme.close())

const mark = (): number => place.programme.sent.length

it('reminds whoever supervises of the hospitals that were not supervised this quarter', async () => {
  const { desk, fresh, now } = place.programme
  expect(await planCoordination(desk, fresh.db, now)).toBe(3)
  expect(await planCoordination(desk, fresh.db, now)).toBe(0)
  const from = mark()
  // From 23 November into 2 December.
  await place.programme.wait(9 * DAY)
  for (const who of ['ruth', 'paul'])
    expect(place.heard(who, from)).toContain('Joint supervision is still to be held this quarter: Rubavu DH.')
  expect(place.heard('denis', from)).not.toContain('Joint supervision')
})

it('stands in the coordinator’s calendar before', async () => {
  const { desk, fresh, now } = place.programme
  const secret = await makeCalendarLink(fresh.db, place.idOf('paul'), { at: now, until: now + DAY })
  const feed = await calendarFeed(desk, secret)
  expect(feed?.entries).toMatchObject([
    { id: 'meeting-1', title: 'Coordination meeting, Rubavu', from: '2027-01-11', until: '2027-01-11' },
  ])
  expect(await place.says('paul', 'visits')).toContain('calendar')
})

it('is neither moved into the quarter it looks back on, nor closed before that is over', async () => {
  const from = mark()
  // On 2 December.
  expect(await place.says('paul', 'M-1', 'Another day', '15/12')).toContain('when its quarter is over')
  await place.says('paul', 'menu')
  const early = await place.says('paul', 'M-1', 'Record decisions', 'Close the meeting')
  expect(early).toContain('close it from Fri 1 January on')
  expect(place.heard('denis', from)).toBe('')
  expect(await openMeetings(place.programme.fresh.db, 'everywhere')).toMatchObject([{ heldOn: '2027-01-11' }])
})

it('sends agenda and figures to the coordinator some days before', async () => {
  const { fresh } = place.programme
  await fresh.db.query(
    `insert into near_miss (facility_id, category, definition, cases, noted_at)
     select facility_id, 'eclampsia', 'programme', 2, '2026-12-30T10:00:00Z' from person where id = $1`,
    [place.idOf('grace')],
  )
  // The next quarter's, which is not looked back on.
  await fresh.db.query(
    `insert into near_miss (facility_id, category, definition, cases, noted_at)
     select facility_id, 'eclampsia', 'programme', 5, '2027-01-02T10:00:00Z' from person where id = $1`,
    [place.idOf('grace')],
  )
  await place.says('denis', 'problem', 'Stock-out', 'Oxytocin', 'Skip')
  const from = mark()
  place.programme.now = Date.parse('2027-01-06T08:00:00Z')
  await place.programme.wait(2 * DAY)
  const asked = place.heard('paul', from)
  expect(asked).toContain('The coordination meeting of Rubavu is on Mon 11 January')
  expect(asked).toContain('4. Near-misses managed: 2')
  expect(asked).toContain('7. Joint supervision: 0 of 1 hospitals')
  expect(asked).toContain('(Record decisions)')
  // Leaders and mentors of the district are invited and read the same; mentees are not.
  for (const who of ['ruth', 'marie', 'denis']) {
    expect(place.heard(who, from)).toContain(
      'invited to the coordination meeting of Rubavu on Mon 11 January. paul',
    )
    expect(place.heard(who, from)).toContain('4. Near-misses managed: 2')
  }
  for (const who of ['grace', 'paul', 'sonia']) expect(place.heard(who, from)).not.toContain('invited')
})

it('can be moved to a working day, and no other', async () => {
  expect(await place.says('paul', 'M-1', 'Another day', '16/1')).toContain('It cannot be then')
  const from = mark()
  expect(await place.says('paul', '14/1')).toContain('The meeting is on Thu 14 January')
  expect(place.heard('denis', from)).toContain('is on Thu 14 January now')
  expect(await openMeetings(place.programme.fresh.db, 'everywhere')).toMatchObject([
    { heldOn: '2027-01-14', edition: 1 },
    { quarter: '2027-01-01' },
  ])
})

it('records decisions with owners, who are told, reminded, and heard of when they are late', async () => {
  const from = mark()
  await place.says('paul', 'meeting')
  await place.says(
    'paul',
    'Rubavu, Thu 14 January',
    'Record decisions',
    'Bring oxytocin to Hilltop',
    'ruth',
    '7',
  )
  expect(place.heard('ruth', from)).toContain('Bring oxytocin to Hilltop')
  await place.says('paul', 'Share the run charts', 'Myself', '14')
  const closed = await place.says('paul', 'Close the meeting')
  expect(closed).toContain('The coordination meeting of Rubavu is closed')
  for (const who of ['ruth', 'marie', 'denis'])
    expect(place.heard(who, from)).toContain('• Bring oxytocin to Hilltop – ruth')
  expect(await place.says('ruth', 'M-1')).toContain('no such meeting')
  const late = mark()
  await place.programme.wait(14 * DAY)
  expect(place.heard('ruth', late)).toContain('Bring oxytocin to Hilltop')
  expect(place.heard('paul', late)).toContain('Bring oxytocin to Hilltop')
})

it('goes to whoever coordinates now, and is planned for nobody twice', async () => {
  const { desk, fresh, now } = place.programme
  // With the end of the last one the next was arranged.
  expect(await openMeetings(fresh.db, 'everywhere')).toMatchObject([
    { quarter: '2027-01-01', heldOn: '2027-04-14', leaderId: place.idOf('paul') },
  ])
  expect(await planCoordination(desk, fresh.db, now)).toBe(0)
  await fresh.db.query(
    `insert into duty (person_id, role, facility_id, starts_at)
     select $1, role, facility_id, now() from duty where person_id = $2 and role = 'district_coordinator'`,
    [place.idOf('chief'), place.idOf('paul')],
  )
  expect(await planCoordination(desk, fresh.db, now)).toBe(2)
  expect(await planCoordination(desk, fresh.db, now)).toBe(0)
  expect(await openMeetings(fresh.db, 'everywhere')).toMatchObject([{ leaderId: place.idOf('chief') }])
})

it('puts what was decided and is open before the next', async () => {
  const { desk, fresh, now } = place.programme
  const [next] = await openMeetings(fresh.db, 'everywhere')
  expect(next).toMatchObject({ quarter: '2027-01-01' })
  if (!next) return
  const said = JSON.stringify(await agendaSays(desk, fresh.db, next, now))
  expect(said).toContain('"left":2')
})
