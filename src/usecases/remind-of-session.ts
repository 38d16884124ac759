// A session of a group that nobody goes on with is called to mind, and ends by itself.
import { dayWords } from '../domain/day.ts'
import { decideReminder, type Decision, type Situation } from '../domain/follow-up.ts'
import { SESSION_ENDS_AFTER } from '../domain/group-session.ts'
import { dayNamed } from '../domain/rhythm.ts'
import { type ChwGroup, chwGroupOf } from '../store/chw-groups.ts'
import type { Db } from '../store/db.ts'
import { type FollowUp, settleFollowUp } from '../store/follow-ups.ts'
import { attendedIn } from '../store/group-attendance.ts'
import { type GroupSession, groupSessionById } from '../store/group-sessions.ts'
import type { GroupSessionId } from '../words/ids.ts'
import type { Ledger } from './converse.ts'
import type { Tell } from './deeds/deed.ts'
import type { Desk } from './desk.ts'
import { closeSession, endSession } from './end-session.ts'
import { quizOf } from './group-session.ts'

/** Reminds whoever leads a session that it is still under way. */
export async function remindOfSession(
  desk: Desk,
  db: Db,
  ledger: Ledger,
  { situation, followUp }: { situation: Situation; followUp: FollowUp },
): Promise<Decision> {
  const open = await underWay(db, followUp.subject)
  if (!open) return { decision: 'stale' }
  const decision = decideReminder(situation)
  if (decision.decision !== 'act') return decision
  await settleFollowUp(db, followUp.id, 'done', situation.now)
  const { session, group } = open
  const on = dayWords(dayNamed(session.openedAt + SESSION_ENDS_AFTER, desk.programme))
  const values = { title: quizOf(desk, session).title, group: group.facility, on }
  ledger.tells.push({
    person: followUp.personId,
    says: [{ say: 'word', word: 'session_left', values }],
    open: { flow: 'group-session', subject: group.addressId, word: 'group_open' },
  })
  return decision
}

/** A session nobody has gone on with ends; of one in which nothing has happened nobody hears anything. */
export async function ringSession(
  desk: Desk,
  db: Db,
  ledger: Ledger,
  { subject }: FollowUp,
): Promise<readonly Tell[]> {
  const open = await underWay(db, subject)
  if (!open) return []
  const { now } = ledger
  const { session, group } = open
  const end = { ...open, agreed: '', nextOn: undefined, by: undefined, now }
  const isEmpty = session.asked === 0 && (await attendedIn(db, session.id)).length === 0
  if (isEmpty) {
    await closeSession(desk, db, { ...end, held: false })
    return []
  }
  const { tells, groups } = await endSession(desk, db, end)
  ledger.groups.push(...groups)
  const leader = session.mentorId ?? group.mentorId
  if (leader === undefined) return tells
  const values = { title: quizOf(desk, session).title, group: group.facility }
  return [...tells, { person: leader, says: [{ say: 'word', word: 'session_over', values }] }]
}

async function underWay(
  db: Db,
  id: number | undefined,
): Promise<{ session: GroupSession; group: ChwGroup } | undefined> {
  const session = await groupSessionById(db, (id ?? 0) as GroupSessionId)
  const group = session && session.part !== 'closed' ? await chwGroupOf(db, session.facilityId) : undefined
  return session && group && { session, group }
}
