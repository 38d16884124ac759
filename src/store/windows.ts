// Turns that are held until a person writes, since their provider takes nothing unasked before that.
import { z } from 'zod'
import type { Instant } from '../words/clock.ts'
import type { AddressId } from '../words/ids.ts'
import { plainColumn, textColumn } from './columns.ts'
import type { Db } from './db.ts'
import type { HeldOutcome } from './outbox.ts'

/** When somebody wrote from an address, as their provider says. */
export interface Heard {
  readonly addressId: AddressId
  readonly at: Instant
}

const freedRow = z.object({ address_id: z.int(), asks: z.boolean() })

/**
 * Notes that they have written, and lets go of what was held for them: it is sent before anything newer. Gives back whose
 * turns were let go, and whether one of them asks something.
 */
export async function openWindows(
  db: Db,
  heard: readonly Heard[],
  now: Instant,
): Promise<ReadonlyMap<AddressId, { readonly asks: boolean }>> {
  const rows = await db.query(
    `with heard as (
       update address a set heard_at = greatest(a.heard_at, to_timestamp(x.at / 1000))
       from unnest($1::bigint[], $2::float8[]) x(id, at) where a.id = x.id
     ), freed as (
       update outbox set held = null, handed = false, lane = case lane when 1 then 0 else lane end, created_at = to_timestamp($3::float8 / 1000)
       where address_id = any($1) and held is not null and failed_at is null
       returning address_id, says
     )
     select address_id, bool_or(says::text like '%"asked":%') asks from freed group by address_id`,
    [plainColumn(heard.map(({ addressId }) => addressId)), plainColumn(heard.map(({ at }) => at)), now],
  )
  return new Map(
    rows.map((row) => {
      const { address_id, asks } = freedRow.parse(row)
      return [address_id as AddressId, { asks }]
    }),
  )
}

/** Notes that the provider does not count the person as having written lately, whatever we have heard. */
export async function closeWindow(db: Db, address: AddressId): Promise<void> {
  await db.query('update address set heard_at = null where id = $1', [address])
}

/**
 * Holds turns until their people write. A question that was held before gives way to a newer one: its buttons would be
 * old, and whoever comes back after a month is not asked four things.
 */
export async function holdTurns(db: Db, held: readonly HeldOutcome[]): Promise<void> {
  await db.query(
    `with x as materialized (
       select * from unnest($1::bigint[], $2::int[], $3::text[], $4::smallint[]) x(address_id, turn, why, bubbles_sent)
     ), held as (
       update outbox o set held = x.why, bubbles_sent = x.bubbles_sent, handed = true from x
       where o.address_id = x.address_id and o.turn = x.turn and o.failed_at is null
       returning o.address_id, o.turn, o.says
     )
     delete from outbox o using held h
     where o.address_id = h.address_id and o.turn < h.turn and o.held is not null
       and o.says::text like '%"asked":%' and h.says::text like '%"asked":%'`,
    [
      plainColumn(held.map((row) => row.address_id)),
      plainColumn(held.map((row) => row.turn)),
      textColumn(held.map((row) => row.why)),
      plainColumn(held.map((row) => row.bubbles_sent)),
    ],
  )
}

const heldRow = z.object({ channel: z.string(), why: z.string(), count: z.number(), oldest: z.number() })

/** How many turns are held, for what reason and since when (an instant), by channel. */
export async function heldState(db: Db): Promise<z.infer<typeof heldRow>[]> {
  const rows = await db.query(
    `select channel, held why, count(*) count, min(created_at) oldest from outbox
     where held is not null and failed_at is null group by channel, held order by channel, held`,
  )
  return rows.map((row) => heldRow.parse(row))
}
