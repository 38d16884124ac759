// The busiest statements of the service: what has arrived and whom it concerns, and what a batch of turns comes to.
// One round trip each, whatever the size of the batch. Rows go in column by column, as arrays: PostgreSQL unpacks them
// some five times faster than one JSON value with all the rows.
import { z } from 'zod'
import type { Say } from '../engine/events.ts'
import type { Session } from '../engine/session.ts'
import type { Instant } from '../words/clock.ts'
import type { AddressId, AttemptId, PersonId } from '../words/ids.ts'
import { type Language, LANGUAGES } from '../words/language.ts'
import { type ChannelName, CHANNELS, type IncomingMessage } from '../words/message.ts'
import { jsonColumn, plainColumn, textColumn } from './columns.ts'
import type { Db } from './db.ts'
import { ADDRESSES_OF_P } from './shared-addresses.ts'

/** A message taken in, and the conversation it belongs to, locked until the transaction ends. */
export interface Arrival {
  /** The message's index in the batch handed in. */
  readonly index: number
  /** False when this message has been applied before: nothing is to be done. */
  readonly fresh: boolean
  readonly addressId: AddressId
  readonly channel: ChannelName
  /** The channel's own id of the address. */
  readonly to: string
  readonly personId: PersonId
  readonly name: string
  readonly language: Language
  /** Where the person is at home: which dialogue greets them. */
  readonly home: 'welcome' | 'join' | 'menu' | 'stopped'
  /** The address was given up as unreachable before this message. */
  readonly unreachable: boolean
  /** When they last wrote from there, as far as it was looked up. */
  readonly heardAt: Instant | undefined
  /** When they last wrote from anywhere; looked up of those alone who are written to unasked. */
  readonly wroteAt: Instant | undefined
  /** Several people use this telephone. */
  readonly shared: boolean
  /** When somebody last wrote there, and whether it is to be found out who has it in hand; of shared ones only. */
  readonly spokenAt: Instant | undefined
  readonly asksWho: boolean
  /** They have not written themselves: on a shared telephone what they are told begins with their name. */
  readonly called: boolean
  readonly turn: number
  readonly session: Session
}

// A session is written by the engine alone and read back by it alone; its shape is the engine's to know. One that is
// broken must not stop the others of its batch here, so whatever stands there comes back.
const arrivalRow = z.object({
  index: z.number(),
  fresh: z.boolean(),
  address_id: z.number(),
  channel: z.enum(CHANNELS),
  external_id: z.string(),
  person_id: z.number(),
  name: z.string(),
  language: z.enum(LANGUAGES),
  home: z.enum(['welcome', 'join', 'menu', 'stopped']),
  unreachable: z.boolean(),
  heard_at: z.number().nullish(),
  wrote_at: z.number().nullish(),
  shared: z.boolean(),
  spoken_at: z.number().nullable(),
  asks_who: z.boolean(),
  called: z.boolean(),
  turn: z.number(),
  state: z.custom<Session>(() => true),
})

const PERSON_COLUMNS = `p.id person_id, p.name, p.language,
  case when p.role is null then 'welcome' when p.joined_at is null then 'join'
       when p.stopped_at is not null then 'stopped' else 'menu' end home, s.state`

/**
 * Takes messages in: each is noted as seen, and the conversations they belong to are locked and loaded. Messages of
 * senders nobody knows yet are not noted and do not come back: `welcomeStrangers`, then take those in again.
 * The same message may not stand in `messages` twice.
 */
export async function takeIn(db: Db, messages: readonly IncomingMessage[]): Promise<Arrival[]> {
  // `in` and not a join: the planner hashes the one and compares everything with everything for the other.
  // Noted in one order by everybody, so that two processes handed the same messages wait for one another in a line.
  const found = await db.query(
    `with arriving as materialized (
       select a.index, a.channel, a.id, a.sender, d.id address_id, d.person_id, d.unreachable_at is not null unreachable,
         d.shared, d.spoken_at, d.asks_who
       from unnest($1::int[], $2::text[], $3::text[], $4::text[]) as a(index, channel, id, sender)
       join address d on d.channel = a.channel and d.external_id = a.sender
     ), fresh as (
       insert into received_message (channel, message_id)
       select channel, id from arriving order by channel, id on conflict do nothing
       returning channel, message_id
     )
     select a.index, (a.channel, a.id) in (select channel, message_id from fresh) fresh, a.address_id, a.channel, a.sender external_id, a.unreachable,
       a.shared, a.spoken_at, a.asks_who, false called, s.turn, ${PERSON_COLUMNS}
     from arriving a
     join person p on p.id = a.person_id
     join session s on s.person_id = a.person_id
     order by s.person_id, a.index
     for update of s`,
    [
      plainColumn(messages.map((_, index) => index)),
      textColumn(messages.map(({ channel }) => channel)),
      textColumn(messages.map(({ messageId }) => messageId)),
      textColumn(messages.map(({ sender }) => sender)),
    ],
  )
  return found.map(arrivalOf).toSorted((a, b) => a.index - b.index)
}

/** Locks and loads one person's conversation for a turn they did not ask for; undefined when there is nowhere to write. */
export async function takeUp(db: Db, person: PersonId): Promise<Arrival | undefined> {
  const [row] = await db.query(
    `select 0 as index, true as fresh, d.id address_id, d.channel, d.external_id, d.unreachable_at is not null unreachable, d.heard_at,
       s.heard_at wrote_at, d.shared, d.spoken_at, d.asks_who, true called,
       -- Replies to an address are numbered upwards, whoever of those who share it they are for.
       greatest(s.turn, (select max(o.turn) from speaker x join session o on o.person_id = x.person_id where x.address_id = d.id)) turn,
       ${PERSON_COLUMNS}
     from person p join session s on s.person_id = p.id
     join lateral (
       select id, channel, external_id, unreachable_at, heard_at, shared, spoken_at, asks_who from address
       where id = any(array(${ADDRESSES_OF_P})) order by unreachable_at is null desc, id = s.address_id desc nulls last, id limit 1
     ) d on true
     where p.id = $1 for update of s`,
    [person],
  )
  return row ? arrivalOf(row) : undefined
}

// Field by field: a spread of the rest was half of what reading a row costs.
function arrivalOf(row: unknown): Arrival {
  const found = arrivalRow.parse(row)
  return {
    index: found.index,
    fresh: found.fresh,
    addressId: found.address_id as AddressId,
    channel: found.channel,
    to: found.external_id,
    personId: found.person_id as PersonId,
    name: found.name,
    language: found.language,
    home: found.home,
    unreachable: found.unreachable,
    heardAt: found.heard_at ?? undefined,
    wroteAt: found.wrote_at ?? undefined,
    shared: found.shared,
    spokenAt: found.spoken_at ?? undefined,
    asksWho: found.asks_who,
    called: found.called,
    turn: found.turn,
    session: found.state,
  }
}

/**
 * Gives everybody who writes for the first time an address and an empty record without rights. False when one of them
 * has an address: another process was faster.
 */
export async function welcomeStrangers(db: Db, messages: readonly IncomingMessage[]): Promise<boolean> {
  const senders = new Map(
    messages.map(({ channel, sender }) => [`${channel} ${sender}`, { channel, sender }]),
  )
  // In one order by everybody, as above.
  for (const [key, { channel, sender }] of [...senders].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    // Two processes may meet the same stranger at once: the second waits here, and then finds the address taken.
    await db.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [key])
    const added = await db.query(
      `with stranger as (
         insert into person (name) select '' where not exists (select from address where channel = $1 and external_id = $2)
         returning id
       ), talking as (insert into session (person_id) select id from stranger)
       insert into address (channel, external_id, person_id) select $1, $2, id from stranger returning id`,
      [channel, sender],
    )
    if (added.length === 0) return false
  }
  return true
}

export interface SessionWrite {
  readonly person_id: PersonId
  readonly turn: number
  readonly state: Session
  readonly address_id: AddressId
  /** Whether the person wrote themselves. */
  readonly heard: boolean
}

export interface AnswerWrite {
  readonly attempt_id: AttemptId
  readonly ordinal: number
  readonly attempt_try: number
  readonly question: string
  readonly option: string
  readonly correct: boolean
  readonly took_ms: number
  readonly language: Language
}

/** What is owed to one address: one turn's says, to be spoken in `language`. */
export interface OutboxWrite {
  readonly address_id: AddressId
  readonly turn: number
  readonly channel: ChannelName
  readonly shard: number
  readonly lane: 0 | 1
  readonly language: Language
  readonly says: readonly Say[]
  readonly handed: boolean
}

export interface TurnWrites {
  readonly now: Instant
  readonly sessions: readonly SessionWrite[]
  readonly answers: readonly AnswerWrite[]
  readonly outbox: readonly OutboxWrite[]
}

const waitingTurn = z.object({ address_id: z.int(), turn: z.int() })

/**
 * Writes what a batch of turns comes to. Gives back the turns that are in nobody's hand, wished or not: a chat that is
 * still owed something earlier, which has yet to be found, gets nothing before it.
 */
export async function writeTurns(
  db: Db,
  { now, sessions, answers, outbox }: TurnWrites,
): Promise<z.infer<typeof waitingTurn>[]> {
  const rows = await db.query(
    `with answered as (
       insert into answer (attempt_id, ordinal, attempt_try, question, option, correct, took_ms, language, answered_at)
       select a.*, to_timestamp($6::float8 / 1000)
       from unnest($7::bigint[], $8::smallint[], $9::smallint[], $10::text[], $11::text[], $12::boolean[], $13::int[], $14::text[]) a
     ), owed as (
       insert into outbox (address_id, turn, channel, shard, lane, language, says, created_at, handed)
       select o.address_id, o.turn, o.channel, o.shard, o.lane, o.language, o.says, to_timestamp($6::float8 / 1000),
         o.handed and not exists (select from outbox w where w.address_id = o.address_id and w.lane < 2 and not w.handed and w.failed_at is null)
       from unnest($15::bigint[], $16::int[], $17::text[], $18::smallint[], $19::smallint[], $20::text[], $21::json[], $22::boolean[])
         as o(address_id, turn, channel, shard, lane, language, says, handed)
       returning address_id, turn, handed
     ), hurried as (
       -- A reply takes along what waits before it in the same chat: the person has just written.
       update outbox w set lane = 0 from unnest($15::bigint[], $19::smallint[]) as r(address_id, lane)
       where w.address_id = r.address_id and r.lane = 0 and w.lane = 1 and not w.handed and w.failed_at is null
     ), talked as (
       update session s set turn = x.turn, state = x.state,
         address_id = case when x.heard then x.address_id else coalesce(s.address_id, x.address_id) end,
         heard_at = case when x.heard then to_timestamp($6::float8 / 1000) else s.heard_at end
       from unnest($1::bigint[], $2::int[], $3::json[], $4::bigint[], $5::boolean[]) as x(person_id, turn, state, address_id, heard)
       where s.person_id = x.person_id
     )
     select address_id, turn from owed where not handed`,
    [
      plainColumn(sessions.map((row) => row.person_id)),
      plainColumn(sessions.map((row) => row.turn)),
      jsonColumn(sessions.map((row) => row.state)),
      plainColumn(sessions.map((row) => row.address_id)),
      plainColumn(sessions.map((row) => row.heard)),
      now,
      plainColumn(answers.map((row) => row.attempt_id)),
      plainColumn(answers.map((row) => row.ordinal)),
      plainColumn(answers.map((row) => row.attempt_try)),
      textColumn(answers.map((row) => row.question)),
      textColumn(answers.map((row) => row.option)),
      plainColumn(answers.map((row) => row.correct)),
      plainColumn(answers.map((row) => row.took_ms)),
      textColumn(answers.map((row) => row.language)),
      plainColumn(outbox.map((row) => row.address_id)),
      plainColumn(outbox.map((row) => row.turn)),
      textColumn(outbox.map((row) => row.channel)),
      plainColumn(outbox.map((row) => row.shard)),
      plainColumn(outbox.map((row) => row.lane)),
      textColumn(outbox.map((row) => row.language)),
      jsonColumn(outbox.map((row) => row.says)),
      plainColumn(outbox.map((row) => row.handed)),
    ],
  )
  return rows.map((row) => waitingTurn.parse(row))
}
