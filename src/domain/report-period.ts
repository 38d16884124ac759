// The month or week that CHWs report of: when it is asked for, when the missing are reminded, when it is due.
import { DateTime } from 'luxon'
import { DAY, HOUR, type Day, type Instant } from '../words/clock.ts'
import type { Programme } from './rhythm.ts'

export const EVERY = ['month', 'week'] as const

/** Each month, and each week while nobody may travel. */
export type Every = (typeof EVERY)[number]

export interface Period {
  readonly every: Every
  /** Its first day. */
  readonly first: Day
}

/** The hour at which CHWs, who work their fields by day, have time. */
const HOUR_OF_DAY = 17
/** A month is due on this day of the next; a week on the Monday after. */
const DUE_DAY = 5

const startOf = ({ first }: Period, { timezone }: Programme): DateTime =>
  DateTime.fromISO(first, { zone: timezone })

const nextStart = (period: Period, programme: Programme): DateTime =>
  startOf(period, programme).plus(period.every === 'month' ? { months: 1 } : { weeks: 1 })

/** The period reported at a moment: the one that is running, or until it is due the one before. */
export function periodAt(at: Instant, every: Every, programme: Programme): Period {
  const back = every === 'month' ? (DUE_DAY - 1) * DAY + HOUR_OF_DAY * HOUR : HOUR_OF_DAY * HOUR
  const first = DateTime.fromMillis(at - back, { zone: programme.timezone })
    .startOf(every)
    .toISODate()
  if (first === null) throw new Error('there is no such moment')
  return { every, first: first as Day }
}

/** The month or week before. */
export function periodBefore(period: Period, programme: Programme): Period {
  const first = startOf(period, programme)
    .minus(period.every === 'month' ? { months: 1 } : { weeks: 1 })
    .toISODate()
  if (first === null) throw new Error('there is no such period')
  return { every: period.every, first: first as Day }
}

/** When it is asked for: in the evening of its last day of the month, or of the Friday. */
export function asksAt(period: Period, programme: Programme): Instant {
  const after = nextStart(period, programme)
  return after
    .minus({ days: period.every === 'month' ? 1 : 3 })
    .set({ hour: HOUR_OF_DAY })
    .toMillis()
}

/** When those who have not reported are reminded. */
export function remindsAt(period: Period, programme: Programme): Instant[] {
  const after = nextStart(period, programme)
  const days = period.every === 'month' ? [1, 3] : [-1]
  return days.map((ahead) => after.plus({ days: ahead }).set({ hour: HOUR_OF_DAY }).toMillis())
}

/** Until when it is on time. */
export function dueAt(period: Period, programme: Programme): Instant {
  const after = nextStart(period, programme)
  return after
    .plus({ days: period.every === 'month' ? DUE_DAY - 1 : 0 })
    .set({ hour: HOUR_OF_DAY })
    .toMillis()
}

/** What is to be done about a period at a moment. */
export type ReportStep = 'ask' | 'remind' | 'close'

/** The next moment at which something is to be done about reports, after `at`. */
export function nextStep(
  at: Instant,
  every: Every,
  programme: Programme,
): { at: Instant; step: ReportStep; period: Period } {
  let period = periodAt(at, every, programme)
  for (;;) {
    const current = period
    const steps = [
      { at: asksAt(period, programme), step: 'ask' as const },
      ...remindsAt(period, programme).map((when) => ({ at: when, step: 'remind' as const })),
      { at: dueAt(period, programme), step: 'close' as const },
    ]
    const next = steps.find((one) => one.at > at)
    if (next) return { ...next, period: current }
    const first = nextStart(period, programme).toISODate()
    if (first === null) throw new Error('there is no such period')
    period = { every, first: first as Day }
  }
}
