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
  visit_id: z.int().nullable(),
})

/** A figure of one month, by the month's first day. */
export interface IndicatorReading {
  readonly indicator: string
  readonly month: Day
  readonly value: number
  readonly doubted: boolean
  /** The visit in which it was read. */
  readonly visitId: VisitId | undefined
}

/** What a place has written down since a month, the newest first. */
export async function readingsOf(db: Db, facility: FacilityId, since: Day): Promise<IndicatorReading[]> {
  const rows = await db.query(
    `select indicator, month::text, value, doubted, visit_id from indicator_reading
     where facility_id = $1 and month >= $2::date order by month desc, indicator limit 500`,
    [facility, since],
  )
  return rows.map((row) => {
    const { visit_id, ...read } = readingRow.parse(row)
    return { ...read, visitId: (visit_id ?? undefined) as VisitId | undefined }
  })
}

/** A figure that a visit has read is not known after all. */
export async function dropReading(
  db: Db,
  { indicator, month, visit }: { indicator: string; month: Day; visit: VisitId },
): Promise<void> {
  await db.query(
    'delete from indicator_reading where visit_id = $1 and indicator = $2 and month = $3::date',
    [visit, indicator, month],
  )
}

/** Keeps a figure; a better one of the same month takes its place. */
export async function keepReading(
  db: Db,
  facility: FacilityId,
  reading: IndicatorReading & { readonly visitId: VisitId; readonly at: Instant },
): Promise<void> {
  await db.query(
    `insert into indicator_reading (facility_id, indicator, month, value, visit_id, doubted, at)
     values ($1, $2, $3, $4, $5, $6, to_timestamp($7::float8 / 1000))
     on conflict (facility_id, indicator, month) do update set value = excluded.value, visit_id = excluded.visit_id,
       doubted = excluded.doubted, at = excluded.at`,
    [facility, reading.indicator, reading.month, reading.value, reading.visitId, reading.doubted, reading.at],
  )
}
