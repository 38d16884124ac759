// What CHWs write in their group in answer to a card. To a session's: that they are there. To a report's, their lines: understood, kept and counted in a few statements for as
// many as have come; each is read back to its writer in private afterwards (`read-back.ts`). Their words are kept nowhere.
import { readLine } from '../engine/report-line.ts'
import { changeCards } from '../store/chw-groups.ts'
import { addLines, type CardReply, keyNamed, type LineWrite, repliesToCards } from '../store/chw-reports.ts'
import type { Db } from '../store/db.ts'
import type { IncomingMessage } from '../words/message.ts'
import type { Ledger } from './converse.ts'
import type { Desk } from './desk.ts'
import { sessionOfCard } from './group-session.ts'
import { hearHere } from './hear-session.ts'
import { formOf, zeros } from './report-form.ts'

/** Whether it may be a line: an answer in words to a message of ours in a group. */
export function mayBeLine({ group, content, replyTo }: IncomingMessage): boolean {
  return group !== undefined && replyTo !== undefined && content.kind === 'text'
}

export async function hearLines(
  desk: Desk,
  db: Db,
  ledger: Ledger,
  messages: readonly IncomingMessage[],
): Promise<void> {
  if (messages.length === 0) return
  const lines: LineWrite[] = []
  const cards: { address: CardReply['group']; name: string }[] = []
  for (const reply of await repliesToCards(db, messages)) {
    const message = messages[reply.index]
    const session = sessionOfCard(reply.card)
    if (message && session !== undefined) await hearHere(db, ledger, message, session)
    const line = lineIn(desk, ledger, reply, message)
    if (!line) continue
    lines.push(line)
    cards.push({ address: reply.group, name: reply.card })
  }
  await addLines(db, lines, ledger.now)
  await changeCards(db, cards)
}

function lineIn(
  desk: Desk,
  ledger: Ledger,
  { group, facilityId, card, personId, member, shared, language }: CardReply,
  message: IncomingMessage | undefined,
): LineWrite | undefined {
  const key = keyNamed(card)
  const form = key && formOf(desk, key.area)
  if (!form || message?.content.kind !== 'text') return undefined
  const { read, values, rest, words } = readLine(message.content.text, form, language)
  if (read === 'nothing') return undefined
  if (personId === undefined) {
    // Once, whoever writes: what they have said cannot be anybody's before they say who they are.
    const says = [{ say: 'notice', name: 'who', says: [{ say: 'word', word: 'report_who' }] } as const]
    if (!ledger.groups.some((one) => one.group === group)) ledger.groups.push({ group, says, awaited: true })
    return undefined
  }
  if (!member) return undefined
  if (shared) {
    // Two use this telephone, and a count in the wrong report is worse than one more question.
    ledger.tells.push({ person: personId, says: [{ say: 'word', word: 'report_shared' }], awaited: true })
    return undefined
  }
  return {
    ...key,
    person: personId,
    facility: facilityId,
    items: Object.fromEntries(values),
    fill: rest ? zeros(form) : {},
    unclear: words,
    unread: true,
  }
}
