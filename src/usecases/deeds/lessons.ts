// From a resolved case to a lesson: its mentor writes it, another approves it, colleagues are asked it. Each text comes
// here screened by its question.
import { advisorFor } from '../../domain/case.ts'
import { caseOfWeekAt, LESSON_DAYS, lessonAt } from '../../domain/lesson.ts'
import { EVERY_DAY, type Rhythm } from '../../domain/rhythm.ts'
import type { ListItem, Vars } from '../../engine/session.ts'
import { advisorsFor } from '../../store/case-offers.ts'
import { caseById, type ClinicalCase, entriesOf } from '../../store/cases.ts'
import { heldDuties } from '../../store/duties.ts'
import { type FollowUpWrite, planFollowUps } from '../../store/follow-ups.ts'
import {
  decideLesson,
  hasLesson,
  keepLessonAnswer,
  lastFeatured,
  learnersOf,
  type Lesson,
  lessonForUpdate,
  proposeLesson,
} from '../../store/lessons.ts'
import { rhythmsOf } from '../../store/rhythms.ts'
import type { CaseId, FlowId, LessonId, PersonId } from '../../words/ids.ts'
import { isMentorRole } from '../../words/roles.ts'
import { lessonSay, lessonVerdict, lessonWhole } from '../lesson-says.ts'
import { type Deed, type DeedOrder, type DeedSet, type Tell, wordIn } from './deed.ts'

const numberIn = (vars: Vars, name: string): number => {
  const number = Number(wordIn(vars, name))
  return Number.isSafeInteger(number) && number > 0 ? number : 0
}

/** A closed case of this mentor's that has words left and is no lesson yet. */
async function teachable({ db, talk, vars }: DeedOrder): Promise<ClinicalCase | undefined> {
  const asked = await caseById(db, numberIn(vars, 'subject') as CaseId)
  const isTheirs = asked?.mentorId === talk.personId && asked.state === 'resolved' && !asked.hidden
  if (!isTheirs || asked.recommendation === undefined || (await hasLesson(db, asked.id))) return undefined
  return asked
}

const makeLesson: Deed = async (order) =>
  (await teachable(order))
    ? {
        input: {
          kind: 'open',
          flow: 'lesson-make' as FlowId,
          vars: { subject: wordIn(order.vars, 'subject') },
        },
      }
    : { outcome: 'gone' }

/** Begins with what the case says already: its question and the advice. */
const draftLesson: Deed = async (order) => {
  const asked = await teachable(order)
  if (!asked) return { outcome: 'gone' }
  const said = await entriesOf(order.db, asked.id, 50)
  const question = ['age', 'findings', 'question']
    .flatMap((field) => said.filter((entry) => entry.field === field).map(({ text }) => text.trim()))
    .join('\n')
  return { outcome: 'done', found: { draft: question, right: asked.recommendation ?? '' } }
}

/** A text that was kept as proposed, or written anew. */
const keptOr = (vars: Vars, name: string, otherwise: string): string =>
  wordIn(vars, name) === '' ? wordIn(vars, otherwise) : wordIn(vars, name)

const propose: Deed = async (order) => {
  const { db, talk, vars, now } = order
  const asked = await teachable(order)
  if (!asked) return { outcome: 'gone' }
  const right = wordIn(vars, 'right')
  const id = await proposeLesson(db, {
    caseId: asked.id,
    authorId: talk.personId,
    area: asked.area,
    cadre: asked.cadre,
    language: asked.language,
    question: keptOr(vars, 'question', 'draft'),
    options: [right, wordIn(vars, 'wrong-one'), wordIn(vars, 'wrong-two')],
    explanation: keptOr(vars, 'explanation', 'right'),
    points: [wordIn(vars, 'point-one'), wordIn(vars, 'point-two')],
    credit: wordIn(vars, 'credit') === 'name' ? talk.name : undefined,
    at: now,
  })
  if (id === undefined) return { outcome: 'gone' }
  const reviewers = await reviewersOf(order, asked)
  const tells = reviewers.map((person): Tell => ({
    person,
    says: [lessonSay(id, 'lesson_comes')],
    open: { flow: 'lesson', subject: id, word: 'lesson_open' },
  }))
  return { outcome: reviewers.length > 0 ? 'done' : 'nobody', tells }
}

/** Two who could decide: whoever does first has. Neither has asked the case nor answered it. */
async function reviewersOf({ db, talk, now }: DeedOrder, asked: ClinicalCase): Promise<PersonId[]> {
  const asker = asked.askerId ?? talk.personId
  const advisors = await advisorsFor(db, { asker, area: asked.area, at: now, night: undefined })
  const before = new Set<PersonId>([talk.personId, asker])
  for (const tier of ['second', 'master', 'supervisor'] as const) {
    const one = advisorFor(tier, { language: asked.language, before, onlyOnCall: false }, advisors)
    if (one && before.size < 4) before.add(one.personId)
  }
  return [...before].filter((person) => person !== talk.personId && person !== asker)
}

/** A lesson that waits for a decision, where this person may decide: any mentor or supervisor but its author. */
async function reviewable({ db, talk, vars }: DeedOrder): Promise<Lesson | undefined> {
  const lesson = await lessonForUpdate(db, numberIn(vars, 'subject') as LessonId)
  if (lesson?.state !== 'proposed' || lesson.authorId === talk.personId) return undefined
  const duties = await heldDuties(db, talk.personId)
  const may = duties.some(
    ({ role, ready }) => (isMentorRole(role) && ready) || role === 'programme_supervisor',
  )
  return may ? lesson : undefined
}

const openLesson: Deed = async (order) => {
  const lesson = await reviewable(order)
  return lesson ? { outcome: 'done', says: lessonWhole(order.desk, lesson) } : { outcome: 'gone' }
}

const decide: Deed = async (order) => {
  const { desk, db, talk, vars, now } = order
  const lesson = await reviewable(order)
  if (!lesson) return { outcome: 'gone' }
  const said = wordIn(vars, 'decision')
  if (said === 'later') return { outcome: 'later' }
  const tells: Tell[] =
    lesson.authorId === undefined
      ? []
      : [
          {
            person: lesson.authorId,
            says: [lessonSay(lesson.id, `lesson_${said === 'approve' ? 'approved' : 'declined'}`)],
          },
        ]
  if (said !== 'approve') {
    await decideLesson(db, lesson.id, { state: 'declined', by: talk.personId, at: now })
    return { outcome: 'declined', tells }
  }
  const featuredAt = caseOfWeekAt(now, await lastFeatured(db), desk.programme)
  await decideLesson(db, lesson.id, { state: 'approved', by: talk.personId, at: now, featuredAt })
  await planLesson(order, lesson, featuredAt)
  return { outcome: 'approved', tells }
}

const USUAL: Rhythm = { hour: 17, days: EVERY_DAY, leaveUntil: undefined, unsolicitedAt: undefined }

/** Each learner is asked at their own hour, and told of it once at the noon of its week. */
async function planLesson({ desk, db, now }: DeedOrder, lesson: Lesson, featuredAt: number): Promise<void> {
  const learners = await learnersOf(db, lesson)
  const rhythms = await rhythmsOf(db, learners)
  const day = LESSON_DAYS[0]
  const plans = learners.flatMap((person): FollowUpWrite[] => {
    const at = lessonAt({ approvedAt: now, day, now }, rhythms.get(person) ?? USUAL, desk.programme)
    const about = { person_id: person, subject: lesson.id }
    return [
      { kind: 'lesson', key: `lesson:${lesson.id}:${person}`, due_at: at, ...about },
      { kind: 'case_of_week', key: `case_of_week:${lesson.id}:${person}`, due_at: featuredAt, ...about },
    ]
  })
  if (plans.length > 0) await planFollowUps(db, plans)
}

/** Asks it: in another order each time, so that no place is learnt by heart. */
const poseLesson: Deed = async ({ db, talk, vars }) => {
  const lesson = await lessonForUpdate(db, numberIn(vars, 'subject') as LessonId)
  if (lesson?.state !== 'approved') return { outcome: 'gone' }
  const turn = (talk.personId + numberIn(vars, 'day')) % lesson.options.length
  const items = lesson.options.map((words, index): ListItem => ({
    id: String(index),
    text: { [lesson.language]: words },
  }))
  const options = [...items.slice(turn), ...items.slice(0, turn)]
  return { outcome: 'done', found: { question: lesson.question, options } }
}

const answerLesson: Deed = async ({ desk, db, talk, vars, now }) => {
  const lesson = await lessonForUpdate(db, numberIn(vars, 'subject') as LessonId)
  const day = LESSON_DAYS.find((one) => one === numberIn(vars, 'day'))
  const option = Number(wordIn(vars, 'option'))
  if (lesson?.state !== 'approved' || day === undefined) return { outcome: 'gone' }
  await keepLessonAnswer(db, {
    lesson: lesson.id,
    person: talk.personId,
    day: day,
    option,
    at: now,
  })
  return { outcome: 'done', says: lessonVerdict(desk, lesson, option) }
}

export const lessonDeeds: DeedSet = {
  deeds: {
    'make-lesson': makeLesson,
    'draft-lesson': draftLesson,
    'propose-lesson': propose,
    'open-lesson': openLesson,
    'decide-lesson': decide,
    'pose-lesson': poseLesson,
    'answer-lesson': answerLesson,
  },
  audited: { 'propose-lesson': 'lesson.propose', 'decide-lesson': 'lesson.decide' },
}
