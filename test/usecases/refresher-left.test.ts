// A refresher that somebody leaves in the middle: what was answered counts, and the rest can be gone on with.
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Quiz } from '../../src/engine/schema.ts'
import { DAY, HOUR } from '../../src/words/clock.ts'
import type { FlowId } from '../../src/words/ids.ts'
import type { Bubble } from '../../src/words/message.ts'
import { makeProgramme, MENU, type Programme, rightLetter, told } from '../programme.ts'
import { answerAll, nurse, sayAll } from './conversation.ts'

const GO_ON = 'Go on with the refresher'

let programme: Programme
let grace: string
let quiz: Quiz
beforeEach(async () => {
  programme = await makeProgramme()
  const flow = programme.desk.shelf.current('newborn-resuscitation' as FlowId)
  if (flow?.content.kind !== 'quiz') throw new Error('the quiz is gone')
  quiz = flow.content
  grace = await nurse(programme)
  // Three questions missed: the refresher of the next day has them.
  await answerAll(programme, grace, (await say('menu', MENU.newborn)).at(-1), 3)
})
afterEach(() => programme.close())

const say = (...said: string[]): Promise<Bubble[]> => sayAll(programme, grace, ...said)
const answer = (asked: Bubble | undefined): Promise<Bubble[]> => {
  if (!asked) throw new Error('nothing was asked')
  return say(rightLetter(quiz, asked))
}
const offered = async (): Promise<boolean> =>
  (await say('menu')).at(-1)?.choices?.some(({ label }) => label === GO_ON) ?? false
/** How often each missed question has been right since. */
const known = async (): Promise<unknown[]> =>
  (
    await programme.fresh.db.query(
      'select case when retired_at is null then right_in_a_row else 2 end "right" from review_card order by 1',
    )
  ).map((row) => (row as { right: number }).right)

it('is offered in the menu, goes on where it was, and counts each answer once', async () => {
  expect(await offered()).toBe(false)
  const [{ bubble: first } = { bubble: undefined }] = await programme.wait(31 * HOUR)
  expect(first?.text).toContain('Question 1 of 3')
  await answer(first)
  expect(await known()).toEqual([0, 0, 0])
  expect(await offered()).toBe(true)
  expect(await known()).toEqual([0, 0, 1])

  programme.now += HOUR
  const second = (await say(GO_ON)).at(-1)
  expect(second?.text).toContain('Question 2 of 3')
  await answer(second)
  expect(await offered()).toBe(true)
  expect(await known()).toEqual([0, 1, 1])
  const last = await answer((await say(GO_ON)).at(-1))
  expect(told(last)).toContain('Refresher done: 3 of 3 right')
  expect(await known()).toEqual([1, 1, 1])
  expect(await offered()).toBe(false)
})

it('comes again the next day with what was not answered, and then the old one is offered no more', async () => {
  const [{ bubble: first } = { bubble: undefined }] = await programme.wait(31 * HOUR)
  await answer(first)
  await say('menu')
  const came = (await programme.wait(DAY)).map(({ bubble }) => bubble)
  expect(told(came)).toContain('A short refresher')
  while (!told(came).includes('Refresher done')) came.push(...(await answer(came.at(-1))))
  expect(await offered()).toBe(false)
  expect((await known()).every((right) => right !== 0)).toBe(true)
  const attempts = await programme.fresh.db.query(
    `select max, score from attempt where purpose = 'refresher' order by id`,
  )
  expect(attempts).toMatchObject([{ max: 3, score: null }, { score: expect.any(Number) as number }])
})

it('that nobody leaves counts, too, when the next one comes', async () => {
  const [{ bubble: first } = { bubble: undefined }] = await programme.wait(31 * HOUR)
  await answer(first)
  // Silence. A week later the two that were not answered come.
  const came = (await programme.wait(8 * DAY)).map(({ bubble }) => bubble)
  expect(came.filter(({ text }) => text.includes('A short refresher'))).toHaveLength(1)
  expect(await known()).toEqual([0, 0, 1])
  expect(came.at(-1)?.text).toMatch(/Question 1 of [23]/)
})

it('survives a second telephone that goes on with it first', async () => {
  await programme.fresh.db.query(
    `insert into address (channel, external_id, person_id) select 'web', 'other', id from person where invite_code = $1`,
    [grace],
  )
  await programme.wait(31 * HOUR)
  expect(await offered()).toBe(true)
  await programme.fresh.db.query('update attempt set left_frame = null')
  expect(told(await say(GO_ON))).toContain('What would you like to do?')
})
