// Our messages that are about one thing: whoever answers one of them speaks of that thing.
import { z } from 'zod'
import type { Instant } from '../words/clock.ts'
import type { AddressId } from '../words/ids.ts'
import type { About } from '../words/message.ts'
import { plainColumn, textColumn } from './columns.ts'
import type { Db } from './db.ts'

export interface Topic extends About {
  readonly addressId: AddressId
  /** The provider's name of our message in that chat. */
  readonly ref: string
  readonly at: Instant
}

/** Keeps what messages are about; one that is kept already stays as it is. */
export async function keepTopics(db: Db, topics: readonly Topic[]): Promise<void> {
  await db.query(
    `insert into topic (address_id, ref, flow, subject, at)
     select t.address_id, t.ref, t.flow, t.subject, to_timestamp(t.at / 1000)
     from unnest($1::bigint[], $2::text[], $3::text[], $4::bigint[], $5::float8[]) as t(address_id, ref, flow, subject, at)
     join address a on a.id = t.address_id on conflict do nothing`,
    [
      plainColumn(topics.map(({ addressId }) => addressId)),
      textColumn(topics.map(({ ref }) => ref)),
      textColumn(topics.map(({ flow }) => flow)),
      plainColumn(topics.map(({ subject }) => subject)),
      plainColumn(topics.map(({ at }) => at)),
    ],
  )
}

const topicRow = z.object({ flow: z.string(), subject: z.int() })

/** What our message was about; undefined when it was about nothing, or long ago. */
export async function topicOf(db: Db, address: AddressId, ref: string): Promise<About | undefined> {
  const [row] = await db.query('select flow, subject from topic where address_id = $1 and ref = $2', [
    address,
    ref,
  ])
  return row ? topicRow.parse(row) : undefined
}
