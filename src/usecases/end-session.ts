// The end of a group's session: each hears their own, the group what was agreed, the supervisor what it came to.
import { dayWords } from '../domain/day.ts'
import { percentShown } from '../domain/assessment.ts'
import { isToBeTold, SESSION_ENDS_AFTER, SESSION_REMINDERS } from '../domain/group-session.ts'
import { dayNamed, instantOf } from '../domain/rhythm.ts'
import type { Say, WordSay } from '../engine/events.ts'
import type { ChwGroup } from '../store/chw-groups.ts'
import type { Db } from '../store/db.ts'
import { dropFollowUpsAbout, planFollowUps } from '../store/follow-ups.ts'
import { attendedIn } from '../store/group-attendance.ts'
import {
  closeGroupSession,
  groupAnswersOf,
  type GroupSession,
  groupSessionById,
  noteUntoldEnd,
  takeUntoldEnds,
} from '../store/group-sessions.ts'
import { dropUnclaimed } from '../store/unclaimed-votes.ts'
import { DAY, type Day, type Instant } from '../words/clock.ts'
import type { GroupSessionId, PersonId } from '../words/ids.ts'
import type { Tell } from './deeds/deed.ts'
import type { Desk } from './desk.ts'
import { act, ownResults, pollsOver, quizOf, stateOf, totalsSays } from './group-session.ts'
import { type GroupTell, watchersOf } from './lead-group.ts'
import { planMeeting } from './plan-meeting.ts'
import { promiseAction } from './promise-action.ts'
import { closeVisitOf } from './visit-of-session.ts'

/** Without a day to meet again, what was agreed is looked at after this. */
const AGREED_FOR = 30 * DAY

/** What is told because of a session. */
export interface Told {
  readonly tells: readonly Tell[]
  readonly groups: readonly GroupTell[]
}

interface End {
  readonly session: GroupSession
  readonly group: ChwGroup
  readonly agreed: string
  readonly nextOn: Day | undefined
  /** Who ends it. */
  readonly by: PersonId | undefined
  readonly now: Instant
}

/** The group hears totals, each member their own. */
export async function tellTotals(
  desk: Desk,
  db: Db,
  { session, group, now }: Pick<End, 'session' | 'group' | 'now'>,
): Promise<Told> {
  const groups = [{ group: group.addressId, says: await totalsSays(desk, db, session), awaited: true }]
  return { groups, tells: await ownResults(desk, db, { session, now }) }
}

/** Ends a session. */
export async function endSession(desk: Desk, db: Db, end: End): Promise<Told> {
  const { session, group, agreed, nextOn, by, now } = end
  // Whoever was not told before the end is told now: what was answered late counts as well.
  const results = isToBeTold({ part: session.part, shown: (await stateOf(desk, db, end)).skills })
    ? await tellTotals(desk, db, end)
    : { groups: [], tells: await ownResults(desk, db, { session, now }) }
  await closeSession(desk, db, { ...end, held: true })
  if (!group.reachable) await noteUntoldEnd(db, session.id)
  const values = await summaryOf(desk, db, end)
  const watchers = await watchersOf(db, group.facilityId, ['hospital_supervisor'])
  const promised = agreed === '' || by === undefined ? [] : await promise(desk, db, { ...end, by })
  if (nextOn !== undefined && nextOn > dayNamed(now, desk.programme)) await planNext(desk, db, end)
  const summary: Say = { say: 'word', word: 'session_summary', values }
  const closed: Say = { say: 'word', word: 'session_closed', values }
  return {
    tells: [...promised, ...results.tells, ...watchers.map((person) => ({ person, says: [summary] }))],
    groups: [
      ...results.groups,
      { group: group.addressId, says: [closed, ...pollsOver(session)], awaited: by !== undefined },
    ],
  }
}

/** What a group is told of a session that has ended while nothing could be written in its chat. */
export async function endsToldLate(
  desk: Desk,
  db: Db,
  { group, now }: Pick<End, 'group' | 'now'>,
): Promise<GroupTell[]> {
  const tells: GroupTell[] = []
  for (const { id, ...end } of await takeUntoldEnds(db, group.facilityId, now - AGREED_FOR)) {
    const session = await groupSessionById(db, id)
    if (!session) continue
    const values = await summaryOf(desk, db, { session, group, ...end })
    const hasTotals = session.asked > 0 || Number(values['skills']) > 0
    const totals = hasTotals ? await totalsSays(desk, db, session) : []
    const closed: Say = { say: 'word', word: 'session_closed', values }
    tells.push({ group: group.addressId, says: [...totals, closed, ...pollsOver(session)] })
  }
  return tells
}

/** Ends a session of which nobody hears: `held` is false when nothing has happened in it. */
export async function closeSession(
  desk: Desk,
  db: Db,
  { session, agreed, nextOn, held, now }: Omit<End, 'group' | 'by'> & { readonly held: boolean },
): Promise<void> {
  await closeGroupSession(db, { id: session.id, at: now, agreed, nextOn })
  await dropUnclaimed(db, session.id)
  await act(desk, db, session, 'close')
  await dropFollowUpsAbout(db, { kinds: ['session_left', 'session_over'], subject: session.id }, now)
  await closeVisitOf(desk, db, { session, held, now })
}

/** The next session is a visit of the group's mentor; whoever is here has agreed to it and need not be told. */
async function planNext(desk: Desk, db: Db, { session, group, nextOn: on, by, now }: End): Promise<void> {
  const lead = group.mentorId ?? by
  if (on === undefined || lead === undefined) return
  const { area } = desk.shelf.competencies.named(quizOf(desk, session).competency)
  const know = [...(await attendedIn(db, session.id)), ...(by === undefined ? [] : [by])]
  await planMeeting(desk, db, { place: group.facilityId, lead, area, on, know, now })
}

/** What was agreed is an action of whoever leads the group, due when it meets again: they are reminded as of any other. */
async function promise(
  desk: Desk,
  db: Db,
  { group, agreed: text, nextOn, by, now: at }: End & { readonly by: PersonId },
): Promise<readonly Tell[]> {
  const dueAt = nextOn === undefined ? at + AGREED_FOR : instantOf(nextOn, 0, desk.programme)
  const promised = { facilityId: group.facilityId, owner: by, by, text, dueAt, at }
  return (await promiseAction(desk, db, promised)).tells
}

async function summaryOf(
  desk: Desk,
  db: Db,
  { session, group, agreed, nextOn }: Pick<End, 'session' | 'group' | 'agreed' | 'nextOn'>,
): Promise<NonNullable<WordSay['values']>> {
  const { words } = desk.shelf
  const answers = await groupAnswersOf(db, session.id)
  const right = answers.filter(({ correct }) => correct).length
  return {
    ...(await stateOf(desk, db, { session, group })),
    percent: answers.length === 0 ? 0 : percentShown(right, answers.length),
    place: words[session.remote ? 'session_remote' : 'session_present'] ?? {},
    led: words[session.validated ? 'session_validated' : 'session_not_validated'] ?? {},
    with: words[session.supervised ? 'session_with_supervisor' : 'session_alone'] ?? {},
    agreed: agreed === '' ? (words['session_nothing_agreed'] ?? {}) : agreed,
    next: nextOn === undefined ? (words['session_no_date'] ?? {}) : dayWords(nextOn),
  }
}

/** Plans that whoever leads a session is reminded of it should they forget it, and that it ends some day. */
export async function planEnd(
  db: Db,
  session: GroupSessionId,
  leader: PersonId,
  now: Instant,
): Promise<void> {
  const about = { person_id: leader, subject: session }
  await planFollowUps(db, [
    ...SESSION_REMINDERS.map((after) => ({
      ...about,
      kind: 'session_left' as const,
      key: `session_left:${session}:${after / DAY}`,
      due_at: now + after,
    })),
    {
      ...about,
      kind: 'session_over' as const,
      key: `session_over:${session}`,
      due_at: now + SESSION_ENDS_AFTER,
    },
  ])
}
