// A promise with a date: when its owner is reminded, and who hears when it is late. Pure.
import { DAY, HOUR, type Instant } from '../words/clock.ts'
import type { Role } from '../words/roles.ts'
import { type Programme, workingTimeAfter } from './rhythm.ts'

/** The owner is reminded so long before the day, and on the day. */
const BEFORE = 2 * DAY

/** When the owner is to be reminded next; `due` is the start of the day it is due. Undefined when they were. */
export function actionReminderAt(due: Instant, now: Instant): Instant | undefined {
  if (now < due - BEFORE) return due - BEFORE
  return now < due ? due : undefined
}

const DAY_OF_WORK = 10 * HOUR

/** Working days after the due day until it goes one up: who agreed it and the manager, then the district. */
const LATE_AFTER = [3, 10] as const

/** Who hears of it at each step of being late, besides whoever agreed it. */
export const LATE_ROLES: readonly (readonly Role[])[] = [
  ['facility_manager'],
  ['hospital_supervisor', 'district_coordinator'],
]

/** When an action that is due on the day starting at `due` goes up, by step from 0; undefined when there is no such step. */
export function actionLateAt(due: Instant, step: number, programme: Programme): Instant | undefined {
  const days = LATE_AFTER[step]
  return days === undefined ? undefined : workingTimeAfter(due + DAY, days * DAY_OF_WORK, programme)
}

/** How often an owner may have more time before others must agree. */
export const MOST_POSTPONED = 2
