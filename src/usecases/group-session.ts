// A session of a group: the card its chat sees, the question that is put, and what it comes to: to the group as totals,
// to each as their own.
import {
  afterAct,
  LEAST_TOGETHER,
  type SessionAct,
  sessionTotals,
  stepTotals,
} from '../domain/group-session.ts'
import { percentShown } from '../domain/assessment.ts'
import type { Say, WordSay } from '../engine/events.ts'
import { optionOrder } from '../engine/quiz.ts'
import type { Question, Quiz } from '../engine/schema.ts'
import type { ListItem } from '../engine/session.ts'
import { type ChwGroup, changeCards, membersOf } from '../store/chw-groups.ts'
import type { Db } from '../store/db.ts'
import { attendingIn } from '../store/group-attendance.ts'
import {
  groupAnswersOf,
  type GroupSession,
  groupSessionById,
  moveGroupSession,
  type ShownSkill,
  skillsShown,
  takeUntold,
} from '../store/group-sessions.ts'
import { HOUR, type Instant } from '../words/clock.ts'
import type { GroupSessionId, PersonId } from '../words/ids.ts'
import { marksIn } from '../words/marks.ts'
import type { Tell } from './deeds/deed.ts'
import type { Desk } from './desk.ts'
import { planRefresher } from './plan-refresher.ts'
import { reviewAnswers } from './review-answers.ts'

/** Questions of a session: ten minutes, with a word about each. */
export const QUESTIONS = 5

/** For so long after an answer its result is waited for. */
const STILL_THERE = 3 * HOUR

/** The button on the card by which somebody says that they are there. */
export const HERE = 'here'

export const sessionCard = (id: GroupSessionId): string => `session:${id}`
/** The session a card of this name is of; undefined for other cards. */
export const sessionOfCard = (name: string): GroupSessionId | undefined =>
  name.startsWith('session:') ? (Number(name.slice('session:'.length)) as GroupSessionId) : undefined

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
  const id = sessionOfCard(name)
  const session = id === undefined ? undefined : await groupSessionById(db, id)
  if (!session) return undefined
  const values = await stateOf(desk, db, { session, group })
  if (session.part === 'closed') return [{ say: 'word', word: 'session_card_closed', values }]
  const offers = [{ flow: HERE, subject: session.id, word: 'session_here', unbuttoned: 'session_here_reply' }]
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
): Promise<NonNullable<WordSay['values']> & { readonly skills: number }> {
  const answers = await groupAnswersOf(db, session.id)
  const here = await attendingIn(db, session.id)
  const shown = await shownIn(desk, db, session)
  const members = await membersOf(db, group)
  return {
    group: group.facility,
    title: quizOf(desk, session).title,
    here: here.length,
    noted: here.filter(({ noted }) => noted).length,
    of: members.length,
    asked: session.asked,
    questions: session.questions.length,
    answers: answers.length,
    skills: shown.length,
    judged: shown.filter(({ remote }) => !remote).length,
    proper: shown.filter(({ passed }) => passed).length,
  }
}

/** The skills of its technical area that were shown in it. */
function shownIn(desk: Desk, db: Db, session: GroupSession): Promise<ShownSkill[]> {
  const { competency } = quizOf(desk, session)
  const { competencies } = desk.shelf
  const area = competencies.inArea(competencies.named(competency).area)
  return skillsShown(db, session.id, [competency, ...area])
}

/** Moves a session on. Undefined where the act has no place now. */
export async function act(
  desk: Desk,
  db: Db,
  session: GroupSession,
  what: SessionAct,
): Promise<GroupSession | undefined> {
  const { part, asked } = session
  const shown = (await shownIn(desk, db, session)).length
  const next = afterAct({ part, asked, of: session.questions.length, shown }, what)
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

/** Votes come too late from here on: no poll of the session takes them. */
export const pollsOver = ({ id, asked }: GroupSession): Say[] =>
  Array.from({ length: asked }, (_, place) => ({ say: 'poll_over', name: pollName(id, place) }))

/** The options of a question as they are shown in this session, by their places in the question. */
export function optionsShown(desk: Desk, session: GroupSession, question: number): ListItem[] {
  const quiz = quizOf(desk, session)
  return optionOrder(quiz, question, session.seed).map((option) => ({
    id: String(option),
    text: quiz.questions[question]?.options[option]?.text ?? {},
  }))
}

/** What the group is told: totals alone, of answers and then of skills, what most knew and did first. */
export async function totalsSays(desk: Desk, db: Db, session: GroupSession): Promise<Say[]> {
  const answers = await groupAnswersOf(db, session.id)
  const { people, given, right, strengths, missed } = sessionTotals(session.questions, answers)
  const skills = skillsSays(desk, await shownIn(desk, db, session))
  if (session.asked === 0 && skills.length > 0) return skills
  if (people < LEAST_TOGETHER) return [{ say: 'word', word: 'session_few' }, ...skills]
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
    ...skills,
  ]
}

/** What was shown, checklist by checklist; of one that fewer have shown than may be told of together, nothing. */
function skillsSays({ shelf }: Desk, shown: readonly ShownSkill[]): Say[] {
  return [...new Set(shown.map(({ version }) => version))].flatMap((version): Say[] => {
    const { content } = shelf.version(version)
    const skills = shown.filter((one) => one.version === version)
    if (content.kind !== 'checklist' || skills.length < LEAST_TOGETHER) return []
    const { strengths, missed } = stepTotals(
      content.items.length,
      skills.map(({ person, marks }) => ({ person, marks: marksIn(marks) })),
    )
    const named = (places: readonly number[], word: string): Say[] =>
      places.flatMap((place) => {
        const { observe: step, critical = false } = content.items[place] ?? {}
        const values = { step: step ?? {}, critical: critical ? 'yes' : 'no' }
        return step ? [{ say: 'word', word, values } as const] : []
      })
    const judged = skills.filter(({ remote }) => !remote).length
    const proper = skills.filter(({ passed }) => passed).length
    return [
      {
        say: 'word',
        word: 'session_skill',
        values: { title: content.title, people: skills.length, judged, proper },
      },
      ...named(strengths, 'session_step_strength'),
      ...named(missed, 'session_step_missed'),
    ]
  })
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
    // Who has just answered sits there and waits; whoever did so days ago is not woken.
    const awaited = late.some(({ at }) => now - at < STILL_THERE)
    await remember(desk, db, { person, session, own: late, now })
    const says: Say[] = [
      { say: 'word', word: 'session_own', values: { title, right, of: own.length } },
      ...(missed.length > 0 ? [{ say: 'practise', flow: session.version, questions: missed } as const] : []),
    ]
    tells.push({ person, says, awaited })
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
