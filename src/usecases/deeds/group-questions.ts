// A member of a group answers in private what their telephone cannot vote for.
import type { Say } from '../../engine/events.ts'
import { changeCards } from '../../store/chw-groups.ts'
import type { Db } from '../../store/db.ts'
import { attend } from '../../store/group-attendance.ts'
import {
  groupAnswersOf,
  type GroupSession,
  keepGroupAnswer,
  sessionOfMember,
} from '../../store/group-sessions.ts'
import { optionsShown, quizOf, sessionCard } from '../group-session.ts'
import { type DeedResult, type DeedSet, wordIn } from './deed.ts'

const GONE: DeedResult = { outcome: 'gone' }

export const groupQuestionDeeds: DeedSet = {
  deeds: {
    async 'next-session-question'({ desk, db, talk, now }) {
      const session = await sessionOfMember(db, talk.personId)
      if (!session) return GONE
      if (await attend(db, { session: session.id, person: talk.personId, at: now })) await show(db, session)
      const question = await openQuestion(db, session, talk.personId)
      if (question === undefined) return { outcome: 'all' }
      const { ask = {} } = quizOf(desk, session).questions[question] ?? {}
      const options = optionsShown(desk, session, question)
      return { outcome: 'ask', found: { question: ask, options, place: String(question) } }
    },

    async 'answer-session-question'({ desk, db, talk, vars, now }) {
      const session = await sessionOfMember(db, talk.personId)
      const question = Number(wordIn(vars, 'place'))
      const { options = [], answer } = (session && quizOf(desk, session).questions[question]) ?? {}
      const option = Number(wordIn(vars, 'option'))
      if (!session || options[option] === undefined || answer === undefined) return GONE
      const correct = option === answer
      const kept = {
        session: session.id,
        person: talk.personId,
        question,
        option,
        correct,
        voted: false,
        at: now,
      }
      await keepGroupAnswer(db, kept)
      await show(db, session)
      const says: Say[] = [
        { say: 'verdict', flow: session.version, question, seed: session.seed, chosen: option },
      ]
      return { outcome: 'answered', says }
    },
  },
  audited: {},
}

/** What the group's card says has changed. */
async function show(db: Db, { id, addressId }: GroupSession): Promise<void> {
  if (addressId !== undefined) await changeCards(db, [{ address: addressId, name: sessionCard(id) }])
}

/** The first question that was put and that this member has not answered. */
async function openQuestion(db: Db, session: GroupSession, person: number): Promise<number | undefined> {
  const answered = (await groupAnswersOf(db, session.id)).filter((answer) => answer.person === person)
  return session.questions
    .slice(0, session.asked)
    .find((question) => !answered.some((answer) => answer.question === question))
}
