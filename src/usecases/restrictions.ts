// Whether anybody may travel somewhere now, and what that means for reports.
import { dayNamed } from '../domain/rhythm.ts'
import type { Every } from '../domain/report-period.ts'
import type { Db } from '../store/db.ts'
import { placesAbove } from '../store/facilities.ts'
import { openRestrictionsAt, type TravelRestriction } from '../store/travel-restrictions.ts'
import type { Instant } from '../words/clock.ts'
import type { FacilityId } from '../words/ids.ts'
import type { Desk } from './desk.ts'

/** The restriction that holds at a place now: its own or one of a place above it. */
export async function restrictionAt(
  desk: Pick<Desk, 'programme'>,
  db: Db,
  { place, now }: { place: FacilityId; now: Instant },
): Promise<TravelRestriction | undefined> {
  const today = dayNamed(now, desk.programme)
  const open = await openRestrictionsAt(db, await placesAbove(db, place))
  return open.find(({ from, until }) => from <= today && (until === undefined || until >= today))
}

/** How often CHWs report there: weekly while nobody may come and look. */
export async function everyAt(
  desk: Pick<Desk, 'programme'>,
  db: Db,
  { place, now }: { place: FacilityId; now: Instant },
): Promise<Every> {
  return (await restrictionAt(desk, db, { place, now })) ? 'week' : 'month'
}
