import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type CountedAnswer,
  isPassed,
  percentShown,
  reachesBar,
  resultAnew,
} from '../../src/domain/assessment.ts'

/** The least number of right answers, in exact arithmetic: the ceiling of `bar * max / 100`. */
const needed = (max: number, bar: number): number => Number((BigInt(bar) * BigInt(max) + 99n) / 100n)

describe('isPassed', () => {
  it.each(Array.from({ length: 60 }, (_, index) => index + 1))(
    'with %i questions at 85 %%, exactly from the bar on',
    (max) => {
      for (let score = 0; score <= max; score++) {
        expect(reachesBar(score, max, 85), `${score} of ${max}`).toBe(score >= needed(max, 85))
        expect(isPassed({ score, max, passPercent: 85, criticalMissed: 0 })).toBe(score >= needed(max, 85))
      }
    },
  )

  it.each([
    [17, 20, true],
    [16, 20, false],
    [9, 10, true],
    [8, 10, false],
    [7, 8, true],
    [6, 7, true],
    [11, 13, false],
    // 84.52 %, which shows as 85 % where somebody rounds.
    [71, 84, false],
    [72, 84, true],
  ])('%i of %i: %s', (score, max, passed) => {
    expect(isPassed({ score, max, passPercent: 85, criticalMissed: 0 })).toBe(passed)
  })

  it('wants every critical question right, whatever the score', () => {
    expect(isPassed({ score: 19, max: 20, passPercent: 85, criticalMissed: 1 })).toBe(false)
    expect(isPassed({ score: 20, max: 20, passPercent: 85, criticalMissed: 0 })).toBe(true)
  })

  it('holds for every bar', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 10_000 }), (bar, max) => {
        const least = needed(max, bar)
        expect(reachesBar(least, max, bar)).toBe(true)
        expect(reachesBar(least - 1, max, bar)).toBe(false)
      }),
    )
  })
})

describe('percentShown', () => {
  it('never says more than was reached', () => {
    expect([
      percentShown(71, 84),
      percentShown(2, 3),
      percentShown(0, 5),
      percentShown(5, 5),
      percentShown(0, 0),
    ]).toEqual([84, 66, 0, 100, 0])
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1000 }), fc.nat(1000), (max, right) => {
        const score = Math.min(right, max)
        const shown = percentShown(score, max)
        expect(shown * max).toBeLessThanOrEqual(100 * score)
        expect((shown + 1) * max).toBeGreaterThan(100 * score)
        // Whoever reads the bar or more has reached it.
        if (shown >= 85) expect(reachesBar(score, max, 85)).toBe(true)
      }),
    )
  })
})

describe('resultAnew', () => {
  const answer = (question: string, option: string, more: Partial<CountedAnswer> = {}): CountedAnswer => ({
    question,
    option,
    correct: option === 'a',
    critical: false,
    ...more,
  })
  const answers = [answer('one', 'a'), answer('two', 'b', { critical: true }), answer('three', 'a')]
  const result = (score: number, max: number, criticalMissed: number) => ({
    score,
    max,
    passPercent: 85,
    criticalMissed,
  })

  it('is what it was where nothing was decided', () => {
    expect(resultAnew(answers, [], 85)).toEqual(result(2, 3, 1))
    expect(resultAnew(answers, [{ question: 'four', ruling: 'withdrawn' }], 85)).toEqual(result(2, 3, 1))
  })

  it('leaves out what was withdrawn, also a critical question that was missed', () => {
    expect(resultAnew(answers, [{ question: 'two', ruling: 'withdrawn' }], 85)).toEqual(result(2, 2, 0))
    expect(resultAnew(answers, [{ question: 'one', ruling: 'withdrawn' }], 85)).toEqual(result(1, 2, 1))
  })

  it('judges by the key of now, for better and for worse', () => {
    const to = (question: string, right: string) => [{ question, ruling: 'corrected' as const, right }]
    expect(resultAnew(answers, to('two', 'b'), 85)).toEqual(result(3, 3, 0))
    expect(resultAnew(answers, to('one', 'b'), 85)).toEqual(result(1, 3, 1))
  })

  it('is none where nothing is left', () => {
    const all = answers.map(({ question }) => ({ question, ruling: 'withdrawn' as const }))
    expect(resultAnew(answers, all, 85)).toBeUndefined()
  })
})
