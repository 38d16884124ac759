// What comes in and is no talk with one person: groups, votes, and where the service stands in a chat.
//
// Nothing of a person's own talk may ever be said in a group: what is written there never reaches a session.
import type { Db } from '../store/db.ts'
import { noteSeen } from '../store/failed-messages.ts'
import { groupNamed, moveGroup, setGroupReachable, welcomeGroup } from '../store/groups.ts'
import { addressNamed, markUnreachable } from '../store/outbox.ts'
import type { IncomingMessage } from '../words/message.ts'
import type { Ledger } from './converse.ts'

/** Whether this is heard here, and not as one person's part of a talk. */
export function isElsewhere({ group, content }: IncomingMessage): boolean {
  return group !== undefined || content.kind === 'vote' || content.kind === 'standing'
}

/** Groups' talk and votes are for nobody yet: they cost no transaction, and nothing is kept of them. */
export function isForNobody(message: IncomingMessage): boolean {
  const { kind } = message.content
  return isElsewhere(message) && kind !== 'standing' && kind !== 'renamed' && kind !== 'moved'
}

/** Hears one of them. */
export async function hearElsewhere(db: Db, ledger: Ledger, message: IncomingMessage): Promise<void> {
  if (isForNobody(message)) return
  if (!(await noteSeen(db, message))) return
  if (message.group === undefined) await hearBlocked(db, ledger, message)
  else await hearOfGroup(db, ledger, message, message.group)
}

/** Who has blocked the service cannot be reached until they write again; letting it in again says nothing yet. */
async function hearBlocked(
  db: Db,
  { now }: Ledger,
  { channel, sender, content }: IncomingMessage,
): Promise<void> {
  if (content.kind !== 'standing' || content.standing !== 'out') return
  const address = await addressNamed(db, channel, sender)
  if (address !== undefined) await markUnreachable(db, address, now)
}

async function hearOfGroup(
  db: Db,
  { now }: Ledger,
  { channel, content }: IncomingMessage,
  externalId: string,
): Promise<void> {
  if (content.kind === 'moved') return moveGroup(db, channel, { from: externalId, to: content.to })
  if (content.kind !== 'standing' && content.kind !== 'renamed') return
  const may = content.kind === 'renamed' || content.standing === 'member' || content.standing === 'admin'
  // Removed from where it has never been known to be, or from where a group was before it moved: there is nothing.
  if (!may && !(await groupNamed(db, channel, externalId))) return
  const { addressId } = await welcomeGroup(db, { channel, externalId, name: content.name })
  if (content.kind === 'standing') await setGroupReachable(db, addressId, may ? null : now)
}
