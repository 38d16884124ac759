import { z } from 'zod'
import { PURPOSES, type Purpose, type QuizFrame } from '../engine/session.ts'
import type { Instant } from '../words/clock.ts'
import type { AttemptId, FlowId, PersonId } from '../words/ids.ts'
import { type Language, LANGUAGES } from '../words/language.ts'
import type { Db } from './db.ts'

const idRow = z.object({ id: z.int() })

/** A new attempt's id, before the attempt begins. */
export async function newAttemptId(db: Db): Promise<AttemptId> {
  const [row] = await db.query(`select nextval('attempt_id_seq') id`)
  return idRow.parse(row).id as AttemptId
}

export interface AttemptStart {
  readonly id: AttemptId
  readonly person_id: PersonId
  readonly flow: FlowId
  readonly version: string
  readonly competency: string
  readonly purpose: Purpose
  readonly language: Language
  readonly seed: number
  readonly max: number
  readonly pass_percent: number
  readonly started_at: Instant
}

/** Keeps attempts that have begun. */
export async function startAttempts(db: Db, attempts: readonly AttemptStart[]): Promise<void> {
  await db.query(
    `insert into attempt (id, person_id, flow, version, competency, purpose, language, seed, max, pass_percent, started_at)
     select id, person_id, flow, version, competency, purpose, language, seed, max, pass_percent, to_timestamp(started_at / 1000.0)
     from json_to_recordset($1) as a(id bigint, person_id bigint, flow text, version text, competency text, purpose text,
       language text, seed integer, max smallint, pass_percent smallint, started_at double precision)`,
    [JSON.stringify(attempts)],
  )
}

export interface AttemptFinish {
  readonly id: AttemptId
  readonly score: number
  /** The questions asked: fewer than planned when a first test ended early. */
  readonly max: number
  readonly critical_missed: number
  readonly passed: boolean
  readonly finished_at: Instant
}

/** Keeps the scores and verdicts of attempts that have ended. */
export async function finishAttempts(db: Db, attempts: readonly AttemptFinish[]): Promise<void> {
  await db.query(
    `update attempt a set score = x.score, max = x.max, critical_missed = x.critical_missed, passed = x.passed,
       finished_at = to_timestamp(x.finished_at / 1000.0), left_frame = null
     from json_to_recordset($1) as x(id bigint, score smallint, max smallint, critical_missed smallint, passed boolean, finished_at double precision)
     where a.id = x.id`,
    [JSON.stringify(attempts)],
  )
}

/** Keeps where a quiz was left, so that it can go on there; null once it goes on. */
export async function leaveAttempt(db: Db, id: AttemptId, frame: QuizFrame | null): Promise<void> {
  await db.query('update attempt set left_frame = $2 where id = $1', [
    id,
    frame === null ? null : JSON.stringify(frame),
  ])
}

const progressRow = z.object({
  flow: z.string(),
  finished: z.boolean(),
  passed: z.boolean(),
  left: z.custom<QuizFrame>((value) => typeof value === 'object').nullable(),
})

/** How far a person has come in each quiz they have begun: finished once, passed once, left in the middle. */
export async function progressOf(db: Db, person: PersonId): Promise<z.infer<typeof progressRow>[]> {
  const rows = await db.query(
    `select flow, bool_or(finished_at is not null) finished,
       coalesce(bool_or(coalesce((select r.passed from rescore r where r.attempt_id = attempt.id order by r.id desc limit 1), passed)), false) passed,
       (array_agg(left_frame order by started_at desc) filter (where left_frame is not null and finished_at is null))[1] "left"
     from attempt where person_id = $1 and purpose <> 'refresher' group by flow`,
    [person],
  )
  return rows.map((row) => progressRow.parse(row))
}

const leftRow = z.object({ left: z.custom<QuizFrame>((value) => typeof value === 'object').nullable() })

/** Where a person left their last refresher, if they did: what came before it has come back in it or later. */
export async function leftRefresher(db: Db, person: PersonId): Promise<QuizFrame | undefined> {
  const [row] = await db.query(
    `select left_frame "left" from attempt where person_id = $1 and purpose = 'refresher' order by id desc limit 1`,
    [person],
  )
  return row ? (leftRow.parse(row).left ?? undefined) : undefined
}

const scoreRow = z.object({
  flow: z.string(),
  purpose: z.enum(PURPOSES),
  score: z.int(),
  max: z.int(),
  finished_at: z.number(),
})

/** The last `limit` finished tests of a person as they are judged now, newest first; refreshers are not tests. */
export async function scoresOf(db: Db, person: PersonId, limit: number): Promise<z.infer<typeof scoreRow>[]> {
  const rows = await db.query(
    `select flow, purpose, coalesce(r.score, a.score) score, coalesce(r.max, a.max) max, finished_at from attempt a
       left join lateral (select score, max from rescore where attempt_id = a.id order by id desc limit 1) r on true
     where person_id = $1 and finished_at is not null and purpose <> 'refresher' order by finished_at desc limit $2`,
    [person, limit],
  )
  return rows.map((row) => scoreRow.parse(row))
}

const unfinishedRow = z.object({
  id: z.int(),
  person_id: z.int(),
  left: z.custom<QuizFrame>((value) => typeof value === 'object').nullable(),
  active_at: z.number(),
})

/** An attempt that is not finished: where it was left if it was, and when it was last worked on. */
export async function unfinishedAttempt(
  db: Db,
  id: AttemptId,
): Promise<{ left: QuizFrame | undefined; activeAt: Instant } | undefined> {
  const [row] = await db.query(
    `select a.id, a.person_id, a.left_frame "left",
       greatest(a.started_at, (select max(answered_at) from answer where attempt_id = a.id)) active_at
     from attempt a where a.id = $1 and a.finished_at is null`,
    [id],
  )
  if (!row) return undefined
  const { left, active_at } = unfinishedRow.parse(row)
  return { left: left ?? undefined, activeAt: active_at }
}

/** The competency of one of a person's finished tests; undefined when it is not theirs or not finished. */
export async function competencyTested(db: Db, person: PersonId, id: AttemptId): Promise<string | undefined> {
  const [row] = await db.query(
    'select competency from attempt where id = $1 and person_id = $2 and finished_at is not null',
    [id, person],
  )
  return row ? z.object({ competency: z.string() }).parse(row).competency : undefined
}

/** When somebody last finished, or began, a post-test of a competency. */
export async function lastPostTest(
  db: Db,
  person: PersonId,
  competency: string,
): Promise<Instant | undefined> {
  const [row] = await db.query(
    `select max(coalesce(finished_at, started_at)) at from attempt
     where person_id = $1 and competency = $2 and purpose = 'post_test'`,
    [person, competency],
  )
  return z.object({ at: z.number().nullable() }).parse(row).at ?? undefined
}

const answerRow = z.object({
  attempt_id: z.int(),
  person_id: z.int(),
  version: z.string(),
  question: z.string(),
  option: z.string(),
  took_ms: z.int(),
  language: z.enum(LANGUAGES),
})

/**
 * What people answered first, before any correction, in all finished attempts of a quiz, attempt by attempt in the order
 * they ended; refreshers bring back what somebody missed and are left out.
 */
export async function firstAnswersIn(db: Db, flow: FlowId): Promise<z.infer<typeof answerRow>[]> {
  const rows = await db.query(
    `select a.id attempt_id, a.person_id, a.version, n.question, n.option, n.took_ms, n.language
     from attempt a join answer n on n.attempt_id = a.id
     where a.flow = $1 and a.finished_at is not null and a.purpose <> 'refresher' and n.attempt_try = 1
     order by a.finished_at, a.id, n.ordinal`,
    [flow],
  )
  return rows.map((row) => answerRow.parse(row))
}
