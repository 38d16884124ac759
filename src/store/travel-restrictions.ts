// When nobody may travel, and where.
import { z } from 'zod'
import type { Day, Instant } from '../words/clock.ts'
import type { FacilityId, PersonId } from '../words/ids.ts'
import type { Db } from './db.ts'

const restrictionRow = z.object({
  id: z.int(),
  facility_id: z.int(),
  facility: z.string(),
  from_on: z.string(),
  until_on: z.string().nullable(),
  because: z.string(),
  call: z.string().nullable(),
  declared_at: z.number(),
  lifted_at: z.number().nullable(),
})

export interface TravelRestriction {
  readonly id: number
  readonly facilityId: FacilityId
  /** The district, by name. */
  readonly facility: string
  readonly from: Day
  readonly until: Day | undefined
  readonly because: string
  /** How people talk meanwhile: a link or a number. */
  readonly call: string | undefined
  readonly declaredAt: Instant
  readonly liftedAt: Instant | undefined
}

const RESTRICTION = `select t.id, t.facility_id, f.name facility, t.from_on::text, t.until_on::text, t.because, t.call, t.declared_at, t.lifted_at
  from travel_restriction t join facility f on f.id = t.facility_id`

function restrictionOf(row: unknown): TravelRestriction {
  const { id, facility_id, facility, from_on, until_on, because, call, declared_at, lifted_at } =
    restrictionRow.parse(row)
  return {
    id,
    facilityId: facility_id as FacilityId,
    facility,
    from: from_on as Day,
    until: (until_on ?? undefined) as Day | undefined,
    because,
    call: call ?? undefined,
    declaredAt: declared_at,
    liftedAt: lifted_at ?? undefined,
  }
}

/** Declares one; undefined when one is open there already. */
export async function openRestriction(
  db: Db,
  restriction: {
    place: FacilityId
    from: Day
    until: Day | undefined
    because: string
    call: string | undefined
    by: PersonId
    at: Instant
  },
): Promise<number | undefined> {
  const [row] = await db.query(
    `insert into travel_restriction (facility_id, from_on, until_on, because, declared_by, declared_at, call)
     values ($1, $2, $3, $4, $5, to_timestamp($6::float8 / 1000), $7) on conflict do nothing returning id`,
    [
      restriction.place,
      restriction.from,
      restriction.until ?? null,
      restriction.because,
      restriction.by,
      restriction.at,
      restriction.call ?? null,
    ],
  )
  return row ? z.object({ id: z.int() }).parse(row).id : undefined
}

/** It holds until another day, for another reason, with another way to talk. */
export async function changeRestriction(
  db: Db,
  id: number,
  { until, because, call }: Pick<TravelRestriction, 'until' | 'because' | 'call'>,
): Promise<void> {
  await db.query(
    'update travel_restriction set until_on = greatest($2::date, from_on), because = $3, call = $4 where id = $1 and lifted_at is null',
    [id, until ?? null, because, call ?? null],
  )
}

/** It has begun. */
export async function noteBegun(db: Db, id: number, at: Instant): Promise<void> {
  await db.query('update travel_restriction set begun_at = to_timestamp($2::float8 / 1000) where id = $1', [
    id,
    at,
  ])
}

/** Those whose first day has come and that have not begun. */
export async function restrictionsToBegin(db: Db, today: Day): Promise<number[]> {
  const rows = await db.query(
    'select id from travel_restriction where lifted_at is null and begun_at is null and from_on <= $1 order by id',
    [today],
  )
  return rows.map((row) => z.object({ id: z.int() }).parse(row).id)
}

export async function restrictionById(db: Db, id: number): Promise<TravelRestriction | undefined> {
  const [row] = await db.query(`${RESTRICTION} where t.id = $1`, [id])
  return row ? restrictionOf(row) : undefined
}

/** Those that are open at these places, whether they have begun or not. */
export async function openRestrictionsAt(
  db: Db,
  places: readonly FacilityId[],
): Promise<TravelRestriction[]> {
  const rows = await db.query(
    `${RESTRICTION} where t.facility_id = any($1) and t.lifted_at is null order by t.from_on, t.id`,
    [places],
  )
  return rows.map(restrictionOf)
}

export async function liftRestriction(db: Db, id: number, at: Instant): Promise<void> {
  await db.query('update travel_restriction set lifted_at = to_timestamp($2::float8 / 1000) where id = $1', [
    id,
    at,
  ])
}

/** Those whose last day is over and that nobody has lifted. */
export async function overdueRestrictions(db: Db, today: Day): Promise<number[]> {
  const rows = await db.query(
    'select id from travel_restriction where lifted_at is null and until_on < $1 order by id',
    [today],
  )
  return rows.map((row) => z.object({ id: z.int() }).parse(row).id)
}

/**
 * Whom a restriction concerns: everybody who works there or below, and who mentors them, but not who has just said so
 * themselves (`by`). `told`: only those who know of it, as they have been told or have declared it; the others' notices, which
 * wait, are void.
 */
export async function concernedBy(
  db: Db,
  id: number,
  { told, by }: { told: boolean; by: PersonId | undefined },
): Promise<PersonId[]> {
  if (told)
    await db.query(
      `update follow_up set state = 'stale', settled_at = now() where kind = 'travel_notice' and subject = $1 and state = 'waiting'`,
      [id],
    )
  const rows = await db.query(
    `with recursive below as (
       select facility_id id, 0 depth from travel_restriction where id = $1
       union all select f.id, depth + 1 from facility f join below on f.parent_id = below.id where depth < 12
     ), there as (
       select p.id from person p where p.facility_id in (select id from below) and p.role is not null and p.standing <> 'left'
     )
     select p.id from person p where p.joined_at is not null
       and (p.id in (select id from there) or p.id in (select mentor_id from pairing where ends_at is null and mentee_id in (select id from there)))
       and (not $2 or exists (select from follow_up f where f.key = 'travel:' || $1 || ':' || p.id and f.state = 'done')
         or p.id = (select declared_by from travel_restriction where id = $1))
       and p.id is distinct from $3
     order by p.id`,
    [id, told, by ?? null],
  )
  return rows.map((row) => z.object({ id: z.int() }).parse(row).id as PersonId)
}
