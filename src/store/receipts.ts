// What became of messages after their provider had accepted them.
import { z } from 'zod'
import type { Say } from '../engine/events.ts'
import type { Instant } from '../words/clock.ts'
import type { AddressId } from '../words/ids.ts'
import { type Language, LANGUAGES } from '../words/language.ts'
import type { ChannelName } from '../words/message.ts'
import { plainColumn, textColumn } from './columns.ts'
import type { Db } from './db.ts'
import type { Lane } from './outbox.ts'

/** One message as it was accepted. */
export interface NewReceipt {
  readonly channel: ChannelName
  readonly ref: string
  readonly addressId: AddressId
  readonly turn: number
  /** Which message of the turn it was, from 0. */
  readonly place: number
  readonly lane: Lane
  readonly language: Language
  readonly says: readonly Say[]
  readonly template: boolean
  readonly attempts: number
  readonly at: Instant
}

/** Keeps receipts; one that is kept already stays as it is. */
export async function keepReceipts(db: Db, receipts: readonly NewReceipt[]): Promise<void> {
  await db.query(
    `insert into receipt (channel, ref, address_id, turn, place, lane, language, says, template, attempts, state, accepted_at, state_at)
     select r.channel, r.ref, r.address_id, r.turn, r.place, r.lane, r.language, r.says, r.template, r.attempts, 'accepted',
       to_timestamp(r.at / 1000), to_timestamp(r.at / 1000)
     from unnest($1::text[], $2::text[], $3::bigint[], $4::int[], $5::smallint[], $6::smallint[], $7::text[], $8::json[], $9::boolean[], $10::smallint[], $11::float8[])
       as r(channel, ref, address_id, turn, place, lane, language, says, template, attempts, at)
     join address a on a.id = r.address_id
     on conflict do nothing`,
    [
      textColumn(receipts.map(({ channel }) => channel)),
      textColumn(receipts.map(({ ref }) => ref)),
      plainColumn(receipts.map(({ addressId }) => addressId)),
      plainColumn(receipts.map(({ turn }) => turn)),
      plainColumn(receipts.map(({ place }) => place)),
      plainColumn(receipts.map(({ lane }) => lane)),
      textColumn(receipts.map(({ language }) => language)),
      textColumn(receipts.map(({ says }) => JSON.stringify(says))),
      plainColumn(receipts.map(({ template }) => template)),
      plainColumn(receipts.map(({ attempts }) => attempts)),
      plainColumn(receipts.map(({ at }) => at)),
    ],
  )
}

/** What the provider has told of one message. */
export interface NewState {
  readonly ref: string
  readonly state: 'sent' | 'delivered' | 'read' | 'failed'
  readonly at: Instant
  /** Why, when it failed. */
  readonly failure: string | undefined
}

const receiptRow = z.object({
  ref: z.string(),
  address_id: z.int(),
  turn: z.int(),
  place: z.int(),
  lane: z.union([z.literal(0), z.literal(1), z.literal(2)]),
  language: z.enum(LANGUAGES),
  says: z.custom<Say[]>(Array.isArray),
  template: z.boolean(),
  attempts: z.int(),
  moved: z.boolean(),
})

export type Receipt = z.infer<typeof receiptRow>

/**
 * Notes what became of messages. States come in any order and more than once: none goes back, and what has arrived
 * cannot fail any more. Gives back the receipts that are known; `moved`: this was news.
 */
export async function noteStates(
  db: Db,
  channel: ChannelName,
  states: readonly NewState[],
): Promise<Receipt[]> {
  const rows = await db.query(
    `with told as (
       -- Of several about one message the last word counts; a failure is one when nothing better was told.
       select distinct on (ref) * from unnest($2::text[], $3::text[], $4::float8[], $5::text[]) x(ref, state, at, failure)
       order by ref, array_position('{failed,sent,delivered,read}', state) desc
     ), moved as (
       update receipt r set state = t.state, state_at = to_timestamp(t.at / 1000), failure = t.failure from told t
       where r.channel = $1 and r.ref = t.ref and array_position('{accepted,sent,failed,delivered,read}', t.state)
         > array_position('{accepted,sent,failed,delivered,read}', r.state)
       returning r.ref
     )
     select r.ref, r.address_id, r.turn, r.place, r.lane, r.language, r.says, r.template, r.attempts,
       m.ref is not null moved
     from told t join receipt r on r.channel = $1 and r.ref = t.ref left join moved m on m.ref = r.ref`,
    [
      channel,
      textColumn(states.map(({ ref }) => ref)),
      textColumn(states.map(({ state }) => state)),
      plainColumn(states.map(({ at }) => at)),
      textColumn(states.map(({ failure }) => failure ?? null)),
    ],
  )
  return rows.map((row) => receiptRow.parse(row))
}

const countRow = z.object({ count: z.number() })

/** To be sent once more, to be held until the person writes, or given up for people to see; and why. */
export type Fate = { readonly again: true } | { readonly held: string } | { readonly failed: string }

/**
 * Owes the turn of a message once more, from that message on. False when the turn is still owed as it is.
 */
export async function oweAgain(
  db: Db,
  channel: ChannelName,
  receipt: Receipt,
  { fate, now, shard }: { fate: Fate; now: Instant; shard: number },
): Promise<boolean> {
  const held = 'held' in fate ? fate.held : null
  const failure = 'failed' in fate ? fate.failed : null
  const [row] = await db.query(
    `with owed as (
       insert into outbox (address_id, turn, channel, shard, lane, language, says, created_at, handed, bubbles_sent, attempts, held, failed_at, failure)
       values ($1, $2, $3, $4, $5, $6, $7, to_timestamp($8::float8 / 1000), $9::text is not null, $10, $11, $9,
         case when $12::text is not null then to_timestamp($8::float8 / 1000) end, $12)
       on conflict (address_id, turn) do nothing returning 1
     )
     select (select count(*) from owed) + (
       -- Given up or held by now, it is where people see it.
       select count(*) from outbox where address_id = $1 and turn = $2 and (failed_at is not null or held is not null)
     ) count`,
    [
      receipt.address_id,
      receipt.turn,
      channel,
      shard,
      receipt.lane,
      receipt.language,
      JSON.stringify(receipt.says),
      now,
      held,
      receipt.place,
      receipt.attempts + 1,
      failure,
    ],
  )
  return countRow.parse(row).count > 0
}
