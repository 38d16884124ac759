// Answers: understood however they are given, never guessed, corrected by BACK, never touched by an old button.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Quiz } from '../../src/engine/schema.ts'
import { DAY, HOUR, MINUTE } from '../../src/words/clock.ts'
import type { FlowId } from '../../src/words/ids.ts'
import type { Bubble } from '../../src/words/message.ts'
import { observed } from './conversation.ts'
import { makeProgramme, MENU, type Programme, rightLetter, told, wrongLetter } from '../programme.ts'

let programme: Programme
let quiz: Quiz
/** The question before joseph. */
let question: Bubble

beforeEach(async () => {
  programme = await makeProgramme()
  const flow = programme.desk.shelf.current('newborn-resuscitation' as FlowId)
  if (flow?.content.kind !== 'quiz') throw new Error('the quiz is gone')
  quiz = flow.content
  await programme.meet('joseph')
  for (const words of ['hello', 'English', 'yes', MENU.newborn]) await say(words)
})
afterEach(() => programme.close())

/** What joseph hears, and the question he is left with. */
async function say(words: string | { readonly tap: Bubble; readonly choice: number }): Promise<string> {
  const content =
    typeof words === 'string'
      ? words
      : ({ kind: 'choice', token: words.tap.choices?.[words.choice]?.token ?? '' } as const)
  const heard = await programme.say('joseph', content)
  const asked = heard.at(-1)
  if (asked?.text.includes('Question ')) question = asked
  return told(heard)
}

interface AnswerRow {
  readonly ordinal: number
  readonly attempt_try: number
  readonly correct: boolean
}
const answers = async (): Promise<AnswerRow[]> =>
  (await programme.fresh.db.query(
    'select ordinal, attempt_try, correct from answer order by attempt_id, ordinal, attempt_try',
  )) as AnswerRow[]
const right = (): string => rightLetter(quiz, question)
const wrong = (): string => wrongLetter(quiz, question)
const indexOf = (letter: string): number => letter.charCodeAt(0) - 65

describe('BACK', () => {
  /** The first test is behind joseph, and practice before him. */
  async function practise(): Promise<void> {
    for (let at = 1; at <= 10; at++) await say(right())
    await programme.fresh.db.query('delete from answer')
    for (const words of ['menu', MENU.newborn, 'practise']) await say(words)
  }

  it('corrects the last answer until the next is given; both are kept and the last one counts', async () => {
    await practise()
    await say(wrong())
    expect(await say('back')).toContain('Question 1 of 10')
    expect(await say(right())).toContain('✅')
    expect(await answers()).toEqual([
      { ordinal: 1, attempt_try: 1, correct: false },
      { ordinal: 1, attempt_try: 2, correct: true },
    ])
    // And once more, while the second is not answered.
    await say('back')
    await say(wrong())
    await say('back')
    await say(right())
    for (let at = 2; at <= 10; at++) await say(right())
    const [attempt] = await programme.fresh.db.query(
      `select score, max, passed from attempt where purpose = 'practice'`,
    )
    expect(attempt).toEqual({ score: 10, max: 10, passed: true })
    expect((await answers()).filter(({ ordinal }) => ordinal === 1).map(({ correct }) => correct)).toEqual([
      false,
      true,
      false,
      true,
    ])
  })

  it('reaches one answer back and no further', async () => {
    await say(right())
    await say(right())
    expect(await say('back')).toContain('Question 2 of 10')
    expect(await say('back')).toContain('no answer here that can still be changed')
    expect(question.text).toContain('Question 2 of 10')
    await say(wrong())
    expect(question.text).toContain('Question 3 of 10')
    expect(
      (await answers()).map(({ ordinal, attempt_try, correct }) => [ordinal, attempt_try, correct]),
    ).toEqual([
      [1, 1, true],
      [2, 1, true],
      [2, 2, false],
    ])
  })

  it('raises no score of a first test: the right answer has been told', async () => {
    await say(wrong())
    expect(await say('back')).toContain('the answer you gave first is the one that counts')
    await say(right())
    for (let at = 2; at <= 10; at++) await say(right())
    expect(await say('back')).toContain('Question 10 of 10')
    expect(await say(wrong())).toContain('9 of 10 right')
    expect(await programme.fresh.db.query('select score, passed from attempt')).toMatchObject([{ score: 9 }])
    expect(await answers()).toHaveLength(12)
    expect(await programme.fresh.db.query('select kind, score from evidence')).toEqual([
      { kind: 'pre_test', score: 9 },
    ])
    // What was missed at first comes back.
    expect(await programme.fresh.db.query('select right_in_a_row from review_card')).toHaveLength(1)
  })

  it('corrects the last answer of a quiz, too, while nothing else has begun', async () => {
    await practise()
    for (let at = 1; at <= 9; at++) await say(right())
    expect(await say(wrong())).toContain('9 of 10 right')
    const cards = (): Promise<unknown[]> =>
      programme.fresh.db.query('select question, due_at, card::text from review_card')
    const missed = await cards()
    expect(missed).toHaveLength(1)
    programme.now += MINUTE
    expect(await say('back')).toContain('Question 10 of 10')
    expect(await say(right())).toContain('10 of 10 right')
    const [attempt] = await programme.fresh.db.query(
      `select score, passed, left_frame from attempt where purpose = 'practice'`,
    )
    expect(attempt).toEqual({ score: 10, passed: true, left_frame: null })
    // It comes back once more all the same, and is counted once.
    expect(await cards()).toEqual(missed)
    await say('menu')
    expect(await say('back')).toContain('no answer here that can still be changed')
  })

  it('lets a result stand that was told, when the last answer is taken back and left so', async () => {
    await practise()
    for (let at = 1; at <= 10; at++) await say(right())
    for (const words of ['back', 'menu']) await say(words)
    const [attempt] = await programme.fresh.db.query(
      `select score, left_frame from attempt where purpose = 'practice'`,
    )
    expect(attempt).toEqual({ score: 10, left_frame: null })
    expect(question.text).toContain('Question 10 of 10')
    expect(await say(MENU.newborn)).toContain('Practice: 10 questions')
  })

  it('leaves answers of a post-test as they are', async () => {
    for (let at = 1; at <= 10; at++) await say(right())
    await observed(programme, 'joseph')
    for (const words of ['menu', MENU.newborn, 'post-test']) await say(words)
    await say(wrong())
    expect(await say('back')).toContain('answers stand as they were given')
    expect(question.text).toContain('Question 2 of 10')
    expect(await answers()).toHaveLength(11)
  })

  it('still corrects after a look at the menu and after a night', async () => {
    await say(wrong())
    await say('menu')
    await programme.wait(DAY)
    for (const words of ['menu', MENU.newborn, 'go on']) await say(words)
    expect(question.text).toContain('Question 2 of 10')
    expect(await say('back')).toContain('Question 1 of 10')
    await say(right())
    expect(
      (await answers()).map(({ ordinal, attempt_try, correct }) => [ordinal, attempt_try, correct]),
    ).toEqual([
      [1, 1, false],
      [1, 2, true],
    ])
  })

  it('loses nothing when the corrected question is left for the menu', async () => {
    await say(wrong())
    for (const words of ['back', 'menu', MENU.newborn, 'go on']) await say(words)
    expect(question.text).toContain('Question 1 of 10')
    expect(await say('back')).toContain('no answer here that can still be changed')
    await say(right())
    expect((await answers()).map(({ attempt_try, correct }) => [attempt_try, correct])).toEqual([
      [1, false],
      [2, true],
    ])
  })
})

describe('an old button', () => {
  it('tells kindly, changes nothing, and leaves the question before the person as it is', async () => {
    const first = question
    await say({ tap: first, choice: indexOf(right()) })
    const second = question
    const heard = await say({ tap: first, choice: 0 })
    expect(heard).toContain('That button belongs to an earlier question. Nothing has changed')
    expect(heard).toContain('Question 2 of 10')
    expect(await answers()).toHaveLength(1)
    // The buttons shown before the detour are as good as those shown after it.
    await say({ tap: second, choice: indexOf(right()) })
    expect((await answers()).map(({ correct }) => correct)).toEqual([true, true])
  })

  it('counts a double tap once', async () => {
    const first = question
    await say({ tap: first, choice: 0 })
    expect(await say({ tap: first, choice: 0 })).toContain('earlier question')
    expect(await answers()).toHaveLength(1)
  })

  it('of the first showing is old once the answer was taken back', async () => {
    const first = question
    await say(wrong())
    await say('back')
    expect(await say({ tap: first, choice: 0 })).toContain('earlier question')
    expect(await answers()).toHaveLength(1)
  })

  it('of yesterday’s quiz does nothing to today’s menu', async () => {
    const first = question
    await programme.wait(DAY)
    await say('menu')
    expect(await say({ tap: first, choice: 1 })).toContain('What would you like to do?')
    expect(await answers()).toEqual([])
  })

  it('of a quiz that is over says so', async () => {
    const first = question
    for (let at = 1; at <= 10; at++) await say(right())
    expect(await say({ tap: first, choice: 1 })).toContain('a question that is over')
    expect(await answers()).toHaveLength(10)
  })
})

describe('an answer', () => {
  it.each([
    'E',
    'e',
    '5',
    '0',
    '10',
    'AB',
    'A B',
    '1 2',
    'maybe A',
    'yes',
    'I do not know',
    'a or b',
    '1/2',
    '1.5',
    'the',
    '½',
    '٢',
    'Ⅻ',
  ])('that is not clear is asked again and not counted: %s', async (words) => {
    const heard = await say(words)
    expect(heard).toContain('nothing was counted')
    expect(heard).toContain('Question 1 of 10')
    expect(await answers()).toEqual([])
  })

  it('may be a letter, a number or the words themselves, however they are typed', async () => {
    const asTyped: ((letter: string, words: string) => string)[] = [
      (letter) => letter,
      (letter) => letter.toLowerCase(),
      (letter) => ` ${letter}. `,
      (letter) => `(${letter.toLowerCase()})`,
      (letter) => String(indexOf(letter) + 1),
      (letter) => `${indexOf(letter) + 1})`,
      (letter) => `${indexOf(letter) + 1}\ufe0f\u20e3`,
      (_, words) => words,
      (_, words) => words.toUpperCase(),
      (_, words) => `  ${words.toLowerCase().replaceAll(' ', '  ')}!!`,
    ]
    for (const typed of asTyped) {
      const letter = right()
      const words = question.choices?.[indexOf(letter)]?.label ?? ''
      expect(await say(typed(letter, words))).toContain('✅')
    }
    const [attempt] = await programme.fresh.db.query('select score from attempt')
    expect(attempt).toEqual({ score: 10 })
  })

  it('may be in another language than the question', async () => {
    const letter = right()
    const label = question.choices?.[indexOf(letter)]?.label ?? ''
    const option = quiz.questions.flatMap(({ options }) => options).find(({ text }) => text.en === label)
    expect(await say(option?.text.fr ?? '')).toContain('✅')
  })

  it('keeps how long it took and in which language', async () => {
    programme.now += 42_000
    await say('A')
    await say('LANGUE')
    await say('Français')
    programme.now += 5_000
    await say('B')
    expect(await programme.fresh.db.query('select took_ms, language from answer order by ordinal')).toEqual([
      { took_ms: 42_000, language: 'en' },
      { took_ms: 5_000, language: 'fr' },
    ])
  })
})

describe('a quiz left in the middle', () => {
  it('goes on the next day where it was, with the answers given', async () => {
    await say(right())
    await say(wrong())
    const third = question.text
    await programme.wait(DAY + 3 * HOUR)
    // The nudges have put the question there again; an answer to it counts.
    expect(question.text).toBe(third)
    await say(right())
    for (let at = 4; at <= 10; at++) await say(right())
    expect(await programme.fresh.db.query('select score, max from attempt')).toEqual([{ score: 9, max: 10 }])
    expect(await answers()).toHaveLength(10)
  })

  it('is offered in the menu, with what has been answered', async () => {
    await say(right())
    await say('menu')
    await programme.wait(2 * DAY)
    await say('menu')
    expect(await say(MENU.newborn)).toContain('You have answered 1 of 10 questions of this quiz. Go on?')
    await say('go on')
    expect(question.text).toContain('Question 2 of 10')
    for (let at = 2; at <= 10; at++) await say(right())
    expect(await programme.fresh.db.query('select score, max from attempt')).toEqual([{ score: 10, max: 10 }])
  })

  it('counts the answer that is being corrected as given', async () => {
    await say(right())
    await say('back')
    await say('menu')
    expect(await say(MENU.newborn)).toContain('You have answered 1 of 10 questions of this quiz. Go on?')
    await say('go on')
    expect(question.text).toContain('Question 1 of 10')
  })

  it('survives STOP and START', async () => {
    await say(right())
    await say('stop')
    await programme.wait(3 * DAY)
    for (const words of ['start', MENU.newborn, 'go on']) await say(words)
    expect(question.text).toContain('Question 2 of 10')
  })

  it('gives way when somebody starts over, and is kept as it was', async () => {
    await say(right())
    for (const words of ['menu', MENU.newborn, 'start over']) await say(words)
    expect(question.text).toContain('Question 1 of 10')
    await say(right())
    await say('menu')
    // One of them is offered, the newer.
    expect(await say(MENU.newborn)).toContain('You have answered 1 of 10')
    expect(await programme.fresh.db.query('select score from attempt')).toEqual([
      { score: null },
      { score: null },
    ])
    expect(await answers()).toHaveLength(2)
  })

  it('goes on when a second quiz was taken in between', async () => {
    await say(right())
    for (const words of ['menu', MENU.bleeding]) await say(words)
    expect(question.text).toContain('Question 1 of 7')
    await say('A')
    programme.now += 20 * MINUTE
    for (const words of ['menu', MENU.newborn, 'go on']) await say(words)
    expect(question.text).toContain('Question 2 of 10')
    for (const words of ['menu', MENU.bleeding, 'go on']) await say(words)
    expect(question.text).toContain('Question 2 of 7')
    const rows = await programme.fresh.db.query(
      'select flow, left_frame is not null "left" from attempt order by id',
    )
    expect(rows).toEqual([
      { flow: 'newborn-resuscitation', left: true },
      { flow: 'postpartum-haemorrhage', left: false },
    ])
  })
})
