// What visits found at their places, as rows: a checklist a visit, an item a row.
import { z } from 'zod'
import { BASELINE_ITEMS, type BaselineItem, type BaselineScores } from '../domain/baseline.ts'
import type { Instant } from '../words/clock.ts'
import type { FacilityId, VisitId } from '../words/ids.ts'
import type { Db } from './db.ts'

/** Begins the checklist of a visit when it has none, and locks it; whether it is closed. */
export async function beginBaseline(
  db: Db,
  { visit, facility, at }: { visit: VisitId; facility: FacilityId; at: Instant },
): Promise<{ closed: boolean }> {
  await db.query(
    `insert into baseline (visit_id, facility_id, begun_at) values ($1, $2, to_timestamp($3::float8 / 1000))
     on conflict do nothing`,
    [visit, facility, at],
  )
  const [row] = await db.query(
    'select closed_at is not null closed from baseline where visit_id = $1 for update',
    [visit],
  )
  return z.object({ closed: z.boolean() }).parse(row)
}

const scoreRow = z.object({ item: z.string(), score: z.int().nullable() })

/** The items scored at a visit; those that a later tool does not know any more are left out. */
export async function baselineScores(db: Db, visit: VisitId): Promise<BaselineScores> {
  const rows = await db.query('select item, score from baseline_score where visit_id = $1', [visit])
  return new Map(
    rows
      .map((row) => scoreRow.parse(row))
      .flatMap(({ item, score }) => {
        const known = BASELINE_ITEMS.find((one) => one === item)
        return known ? [[known, score ?? undefined] as const] : []
      }),
  )
}

export async function scoreBaselineItem(
  db: Db,
  visit: VisitId,
  { item, score }: { item: BaselineItem; score: number | undefined },
): Promise<void> {
  await db.query(
    `insert into baseline_score (visit_id, item, score) values ($1, $2, $3)
     on conflict (visit_id, item) do update set score = excluded.score`,
    [visit, item, score ?? null],
  )
}

export async function closeBaseline(db: Db, visit: VisitId, at: Instant): Promise<void> {
  await db.query(
    'update baseline set closed_at = to_timestamp($2::float8 / 1000) where visit_id = $1 and closed_at is null',
    [visit, at],
  )
}

/** The visit whose checklist is the place's baseline: the first one closed. */
export async function baselineVisit(db: Db, facility: FacilityId): Promise<VisitId | undefined> {
  const [row] = await db.query(
    `select visit_id id from baseline where facility_id = $1 and closed_at is not null
     order by closed_at, visit_id limit 1`,
    [facility],
  )
  return row ? (z.object({ id: z.int() }).parse(row).id as VisitId) : undefined
}

/** Whether the checklist of a visit is closed. */
export async function isAssessed(db: Db, visit: VisitId): Promise<boolean> {
  return (
    (await db.query('select from baseline where visit_id = $1 and closed_at is not null', [visit])).length > 0
  )
}
