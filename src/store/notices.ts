import { z } from 'zod'
import type { Instant } from '../words/clock.ts'
import type { AddressId } from '../words/ids.ts'
import type { ChannelName } from '../words/message.ts'
import type { Db } from './db.ts'

const noticeRow = z.object({ ref: z.string().nullable(), poll: z.string().nullable() })

/**
 * What the provider said when this was sent, by its name in this chat; undefined when it was not. Without a `ref` it is to be
 * said anew.
 */
export async function noticeNamed(
  db: Db,
  address: AddressId,
  name: string,
): Promise<{ ref: string | undefined; poll: string | undefined } | undefined> {
  const [row] = await db.query('select ref, poll from notice where address_id = $1 and name = $2', [
    address,
    name,
  ])
  if (!row) return undefined
  const { ref, poll } = noticeRow.parse(row)
  return { ref: ref ?? undefined, poll: poll ?? undefined }
}

/** So many of those that were said before are known again. */
const MOST_EARLIER = 20

/** Keeps what the provider said of it; a later one of the same name takes its place, and those before stay known. */
export async function keepNotice(
  db: Db,
  notice: { address: AddressId; name: string; ref: string; poll: string | undefined },
  at: Instant,
): Promise<void> {
  await db.query(
    `insert into notice as n (address_id, name, ref, poll, at) values ($1, $2, $3, $4, to_timestamp($5 / 1000.0))
     on conflict (address_id, name) do update set ref = excluded.ref, poll = excluded.poll, at = excluded.at,
       earlier = (array_remove(array_remove(n.ref || n.earlier, excluded.ref), null))[1:$6]`,
    [notice.address, notice.name, notice.ref, notice.poll ?? null, at, MOST_EARLIER],
  )
}

/** What is said under these names next is a message of its own. Polls stay: two would gather half the votes each. */
export async function sayAnew(db: Db, address: AddressId, names: readonly string[]): Promise<void> {
  await db.query(
    `update notice set earlier = (ref || earlier)[1:$3], ref = null
     where address_id = $1 and name = any($2) and poll is null and ref is not null`,
    [address, names, MOST_EARLIER],
  )
}

const pollRow = z.object({ address_id: z.int(), name: z.string() })

/** The chat and the name of the poll a vote belongs to; undefined when it is none of ours, or long ago. */
export async function pollVoted(
  db: Db,
  channel: ChannelName,
  poll: string,
): Promise<{ address: AddressId; name: string } | undefined> {
  const [row] = await db.query(
    `select n.address_id, n.name from notice n join address a on a.id = n.address_id
     where n.poll = $2 and a.channel = $1`,
    [channel, poll],
  )
  if (!row) return undefined
  const { address_id, name } = pollRow.parse(row)
  return { address: address_id as AddressId, name }
}
