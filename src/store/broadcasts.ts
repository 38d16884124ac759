import { z } from 'zod'
import type { Instant } from '../words/clock.ts'
import type { LocalText } from '../words/language.ts'
import type { Cadre, Role } from '../words/roles.ts'
import type { Db } from './db.ts'
import { SHARDS } from './outbox.ts'
import { ADDRESSES_OF_P } from './shared-addresses.ts'

/** Whom a broadcast is for; what is undefined leaves nobody out. */
export interface Audience {
  readonly role?: Role | undefined
  readonly cadre?: Cadre | undefined
  readonly district?: string | undefined
  readonly facility?: string | undefined
}

/**
 * Everybody who is in, has not sent STOP, is not on leave and can be reached, each where they wrote last. A telephone that
 * several people share hears it once.
 */
const READERS = `select distinct on (a.id) a.id, a.channel, p.language from person p
  left join facility f on f.id = p.facility_id left join session s on s.person_id = p.id
  join lateral (
    select id, channel from address
    where id = any(array(${ADDRESSES_OF_P})) and unreachable_at is null
    order by id = s.address_id desc nulls last, id limit 1
  ) a on true
  where p.role is not null and p.joined_at is not null and p.stopped_at is null
    and (p.leave_until is null or p.leave_until <= to_timestamp($1::float8 / 1000))
    and ($2::text is null or p.role = $2) and ($3::text is null or p.cadre = $3)
    and ($4::text is null or lower(f.district) = lower($4)) and ($5::text is null or lower(f.name) = lower($5))`

const readersOf = ({ role, cadre, district, facility }: Audience, now: Instant): unknown[] => [
  now,
  role ?? null,
  cadre ?? null,
  district ?? null,
  facility ?? null,
]

const countRow = z.object({ count: z.number() })

/** How many would read a broadcast. */
export async function countReaders(db: Db, audience: Audience, now: Instant): Promise<number> {
  const [row] = await db.query(`select count(*) count from (${READERS}) reader`, readersOf(audience, now))
  return countRow.parse(row).count
}

const preparedRow = z.object({ id: z.int(), people: z.int() })

/** Owes a text to everybody it is for, in one statement; its number and how many they are. */
export async function prepareBroadcast(
  db: Db,
  { text, audience }: { text: LocalText; audience: Audience },
  now: Instant,
): Promise<{ id: number; people: number }> {
  const [row] = await db.query(
    `with reader as materialized (${READERS}), made as (
       insert into broadcast (text, audience, created_at, people)
       select $6, $7, to_timestamp($1::float8 / 1000), count(*) from reader returning id, people
     ), owed as (
       insert into outbox (address_id, turn, channel, shard, lane, language, says, created_at, handed)
       select r.id, -made.id, r.channel, r.id % $8::int, 2, r.language, '[]', to_timestamp($1::float8 / 1000), false
       from reader r, made
     )
     select id, people from made`,
    [...readersOf(audience, now), JSON.stringify(text), JSON.stringify(audience), SHARDS],
  )
  return preparedRow.parse(row)
}

/** Stops a broadcast: who has not got it yet will not. How many they are; undefined when there is none or it was stopped. */
export async function stopBroadcast(db: Db, id: number, now: Instant): Promise<number | undefined> {
  const stopped = await db.query(
    'update broadcast set stopped_at = to_timestamp($2::float8 / 1000) where id = $1 and stopped_at is null returning id',
    [id, now],
  )
  if (stopped.length === 0) return undefined
  const [row] = await db.query(
    `with gone as (delete from outbox where lane = 2 and turn = -$1::int and failed_at is null returning 1),
       counted as (update broadcast set dropped = dropped + (select count(*) from gone) where id = $1)
     select count(*) count from gone`,
    [id],
  )
  return countRow.parse(row).count
}

const textRow = z.object({
  text: z.custom<LocalText>((text) => typeof text === 'object'),
  stopped: z.boolean(),
})

/** The words of a broadcast and whether it was stopped. */
export async function broadcastText(
  db: Db,
  id: number,
): Promise<{ text: LocalText; stopped: boolean } | undefined> {
  const [row] = await db.query('select text, stopped_at is not null stopped from broadcast where id = $1', [
    id,
  ])
  return row ? textRow.parse(row) : undefined
}

const broadcastRow = z.object({
  id: z.int(),
  text: z.custom<LocalText>((text) => typeof text === 'object'),
  audience: z.custom<Audience>((audience) => typeof audience === 'object'),
  created_at: z.number(),
  people: z.int(),
  dropped: z.int(),
  stopped_at: z.number().nullable(),
  waiting: z.number(),
  failed: z.number(),
})

/** A broadcast and how far it has come: those neither waiting, failed nor dropped have got it. */
export type Broadcast = z.infer<typeof broadcastRow>

/** The last broadcasts, newest first. */
export async function broadcasts(db: Db, limit: number): Promise<Broadcast[]> {
  const rows = await db.query(
    `select b.*, coalesce(o.waiting, 0) waiting, coalesce(o.failed, 0) failed from broadcast b
     left join lateral (
       select count(*) filter (where failed_at is null) waiting, count(*) filter (where failed_at is not null) failed
       from outbox where lane = 2 and turn = -b.id
     ) o on true
     order by b.id desc limit $1`,
    [limit],
  )
  return rows.map((row) => broadcastRow.parse(row))
}
