// Counts of a fiscal year for the programme's reports, from the records.
import { z } from 'zod'
import { DEFINITIONS, NEAR_MISSES } from '../domain/near-miss.ts'
import type { Instant } from '../words/clock.ts'
import type { Db } from './db.ts'

interface Span {
  readonly from: Instant
  readonly to: Instant
}

const nearMissRow = z.object({
  month: z.string(),
  category: z.enum(NEAR_MISSES),
  definition: z.enum(DEFINITIONS),
  cases: z.int(),
  places: z.int(),
})

/** Near-misses by month, category and definition; months are local. */
export async function nearMissesByMonth(
  db: Db,
  { from, to, timezone }: Span & { readonly timezone: string },
): Promise<z.infer<typeof nearMissRow>[]> {
  const rows = await db.query(
    `select to_char(noted_at at time zone $3, 'YYYY-MM') "month", category, definition, sum(cases)::int cases,
       count(distinct facility_id)::int places
     from near_miss where noted_at >= to_timestamp($1::float8 / 1000) and noted_at < to_timestamp($2::float8 / 1000)
     group by 1, 2, 3 order by 1, 3, 2`,
    [from, to, timezone],
  )
  return rows.map((row) => nearMissRow.parse(row))
}

const outcomeRow = z.object({
  competency: z.string(),
  mentees: z.int(),
  baseline: z.number().nullable(),
  latest: z.number().nullable(),
  again: z.int(),
  validated: z.int(),
})

/**
 * By competency, of whoever was observed in the span: how many, their mean baseline and their mean latest score up to its
 * end in percent (of those seen more than once, who are counted in `again`), and how many were validated in it.
 */
export async function outcomesByCompetency(
  db: Db,
  { from, to }: Span,
): Promise<z.infer<typeof outcomeRow>[]> {
  const rows = await db.query(
    `with span as (select to_timestamp($1::float8 / 1000) since, to_timestamp($2::float8 / 1000) until),
     scored as (
       select e.person_id, e.competency, e.id, e.at, 100.0 * e.score / e.max percent
       from evidence e, span where e.kind = 'observation' and e.complete and e.max > 0 and e.at < until
     ), ends as (
       select person_id, competency, count(*) seen, max(at) last_at,
         (array_agg(percent order by at, id))[1] baseline, (array_agg(percent order by at desc, id desc))[1] latest
       from scored group by 1, 2
     ), proven as (
       select competency, count(*) n from competency_record, span where validated_at >= since and validated_at < until group by 1
     )
     select e.competency, count(*)::int mentees, (avg(e.baseline) filter (where e.seen > 1))::float8 baseline,
       (avg(e.latest) filter (where e.seen > 1))::float8 latest, (count(*) filter (where e.seen > 1))::int again,
       coalesce((select n from proven p where p.competency = e.competency), 0)::int validated
     from ends e, span where e.last_at >= since group by e.competency order by e.competency`,
    [from, to],
  )
  return rows.map((row) => outcomeRow.parse(row))
}

const cascadeRow = z.object({
  role: z.string(),
  mentors: z.int(),
  active: z.int(),
  mentees: z.int(),
  places: z.int(),
  from_mentees: z.int(),
})

/**
 * By mentors' role: who was admitted before the end of the span and mentored in it, who of them observed somebody in it,
 * whom and at how many places they mentored, and how many of them were mentees before.
 */
export async function cascadeByRole(db: Db, { from, to }: Span): Promise<z.infer<typeof cascadeRow>[]> {
  const rows = await db.query(
    `with span as (select to_timestamp($1::float8 / 1000) since, to_timestamp($2::float8 / 1000) until),
     mentor as (
       select distinct d.person_id id, d.role from duty d, span
       where d.role in ('association_mentor', 'district_based_mentor', 'health_centre_mentor', 'community_mentor')
         and d.starts_at < until and (d.ends_at is null or d.ends_at >= since)
         and exists (select from orientation o where o.person_id = d.person_id and o.state = 'admitted')
     ), mentored as (
       select m.role, g.mentor_id, g.mentee_id, p.facility_id from mentor m
       join pairing g on g.mentor_id = m.id join person p on p.id = g.mentee_id, span
       where g.starts_at < until and (g.ends_at is null or g.ends_at >= since)
     )
     select m.role, count(*)::int mentors,
       (count(*) filter (where exists (select from evidence e, span where e.observer_id = m.id and e.kind = 'observation'
         and e.at >= since and e.at < until)))::int active,
       (select count(distinct x.mentee_id) from mentored x where x.role = m.role)::int mentees,
       (select count(distinct x.facility_id) from mentored x where x.role = m.role)::int places,
       (count(*) filter (where exists (select from duty w where w.person_id = m.id and w.role = 'mentee')))::int from_mentees
     from mentor m group by m.role order by array_position(
       array['association_mentor', 'district_based_mentor', 'health_centre_mentor', 'community_mentor'], m.role)`,
    [from, to],
  )
  return rows.map((row) => cascadeRow.parse(row))
}

const visitRow = z.object({
  month: z.string(),
  stream: z.string(),
  planned: z.int(),
  done: z.int(),
  cancelled: z.int(),
  /** Whose day went by without them. */
  passed: z.int(),
  moved: z.int(),
  remote: z.int(),
  places: z.int(),
})

/** Visits by the month they were to be in and by stream; planned is, here as everywhere, whatever was to be: called off or not. */
export async function visitsByMonth(
  db: Db,
  { from, to, timezone }: Span & { readonly timezone: string },
): Promise<z.infer<typeof visitRow>[]> {
  const rows = await db.query(
    `select to_char(starts_on, 'YYYY-MM') "month", stream, count(*)::int planned,
       (count(*) filter (where state in ('begun', 'closed')))::int done, (count(*) filter (where state = 'cancelled'))::int cancelled,
       (count(*) filter (where state in ('proposed', 'confirmed') and starts_on + days <= (now() at time zone $3)::date))::int passed,
       (count(*) filter (where moved_from is not null))::int moved, (count(*) filter (where remote))::int remote,
       count(distinct facility_id)::int places
     from visit
     where starts_on >= (to_timestamp($1::float8 / 1000) at time zone $3)::date
       and starts_on < (to_timestamp($2::float8 / 1000) at time zone $3)::date
     group by 1, 2 order by 1, array_position(array['association', 'district', 'health_post', 'community'], stream)`,
    [from, to, timezone],
  )
  return rows.map((row) => visitRow.parse(row))
}

const reasonRow = z.object({ because: z.string(), visits: z.int() })

/** Why visits of a span were called off, the most frequent first. */
export async function reasonsCancelled(
  db: Db,
  { from, to, timezone }: Span & { readonly timezone: string },
): Promise<z.infer<typeof reasonRow>[]> {
  const rows = await db.query(
    `select coalesce(because, 'unsaid') because, count(*)::int visits from visit
     where state = 'cancelled' and starts_on >= (to_timestamp($1::float8 / 1000) at time zone $3)::date
       and starts_on < (to_timestamp($2::float8 / 1000) at time zone $3)::date
     group by 1 order by 2 desc, 1`,
    [from, to, timezone],
  )
  return rows.map((row) => reasonRow.parse(row))
}
