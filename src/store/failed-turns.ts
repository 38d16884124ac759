// Turns that were given up: they stay in the outbox until people have looked at them.
import { z } from 'zod'
import type { Instant } from '../words/clock.ts'
import type { AddressId } from '../words/ids.ts'
import type { Db } from './db.ts'

const failedRow = z.object({
  address_id: z.int(),
  turn: z.int(),
  channel: z.string(),
  name: z.string(),
  role: z.string().nullable(),
  failure: z.string().nullable(),
  failed_at: z.number(),
  unreachable: z.boolean(),
})

/** A turn that was given up: to whom (no name: a stranger), and the provider's reason. */
export type FailedTurn = z.infer<typeof failedRow>

/** Turns given up, the newest first; at most `limit`. */
export async function failedTurns(db: Db, limit: number): Promise<FailedTurn[]> {
  const rows = await db.query(
    `select o.address_id, o.turn, o.channel, coalesce(p.name, '') "name", p.role, o.failure, o.failed_at,
       coalesce(a.unreachable_at is not null, false) unreachable
     from outbox o left join address a on a.id = o.address_id left join person p on p.id = a.person_id
     where o.failed_at is not null order by o.failed_at desc, o.address_id, o.turn limit $1`,
    [limit],
  )
  return rows.map((row) => failedRow.parse(row))
}

/** One turn, or all of a channel, or all. */
export type FailedSelection =
  { readonly address: AddressId; readonly turn: number } | { readonly channel: string } | 'all'

/** As `$1` to `$3` of a statement over outbox `o`. */
const SELECTED = `o.failed_at is not null and ($1::bigint is null or o.address_id = $1) and ($2::int is null or o.turn = $2)
  and ($3::text is null or o.channel = $3)`

function selected(which: FailedSelection): [number | null, number | null, string | null] {
  if (which === 'all') return [null, null, null]
  return 'channel' in which ? [null, null, which.channel] : [which.address, which.turn, null]
}

const countRow = z.object({ count: z.number() })

/** Owes turns that were given up once more, as if they had just come up; how many. Their people count as reachable again. */
export async function retryFailed(db: Db, which: FailedSelection, now: Instant): Promise<number> {
  const [row] = await db.query(
    `with again as (
       update outbox o set failed_at = null, failure = null, attempts = 0, handed = false, created_at = to_timestamp($4::float8 / 1000)
       where ${SELECTED} returning o.address_id
     ), reachable as (
       update address set unreachable_at = null where id in (select address_id from again) and unreachable_at is not null
     )
     select count(*) count from again`,
    [...selected(which), now],
  )
  return countRow.parse(row).count
}

/** Removes turns that were given up, for good; how many. */
export async function dropFailed(db: Db, which: FailedSelection): Promise<number> {
  const [row] = await db.query(
    `with gone as (delete from outbox o where ${SELECTED} returning o.turn, o.lane), unsaid as (
       update broadcast b set dropped = b.dropped + g.count
       from (select -turn id, count(*) count from gone where lane = 2 group by turn) g where b.id = g.id
     )
     select count(*) count from gone`,
    selected(which),
  )
  return countRow.parse(row).count
}
