// What people choose under "My hours and leave" decides when refreshers come.
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { HOUR, MINUTE } from '../../src/words/clock.ts'
import type { Bubble } from '../../src/words/message.ts'
import { makeProgramme, MENU, MONDAY, type Programme, told } from '../programme.ts'
import { answerAll, expectSaid, nurse, sayAll } from './conversation.ts'

let programme: Programme
let grace: string
beforeAll(async () => {
  programme = await makeProgramme()
})
afterAll(() => programme.close())
beforeEach(async () => {
  // The same Monday for everybody, and nothing to come from those before.
  programme.now = MONDAY
  await programme.fresh.db.query('delete from follow_up')
  grace = await nurse(programme)
})

const say = (...said: string[]): Promise<Bubble[]> => sayAll(programme, grace, ...said)
const takeTest = async (): Promise<Bubble> =>
  answerAll(programme, grace, (await say('menu', MENU.newborn)).at(-1), 2)
/** A local time in Kigali, all the year two hours ahead of UTC. */
const at = (local: string): number => Date.parse(`${local}:00+02:00`)

/** That nothing comes before this local time, and the refresher within the minute of it. */
async function expectRefresher(local: string): Promise<void> {
  expect(await programme.wait(at(local) - MINUTE - programme.now)).toEqual([])
  const came = await programme.wait(2 * MINUTE)
  expect(told(came.map(({ bubble }) => bubble))).toContain('A short refresher')
}

// The tests are taken on Monday 23 November at 10:00; without a choice the refresher comes the next day at 17:00.
it.each([
  ['every day', '17', '2026-11-24T17:00'],
  ['every day', '7', '2026-11-24T07:00'],
  ['Monday to Friday', '20', '2026-11-24T20:00'],
  ['Monday, Wednesday, Friday', '12', '2026-11-25T12:00'],
  ['Saturday and Sunday', '8 in the morning', '2026-11-28T08:00'],
])('chosen before a test, refreshers come %s at %s', async (days, hour, expected) => {
  expectSaid(programme, await say('menu', MENU.hours, 'Days and hour', days, hour), {
    of: 'hours',
    nth: 3,
  })
  const last = await takeTest()
  expect(last.text).toContain(expected.slice(11))
  expect(told(await say('menu', MENU.hours))).toContain(
    `at ${Number(expected.slice(11, 13))}:00, ${days}`.replace('every', 'Every'),
  )
  await expectRefresher(expected)
})

it('asks again for an hour that is none, and changes nothing meanwhile', async () => {
  for (const hour of ['6', '21', 'evening', '']) {
    expectSaid(programme, await say('menu', MENU.hours, 'Days and hour', 'Saturday and Sunday', hour), {
      of: hour === '' ? 'not_text' : 'unclear_number',
    })
  }
  await takeTest()
  await expectRefresher('2026-11-24T17:00')
})

it('on leave nothing comes, and after it something does', async () => {
  await takeTest()
  expect(told(await say('menu', MENU.hours, 'I am on leave', '3 days'))).toContain('quiet until Thursday')
  expect(await programme.wait(at('2026-11-26T00:00') - programme.now)).toEqual([])
  expect(told((await programme.wait(18 * HOUR)).map(({ bubble }) => bubble))).toContain('A short refresher')
})

it('back from leave sooner than thought, 0 ends it', async () => {
  expectSaid(programme, await say('menu', MENU.hours, 'I am on leave', '30'), { of: 'hours', nth: 5 })
  expectSaid(programme, await say('menu', MENU.hours, 'I am on leave', '0'), { of: 'hours', nth: 6 })
  await takeTest()
  await expectRefresher('2026-11-24T17:00')
})

it('a refresher that is planned already moves to another hour and other days', async () => {
  await takeTest()
  await say('menu', MENU.hours, 'Days and hour', 'Saturday and Sunday', '9')
  await expectRefresher('2026-11-28T09:00')
})

it('after leave the refresher comes at their hour, not in the early morning', async () => {
  await takeTest()
  await say('menu', MENU.hours, 'I am on leave', '3')
  await expectRefresher('2026-11-26T17:00')
})

it('back sooner than thought, the refresher that had moved comes back, too', async () => {
  await takeTest()
  await say('menu', MENU.hours, 'I am on leave', '30')
  await programme.wait(25 * HOUR)
  await programme.wait(12 * HOUR)
  await say('menu', MENU.hours, 'I am on leave', '0')
  await expectRefresher('2026-11-25T17:00')
})
