// A lesson made of a case comes three times, farther and farther apart, and is the case of the week once. Pure.
import { DAY, type Instant } from '../words/clock.ts'
import { dayOf, noonAfter, nextOwnHour, type Programme, type Rhythm } from './rhythm.ts'

/** After so many days a lesson is asked: spacing holds what one telling does not. */
export const LESSON_DAYS = [3, 10, 30] as const

export type LessonDay = (typeof LESSON_DAYS)[number]

/** When a lesson approved at `approvedAt` comes to somebody after `day` days: at their own hour, not before `now`. */
export function lessonAt(
  { approvedAt, day, now }: { approvedAt: Instant; day: LessonDay; now: Instant },
  rhythm: Rhythm,
  programme: Programme,
): Instant {
  return nextOwnHour(Math.max(dayOf(approvedAt, programme) + day * DAY, now), rhythm, programme)
}

/** Which asking it is now, and which comes after it. */
export function lessonDay(
  approvedAt: Instant,
  now: Instant,
): { day: LessonDay; next: LessonDay | undefined } {
  const passed = LESSON_DAYS.findLastIndex((day) => approvedAt + (day - 1) * DAY <= now)
  const at = Math.max(passed, 0)
  return { day: LESSON_DAYS[at] ?? LESSON_DAYS[0], next: LESSON_DAYS[at + 1] }
}

/** Wednesday: the week has begun, and is not over. */
const WEEKDAY = 3

/** The noon at which a lesson is the case of the week: the first Wednesday that comes and is no other lesson's. */
export function caseOfWeekAt(now: Instant, last: Instant | undefined, programme: Programme): Instant {
  return noonAfter(Math.max(now, last ?? now), WEEKDAY, programme)
}
