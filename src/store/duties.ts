// What people do in the programme, from when to when. A duty is never rewritten: it ends, and another begins.
import { z } from 'zod'
import type { HeldDuty } from '../domain/rights.ts'
import type { Instant } from '../words/clock.ts'
import type { FacilityId, PersonId } from '../words/ids.ts'
import { MENTOR_ROLES, type Role, ROLES } from '../words/roles.ts'
import type { Db } from './db.ts'

export type EndedBecause = 'rotated' | 'transferred' | 'left' | 'replaced' | 'changed'

const dutyRow = z.object({
  role: z.enum(ROLES),
  facility_id: z.int().nullable(),
  facility: z.string().nullable(),
  starts_at: z.number(),
  ends_at: z.number().nullable(),
})

export interface Duty {
  readonly role: Role
  readonly facilityId: FacilityId | undefined
  readonly facility: string | undefined
  readonly startsAt: Instant
  readonly endsAt: Instant | undefined
}

/** Everything somebody has done in the programme, the first first. */
export async function dutiesOf(db: Db, person: PersonId): Promise<Duty[]> {
  const rows = await db.query(
    `select d.role, d.facility_id, f.name facility, d.starts_at, d.ends_at from duty d
     left join facility f on f.id = d.facility_id where d.person_id = $1 order by d.starts_at, d.id`,
    [person],
  )
  return rows.map((row) => {
    const { role, facility_id, facility, starts_at, ends_at } = dutyRow.parse(row)
    return {
      role,
      facilityId: (facility_id ?? undefined) as FacilityId | undefined,
      facility: facility ?? undefined,
      startsAt: starts_at,
      endsAt: ends_at ?? undefined,
    }
  })
}

/** Begins a duty; one that somebody has already goes on. */
export async function beginDuty(
  db: Db,
  person: PersonId,
  duty: { role: Role; facilityId: FacilityId | undefined; at: Instant },
): Promise<void> {
  await db.query(
    `insert into duty (person_id, role, facility_id, starts_at) values ($1, $2, $3, to_timestamp($4::float8 / 1000))
     on conflict do nothing`,
    [person, duty.role, duty.facilityId ?? null, duty.at],
  )
}

/** Ends the duties somebody has now: all of them, or those of one role. */
export async function endDuties(
  db: Db,
  person: PersonId,
  end: { at: Instant; because: EndedBecause; role?: Role | undefined },
): Promise<void> {
  await db.query(
    `update duty set ends_at = greatest(starts_at, to_timestamp($2::float8 / 1000)), ended_because = $3
     where person_id = $1 and ends_at is null and ($4::text is null or role = $4)`,
    [person, end.at, end.because, end.role ?? null],
  )
}

const heldRow = z.object({ role: z.enum(ROLES), facility_id: z.int().nullable(), ready: z.boolean() })

/** What somebody may act on now. A mentor is not ready before they are admitted. */
export async function heldDuties(db: Db, person: PersonId): Promise<HeldDuty[]> {
  const rows = await db.query(
    `select d.role, d.facility_id, d.role <> all($2) or exists (
         select from orientation o where o.person_id = d.person_id and o.state = 'admitted') ready
     from duty d where d.person_id = $1 and d.ends_at is null order by d.id`,
    [person, MENTOR_ROLES],
  )
  return rows.map((row) => {
    const { role, facility_id, ready } = heldRow.parse(row)
    return { role, facilityId: (facility_id ?? undefined) as FacilityId | undefined, ready }
  })
}

/** Who holds one of these roles at one of these places, the nearest place first. */
export async function holdersAt(
  db: Db,
  places: readonly FacilityId[],
  roles: readonly Role[],
): Promise<PersonId[]> {
  const rows = await db.query(
    `select person_id id from duty where ends_at is null and role = any($2) and facility_id = any($1)
     order by array_position($1::bigint[], facility_id), person_id`,
    [places, roles],
  )
  return rows.map((row) => z.object({ id: z.int() }).parse(row).id as PersonId)
}

/** Who holds one of these roles, wherever. */
export async function holdersAnywhere(db: Db, roles: readonly Role[]): Promise<PersonId[]> {
  const rows = await db.query(
    `select distinct person_id id from duty where ends_at is null and role = any($1) order by 1`,
    [roles],
  )
  return rows.map((row) => z.object({ id: z.int() }).parse(row).id as PersonId)
}
