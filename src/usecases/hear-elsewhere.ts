// What comes in and is no talk with one person: groups, votes, and where the service stands in a chat.
//
// Nothing of a person's own talk may ever be said in a group: what is written there never reaches a session.
import type { Shelf } from '../engine/shelf.ts'
import { chwGroupAt } from '../store/chw-groups.ts'
import type { Db } from '../store/db.ts'
import { noteSeen } from '../store/failed-messages.ts'
import { groupNamed, moveGroup, setGroupReachable, welcomeGroup } from '../store/groups.ts'
import { addressNamed, markUnreachable } from '../store/outbox.ts'
import type { AddressId } from '../words/ids.ts'
import type { IncomingMessage } from '../words/message.ts'
import type { Ledger } from './converse.ts'
import type { Desk } from './desk.ts'
import { mayBeLine } from './hear-lines.ts'
import { commandInGroup, hearCommand, hearMembers } from './hear-group.ts'
import { hearHere, hearVote, hereIn } from './hear-session.ts'
import { showAgain } from './show-again.ts'

/** Whether this is heard here, and not as one person's part of a talk. */
export function isElsewhere({ group, content }: IncomingMessage): boolean {
  return group !== undefined || content.kind === 'vote' || content.kind === 'standing'
}

/** Side talk of groups is for nobody: it costs no transaction, and nothing is kept of it. */
export function isForNobody(shelf: Shelf, message: IncomingMessage): boolean {
  if (!isElsewhere(message)) return false
  switch (message.content.kind) {
    case 'standing':
    case 'renamed':
    case 'moved':
    case 'members':
    case 'vote':
      return false
    default:
      return (
        commandInGroup(shelf, message) === undefined && !mayBeLine(message) && hereIn(message) === undefined
      )
  }
}

/** Whether it is heard with the other lines: an answer to a message of ours that asks for no dialogue. */
export const isLine = (shelf: Shelf, message: IncomingMessage): boolean =>
  mayBeLine(message) && commandInGroup(shelf, message) === undefined

/** Hears one of them. */
export async function hearElsewhere(
  desk: Desk,
  db: Db,
  ledger: Ledger,
  message: IncomingMessage,
): Promise<void> {
  // Lines are heard many at once, before.
  if (isForNobody(desk.shelf, message) || isLine(desk.shelf, message)) return
  if (!(await noteSeen(db, message))) return
  if (message.content.kind === 'vote') return hearVote(desk, db, ledger, message)
  if (message.group === undefined) return hearBlocked(db, ledger, message)
  const session = hereIn(message)
  if (session !== undefined) return hearHere(db, ledger, message, session)
  const command = commandInGroup(desk.shelf, message)
  if (command !== undefined) return hearCommand(db, ledger, { message, group: message.group, command })
  await hearOfGroup(desk, db, ledger, { ...message, group: message.group })
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
  desk: Desk,
  db: Db,
  ledger: Ledger,
  { channel, content, at, group: externalId }: IncomingMessage & { readonly group: string },
): Promise<void> {
  const { now } = ledger
  if (content.kind === 'moved') {
    const address = await moveGroup(db, channel, { from: externalId, to: content.to })
    const group = address === undefined ? undefined : await chwGroupAt(db, address)
    if (group) ledger.groups.push(...(await showAgain(desk, db, group, now)))
    return
  }
  if (content.kind === 'members') {
    const group = await groupNamed(db, channel, externalId)
    if (group) await hearMembers(db, ledger, { channel, at, group: group.addressId, ...content })
    return
  }
  if (content.kind !== 'standing' && content.kind !== 'renamed') return
  const may = content.kind === 'renamed' || content.standing === 'member' || content.standing === 'admin'
  // Removed from where it has never been known to be, or from where a group was before it moved: there is nothing.
  const before = await groupNamed(db, channel, externalId)
  if (!may && !before) return
  const { addressId } = await welcomeGroup(db, { channel, externalId, name: content.name })
  if (content.kind !== 'standing') return
  await setGroupReachable(db, addressId, may ? null : now)
  if (!may) await tellRemoved(db, ledger, addressId)
  const known = may && before?.reachable === false ? await chwGroupAt(db, addressId) : undefined
  if (known) ledger.groups.push(...(await showAgain(desk, db, known, now)))
}

/** Nothing can be said there any more; whoever set the group up hears of it in private. */
async function tellRemoved(db: Db, ledger: Ledger, address: AddressId): Promise<void> {
  const group = await chwGroupAt(db, address)
  if (group?.mentorId === undefined) return
  const says = [{ say: 'word', word: 'group_removed', values: { group: group.facility } } as const]
  ledger.tells.push({ person: group.mentorId, says })
}
