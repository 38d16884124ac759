// A message from a telephone that several people share: after a pause nobody knows who has it in hand, so they are asked
// first. Nothing is heard as anybody's answer, and nothing of anybody is told, before they have said it.
import type { Db } from '../store/db.ts'
import { highestAsked, noteSpeaking } from '../store/shared-addresses.ts'
import type { Arrival } from '../store/turns.ts'
import { MINUTE } from '../words/clock.ts'
import type { FlowId } from '../words/ids.ts'
import type { Content } from '../words/message.ts'
import type { Input } from '../engine/run.ts'
import { converse, type Ledger } from './converse.ts'
import type { Desk } from './desk.ts'
import type { Talk } from './talk.ts'

/** Long enough for a question to be thought over, short enough that a telephone seldom changes hands within it. */
const PAUSE = 30 * MINUTE

/** The dialogue that asks. */
const SWITCH = 'switch' as FlowId

/** Hears a message of whoever has the telephone in hand, or asks who that is. */
export async function hearShared(
  desk: Desk,
  db: Db,
  ledger: Ledger,
  { talk, content, arrival }: { talk: Talk; content: Content; arrival: Arrival },
): Promise<void> {
  const { spokenAt, asksWho } = arrival
  const paused = spokenAt === undefined || ledger.now - spokenAt > PAUSE
  const asks = asksWho || paused || isSwitch(desk, content)
  await noteSpeaking(db, talk.addressId, { asksWho: asks, now: ledger.now })
  const opens = asks && !(asksWho && !paused && isAnswer(desk, talk, content))
  // No button of anybody's earlier question may be taken for an answer to this one.
  if (opens) talk.session = { ...talk.session, asked: await highestAsked(db, talk.addressId) }
  const input: Input = opens ? { kind: 'open', flow: SWITCH, over: true } : { kind: 'message', content }
  await converse(desk, db, ledger, { talk, input, unasked: content.kind === 'opened' })
}

const isSwitch = (desk: Desk, content: Content): boolean =>
  content.kind === 'text' && desk.shelf.command(content.text) === SWITCH

/** Whether it may answer the question who it is, which stands: a name or a number, and no command. */
function isAnswer(desk: Desk, { session }: Talk, content: Content): boolean {
  const top = session.stack.at(-1)
  if (top === undefined || desk.shelf.version(top.version).id !== SWITCH) return false
  if (content.kind === 'choice') return /^\d+\.\d+$/.test(content.token)
  if (content.kind !== 'text') return false
  const [first = ''] = content.text.trim().split(/\s+/)
  return desk.shelf.command(content.text) === undefined && desk.shelf.command(first) === undefined
}
