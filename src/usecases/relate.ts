// Who somebody is to somebody else: the duties of the one, and what the other is to them.
import { type Act, type Actor, may, type Whom } from '../domain/rights.ts'
import type { Db } from '../store/db.ts'
import { heldDuties } from '../store/duties.ts'
import { placesAbove } from '../store/facilities.ts'
import { mentoredAt, mentoredIn } from '../store/pairings.ts'
import { placeOf } from '../store/people.ts'
import type { FacilityId, PersonId } from '../words/ids.ts'
import { isMentorRole } from '../words/roles.ts'

/** Somebody with the duties they hold now. */
export async function actorOf(db: Db, person: PersonId): Promise<Actor> {
  return { personId: person, duties: await heldDuties(db, person) }
}

/** Whether somebody holds a mentor's duty and was admitted to it. */
export const isMentor = ({ duties }: Actor): boolean =>
  duties.some(({ role, ready }) => ready && isMentorRole(role))

/** Somebody as seen from an actor. */
export async function whomFor(db: Db, actor: PersonId, person: PersonId): Promise<Whom> {
  const place = await placeOf(db, person)
  return {
    personId: person,
    mentoredIn: await mentoredIn(db, { mentor: actor, mentee: person }),
    places: place === undefined ? [] : await placesAbove(db, place),
  }
}

/** Whether one person may do this to another now; with `area`, in that technical area. */
export async function isAllowed(
  db: Db,
  asked: { actor: PersonId; act: Act; whom: PersonId; area?: string | undefined },
): Promise<boolean> {
  const actor = await actorOf(db, asked.actor)
  return may(actor, asked.act, await whomFor(db, asked.actor, asked.whom), asked.area)
}

/** A place as seen from an actor: what they may do for it, they may do by `mentees` when they mentor somebody there. */
export async function siteFor(db: Db, actor: PersonId, place: FacilityId): Promise<Whom> {
  return {
    personId: undefined,
    mentoredIn: await mentoredAt(db, { mentor: actor, place }),
    places: await placesAbove(db, place),
  }
}

/** Whether one may do this at a place now. */
export async function isAllowedAt(
  db: Db,
  asked: { actor: PersonId; act: Act; place: FacilityId },
): Promise<boolean> {
  const actor = await actorOf(db, asked.actor)
  return may(actor, asked.act, await siteFor(db, asked.actor, asked.place))
}

/** How far an actor's supervision reaches. */
export function watchedBy(actor: Actor): FacilityId[] | 'everywhere' {
  if (actor.duties.some(({ role }) => role === 'programme_admin' || role === 'programme_supervisor'))
    return 'everywhere'
  const watching = ['hospital_supervisor', 'district_coordinator', 'facility_manager']
  return actor.duties.flatMap(({ role, facilityId }) =>
    facilityId !== undefined && watching.includes(role) ? [facilityId] : [],
  )
}

/** The places for which a duty lets somebody do this: those of the duties, with all below them, or everywhere. */
export function supervisedPlaces(actor: Actor, act: Act): FacilityId[] | 'everywhere' {
  const nowhere: Whom = { personId: undefined, mentoredIn: [], places: [] }
  if (may(actor, act, nowhere)) return 'everywhere'
  return actor.duties.flatMap((duty) =>
    duty.facilityId !== undefined &&
    may({ ...actor, duties: [duty] }, act, { ...nowhere, places: [duty.facilityId] })
      ? [duty.facilityId]
      : [],
  )
}
