// Where people are on a channel, and strangers who ask to be let in.
import { z } from 'zod'
import type { Instant } from '../words/clock.ts'
import type { AddressId, PersonId } from '../words/ids.ts'
import type { ChannelName } from '../words/message.ts'
import type { Db } from './db.ts'
import { claimVotes } from './unclaimed-votes.ts'

/** The address of a person on a channel, made when there is none; a conversation is made with it. */
export async function giveAddress(
  db: Db,
  person: PersonId,
  channel: ChannelName,
  externalId: string,
): Promise<void> {
  await db.query('insert into session (person_id) values ($1) on conflict do nothing', [person])
  await db.query(
    'insert into address (channel, external_id, person_id) values ($1, $2, $3) on conflict do nothing',
    [channel, externalId, person],
  )
}

/** A stranger turns out to be somebody on the roster: their address is that person's from now on. */
export async function moveAddress(db: Db, address: AddressId, from: PersonId, to: PersonId): Promise<void> {
  // Replies to an address are numbered by turn, and its buttons by question: the numbers must go on upwards.
  await db.query(
    `insert into session as theirs (person_id, turn, state)
     select $1, turn, json_build_object('asked', coalesce((state->>'asked')::int, 0), 'stack', json_build_array())
       from session where person_id = $2
     on conflict (person_id) do update set turn = greatest(theirs.turn, excluded.turn),
       state = json_build_object('asked', greatest((theirs.state->>'asked')::int, (excluded.state->>'asked')::int),
         'stack', theirs.state->'stack')`,
    [to, from],
  )
  await db.query('update address set person_id = $2, unreachable_at = null, codes_tried = 0 where id = $1', [
    address,
    to,
  ])
  await db.query(
    'delete from person where id = $1 and role is null and not exists (select from address where person_id = $1)',
    [from],
  )
  await claimVotes(db, address, to)
}

/** Those who have written again can be reached again. */
export async function markReachable(db: Db, addresses: readonly AddressId[]): Promise<void> {
  await db.query(
    'update address set unreachable_at = null where id = any($1) and unreachable_at is not null',
    [addresses],
  )
}

/** Counts a wrong code and says how many were tried at this address in the last 24 hours, this one included. */
export async function countCodeTried(db: Db, address: AddressId, now: Instant): Promise<number> {
  const [row] = await db.query(
    `update address set
       codes_tried = case when codes_tried_at > to_timestamp($2 / 1000.0) - interval '24 hours' then least(codes_tried + 1, 100) else 1 end,
       codes_tried_at = case when codes_tried_at > to_timestamp($2 / 1000.0) - interval '24 hours' then codes_tried_at else to_timestamp($2 / 1000.0) end
     where id = $1 returning codes_tried tried`,
    [address, now],
  )
  return z.object({ tried: z.int() }).parse(row).tried
}

/** How many wrong codes were tried at this address in the last 24 hours. */
export async function codesTried(db: Db, address: AddressId, now: Instant): Promise<number> {
  const [row] = await db.query(
    `select case when codes_tried_at > to_timestamp($2 / 1000.0) - interval '24 hours' then codes_tried else 0 end tried
     from address where id = $1`,
    [address, now],
  )
  return z.object({ tried: z.int() }).parse(row).tried
}

export async function requestAccess(
  db: Db,
  address: AddressId,
  asked: { name: string; facility: string; at: Instant },
): Promise<void> {
  await db.query(
    `insert into access_request (address_id, name, facility, at) values ($1, $2, $3, to_timestamp($4 / 1000.0))
     on conflict (address_id) do update set name = excluded.name, facility = excluded.facility, at = excluded.at, answered_at = null`,
    [address, asked.name, asked.facility, asked.at],
  )
}

const requestRow = z.object({
  id: z.int(),
  channel: z.string(),
  name: z.string(),
  facility: z.string(),
  at: z.number(),
})

/** Those who have asked for access, have had no answer, and are not on the roster meanwhile. */
export async function accessRequests(db: Db): Promise<z.infer<typeof requestRow>[]> {
  const rows = await db.query(
    `select r.id, a.channel, r.name, r.facility, r.at from access_request r join address a on a.id = r.address_id
       join person p on p.id = a.person_id
     where r.answered_at is null and p.role is null order by r.at`,
  )
  return rows.map((row) => requestRow.parse(row))
}

/** Who is known to write from somewhere. */
export interface Speaking {
  /** The person it belongs to, or who had it in hand last. */
  readonly person: PersonId
  /** Several use this telephone. */
  readonly shared: boolean
}

const speakingRow = z.object({ person_id: z.int(), shared: z.boolean() })

/** Who writes from there, if anybody of the programme does. */
export async function speakingAt(
  db: Db,
  channel: ChannelName,
  externalId: string,
): Promise<Speaking | undefined> {
  const [row] = await db.query(
    `select a.person_id, a.shared from address a join person p on p.id = a.person_id
     where a.channel = $1 and a.external_id = $2 and p.role is not null`,
    [channel, externalId],
  )
  if (!row) return undefined
  const { person_id, shared } = speakingRow.parse(row)
  return { person: person_id as PersonId, shared }
}

/** Who writes from there, as far as anybody knows: of a shared telephone whoever has it in hand. */
export const personAt = async (
  db: Db,
  channel: ChannelName,
  externalId: string,
): Promise<PersonId | undefined> => (await speakingAt(db, channel, externalId))?.person
