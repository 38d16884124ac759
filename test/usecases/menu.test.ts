// What the menu leads to: a first test, then practice and post-test, an unfinished quiz, one's own scores.
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { DAY } from '../../src/words/clock.ts'
import type { Bubble } from '../../src/words/message.ts'
import { makeProgramme, MENU, MONDAY, type Programme, told } from '../programme.ts'
import { answerAll, expectSaid, nurse, observed, sayAll } from './conversation.ts'

let programme: Programme
let grace: string
beforeAll(async () => {
  programme = await makeProgramme()
})
afterAll(() => programme.close())
beforeEach(async () => {
  programme.now = MONDAY
  grace = await nurse(programme)
})

const say = (...said: string[]): Promise<Bubble[]> => sayAll(programme, grace, ...said)
const labels = (reply: readonly Bubble[]): string[] | undefined =>
  reply.at(-1)?.choices?.map(({ label }) => label)

/** Takes the first test of newborn resuscitation to its end. */
const takeTest = async (wrong: number): Promise<Bubble> =>
  answerAll(programme, grace, (await say('menu', MENU.newborn)).at(-1), wrong)

const attempts = (): Promise<unknown[]> =>
  programme.fresh.db.query(
    `select t.purpose, t.passed, t.left_frame is not null "left", (select count(*) from answer where attempt_id = t.id) answers
     from attempt t join person p on p.id = t.person_id where p.invite_code = $1 order by t.id`,
    [grace],
  )

it('offers practice and post-test after the first test and the first observation, and not before', async () => {
  expect(told(await say('menu', MENU.newborn))).toContain('First test: 10 questions')
  await answerAll(programme, grace, (await say('menu', MENU.newborn, 'Go on')).at(-1), 0)
  const early = await say('menu', MENU.newborn)
  expect(told(early)).toContain('the post-test opens once a mentor has watched you')
  expect(told(early)).toContain('Practice: 10 questions')
  await observed(programme, grace)
  await say('menu', MENU.newborn)
  expect(labels(await say('Start over'))).toEqual(['Practise', 'Post-test', '3-minute lesson'])
  expect(told(await say('post-test'))).toContain('Post-test: 10 questions')
  // Another quiz has its own first test.
  expect(told(await say('menu', MENU.bleeding))).toContain('First test: ')
  expect(await attempts()).toMatchObject([
    { purpose: 'pre_test', passed: true },
    { purpose: 'practice', passed: null },
    { purpose: 'post_test', passed: null },
    { purpose: 'pre_test' },
  ])
})

it('brings three minutes on what was tested: by a button under the result, and from the menu after the first test', async () => {
  const result = await takeTest(2)
  const [button] = result.choices ?? []
  expect(button?.label).toBe('3-minute lesson')
  const lesson = told(await programme.say(grace, { kind: 'choice', token: button?.token ?? '' }))
  const some = /^3-minute lesson: (The first minute|Air that does not go in)[^]*On your ward:/
  expect(lesson).toMatch(some)
  await observed(programme, grace)
  expect(told(await say('menu', MENU.newborn, '3-minute lesson'))).toMatch(some)
  // Nobody else sees by it what somebody was tested in.
  const other = await nurse(programme)
  const [, attempt = ''] = button?.token.split('.') ?? []
  expect(told(await sayAll(programme, other, `L-${attempt}`))).toContain('no such lesson')
})

it('takes a post-test once in a week, and never again while it stands', async () => {
  await takeTest(0)
  await observed(programme, grace)
  await answerAll(programme, grace, (await say('menu', MENU.newborn, 'Post-test')).at(-1), 5)
  programme.now += DAY
  expect(told(await say('menu', MENU.newborn))).toContain('The post-test is open again from')
  programme.now += 6 * DAY
  await say('menu', MENU.newborn, 'Start over')
  await answerAll(programme, grace, (await say('Post-test')).at(-1), 0)
  programme.now += 30 * DAY
  expect(told(await say('menu', MENU.newborn))).toContain('You have passed the post-test')
  expect(
    (await attempts()).filter((row) => (row as { purpose: string }).purpose === 'post_test'),
  ).toHaveLength(2)
})

it('tells "My progress" in words: what is validated, what is on its way, and what it lacks', async () => {
  expect(told(await say('my progress'))).toContain('nothing is scored yet')
  await takeTest(0)
  await observed(programme, grace, { score: 18 })
  const before = told(await say('MY PROGRESS'))
  expect(before).toMatch(/0 of \d+ validated/)
  expect(before).toContain('Helping a newborn breathe: seen done properly. Still needed: the post-test')
  expect(before).toContain('Not begun yet (1): Bleeding after birth')
  await answerAll(programme, grace, (await say('menu', MENU.newborn, 'Post-test')).at(-1), 0)
  await observed(programme, grace, { competency: 'MH-PPH' })
  const after = told(await say('menu', 'My progress'))
  expect(after).toMatch(/1 of \d+ validated/)
  expect(after).toContain('✅ Helping a newborn breathe: validated on 23 November 2026')
  expect(after).toContain(
    'Bleeding after birth: first observation done. Still needed: an observation done properly, the post-test',
  )
  programme.now += 200 * DAY
  expect(told(await say('my progress'))).toContain('to be refreshed: ')
})

it('keeps what was answered when somebody starts over, and offers the old attempt no more', async () => {
  await takeTest(0)
  await say('menu', MENU.newborn, 'Practise', 'A', 'menu', MENU.newborn, 'Start over', 'Practise')
  expect(told(await say('A', 'B', 'menu', MENU.newborn))).toContain('You have answered 2 of 10 questions')
  expect(await attempts()).toMatchObject([
    { purpose: 'pre_test', answers: 10 },
    { purpose: 'practice', answers: 1, left: false },
    { purpose: 'practice', answers: 2, left: true },
  ])
})

it('does not offer a post-test to somebody who starts their first test over, which it would not be', async () => {
  const reply = told(await say('menu', MENU.newborn, 'A', 'menu', MENU.newborn, 'Start over'))
  expect(reply).toContain('First test')
  expect(reply).not.toContain('post-test')
})

it('tells "My scores", newest first, and before there are any says so', async () => {
  expectSaid(programme, await say('menu', MENU.scores), { of: 'scores_none' })
  await takeTest(2)
  programme.now += 60_000
  const again = (await say('menu', MENU.newborn, 'Practise')).at(-1)
  await answerAll(programme, grace, again, 0)
  const [first, second, ...more] = told(await say('menu', MENU.scores)).split('\n\n')
  expect(first).toMatch(/^Newborn resuscitation: 10 of 10 \(100%\), Practice, Monday.* at 10:01$/)
  expect(second).toMatch(/^Newborn resuscitation: 8 of 10 \(80%\), First test, Monday.* at 10:00$/)
  expect(more).toEqual([])
})

// These begin with a word for START as a link with an invite code does, and must not lead away from the question.
it.each(['start ventilating', 'Commencer ventilation', 'tangira vuba', 'ANZA sasa'])(
  'is not opened by an answer in a quiz that is not clear: %j',
  async (text) => {
    const asked = (await say('menu', MENU.newborn)).at(-1)
    const reply = await say(text)
    expectSaid(programme, reply, { of: 'quiz_unclear' })
    expect(reply.at(-1)?.choices).toEqual(asked?.choices)
    expect(await attempts()).toMatchObject([{ answers: 0, left: false }])
  },
)

it('offers nobody a quiz of other cadres', async () => {
  const [row] = (await programme.fresh.db.query('select count(*) n from attempt')) as { n: number }[]
  await programme.fresh.db.query(`update person set cadre = 'chw' where invite_code = $1`, [grace])
  expect(labels(await say('menu'))).not.toContain('Newborn resuscitation')
  expect(told(await say('Newborn resuscitation'))).toContain('I did not understand that')
  expect(await programme.fresh.db.query('select count(*) n from attempt')).toEqual([row])
})
