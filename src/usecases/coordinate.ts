// A district coordinates once a quarter: the meeting is arranged ahead, its agenda and figures come to the coordinator a
// few days before, and whoever supervises is reminded of the joint supervision that is still due.
import { agendaOn, nextMeeting, nextSupervisionReminder } from '../domain/coordination.ts'
import { dayWords } from '../domain/day.ts'
import { instantOf, localDay } from '../domain/rhythm.ts'
import { nextPeriod, plusDays, VISIT_HOUR } from '../domain/visit-calendar.ts'
import type { Say, WordSay } from '../engine/events.ts'
import { subjectCode } from '../engine/offer.ts'
import type { Db } from '../store/db.ts'
import { planFollowUps } from '../store/follow-ups.ts'
import {
  arrangeMeeting,
  decisionsLeft,
  decisionsOf,
  districtFigures,
  holdersWithout,
  type Meeting,
  participantsOf,
} from '../store/meetings.ts'
import type { Day, Instant } from '../words/clock.ts'
import type { FacilityId, MeetingId, PersonId } from '../words/ids.ts'
import type { Role } from '../words/roles.ts'
import type { Tell } from './deeds/deed.ts'
import type { Desk } from './desk.ts'

const LEADERS: readonly Role[] = ['district_coordinator']
/** Who meets: the leaders of a district's facilities and their mentors; those of the communities are heard through them. */
const MEETING: readonly Role[] = [
  'hospital_supervisor',
  'facility_manager',
  'association_mentor',
  'district_based_mentor',
  'health_centre_mentor',
]
export const SUPERVISING: readonly Role[] = ['hospital_supervisor', 'district_coordinator']

export const meetingCode = (id: MeetingId): string => subjectCode('M', id)

/** Arranges the next meeting of every district and plans what reminds of it and of joint supervision. How many were planned. */
export async function planCoordination(desk: Desk, db: Db, now: Instant): Promise<number> {
  const leaders = await holdersWithout(db, LEADERS, 'meeting_due')
  for (const { person, place } of leaders)
    await arrangeNext(desk, db, { leader: person, district: place, from: localDay(now, desk.programme) })
  const supervising = await holdersWithout(db, SUPERVISING, 'supervision_due')
  for (const { person } of supervising) await planSupervisionReminder(desk, db, person, now)
  return leaders.length + supervising.length
}

/** Arranges the meeting after `from`, and plans its agenda. */
export async function arrangeNext(
  desk: Desk,
  db: Db,
  { leader, district, from }: { leader: PersonId; district: FacilityId; from: Day },
): Promise<void> {
  const next = nextMeeting(from, desk.programme.calendar)
  const meeting = await arrangeMeeting(db, { facility: district, leader, ...next })
  // It has been held before its day: the next one is that of the quarter after.
  if (meeting.closed) {
    const later = nextMeeting(plusDays(next.on, 1), desk.programme.calendar)
    await planAgenda(desk, db, await arrangeMeeting(db, { facility: district, leader, ...later }))
  } else await planAgenda(desk, db, meeting)
}

/** Plans when agenda and figures come to the leader of a meeting. */
export async function planAgenda(desk: Desk, db: Db, meeting: Meeting): Promise<void> {
  if (meeting.leaderId === undefined) return
  await planFollowUps(db, [
    {
      kind: 'meeting_due',
      key: `meeting_due:${meeting.leaderId}`,
      person_id: meeting.leaderId,
      subject: meeting.id,
      due_at: instantOf(agendaOn(meeting.heldOn), VISIT_HOUR, desk.programme),
    },
  ])
}

/** Plans when somebody who supervises is reminded next. */
export async function planSupervisionReminder(
  desk: Desk,
  db: Db,
  person: PersonId,
  now: Instant,
): Promise<void> {
  const day = nextSupervisionReminder(localDay(now, desk.programme), desk.programme.calendar)
  await planFollowUps(db, [
    {
      kind: 'supervision_due',
      key: `supervision_due:${person}`,
      person_id: person,
      subject: null,
      due_at: instantOf(day, VISIT_HOUR, desk.programme),
    },
  ])
}

export const meetingValues = (meeting: Meeting): NonNullable<WordSay['values']> => ({
  code: meetingCode(meeting.id),
  facility: meeting.facility,
  day: dayWords(meeting.heldOn),
})

/** Head, agenda and figures of a meeting, and what it has decided so far. */
export async function agendaSays(desk: Desk, db: Db, meeting: Meeting, now: Instant): Promise<Say[]> {
  const until = nextPeriod(meeting.quarter, 'quarter')
  const values = await districtFigures(db, meeting.facilityId, {
    from: instantOf(meeting.quarter, 0, desk.programme),
    to: instantOf(until, 0, desk.programme),
    now,
    first: meeting.quarter,
    until,
  })
  const left = await decisionsLeft(db, meeting)
  const line = (word: string): WordSay => ({ say: 'word', word, values: { ...values, left } })
  return [
    { say: 'word', word: 'meeting_head', values: meetingValues(meeting) },
    {
      say: 'lines',
      lines: [
        line('agenda_decisions'),
        line('agenda_visits'),
        line('agenda_validated'),
        line('agenda_near_misses'),
        line('agenda_challenges'),
        line('agenda_actions'),
        line('agenda_supervision'),
        line('agenda_next'),
      ],
    },
    ...(await decisionSays(db, meeting)),
  ]
}

/** The same to everybody who belongs to a meeting but its leader. */
export async function tellParticipants(db: Db, meeting: Meeting, says: readonly Say[]): Promise<Tell[]> {
  return (await participantsOf(db, meeting, MEETING)).map((person) => ({ person, says }))
}

/** Who does what until when, as the meeting decided it. */
export async function decisionSays(db: Db, meeting: Meeting): Promise<Say[]> {
  const lines = (await decisionsOf(db, meeting.id)).map(({ text, owner, dueOn }): WordSay => ({
    say: 'word',
    word: 'action_line',
    values: { text, owner, due: dayWords(dueOn) },
  }))
  return lines.length === 0 ? [] : [{ say: 'lines', lines }]
}
