// What an observer has seen, in points: pure, in integers, and never better for what was not seen.
import { type Mark, MARKS } from '../words/marks.ts'

/** Points of an item: `done` gives 0 or 1, `three-point` 0, 1 or 2. */
export type Scale = 'done' | 'three-point'

/** Judged items of the whole checklist, in percent, below which there is no verdict. */
export const LEAST_COVERAGE = 80

/** What a checklist came to. */
export interface Tally {
  /** Points, of `max`; what did not apply or was out of stock is in neither, what was not observed is in `max`. */
  readonly score: number
  readonly max: number
  /** Items judged done, partly or not done, of all `items`. */
  readonly judged: number
  readonly items: number
  /**
   * At least `LEAST_COVERAGE` percent of the items were judged, and no critical one was out of stock: without it there is
   * no verdict.
   */
  readonly complete: boolean
  /** The critical items without full points, as indexes: a step that nobody saw has not been shown either. */
  readonly criticalMissed: readonly number[]
  /** The critical items that could not be shown because of a stock-out, as indexes: nobody has missed them. */
  readonly criticalOut: readonly number[]
}

/** Counts the marks of a checklist, one an item, in its order; an item without a mark counts as not observed. */
export function tally(
  items: readonly { readonly critical: boolean }[],
  marks: readonly (Mark | undefined)[],
  scale: Scale,
): Tally {
  const full = scale === 'done' ? 1 : 2
  const given = items.map((_, index) => marks[index] ?? 'not_observed')
  const points = given.map((mark) => pointsOf(mark, full))
  const applicable = given.filter((mark) => mark !== 'not_applicable' && mark !== 'stock_out').length
  const judged = given.filter((mark) => JUDGED.has(mark)).length
  const critical = items.flatMap((item, index) => (item.critical ? [index] : []))
  const criticalOut = critical.filter((index) => given[index] === 'stock_out')
  return {
    score: points.reduce((sum, point) => sum + point, 0),
    max: applicable * full,
    judged,
    items: items.length,
    complete: items.length > 0 && 100 * judged >= LEAST_COVERAGE * items.length && criticalOut.length === 0,
    criticalMissed: critical.filter((index) => points[index] !== full && given[index] !== 'stock_out'),
    criticalOut,
  }
}

const JUDGED: ReadonlySet<Mark> = new Set(['done', 'partly', 'not_done'])

function pointsOf(mark: Mark, full: number): number {
  if (mark === 'done') return full
  return mark === 'partly' ? full - 1 : 0
}

/** How far two observers of the same session agree. */
export interface Agreement {
  /** Items both have marked, and those marked the same. */
  readonly items: number
  readonly same: number
  /** Cohen's kappa, from -1 to 1; undefined when both saw only one kind of mark, where chance explains everything. */
  readonly kappa: number | undefined
}

/** Compares two observers item by item; an item one of them has not marked is left out. */
export function agreementOf(
  one: readonly (Mark | undefined)[],
  other: readonly (Mark | undefined)[],
): Agreement {
  const pairs = one.flatMap((mark, index) => {
    const theirs = other[index]
    return mark === undefined || theirs === undefined ? [] : [[mark, theirs] as const]
  })
  const items = pairs.length
  const same = pairs.filter(([a, b]) => a === b).length
  // In whole numbers as long as it goes: items² · expected, so that two who agree wholly have exactly 1.
  const expected = MARKS.reduce((sum, mark) => {
    const [a, b] = [0, 1].map((side) => pairs.filter((pair) => pair[side] === mark).length)
    return sum + (a ?? 0) * (b ?? 0)
  }, 0)
  const room = items * items - expected
  return { items, same, kappa: room === 0 ? undefined : (items * same - expected) / room }
}
