// Whether anybody may travel somewhere, and what that means for visits and reports.
import { dayNamed } from '../domain/rhythm.ts'
import type { Every } from '../domain/report-period.ts'
import { canChange } from '../domain/visit.ts'
import { changeCards, chwGroupOf } from '../store/chw-groups.ts'
import type { Db } from '../store/db.ts'
import { placesAbove } from '../store/facilities.ts'
import { openRestrictionsAt, type TravelRestriction } from '../store/travel-restrictions.ts'
import { setRemote, type Visit } from '../store/visits.ts'
import type { Day, Instant } from '../words/clock.ts'
import type { FacilityId, VisitId } from '../words/ids.ts'
import type { Desk } from './desk.ts'

/** The restriction that holds at a place now: its own or one of a place above it. */
export async function restrictionAt(
  desk: Pick<Desk, 'programme'>,
  db: Db,
  { place, now }: { place: FacilityId; now: Instant },
): Promise<TravelRestriction | undefined> {
  return restrictionOn(db, { place, day: dayNamed(now, desk.programme) })
}

async function restrictionOn(
  db: Db,
  { place, day }: { place: FacilityId; day: Day },
): Promise<TravelRestriction | undefined> {
  const open = await openRestrictionsAt(db, await placesAbove(db, place))
  return open.find(({ from, until }) => from <= day && (until === undefined || until >= day))
}

/**
 * A visit is held from far away exactly if nobody may travel there on its day; a group that has a chat sees in it where it
 * meets.
 */
export async function followTravel(db: Db, visit: Visit): Promise<void> {
  // What was held, was held as it was.
  if (!canChange(visit.state, 'move')) return
  const restriction = await restrictionOn(db, { place: visit.facilityId, day: visit.startsOn })
  const { because, call } = restriction ?? {}
  if (because === visit.remoteBecause && call === visit.remoteCall) return
  await setRemote(db, visit.id, because === undefined ? undefined : { because, call })
  await showMeeting(db, visit)
}

/** The card of a visit that is held in its group's chat changes. */
export async function showMeeting(db: Db, { id, facilityId, inChat }: Visit): Promise<void> {
  const group = inChat ? await chwGroupOf(db, facilityId) : undefined
  if (group) await changeCards(db, [{ address: group.addressId, name: meetingCard(id) }])
}

export const meetingCard = (visit: VisitId): string => `visit:${visit}`

/** How often CHWs report there: weekly while nobody may come and look. */
export async function everyAt(
  desk: Pick<Desk, 'programme'>,
  db: Db,
  { place, now }: { place: FacilityId; now: Instant },
): Promise<Every> {
  return (await restrictionAt(desk, db, { place, now })) ? 'week' : 'month'
}
