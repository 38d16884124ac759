// What is heard in a group's chat: its mentor's commands and who comes and goes. Side talk is heard by nobody, and whatever
// concerns one person is answered to them in private.
import type { Say } from '../engine/events.ts'
import type { Shelf } from '../engine/shelf.ts'
import { personAt } from '../store/addresses.ts'
import { changeCards, chwGroupAt, joinGroup, leaveGroup } from '../store/chw-groups.ts'
import type { Db } from '../store/db.ts'
import { setGroupReachable, welcomeGroup } from '../store/groups.ts'
import type { AddressId } from '../words/ids.ts'
import type { IncomingMessage } from '../words/message.ts'
import type { Ledger } from './converse.ts'

/** The dialogues a mentor opens from a group: they are led in private, about the chat they were opened from. */
const COMMANDS: ReadonlyMap<string, string> = new Map([
  ['group', 'group'],
  ['report', 'group-report'],
  ['group-session', 'group-session'],
])

/** The dialogue a text in a group asks for; undefined for everything else. */
export function commandInGroup(shelf: Shelf, { content }: IncomingMessage): string | undefined {
  if (content.kind !== 'text') return undefined
  const command = shelf.command(content.text.replace(/^\s*\//, ''))
  return command === undefined ? undefined : COMMANDS.get(command)
}

/** Somebody has asked for a dialogue about this chat: it opens in their private one, which decides whether they may. */
export async function hearCommand(
  db: Db,
  ledger: Ledger,
  { message, group, command }: { message: IncomingMessage; group: string; command: string },
): Promise<void> {
  const { channel, sender } = message
  const { addressId, reachable, name } = await welcomeGroup(db, { channel, externalId: group })
  // Who is heard there can be answered there: a channel may not have told that the service was let in again.
  if (!reachable) await setGroupReachable(db, addressId, null)
  const person = await personAt(db, channel, sender)
  if (person === undefined) {
    // Under one name: however often strangers ask, it stands there once.
    const says: Say[] = [{ say: 'notice', name: 'stranger', says: [{ say: 'word', word: 'group_stranger' }] }]
    ledger.groups.push({ group: addressId, says, awaited: true })
    return
  }
  ledger.tells.push({
    person,
    says: [{ say: 'word', word: 'group_opened', values: { named: name === '' ? 'no' : 'yes', group: name } }],
    open: { flow: command, subject: addressId, word: 'group_open' },
    awaited: true,
  })
}

/** People have come or gone. Who is not known yet says who they are by the card. */
export async function hearMembers(
  db: Db,
  ledger: Ledger,
  {
    channel,
    at,
    group,
    joined,
    left,
  }: {
    channel: IncomingMessage['channel']
    at: number
    group: AddressId
    joined: readonly string[]
    left: readonly string[]
  },
): Promise<void> {
  const known = await chwGroupAt(db, group)
  if (!known) return
  for (const sender of joined) {
    const person = await personAt(db, channel, sender)
    if (person !== undefined) await joinGroup(db, { group, person, at })
  }
  const gone = await leaveGroup(db, { group, channel, senders: left, at })
  if (known.mentorId !== undefined)
    for (const { name } of gone)
      ledger.tells.push({
        person: known.mentorId,
        says: [{ say: 'word', word: 'group_left', values: { name, group: known.facility } }],
      })
  await changeCards(db, [{ address: group, name: 'group' }])
}
