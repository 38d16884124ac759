// What is due and whether it is still true when its time comes. A timer never lies: one that has become stale does
// nothing, one that comes at a bad moment moves.
import { HOUR, MINUTE, type Instant } from '../words/clock.ts'
import {
  dayOf,
  firstAllowed,
  hasHeardToday,
  nextDay,
  nextOwnHour,
  quietEndAfter,
  type Programme,
  type Rhythm,
} from './rhythm.ts'

/** `nudge`: a quiz lies unfinished. `nudge_last`: the day after, for the last time. `refresher`: missed questions. `refresh_due`: a validation has grown old. `rescored`: scores were worked out anew. */
export type FollowUpKind =
  | 'nudge'
  | 'nudge_last'
  | 'refresher'
  | 'refresh_due'
  | 'rescored'
  | CaseClock
  | ImprovementClock
  | VisitClock
  | PersonClock
  | GroupClock

/** `leave_over`: somebody is back from leave. `tell`: the quiet hours are over, and there is something to be told. */
export type PersonClock = 'leave_over' | 'tell'

/**
 * `report_clock`: something is to be done about a group's reports. `travel_notice`: where somebody works nobody may
 * travel, or may again. `session_left`: a group's session lies open. `session_over`: it ends by itself.
 */
export type GroupClock = 'report_clock' | 'travel_notice' | 'session_left' | 'session_over'

/**
 * `case_clock`: a case waits for somebody. `case_check`: its asker is asked what came of it. `lesson`: a lesson made of a
 * case is asked. `case_of_week`: it is told.
 */
export type CaseClock = 'case_clock' | 'case_check' | 'lesson' | 'case_of_week'

/**
 * `challenge_clock`: nobody has resolved a challenge in time. `action_due`: what somebody promised is due soon or today.
 * `action_late`: it is late. `report_due`: a mentor's monthly report waits to be sent. `meeting_due`: a district's meeting
 * is near. `supervision_due`: joint supervision is to be held this quarter.
 */
export type ImprovementClock =
  'challenge_clock' | 'action_due' | 'action_late' | 'report_due' | 'meeting_due' | 'supervision_due'

/**
 * `visit_plan`: a mentor's next visits are proposed. `visit_news`: somebody does not know yet how a visit stands.
 * `visit_reminder`: one is coming. `visit_after`: one should be over and is not closed.
 */
export type VisitClock = 'visit_plan' | 'visit_news' | 'visit_reminder' | 'visit_after'

/** An unfinished quiz is nudged this long after its last answer: most answers come within hours or never. */
export const NUDGE_AFTER = 4 * HOUR

/** A person who has written this lately is in the middle of something. */
const PAUSE = 10 * MINUTE

/** What is known of the person when a follow-up's time has come. */
export interface Situation {
  readonly now: Instant
  readonly rhythm: Rhythm
  readonly programme: Programme
  /** When they last wrote. */
  readonly heardAt: Instant | undefined
  /** They have joined, have not sent STOP, and can be reached somewhere. */
  readonly reachable: boolean
}

export type Decision =
  | { readonly decision: 'act' }
  /** No longer true: done without a word. */
  | { readonly decision: 'stale' }
  | { readonly decision: 'move'; readonly to: Instant }

/** Whether to act on a nudge now. `activeAt` is when the quiz was last worked on; undefined when it is over. */
export function decideNudge(activeAt: Instant | undefined, situation: Situation): Decision {
  if (activeAt === undefined) return { decision: 'stale' }
  // They have gone on since this was planned: the four hours count from their last answer.
  if (activeAt + NUDGE_AFTER > situation.now) return { decision: 'move', to: activeAt + NUDGE_AFTER }
  return decideReminder(situation)
}

/** When the last nudge comes: at the person's own hour on a day after the first. */
export function lastNudgeAt(now: Instant, rhythm: Rhythm, programme: Programme): Instant {
  return nextOwnHour(nextDay(now, programme), rhythm, programme)
}

/** When a refresher comes for a question that is due at `dueAt`: at the person's own hour of that day or a later one. */
export function refresherAt(dueAt: Instant, now: Instant, rhythm: Rhythm, programme: Programme): Instant {
  return nextOwnHour(Math.max(dayOf(dueAt, programme), now), rhythm, programme)
}

/** Whether to send a refresher now. `dueAt` is when the first missed question is due; undefined when none is. */
export function decideRefresher(dueAt: Instant | undefined, situation: Situation): Decision {
  const { now, rhythm, programme } = situation
  if (dueAt === undefined) return { decision: 'stale' }
  if (dayOf(dueAt, programme) > now)
    return { decision: 'move', to: refresherAt(dueAt, now, rhythm, programme) }
  const decision = decideReminder(situation)
  // After leave or a holiday it comes at their hour, not at the first minute of the morning.
  const silent = decision.decision === 'move' && firstAllowed(now, rhythm, programme) > now
  return silent ? { decision: 'move', to: nextOwnHour(decision.to, rhythm, programme) } : decision
}

/** Whether somebody may be written to now without having asked. */
export function decideReminder({ now, rhythm, programme, heardAt, reachable }: Situation): Decision {
  if (!reachable) return { decision: 'stale' }
  if (heardAt !== undefined && now - heardAt < PAUSE) return { decision: 'move', to: heardAt + PAUSE }
  if (hasHeardToday(now, rhythm, programme))
    return { decision: 'move', to: nextOwnHour(nextDay(now, programme), rhythm, programme) }
  const allowed = firstAllowed(now, rhythm, programme)
  return allowed > now ? { decision: 'move', to: allowed } : { decision: 'act' }
}

/**
 * Whether to write of what has a day of its own, such as a visit or a meeting: tomorrow it would be late, so it comes
 * however much was heard today.
 */
export const decideAppointment = (situation: Situation): Decision =>
  decideReminder({ ...situation, rhythm: { ...situation.rhythm, unsolicitedAt: undefined } })

/** Whether to remind of a visit now. `begins` is when it begins; undefined when there is nothing to remind of. */
export function decideVisitReminder(begins: Instant | undefined, situation: Situation): Decision {
  if (begins === undefined || situation.now >= begins) return { decision: 'stale' }
  const decision = decideAppointment(situation)
  return decision.decision === 'move' && decision.to >= begins ? { decision: 'stale' } : decision
}

/** Whether to tell what somebody else has decided: not in quiet hours nor on leave, however much was heard today. */
export function decideNews({ now, rhythm, programme, reachable }: Situation): Decision {
  if (!reachable) return { decision: 'stale' }
  const to = quietEndAfter(Math.max(now, rhythm.leaveUntil ?? now), programme)
  return to > now ? { decision: 'move', to } : { decision: 'act' }
}

/** What gives way when there is to be a reminder of a visit on the same day: this can wait, an appointment cannot. */
export const GIVES_WAY: ReadonlySet<FollowUpKind> = new Set([
  'nudge',
  'nudge_last',
  'refresher',
  'refresh_due',
  'rescored',
  'case_check',
  'case_of_week',
  'lesson',
  'visit_plan',
  'report_due',
  'supervision_due',
])

/** Names the one reminder there is of a person's validation. */
export const refreshKey = (person: number, competency: string): string =>
  `refresh_due:${person}:${competency}`
