// A lesson's time has come for one person: it is asked, or told as the case of the week.
import { decideReminder, type Decision, type Situation } from '../domain/follow-up.ts'
import { lessonAt, lessonDay } from '../domain/lesson.ts'
import type { Db } from '../store/db.ts'
import { type FollowUp, planFollowUps, settleFollowUp } from '../store/follow-ups.ts'
import { type Lesson, lessonForUpdate } from '../store/lessons.ts'
import type { FlowId, LessonId } from '../words/ids.ts'
import { converse, type Ledger, owe } from './converse.ts'
import type { Desk } from './desk.ts'
import { caseOfWeek } from './lesson-says.ts'
import type { Talk } from './talk.ts'

interface Due {
  readonly talk: Talk
  readonly situation: Situation
  readonly followUp: FollowUp
}

/** The lesson while it is one: a case that was hidden since has taken it along. */
async function approved(db: Db, { followUp }: Due): Promise<Lesson | undefined> {
  const lesson = await lessonForUpdate(db, followUp.subject as LessonId)
  return lesson?.state === 'approved' ? lesson : undefined
}

/** Asks it, and plans its next asking. */
export async function askLesson(desk: Desk, db: Db, ledger: Ledger, about: Due): Promise<Decision> {
  const { talk, situation, followUp } = about
  const lesson = await approved(db, about)
  if (lesson?.decidedAt === undefined) return { decision: 'stale' }
  const decision = decideReminder(situation)
  if (decision.decision !== 'act') return decision
  await settleFollowUp(db, followUp.id, 'done', situation.now)
  const { day, next } = lessonDay(lesson.decidedAt, situation.now)
  const vars = { subject: String(lesson.id), day: String(day) }
  const input = { kind: 'open', flow: 'lesson-ask' as FlowId, vars, over: true } as const
  await converse(desk, db, ledger, { talk, input, unasked: true })
  if (next === undefined) return decision
  const when = { approvedAt: lesson.decidedAt, day: next, now: situation.now }
  await planFollowUps(db, [
    {
      kind: 'lesson',
      key: `lesson:${lesson.id}:${talk.personId}`,
      person_id: talk.personId,
      subject: lesson.id,
      due_at: lessonAt(when, situation.rhythm, desk.programme),
    },
  ])
  return decision
}

/** Tells it with its two points. */
export async function tellCaseOfWeek(desk: Desk, db: Db, ledger: Ledger, about: Due): Promise<Decision> {
  const { talk, situation, followUp } = about
  const lesson = await approved(db, about)
  if (!lesson) return { decision: 'stale' }
  const decision = decideReminder(situation)
  if (decision.decision !== 'act') return decision
  await settleFollowUp(db, followUp.id, 'done', situation.now)
  owe(desk, ledger, talk, { says: caseOfWeek(desk, lesson), unasked: true })
  return decision
}
