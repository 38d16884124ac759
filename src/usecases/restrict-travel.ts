// From the moment that nobody may travel somewhere: visits planned there are held from far away, groups report weekly, and
// everybody concerned is told once. When it is over it all turns back, and what could not be seen comes first.
import { dayNamed } from '../domain/rhythm.ts'
import { chwGroupsAt } from '../store/chw-groups.ts'
import type { Db } from '../store/db.ts'
import { placesBelow } from '../store/facilities.ts'
import { planFollowUps } from '../store/follow-ups.ts'
import {
  concernedBy,
  liftRestriction,
  overdueRestrictions,
  restrictionById,
} from '../store/travel-restrictions.ts'
import { visitsPlannedAt } from '../store/visits.ts'
import type { Day, Instant } from '../words/clock.ts'
import { beginReports } from './keep-periods.ts'
import type { Desk } from './desk.ts'
import { followTravel } from './restrictions.ts'

const MOST_PLACES = 5_000
/** Without an end it holds for whatever is planned. */
const FOR_EVER = '9999-12-31' as Day

interface Which {
  readonly id: number
  readonly now: Instant
}

/** What follows from a restriction that has just been declared. */
export async function beginRestriction(desk: Desk, db: Db, { id, now }: Which): Promise<void> {
  const restriction = await restrictionById(db, id)
  if (!restriction) return
  const { facilityId, from, until = FOR_EVER } = restriction
  for (const visit of await visitsPlannedAt(db, [facilityId], { from, until })) await followTravel(db, visit)
  await turnReports(desk, db, restriction, now)
  await announce(db, { id, now, told: false })
}

/** It is over: lifted by somebody, or its last day has passed. */
export async function endRestriction(desk: Desk, db: Db, { id, now }: Which): Promise<void> {
  const restriction = await restrictionById(db, id)
  if (!restriction || restriction.liftedAt !== undefined) return
  await liftRestriction(db, id, now)
  const ahead = { from: dayNamed(now, desk.programme), until: FOR_EVER }
  for (const visit of await visitsPlannedAt(db, [restriction.facilityId], ahead))
    await followTravel(db, visit)
  await turnReports(desk, db, restriction, now)
  await announce(db, { id, now, told: true })
}

/** Ends those whose last day has passed. Called every hour. */
export async function endOverdue(desk: Desk): Promise<void> {
  const now = desk.clock.now()
  for (const id of await overdueRestrictions(desk.database, dayNamed(now, desk.programme)))
    await desk.database.inTransaction((db) => endRestriction(desk, db, { id, now }))
}

/** Groups report by the week or by the month from now on; what they are reporting already is brought to its end. */
async function turnReports(
  desk: Desk,
  db: Db,
  { facilityId }: { facilityId: Parameters<typeof placesBelow>[1][number] },
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
async function announce(db: Db, { id, now, told }: Which & { told: boolean }): Promise<void> {
  const people = await concernedBy(db, id, { told })
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
