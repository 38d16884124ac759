import type { Say } from '../engine/events.ts'
import { chwGroupAt } from '../store/chw-groups.ts'
import type { Db } from '../store/db.ts'
import { type Group, groupById, nextGroupTurn } from '../store/groups.ts'
import { shardOf } from '../store/outbox.ts'
import type { Language } from '../words/language.ts'
import type { Ledger } from './converse.ts'
import type { Desk } from './desk.ts'

/** Enters what groups are told, each in the language most of it speak; a chat that is gone is told nothing. */
export async function oweGroups(desk: Desk, db: Db, ledger: Ledger): Promise<void> {
  for (const { group: id, says, awaited } of ledger.groups.splice(0)) {
    const known = await chwGroupAt(db, id)
    const group = known ?? (await groupById(db, id))
    const language = known?.language ?? desk.shelf.programmeLanguage
    if (group)
      await oweGroup(desk, db, ledger, { group, says: [...says], language, unasked: awaited !== true })
  }
}

/**
 * Enters one turn that is owed to a group. Locks the group until the transaction ends, so its turns go out in order.
 * Nothing is owed where the service may not write.
 */
export async function oweGroup(
  desk: Desk,
  db: Db,
  ledger: Ledger,
  order: { group: Group; says: Say[]; language: Language; unasked: boolean },
): Promise<void> {
  const { group, says, language, unasked } = order
  if (!group.reachable) return
  const shard = shardOf(group.addressId)
  const pass = desk.outTray.pass(group.channel, shard)
  ledger.outbox.push({
    address_id: group.addressId,
    turn: await nextGroupTurn(db, group.addressId),
    channel: group.channel,
    to: group.externalId,
    shard,
    lane: unasked ? 1 : 0,
    group: true,
    language,
    says,
    handed: pass !== undefined,
    pass,
  })
}
