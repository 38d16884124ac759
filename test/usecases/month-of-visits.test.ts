// A mentor's month with three health centres, as she and her people live it: the plan, the reminders, one visit moved for
// rain, one held, one that did not happen, and what the next month makes of it.
import { afterAll, beforeAll, expect, it } from 'vitest'
import { isQuietAt } from '../../src/domain/rhythm.ts'
import { keepVisitPlans } from '../../src/usecases/plan-visits.ts'
import { HOUR } from '../../src/words/clock.ts'
import { type Programme, told } from '../programme.ts'
import { say } from './observing.ts'
import { heardBy, SITES, visitingProgramme } from './visiting.ts'

let programme: Programme
beforeAll(async () => void (programme = await visitingProgramme(3)))
afterAll(() => programme.close())

type Sent = Awaited<ReturnType<Programme['wait']>>
/** Everything that reached anybody unasked, with the hour it came in. */
const unasked: { to: string; text: string; at: number }[] = []

async function until(local: string): Promise<Sent> {
  const end = Date.parse(`${local}+02:00`)
  const all: Sent = []
  while (programme.now < end) {
    const sent = await programme.wait(Math.min(HOUR, end - programme.now))
    unasked.push(...sent.map(({ to, bubble }) => ({ to, text: bubble.text, at: programme.now })))
    all.push(...sent)
  }
  return all
}
const amina = async (...words: string[]): Promise<string> => told(await say(programme, 'amina', ...words))
const days = async (): Promise<unknown> =>
  programme.fresh.db.query(
    `select f.name, v.starts_on::text "on", v.state from visit v join facility f on f.id = v.facility_id
     where v.period = '2026-12-01' order by v.starts_on`,
  )

it('is planned: three visits of two days, none on the same day, at a weekend or at Christmas', async () => {
  // A Friday: nothing fits into what is left of November.
  programme.now = Date.parse('2026-11-27T09:00+02:00')
  await keepVisitPlans(programme.desk)
  await until('2026-11-27T10:00')
  expect(await days()).toEqual([
    { name: 'Kanama HC', on: '2026-12-01', state: 'proposed' },
    { name: 'Nyundo HC', on: '2026-12-08', state: 'proposed' },
    { name: 'Rubavu HC', on: '2026-12-15', state: 'proposed' },
  ])
  for (const place of [
    'Kanama HC, Tue 1 December',
    'Nyundo HC, Tue 8 December',
    'Rubavu HC, Tue 15 December',
  ])
    expect(await amina('visits', place, 'Confirm it')).toContain('Confirmed.')
  const sent = await until('2026-11-27T10:10')
  for (const { nurse, manager, facility } of SITES)
    for (const who of [nurse, manager]) {
      const heard = heardBy(sent, who)
      expect(heard).toHaveLength(1)
      expect(heard[0]).toContain(`A mentorship visit to ${facility} is planned`)
      expect(told(await say(programme, who, 'I will come'))).toContain('You are expected')
    }
})

it('is held at the first place, step by step', async () => {
  const before = await until('2026-12-01T08:30')
  expect(heardBy(before, 'amina').join('\n')).toContain('Your brief for Kanama HC')
  expect(await amina('V-1', 'Who is coming?')).toContain('Coming (2)')
  await amina('V-1', 'Begin the visit', 'Everybody', 'None were agreed', '41', '2', '3', '1', '50', '20')
  await amina('No gaps', 'Leave it out', 'No time', 'Leave it out', 'Nobody was there')
  await amina('Airway before bag', 'They call early', 'None', 'That is all', 'Close it')
  const after = await until('2026-12-01T12:00')
  expect(heardBy(after, 'eric').join('\n')).toContain('The visit to Kanama HC is closed')
  expect(heardBy(after, 'grace').join('\n')).not.toContain('closed')
})

it('is moved for rain at the second, which only its people hear, once', async () => {
  await until('2026-12-07T19:00')
  await amina('V-2', 'Another day', 'A day I write', '10/12', 'Rain or road')
  const sent = await until('2026-12-08T12:00')
  for (const who of ['grace', 'felix'])
    expect(heardBy(sent, who).filter((text) => text.includes('has been moved (rain or road)'))).toHaveLength(
      1,
    )
  for (const who of ['eric', 'joseph']) expect(heardBy(sent, who).join('\n')).not.toContain('has been moved')
  // The morning of the old day is silent.
  expect(heardBy(sent, 'grace').join('\n')).not.toContain('Today: mentorship visit')
  const then = await until('2026-12-10T08:30')
  expect(heardBy(then, 'grace').join('\n')).toContain('Today: mentorship visit to Nyundo HC')
})

it('asks after a visit of which nothing is written down', async () => {
  const sent = await until('2026-12-17T20:00')
  expect(heardBy(sent, 'amina').join('\n')).toContain('nothing is written down of it')
  expect(await amina('V-3', 'Call it off', 'No transport')).toContain('Called off')
  const after = await until('2026-12-18T12:00')
  for (const who of ['joseph', 'odette'])
    expect(heardBy(after, who).filter((text) => text.includes('called off (no transport)'))).toHaveLength(1)
})

it('goes on into the next month in the same rhythm, with what was left open', async () => {
  await until('2026-12-23T12:00')
  expect(
    await programme.fresh.db.query(
      `select f.name, v.starts_on::text "on" from visit v join facility f on f.id = v.facility_id
       where v.period = '2027-01-01' order by f.name`,
    ),
  ).toEqual([
    { name: 'Kanama HC', on: '2027-01-05' },
    { name: 'Nyundo HC', on: '2027-01-14' },
    { name: 'Rubavu HC', on: '2027-01-19' },
  ])
  const kanama = await programme.fresh.db.query(
    `select v.id from visit v where v.period = '2027-01-01' and v.starts_on = '2027-01-05'`,
  )
  const brief = await amina(`V-${(kanama[0] as { id: number }).id}`, 'My brief')
  expect(brief).toContain('Not done at the last visit: LDHF session, observation')
})

it('wrote to nobody in quiet hours', () => {
  const early = unasked.filter(
    ({ at }) => isQuietAt(at, programme.desk.programme) && isQuietAt(at - HOUR, programme.desk.programme),
  )
  expect(early).toEqual([])
})

it('hears from a manager which days do not suit, and keeps them free', async () => {
  const noted = told(
    await say(programme, 'solange', 'visits', 'Days that do not suit us', 'A weekday never suits', 'Tuesday'),
  )
  expect(noted).toContain('Noted.')
  expect(
    told(await say(programme, 'solange', 'visits', 'Days that do not suit us', 'A day we are busy', '20/1')),
  ).toContain('Noted.')
  const [row] = await programme.fresh.db.query(
    `select id from visit where period = '2027-01-01' and starts_on = '2027-01-05'`,
  )
  await amina(`V-${(row as { id: number }).id}`, 'Another day', 'A day I write', '12/1')
  expect(told(programme.sent.slice(-2).map(({ bubble }) => bubble))).toContain('On which day shall it begin?')
  const offered =
    programme.sent.findLast(({ to }) => to === 'amina')?.bubble.choices?.map(({ label }) => label) ?? []
  expect(
    offered.filter(
      (label) => label.startsWith('Tue') || label.startsWith('Mon') || label.includes('20 January'),
    ),
  ).toEqual([])
  expect(told(await say(programme, 'joseph', 'visits'))).not.toContain('Days that do not suit')
})
