// How people become mentors: proposed, agreed to, oriented, evaluated.
import { z } from 'zod'
import type { OrientationFacts } from '../domain/cascade.ts'
import type { Instant } from '../words/clock.ts'
import type { PersonId } from '../words/ids.ts'
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
  topics: z.array(z.string()),
  theory_score: z.int().nullable(),
  theory_max: z.int().nullable(),
  practical_ok: z.boolean().nullable(),
  bar: z.int().nullable(),
})

/** Where somebody is on their way to mentoring; undefined when nobody has proposed them, or it has come to nothing. */
export async function orientationOf(db: Db, person: PersonId, bar: number): Promise<Orientation | undefined> {
  const [row] = await db.query(
    `select id, role, state, available_at is not null available, agreed_at is not null agreed, topics, theory_score,
       theory_max, practical_ok, bar from orientation
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
    topics: kept.topics,
    theory:
      kept.theory_score !== null && kept.theory_max !== null
        ? { score: kept.theory_score, max: kept.theory_max }
        : undefined,
    practicalOk: kept.practical_ok ?? undefined,
    bar: kept.bar ?? bar,
  }
}

/** Proposes somebody; false when they are on their way already. */
export async function propose(
  db: Db,
  about: { person: PersonId; role: MentorRole; by: PersonId; at: Instant },
): Promise<boolean> {
  const rows = await db.query(
    `insert into orientation (person_id, role, basis, state, proposed_by, proposed_at)
     values ($1, $2, 'programme', 'proposed', $3, to_timestamp($4::float8 / 1000)) on conflict do nothing returning id`,
    [about.person, about.role, about.by, about.at],
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

/** Their manager frees them for it. */
export async function agreeMentor(
  db: Db,
  person: PersonId,
  { by, at }: { by: PersonId; at: Instant },
): Promise<boolean> {
  const rows = await db.query(
    `update orientation set state = 'agreed', agreed_by = $2, agreed_at = to_timestamp($3::float8 / 1000)
     where person_id = $1 and state = 'proposed' and agreed_at is null returning id`,
    [person, by, at],
  )
  return rows.length > 0
}

/** A topic has been gone through. */
export async function addTopic(db: Db, id: number, topic: string): Promise<void> {
  await db.query(
    'update orientation set topics = array_append(topics, $2) where id = $1 and not ($2 = any(topics))',
    [id, topic],
  )
}

/** The evaluation at the end; the bar stands with the score. */
export async function evaluateOrientation(
  db: Db,
  id: number,
  result: {
    score: number
    max: number
    bar: number
    practicalOk: boolean
    by: PersonId
    at: Instant
    state: 'agreed' | 'admitted' | 'not_yet'
  },
): Promise<void> {
  await db.query(
    `update orientation set theory_score = $2, theory_max = $3, bar = $4, practical_ok = $5, evaluated_by = $6, state = $8,
       settled_at = case when $8 = 'agreed' then null else to_timestamp($7::float8 / 1000) end
     where id = $1`,
    [id, result.score, result.max, result.bar, result.practicalOk, result.by, result.at, result.state],
  )
}
