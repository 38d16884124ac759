import { z } from 'zod'
import type { Instant } from '../words/clock.ts'
import type { PersonId } from '../words/ids.ts'
import type { IncomingMessage } from '../words/message.ts'
import type { Db } from './db.ts'

/** Sets a message aside that could not be applied: what went wrong, never what was written. */
export async function setAside(
  db: Db,
  message: IncomingMessage,
  failure: { person: PersonId | undefined; error: string; at: Instant },
): Promise<void> {
  await db.query(
    `insert into failed_message (channel, message_id, person_id, error, at) values ($1, $2, $3, $4, to_timestamp($5 / 1000.0))
     on conflict do nothing`,
    [message.channel, message.messageId, failure.person ?? null, failure.error, failure.at],
  )
}

/** Notes a message as seen that has no conversation to be heard in; false when it was seen before. */
export async function noteSeen(db: Db, message: IncomingMessage): Promise<boolean> {
  const rows = await db.query(
    'insert into received_message (channel, message_id) values ($1, $2) on conflict do nothing returning message_id',
    [message.channel, message.messageId],
  )
  return rows.length > 0
}

const failedRow = z.object({ channel: z.string(), failed: z.number() })

/** How many messages of each channel were set aside. */
export async function failedMessageState(db: Db): Promise<z.infer<typeof failedRow>[]> {
  const rows = await db.query('select channel, count(*) failed from failed_message group by channel')
  return rows.map((row) => failedRow.parse(row))
}
