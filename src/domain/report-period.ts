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

/** The month or week after. */
export function periodAfter(period: Period, programme: Programme): Period {
  const first = nextStart(period, programme).toISODate()
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

/** All that is done about a period, the first first. */
function stepsOf(period: Period, programme: Programme): { at: Instant; step: ReportStep }[] {
  return [
    { at: asksAt(period, programme), step: 'ask' },
    ...remindsAt(period, programme).map((at) => ({ at, step: 'remind' as const })),
    { at: dueAt(period, programme), step: 'close' },
  ]
}

/** When something is to be done next about a period of which everything up to `after` is done; undefined when it is over. */
export const nextStepAt = (period: Period, after: Instant, programme: Programme): Instant | undefined =>
  stepsOf(period, programme).find(({ at }) => at > after)?.at

/**
 * What is to be done now about a period of which everything up to `after` is done. However much an outage has left, it is
 * one thing: what is over is closed and asked of nobody, and who is only just asked is not reminded.
 */
export function stepDue(
  period: Period,
  { after, until }: { after: Instant; until: Instant },
  programme: Programme,
): ReportStep | undefined {
  const due = stepsOf(period, programme).filter(({ at }) => at > after && at <= until)
  return (['close', 'ask', 'remind'] as const).find((step) => due.some((one) => one.step === step))
}

/** The moment before which nothing is done about a period. */
export const beginOf = (period: Period, programme: Programme): Instant =>
  startOf(period, programme).toMillis()
