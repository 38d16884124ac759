// The short training of a visit: its topic, who took part, and what they knew before and after.
import { z } from 'zod'
import type { Instant } from '../words/clock.ts'
import type { AttemptId, FlowId, PersonId, TrainingId, VisitId } from '../words/ids.ts'
import type { Db } from './db.ts'

const trainingRow = z.object({
  id: z.int(),
  visit_id: z.int(),
  flow: z.string(),
  before: z.array(z.string()),
  after: z.array(z.string()),
  ended: z.boolean(),
})

export interface Training {
  readonly id: TrainingId
  readonly visitId: VisitId
  readonly flow: FlowId
  /** The questions of the mini-quiz before, and of the one after. */
  readonly before: readonly string[]
  readonly after: readonly string[]
  readonly ended: boolean
}

const TRAINING = `select id, visit_id, flow, before, after, ended_at is not null ended from training`

function trainingOf(row: unknown): Training {
  const { id, visit_id, flow, ...kept } = trainingRow.parse(row)
  return { ...kept, id: id as TrainingId, visitId: visit_id as VisitId, flow: flow as FlowId }
}

export async function beginTraining(
  db: Db,
  training: {
    visit: VisitId
    flow: FlowId
    before: readonly string[]
    after: readonly string[]
    people: readonly PersonId[]
    at: Instant
  },
): Promise<TrainingId> {
  const [row] = await db.query(
    `with begun as (
       insert into training (visit_id, flow, before, after, at)
       values ($1, $2, $3, $4, to_timestamp($5::float8 / 1000)) returning id
     ), people as (
       insert into training_person (training_id, person_id) select begun.id, p from begun, unnest($6::bigint[]) p
     )
     select id from begun`,
    [training.visit, training.flow, training.before, training.after, training.at, training.people],
  )
  return z.object({ id: z.int() }).parse(row).id as TrainingId
}

export async function trainingById(db: Db, id: TrainingId): Promise<Training | undefined> {
  const [row] = await db.query(`${TRAINING} where id = $1`, [id])
  return row ? trainingOf(row) : undefined
}

/** The training of a visit that was begun last. */
export async function latestTraining(db: Db, visit: VisitId): Promise<Training | undefined> {
  const [row] = await db.query(`${TRAINING} where visit_id = $1 order by id desc limit 1`, [visit])
  return row ? trainingOf(row) : undefined
}

export async function endTraining(db: Db, id: TrainingId, at: Instant): Promise<PersonId[]> {
  await db.query(
    'update training set ended_at = to_timestamp($2::float8 / 1000) where id = $1 and ended_at is null',
    [id, at],
  )
  const rows = await db.query('select person_id id from training_person where training_id = $1 order by 1', [
    id,
  ])
  return rows.map((row) => z.object({ id: z.int() }).parse(row).id as PersonId)
}

/** Notes which attempt is somebody's mini-quiz. False when they do not take part, or have had it. */
export async function claimMiniQuiz(
  db: Db,
  id: TrainingId,
  quiz: { person: PersonId; when: 'before' | 'after'; attempt: AttemptId },
): Promise<boolean> {
  const rows = await db.query(
    `update training_person set before_attempt = case when $3 then $4 else before_attempt end,
       after_attempt = case when $3 then after_attempt else $4 end
     where training_id = $1 and person_id = $2 and case when $3 then before_attempt else after_attempt end is null
     returning person_id`,
    [id, quiz.person, quiz.when === 'before', quiz.attempt],
  )
  return rows.length > 0
}

/** Which attempt is somebody's mini-quiz. */
export async function miniQuizOf(
  db: Db,
  id: TrainingId,
  { person, when }: { person: PersonId; when: 'before' | 'after' },
): Promise<AttemptId | undefined> {
  const [row] = await db.query(
    `select case when $3 then before_attempt else after_attempt end attempt from training_person
     where training_id = $1 and person_id = $2`,
    [id, person, when === 'before'],
  )
  if (!row) return undefined
  const { attempt } = z.object({ attempt: z.int().nullable() }).parse(row)
  return (attempt ?? undefined) as AttemptId | undefined
}

const resultRow = z.object({
  people: z.number(),
  before: z.number(),
  before_max: z.number(),
  after: z.number(),
  after_max: z.number(),
})

/** Points of all together: nobody's alone. Zero of zero where nobody has finished. */
export type TrainingResult = z.infer<typeof resultRow>

export async function trainingResult(db: Db, id: TrainingId): Promise<TrainingResult> {
  const [row] = await db.query(
    `select count(*) people, coalesce(sum(b.score), 0) before, coalesce(sum(b.max) filter (where b.score is not null), 0) before_max,
       coalesce(sum(a.score), 0) after, coalesce(sum(a.max) filter (where a.score is not null), 0) after_max
     from training_person p left join attempt b on b.id = p.before_attempt left join attempt a on a.id = p.after_attempt
     where p.training_id = $1`,
    [id],
  )
  return resultRow.parse(row)
}
