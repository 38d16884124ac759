import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { actionLateAt, actionReminderAt } from '../../src/domain/action.ts'
import { challengeDueAt, tierAbove } from '../../src/domain/challenge.ts'
import { hasShifted, isReached, medianOf, shownOf } from '../../src/domain/project.ts'
import { DAY } from '../../src/words/clock.ts'

const programme = {
  timezone: 'Africa/Kigali',
  quiet: { from: 20 * 60 + 30, to: 6 * 60 + 30 },
  // A Wednesday.
  calendar: { every_year: [], dates: ['2026-11-25'], pauses: [] },
}
/** A Monday, midnight in Kigali. */
const MONDAY = Date.parse('2026-11-22T22:00:00Z')

describe('a figure', () => {
  it('is shown rounded down and judged in integers', () => {
    expect(shownOf({ cases: 846, all: 1000 })).toBe(84)
    const baseline = { cases: 50, all: 100 }
    expect(isReached({ baseline, last: { cases: 846, all: 1000 }, target: 85 })).toBe(false)
    expect(isReached({ baseline, last: { cases: 17, all: 20 }, target: 85 })).toBe(true)
  })

  it('goes down where the target lies below the baseline', () => {
    const baseline = { cases: 10, all: undefined }
    expect(isReached({ baseline, last: { cases: 4, all: undefined }, target: 3 })).toBe(false)
    expect(isReached({ baseline, last: { cases: 3, all: undefined }, target: 3 })).toBe(true)
  })
})

describe('a run chart', () => {
  it('has the middle figure as its median, whatever their order', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(100), { minLength: 1, maxLength: 40 }), (shown) => {
        const median = medianOf(shown) ?? -1
        const below = shown.filter((one) => one < median).length
        const above = shown.filter((one) => one > median).length
        expect(Math.max(below, above)).toBeLessThanOrEqual(Math.ceil(shown.length / 2))
      }),
    )
    expect(medianOf([])).toBeUndefined()
    expect(medianOf([1, 4])).toBe(2)
  })

  it.each([
    ['chance', [50, 60, 50, 60, 50, 60, 50], false],
    ['six at the end on one side', [40, 41, 42, 43, 44, 45, 80, 81, 82, 83, 84, 85], true],
    ['five at the end', [40, 41, 42, 43, 44, 80, 81, 82, 83, 84], false],
    ['nothing but one figure', [50], false],
  ])('sees %s', (_, shown, shifted) => expect(hasShifted(shown)).toBe(shifted))
})

describe('an action', () => {
  it('is reminded of two days before and on the day, and then no more', () => {
    const due = MONDAY + 10 * DAY
    expect(actionReminderAt(due, MONDAY)).toBe(due - 2 * DAY)
    expect(actionReminderAt(due, due - 2 * DAY)).toBe(due)
    expect(actionReminderAt(due, due)).toBeUndefined()
  })

  it('goes up after working days, not over a holiday or a weekend', () => {
    // Due on Monday: Tuesday, Thursday (Wednesday is a holiday) and Friday are the three days.
    expect(new Date(actionLateAt(MONDAY, 0, programme) ?? 0).toISOString()).toBe('2026-11-27T15:00:00.000Z')
    expect(actionLateAt(MONDAY, 2, programme)).toBeUndefined()
  })
})

it('lets a challenge go up by its kind, and stay at the last level', () => {
  const due = (kind: 'stock_out' | 'staff', tier: 'facility' | 'national'): number | undefined =>
    challengeDueAt(MONDAY, { kind, tier }, programme)
  expect(due('stock_out', 'facility')).toBeLessThan(due('staff', 'facility') ?? 0)
  expect(due('staff', 'national')).toBeUndefined()
  expect([tierAbove('facility'), tierAbove('district'), tierAbove('national')]).toEqual([
    'district',
    'national',
    undefined,
  ])
})
