// The days on which a place cannot be visited, and those its mentors are elsewhere.
import { z } from 'zod'
import type { Span } from '../domain/visit-calendar.ts'
import type { Day, Instant } from '../words/clock.ts'
import type { FacilityId, PersonId, VisitId } from '../words/ids.ts'
import type { Db } from './db.ts'

const day = z.custom<Day>((value) => typeof value === 'string')
const spanRow = z.object({ from: day, until: day })

/** The weekdays that suit a place, as bits from Monday. */
export async function visitDaysOf(db: Db, facility: FacilityId): Promise<number> {
  const [row] = await db.query('select visit_days days from facility where id = $1', [facility])
  return z.object({ days: z.int() }).parse(row).days
}

export async function setVisitDays(db: Db, facility: FacilityId, days: number): Promise<void> {
  await db.query('update facility set visit_days = $2 where id = $1', [facility, days])
}

/** A place is busy on a day; said twice it is so once. */
export async function addBusy(db: Db, facility: FacilityId, { from, until }: Span): Promise<void> {
  await db.query(
    `insert into facility_busy (facility_id, from_day, until_day) values ($1, $2, $3)
     on conflict (facility_id, from_day) do update set until_day = greatest(facility_busy.until_day, excluded.until_day)`,
    [facility, from, until],
  )
}

/** When a place is busy, and when one of its mentors is at another visit; `but` is a visit that may move itself. */
export async function takenSpans(
  db: Db,
  about: { facility: FacilityId; mentors: readonly PersonId[]; from: Day; but?: VisitId | undefined },
): Promise<Span[]> {
  const rows = await db.query(
    `select from_day::text "from", until_day::text until from facility_busy where facility_id = $1 and until_day >= $3::date
     union all
     select v.starts_on::text, (v.starts_on + v.days - 1)::text from visit v
     where v.state in ('proposed', 'confirmed', 'begun') and v.starts_on + v.days > $3::date and v.id <> $4
       and (v.lead_id = any($2) or exists (
         select from visit_person p where p.visit_id = v.id and p.part = 'mentor' and p.person_id = any($2)))
     order by 1 limit 500`,
    [about.facility, about.mentors, about.from, about.but ?? 0],
  )
  return rows.map((row) => spanRow.parse(row))
}

/** Until when those of these people are on leave who are on leave now. */
export async function leavesOf(db: Db, people: readonly PersonId[], now: Instant): Promise<Instant[]> {
  const rows = await db.query(
    `select leave_until until from person where id = any($1) and leave_until > to_timestamp($2::float8 / 1000)`,
    [people, now],
  )
  return rows.map((row) => z.object({ until: z.number() }).parse(row).until)
}
