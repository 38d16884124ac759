// Joint supervision visits as rows.
import { z } from 'zod'
import { SUPERVISION_DOMAINS, type SupervisionDomain, type SupervisionScore } from '../domain/supervision.ts'
import type { Day, Instant } from '../words/clock.ts'
import type { FacilityId, PersonId, SupervisionId } from '../words/ids.ts'
import type { Db } from './db.ts'

const supervisionRow = z.object({
  id: z.int(),
  facility_id: z.int(),
  facility: z.string(),
  supervisor_id: z.int().nullable(),
  supervisor: z.string().nullable(),
  closed: z.boolean(),
})

export interface Supervision {
  readonly id: SupervisionId
  readonly facilityId: FacilityId
  readonly facility: string
  readonly supervisorId: PersonId | undefined
  readonly supervisor: string
  readonly closed: boolean
}

const SUPERVISION = `select s.id, s.facility_id, f.name facility, s.supervisor_id, p.name supervisor, s.closed_at is not null closed
  from supervision s join facility f on f.id = s.facility_id left join person p on p.id = s.supervisor_id`

function supervisionOf(row: unknown): Supervision {
  const { id, facility_id, supervisor_id, supervisor, ...rest } = supervisionRow.parse(row)
  return {
    ...rest,
    id: id as SupervisionId,
    facilityId: facility_id as FacilityId,
    supervisorId: (supervisor_id ?? undefined) as PersonId | undefined,
    supervisor: supervisor ?? '',
  }
}

/** The supervision of a place in a quarter, begun when there is none. */
export async function beginSupervision(
  db: Db,
  about: { facility: FacilityId; supervisor: PersonId; quarter: Day; at: Instant },
): Promise<Supervision> {
  await db.query(
    `insert into supervision (facility_id, supervisor_id, quarter, begun_at)
     values ($1, $2, $3::date, to_timestamp($4::float8 / 1000)) on conflict do nothing`,
    [about.facility, about.supervisor, about.quarter, about.at],
  )
  const [row] = await db.query(`${SUPERVISION} where s.facility_id = $1 and s.quarter = $2::date`, [
    about.facility,
    about.quarter,
  ])
  return supervisionOf(row)
}

export async function supervisionForUpdate(db: Db, id: SupervisionId): Promise<Supervision | undefined> {
  const [row] = await db.query(`${SUPERVISION} where s.id = $1 for update of s`, [id])
  return row ? supervisionOf(row) : undefined
}

export interface DomainScore {
  readonly domain: SupervisionDomain
  readonly score: SupervisionScore
  readonly comment: string
}

const scoreRow = z.object({
  domain: z.enum(SUPERVISION_DOMAINS),
  score: z.int().nullable(),
  comment: z.string(),
})

export async function scoresIn(db: Db, id: SupervisionId): Promise<DomainScore[]> {
  const rows = await db.query(
    'select domain, score, comment from supervision_score where supervision_id = $1',
    [id],
  )
  return rows
    .map((row) => scoreRow.parse(row))
    .map(({ score, ...rest }) => ({ ...rest, score: score ?? undefined }))
    .toSorted((a, b) => SUPERVISION_DOMAINS.indexOf(a.domain) - SUPERVISION_DOMAINS.indexOf(b.domain))
}

export async function scoreDomain(db: Db, id: SupervisionId, scored: DomainScore): Promise<void> {
  await db.query(
    `insert into supervision_score (supervision_id, domain, score, comment) values ($1, $2, $3, $4)
     on conflict (supervision_id, domain) do update set score = excluded.score, comment = excluded.comment`,
    [id, scored.domain, scored.score ?? null, scored.comment],
  )
}

export async function closeSupervision(db: Db, id: SupervisionId, at: Instant): Promise<void> {
  await db.query(
    'update supervision set closed_at = to_timestamp($2::float8 / 1000) where id = $1 and closed_at is null',
    [id, at],
  )
}

/** Notes that somebody has read it and signs it. False when they had. */
export async function signSupervision(
  db: Db,
  id: SupervisionId,
  { person, at }: { person: PersonId; at: Instant },
): Promise<boolean> {
  const rows = await db.query(
    `insert into supervision_signature (supervision_id, person_id, at) values ($1, $2, to_timestamp($3::float8 / 1000))
     on conflict do nothing returning person_id`,
    [id, person, at],
  )
  return rows.length > 0
}

/** The supervision of the same place that was closed last before this one, as its actions are looked at first. */
export async function actionsOfLast(db: Db, id: SupervisionId): Promise<{ open: number; done: number }> {
  const [row] = await db.query(
    `select (count(*) filter (where a.state = 'open'))::int open, (count(*) filter (where a.state = 'done'))::int done
     from action a where a.supervision_id = (
       select o.id from supervision o join supervision s on s.facility_id = o.facility_id and o.quarter < s.quarter
       where s.id = $1 order by o.quarter desc limit 1)`,
    [id],
  )
  return z.object({ open: z.int(), done: z.int() }).parse(row)
}

const agreedRow = z.object({
  text: z.string(),
  owner: z.string(),
  due_on: z.custom<Day>((value) => typeof value === 'string'),
})

/** What was agreed at a supervision: who does what by when, in the order it was. */
export async function agreedAt(
  db: Db,
  id: SupervisionId,
): Promise<{ text: string; owner: string; dueOn: Day }[]> {
  const rows = await db.query(
    `select a.text, coalesce(p.name, '') "owner", a.due_on::text from action a left join person p on p.id = a.owner_id
     where a.supervision_id = $1 order by a.id`,
    [id],
  )
  return rows.map((row) => {
    const { due_on, ...rest } = agreedRow.parse(row)
    return { ...rest, dueOn: due_on }
  })
}
