// The session of a group is the visit that the quarter has planned for it: begun and closed with it, nobody need be asked
// afterwards how it went.
import { localDay } from '../domain/rhythm.ts'
import { CADENCES, canChange } from '../domain/visit.ts'
import { daysBetween, nextPeriod, periodOf, plusDays } from '../domain/visit-calendar.ts'
import type { Db } from '../store/db.ts'
import { dropFollowUpsAbout } from '../store/follow-ups.ts'
import { attendedIn } from '../store/group-attendance.ts'
import type { GroupSession } from '../store/group-sessions.ts'
import { markPresent } from '../store/visit-people.ts'
import { changeVisit, visitForUpdate, visitsPlannedAt } from '../store/visits.ts'
import type { Instant } from '../words/clock.ts'
import type { FacilityId, VisitId } from '../words/ids.ts'
import { announceVisit } from './announce-visit.ts'
import type { Desk } from './desk.ts'

const { every } = CADENCES.community

/** Begins, today, the visit in this area that is planned for the quarter; undefined when there is none. */
export async function beginVisitOf(
  desk: Desk,
  db: Db,
  { place, area, now }: { place: FacilityId; area: string; now: Instant },
): Promise<VisitId | undefined> {
  const today = localDay(now, desk.programme)
  const from = periodOf(today, every)
  const planned = await visitsPlannedAt(db, [place], { from, until: plusDays(nextPeriod(from, every), -1) })
  // A visit of no area of its own may be for anything: it is meant when it is today's.
  const [nearest] = planned
    .filter(
      ({ stream, area: its, startsOn }) =>
        stream === 'community' && (its === area || (its === '' && startsOn === today)),
    )
    .toSorted((a, b) => Math.abs(daysBetween(today, a.startsOn)) - Math.abs(daysBetween(today, b.startsOn)))
  const visit = nearest && (await visitForUpdate(db, nearest.id))
  if (!visit || !canChange(visit.state, 'move')) return undefined
  const moved = { state: 'moved', to: today, because: undefined } as const
  await changeVisit(db, visit, visit.startsOn === today ? { state: 'confirmed' } : moved, now)
  await changeVisit(db, visit, { state: 'begun' }, now)
  // Whoever belongs to it is in the chat and sees that it is on.
  await dropFollowUpsAbout(
    db,
    { kinds: ['visit_news', 'visit_reminder', 'visit_after'], subject: visit.id },
    now,
  )
  return visit.id
}

/** Closes the visit of a session, with who was there; where it was `held` by nobody it is planned as before. */
export async function closeVisitOf(
  desk: Desk,
  db: Db,
  { session, held, now }: { session: GroupSession; held: boolean; now: Instant },
): Promise<void> {
  const visit = session.visitId === undefined ? undefined : await visitForUpdate(db, session.visitId)
  if (!visit || !canChange(visit.state, 'close')) return
  await changeVisit(db, visit, { state: held ? 'closed' : 'confirmed' }, now)
  if (held) await markPresent(db, visit.id, await attendedIn(db, session.id))
  // Its lead is asked how it went.
  else await announceVisit(desk, db, { visit: visit.id, by: undefined, now })
}
