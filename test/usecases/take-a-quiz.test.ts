import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Quiz } from '../../src/engine/schema.ts'
import { DAY, HOUR } from '../../src/words/clock.ts'
import type { FlowId } from '../../src/words/ids.ts'
import { makeProgramme, MENU, type Programme, rightLetter, told, wrongLetter } from '../programme.ts'

let programme: Programme
let quiz: Quiz
beforeEach(async () => {
  programme = await makeProgramme()
  const flow = programme.desk.shelf.current('newborn-resuscitation' as FlowId)
  if (flow?.content.kind !== 'quiz') throw new Error('the quiz is gone')
  quiz = flow.content
})
afterEach(() => programme.close())

it('takes joseph from his first message through a quiz to the refresher of the next day', async () => {
  await programme.meet('joseph')
  expect(told(await programme.say('joseph', 'hello'))).toContain('Hello Joseph')
  expect(told(await programme.say('joseph', 'English'))).toContain('Do you agree')
  const menu = await programme.say('joseph', 'yes')
  expect(menu.at(-1)?.choices?.map(({ label }) => label)).toContain('Newborn resuscitation')

  let asked = (await programme.say('joseph', 'newborn resuscitation')).at(-1)
  expect(asked?.text).toContain('Question 1 of 10')
  for (let at = 1; at <= 10; at++) {
    if (!asked) throw new Error('no question was asked')
    const answer = at <= 2 ? wrongLetter(quiz, asked) : rightLetter(quiz, asked)
    const replies = await programme.say('joseph', answer)
    expect(replies[0]?.text).toContain(at <= 2 ? 'Not quite' : 'Right')
    expect(replies[0]?.text).toContain('Source:')
    asked = replies.at(-1)
  }
  expect(asked?.text).toContain('8 of 10 right (80%)')
  expect(asked?.text).toContain('Next: on Tuesday')

  const [attempt] = await programme.fresh.db.query(
    'select purpose, score, max, pass_percent, passed from attempt',
  )
  expect(attempt).toEqual({ purpose: 'pre_test', score: 8, max: 10, pass_percent: 85, passed: false })
  const answers = await programme.fresh.db.query('select correct from answer order by ordinal')
  expect(answers).toHaveLength(10)

  const nextDay = await programme.wait(31 * HOUR)
  expect(told(nextDay.map(({ bubble }) => bubble))).toContain('A short refresher')
  expect(nextDay[0]?.bubble.text).toContain('Question 1 of 2')
})

it('nudges after four hours and once more the next day at her hour, then never', async () => {
  await programme.meet('amina')
  await programme.say('amina', 'bonjour')
  await programme.say('amina', 'Français')
  await programme.say('amina', 'oui')
  const [first] = await programme.say('amina', MENU.newborn)
  expect(first?.text).toContain('Pré-test')
  await programme.say('amina', 'A')
  const nudged = (await programme.wait(4 * HOUR)).filter(({ to }) => to === 'amina')
  expect(told(nudged.map(({ bubble }) => bubble))).toContain('attend à la question 2')
  const later = (await programme.wait(10 * DAY)).filter(({ to }) => to === 'amina')
  expect(later).toHaveLength(1)
  expect(later[0]?.bubble.text).toContain('Je ne vous le rappellerai plus')
})
