// The LDHF session of a visit: a topic, who attends, and a mini-quiz before and after to all of them at once.
import type { Quiz } from '../../engine/schema.ts'
import { shuffled } from '../../engine/seed.ts'
import type { ListItem } from '../../engine/session.ts'
import type { Flow } from '../../engine/shelf.ts'
import { leaveAttempt, newAttemptId, unfinishedAttempt } from '../../store/attempts.ts'
import { personById } from '../../store/people.ts'
import {
  beginTraining,
  claimMiniQuiz,
  endTraining,
  latestTraining,
  miniQuizOf,
  trainingById,
} from '../../store/trainings.ts'
import { visitPeople, type VisitPerson } from '../../store/visit-people.ts'
import { settleStep } from '../../store/visit-steps.ts'
import type { FlowId, PersonId, TrainingId, VisitId } from '../../words/ids.ts'
import { openingVisit, visitSay } from '../announce-visit.ts'
import { type Deed, type DeedOrder, type DeedSet, type Tell, wordIn } from './deed.ts'
import { GONE, heldVisit, idsOf, namesSays, peopleMeant } from './hold-visit.ts'
import type { AtVisit } from '../visit-at-hand.ts'

/** Low dose: three questions before, three others after. */
const QUESTIONS = 3
const MOST_TOPICS = 8

const mentees = ({ people }: AtVisit): VisitPerson[] => people.filter(({ part }) => part === 'mentee')

const isQuiz = (flow: Flow): flow is Flow<Quiz> => flow.content.kind === 'quiz'

/** The quizzes of those who are there, what most of them need first being what their cadre has. */
const listTopics: Deed = async (order) => {
  const { desk, db } = order
  const at = await heldVisit(order)
  if (!at) return GONE
  const cadres = new Set<string>()
  for (const { personId } of mentees(at)) {
    const cadre = (await personById(db, personId))?.cadre
    if (cadre != null) cadres.add(cadre)
  }
  const topics = desk.shelf.flows
    .filter(isQuiz)
    .filter(({ content }) => cadres.size === 0 || content.cadres.some((one) => cadres.has(one)))
    .map(({ id, content }): ListItem => ({ id, text: content.title }))
  const skip: ListItem = { id: 'skip', text: desk.shelf.words['visit_leave_out'] ?? {} }
  const hidden = topics.slice(MOST_TOPICS).map((item) => ({ ...item, hidden: true }))
  return {
    outcome: topics.length === 0 || mentees(at).length === 0 ? 'none' : 'some',
    found: { topics: [...topics.slice(0, MOST_TOPICS), skip, ...hidden] },
  }
}

const listAttendance: Deed = async (order) => {
  const at = await heldVisit(order)
  return at ? { outcome: 'listed', says: namesSays(mentees(at)) } : GONE
}

const beginTheTraining: Deed = async (order) => {
  const { desk, db, vars, now } = order
  const at = await heldVisit(order)
  if (!at) return GONE
  const people = peopleMeant(order, mentees(at))
  if (!people || people.length === 0) return { outcome: 'unclear', says: namesSays(mentees(at)) }
  const flow = desk.shelf.current(wordIn(vars, 'topic') as FlowId)
  if (!flow || !isQuiz(flow)) return GONE
  const { questions } = flow.content
  const practised = questions.filter(({ form }) => form === 'practice')
  const bank = practised.length > 0 ? practised : questions
  const drawn = shuffled(bank.length, desk.chance()).flatMap((place) => bank[place]?.id ?? [])
  const before = drawn.slice(0, QUESTIONS)
  // Others than before, whose answers have been told; a small bank has none left.
  const others = drawn.slice(QUESTIONS, 2 * QUESTIONS)
  const after = others.length === QUESTIONS ? others : before
  const id = await beginTraining(db, {
    visit: at.visit.id,
    flow: flow.id,
    before,
    after,
    people: idsOf(people),
    at: now,
  })
  const to = { visit: at.visit.id, topic: flow.content.title }
  return {
    outcome: 'begun',
    found: { count: people.length },
    tells: quizTells(order, { ...to, id, people: idsOf(people), word: 'mini_before' }),
  }
}

/** The mini-quiz opens for everybody at once; who is in the middle of something has a button. */
function quizTells(
  { talk }: DeedOrder,
  about: { visit: VisitId; id: TrainingId; people: readonly PersonId[]; word: string; topic: object },
): Tell[] {
  return about.people.map((person) => ({
    person,
    says: [visitSay(about.word, { mentor: talk.name, title: { ...about.topic } })],
    open: { flow: 'mini-quiz', subject: about.id, word: 'mini_open' },
    // Nobody is asked any more whether they will come.
    instead: openingVisit(about.visit),
    // They sit in the room and wait for it.
    awaited: true,
  }))
}

const endTheTraining: Deed = async (order) => {
  const { desk, db, vars, now } = order
  const at = await heldVisit(order)
  const training = at && (await latestTraining(db, at.visit.id))
  if (!at || !training) return GONE
  const people = await endTraining(db, training.id, now)
  await settleStep(db, at.visit.id, { step: 'training', because: undefined, at: now })
  const content = desk.shelf.current(training.flow)?.content
  const topic = content?.kind === 'quiz' ? content.title : {}
  const tells =
    wordIn(vars, 'ending') === 'after'
      ? quizTells(order, { visit: at.visit.id, id: training.id, people, word: 'mini_after', topic })
      : []
  return { outcome: 'ended', tells }
}

/** Somebody's mini-quiz: the one before, or once the session has ended the one after. Each is taken once. */
const openMiniQuiz: Deed = async ({ desk, db, talk, vars }) => {
  const id = Number(wordIn(vars, 'subject')) as TrainingId
  const training = Number.isSafeInteger(id) && id > 0 ? await trainingById(db, id) : undefined
  const flow = training && desk.shelf.current(training.flow)
  if (!training || !flow || !isQuiz(flow)) return GONE
  const belongs = (await visitPeople(db, training.visitId)).some(({ personId }) => personId === talk.personId)
  if (!belongs) return GONE
  const when = training.ended ? 'after' : 'before'
  const known = new Set(flow.content.questions.map((question) => question.id))
  const questions = training[when].filter((one) => known.has(one))
  if (questions.length === 0) return GONE
  const attempt = await newAttemptId(db)
  if (!(await claimMiniQuiz(db, id, { person: talk.personId, when, attempt }))) {
    // Left in the middle it goes on where it was.
    const begun = await miniQuizOf(db, id, { person: talk.personId, when })
    const left = begun === undefined ? undefined : (await unfinishedAttempt(db, begun))?.left
    if (!left) return { outcome: 'had' }
    await leaveAttempt(db, left.attempt, null)
    return { input: { kind: 'return', frame: left } }
  }
  const seed = desk.chance()
  return { input: { kind: 'quiz', flow: flow.id, attempt, purpose: 'practice', seed, questions } }
}

export const visitTrainingDeeds: DeedSet = {
  deeds: {
    'list-training-topics': listTopics,
    'list-attendance': listAttendance,
    'begin-training': beginTheTraining,
    'end-training': endTheTraining,
    'open-mini-quiz': openMiniQuiz,
  },
  audited: {},
}
