import { z } from 'zod'
import type { ReviewCard } from '../domain/refresher.ts'
import type { Instant } from '../words/clock.ts'
import type { FlowId, PersonId } from '../words/ids.ts'
import type { Db } from './db.ts'

const cardRow = z.object({
  person_id: z.int(),
  flow: z.string(),
  question: z.string(),
  due_at: z.number(),
  right_in_a_row: z.int(),
  card: z.custom<ReviewCard['memory']>((value) => typeof value === 'object' && value !== null),
})

/** A card with what it is about. */
export interface KeptCard extends ReviewCard {
  readonly personId: PersonId
  readonly flow: FlowId
  readonly question: string
}

/** The cards of people that are not retired, the first due first. */
export async function cardsOf(db: Db, people: readonly PersonId[]): Promise<KeptCard[]> {
  const rows = await db.query(
    `select person_id, flow, question, due_at, right_in_a_row, card from review_card
     where person_id = any($1) and retired_at is null order by due_at, flow, question`,
    [people],
  )
  return rows.map((row) => {
    const { person_id, flow, question, due_at, right_in_a_row, card } = cardRow.parse(row)
    return {
      personId: person_id as PersonId,
      flow: flow as FlowId,
      question,
      dueAt: due_at,
      rightInARow: right_in_a_row,
      memory: card,
    }
  })
}

/** A card to keep; without a `next` the question is known and retired. */
export interface CardWrite {
  readonly personId: PersonId
  readonly flow: FlowId
  readonly question: string
  readonly next: ReviewCard | undefined
}

/** Keeps cards as they stand after an answer. */
export async function keepCards(db: Db, cards: readonly CardWrite[], now: Instant): Promise<void> {
  const rows = cards.map(({ personId, flow, question, next }) => ({
    person_id: personId,
    flow,
    question,
    due_at: next?.dueAt ?? now,
    right_in_a_row: next?.rightInARow ?? 0,
    card: next?.memory ?? null,
    retired_at: next ? null : now,
  }))
  await db.query(
    `insert into review_card as c (person_id, flow, question, due_at, right_in_a_row, card, retired_at)
     select person_id, flow, question, to_timestamp(due_at / 1000.0), right_in_a_row, coalesce(card, '{}'), to_timestamp(retired_at / 1000.0)
     from json_to_recordset($1) as x(person_id bigint, flow text, question text, due_at double precision,
       right_in_a_row smallint, card json, retired_at double precision)
     on conflict (person_id, flow, question) do update set due_at = excluded.due_at, right_in_a_row = excluded.right_in_a_row,
       card = case when excluded.retired_at is null then excluded.card else c.card end, retired_at = excluded.retired_at`,
    [JSON.stringify(rows)],
  )
}
