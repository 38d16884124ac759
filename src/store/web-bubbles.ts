import { z } from 'zod'
import type { Instant } from '../words/clock.ts'
import type { Bubble } from '../words/message.ts'
import type { Db } from './db.ts'

const bubbleRow = z.object({
  id: z.int(),
  at: z.number(),
  bubble: z.custom<Bubble>((value) => typeof value === 'object' && value !== null),
})

export type WebBubble = z.infer<typeof bubbleRow>

/** Puts a bubble into the letter box of a browser chat. */
export async function keepWebBubble(db: Db, externalId: string, bubble: Bubble, at: Instant): Promise<void> {
  await db.query(
    'insert into web_bubble (external_id, at, bubble) values ($1, to_timestamp($3 / 1000.0), $2)',
    [externalId, JSON.stringify(bubble), at],
  )
}

/** The bubbles after `after` in order, or the last `limit` when it is undefined. */
export async function webBubbles(
  db: Db,
  externalId: string,
  after: number | undefined,
  limit: number,
): Promise<WebBubble[]> {
  const rows = await db.query(
    after === undefined
      ? 'select * from (select id, at, bubble from web_bubble where external_id = $1 order by id desc limit $2) last order by id'
      : 'select id, at, bubble from web_bubble where external_id = $1 and id > $3 order by id limit $2',
    after === undefined ? [externalId, limit] : [externalId, limit, after],
  )
  return rows.map((row) => bubbleRow.parse(row))
}
