// The days of visits: cadences kept over month ends and leap years, around Commemoration week, holidays, leave and what
// a place has of its own; reminders in whatever time zone the programme is.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Programme } from '../../src/domain/rhythm.ts'
import { instantOf, isSilentDay, localDay } from '../../src/domain/rhythm.ts'
import { CADENCES, STREAMS } from '../../src/domain/visit.ts'
import {
  canStart,
  type DaysOff,
  daysBetween,
  lastDay,
  nextPeriod,
  periodOf,
  plusDays,
  proposedStart,
  reminderTimes,
  startsWithin,
  suits,
  VISIT_HOUR,
} from '../../src/domain/visit-calendar.ts'
import type { Day } from '../../src/words/clock.ts'

const day = (text: string): Day => text as Day
const calendar = {
  every_year: ['01-01', '05-01', '12-25'],
  dates: ['2027-03-29'],
  pauses: [{ from: '04-07', to: '04-13' }],
}
const FREE: DaysOff = { calendar, weekdays: 31, taken: [] }
const programme = (timezone = 'Africa/Kigali'): Programme => ({
  timezone,
  quiet: { from: 20 * 60 + 30, to: 6 * 60 + 30 },
  calendar,
})

describe('a period', () => {
  it.each([
    ['2028-02-29', 'month', '2028-02-01', '2028-03-01'],
    ['2027-12-31', 'month', '2027-12-01', '2028-01-01'],
    ['2027-12-31', 'quarter', '2027-10-01', '2028-01-01'],
    ['2027-01-31', 'quarter', '2027-01-01', '2027-04-01'],
  ] as const)('of %s by the %s begins on %s and is followed by %s', (of, every, first, next) => {
    expect(periodOf(day(of), every)).toBe(first)
    expect(nextPeriod(day(first), every)).toBe(next)
  })
})

describe('a day', () => {
  it.each([
    ['2027-04-06', true],
    ['2027-04-07', false],
    ['2027-04-13', false],
    ['2027-04-14', true],
    ['2027-03-29', false],
    ['2027-03-27', false],
    ['2028-02-29', true],
  ])('%s suits: %s', (which, expected) => {
    expect(suits(day(which), FREE)).toBe(expected)
  })

  it('is no day where the place does not like the weekday, or somebody is away', () => {
    const monday = day('2027-03-01')
    expect(suits(monday, { ...FREE, weekdays: 30 })).toBe(false)
    expect(suits(monday, { ...FREE, taken: [{ from: day('2027-02-20'), until: monday }] })).toBe(false)
  })
})

describe('a visit of three days', () => {
  it('goes over no weekend and no Commemoration week', () => {
    expect(canStart(day('2027-03-04'), 3, FREE)).toBe(false)
    expect(startsWithin({ from: day('2027-04-01'), until: day('2027-04-21') }, 3, FREE)).toEqual([
      '2027-04-14',
      '2027-04-19',
    ])
  })
})

const wish = (period: string, more: object = {}) => ({
  cadence: CADENCES.district,
  period: day(period),
  before: undefined,
  turn: { at: 0, of: 1 },
  notBefore: day('2020-01-01'),
  ...more,
})

describe('a proposal', () => {
  it('spreads the places of a mentor over the month', () => {
    const starts = [0, 1].map((at) => proposedStart(wish('2027-02-01', { turn: { at, of: 2 } }), FREE))
    expect(starts).toEqual(['2027-02-02', '2027-02-16'])
  })

  it.each([
    // A fifth Tuesday is the last one where a month has four.
    ['2027-03-30', '2027-04-01', '2027-04-27'],
    // The last Tuesday of February of a leap year is its last day; two days in a row go into March, so a day before.
    ['2028-01-25', '2028-02-01', '2028-02-22'],
    // The second week of April holds Commemoration week: the nearest day after it.
    ['2027-03-09', '2027-04-01', '2027-04-14'],
    ['2026-12-08', '2027-01-01', '2027-01-12'],
  ])('after %s, in %s is %s', (before, period, expected) => {
    expect(proposedStart(wish(period, { before: day(before) }), FREE)).toBe(expected)
  })

  it('keeps its month of the quarter', () => {
    const quarterly = { cadence: CADENCES.community, before: day('2027-02-11') }
    expect(proposedStart(wish('2027-04-01', quarterly), FREE)).toBe('2027-05-13')
  })

  it('is none when no day of the period is left', () => {
    expect(proposedStart(wish('2027-02-01', { notBefore: day('2027-02-26') }), FREE)).toBeUndefined()
    expect(proposedStart(wish('2027-02-01', { notBefore: day('2027-03-02') }), FREE)).toBeUndefined()
  })

  it('is always a day that suits, within its period', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...STREAMS),
        fc.integer({ min: 0, max: 120 }),
        fc.integer({ min: 1, max: 31 }),
        fc.integer({ min: 0, max: 700 }),
        (stream, months, weekdays, back) => {
          const cadence = CADENCES[stream]
          let period = periodOf(day('2024-01-01'), cadence.every)
          for (let step = 0; step < months; step++) period = nextPeriod(period, cadence.every)
          const off = { ...FREE, weekdays }
          const before = back > 0 ? plusDays(period, -back) : undefined
          const start = proposedStart(wish(period, { cadence, before }), off)
          if (start === undefined) return
          expect(canStart(start, cadence.days, off)).toBe(true)
          expect(periodOf(start, cadence.every)).toBe(period)
          expect(periodOf(lastDay(start, cadence.days), cadence.every)).toBe(period)
        },
      ),
    )
  })
})

describe('reminders', () => {
  const times = (startsOn: string, from: string, zone?: string) =>
    reminderTimes(day(startsOn), { now: Date.parse(from), hour: 17, programme: programme(zone) }).map(
      ({ reminder, at }) => `${reminder} ${new Date(at).toISOString()}`,
    )

  it('come seven and two days before at the person’s hour, the evening before, and the morning itself', () => {
    expect(times('2028-03-01', '2028-02-01T00:00:00Z')).toEqual([
      'week 2028-02-23T15:00:00.000Z',
      'two_days 2028-02-28T15:00:00.000Z',
      'evening 2028-02-29T16:00:00.000Z',
      'morning 2028-03-01T04:30:00.000Z',
    ])
  })

  it('are local where clocks change in between', () => {
    // New York goes from UTC-5 to UTC-4 on 14 March 2027.
    expect(times('2027-03-15', '2027-03-01T00:00:00Z', 'America/New_York')).toEqual([
      'week 2027-03-08T22:00:00.000Z',
      'two_days 2027-03-13T22:00:00.000Z',
      'evening 2027-03-14T22:00:00.000Z',
      'morning 2027-03-15T10:30:00.000Z',
    ])
  })

  it('come before Commemoration week rather than in it, and once a day', () => {
    expect(times('2027-04-14', '2027-03-20T00:00:00Z')).toEqual([
      'evening 2027-04-06T16:00:00.000Z',
      'morning 2027-04-14T04:30:00.000Z',
    ])
  })

  it('are left out when their time has passed', () => {
    expect(times('2028-03-01', '2028-02-28T16:00:00Z').map((time) => time.split(' ')[0])).toEqual([
      'evening',
      'morning',
    ])
  })

  it('are never in quiet hours, never on silent days but the visit’s own, and never two on a day', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 2000 }),
        fc.integer({ min: 0, max: 23 }),
        fc.constantFrom('Africa/Kigali', 'Asia/Kathmandu', 'America/St_Johns', 'Pacific/Auckland'),
        (ahead, hour, zone) => {
          const startsOn = plusDays(day('2026-01-01'), ahead)
          const there = programme(zone)
          const all = reminderTimes(startsOn, { now: 0, hour, programme: there })
          const days = all.map(({ at }) => localDay(at, there))
          expect(new Set(days).size).toBe(days.length)
          for (const one of days) expect(one === startsOn || !isSilentDay(one, calendar)).toBe(true)
          for (const { at } of all) {
            expect(at).toBeLessThan(instantOf(startsOn, VISIT_HOUR, there))
            const local = new Date(at).toLocaleTimeString('en-GB', { timeZone: zone })
            expect(local >= '06:30:00' && local < '20:30:00').toBe(true)
          }
        },
      ),
    )
  })
})

it('counts days over a leap day', () => {
  expect(daysBetween(day('2028-02-28'), day('2028-03-01'))).toBe(2)
  expect(daysBetween(day('2027-02-28'), day('2027-03-01'))).toBe(1)
})
