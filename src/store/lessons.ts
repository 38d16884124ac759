// Lessons made of cases: proposed, approved, asked and answered.
import { z } from 'zod'
import type { LessonDay } from '../domain/lesson.ts'
import type { Instant } from '../words/clock.ts'
import type { CaseId, LessonId, PersonId } from '../words/ids.ts'
import { type Language, LANGUAGES } from '../words/language.ts'
import type { Db } from './db.ts'

export const LESSON_STATES = ['proposed', 'approved', 'declined', 'withdrawn'] as const

export interface Lesson {
  readonly id: LessonId
  readonly authorId: PersonId | undefined
  readonly area: string
  readonly cadre: string | undefined
  readonly language: Language
  readonly question: string
  /** The first is the right one. */
  readonly options: readonly string[]
  readonly explanation: string
  readonly points: readonly string[]
  readonly credit: string | undefined
  readonly state: (typeof LESSON_STATES)[number]
  readonly decidedAt: Instant | undefined
}

export type NewLesson = Omit<Lesson, 'id' | 'authorId' | 'state' | 'decidedAt'> & {
  readonly caseId: CaseId
  readonly authorId: PersonId
  readonly at: Instant
}

/** Proposes a lesson; undefined when there is one of this case. */
export async function proposeLesson(db: Db, lesson: NewLesson): Promise<LessonId | undefined> {
  const [row] = await db.query(
    `insert into lesson (case_id, author_id, area, cadre, language, question, options, explanation, points, credit, proposed_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, to_timestamp($11::float8 / 1000)) on conflict do nothing returning id`,
    [
      lesson.caseId,
      lesson.authorId,
      lesson.area,
      lesson.cadre ?? null,
      lesson.language,
      lesson.question,
      lesson.options,
      lesson.explanation,
      lesson.points,
      lesson.credit ?? null,
      lesson.at,
    ],
  )
  return row ? (z.object({ id: z.int() }).parse(row).id as LessonId) : undefined
}

const lessonRow = z.object({
  id: z.int(),
  author_id: z.int().nullable(),
  area: z.string(),
  cadre: z.string().nullable(),
  language: z.enum(LANGUAGES),
  question: z.string(),
  options: z.array(z.string()),
  explanation: z.string(),
  points: z.array(z.string()),
  credit: z.string().nullable(),
  state: z.enum(LESSON_STATES),
  decided_at: z.number().nullable(),
})

/** A lesson, locked until the transaction ends, so that of two who decide one does. */
export async function lessonForUpdate(db: Db, id: LessonId): Promise<Lesson | undefined> {
  const [row] = await db.query(
    `select id, author_id, area, cadre, language, question, options, explanation, points, credit, state, decided_at
     from lesson where id = $1 for update`,
    [id],
  )
  if (!row) return undefined
  const { author_id, decided_at, cadre, credit, ...lesson } = lessonRow.parse(row)
  return {
    ...lesson,
    id: lesson.id as LessonId,
    authorId: (author_id ?? undefined) as PersonId | undefined,
    cadre: cadre ?? undefined,
    credit: credit ?? undefined,
    decidedAt: decided_at ?? undefined,
  }
}

/** Whether a case has become a lesson, or is about to. */
export async function hasLesson(db: Db, id: CaseId): Promise<boolean> {
  const rows = await db.query(`select from lesson where case_id = $1 and state in ('proposed', 'approved')`, [
    id,
  ])
  return rows.length > 0
}

/** Decides on a lesson; `featuredAt` is the noon of the week it is the case of. */
export async function decideLesson(
  db: Db,
  id: LessonId,
  said: { state: 'approved' | 'declined'; by: PersonId; at: Instant; featuredAt?: Instant },
): Promise<void> {
  await db.query(
    `update lesson set state = $2, approver_id = $3, decided_at = to_timestamp($4::float8 / 1000),
       featured_at = to_timestamp($5::float8 / 1000) where id = $1`,
    [id, said.state, said.by, said.at, said.featuredAt ?? null],
  )
}

const instantRow = z.object({ at: z.number().nullable() })

/** The last noon that is a lesson's already. Waits for others who look: no two lessons share a week. */
export async function lastFeatured(db: Db): Promise<Instant | undefined> {
  await db.query(`select pg_advisory_xact_lock(hashtextextended('case of the week', 0))`)
  const [row] = await db.query('select max(featured_at) at from lesson')
  return instantRow.parse(row).at ?? undefined
}

const personRow = z.object({ id: z.int() })

/** Whom a lesson goes to: everybody of the cadre who takes part, but its author. Without a cadre all who are mentored. */
export async function learnersOf(db: Db, { cadre, authorId }: Lesson): Promise<PersonId[]> {
  const rows = await db.query(
    `select id from person where joined_at is not null and stopped_at is null and standing = 'active'
       and (cadre = $1 or ($1::text is null and role = 'mentee')) and id is distinct from $2 order by id`,
    [cadre ?? null, authorId ?? null],
  )
  return rows.map((row) => personRow.parse(row).id as PersonId)
}

/** Keeps an answer; the first to each asking counts. */
export async function keepLessonAnswer(
  db: Db,
  answer: { lesson: LessonId; person: PersonId; day: LessonDay; option: number; at: Instant },
): Promise<void> {
  await db.query(
    `insert into lesson_answer (lesson_id, person_id, day, option, correct, answered_at)
     values ($1, $2, $3, $4::smallint, $4::smallint = 0, to_timestamp($5::float8 / 1000)) on conflict do nothing`,
    [answer.lesson, answer.person, answer.day, answer.option, answer.at],
  )
}
