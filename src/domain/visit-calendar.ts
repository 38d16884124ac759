// On which days visits are: by the programme's cadence and the rhythm of the visits before, around holidays, pauses,
// the place's own days, leave, and the mentors' other visits. Days are local and have no hour, so that no time zone and
// no change of clocks can move one.
import { DateTime } from 'luxon'
// Node is given its CommonJS, all of which is the default export; its types are those of its other build.
// oxlint-disable-next-line import/default -- a CommonJS package: in Node its one export is the default
import rules from 'rrule'
import type { Day, Instant } from '../words/clock.ts'
import {
  type Calendar,
  instantOf,
  isQuietAt,
  isSilentDay,
  localDay,
  type Programme,
  quietEndAfter,
} from './rhythm.ts'
import type { Cadence } from './visit.ts'

const { RRule } = rules

export interface Span {
  readonly from: Day
  readonly until: Day
}

/** The days on which there can be no visit. */
export interface DaysOff {
  readonly calendar: Calendar
  /** Weekdays that suit the place, as bits: 1 Monday … 16 Friday. At weekends nobody is visited. */
  readonly weekdays: number
  /** When the place is busy, or the mentors are on leave or elsewhere; both ends included. */
  readonly taken: readonly Span[]
}

const dateOf = (day: Day): DateTime<true> => {
  const date = DateTime.fromISO(day, { zone: 'utc' })
  if (!date.isValid) throw new Error('no day')
  return date
}
const dayOf = (date: DateTime<true>): Day => date.toISODate() as Day

/** The day `days` after another; before it when negative. */
export const plusDays = (day: Day, days: number): Day => dayOf(dateOf(day).plus({ days }))

export const daysBetween = (from: Day, until: Day): number => dateOf(until).diff(dateOf(from), 'days').days

/** The last day of a visit. */
export const lastDay = (startsOn: Day, days: number): Day => plusDays(startsOn, days - 1)

/** The first day of the month or quarter a day lies in. */
export const periodOf = (day: Day, every: Cadence['every']): Day => dayOf(dateOf(day).startOf(every))

export const nextPeriod = (period: Day, every: Cadence['every']): Day =>
  dayOf(dateOf(period).plus(every === 'month' ? { months: 1 } : { months: 3 }))

/** Whether a visit can be on that day. */
export function suits(day: Day, { calendar, weekdays, taken }: DaysOff): boolean {
  const date = dateOf(day)
  return (
    date.weekday <= 5 &&
    (weekdays & (1 << (date.weekday - 1))) !== 0 &&
    !isSilentDay(day, calendar) &&
    !taken.some(({ from, until }) => from <= day && day <= until)
  )
}

/** No weekend, holiday or pause. */
export const isWorkingDay = (day: Day, calendar: Calendar): boolean =>
  suits(day, { calendar, weekdays: 31, taken: [] })

/** The first working day from `day` on. */
export function workingDayFrom(day: Day, calendar: Calendar): Day {
  let at = day
  // A year without a working day is no calendar.
  for (let days = 0; days < 366 && !isWorkingDay(at, calendar); days++) at = plusDays(at, 1)
  return at
}

/** Whether a visit of so many days, one after another, can begin on that day. */
export const canStart = (day: Day, days: number, off: DaysOff): boolean =>
  Array.from({ length: days }, (_, ahead) => plusDays(day, ahead)).every((one) => suits(one, off))

/** All days in a span on which a visit of so many days can begin so that it also ends in the span. */
export function startsWithin({ from, until }: Span, days: number, off: DaysOff): Day[] {
  const starts: Day[] = []
  for (let day = from; lastDay(day, days) <= until; day = plusDays(day, 1))
    if (canStart(day, days, off)) starts.push(day)
  return starts
}

export interface Wish {
  readonly cadence: Cadence
  readonly period: Day
  /** The visit to this place before: it keeps its weekday and its week of the month. */
  readonly before: Day | undefined
  /** Which of how many places this is: without a visit before, they are spread over the month. */
  readonly turn: { readonly at: number; readonly of: number }
  readonly notBefore: Day
}

/** The best day to begin in a period: the nearest to the day of the rhythm, later rather than sooner. */
export function proposedStart(
  { cadence, period, before, turn, notBefore }: Wish,
  off: DaysOff,
): Day | undefined {
  const until = plusDays(nextPeriod(period, cadence.every), -1)
  const from = notBefore > period ? notBefore : period
  if (from > until) return undefined
  const wished = before === undefined ? spreadDay(period, turn) : rhythmDay(period, before, cadence)
  const far = (day: Day): number => Math.abs(daysBetween(wished, day))
  const starts = startsWithin({ from, until }, cadence.days, off)
  return starts.toSorted((a, b) => far(a) - far(b) || (a > b ? -1 : 1))[0]
}

/** Tuesdays: the middle of the week holds three days in a row, and Mondays are taken by what the weekend brought. */
const spreadDay = (period: Day, turn: Wish['turn']): Day =>
  firstOn(period, rules.Weekday.fromStr('TU').nth(1 + Math.min(3, Math.floor((4 * turn.at) / turn.of))))

/** The same weekday of the same week of the month; a fifth week is the last one, since not each month has it. */
function rhythmDay(period: Day, before: Day, cadence: Cadence): Day {
  const date = dateOf(before)
  const months = Math.round(
    date.startOf('month').diff(dateOf(periodOf(before, cadence.every)), 'months').months,
  )
  const week = Math.ceil(date.day / 7)
  const weekday = new rules.Weekday(date.weekday - 1)
  return firstOn(dayOf(dateOf(period).plus({ months })), weekday.nth(week > 4 ? -1 : week))
}

function firstOn(month: Day, weekday: InstanceType<typeof rules.Weekday>): Day {
  const rule = new RRule({
    freq: RRule.MONTHLY,
    byweekday: [weekday],
    dtstart: dateOf(month).toJSDate(),
    count: 1,
  })
  const [found] = rule.all()
  return (found?.toISOString().slice(0, 10) ?? month) as Day
}

/** So long before a period its visits are proposed: on the 20th or a little before, that a week's reminder still fits. */
const AHEAD_OF_PERIOD = 12

/** The periods whose visits are to be planned on a day: the one it lies in, and the next when that is near. */
export function periodsToPlan(today: Day, every: Cadence['every']): Day[] {
  const now = periodOf(today, every)
  const next = nextPeriod(now, every)
  return daysBetween(today, next) <= AHEAD_OF_PERIOD ? [now, next] : [now]
}

/** The day on which visits are proposed next, after `today`: so long before the next month begins. */
export function planningDay(today: Day): Day {
  const first = nextPeriod(periodOf(today, 'month'), 'month')
  const day = plusDays(first, -AHEAD_OF_PERIOD)
  return day > today ? day : plusDays(nextPeriod(first, 'month'), -AHEAD_OF_PERIOD)
}

/** A brief comes this many days before, sooner where no reminder comes then, or later when it could not. */
const BRIEF_AHEAD = 2

/** Whether the brief goes with a reminder that is sent now: nearer to the visit than the one a week before. */
export function briefsNow(startsOn: Day, at: { now: Instant; hour: number; programme: Programme }): boolean {
  const ahead = daysBetween(localDay(at.now, at.programme), startsOn)
  return ahead <= BRIEF_AHEAD || reminderTimes(startsOn, at).every(({ reminder }) => reminder === 'morning')
}

/** `week` and `two_days` before, `evening` before, and the `morning` itself. */
export const REMINDERS = ['week', 'two_days', 'evening', 'morning'] as const

export type Reminder = (typeof REMINDERS)[number]

/** Days before; the hour of the evening and the morning. The others come at the person's own hour. */
const AHEAD: Readonly<Record<Reminder, { readonly days: number; readonly hour?: number }>> = {
  week: { days: 7 },
  two_days: { days: 2 },
  evening: { days: 1, hour: 18 },
  morning: { days: 0, hour: 6 },
}

/** Whose own hour lies in quiet ones hears of it at noon of the same day: the next may be one of silence. */
const NOON = 12

/** When a visit begins in the morning. */
export const VISIT_HOUR = 8

/** In the evening of its last day a visit should be over. */
export const OVER_HOUR = 18

/** Whether a visit can still be put on that day: whoever is there already writes one down until the evening. */
export const isAhead = (day: Day, now: Instant, programme: Programme): boolean =>
  now < instantOf(day, OVER_HOUR, programme)

/**
 * When somebody is reminded of a visit that begins on a day, as far as it is still ahead. A reminder that would come on a
 * day of silence comes on the last day before that is none; of two on one day the nearer to the visit is left.
 */
export function reminderTimes(
  startsOn: Day,
  { now, hour, programme }: { now: Instant; hour: number; programme: Programme },
): { reminder: Reminder; at: Instant }[] {
  const begins = instantOf(startsOn, VISIT_HOUR, programme)
  const times = REMINDERS.map((reminder) => {
    const { days, hour: own = hour } = AHEAD[reminder]
    let day = plusDays(startsOn, -days)
    while (days > 0 && isSilentDay(day, programme.calendar)) day = plusDays(day, -1)
    const wished = instantOf(day, own, programme)
    const quiet = days > 0 && isQuietAt(wished, programme)
    const at = quietEndAfter(quiet ? instantOf(day, NOON, programme) : wished, programme)
    return { reminder, at }
  })
  return times.filter(
    (one, index) =>
      one.at > now &&
      one.at < begins &&
      !times.slice(index + 1).some((later) => localDay(later.at, programme) === localDay(one.at, programme)),
  )
}
