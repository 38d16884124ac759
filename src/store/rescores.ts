// What tests come to since a question of theirs was withdrawn or its key corrected; the score of then stands in `attempt`.
import { z } from 'zod'
import { PURPOSES, type Purpose } from '../engine/session.ts'
import type { Ruling } from '../engine/rulings.ts'
import type { Instant } from '../words/clock.ts'
import type { AttemptId, FlowId, FlowVersion, PersonId } from '../words/ids.ts'
import type { Db } from './db.ts'

/** A finished attempt as it is judged now. */
export interface JudgedAttempt {
  readonly id: AttemptId
  readonly personId: PersonId
  readonly version: FlowVersion
  readonly competency: string
  readonly purpose: Purpose
  readonly passPercent: number
  readonly finishedAt: Instant
  readonly score: number
  readonly max: number
  readonly criticalMissed: number
  readonly passed: boolean
  /** What has been decided on its questions and worked in so far. */
  readonly rulings: readonly Ruling[]
}

const rulings = z.array(
  z.discriminatedUnion('ruling', [
    z.object({ question: z.string(), ruling: z.literal('withdrawn') }),
    z.object({ question: z.string(), ruling: z.literal('corrected'), right: z.string() }),
  ]),
)

const judgedRow = z.object({
  id: z.int(),
  person_id: z.int(),
  version: z.string(),
  competency: z.string(),
  purpose: z.enum(PURPOSES),
  pass_percent: z.int(),
  finished_at: z.number(),
  score: z.int(),
  max: z.int(),
  critical_missed: z.int(),
  passed: z.boolean(),
  rulings: rulings.nullable(),
})

/**
 * Finished attempts of a quiz in which any of these questions was answered, of all or of some; locked, so that two
 * processes take turns. `after`: to go on from the last one of the batch before.
 */
export async function lockAttemptsWith(
  db: Db,
  asked: {
    flow: FlowId
    questions: readonly string[]
    only?: readonly AttemptId[] | undefined
    after: number
    limit: number
  },
): Promise<JudgedAttempt[]> {
  // Locked first: what another process has worked in meanwhile is then seen.
  const locked = await db.query(
    `select a.id from attempt a
     where a.flow = $1 and a.finished_at is not null and a.id > $4 and ($3::bigint[] is null or a.id = any($3))
       and exists (select from answer n where n.attempt_id = a.id and n.question = any($2))
     order by a.id limit $5 for update`,
    [asked.flow, asked.questions, asked.only ?? null, asked.after, asked.limit],
  )
  const rows = await db.query(
    `select a.id, a.person_id, a.version, a.competency, a.purpose, a.pass_percent, a.finished_at,
       coalesce(r.score, a.score) score, coalesce(r.max, a.max) max,
       coalesce(r.critical_missed, a.critical_missed) critical_missed, coalesce(r.passed, a.passed) passed, r.rulings
     from attempt a left join lateral (select * from rescore where attempt_id = a.id order by id desc limit 1) r on true
     where a.id = any($1) order by a.id`,
    [locked.map((row) => z.object({ id: z.int() }).parse(row).id)],
  )
  return rows.map((row) => {
    const kept = judgedRow.parse(row)
    return {
      id: kept.id as AttemptId,
      personId: kept.person_id as PersonId,
      version: kept.version as FlowVersion,
      competency: kept.competency,
      purpose: kept.purpose,
      passPercent: kept.pass_percent,
      finishedAt: kept.finished_at,
      score: kept.score,
      max: kept.max,
      criticalMissed: kept.critical_missed,
      passed: kept.passed,
      rulings: kept.rulings ?? [],
    }
  })
}

const countedRow = z.object({
  attempt_id: z.int(),
  question: z.string(),
  option: z.string(),
  correct: z.boolean(),
})

/** The answers that count: of a first test what was said first, of all others what was said last. */
export async function countedAnswers(
  db: Db,
  attempts: readonly AttemptId[],
): Promise<Map<AttemptId, Omit<z.infer<typeof countedRow>, 'attempt_id'>[]>> {
  const rows = await db.query(
    `select distinct on (n.attempt_id, n.ordinal) n.attempt_id, n.question, n.option, n.correct
     from answer n join attempt a on a.id = n.attempt_id where n.attempt_id = any($1)
     order by n.attempt_id, n.ordinal, case when a.purpose = 'pre_test' then n.attempt_try else - n.attempt_try end`,
    [attempts],
  )
  const byAttempt = new Map(
    attempts.map((id) => [id, [] as Omit<z.infer<typeof countedRow>, 'attempt_id'>[]]),
  )
  for (const row of rows) {
    const { attempt_id, ...answer } = countedRow.parse(row)
    byAttempt.get(attempt_id as AttemptId)?.push(answer)
  }
  return byAttempt
}

export interface RescoreWrite {
  readonly attempt_id: AttemptId
  readonly rulings: readonly Ruling[]
  readonly score: number
  readonly max: number
  readonly critical_missed: number
  readonly passed: boolean
}

/** Keeps what attempts come to now. */
export async function addRescores(db: Db, rescores: readonly RescoreWrite[], at: Instant): Promise<void> {
  await db.query(
    `insert into rescore (attempt_id, at, rulings, score, max, critical_missed, passed)
     select attempt_id, to_timestamp($2::float8 / 1000), rulings, score, max, critical_missed, passed
     from json_to_recordset($1) as r(attempt_id bigint, rulings json, score smallint, max smallint,
       critical_missed smallint, passed boolean)`,
    [JSON.stringify(rescores), at],
  )
}

const untoldRow = z.object({
  attempt_id: z.int(),
  flow: z.string(),
  competency: z.string(),
  purpose: z.enum(PURPOSES),
  finished_at: z.number(),
  at: z.number(),
  rulings,
  score: z.int(),
  max: z.int(),
  passed: z.boolean(),
  score_then: z.int(),
  max_then: z.int(),
  passed_then: z.boolean(),
})

export type Untold = z.infer<typeof untoldRow>

/** What a person has not been told of: each attempt as it is judged now, beside what they were told last; the newest first. */
export async function untoldRescores(db: Db, person: PersonId): Promise<Untold[]> {
  const rows = await db.query(
    `select distinct on (a.finished_at, a.id) a.id attempt_id, a.flow, a.competency, a.purpose, a.finished_at, r.at, r.rulings,
       r.score, r.max, r.passed, coalesce(t.score, a.score) score_then, coalesce(t.max, a.max) max_then,
       coalesce(t.passed, a.passed) passed_then
     from rescore r join attempt a on a.id = r.attempt_id
       left join lateral (select * from rescore where attempt_id = a.id and told_at is not null order by id desc limit 1) t on true
     where a.person_id = $1 and r.told_at is null order by a.finished_at desc, a.id desc, r.id desc`,
    [person],
  )
  return rows.map((row) => untoldRow.parse(row))
}

export async function markRescoresTold(db: Db, person: PersonId, now: Instant): Promise<void> {
  await db.query(
    `update rescore r set told_at = to_timestamp($2::float8 / 1000) from attempt a
     where a.id = r.attempt_id and a.person_id = $1 and r.told_at is null`,
    [person, now],
  )
}
