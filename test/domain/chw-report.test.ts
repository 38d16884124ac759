import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { broken, jumped, rising, totalOf } from '../../src/domain/chw-report.ts'
import {
  asksAt,
  beginOf,
  dueAt,
  EVERY,
  nextStepAt,
  periodAt,
  remindsAt,
  stepDue,
} from '../../src/domain/report-period.ts'
import type { Programme } from '../../src/domain/rhythm.ts'
import { HOUR, type Day } from '../../src/words/clock.ts'

const PROGRAMME: Programme = {
  timezone: 'Africa/Kigali',
  quiet: { from: 1230, to: 390 },
  calendar: { every_year: [], dates: [], pauses: [] },
}
const at = (local: string): number => Date.parse(`${local}:00+02:00`)
const local = (instant: number): string => new Date(instant + 2 * 3_600_000).toISOString().slice(0, 16)

describe('a month', () => {
  it.each([
    ['2026-11-26T12:00', '2026-11-01'],
    ['2026-12-05T16:59', '2026-11-01'],
    ['2026-12-05T17:00', '2026-12-01'],
    ['2027-01-02T08:00', '2026-12-01'],
  ])('on %s is that of %s', (now, first) => {
    expect(periodAt(at(now), 'month', PROGRAMME)).toEqual({ every: 'month', first })
  })

  it('is asked for on its last evening, reminded twice, and due on the fifth', () => {
    const month = { every: 'month', first: '2026-11-01' as Day } as const
    expect(local(asksAt(month, PROGRAMME))).toBe('2026-11-30T17:00')
    expect(remindsAt(month, PROGRAMME).map(local)).toEqual(['2026-12-02T17:00', '2026-12-04T17:00'])
    expect(local(dueAt(month, PROGRAMME))).toBe('2026-12-05T17:00')
  })
})

it('a week is asked for on Friday, reminded on Sunday, and due on Monday', () => {
  const week = periodAt(at('2026-11-26T12:00'), 'week', PROGRAMME)
  expect(week.first).toBe('2026-11-23')
  expect(local(asksAt(week, PROGRAMME))).toBe('2026-11-27T17:00')
  expect(remindsAt(week, PROGRAMME).map(local)).toEqual(['2026-11-29T17:00'])
  expect(local(dueAt(week, PROGRAMME))).toBe('2026-11-30T17:00')
  expect(periodAt(at('2026-11-30T16:00'), 'week', PROGRAMME).first).toBe('2026-11-23')
})

it('whatever the hour it is looked at, each period is closed once, and asked for before unless that was too late', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...EVERY),
      fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 5, maxLength: 30 }),
      (every, hours) => {
        let now = at('2026-01-01T00:00')
        const period = periodAt(now, every, PROGRAMME)
        let done = beginOf(period, PROGRAMME)
        const steps: string[] = []
        for (const pause of hours) {
          now += pause * HOUR
          const step = stepDue(period, { after: done, until: now }, PROGRAMME)
          expect(step === undefined).toBe((nextStepAt(period, done, PROGRAMME) ?? Infinity) > now)
          if (step !== undefined) steps.push(step)
          done = now
        }
        expect(steps.join(' ')).toMatch(/^(?:ask)?(?: ?remind)*(?: ?close)?$/)
        if (now >= dueAt(period, PROGRAMME)) expect(steps.at(-1)).toBe('close')
        if (steps.includes('remind')) expect(steps[0]).toBe('ask')
      },
    ),
  )
})

const ITEMS = [
  { id: 'rdt', stock: false },
  { id: 'positive', stock: false },
  { id: 'left', stock: true },
]

it('a sum that cannot be the greater one is found, and nothing where something was not said', () => {
  const rules = [{ sum: ['positive'], than: ['rdt'] }]
  expect(broken(rules, { rdt: 4, positive: 5 })).toEqual([0])
  expect(broken(rules, { rdt: 4, positive: 4 })).toEqual([])
  expect(broken(rules, { positive: 5 })).toEqual([])
})

it('three times as many as before, and more than a few, is a jump; what is on a shelf never is', () => {
  const jumps = (now: number, before: number): string[] =>
    jumped(ITEMS, { rdt: now, left: 90 }, { rdt: before, left: 1 })
  expect([jumps(6, 2), jumps(5, 1), jumps(6, 3), jumps(6, 0), jumps(2, 9)]).toEqual([
    ['rdt'],
    [],
    [],
    ['rdt'],
    [],
  ])
  expect(jumped(ITEMS, { rdt: 90 }, {})).toEqual([])
})

it('a total adds what was counted, and counts who has nothing left', () => {
  const reports = [{ rdt: 2, left: 0 }, { rdt: 3, positive: 1, left: 7 }, { left: 0 }]
  expect(totalOf(ITEMS, reports)).toEqual({ sums: { rdt: 5, positive: 1 }, outOf: { left: 2 }, reported: 3 })
})

it('a sum that has doubled and is no handful is a trend', () => {
  const seen = (now: number, before: number): boolean =>
    rising(['rdt'], { rdt: now }, { rdt: before }).length > 0
  expect([seen(5, 2), seen(5, 3), seen(4, 0), seen(8, 4)]).toEqual([true, false, false, true])
})
