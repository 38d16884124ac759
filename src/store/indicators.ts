// The figures of a place, one a month.
import { z } from 'zod'
import type { Day, Instant } from '../words/clock.ts'
import type { FacilityId, VisitId } from '../words/ids.ts'
import type { Db } from './db.ts'

const readingRow = z.object({
  indicator: z.string(),
  month: z.custom<Day>((value) => typeof value === 'string'),
  value: z.int(),
  doubted: z.boolean(),
})

/** A figure of one month, by the month's first day. */
export type IndicatorReading = z.infer<typeof readingRow>

/** What a place has written down since a month, the newest first. */
export async function readingsOf(db: Db, facility: FacilityId, since: Day): Promise<IndicatorReading[]> {
  const rows = await db.query(
    `select indicator, month::text, value, doubted from indicator_reading
     where facility_id = $1 and month >= $2::date order by month desc, indicator limit 500`,
    [facility, since],
  )
  return rows.map((row) => readingRow.parse(row))
}

/** Keeps a figure; a better one of the same month takes its place. */
export async function keepReading(
  db: Db,
  facility: FacilityId,
  reading: IndicatorReading & { readonly visit: VisitId; readonly at: Instant },
): Promise<void> {
  await db.query(
    `insert into indicator_reading (facility_id, indicator, month, value, visit_id, doubted, at)
     values ($1, $2, $3, $4, $5, $6, to_timestamp($7::float8 / 1000))
     on conflict (facility_id, indicator, month) do update set value = excluded.value, visit_id = excluded.visit_id,
       doubted = excluded.doubted, at = excluded.at`,
    [facility, reading.indicator, reading.month, reading.value, reading.visit, reading.doubted, reading.at],
  )
}
