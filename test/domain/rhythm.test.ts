import fc from 'fast-check'
import { DateTime } from 'luxon'
import { describe, expect, it } from 'vitest'
import {
  dayOf,
  EVERY_DAY,
  firstAllowed,
  hasHeardToday,
  leaveEnd,
  nextDay,
  nextOwnHour,
  nightOf,
  type Programme,
  type Rhythm,
  wouldWake,
} from '../../src/domain/rhythm.ts'
import { DAY, HOUR } from '../../src/words/clock.ts'

const KIGALI: Programme = {
  timezone: 'Africa/Kigali',
  quiet: { from: 20 * 60 + 30, to: 6 * 60 + 30 },
  calendar: {
    every_year: ['01-01', '12-25', '12-26', '02-29'],
    dates: ['2026-12-28', '2027-03-29'],
    pauses: [{ from: '04-07', to: '04-13' }],
  },
}
const USUAL: Rhythm = { hour: 17, days: EVERY_DAY, leaveUntil: undefined, unsolicitedAt: undefined }
const WEEKDAYS = 31
const WEEKEND = 96

const at = (local: string, timezone = 'Africa/Kigali'): number => {
  const moment = DateTime.fromISO(local, { zone: timezone })
  if (!moment.isValid) throw new Error(`${local} is no moment`)
  return moment.toMillis()
}
const shown = (instant: number, timezone = 'Africa/Kigali'): string =>
  DateTime.fromMillis(instant, { zone: timezone }).toFormat("yyyy-MM-dd'T'HH:mm")

describe('nextOwnHour', () => {
  const own = (from: string, rhythm: Partial<Rhythm> = {}, programme: Partial<Programme> = {}): string => {
    const all = { ...KIGALI, ...programme }
    return shown(nextOwnHour(at(from, all.timezone), { ...USUAL, ...rhythm }, all), all.timezone)
  }

  it.each([
    // 2026-11-23 is a Monday.
    ['2026-11-23T10:00', {}, '2026-11-23T17:00'],
    ['2026-11-23T17:00', {}, '2026-11-23T17:00'],
    ['2026-11-23T17:01', {}, '2026-11-24T17:00'],
    ['2026-11-23T23:59', {}, '2026-11-24T17:00'],
    ['2026-11-30T18:00', {}, '2026-12-01T17:00'],
    // Days chosen.
    ['2026-11-27T18:00', { days: WEEKDAYS }, '2026-11-30T17:00'],
    ['2026-11-23T10:00', { days: WEEKEND }, '2026-11-28T17:00'],
    ['2026-11-23T10:00', { days: 64 }, '2026-11-29T17:00'],
    ['2026-11-23T10:00', { days: 1 }, '2026-11-23T17:00'],
    ['2026-11-23T18:00', { days: 1 }, '2026-11-30T17:00'],
    ['2026-11-23T18:00', { days: 21 }, '2026-11-25T17:00'],
    // Holidays: Christmas to the day after that moved; New Year.
    ['2026-12-24T18:00', {}, '2026-12-27T17:00'],
    ['2026-12-25T10:00', { days: WEEKDAYS }, '2026-12-29T17:00'],
    ['2026-12-31T18:00', {}, '2027-01-02T17:00'],
    ['2028-02-28T18:00', {}, '2028-03-01T17:00'],
    ['2027-02-28T18:00', {}, '2027-03-01T17:00'],
    // Commemoration week.
    ['2027-04-06T18:00', {}, '2027-04-14T17:00'],
    ['2027-04-10T10:00', { days: WEEKEND }, '2027-04-17T17:00'],
    // Leave, and the one message of the day.
    ['2026-11-23T10:00', { leaveUntil: at('2026-12-01T00:00') }, '2026-12-01T17:00'],
    ['2026-11-23T10:00', { leaveUntil: at('2026-11-01T00:00') }, '2026-11-23T17:00'],
    ['2026-11-23T10:00', { unsolicitedAt: at('2026-11-23T07:00') }, '2026-11-24T17:00'],
    ['2026-11-23T10:00', { unsolicitedAt: at('2026-11-22T23:59') }, '2026-11-23T17:00'],
    // Quiet hours: an hour inside them is their end on that day, for early birds and night owls.
    ['2026-11-23T10:00', { hour: 5 }, '2026-11-24T06:30'],
    ['2026-11-23T01:00', { hour: 5 }, '2026-11-23T06:30'],
    ['2026-11-23T10:00', { hour: 22 }, '2026-11-24T06:30'],
    ['2026-11-23T10:00', { hour: 21, days: 2 }, '2026-11-24T06:30'],
    ['2026-11-23T10:00', { hour: 20 }, '2026-11-23T20:00'],
  ] satisfies [string, Partial<Rhythm>, string][])('after %s, %o: %s', (from, rhythm, expected) => {
    expect(own(from, rhythm)).toBe(expected)
  })

  it('knows quiet hours in the middle of the day', () => {
    const quiet = { from: 12 * 60, to: 14 * 60 + 15 }
    expect(own('2026-11-23T10:00', { hour: 13 }, { quiet })).toBe('2026-11-23T14:15')
    expect(own('2026-11-23T10:00', { hour: 12 }, { quiet })).toBe('2026-11-23T14:15')
    expect(own('2026-11-23T10:00', { hour: 23 }, { quiet })).toBe('2026-11-23T23:00')
  })

  it('knows pauses over New Year', () => {
    const calendar = { every_year: [], dates: [], pauses: [{ from: '12-20', to: '01-05' }] }
    expect(own('2026-12-20T10:00', {}, { calendar })).toBe('2027-01-06T17:00')
    expect(own('2027-01-05T10:00', {}, { calendar })).toBe('2027-01-06T17:00')
    expect(own('2026-12-19T10:00', {}, { calendar })).toBe('2026-12-19T17:00')
  })

  it.each([
    // Clocks go forward on 28 March 2027 in Paris and 14 March in New York, back on 31 October and 7 November.
    ['Europe/Paris', '2027-03-27T18:00', '2027-03-28T17:00', 22],
    ['Europe/Paris', '2027-10-30T18:00', '2027-10-31T17:00', 24],
    ['America/New_York', '2027-03-13T18:00', '2027-03-14T17:00', 22],
    ['America/New_York', '2027-11-06T18:00', '2027-11-07T17:00', 24],
  ])(
    'in %s the hour is the hour of the wall, also when clocks change (%s)',
    (timezone, from, expected, hours) => {
      const programme = { ...KIGALI, timezone }
      const next = nextOwnHour(at(from, timezone), USUAL, programme)
      expect(shown(next, timezone)).toBe(expected)
      expect((next - at(from, timezone)) / HOUR).toBe(hours)
    },
  )

  it('an hour that a day does not have is the one after it', () => {
    const programme = { ...KIGALI, timezone: 'Europe/Paris', quiet: { from: 0, to: 1 } }
    expect(
      shown(
        nextOwnHour(at('2027-03-28T00:30', 'Europe/Paris'), { ...USUAL, hour: 2 }, programme),
        'Europe/Paris',
      ),
    ).toBe('2027-03-28T03:00')
  })

  const monthDay = fc
    .date({
      min: new Date('2028-01-01T00:00:00Z'),
      max: new Date('2028-12-31T00:00:00Z'),
      noInvalidDate: true,
    })
    .map((day) => day.toISOString().slice(5, 10))
  const programmes: fc.Arbitrary<Programme> = fc.record({
    timezone: fc.constantFrom(
      'Africa/Kigali',
      'Europe/Paris',
      'America/New_York',
      'Asia/Kathmandu',
      'Pacific/Apia',
    ),
    quiet: fc
      .tuple(fc.nat(1439), fc.nat(1439))
      .filter(([from, to]) => from !== to)
      .map(([from, to]) => ({ from, to })),
    calendar: fc.record({
      every_year: fc.array(monthDay, { maxLength: 12 }),
      dates: fc.array(
        monthDay.map((day) => `2027-${day}`),
        { maxLength: 12 },
      ),
      // A week or two: silence all year is nobody's programme.
      pauses: fc.array(
        fc.constantFrom(
          { from: '04-07', to: '04-13' },
          { from: '12-24', to: '01-06' },
          { from: '02-29', to: '02-29' },
        ),
        { maxLength: 2 },
      ),
    }),
  })
  const instants = fc.integer({
    min: Date.parse('2026-06-01T00:00:00Z'),
    max: Date.parse('2029-06-01T00:00:00Z'),
  })
  const rhythms = (from: number): fc.Arbitrary<Rhythm> =>
    fc.record({
      hour: fc.nat(23),
      days: fc.integer({ min: 1, max: 127 }),
      leaveUntil: fc.option(fc.integer({ min: from - 50 * DAY, max: from + 200 * DAY }), { nil: undefined }),
      unsolicitedAt: fc.option(fc.integer({ min: from - 2 * DAY, max: from }), { nil: undefined }),
    })

  /** Whether a message may come then, worked out anew from the words of the rule. */
  function faults(instant: number, rhythm: Rhythm, { timezone, quiet, calendar }: Programme): string[] {
    const local = DateTime.fromMillis(instant, { zone: timezone })
    const minute = local.hour * 60 + local.minute
    const isQuiet =
      quiet.from < quiet.to
        ? minute >= quiet.from && minute < quiet.to
        : !(minute >= quiet.to && minute < quiet.from)
    const monthAndDay = local.toFormat('MM-dd')
    const isPaused = calendar.pauses.some(({ from, to }) => {
      for (
        let day = DateTime.fromISO(`2028-${from}`), left = 366;
        left > 0;
        left--, day = day.plus({ days: 1 })
      ) {
        if (day.toFormat('MM-dd') === monthAndDay) return true
        if (day.toFormat('MM-dd') === to) return false
      }
      return false
    })
    const heard =
      rhythm.unsolicitedAt === undefined
        ? undefined
        : DateTime.fromMillis(rhythm.unsolicitedAt, { zone: timezone })
    return [
      ...(isQuiet ? ['quiet'] : []),
      ...(calendar.every_year.includes(monthAndDay) || calendar.dates.includes(local.toFormat('yyyy-MM-dd'))
        ? ['holiday']
        : []),
      ...(isPaused ? ['pause'] : []),
      ...(rhythm.leaveUntil !== undefined && instant < rhythm.leaveUntil ? ['leave'] : []),
      ...(heard?.hasSame(local, 'day') === true ? ['second of the day'] : []),
    ]
  }

  it('is never before, always on an own day, at the own hour or the end of the quiet ones, and never in silence', () => {
    const cases = instants.chain((from) => fc.tuple(fc.constant(from), rhythms(from), programmes))
    fc.assert(
      fc.property(cases, ([from, rhythm, programme]) => {
        const next = nextOwnHour(from, rhythm, programme)
        const local = DateTime.fromMillis(next, { zone: programme.timezone })
        expect(next).toBeGreaterThanOrEqual(from)
        expect(faults(next, rhythm, programme)).toEqual([])
        expect(rhythm.days & (1 << (local.weekday - 1))).not.toBe(0)
        const day = local.startOf('day')
        const allowed = [
          day.set({ hour: rhythm.hour }),
          day.set({ hour: Math.floor(programme.quiet.to / 60), minute: programme.quiet.to % 60 }),
        ]
        expect(allowed.map((moment) => moment.toMillis())).toContain(next)
      }),
      { numRuns: 300 },
    )
  })

  it('is the first: no own day before it would have done', () => {
    const cases = instants.chain((from) => fc.tuple(fc.constant(from), rhythms(from), programmes))
    fc.assert(
      fc.property(cases, ([from, rhythm, programme]) => {
        const next = nextOwnHour(from, rhythm, programme)
        let day = DateTime.fromMillis(from, { zone: programme.timezone }).startOf('day')
        for (; day.plus({ days: 1 }).toMillis() <= next; day = day.plus({ days: 1 })) {
          const moment = day.set({ hour: rhythm.hour })
          const isOwn = (rhythm.days & (1 << (day.weekday - 1))) !== 0
          const wasPossible =
            isOwn && moment.toMillis() >= from && faults(moment.toMillis(), rhythm, programme).length === 0
          expect(wasPossible).toBe(false)
        }
      }),
      { numRuns: 300 },
    )
  })

  it('firstAllowed is never before, never in silence, and now when now may be', () => {
    const cases = instants.chain((from) => fc.tuple(fc.constant(from), rhythms(from), programmes))
    fc.assert(
      fc.property(cases, ([from, rhythm, programme]) => {
        const first = firstAllowed(from, rhythm, programme)
        expect(first).toBeGreaterThanOrEqual(from)
        expect(faults(first, rhythm, programme)).toEqual([])
        if (faults(from, rhythm, programme).length === 0) expect(first).toBe(from)
      }),
      { numRuns: 300 },
    )
  })
})

describe('firstAllowed', () => {
  const first = (from: string, rhythm: Partial<Rhythm> = {}): string =>
    shown(firstAllowed(at(from), { ...USUAL, ...rhythm }, KIGALI))

  it.each([
    ['2026-11-23T10:00', {}, '2026-11-23T10:00'],
    ['2026-11-23T20:29', {}, '2026-11-23T20:29'],
    ['2026-11-23T20:30', {}, '2026-11-24T06:30'],
    ['2026-11-23T23:59', {}, '2026-11-24T06:30'],
    ['2026-11-24T00:00', {}, '2026-11-24T06:30'],
    ['2026-11-24T06:29', {}, '2026-11-24T06:30'],
    ['2026-11-24T06:30', {}, '2026-11-24T06:30'],
    ['2026-12-24T21:00', {}, '2026-12-27T06:30'],
    ['2026-12-31T23:00', {}, '2027-01-02T06:30'],
    ['2027-04-07T10:00', {}, '2027-04-14T06:30'],
    ['2026-11-23T10:00', { leaveUntil: at('2026-11-25T00:00') }, '2026-11-25T06:30'],
    ['2026-11-23T10:00', { unsolicitedAt: at('2026-11-23T09:00') }, '2026-11-24T06:30'],
    // The days chosen are for refreshers; a nudge of an unfinished quiz may come on another.
    ['2026-11-23T10:00', { days: WEEKEND }, '2026-11-23T10:00'],
  ] satisfies [string, Partial<Rhythm>, string][])('after %s, %o: %s', (from, rhythm, expected) => {
    expect(first(from, rhythm)).toBe(expected)
  })
})

describe('days', () => {
  it('are local ones', () => {
    // Half past eleven at night in Kigali is the same day in UTC; half past one is not.
    expect(shown(dayOf(at('2026-11-24T01:30'), KIGALI))).toBe('2026-11-24T00:00')
    expect(shown(nextDay(at('2026-11-24T01:30'), KIGALI))).toBe('2026-11-25T00:00')
    expect(shown(nextDay(at('2026-12-31T23:30'), KIGALI))).toBe('2027-01-01T00:00')
    expect(shown(nextDay(at('2028-02-28T23:30'), KIGALI))).toBe('2028-02-29T00:00')
    expect(
      hasHeardToday(at('2026-11-24T23:59'), { ...USUAL, unsolicitedAt: at('2026-11-24T00:00') }, KIGALI),
    ).toBe(true)
    expect(
      hasHeardToday(at('2026-11-24T00:00'), { ...USUAL, unsolicitedAt: at('2026-11-23T23:59') }, KIGALI),
    ).toBe(false)
    expect(hasHeardToday(at('2026-11-24T00:00'), USUAL, KIGALI)).toBe(false)
  })

  it('have 23 or 25 hours when clocks change', () => {
    const paris = { ...KIGALI, timezone: 'Europe/Paris' }
    const length = (day: string): number =>
      (nextDay(at(`${day}T12:00`, 'Europe/Paris'), paris) -
        dayOf(at(`${day}T12:00`, 'Europe/Paris'), paris)) /
      HOUR
    expect([length('2027-03-28'), length('2027-10-31'), length('2027-11-01')]).toEqual([23, 25, 24])
  })

  it('a leave of so many days, today included, ends at midnight', () => {
    expect(shown(leaveEnd(at('2026-11-23T10:00'), 1, KIGALI))).toBe('2026-11-24T00:00')
    expect(shown(leaveEnd(at('2026-11-23T10:00'), 10, KIGALI))).toBe('2026-12-03T00:00')
    const paris = { ...KIGALI, timezone: 'Europe/Paris' }
    expect(shown(leaveEnd(at('2027-03-27T10:00', 'Europe/Paris'), 2, paris), 'Europe/Paris')).toBe(
      '2027-03-29T00:00',
    )
  })
})

it('a night bears the date of its evening, from the end of work to the start of the next', () => {
  expect(nightOf(at('2026-11-27T17:00'), KIGALI)).toBe('2026-11-27')
  expect(nightOf(at('2026-11-28T00:30'), KIGALI)).toBe('2026-11-27')
  expect(nightOf(at('2026-11-28T06:59'), KIGALI)).toBe('2026-11-27')
  expect(nightOf(at('2026-11-28T07:00'), KIGALI)).toBeUndefined()
  expect(nightOf(at('2027-01-01T03:00'), KIGALI)).toBe('2026-12-31')
})

it('whoever has just written is awake', () => {
  const night = at('2026-11-27T23:00')
  expect(wouldWake(night, undefined, KIGALI)).toBe(true)
  expect(wouldWake(night, night - 2 * HOUR, KIGALI)).toBe(true)
  expect(wouldWake(night, night - HOUR / 4, KIGALI)).toBe(false)
  expect(wouldWake(at('2026-11-27T12:00'), undefined, KIGALI)).toBe(false)
})
