import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { letterOf } from '../../src/engine/match.ts'
import { answerQuiz, optionOrder, startQuiz, takeBack } from '../../src/engine/quiz.ts'
import type { Quiz } from '../../src/engine/schema.ts'
import type { QuizFrame } from '../../src/engine/session.ts'
import type { Flow } from '../../src/engine/shelf.ts'
import type { AttemptId } from '../../src/words/ids.ts'
import { COLOURS, flowOf, MONDAY, shelfOf, Talk, told } from './talk.ts'

function quizOf(source: string): Flow<Quiz> {
  const { content, ...flow } = flowOf('colours', source)
  if (content.kind !== 'quiz') throw new Error('no quiz')
  return { ...flow, content }
}

const colours = quizOf(COLOURS)
const shuffledColours = quizOf(
  COLOURS.replace('draw: 4', 'draw: 3').replace('shuffle: false', 'shuffle: true'),
)
const attempt = 1 as AttemptId

function begun(flow: Flow<Quiz>, seed: number): QuizFrame {
  const { frame } = startQuiz(flow, { attempt, purpose: 'practice', seed, now: MONDAY })
  if (!frame) throw new Error('the quiz did not begin')
  return frame
}

describe('startQuiz', () => {
  it('draws the same questions and shows the same orders for the same seed, different ones for others', () => {
    const looks = Array.from({ length: 50 }, (_, seed) => {
      const { questions } = begun(shuffledColours, seed)
      return JSON.stringify(
        questions.map((question) => [question, optionOrder(shuffledColours.content, question, seed)]),
      )
    })
    Array.from({ length: 50 }, (_, seed) =>
      expect(begun(shuffledColours, seed)).toEqual(begun(shuffledColours, seed)),
    )
    expect(new Set(looks).size).toBeGreaterThan(40)
  })

  it('draws as many as asked, none twice', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const { questions } = begun(shuffledColours, seed)
        expect(questions).toHaveLength(3)
        expect(new Set(questions).size).toBe(3)
        expect(questions.every((question) => question >= 0 && question < 4)).toBe(true)
      }),
    )
  })

  it('brings back the questions named, in the order of the bank, and leaves out those that are gone', () => {
    const questions = ['night', 'milk', 'unicorn']
    const { frame, events } = startQuiz(colours, {
      attempt,
      purpose: 'refresher',
      seed: 1,
      now: MONDAY,
      questions,
    })
    expect(frame?.questions).toEqual([1, 3])
    expect(events).toEqual([
      {
        type: 'attempt_started',
        attempt,
        flow: 'colours',
        version: 'colours@1',
        competency: 'NB-HBB',
        purpose: 'refresher',
        seed: 1,
        max: 2,
        passPercent: 85,
      },
    ])
  })

  it('shows the options as written when the author says so', () => {
    expect(optionOrder(colours.content, 2, 99)).toEqual([0, 1, 2])
  })
})

describe('answerQuiz', () => {
  it('takes the place shown for the option that stood there, whatever the order', () => {
    fc.assert(
      fc.property(fc.integer(), fc.nat(2), (seed, shown) => {
        const frame = begun(shuffledColours, seed)
        const question = frame.questions[0] ?? 0
        const option = optionOrder(shuffledColours.content, question, seed)[shown] ?? -1
        const byTap = answerQuiz(shuffledColours, frame, { shown }, MONDAY)
        expect(byTap.frame?.answers).toEqual([option])
        for (const text of [
          letterOf(shown),
          String(shown + 1),
          shuffledColours.content.questions[question]?.options[option]?.text.sw ?? '',
        ])
          expect(answerQuiz(shuffledColours, frame, { text }, MONDAY)).toEqual(byTap)
      }),
    )
  })

  it('tells how long the answer took, never less than nothing', () => {
    const took = (now: number): unknown => answerQuiz(colours, begun(colours, 1), { shown: 0 }, now).events[0]
    expect(took(MONDAY + 7000)).toMatchObject({ took: 7000 })
    expect(took(MONDAY - 7000)).toMatchObject({ took: 0 })
  })

  it('leaves the frame as it is when the answer is unclear', () => {
    const frame = begun(colours, 1)
    const { frame: after, events } = answerQuiz(colours, frame, { text: 'blue' }, MONDAY)
    expect(after).toBe(frame)
    expect(events).toEqual([
      { type: 'misunderstood', code: 'unclear' },
      { type: 'said', say: { say: 'word', word: 'quiz_unclear', values: { last: 'C', count: 3 } } },
    ])
  })
})

describe('takeBack', () => {
  it('takes one answer back, then nothing more until it is given again', () => {
    const first = begun(colours, 1)
    expect(takeBack(first, MONDAY)).toBeUndefined()
    const two = { ...first, answers: [0, 1], tries: 1 }
    const back = takeBack(two, MONDAY + 5)
    expect(back).toEqual({ ...two, answers: [0], before: 1, correcting: true, askedAt: MONDAY + 5 })
    expect(back && takeBack(back, MONDAY)).toBeUndefined()
    expect(takeBack({ ...two, purpose: 'post_test' }, MONDAY)).toBeUndefined()
  })
})

describe('a quiz in conversation', () => {
  let talk: Talk
  beforeEach(() => {
    talk = new Talk(shelfOf(colours))
    // Named, the questions come in the order of the bank.
    talk.startQuiz('colours', { questions: ['blood', 'milk', 'grass', 'night'] })
  })

  it('counts the score, what was missed, and the critical ones among it', () => {
    const answers = ['b', 'a', 'c', 'a']
    const asked = answers.map((answer) => told(talk.say(answer)))
    expect(asked[0]).toContain('❌ Not quite. The answer is A. Right red')
    expect(asked[0]).toContain('Question 2 of 4')
    expect(asked[1]).toContain('✅ Right.')
    expect(talk.happened('attempt_finished')).toEqual([
      {
        type: 'attempt_finished',
        attempt,
        flow: 'colours',
        version: 'colours@1',
        competency: 'NB-HBB',
        purpose: 'practice',
        score: 2,
        max: 4,
        passPercent: 85,
        criticalMissed: 1,
        again: false,
        missed: [0, 2],
        results: [
          { question: 'blood', correct: false },
          { question: 'milk', correct: true },
          { question: 'grass', correct: false },
          { question: 'night', correct: true },
        ],
      },
    ])
    expect(talk.session.stack).toEqual([])
  })

  it('counts the corrected answer, not the first, and keeps both tries', () => {
    talk.say('b')
    expect(told(talk.say('BACK'))).toContain('Question 1 of 4')
    talk.rest(1)
    talk.say('a')
    expect(talk.happened('question_answered')).toMatchObject([
      { ordinal: 1, attemptTry: 2, option: 'a', correct: true, took: 70_000 },
    ])
    talk.say('back')
    talk.say('c')
    expect(talk.happened('question_answered')).toMatchObject([
      { ordinal: 1, attemptTry: 3, option: 'c', correct: false },
    ])
    talk.say('RETOUR')
    for (let at = 0; at < 4; at++) talk.say('a')
    expect(talk.happened('question_answered')).toMatchObject([{ ordinal: 4, attemptTry: 1 }])
    expect(talk.happened('attempt_finished')).toMatchObject([{ score: 4, missed: [], criticalMissed: 0 }])
  })

  it('corrects the last answer only', () => {
    talk.say('a')
    talk.say('b')
    talk.say('back')
    expect(told(talk.say('back'))).toContain('There is no answer here that can still be changed')
    expect(told(talk.say('back'))).toContain('Question 2 of 4')
    expect(talk.session.stack).toMatchObject([{ answers: [0], correcting: true }])
  })

  it('counts what was answered first in a first test, and says so', () => {
    talk.startQuiz('colours', { purpose: 'pre_test', questions: ['blood', 'milk'] })
    talk.say('b')
    const reply = told(talk.say('back'))
    expect(reply).toContain('In a first test the answer you gave first is the one that counts')
    expect(reply).toContain('Question 1 of 2')
    talk.say('a')
    expect(talk.happened('question_answered')).toMatchObject([{ attemptTry: 2, option: 'a', correct: true }])
    talk.say('back')
    talk.say('c')
    talk.say('a')
    expect(talk.happened('attempt_finished')).toMatchObject([{ score: 1, missed: [0] }])
    // Nor does it lose anything by trying.
    talk.say('back')
    talk.say('b')
    expect(talk.happened('question_answered')).toMatchObject([{ ordinal: 2, attemptTry: 2, correct: false }])
    expect(talk.happened('attempt_finished')).toMatchObject([{ score: 1, missed: [0], results: [] }])
  })

  describe('that has just ended', () => {
    const lastly = (answer: string): Talk => {
      for (const letter of ['a', 'b', 'a', answer]) talk.say(letter)
      return talk
    }

    it('still takes its last answer back, and tells the result anew', () => {
      lastly('b')
      expect(talk.happened('attempt_finished')).toMatchObject([{ score: 2, missed: [1, 3] }])
      expect(told(talk.say('back'))).toContain('Question 4 of 4')
      expect(told(talk.say('BACK'))).toContain('no answer here that can still be changed')
      talk.say('a')
      expect(talk.happened('question_answered')).toMatchObject([{ ordinal: 4, attemptTry: 2, option: 'a' }])
      // What was missed comes back once more, though it was corrected.
      expect(talk.happened('attempt_finished')).toMatchObject([{ score: 3, missed: [1], results: [] }])
      talk.say('back')
      talk.say('c')
      expect(talk.happened('attempt_finished')).toMatchObject([
        { score: 2, results: [{ question: 'night', correct: false }] },
      ])
      talk.say('back')
      talk.say('b')
      expect(talk.happened('attempt_finished')).toMatchObject([{ score: 2, results: [] }])
    })

    it('stands as it was told when its last answer is taken back and left so', () => {
      lastly('a').say('back')
      talk.say('menu')
      expect(talk.happened('attempt_left')).toEqual([])
      expect(talk.session.stack).toMatchObject([{ kind: 'dialogue' }])
    })

    it('is closed once something else has begun, and not by HELP or another language', () => {
      lastly('a').say('help')
      talk.say('language')
      talk.say('français')
      expect(told(talk.say('retour'))).toContain('Question 4 sur 4')
      talk.say('a')
      talk.say('menu')
      expect(told(talk.say('retour'))).toContain('aucune réponse')
      expect(talk.session.ended).toBeUndefined()
    })

    it('is closed at once when it was a post-test', () => {
      talk.startQuiz('colours', { purpose: 'post_test' })
      lastly('b')
      expect(told(talk.say('back'))).toContain('no answer here that can still be changed')
    })
  })

  describe('that is a refresher', () => {
    beforeEach(() => {
      talk.startQuiz('colours', { purpose: 'refresher', questions: ['blood', 'milk', 'grass'] })
    })

    it('left in the middle counts what was answered, once, and goes on from the menu', () => {
      talk.say('a')
      talk.say('b')
      talk.say('menu')
      expect(talk.happened('attempt_left')).toMatchObject([
        {
          frame: { counted: 2 },
          results: [
            { question: 'blood', correct: true },
            { question: 'milk', correct: false },
          ],
        },
      ])
      expect(told(talk.say('go on with the refresher'))).toContain('Question 3 of 3')
      talk.say('menu')
      expect(talk.happened('attempt_left')).toMatchObject([{ results: [] }])
      talk.say('go on with the refresher')
      talk.say('a')
      expect(talk.happened('attempt_finished')).toMatchObject([
        { score: 2, results: [{ question: 'grass', correct: true }] },
      ])
    })

    it('does not count an answer that has been taken back', () => {
      talk.say('a')
      talk.say('back')
      talk.say('menu')
      expect(talk.happened('attempt_left')).toMatchObject([{ frame: { counted: 0 }, results: [] }])
    })
  })

  it('lets answers stand in a post-test', () => {
    talk.startQuiz('colours', { purpose: 'post_test' })
    talk.say('b')
    const reply = told(talk.say('back'))
    expect(reply).toContain('In a post-test answers stand')
    expect(reply).toContain('Question 2 of 4')
    expect(talk.session.stack).toMatchObject([{ answers: [1] }])
  })

  it('never counts what is unclear, and asks again with a hint', () => {
    for (const unclear of ['blue', 'D', '4', 'yes', 'a and b', '0', 'x'.repeat(4000)]) {
      const reply = told(talk.say(unclear))
      expect(reply).toContain('so nothing was counted')
      expect(reply).toContain('from A to C or a number from 1 to 3')
      expect(reply).toContain('Question 1 of 4')
    }
    expect(talk.attempts.get(attempt)?.answers.size).toBe(0)
  })

  it.each([['umutuku'], ['NYEKUNDU'], ['reponse rouge'], ['Réponse'], ['right'], ['A'], ['1'], [' a) ']])(
    'takes %j for the right answer',
    (text) => {
      expect(told(talk.say(text))).toContain('✅ Right.')
    },
  )
})
