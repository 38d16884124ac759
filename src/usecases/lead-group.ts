// Who may lead a group of CHWs, and how its chat is written to.
import { may } from '../domain/rights.ts'
import type { Say } from '../engine/events.ts'
import { type ChwGroup, chwGroupAt, chwGroupsAt } from '../store/chw-groups.ts'
import type { Db } from '../store/db.ts'
import { holdersAt } from '../store/duties.ts'
import { type Facility, placesAbove, placesBelow } from '../store/facilities.ts'
import type { AddressId, FacilityId, PersonId } from '../words/ids.ts'
import type { Role } from '../words/roles.ts'
import { actorOf } from './relate.ts'

/** What is owed to a group's chat; who it is for and in which language is looked up when it is entered. */
export interface GroupTell {
  readonly group: AddressId
  readonly says: readonly Say[]
  /** It goes out like a reply, before what nobody waits for. */
  readonly awaited?: boolean
}

/** More groups than this nobody leads. */
const MOST_GROUPS = 200
const MOST_PLACES = 2_000

/** Whether somebody may lead the group that is this place. */
export async function mayLead(db: Db, person: PersonId, place: FacilityId): Promise<boolean> {
  const places = await placesAbove(db, place)
  return may(await actorOf(db, person), 'lead_group', { personId: undefined, mentoredIn: [], places })
}

/** The group in this chat, if the person may lead it. */
export async function groupLedBy(
  db: Db,
  person: PersonId,
  address: AddressId,
): Promise<ChwGroup | undefined> {
  const group = await chwGroupAt(db, address)
  return group && (await mayLead(db, person, group.facilityId)) ? group : undefined
}

/** The groups of CHWs on the roster that somebody may lead, as places, by name. */
export async function groupPlacesOf(db: Db, person: PersonId): Promise<Facility[]> {
  const { duties } = await actorOf(db, person)
  const held = [
    ...new Set(duties.flatMap(({ facilityId }) => (facilityId === undefined ? [] : [facilityId]))),
  ]
  const below = await placesBelow(db, held, MOST_PLACES)
  const found: Facility[] = []
  for (const place of below)
    if (place.level === 'village_chw_group' && (await mayLead(db, person, place.id))) found.push(place)
  return found.slice(0, MOST_GROUPS)
}

/** The chats of the groups somebody may lead. */
export async function groupsLedBy(db: Db, person: PersonId): Promise<ChwGroup[]> {
  const places = await groupPlacesOf(db, person)
  return chwGroupsAt(
    db,
    places.map(({ id }) => id),
    MOST_GROUPS,
  )
}

/** Who looks after a group from above, the nearest first: by these roles, at its place or one above. */
export async function watchersOf(db: Db, place: FacilityId, roles: readonly Role[]): Promise<PersonId[]> {
  return [...new Set(await holdersAt(db, await placesAbove(db, place), roles))]
}
