// When a message nobody asked for may come: at the hour and on the days the person chose, outside quiet hours, leave,
// holidays and pauses, and at most one a day.
import { DateTime, IANAZone } from 'luxon'
import { type Day, type Instant, MINUTE } from '../words/clock.ts'

/** The days a programme is silent. Dates are local. */
export interface Calendar {
  /** `MM-DD`, the same every year. */
  readonly every_year: readonly string[]
  /** `YYYY-MM-DD`: moved days and feasts that are announced. */
  readonly dates: readonly string[]
  /** `MM-DD` to `MM-DD`, both included, over New Year when `from` is later: nothing is sent unasked in these days. */
  readonly pauses: readonly { readonly from: string; readonly to: string }[]
}

export interface Programme {
  /** IANA name, such as `Africa/Kigali`. */
  readonly timezone: string
  /** Minutes after local midnight; over midnight when `from` is later than `to`. */
  readonly quiet: { readonly from: number; readonly to: number }
  readonly calendar: Calendar
}

/** How a person wants to be reached. */
export interface Rhythm {
  /** Local hour, 0 to 23. */
  readonly hour: number
  /** Bits: 1 Monday … 64 Sunday. */
  readonly days: number
  readonly leaveUntil: Instant | undefined
  readonly unsolicitedAt: Instant | undefined
}

/** Offsets from UTC change at whole quarters of an hour, if at all. */
const QUARTER = 15 * MINUTE
const MOST_KEPT = 10_000

/**
 * A time zone that remembers its offsets. Asking the platform costs some 20 microseconds each time, and planning one
 * refresher asks a dozen times: it was the dearest part of ending a quiz.
 */
class RememberingZone extends IANAZone {
  readonly #offsets = new Map<number, number>()

  override offset(at: number): number {
    const quarter = Math.floor(at / QUARTER)
    let offset = this.#offsets.get(quarter)
    if (offset === undefined) {
      if (this.#offsets.size > MOST_KEPT) this.#offsets.clear()
      this.#offsets.set(quarter, (offset = super.offset(at)))
    }
    return offset
  }
}

const zones = new Map<string, RememberingZone>()

/** The local time of an instant. */
function local(at: Instant, timezone: string): DateTime {
  let zone = zones.get(timezone)
  if (!zone) zones.set(timezone, (zone = new RememberingZone(timezone)))
  return DateTime.fromMillis(at, { zone })
}

export const EVERY_DAY = 127

/** Farther ahead nobody is planned for; a rhythm that never fits (all days silent) ends here. */
const MOST_DAYS = 400

/** The first of the person's own hours at or after `from` on which a message may come. */
export function nextOwnHour(from: Instant, rhythm: Rhythm, programme: Programme): Instant {
  const start = local(from, programme.timezone)
  for (let ahead = 0; ahead < MOST_DAYS; ahead++) {
    const day = start.startOf('day').plus({ days: ahead })
    const hour = day.set({ hour: rhythm.hour })
    // An hour inside the quiet ones moves to their end on the same day.
    const at = isQuiet(hour, programme) ? quietEnd(day, programme) : hour
    if (at.toMillis() >= from && mayHear(at, rhythm, programme) && isOwnDay(day, rhythm)) return at.toMillis()
  }
  return start.plus({ days: MOST_DAYS }).toMillis()
}

/** `at` itself when a message may come then, else the first moment after it when one may. */
export function firstAllowed(at: Instant, rhythm: Rhythm, programme: Programme): Instant {
  let moment: DateTime = local(at, programme.timezone)
  for (let ahead = 0; ahead < MOST_DAYS; ahead++) {
    moment = afterQuiet(moment, programme)
    if (mayHear(moment, rhythm, programme)) break
    moment = moment.startOf('day').plus({ days: 1 })
  }
  return moment.toMillis()
}

/** Whether the person has had their one unsolicited message of this local day. */
export function hasHeardToday(now: Instant, rhythm: Rhythm, programme: Programme): boolean {
  if (rhythm.unsolicitedAt === undefined) return false
  return local(now, programme.timezone).hasSame(local(rhythm.unsolicitedAt, programme.timezone), 'day')
}

/** The start of the local day after `at`. */
export function nextDay(at: Instant, programme: Programme): Instant {
  return local(at, programme.timezone).startOf('day').plus({ days: 1 }).toMillis()
}

/** The start of the local day `at` lies in: spacing counts in days, so what is due at night is due that day. */
export function dayOf(at: Instant, programme: Pick<Programme, 'timezone'>): Instant {
  return local(at, programme.timezone).startOf('day').toMillis()
}

/** The start of the local day `days` after `at`: when a leave of that many days, today included, is over. */
export function leaveEnd(at: Instant, days: number, programme: Programme): Instant {
  return local(at, programme.timezone).startOf('day').plus({ days }).toMillis()
}

function mayHear(at: DateTime, rhythm: Rhythm, programme: Programme): boolean {
  return (
    !isSilent(at, programme.calendar) &&
    (rhythm.leaveUntil === undefined || at.toMillis() >= rhythm.leaveUntil) &&
    !hasHeardToday(at.toMillis(), rhythm, programme)
  )
}

/** Working hours of health facilities, local: 7 to 17, Monday to Friday, without holidays. */
const WORK = { from: 7, to: 17, lastDay: 5 } as const

/** The moment when `length` milliseconds of working time have passed since `from`; at most a year ahead. */
export function workingTimeAfter(from: Instant, length: number, programme: Programme): Instant {
  let left = length
  const start = local(from, programme.timezone)
  for (let ahead = 0; ahead < MOST_DAYS; ahead++) {
    const day = start.startOf('day').plus({ days: ahead })
    if (day.weekday > WORK.lastDay || isSilent(day, programme.calendar)) continue
    const begins = Math.max(day.set({ hour: WORK.from }).toMillis(), from)
    const ends = day.set({ hour: WORK.to }).toMillis()
    if (ends <= begins) continue
    if (left <= ends - begins) return begins + left
    left -= ends - begins
  }
  return start.plus({ days: MOST_DAYS }).toMillis()
}

/** Whether nobody is written to at this hour without need. */
export const isQuietAt = (at: Instant, programme: Programme): boolean =>
  isQuiet(local(at, programme.timezone), programme)

/** Whoever has written within this is awake: what others answer them wakes nobody. */
const AWAKE = 30 * MINUTE

/** Whether it would wake somebody to write to them now: in quiet hours, unless they have just written themselves. */
export const wouldWake = (now: Instant, wroteAt: Instant | undefined, programme: Programme): boolean =>
  isQuietAt(now, programme) && !(wroteAt !== undefined && now - wroteAt <= AWAKE)

/** The end of the quiet hours `at` lies in; `at` itself outside them. */
export const quietEndAfter = (at: Instant, programme: Programme): Instant =>
  afterQuiet(local(at, programme.timezone), programme).toMillis()

/** The local day an instant lies in. */
export const localDay = (at: Instant, { timezone }: Pick<Programme, 'timezone'>): Day =>
  local(at, timezone).toISODate() as Day

/** The instant of a local day's hour; an hour that a change of clocks leaves out is the one after. */
export const instantOf = (day: Day, hour: number, { timezone }: Pick<Programme, 'timezone'>): Instant =>
  DateTime.fromISO(day, { zone: timezone }).set({ hour }).toMillis()

/** Whether nothing is sent unasked on that day. */
export const isSilentDay = (day: Day, calendar: Calendar): boolean =>
  isSilent(DateTime.fromISO(day, { zone: 'utc' }), calendar)

/** The evening of the night `at` lies in, between the end of one day's work and the start of the next; by day undefined. */
export function nightOf(at: Instant, { timezone }: Pick<Programme, 'timezone'>): Day | undefined {
  const moment = local(at, timezone)
  if (moment.hour >= WORK.to) return moment.toISODate() as Day
  return moment.hour < WORK.from ? (moment.minus({ days: 1 }).toISODate() as Day) : undefined
}

/** The first noon after `at` on this day of the week, 1 being Monday. */
export function noonAfter(at: Instant, weekday: number, programme: Programme): Instant {
  const noon = local(at, programme.timezone).startOf('day').set({ hour: 12 })
  const ahead = (weekday - noon.weekday + 7) % 7
  const next = noon.plus({ days: ahead })
  return (next.toMillis() > at ? next : next.plus({ days: 7 })).toMillis()
}

const isOwnDay = (day: DateTime, rhythm: Rhythm): boolean => (rhythm.days & (1 << (day.weekday - 1))) !== 0

/** The local day of a moment. */
export const dayNamed = (at: Instant, { timezone }: Programme): Day => {
  const { year, month, day } = local(at, timezone)
  return `${year}-${two(month)}-${two(day)}` as Day
}

const two = (number: number): string => String(number).padStart(2, '0')

function isSilent(day: DateTime, calendar: Calendar): boolean {
  const yearly = `${two(day.month)}-${two(day.day)}`
  return (
    calendar.every_year.includes(yearly) ||
    calendar.dates.includes(`${day.year}-${yearly}`) ||
    calendar.pauses.some(({ from, to }) =>
      from <= to ? yearly >= from && yearly <= to : yearly >= from || yearly <= to,
    )
  )
}

/** The moment itself outside quiet hours, else their end. */
function afterQuiet(moment: DateTime, programme: Programme): DateTime {
  if (!isQuiet(moment, programme)) return moment
  const end = quietEnd(moment, programme)
  return end > moment ? end : quietEnd(moment.plus({ days: 1 }), programme)
}

function isQuiet(moment: DateTime, { quiet }: Programme): boolean {
  const minute = moment.hour * 60 + moment.minute
  return quiet.from > quiet.to
    ? minute >= quiet.from || minute < quiet.to
    : minute >= quiet.from && minute < quiet.to
}

/** The end of the quiet hours that end on this day. */
const quietEnd = (day: DateTime, { quiet }: Programme): DateTime =>
  day.startOf('day').set({ hour: Math.floor(quiet.to / 60), minute: quiet.to % 60 })
