// The months and weeks that groups of CHWs report: how far each has come.
import { z } from 'zod'
import { EVERY, type Period } from '../domain/report-period.ts'
import type { Day, Instant } from '../words/clock.ts'
import type { FacilityId } from '../words/ids.ts'
import type { Db } from './db.ts'

/** A month or week of a group. */
export interface GroupPeriod extends Period {
  readonly id: number
  readonly facilityId: FacilityId
  /** Since when it is asked for. */
  readonly askedAt: Instant | undefined
  /** What was to be done about it up to here is done. */
  readonly doneUntil: Instant
  readonly closedAt: Instant | undefined
}

const periodRow = z.object({
  id: z.int(),
  facility_id: z.int(),
  every: z.enum(EVERY),
  first: z.string(),
  asked_at: z.number().nullable(),
  done_until: z.number(),
  closed_at: z.number().nullable(),
})

const PERIOD =
  'select id, facility_id, every, period::text "first", asked_at, done_until, closed_at from report_period'

function periodOf(row: unknown): GroupPeriod {
  const { id, facility_id, every, first, asked_at, done_until, closed_at } = periodRow.parse(row)
  return {
    id,
    facilityId: facility_id as FacilityId,
    every,
    first: first as Day,
    askedAt: asked_at ?? undefined,
    doneUntil: done_until,
    closedAt: closed_at ?? undefined,
  }
}

/** The period of a group, made when it has none yet; what was to be done before `doneUntil` is not its own. */
export async function beginPeriod(
  db: Db,
  begin: Period & { facility: FacilityId; doneUntil: Instant },
): Promise<GroupPeriod> {
  const { facility, every, first, doneUntil } = begin
  await db.query(
    `insert into report_period (facility_id, every, period, done_until) values ($1, $2, $3, to_timestamp($4::float8 / 1000))
     on conflict do nothing`,
    [facility, every, first, doneUntil],
  )
  const [row] = await db.query(`${PERIOD} where facility_id = $1 and every = $2 and period = $3`, [
    facility,
    every,
    first,
  ])
  return periodOf(row)
}

/** Locks a period, so that it is closed once. */
export async function periodForUpdate(db: Db, id: number): Promise<GroupPeriod | undefined> {
  const [row] = await db.query(`${PERIOD} where id = $1 for update`, [id])
  return row ? periodOf(row) : undefined
}

/** The periods of a group that are asked for and not closed. */
export async function periodsAsked(db: Db, facility: FacilityId): Promise<GroupPeriod[]> {
  const rows = await db.query(
    `${PERIOD} where facility_id = $1 and asked_at is not null and closed_at is null order by period, id`,
    [facility],
  )
  return rows.map(periodOf)
}

/** The period of a group that was asked for and closed last: what comes late is handed on with the one after it. */
export async function closedLast(db: Db, facility: FacilityId): Promise<GroupPeriod | undefined> {
  const [row] = await db.query(
    `${PERIOD} where facility_id = $1 and asked_at is not null and closed_at is not null order by closed_at desc, id desc limit 1`,
    [facility],
  )
  return row ? periodOf(row) : undefined
}

/** It is asked for from here on, unless it was before. */
export async function notePeriodAsked(db: Db, id: number, at: Instant): Promise<void> {
  await db.query(
    'update report_period set asked_at = coalesce(asked_at, to_timestamp($2::float8 / 1000)) where id = $1',
    [id, at],
  )
}

/** All is done about it up to `at`; with `closed` there is nothing left to be done. */
export async function notePeriodDone(
  db: Db,
  id: number,
  { at, closed }: { at: Instant; closed: boolean },
): Promise<void> {
  await db.query(
    `update report_period set done_until = to_timestamp($2::float8 / 1000),
       closed_at = case when $3 then to_timestamp($2::float8 / 1000) end where id = $1`,
    [id, at, closed],
  )
}

/** Groups that report and have no period whose clock runs, or has broken and waits for people to look at it. */
export async function groupsWithoutPeriod(db: Db, limit: number): Promise<FacilityId[]> {
  const rows = await db.query(
    `select g.facility_id id from chw_group g where g.report_areas <> '{}'
       and not exists (select from report_period p join follow_up u on u.key = 'report_clock:' || p.id and u.state in ('waiting', 'failed')
         where p.facility_id = g.facility_id and p.closed_at is null)
     order by 1 limit $1`,
    [limit],
  )
  return rows.map((row) => z.object({ id: z.int() }).parse(row).id as FacilityId)
}
