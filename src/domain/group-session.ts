// A session of a group: how it goes from part to part, and what the group is told of what its members have answered.

import { DAY } from '../words/clock.ts'
import type { Mark } from '../words/marks.ts'

/** What a session is in the middle of. */
export const SESSION_PARTS = ['attendance', 'questions', 'told', 'closed'] as const
export type SessionPart = (typeof SESSION_PARTS)[number]

/** What its mentor can do next. */
export type SessionAct = 'warm_up' | 'ask' | 'tell' | 'close'

export interface SessionState {
  readonly part: SessionPart
  /** Questions put so far, of all that were drawn. */
  readonly asked: number
  readonly of: number
  /** Skills that were shown so far. */
  readonly shown: number
}

/** Whether there is something that the group has not been told: of questions, or in a session without any, of skills. */
export const isToBeTold = ({ part, shown }: Pick<SessionState, 'part' | 'shown'>): boolean =>
  part === 'questions' || (part === 'attendance' && shown > 0)

/** The state after an act; undefined where the act has no place. Total: whatever is pressed, nothing goes backwards. */
export function afterAct(state: SessionState, act: SessionAct): SessionState | undefined {
  const { part, asked, of } = state
  if (part === 'closed') return undefined
  switch (act) {
    case 'warm_up':
      return part === 'attendance' ? state : undefined
    case 'ask':
      return part === 'told' || asked >= of ? undefined : { ...state, part: 'questions', asked: asked + 1 }
    case 'tell':
      return isToBeTold(state) ? { ...state, part: 'told' } : undefined
    case 'close':
      return { ...state, part: 'closed' }
  }
}

/** A session may go on the next day; whoever leads it is reminded that it is still open when so long has passed. */
export const SESSION_REMINDERS = [1 * DAY, 3 * DAY] as const
/** A week later nobody remembers what was said: it ends. */
export const SESSION_ENDS_AFTER = 7 * DAY

export interface GroupAnswer {
  readonly person: number
  /** The question's place in the quiz. */
  readonly question: number
  readonly correct: boolean
}

export interface SessionTotals {
  /** Who has answered anything. */
  readonly people: number
  readonly given: number
  readonly right: number
  /** What most knew, and what was missed most, as questions; at most two each, none of them in both. */
  readonly strengths: readonly number[]
  readonly missed: readonly number[]
}

const MOST_NAMED = 2
/** What fewer have answered or counted is not told to a group: it would tell what one of them has. */
export const LEAST_TOGETHER = 3

/** What a session comes to, whatever the order of the answers; equal questions in the order in which they were put. */
export function sessionTotals(asked: readonly number[], answers: readonly GroupAnswer[]): SessionTotals {
  const counted = asked.map((question, at) => {
    const given = answers.filter((answer) => answer.question === question)
    const right = given.filter(({ correct }) => correct).length
    return { question, at, given: given.length, right, share: given.length === 0 ? 0 : right / given.length }
  })
  const known = counted.filter(({ given }) => given > 0)
  const named = known.filter(({ given }) => given >= LEAST_TOGETHER)
  const missed = named
    .filter(({ given, right }) => right < given)
    .toSorted((a, b) => a.share - b.share || a.at - b.at)
    .slice(0, MOST_NAMED)
  const strengths = named
    .filter((one) => 2 * one.right > one.given && !missed.includes(one))
    .toSorted((a, b) => b.share - a.share || a.at - b.at)
    .slice(0, MOST_NAMED)
  return {
    people: new Set(answers.map(({ person }) => person)).size,
    given: known.reduce((sum, { given }) => sum + given, 0),
    right: known.reduce((sum, { right }) => sum + right, 0),
    strengths: strengths.map(({ question }) => question),
    missed: missed.map(({ question }) => question),
  }
}

/**
 * What a skill comes to that several have shown, as items of its checklist: a step that was done counts as a right answer,
 * one left out or done in part as a wrong one. What did not apply or could not be seen says nothing.
 */
export function stepTotals(
  items: number,
  shown: readonly { readonly person: number; readonly marks: readonly (Mark | undefined)[] }[],
): Pick<SessionTotals, 'strengths' | 'missed'> {
  const answers = shown.flatMap(({ person, marks }) =>
    marks.flatMap((mark, question) =>
      mark === 'done' || mark === 'partly' || mark === 'not_done'
        ? [{ person, question, correct: mark === 'done' }]
        : [],
    ),
  )
  return sessionTotals(
    Array.from({ length: items }, (_, item) => item),
    answers,
  )
}
