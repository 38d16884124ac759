// From the moment that nobody may travel somewhere: visits planned there are held from far away, groups report weekly, and
// everybody concerned is told once. When it is over it all turns back, and what could not be seen comes first.
import { dayNamed } from '../domain/rhythm.ts'
import { chwGroupsAt } from '../store/chw-groups.ts'
import type { Db } from '../store/db.ts'
import { placesBelow } from '../store/facilities.ts'
import { planFollowUps } from '../store/follow-ups.ts'
import { mentorsBelow } from '../store/pairings.ts'
import {
  concernedBy,
  liftRestriction,
  noteBegun,
  overdueRestrictions,
  restrictionById,
  restrictionsToBegin,
} from '../store/travel-restrictions.ts'
import { visitsPlannedAt } from '../store/visits.ts'
import type { Day, Instant } from '../words/clock.ts'
import type { FacilityId, PersonId } from '../words/ids.ts'
import { beginReports } from './keep-periods.ts'
import type { Desk } from './desk.ts'
import { planMissed } from './plan-visits.ts'
import { followTravel } from './restrictions.ts'

const MOST_PLACES = 5_000
/** Without an end it holds for whatever is planned. */
const FOR_EVER = '9999-12-31' as Day

interface Which {
  readonly id: number
  /** Who says so; undefined when it is the day that has come. */
  readonly by?: PersonId | undefined
  readonly now: Instant
}

/** What follows from a restriction that has just been declared or changed; everybody concerned hears how it stands. */
export async function followRestriction(desk: Desk, db: Db, { id, by, now }: Which): Promise<void> {
  const restriction = await restrictionById(db, id)
  if (!restriction) return
  await followAhead(desk, db, restriction.facilityId, now)
  if (restriction.from <= dayNamed(now, desk.programme)) await begin(desk, db, { id, now })
  await announce(db, { id, by, now, told: false })
}

/** Begins those whose first day has come. Called every hour. */
export async function beginDue(desk: Desk): Promise<void> {
  const now = desk.clock.now()
  for (const id of await restrictionsToBegin(desk.database, dayNamed(now, desk.programme)))
    await desk.database.inTransaction((db) => begin(desk, db, { id, now }))
}

async function begin(desk: Desk, db: Db, { id, now }: Which): Promise<void> {
  const restriction = await restrictionById(db, id)
  if (!restriction) return
  await noteBegun(db, id, now)
  await turnReports(desk, db, restriction, now)
}

/** Visits ahead are held from far away, or on the spot, as it stands now. */
async function followAhead(desk: Desk, db: Db, place: FacilityId, now: Instant): Promise<void> {
  const ahead = { from: dayNamed(now, desk.programme), until: FOR_EVER }
  for (const visit of await visitsPlannedAt(db, [place], ahead)) await followTravel(db, visit)
}

/** It is over: lifted by somebody, or its last day has passed. */
export async function endRestriction(desk: Desk, db: Db, { id, by, now }: Which): Promise<void> {
  const restriction = await restrictionById(db, id)
  if (!restriction || restriction.liftedAt !== undefined) return
  await liftRestriction(db, id, now)
  await followAhead(desk, db, restriction.facilityId, now)
  await turnReports(desk, db, restriction, now)
  await planUnseen(desk, db, restriction.facilityId, now)
  await announce(db, { id, by, now, told: true })
}

/** Ends those whose last day has passed. Called every hour. */
export async function endOverdue(desk: Desk): Promise<void> {
  const now = desk.clock.now()
  for (const id of await overdueRestrictions(desk.database, dayNamed(now, desk.programme)))
    await desk.database.inTransaction((db) => endRestriction(desk, db, { id, now }))
}

/** Where mentees could not be seen on the spot their mentors are proposed a day soon, before anything else. */
async function planUnseen(desk: Desk, db: Db, district: FacilityId, now: Instant): Promise<void> {
  const places = new Set((await placesBelow(db, [district], MOST_PLACES)).map(({ id }) => id))
  for (const mentor of await mentorsBelow(db, district)) await planMissed(desk, db, { mentor, places, now })
}

/** Groups report by the week or by the month from now on; what they are reporting already is brought to its end. */
async function turnReports(
  desk: Desk,
  db: Db,
  { facilityId }: { facilityId: FacilityId },
  now: Instant,
): Promise<void> {
  const places = await placesBelow(db, [facilityId], MOST_PLACES)
  const groups = await chwGroupsAt(
    db,
    places.map(({ id }) => id),
    MOST_PLACES,
  )
  for (const group of groups) if (group.areas.length > 0) await beginReports(desk, db, { group, now })
}

/** Plans that everybody concerned is told once; who never heard of it need not hear that it is over. */
async function announce(db: Db, { id, by, now, told }: Which & { told: boolean }): Promise<void> {
  const people = await concernedBy(db, id, { told, by })
  if (people.length === 0) return
  await planFollowUps(
    db,
    people.map((person) => ({
      kind: 'travel_notice' as const,
      key: `travel:${id}:${person}`,
      person_id: person,
      subject: id,
      due_at: now,
    })),
  )
}
