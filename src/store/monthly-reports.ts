// Monthly reports as they were sent, what came back, and who owes one.
import { z } from 'zod'
import type { Day, Instant } from '../words/clock.ts'
import type { FacilityId, PersonId, ReportId } from '../words/ids.ts'
import { MENTOR_ROLES } from '../words/roles.ts'
import type { Db } from './db.ts'
import { mentorFigures, type MentorFigures } from './mentor-figures.ts'

const reportRow = z.object({
  id: z.int(),
  mentor_id: z.int(),
  mentor: z.string(),
  month: z.custom<Day>((value) => typeof value === 'string'),
  figures: mentorFigures,
  reflection: z.string(),
  issues: z.string(),
  requests: z.string(),
  feedback: z.string(),
  feedback_by: z.string().nullable(),
})

export interface MonthlyReport {
  readonly id: ReportId
  readonly mentorId: PersonId
  readonly mentor: string
  readonly month: Day
  readonly figures: MentorFigures
  readonly reflection: string
  readonly issues: string
  readonly requests: string
  readonly feedback: string
  readonly feedbackBy: string | undefined
}

const REPORT = `select r.id, r.mentor_id, m.name mentor, r.month::text, r.figures, r.reflection, r.issues, r.requests, r.feedback,
  b.name feedback_by from monthly_report r join person m on m.id = r.mentor_id left join person b on b.id = r.feedback_by`

function reportOf(row: unknown): MonthlyReport {
  const { id, mentor_id, feedback_by, ...rest } = reportRow.parse(row)
  return {
    ...rest,
    id: id as ReportId,
    mentorId: mentor_id as PersonId,
    feedbackBy: feedback_by ?? undefined,
  }
}

export async function reportById(db: Db, id: ReportId): Promise<MonthlyReport | undefined> {
  const [row] = await db.query(`${REPORT} where r.id = $1`, [id])
  return row ? reportOf(row) : undefined
}

export async function reportFor(
  db: Db,
  { mentor, month }: { mentor: PersonId; month: Day },
): Promise<MonthlyReport | undefined> {
  const [row] = await db.query(`${REPORT} where r.mentor_id = $1 and r.month = $2::date`, [mentor, month])
  return row ? reportOf(row) : undefined
}

/** The months from `from` to before `until` in which somebody held a mentor's duty and whose report they have not sent. */
export async function monthsOwed(
  db: Db,
  about: { mentor: PersonId; from: Day; until: Day; timezone: string },
): Promise<Day[]> {
  const rows = await db.query(
    `select m.first::date::text "first"
     from generate_series($2::date::timestamp, $3::date::timestamp - interval '1 day', interval '1 month') m(first)
     where exists (select from duty d where d.person_id = $1 and d.role = any($5)
         and d.starts_at at time zone $4 < m.first + interval '1 month'
         and (d.ends_at is null or d.ends_at at time zone $4 > m.first))
       and not exists (select from monthly_report r where r.mentor_id = $1 and r.month = m.first::date)
     order by m.first`,
    [about.mentor, about.from, about.until, about.timezone, MENTOR_ROLES],
  )
  return rows.map(
    (row) => z.object({ first: z.custom<Day>((day) => typeof day === 'string') }).parse(row).first,
  )
}

/** Keeps a report as it is sent; undefined when that month's was sent before. */
export async function sendReport(
  db: Db,
  report: Pick<MonthlyReport, 'mentorId' | 'month' | 'figures' | 'reflection' | 'issues' | 'requests'> & {
    readonly at: Instant
  },
): Promise<ReportId | undefined> {
  const [row] = await db.query(
    `insert into monthly_report (mentor_id, month, figures, reflection, issues, requests, sent_at)
     values ($1, $2::date, $3, $4, $5, $6, to_timestamp($7::float8 / 1000)) on conflict do nothing returning id`,
    [
      report.mentorId,
      report.month,
      JSON.stringify(report.figures),
      report.reflection,
      report.issues,
      report.requests,
      report.at,
    ],
  )
  return row ? (z.object({ id: z.int() }).parse(row).id as ReportId) : undefined
}

/** Keeps what a supervisor answers; the first answer stands. False when there is one. */
export async function answerReport(
  db: Db,
  id: ReportId,
  answer: { by: PersonId; text: string; at: Instant },
): Promise<boolean> {
  const rows = await db.query(
    `update monthly_report set feedback = $3, feedback_by = $2, feedback_at = to_timestamp($4::float8 / 1000)
     where id = $1 and feedback_at is null returning id`,
    [id, answer.by, answer.text, answer.at],
  )
  return rows.length > 0
}

/** Admitted mentors who take part and have joined, and for whom nothing is planned that asks for a report. */
export async function mentorsWithoutReportClock(db: Db, limit: number): Promise<PersonId[]> {
  const rows = await db.query(
    `select p.id from person p where p.joined_at is not null and p.standing = 'active'
       and exists (select from duty d where d.person_id = p.id and d.ends_at is null and d.role = any($1))
       and exists (select from orientation o where o.person_id = p.id and o.state = 'admitted')
       and not exists (select from follow_up u where u.key = 'report_due:' || p.id and u.state = 'waiting')
     order by p.id limit $2`,
    [MENTOR_ROLES, limit],
  )
  return rows.map((row) => z.object({ id: z.int() }).parse(row).id as PersonId)
}

const owingRow = z.object({ id: z.int(), name: z.string() })

/** The mentors of places or below them who mentored before a month ended and have not sent its report, by name. */
export async function mentorsOwing(
  db: Db,
  about: { places: readonly FacilityId[] | 'everywhere'; month: Day; to: Instant; limit: number },
): Promise<{ id: PersonId; name: string }[]> {
  const everywhere = about.places === 'everywhere'
  const rows = await db.query(
    `with recursive below as (
       select id, 0 depth from facility where id = any($2)
       union all select f.id, depth + 1 from facility f join below on f.parent_id = below.id where depth < 12)
     select distinct p.id, p.name from person p join duty d on d.person_id = p.id and d.ends_at is null and d.role = any($3)
     where p.joined_at is not null and p.standing = 'active' and ($1 or d.facility_id in (select id from below))
       and exists (select from orientation o where o.person_id = p.id and o.state = 'admitted')
       and exists (select from pairing g where g.mentor_id = p.id and g.starts_at < to_timestamp($5::float8 / 1000)
         and (g.ends_at is null or g.ends_at >= $4::date))
       and not exists (select from monthly_report r where r.mentor_id = p.id and r.month = $4::date)
     order by p.name, p.id limit $6`,
    [everywhere, everywhere ? [] : about.places, MENTOR_ROLES, about.month, about.to, about.limit],
  )
  return rows.map((row) => {
    const { id, name } = owingRow.parse(row)
    return { id: id as PersonId, name }
  })
}
