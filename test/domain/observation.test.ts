import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { agreementOf, type Scale, tally } from '../../src/domain/observation.ts'
import { type Mark, MARKS } from '../../src/words/marks.ts'

const mark = fc.constantFrom(...MARKS)
const scale = fc.constantFrom<Scale>('done', 'three-point')
/** A checklist with a mark for each item, and one item to change. */
const seen = fc
  .array(fc.record({ critical: fc.boolean(), mark }), { minLength: 1, maxLength: 60 })
  .chain((items) =>
    fc.record({
      items: fc.constant(items),
      marks: fc.constant(items.map((item) => item.mark)),
      at: fc.nat(items.length - 1),
      scale,
    }),
  )
const count = (items: number): { critical: boolean }[] =>
  Array.from({ length: items }, () => ({ critical: false }))
const marksOf = (...parts: [Mark, number][]): Mark[] =>
  parts.flatMap(([one, times]) => Array.from({ length: times }, () => one))

describe('tally', () => {
  it('gives one point for done, and of three points two, one and none', () => {
    const marks: Mark[] = ['done', 'partly', 'not_done', 'not_applicable', 'not_observed']
    expect(tally(count(5), marks, 'done')).toMatchObject({ score: 1, max: 4, judged: 3 })
    expect(tally(count(5), marks, 'three-point')).toMatchObject({ score: 3, max: 8, judged: 3 })
  })

  it('needs four of five items judged for a verdict, whatever the number of items', () => {
    for (let items = 1; items <= 60; items++) {
      for (let judged = 0; judged <= items; judged++) {
        const marks = marksOf(['done', judged], ['not_observed', items - judged])
        expect(tally(count(items), marks, 'done').complete).toBe(judged * 5 >= items * 4)
      }
    }
  })

  it('takes an item without a mark for one nobody saw', () => {
    expect(tally(count(3), ['done'], 'done')).toEqual(
      tally(count(3), ['done', 'not_observed', 'not_observed'], 'done'),
    )
  })

  it('names every critical step that was not shown whole, also those that nobody saw', () => {
    const critical = MARKS.map(() => ({ critical: true }))
    expect(tally(critical, [...MARKS], 'three-point').criticalMissed).toEqual([1, 2, 3, 4])
  })

  it('never rises by what was not observed', () => {
    fc.assert(
      fc.property(seen, ({ items, marks, at, scale: points }) => {
        const before = tally(items, marks, points)
        const after = tally(items, marks.with(at, 'not_observed'), points)
        expect(after.score).toBeLessThanOrEqual(before.score)
        // As a part of the whole, compared crosswise in integers.
        if (marks[at] !== 'not_applicable')
          expect(after.score * before.max).toBeLessThanOrEqual(before.score * after.max)
        expect(after.judged).toBeLessThanOrEqual(before.judged)
        expect(after.criticalMissed).toEqual(expect.arrayContaining([...before.criticalMissed]))
      }),
    )
  })

  it('never rises by what did not apply: no points, no critical step, no verdict, nothing that done would not give', () => {
    fc.assert(
      fc.property(seen, ({ items, marks, at, scale: points }) => {
        // What was out of stock has no verdict either way where it is critical.
        fc.pre(marks[at] !== 'stock_out')
        const before = tally(items, marks, points)
        const done = tally(items, marks.with(at, 'done'), points)
        const after = tally(items, marks.with(at, 'not_applicable'), points)
        expect(after.score).toBeLessThanOrEqual(before.score)
        expect(after.score * done.max).toBeLessThanOrEqual(done.score * after.max)
        expect(after.judged).toBeLessThanOrEqual(before.judged)
        expect(after.complete && !before.complete).toBe(false)
        expect(after.criticalMissed).toEqual(expect.arrayContaining([...before.criticalMissed]))
      }),
    )
  })

  it('counts a stock-out as if the item were not there, and never holds it against anybody', () => {
    fc.assert(
      fc.property(seen, ({ items, marks, at, scale: points }) => {
        const out = tally(items, marks.with(at, 'stock_out'), points)
        const without = tally(items.toSpliced(at, 1), marks.toSpliced(at, 1), points)
        expect({ score: out.score, max: out.max, judged: out.judged }).toEqual({
          score: without.score,
          max: without.max,
          judged: without.judged,
        })
        expect(out.criticalMissed).not.toContain(at)
        expect(out.criticalMissed).toHaveLength(without.criticalMissed.length)
      }),
    )
  })

  it('gives no verdict over a critical stock-out, nor more of one than any other mark would', () => {
    fc.assert(
      fc.property(seen, ({ items, marks, at, scale: points }) => {
        const before = tally(items, marks, points)
        const out = tally(items, marks.with(at, 'stock_out'), points)
        if (items[at]?.critical) {
          expect(out.complete).toBe(false)
          expect(out.criticalOut).toContain(at)
        }
        expect(out.complete && !before.complete).toBe(false)
      }),
    )
  })

  it('never falls by a better mark', () => {
    const better: Record<Mark, Mark> = {
      not_done: 'partly',
      partly: 'done',
      done: 'done',
      not_observed: 'done',
      not_applicable: 'done',
      stock_out: 'done',
    }
    fc.assert(
      fc.property(seen, ({ items, marks, at, scale: points }) => {
        const before = tally(items, marks, points)
        const after = tally(items, marks.with(at, better[marks[at] as Mark]), points)
        expect(after.score * Math.max(before.max, 1)).toBeGreaterThanOrEqual(before.score * after.max)
      }),
    )
  })
})

describe('agreement', () => {
  it('is what Cohen’s table says', () => {
    // Both yes 20, both no 15, apart 5 and 10: 70 % the same, half of it by chance.
    const one = marksOf(['done', 25], ['not_done', 25])
    const other = marksOf(['done', 20], ['not_done', 5], ['done', 10], ['not_done', 15])
    const { items, same, kappa } = agreementOf(one, other)
    expect({ items, same }).toEqual({ items: 50, same: 35 })
    expect(kappa).toBeCloseTo(0.4, 12)
  })

  it('has no kappa where both saw one thing only, and leaves out what one has not marked', () => {
    expect(agreementOf(marksOf(['done', 5]), marksOf(['done', 5]))).toEqual({
      items: 5,
      same: 5,
      kappa: undefined,
    })
    expect(agreementOf(['done', undefined, 'not_done'], ['done', 'done'])).toMatchObject({
      items: 1,
      same: 1,
    })
    expect(agreementOf([], [])).toEqual({ items: 0, same: 0, kappa: undefined })
  })

  it('is the same from both sides, at most 1, and 1 exactly when they agree in everything', () => {
    const both = fc.array(fc.tuple(mark, mark), { maxLength: 60 })
    fc.assert(
      fc.property(both, (pairs) => {
        const [one, other] = [pairs.map(([a]) => a), pairs.map(([, b]) => b)]
        const { kappa, same, items } = agreementOf(one, other)
        expect(agreementOf(other, one)).toEqual({ kappa, same, items })
        if (kappa === undefined) return
        expect(kappa).toBeLessThanOrEqual(1)
        expect(kappa).toBeGreaterThanOrEqual(-1)
        expect(kappa === 1).toBe(same === items)
      }),
    )
  })
})
