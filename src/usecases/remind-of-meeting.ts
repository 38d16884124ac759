// What a coordinator and those who supervise are written to once a quarter: agenda and figures, and what is still due.
import { decideAppointment, decideReminder, type Decision, type Situation } from '../domain/follow-up.ts'
import { localDay } from '../domain/rhythm.ts'
import { periodOf, plusDays } from '../domain/visit-calendar.ts'
import type { Say } from '../engine/events.ts'
import type { Input } from '../engine/run.ts'
import type { ListItem } from '../engine/session.ts'
import type { Db } from '../store/db.ts'
import { heldDuties } from '../store/duties.ts'
import { type FollowUp, settleFollowUp } from '../store/follow-ups.ts'
import { hospitalsUnsupervised, meetingForUpdate } from '../store/meetings.ts'
import type { FlowId, MeetingId } from '../words/ids.ts'
import { converse, type Ledger } from './converse.ts'
import {
  agendaSays,
  arrangeNext,
  meetingValues,
  planSupervisionReminder,
  SUPERVISING,
  tellParticipants,
} from './coordinate.ts'
import type { Desk } from './desk.ts'
import type { Talk } from './talk.ts'

interface About {
  readonly talk: Talk
  readonly situation: Situation
  readonly followUp: FollowUp
}

/** The agenda and the figures of a meeting come to its leader; then the next one is arranged. */
export async function sendAgenda(
  desk: Desk,
  db: Db,
  ledger: Ledger,
  { talk, situation, followUp }: About,
): Promise<Decision> {
  const { now } = situation
  const meeting =
    followUp.subject === undefined ? undefined : await meetingForUpdate(db, followUp.subject as MeetingId)
  if (!meeting || meeting.closed || meeting.heldOn < localDay(now, desk.programme))
    return { decision: 'stale' }
  const decision = decideAppointment(situation)
  if (decision.decision !== 'act') return decision
  await settleFollowUp(db, followUp.id, 'done', now)
  const from = plusDays(meeting.heldOn, 1)
  await arrangeNext(desk, db, { leader: talk.personId, district: meeting.facilityId, from })
  const first: Say[] = [{ say: 'word', word: 'meeting_comes', values: meetingValues(meeting) }]
  const vars = { subject: String(meeting.id) }
  const input: Input = { kind: 'open', flow: 'meeting' as FlowId, vars, over: true }
  await converse(desk, db, ledger, { talk, input, unasked: true, first })
  const invites: Say = {
    say: 'word',
    word: 'meeting_invites',
    values: { ...meetingValues(meeting), leader: talk.name },
  }
  const agenda = await agendaSays(desk, db, meeting, now)
  ledger.tells.push(...(await tellParticipants(db, meeting, [invites, ...agenda])))
  return decision
}

/** Reminds of the hospitals whose joint supervision this quarter is still to be held. */
export async function remindOfSupervision(
  desk: Desk,
  db: Db,
  ledger: Ledger,
  { talk, situation, followUp }: About,
): Promise<Decision> {
  const { now } = situation
  const duties = await heldDuties(db, talk.personId)
  const places = duties.flatMap(({ role, facilityId }) =>
    facilityId !== undefined && SUPERVISING.includes(role) ? [facilityId] : [],
  )
  const quarter = periodOf(localDay(now, desk.programme), 'quarter')
  const due = await hospitalsUnsupervised(db, places, quarter)
  if (due.length === 0) return { decision: 'stale' }
  const decision = decideReminder(situation)
  if (decision.decision !== 'act') return decision
  await settleFollowUp(db, followUp.id, 'done', now)
  await planSupervisionReminder(desk, db, talk.personId, now)
  const names = due.map(({ id, name }): ListItem => ({ id: String(id), text: { en: name } }))
  const first: Say[] = [{ say: 'word', word: 'supervision_is_due', values: { names, count: names.length } }]
  const input: Input = { kind: 'open', flow: 'supervise' as FlowId, vars: {}, over: true }
  await converse(desk, db, ledger, { talk, input, unasked: true, first })
  return decision
}
