// What has been answered is remembered: a card for each question that was missed, until it is known.
import { reviewed } from '../domain/refresher.ts'
import type { Result } from '../engine/events.ts'
import type { Db } from '../store/db.ts'
import { cardsOf, type CardWrite, keepCards, type KeptCard } from '../store/review-cards.ts'
import type { Instant } from '../words/clock.ts'
import type { FlowId, PersonId } from '../words/ids.ts'

export interface Answered {
  readonly personId: PersonId
  readonly flow: FlowId
  /** When it was answered. */
  readonly at: Instant
  readonly results: readonly Result[]
}

/** Keeps what these answers come to. The cards of these people as they then stand, each person's first due first. */
export async function reviewAnswers(
  db: Db,
  answered: readonly Answered[],
  now: Instant,
): Promise<Map<PersonId, KeptCard[]>> {
  const people = [...new Set(answered.map(({ personId }) => personId))]
  const cards = new Map((await cardsOf(db, people)).map((card) => [keyOf(card), card]))
  const changed = new Map<string, CardWrite>()
  for (const { personId, flow, at, results } of answered) {
    for (const { question, correct } of results) {
      const key = keyOf({ personId, flow, question })
      const card = cards.get(key)
      const next = reviewed(card, correct, at)
      if (!card && !next) continue
      changed.set(key, { personId, flow, question, next })
      if (next) cards.set(key, { personId, flow, question, ...next })
      else cards.delete(key)
    }
  }
  if (changed.size > 0) await keepCards(db, [...changed.values()], now)
  const standing = new Map(people.map((person) => [person, [] as KeptCard[]]))
  for (const card of [...cards.values()].toSorted((a, b) => a.dueAt - b.dueAt))
    standing.get(card.personId)?.push(card)
  return standing
}

const keyOf = ({ personId, flow, question }: Pick<KeptCard, 'personId' | 'flow' | 'question'>): string =>
  `${personId} ${flow} ${question}`
