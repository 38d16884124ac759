// When a mentor's report of a month is written, asked for again, and overdue. Months are local to the programme.
import { DateTime } from 'luxon'
import type { Day, Instant } from '../words/clock.ts'
import type { Role } from '../words/roles.ts'
import type { Programme } from './rhythm.ts'

type Zone = Pick<Programme, 'timezone'>

const at = (now: Instant, { timezone }: Zone): DateTime => DateTime.fromMillis(now, { zone: timezone })

/** A month by its first day, and the instants it lasts from and to. */
export interface Month {
  readonly first: Day
  readonly from: Instant
  readonly to: Instant
}

function monthFrom(start: DateTime): Month {
  return {
    first: start.toFormat('yyyy-MM-dd') as Day,
    from: start.toMillis(),
    to: start.plus({ months: 1 }).toMillis(),
  }
}

/** The month `now` lies in, or so many before it. */
export const monthOf = (now: Instant, zone: Zone, before = 0): Month =>
  monthFrom(at(now, zone).startOf('month').minus({ months: before }))

/** The quarter of a calendar year `now` lies in, by its first day. */
export function quarterOf(now: Instant, zone: Zone, before = 0): Month {
  const start = at(now, zone).startOf('quarter').minus({ quarters: before })
  return { ...monthFrom(start), to: start.plus({ quarters: 1 }).toMillis() }
}

/** A report is to be sent by this day of the month after; from the next day on it is overdue. */
export const DUE_DAY = 5

/** When a month's report is overdue. */
export const overdueFrom = ({ to }: Month, zone: Zone): Instant =>
  at(to, zone).plus({ days: DUE_DAY }).toMillis()

/** The days of the month after on which a report that has not been sent is asked for. */
const ASKED_ON = [1, 4, 6, 12] as const

/** When a mentor is asked next for the report of a month; undefined when they have been asked often enough. */
export function reportAskedAt({ to }: Month, now: Instant, zone: Zone): Instant | undefined {
  return ASKED_ON.map((day) =>
    at(to, zone)
      .plus({ days: day - 1 })
      .toMillis(),
  ).find((asked) => asked > now)
}

/** Who reads a mentor's report and answers it: the first of these that there is at their place or above it. */
export const REPORTS_TO: readonly Role[] = [
  'hospital_supervisor',
  'district_coordinator',
  'programme_supervisor',
]
