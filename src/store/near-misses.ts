// Near-misses as counts: never whose they were.
import { z } from 'zod'
import { type Definition, DEFINITIONS, type NearMiss, NEAR_MISSES } from '../domain/near-miss.ts'
import type { Instant } from '../words/clock.ts'
import type { FacilityId, PersonId } from '../words/ids.ts'
import type { Db } from './db.ts'

export interface NearMissCount {
  readonly facilityId: FacilityId
  readonly category: NearMiss
  readonly definition: Definition
  readonly cases: number
  readonly lesson: string
  readonly by: PersonId
  readonly at: Instant
}

export async function addNearMisses(db: Db, count: NearMissCount): Promise<void> {
  await db.query(
    `insert into near_miss (facility_id, category, definition, cases, lesson, noted_by, noted_at)
     values ($1, $2, $3, $4, $5, $6, to_timestamp($7::float8 / 1000))`,
    [count.facilityId, count.category, count.definition, count.cases, count.lesson, count.by, count.at],
  )
}

/** Removes what somebody has counted last, if it was not before `since`. True when there was something. */
export async function takeBackNearMisses(db: Db, by: PersonId, since: Instant): Promise<boolean> {
  const rows = await db.query(
    `delete from near_miss where id = (select max(id) from near_miss where noted_by = $1
       and noted_at >= to_timestamp($2::float8 / 1000)) returning id`,
    [by, since],
  )
  return rows.length > 0
}

const countRow = z.object({
  category: z.enum(NEAR_MISSES),
  definition: z.enum(DEFINITIONS),
  cases: z.int(),
  places: z.int(),
})

export type NearMissTotal = z.infer<typeof countRow>

/** How many of each category, by each definition, from `from` to before `to`: at a place, by a person, or everywhere. */
export async function countNearMisses(
  db: Db,
  about: { from: Instant; to: Instant; facilityId?: FacilityId; by?: PersonId },
): Promise<NearMissTotal[]> {
  const rows = await db.query(
    `select category, definition, sum(cases)::int cases, count(distinct facility_id)::int places from near_miss
     where noted_at >= to_timestamp($1::float8 / 1000) and noted_at < to_timestamp($2::float8 / 1000)
       and ($3::bigint is null or facility_id = $3) and ($4::bigint is null or noted_by = $4)
     group by category, definition order by definition, sum(cases) desc, category`,
    [about.from, about.to, about.facilityId ?? null, about.by ?? null],
  )
  return rows.map((row) => countRow.parse(row))
}
