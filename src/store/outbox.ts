import { z } from 'zod'
import type { Say } from '../engine/events.ts'
import type { Instant } from '../words/clock.ts'
import type { AddressId } from '../words/ids.ts'
import { type Language, LANGUAGES } from '../words/language.ts'
import { type ChannelName, CHANNELS } from '../words/message.ts'
import { plainColumn, textColumn } from './columns.ts'
import type { Db } from './db.ts'

/** How many shards a channel's outbox is spread over; each is served by one process at a time. */
export const SHARDS = 8

/** The shard of an address. */
export const shardOf = (address: AddressId): number => address % SHARDS

/**
 * What goes first: 0 a reply, 1 what nobody waits for, 2 a broadcast. A broadcast is no part of a talk: its `turn` is its
 * number below zero, its words stand in `broadcast`, and what is owed later may overtake it.
 */
export type Lane = 0 | 1 | 2

/** One turn owed to one address. */
export interface Owed {
  readonly addressId: AddressId
  readonly turn: number
  readonly channel: ChannelName
  /** The channel's own id of whom it goes to. */
  readonly to: string
  readonly shard: number
  readonly lane: Lane
  /** Whether it goes to a group, where several people read it. */
  readonly group: boolean
  readonly language: Language
  readonly says: readonly Say[]
  readonly createdAt: Instant
  /** When they last wrote from there, where the channel must know; unknown counts as never. */
  readonly heardAt?: Instant | undefined
  /** Messages of the turn already accepted by the provider: bubbles, and parts of those that are long. */
  readonly bubblesSent: number
  readonly attempts: number
}

const owedRow = z.object({
  address_id: z.int(),
  turn: z.int(),
  channel: z.enum(CHANNELS),
  external_id: z.string(),
  shard: z.int(),
  lane: z.union([z.literal(0), z.literal(1), z.literal(2)]),
  group: z.boolean(),
  language: z.enum(LANGUAGES),
  says: z.custom<Say[]>(Array.isArray),
  created_at: z.number(),
  heard_at: z.number().nullable(),
  bubbles_sent: z.int(),
  attempts: z.int(),
})

const OWED = `o.address_id, o.turn, o.channel, a.external_id, o.shard, o.lane, a.group_name is not null "group", o.language, o.says,
  o.created_at, a.heard_at, o.bubbles_sent, o.attempts`

/**
 * Takes up to `limit` turns nobody has in hand, of the shards this process serves: chat by chat, each in order from the
 * first that waits, so that none is overtaken. Chats with a reply come before the rest, those that wait longest first.
 */
export async function claimOwed(
  db: Db,
  channel: ChannelName,
  shards: readonly number[],
  limit: number,
): Promise<Owed[]> {
  // Nobody else claims of these shards, so a row that is locked is waited for: leaving it out would let the next of its
  // chat overtake it.
  const rows = await db.query(
    `with waiting as (
       select address_id, turn, min(lane) over chat lane, min(created_at) over chat since from outbox
       where channel = $1 and lane < 2 and shard = any($2) and not handed and failed_at is null
       window chat as (partition by address_id)
     ), next as materialized (
       select address_id, turn from waiting order by lane, since, address_id, turn limit $3
     )
     update outbox o set handed = true from next n, address a
     where o.address_id = n.address_id and o.turn = n.turn and a.id = o.address_id and not o.handed
     returning ${OWED}`,
    [channel, shards, limit],
  )
  return rows.map(owedOf).toSorted((a, b) => a.addressId - b.addressId || a.turn - b.turn)
}

/** Takes up to `limit` of what broadcasts owe, the first broadcast first. */
export async function claimBroadcasts(
  db: Db,
  channel: ChannelName,
  shards: readonly number[],
  limit: number,
): Promise<Owed[]> {
  const rows = await db.query(
    `with next as materialized (
       select address_id, turn from outbox
       where channel = $1 and lane = 2 and shard = any($2) and not handed and failed_at is null
       order by created_at limit $3 for update skip locked
     )
     update outbox o set handed = true from next n, address a
     where o.address_id = n.address_id and o.turn = n.turn and a.id = o.address_id
     returning ${OWED}`,
    [channel, shards, limit],
  )
  return rows.map(owedOf)
}

function owedOf(row: unknown): Owed {
  const owed = owedRow.parse(row)
  return {
    addressId: owed.address_id as AddressId,
    turn: owed.turn,
    channel: owed.channel,
    to: owed.external_id,
    shard: owed.shard,
    lane: owed.lane,
    group: owed.group,
    language: owed.language,
    says: owed.says,
    createdAt: owed.created_at,
    heardAt: owed.heard_at ?? undefined,
    bubblesSent: owed.bubbles_sent,
    attempts: owed.attempts,
  }
}

/** Lets go of turns that were committed as in hand, and are in nobody's. */
export async function letGoOf(db: Db, turns: readonly Pick<Owed, 'addressId' | 'turn'>[]): Promise<void> {
  await db.query(
    `update outbox o set handed = false from unnest($1::bigint[], $2::int[]) x(address_id, turn)
     where o.address_id = x.address_id and o.turn = x.turn`,
    [plainColumn(turns.map(({ addressId }) => addressId)), plainColumn(turns.map(({ turn }) => turn))],
  )
}

/** Turns that are said to be in hand since before `before`, of these shards; at most 4,000. */
export async function handedSince(
  db: Db,
  channel: ChannelName,
  shards: readonly number[],
  before: Instant,
): Promise<Pick<Owed, 'addressId' | 'turn'>[]> {
  const rows = await db.query(
    `select address_id, turn from outbox where channel = $1 and shard = any($2) and handed and failed_at is null
       and held is null and created_at < to_timestamp($3::float8 / 1000) limit 4000`,
    [channel, shards, before],
  )
  return rows.map((row) => {
    const { address_id, turn } = handedRow.parse(row)
    return { addressId: address_id as AddressId, turn }
  })
}

const handedRow = z.object({ address_id: z.int(), turn: z.int() })

/** Lets go of what somebody had in hand and can no longer be sending: the shards have a new owner. */
export async function releaseShards(db: Db, channel: ChannelName, shards: readonly number[]): Promise<void> {
  await db.query(
    'update outbox set handed = false where channel = $1 and shard = any($2) and handed and failed_at is null and held is null',
    [channel, shards],
  )
}

/** What became of a turn in hand. */
export type Outcome =
  | { readonly outcome: 'sent'; readonly address_id: AddressId; readonly turn: number }
  /** Some bubbles went out, or a try failed; it stays in hand. */
  | {
      readonly outcome: 'kept'
      readonly address_id: AddressId
      readonly turn: number
      readonly bubbles_sent: number
      readonly attempts: number
    }
  | {
      readonly outcome: 'failed'
      readonly address_id: AddressId
      readonly turn: number
      readonly failure: string
    }

/** A turn that cannot be sent before its person writes, and why; so many messages of it went out before. */
export interface HeldOutcome {
  readonly outcome: 'held'
  readonly address_id: AddressId
  readonly turn: number
  readonly bubbles_sent: number
  readonly why: string
}

/**
 * Notes what became of turns: those sent are gone, those failed stay for people to see. Both are counted for `day`, the
 * start of the local day.
 */
export async function settleOwed(
  db: Db,
  outcomes: readonly Outcome[],
  { now, day }: { now: Instant; day: Instant },
): Promise<void> {
  await db.query(
    `with x as materialized (
       select * from unnest($1::text[], $2::bigint[], $3::int[], $4::smallint[], $5::smallint[], $6::text[])
         as x(outcome, address_id, turn, bubbles_sent, attempts, failure)
     ), changed as (
       update outbox o set
         bubbles_sent = coalesce(x.bubbles_sent, o.bubbles_sent),
         attempts = coalesce(x.attempts, o.attempts),
         failed_at = case when x.outcome = 'failed' then to_timestamp($7::float8 / 1000) end,
         failure = x.failure
       from x where x.outcome <> 'sent' and o.address_id = x.address_id and o.turn = x.turn
       returning x.outcome, o.channel
     ), gone as (
       delete from outbox o using x where x.outcome = 'sent' and o.address_id = x.address_id and o.turn = x.turn
       returning x.outcome, o.channel
     )
     insert into delivery_day as d (channel, day, sent, failed)
     select channel, to_timestamp($8::float8 / 1000), count(*) filter (where outcome = 'sent'), count(*) filter (where outcome = 'failed')
     from (select * from gone union all select * from changed) settled where outcome <> 'kept' group by channel
     on conflict (channel, day) do update set sent = d.sent + excluded.sent, failed = d.failed + excluded.failed`,
    [
      textColumn(outcomes.map(({ outcome }) => outcome)),
      plainColumn(outcomes.map((row) => row.address_id)),
      plainColumn(outcomes.map((row) => row.turn)),
      plainColumn(outcomes.map((row) => (row.outcome === 'kept' ? row.bubbles_sent : null))),
      plainColumn(outcomes.map((row) => (row.outcome === 'kept' ? row.attempts : null))),
      textColumn(outcomes.map((row) => (row.outcome === 'failed' ? row.failure : null))),
      now,
      day,
    ],
  )
}

/** The person's address with this id on a channel; undefined when nobody has written from there. */
export async function addressNamed(
  db: Db,
  channel: ChannelName,
  externalId: string,
): Promise<AddressId | undefined> {
  const [row] = await db.query(
    'select id from address where channel = $1 and external_id = $2 and person_id is not null',
    [channel, externalId],
  )
  return row ? (z.object({ id: z.int() }).parse(row).id as AddressId) : undefined
}

/** Notes that a person cannot be reached at this address until they write again. */
export async function markUnreachable(db: Db, address: AddressId, now: Instant): Promise<void> {
  await db.query(
    'update address set unreachable_at = coalesce(unreachable_at, to_timestamp($2 / 1000.0)) where id = $1',
    [address, now],
  )
}

const waitingRow = z.object({
  channel: z.string(),
  waiting: z.number(),
  oldest: z.number().nullable(),
  held: z.number(),
  failed: z.number(),
})

/**
 * For each channel: how much is owed, since when (an instant), how much is held until its people write, and how much has
 * failed for good.
 */
export async function outboxState(db: Db): Promise<z.infer<typeof waitingRow>[]> {
  const rows = await db.query(
    `select channel, count(*) filter (where failed_at is null and held is null) waiting,
            min(created_at) filter (where failed_at is null and held is null) oldest,
            count(*) filter (where failed_at is null and held is not null) held,
            count(*) filter (where failed_at is not null) failed
     from outbox group by channel`,
  )
  return rows.map((row) => waitingRow.parse(row))
}
