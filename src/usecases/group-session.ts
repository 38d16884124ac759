// A session of a group: the card its chat sees, the question that is put, and what it comes to: to the group as totals,
// to each as their own.
import { afterAct, LEAST_TOGETHER, type SessionAct, sessionTotals } from '../domain/group-session.ts'
import { percentShown } from '../domain/assessment.ts'
import type { Say, WordSay } from '../engine/events.ts'
import { optionOrder } from '../engine/quiz.ts'
import type { Question, Quiz } from '../engine/schema.ts'
import type { ListItem } from '../engine/session.ts'
import { type ChwGroup, changeCards, membersOf } from '../store/chw-groups.ts'
import type { Db } from '../store/db.ts'
import {
  attendedIn,
  groupAnswersOf,
  type GroupSession,
  groupSessionById,
  moveGroupSession,
  takeUntold,
} from '../store/group-sessions.ts'
import type { Instant } from '../words/clock.ts'
import type { GroupSessionId, PersonId } from '../words/ids.ts'
import type { Tell } from './deeds/deed.ts'
import type { Desk } from './desk.ts'
import { planRefresher } from './plan-refresher.ts'
import { reviewAnswers } from './review-answers.ts'

/** Questions of a session: ten minutes, with a word about each. */
export const QUESTIONS = 5

/** The button on the card by which somebody says that they are there. */
export const HERE = 'here'

export const sessionCard = (id: GroupSessionId): string => `session:${id}`
export const pollName = (id: GroupSessionId, place: number): string => `question:${id}:${place}`

/** The session and the question, by its place in the session from 0, that a poll of this name puts. */
export function polled(name: string): { session: GroupSessionId; place: number } | undefined {
  const [, session, place] = /^question:(\d{1,15}):(\d{1,3})$/.exec(name) ?? []
  return session === undefined
    ? undefined
    : { session: Number(session) as GroupSessionId, place: Number(place) }
}

/** The quiz a session is led by, in the version it was opened with. */
export function quizOf(desk: Pick<Desk, 'shelf'>, session: GroupSession): Quiz {
  const { content } = desk.shelf.version(session.version)
  if (content.kind !== 'quiz') throw new Error(`${session.version} is no quiz`)
  return content
}

/** What the card says now; nothing when the session is gone. */
export async function sessionCardSays(
  desk: Desk,
  db: Db,
  group: ChwGroup,
  name: string,
): Promise<Say[] | undefined> {
  const session = await groupSessionById(db, Number(name.slice('session:'.length)) as GroupSessionId)
  if (!session) return undefined
  const values = await stateOf(desk, db, { session, group })
  if (session.part === 'closed') return [{ say: 'word', word: 'session_card_closed', values }]
  const offers = [{ flow: HERE, subject: session.id, word: 'session_here' }]
  const card: Say = { say: 'word', word: 'session_card', values, offers }
  return session.part === 'attendance' ? [card] : [{ say: 'word', word: 'session_vote' }, card]
}

/** How a session stands, in figures. */
export async function stateOf(
  desk: Desk,
  db: Db,
  {
    session,
    group,
  }: { session: GroupSession; group: Pick<ChwGroup, 'facility' | 'facilityId' | 'addressId'> },
): Promise<NonNullable<WordSay['values']>> {
  const answers = await groupAnswersOf(db, session.id)
  const here = await attendedIn(db, session.id)
  const members = await membersOf(db, group)
  return {
    group: group.facility,
    title: quizOf(desk, session).title,
    here,
    of: members.length,
    asked: session.asked,
    questions: session.questions.length,
    answers: answers.length,
  }
}

/** Moves a session on. Undefined where the act has no place now. */
export async function act(
  db: Db,
  session: GroupSession,
  what: SessionAct,
): Promise<GroupSession | undefined> {
  const { part, asked } = session
  const next = afterAct({ part, asked, of: session.questions.length }, what)
  if (!next) return undefined
  const moved = { ...session, part: next.part, asked: next.asked }
  if (next.part !== 'closed') await moveGroupSession(db, moved)
  if (session.addressId !== undefined)
    await changeCards(db, [{ address: session.addressId, name: sessionCard(session.id) }])
  return moved
}

/** The question that was put last, as the chat's own poll. */
export function questionSay({ id, version, seed, questions, asked }: GroupSession): Say {
  const place = asked - 1
  return { say: 'poll', name: pollName(id, place), flow: version, question: questions[place] ?? 0, seed }
}

/** The options of a question as they are shown in this session, by their places in the question. */
export function optionsShown(desk: Desk, session: GroupSession, question: number): ListItem[] {
  const quiz = quizOf(desk, session)
  return optionOrder(quiz, question, session.seed).map((option) => ({
    id: String(option),
    text: quiz.questions[question]?.options[option]?.text ?? {},
  }))
}

/** What the group is told: totals alone, what most knew first. */
export async function totalsSays(desk: Desk, db: Db, session: GroupSession): Promise<Say[]> {
  const answers = await groupAnswersOf(db, session.id)
  const { people, given, right, strengths, missed } = sessionTotals(session.questions, answers)
  if (people < LEAST_TOGETHER) return [{ say: 'word', word: 'session_few' }]
  const { questions } = quizOf(desk, session)
  const named = (places: readonly number[], word: string): Say[] =>
    places.flatMap((place) => {
      const question = questions[place]
      return question ? [{ say: 'word', word, values: explained(question) } as const] : []
    })
  return [
    { say: 'word', word: 'session_totals', values: { people, percent: percentShown(right, given) } },
    ...named(strengths, 'session_strength'),
    ...named(missed, 'session_missed'),
  ]
}

const explained = ({ ask, options, answer }: Question): NonNullable<WordSay['values']> => ({
  question: ask,
  answer: options[answer]?.text ?? {},
  because: options[answer]?.because ?? {},
})

/**
 * Whoever has answered since results were told last hears their own, alone; what they have missed comes back to them as all
 * that is missed does.
 */
export async function ownResults(
  desk: Desk,
  db: Db,
  { session, now }: { session: GroupSession; now: Instant },
): Promise<Tell[]> {
  const fresh = await takeUntold(db, session.id)
  const answers = await groupAnswersOf(db, session.id)
  const { title } = quizOf(desk, session)
  const tells: Tell[] = []
  for (const person of new Set(fresh.map((answer) => answer.person))) {
    const own = answers.filter((answer) => answer.person === person)
    const missed = own.filter(({ correct }) => !correct).map(({ question }) => question)
    const right = own.length - missed.length
    const late = fresh.filter((answer) => answer.person === person)
    await remember(desk, db, { person, session, own: late, now })
    const says: Say[] = [
      { say: 'word', word: 'session_own', values: { title, right, of: own.length } },
      ...(missed.length > 0 ? [{ say: 'practise', flow: session.version, questions: missed } as const] : []),
    ]
    tells.push({ person, says })
  }
  return tells
}

async function remember(
  desk: Desk,
  db: Db,
  about: {
    person: PersonId
    session: GroupSession
    own: readonly { question: number; correct: boolean }[]
    now: Instant
  },
): Promise<void> {
  const { person, session, own, now } = about
  const { questions } = quizOf(desk, session)
  const results = own.flatMap(({ question, correct }) => {
    const id = questions[question]?.id
    return id === undefined ? [] : [{ question: id, correct }]
  })
  await reviewAnswers(db, [{ personId: person, flow: session.flow, at: now, results }], now)
  await planRefresher(desk, db, { person, now })
}
