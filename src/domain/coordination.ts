// What a district does together once a quarter: a meeting that looks back on the quarter before, and the joint supervision
// of its hospitals. Days are local. Pure.
import type { Day } from '../words/clock.ts'
import type { Calendar } from './rhythm.ts'
import { nextPeriod, periodOf, plusDays, workingDayFrom } from './visit-calendar.ts'

/** The meeting is this many days into a quarter at the earliest: the monthly reports are in by then. */
const MEETING_AFTER_DAYS = 9

/** Agenda and figures are ready this many days before. */
export const AGENDA_DAYS = 4

/** The next meeting from `today` on: its day, and the quarter before, which it looks back on, by its first day. */
export function nextMeeting(today: Day, calendar: Calendar): { quarter: Day; on: Day } {
  const begins = periodOf(today, 'quarter')
  const meeting = (start: Day): { quarter: Day; on: Day } => ({
    quarter: periodOf(plusDays(start, -1), 'quarter'),
    on: workingDayFrom(plusDays(start, MEETING_AFTER_DAYS), calendar),
  })
  const now = meeting(begins)
  return now.on >= today ? now : meeting(nextPeriod(begins, 'quarter'))
}

/** When agenda and figures of a meeting are sent. */
export const agendaOn = (held: Day): Day => plusDays(held, -AGENDA_DAYS)

/** The next day after `today` on which a joint supervision that is still to be held is reminded of: in a quarter's last month. */
export function nextSupervisionReminder(today: Day, calendar: Calendar): Day {
  const inQuarter = (start: Day): Day =>
    workingDayFrom(nextPeriod(nextPeriod(start, 'month'), 'month'), calendar)
  const begins = periodOf(today, 'quarter')
  const now = inQuarter(begins)
  return now > today ? now : inQuarter(nextPeriod(begins, 'quarter'))
}
