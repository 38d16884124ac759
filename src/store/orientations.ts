// How people become mentors: proposed, agreed to, oriented, evaluated.
import { z } from 'zod'
import { type Ground, GROUNDS, type OrientationFacts } from '../domain/cascade.ts'
import type { Instant } from '../words/clock.ts'
import type { FacilityId, PersonId } from '../words/ids.ts'
import { MENTOR_ROLES, type MentorRole } from '../words/roles.ts'
import type { Db } from './db.ts'

/** Notes that somebody was oriented before this service knew them; one who is on their way here goes on with it. */
export async function admitFromRoster(db: Db, person: PersonId, role: MentorRole): Promise<void> {
  await db.query(
    `insert into orientation (person_id, role, basis, state, proposed_at, settled_at)
     values ($1, $2, 'roster', 'admitted', now(), now()) on conflict do nothing`,
    [person, role],
  )
}

export interface Orientation extends OrientationFacts {
  readonly id: number
  readonly role: MentorRole
  readonly admitted: boolean
}

const orientationRow = z.object({
  id: z.int(),
  role: z.enum(MENTOR_ROLES),
  state: z.string(),
  available: z.boolean(),
  agreed: z.boolean(),
  ground: z.enum(GROUNDS).nullable(),
  criteria: z.array(z.string()),
  topics: z.array(z.string()),
  theory_score: z.int().nullable(),
  theory_max: z.int().nullable(),
  practical_score: z.int().nullable(),
  practical_max: z.int().nullable(),
  bar: z.int().nullable(),
})

/** Where somebody is on their way to mentoring; undefined when nobody has proposed them, or it has come to nothing. */
export async function orientationOf(db: Db, person: PersonId, bar: number): Promise<Orientation | undefined> {
  const [row] = await db.query(
    `select id, role, state, available_at is not null available, agreed_at is not null agreed, ground, criteria, topics,
       theory_score, theory_max, practical_score, practical_max, bar from orientation
     where person_id = $1 and state in ('proposed', 'agreed', 'admitted') for update`,
    [person],
  )
  if (!row) return undefined
  const kept = orientationRow.parse(row)
  return {
    id: kept.id,
    role: kept.role,
    admitted: kept.state === 'admitted',
    available: kept.available,
    agreed: kept.agreed,
    ground: kept.ground ?? undefined,
    criteria: kept.criteria,
    topics: kept.topics,
    theory: pointsOf(kept.theory_score, kept.theory_max),
    practical: pointsOf(kept.practical_score, kept.practical_max),
    bar: kept.bar ?? bar,
  }
}

const pointsOf = (score: number | null, max: number | null): { score: number; max: number } | undefined =>
  score === null || max === null ? undefined : { score, max }

/** Proposes somebody; false when they are on their way already. */
export async function propose(
  db: Db,
  about: { person: PersonId; role: MentorRole; ground: Ground; by: PersonId; at: Instant },
): Promise<boolean> {
  const rows = await db.query(
    `insert into orientation (person_id, role, basis, state, ground, proposed_by, proposed_at)
     values ($1, $2, 'programme', 'proposed', $5, $3, to_timestamp($4::float8 / 1000)) on conflict do nothing returning id`,
    [about.person, about.role, about.by, about.at, about.ground],
  )
  return rows.length > 0
}

/** The person says whether they are available and willing; a no ends it, without blame. */
export async function answerProposal(
  db: Db,
  person: PersonId,
  { willing, at }: { willing: boolean; at: Instant },
): Promise<PersonId | undefined> {
  const [row] = await db.query(
    `update orientation set available_at = case when $2 then to_timestamp($3::float8 / 1000) end,
       state = case when $2 then state else 'declined' end, settled_at = case when $2 then null else to_timestamp($3::float8 / 1000) end
     where person_id = $1 and state in ('proposed', 'agreed') returning coalesce(proposed_by, 0) by`,
    [person, willing, at],
  )
  return row ? (z.object({ by: z.int() }).parse(row).by as PersonId) : undefined
}

/** Their manager frees them for it: who has proposed them, 0 when nobody is left of that name; undefined when it is settled. */
export async function agreeMentor(
  db: Db,
  person: PersonId,
  { by, at }: { by: PersonId; at: Instant },
): Promise<PersonId | undefined> {
  const [row] = await db.query(
    `update orientation set state = 'agreed', agreed_by = $2, agreed_at = to_timestamp($3::float8 / 1000)
     where person_id = $1 and state = 'proposed' and agreed_at is null returning coalesce(proposed_by, 0) proposer`,
    [person, by, at],
  )
  return row ? (z.object({ proposer: z.int() }).parse(row).proposer as PersonId) : undefined
}

/** A topic has been gone through, or a criterion of selection confirmed. */
export async function noteOrientation(
  db: Db,
  id: number,
  noted: { topic?: string; criterion?: string },
): Promise<void> {
  await db.query(
    `update orientation set
       topics = case when $2::text is null or $2 = any(topics) then topics else array_append(topics, $2) end,
       criteria = case when $3::text is null or $3 = any(criteria) then criteria else array_append(criteria, $3) end
     where id = $1`,
    [id, noted.topic ?? null, noted.criterion ?? null],
  )
}

/** Points of a test. */
interface Points {
  readonly score: number
  readonly max: number
}

/** The evaluation at the end; the bar stands with the scores. Taken again, the newest counts and each is kept. */
export async function evaluateOrientation(
  db: Db,
  id: number,
  result: { theory: Points; practical: Points; practicalOk: boolean; bar: number; by: PersonId; at: Instant },
): Promise<void> {
  const { theory, practical, practicalOk, bar, by, at } = result
  await db.query(
    `with kept as (
       insert into orientation_evaluation (orientation_id, theory_score, theory_max, practical_score, practical_max, practical_ok, bar, evaluated_by, evaluated_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, to_timestamp($9::float8 / 1000))
     )
     update orientation set theory_score = $2, theory_max = $3, practical_score = $4, practical_max = $5, practical_ok = $6,
       bar = $7, evaluated_by = $8
     where id = $1`,
    [id, theory.score, theory.max, practical.score, practical.max, practicalOk, bar, by, at],
  )
}

/** From now on they may mentor. */
export async function admitMentor(db: Db, id: number, at: Instant): Promise<void> {
  await db.query(
    `update orientation set state = 'admitted', settled_at = to_timestamp($2::float8 / 1000) where id = $1 and state = 'agreed'`,
    [id, at],
  )
}

const evaluatedRow = z.object({
  name: z.string(),
  theory_score: z.int(),
  theory_max: z.int(),
  practical_score: z.int(),
  practical_max: z.int(),
})

/** Those who have been evaluated for a role at places or below them and are not admitted yet. */
export async function evaluatedAt(
  db: Db,
  about: { role: MentorRole; places: readonly FacilityId[] },
): Promise<{ name: string; theory: Points; practical: Points }[]> {
  const rows = await db.query(
    `with recursive below as (
       select id, 0 depth from facility where id = any($2)
       union all select f.id, depth + 1 from facility f join below on f.parent_id = below.id where depth < 12)
     select p.name, o.theory_score, o.theory_max, o.practical_score, o.practical_max
     from orientation o join person p on p.id = o.person_id
     where o.role = $1 and o.state = 'agreed' and o.theory_score is not null and o.practical_score is not null
       and p.facility_id in (select id from below) order by p.id limit 50`,
    [about.role, about.places],
  )
  return rows.map((row) => {
    const { name, theory_score, theory_max, practical_score, practical_max } = evaluatedRow.parse(row)
    return {
      name,
      theory: { score: theory_score, max: theory_max },
      practical: { score: practical_score, max: practical_max },
    }
  })
}
