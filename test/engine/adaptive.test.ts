import { describe, expect, it } from 'vitest'
import { adaptive, decided } from '../../src/engine/adaptive.ts'
import type { Event } from '../../src/engine/events.ts'
import { lintFlow } from '../../src/engine/lint.ts'
import { parseFlow } from '../../src/engine/parse.ts'
import { answerQuiz, optionOrder, startQuiz, takeBack } from '../../src/engine/quiz.ts'
import type { Quiz } from '../../src/engine/schema.ts'
import { numbersFrom } from '../../src/engine/seed.ts'
import type { Purpose, QuizFrame } from '../../src/engine/session.ts'
import type { Flow } from '../../src/engine/shelf.ts'
import type { AttemptId } from '../../src/words/ids.ts'
import { COLOURS, flowOf, MONDAY, everyFlow } from './talk.ts'

const RULE = adaptive.parse({}) ?? { errors: { passed: 5, failed: 5 }, between: [70, 95], tests: [] }
const BAR = 85

interface Taken {
  /** Questions asked until it was decided, of the whole form. */
  readonly asked: number
  readonly early: boolean
  readonly whole: boolean
}

/** Somebody who knows a share of the subject takes a form of `length`, once to its end and once until it is decided. */
function take(knows: number, length: number, next: () => number): Taken {
  const answers = Array.from({ length }, () => ({ correct: next() < knows, critical: false }))
  const right = answers.filter(({ correct }) => correct).length
  for (let asked = 1; asked <= length; asked++) {
    const verdict = decided(RULE, answers.slice(0, asked), { length, passPercent: BAR, criticalLeft: false })
    if (verdict) return { asked, early: verdict === 'mastered', whole: 100 * right >= BAR * length }
  }
  throw new Error('the whole form decides')
}

const SAMPLES = 4_000
function many(knows: number, length: number): Record<'saved' | 'otherwise' | 'passed' | 'whole', number> {
  const next = numbersFrom(1945)
  const taken = Array.from({ length: SAMPLES }, () => take(knows, length, next))
  const asked = taken.reduce((sum, one) => sum + one.asked, 0)
  return {
    saved: 1 - asked / (length * SAMPLES),
    otherwise: taken.filter(({ early, whole }) => early !== whole).length / SAMPLES,
    passed: taken.filter(({ early }) => early).length / SAMPLES,
    whole: taken.filter(({ whole }) => whole).length / SAMPLES,
  }
}

describe.each([15, 20, 30])('against a whole form of %i questions', (length) => {
  // As nurses come to a first test: from guessing to knowing all, as many of each.
  const mixed = [0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 1].map((knows) => many(knows, length))
  const mean = (of: (one: ReturnType<typeof many>) => number): number =>
    mixed.reduce((sum, one) => sum + of(one), 0) / mixed.length

  it('asks at least 35 % fewer, and decides the same within the error rates', () => {
    expect(mean(({ saved }) => saved)).toBeGreaterThanOrEqual(0.35)
    expect(mean(({ otherwise }) => otherwise)).toBeLessThanOrEqual(0.05)
  })

  it.each([0.3, 0.5, 0.6, 0.7, 0.95, 1])(
    'decides the same about who knows %s of it, but for the stated errors',
    (knows) => expect(many(knows, length).otherwise).toBeLessThanOrEqual(0.05),
  )

  it('passes hardly more of those who know 70 %, and fails hardly more of those who know 95 %', () => {
    const [below, above] = [many(0.7, length), many(0.95, length)]
    expect(below.passed - below.whole).toBeLessThanOrEqual(0.05)
    expect(above.whole - above.passed).toBeLessThanOrEqual(0.05)
  })
})

it('on a form of ten decides as the whole form does, and still asks fewer', () => {
  for (const knows of [0.3, 0.5, 0.7, 0.85, 0.95, 1]) {
    const { saved, otherwise } = many(knows, 10)
    expect(otherwise).toBe(0)
    expect(saved).toBeGreaterThan(0)
  }
})

// What the README says of why none of them may stop.
describe('the first tests that come with the service', async () => {
  const forms = (await everyFlow()).flatMap(({ id, parsed: { content } }) => {
    if (content?.kind !== 'quiz') return []
    const form = content.questions.filter((question) => question.form === 'a')
    const asked = (form.length > 0 ? form : content.questions).slice(0, content.draw)
    return [{ id, adaptive: content.adaptive, critical: asked.map((question) => question.critical) }]
  })

  /** Questions asked of somebody who knows this share, on average, when the test may stop. */
  const asked = (critical: readonly boolean[], knows: number, next: () => number): number => {
    let sum = 0
    for (let time = 0; time < 500; time++) {
      const order = critical.toSorted(() => next() - 0.5)
      const answers = order.map((one) => ({ critical: one, correct: next() < knows }))
      const end = answers.findIndex((_, at) =>
        decided(RULE, answers.slice(0, at + 1), {
          length: order.length,
          passPercent: BAR,
          criticalLeft: order.slice(at + 1).some(Boolean),
        }),
      )
      sum += end + 1
    }
    return sum / 500
  }

  it('are short, and none may stop', () => {
    expect(forms.length).toBeGreaterThan(20)
    expect(Math.max(...forms.map(({ critical }) => critical.length))).toBe(10)
    expect(forms.filter((form) => form.adaptive !== undefined).map(({ id }) => id)).toEqual([])
  })

  it('would spare who knows it all hardly a question, and ask who knows half of it two or three', () => {
    const next = numbersFrom(1947)
    for (const { id, critical } of forms) {
      expect([id, critical.length - asked(critical, 1, next) <= 1]).toEqual([id, true])
      expect([id, asked(critical, 0.5, next) <= 3.5]).toEqual([id, true])
    }
  })
})

describe('decided', () => {
  const form = { length: 20, passPercent: BAR, criticalLeft: false }
  const answers = (marks: string) =>
    marks.split('').map((mark) => ({ correct: mark === '+', critical: mark === '!' }))

  it.each([
    // Ten right in a row: 10 · ln(95/70) is above ln(0.95/0.05).
    ['+++++++++', undefined],
    ['++++++++++', 'mastered'],
    ['--', 'not_yet'],
    ['-', undefined],
    ['+-++-', undefined],
    ['++-+-+-', 'not_yet'],
    ['!', 'not_yet'],
    ['++++++++!', 'not_yet'],
  ])('%s: %s', (marks, verdict) => {
    expect(decided(RULE, answers(marks), form)).toBe(verdict)
  })

  it('passes nobody while a critical question is to come', () => {
    expect(decided(RULE, answers('+'.repeat(19)), { ...form, criticalLeft: true })).toBeUndefined()
    expect(decided(RULE, answers('+'.repeat(20)), form)).toBe('mastered')
  })

  it('knows what the rest of the form cannot change', () => {
    // Four wrong of twenty can still be 85 % of nothing: 16 of 20 is 80 %.
    expect(decided(RULE, answers(`${'+'.repeat(15)}----`), form)).toBe('not_yet')
    expect(decided(RULE, answers(`---${'+'.repeat(17)}`), form)).toBe('mastered')
  })
})

const stopping = (more = ''): string =>
  COLOURS.replace('draw: 4', `draw: 4\nadaptive: { errors: { passed: 5, failed: 5 }${more} }`).replaceAll(
    'critical: true',
    'critical: false',
  )

function quizOf(source: string): Flow<Quiz> {
  const { content, ...flow } = flowOf('colours', source)
  if (content.kind !== 'quiz') throw new Error('no quiz')
  return { ...flow, content }
}

function begun(flow: Flow<Quiz>, purpose: Purpose): QuizFrame {
  const { frame } = startQuiz(flow, { attempt: 1 as AttemptId, purpose, seed: 3, now: MONDAY })
  if (!frame) throw new Error('the quiz did not begin')
  return frame
}

/** Answers wrong until the quiz ends; how many were asked, and what its end came to. */
function allWrong(flow: Flow<Quiz>, purpose: Purpose): { asked: number; events: readonly Event[] } {
  let frame: QuizFrame | undefined = begun(flow, purpose)
  let asked = 0
  let events: readonly Event[] = []
  while (frame) {
    const index = frame.questions[asked] ?? 0
    const wrong = optionOrder(flow.content, index, frame.seed).findIndex((option) => option !== 0)
    const step = answerQuiz(flow, frame, { shown: wrong }, MONDAY)
    frame = step.frame
    events = step.events
    asked++
  }
  return { asked, events }
}

describe('a quiz that may stop', () => {
  const flow = quizOf(stopping())

  it('ends its first test when it is decided, says so, and is scored by what was asked', () => {
    const { asked, events } = allWrong(flow, 'pre_test')
    expect(asked).toBe(1)
    expect(events.map(({ type }) => type)).toEqual(['question_answered', 'said', 'said', 'attempt_finished'])
    expect(events).toContainEqual({
      type: 'said',
      say: { say: 'word', word: 'quiz_enough', values: { count: 1, of: 4 } },
    })
    expect(events.at(-1)).toMatchObject({
      score: 0,
      max: 1,
      criticalMissed: 0,
      results: [{ correct: false }],
    })
    const { missed } = events.at(-1) as Extract<Event, { type: 'attempt_finished' }>
    expect(missed).toHaveLength(1)
  })

  it.each(['post_test', 'practice', 'refresher'] as const)(
    'asks all of a %s, whatever is written',
    (purpose) => {
      const anything = quizOf(stopping(', tests: [pre_test, post_test, practice, refresher]'))
      const { asked, events } = allWrong(anything, purpose)
      expect(asked).toBe(4)
      expect(JSON.stringify(events)).not.toContain('quiz_enough')
      expect(events.at(-1)).toMatchObject({ score: 0, max: 4 })
    },
  )

  it('asks all where its author has not asked for it', () => {
    expect(allWrong(quizOf(COLOURS), 'pre_test').asked).toBe(4)
  })

  it('stays ended when its last answer is corrected: what was said first counts', () => {
    const frame = begun(flow, 'pre_test')
    const wrong = optionOrder(flow.content, frame.questions[0] ?? 0, frame.seed).findIndex(
      (option) => option !== 0,
    )
    const { ended } = answerQuiz(flow, frame, { shown: wrong }, MONDAY)
    const again = ended && takeBack(ended, MONDAY)
    if (!again) throw new Error('nothing to take back')
    const right = optionOrder(flow.content, again.questions[0] ?? 0, again.seed).indexOf(0)
    const step = answerQuiz(flow, again, { shown: right }, MONDAY)
    expect(step.frame).toBeUndefined()
    expect(step.events.at(-1)).toMatchObject({ type: 'attempt_finished', score: 0, max: 1, again: true })
  })

  it.each([
    [
      ', tests: [pre_test, post_test]',
      'only a first test may end early; a test of record asks its whole form: take post_test out',
    ],
    [
      ', between: [86, 95]',
      'the pass mark of 85 % must lie between the two: write one below and one above it',
    ],
    [
      ', between: [70, 85]',
      'the pass mark of 85 % must lie between the two: write one below and one above it',
    ],
    ['', undefined],
  ])('is checked: %s', (more, message) => {
    const around = { deeds: new Set<string>(), dialogues: new Set<string>(), commands: new Set<string>() }
    const faults = lintFlow('colours.yaml', parseFlow('colours.yaml', stopping(more)), around)
    expect(faults.map((fault) => fault.message)).toEqual(message === undefined ? [] : [message])
  })
})
