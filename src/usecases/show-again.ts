// A chat that the service is let into again, or that a group has moved into, sees all that stands open: nobody looks for a
// card far above.
import { dayNamed } from '../domain/rhythm.ts'
import { plusDays } from '../domain/visit-calendar.ts'
import { changeCards, type ChwGroup } from '../store/chw-groups.ts'
import { cardOf } from '../store/chw-reports.ts'
import type { Db } from '../store/db.ts'
import { sessionUnderWay } from '../store/group-sessions.ts'
import { sayAnew } from '../store/notices.ts'
import { periodsAsked } from '../store/report-periods.ts'
import { visitsPlannedAt } from '../store/visits.ts'
import type { Instant } from '../words/clock.ts'
import type { Desk } from './desk.ts'
import { endsToldLate } from './end-session.ts'
import { questionSay, sessionCard } from './group-session.ts'
import type { GroupTell } from './lead-group.ts'
import { meetingCard } from './restrictions.ts'

/** Meetings of the quarter are shown. */
const AHEAD_DAYS = 92

/** All cards that stand open are said anew; a question that was put last and an end that never got there are owed. */
export async function showAgain(desk: Desk, db: Db, group: ChwGroup, now: Instant): Promise<GroupTell[]> {
  const { addressId: address, facilityId, areas } = group
  const session = await sessionUnderWay(db, facilityId)
  const today = dayNamed(now, desk.programme)
  const span = { from: today, until: plusDays(today, AHEAD_DAYS) }
  const meetings = (await visitsPlannedAt(db, [facilityId], span)).filter(({ remote }) => remote)
  const names = [
    'group',
    ...(await periodsAsked(db, facilityId)).flatMap((period) =>
      areas.map((area) => cardOf({ ...period, area })),
    ),
    ...(session ? [sessionCard(session.id)] : []),
    ...meetings.map(({ id }) => meetingCard(id)),
  ]
  await sayAnew(db, address, names)
  await changeCards(
    db,
    names.map((name) => ({ address, name })),
  )
  const ends = await endsToldLate(desk, db, { group, now })
  if (session?.part !== 'questions') return ends
  return [...ends, { group: address, says: [questionSay(session)], awaited: true }]
}
