// What CHWs write in their group in answer to a card. To a session's: that they are there. To a report's, and to whatever card
// was at hand, their lines: understood, kept and counted in a few statements for as many as have come; each is read back to its
// writer in private afterwards (`read-back.ts`). Their words are kept nowhere.
import { saysHere } from '../engine/here-words.ts'
import { readLine } from '../engine/report-line.ts'
import { changeCards, chwGroupAt } from '../store/chw-groups.ts'
import {
  addLines,
  cardOf,
  type CardReply,
  keyNamed,
  type LineWrite,
  repliesToCards,
  type ReportKey,
} from '../store/chw-reports.ts'
import type { Db } from '../store/db.ts'
import type { IncomingMessage } from '../words/message.ts'
import type { Ledger } from './converse.ts'
import type { Desk } from './desk.ts'
import { sessionOfCard } from './group-session.ts'
import { hearHere } from './hear-session.ts'
import { periodNow } from './keep-periods.ts'
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
    if (message?.content.kind !== 'text') continue
    const { text } = message.content
    const session = sessionOfCard(reply.card)
    if (session !== undefined && saysHere(text)) {
      await hearHere(db, ledger, message, session)
      continue
    }
    const key = keyNamed(reply.card) ?? (await keyMeant(desk, db, ledger, { reply, text }))
    const line = key && lineIn(desk, ledger, reply, { key, text })
    if (!line) continue
    lines.push(line)
    cards.push({ address: reply.group, name: cardOf(line) })
  }
  await addLines(db, lines, ledger.now)
  await changeCards(db, cards)
}

/**
 * The report of a line that answers another of our cards: the one form of the group by which all of it can be read. Where it
 * could be another's, or only a part is clear, they are asked to answer the report's card.
 */
async function keyMeant(
  desk: Desk,
  db: Db,
  ledger: Ledger,
  { reply, text }: { reply: CardReply; text: string },
): Promise<ReportKey | undefined> {
  const { group, facilityId: place, personId, member, language } = reply
  const forms = desk.shelf.reports.filter((form) => {
    const { named, values } = readLine(text, form, language)
    return named && (values.size > 0 || /\d/.test(text))
  })
  if (forms.length === 0 || personId === undefined || !member) return undefined
  const { areas = [] } = (await chwGroupAt(db, group)) ?? {}
  const [form, ...others] = forms.filter(({ area }) => areas.includes(area))
  if (!form) return undefined
  if (others.length === 0 && readLine(text, form, language).read === 'values')
    return { area: form.area, ...(await periodNow(desk, db, { place, now: ledger.now })) }
  ledger.tells.push({ person: personId, says: [{ say: 'word', word: 'report_which' }], awaited: true })
  return undefined
}

function lineIn(
  desk: Desk,
  ledger: Ledger,
  { group, facilityId, personId, member, shared, language }: CardReply,
  { key, text }: { key: ReportKey; text: string },
): LineWrite | undefined {
  const form = formOf(desk, key.area)
  if (!form) return undefined
  const { read, values, rest, words } = readLine(text, form, language)
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
