import fc from 'fast-check'
import { expect, it } from 'vitest'
import {
  afterAct,
  type GroupAnswer,
  SESSION_PARTS,
  type SessionAct,
  type SessionState,
  sessionTotals,
  stepTotals,
} from '../../src/domain/group-session.ts'

const ACTS: readonly SessionAct[] = ['warm_up', 'ask', 'tell', 'close']

it('whatever is pressed, a session only goes forward and asks no more than was drawn', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(...ACTS), { maxLength: 30 }),
      fc.integer({ min: 0, max: 6 }),
      (acts, of) => {
        let state: SessionState = { part: 'attendance', asked: 0, of, shown: of % 2 }
        for (const act of acts) {
          const next = afterAct(state, act)
          if (!next) continue
          expect(SESSION_PARTS.indexOf(next.part)).toBeGreaterThanOrEqual(SESSION_PARTS.indexOf(state.part))
          expect(next.asked).toBe(state.asked + (act === 'ask' ? 1 : 0))
          expect(next.asked).toBeLessThanOrEqual(of)
          state = next
        }
        if (acts.includes('close')) expect(state.part).toBe('closed')
      },
    ),
  )
})

it('nothing is told before something was asked, and nothing happens after the end', () => {
  expect(afterAct({ part: 'attendance', asked: 0, of: 5, shown: 0 }, 'tell')).toBeUndefined()
  for (const act of ACTS) expect(afterAct({ part: 'closed', asked: 5, of: 5, shown: 3 }, act)).toBeUndefined()
})

it('what was shown is told though nothing was asked', () => {
  expect(afterAct({ part: 'attendance', asked: 0, of: 5, shown: 1 }, 'tell')).toMatchObject({ part: 'told' })
})

const answer = (person: number, question: number, correct: boolean): GroupAnswer => ({
  person,
  question,
  correct,
})

it('names what most knew first, and the two that were missed most', () => {
  const answers = [
    ...[1, 2, 3, 4].map((person) => answer(person, 7, true)),
    ...[1, 2, 3, 4].map((person) => answer(person, 3, person > 3)),
    ...[1, 2, 3, 4].map((person) => answer(person, 5, person > 2)),
    ...[1, 2, 3].map((person) => answer(person, 9, person > 1)),
  ]
  expect(sessionTotals([7, 3, 5, 9, 11], answers)).toEqual({
    people: 4,
    given: 15,
    right: 9,
    strengths: [7, 9],
    missed: [3, 5],
  })
})

it('comes to the same in any order, and never names a question as both', () => {
  const answers = fc.uniqueArray(
    fc.record({
      person: fc.integer({ min: 1, max: 9 }),
      question: fc.integer({ min: 0, max: 5 }),
      correct: fc.boolean(),
    }),
    { selector: ({ person, question }) => `${person} ${question}`, maxLength: 54 },
  )
  fc.assert(
    fc.property(answers, fc.integer(), (given, turn) => {
      const asked = [4, 2, 0, 1, 3, 5]
      const totals = sessionTotals(asked, given)
      const turned = given.toSorted(
        (a, b) =>
          ((a.person * 31 + a.question * 7 + turn) % 11) - ((b.person * 31 + b.question * 7 + turn) % 11),
      )
      expect(sessionTotals(asked, turned)).toEqual(totals)
      expect(totals.given).toBe(given.length)
      expect(totals.right).toBe(given.filter(({ correct }) => correct).length)
      expect(totals.strengths.filter((question) => totals.missed.includes(question))).toEqual([])
      // Nothing everybody knew is said to have been missed.
      for (const question of totals.missed)
        expect(given.some((one) => one.question === question && !one.correct)).toBe(true)
    }),
  )
})

it('names no question that only one or two have answered', () => {
  const few = [1, 2].flatMap((person) => [answer(person, 3, false), answer(person, 5, true)])
  const more = [1, 2, 3].map((person) => answer(person, 7, person > 1))
  expect(sessionTotals([3, 5, 7], [...few, ...more])).toMatchObject({ strengths: [], missed: [7] })
})

it('of a skill only what was done or not counts, and no step that fewer than three have shown is named', () => {
  const shown = [
    { person: 1, marks: ['done', 'not_done', 'done', 'not_observed'] },
    { person: 2, marks: ['done', 'partly', 'not_applicable', 'not_observed'] },
    { person: 3, marks: ['done', 'done', 'not_done', undefined] },
  ] as const
  expect(stepTotals(4, shown)).toMatchObject({ strengths: [0], missed: [1] })
})
