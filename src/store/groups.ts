import { z } from 'zod'
import type { Instant } from '../words/clock.ts'
import type { AddressId } from '../words/ids.ts'
import { type ChannelName, CHANNELS } from '../words/message.ts'
import type { Db } from './db.ts'
import { SHARDS } from './outbox.ts'

/** Where a group is on a channel. */
export interface Group {
  readonly addressId: AddressId
  readonly channel: ChannelName
  /** The channel's own id of it. */
  readonly externalId: string
  readonly name: string
  /** False once the service was removed or silenced there: nothing is owed to it until it is let in again. */
  readonly reachable: boolean
}

const groupRow = z.object({ id: z.int(), name: z.string(), reachable: z.boolean() })

/** The group of this id, made when the service has not been in it before. `name` is kept when it is told. */
export async function welcomeGroup(
  db: Db,
  group: { channel: ChannelName; externalId: string; name?: string | undefined },
): Promise<Group> {
  const { channel, externalId, name } = group
  const [row] = await db.query(
    `insert into address as a (channel, external_id, group_name) values ($1, $2, coalesce($3, ''))
     on conflict (channel, external_id) do update set group_name = coalesce($3, a.group_name)
     returning id, group_name "name", unreachable_at is null reachable`,
    [channel, externalId, name ?? null],
  )
  return groupOf(row, channel, externalId)
}

/** The group of this id, where the service is or has been in it. */
export async function groupNamed(
  db: Db,
  channel: ChannelName,
  externalId: string,
): Promise<Group | undefined> {
  const [row] = await db.query(
    `select id, group_name "name", unreachable_at is null reachable from address
     where channel = $1 and external_id = $2 and group_name is not null`,
    [channel, externalId],
  )
  return row ? groupOf(row, channel, externalId) : undefined
}

const placeRow = z.object({ channel: z.enum(CHANNELS), external_id: z.string() })

/** The group of this address. */
export async function groupById(db: Db, id: AddressId): Promise<Group | undefined> {
  const [row] = await db.query(
    `select id, channel, external_id, group_name "name", unreachable_at is null reachable from address
     where id = $1 and group_name is not null`,
    [id],
  )
  if (!row) return undefined
  const { channel, external_id } = placeRow.parse(row)
  return groupOf(row, channel, external_id)
}

function groupOf(row: unknown, channel: ChannelName, externalId: string): Group {
  const { id, name, reachable } = groupRow.parse(row)
  return { addressId: id as AddressId, channel, externalId, name, reachable }
}

/** The number of the next turn owed to a group. The group is locked until the transaction ends, so turns go in order. */
export async function nextGroupTurn(db: Db, group: AddressId): Promise<number> {
  const [row] = await db.query(
    'update address set group_turn = group_turn + 1 where id = $1 returning group_turn turn',
    [group],
  )
  return z.object({ turn: z.int() }).parse(row).turn
}

/** The service cannot write to the group from `at` on, or can again (null). */
export async function setGroupReachable(db: Db, group: AddressId, at: Instant | null): Promise<void> {
  await db.query('update address set unreachable_at = to_timestamp($2 / 1000.0) where id = $1', [group, at])
}

/**
 * A group has another id from now on. Its address stays the same, with all that is owed to it; should the new id have an
 * address already, what is owed there follows what is owed here. Messages have other numbers there: nothing that was said
 * before can be edited, or answered. Undefined when no such group is known, as when it has moved already.
 */
export async function moveGroup(
  db: Db,
  channel: ChannelName,
  { from, to }: { from: string; to: string },
): Promise<AddressId | undefined> {
  const old = await groupNamed(db, channel, from)
  if (!old || from === to) return undefined
  const fresh = await groupNamed(db, channel, to)
  if (fresh) {
    const last = await nextGroupTurn(db, old.addressId)
    await db.query(
      'update outbox set address_id = $1, shard = $3, turn = turn + $4, handed = false where address_id = $2',
      [old.addressId, fresh.addressId, old.addressId % SHARDS, last],
    )
    await db.query(
      `update address set group_turn = group_turn + (select group_turn from address where id = $2),
         group_name = (select group_name from address where id = $2) where id = $1`,
      [old.addressId, fresh.addressId],
    )
    await db.query('delete from address where id = $1', [fresh.addressId])
  }
  await db.query('update address set external_id = $2, unreachable_at = null where id = $1', [
    old.addressId,
    to,
  ])
  await db.query(`update notice set ref = null, earlier = '{}' where address_id = $1 and poll is null`, [
    old.addressId,
  ])
  return old.addressId
}
