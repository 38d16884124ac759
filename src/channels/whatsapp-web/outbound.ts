// One bubble as WhatsApp is given it. Buttons and lists do not work here and get numbers blocked: choices are numbered.
import type { Bubble, Choice } from '../../words/message.ts'
import { type Capabilities, type ReadFile, SendError } from '../channel.ts'
import { type Part, render } from '../render.ts'
import { BrowserFault } from './browser.ts'
import { isChat } from './inbound.ts'
import { LARGEST_FILE, type Outgoing } from './protocol.ts'

export const CAPABILITIES: Capabilities = {
  choices: 'numbers',
  // WhatsApp takes more; longer messages hide behind "read more".
  maxText: 4000,
  maxLabel: Number.POSITIVE_INFINITY,
  attachments: ['image', 'audio', 'document'],
  maxCaption: 1000,
  groups: true,
  edits: false,
  // A little slower than the pauses of `pacing.ts`, so that nothing gathers there.
  perSecond: 0.8,
  perSecondPerChat: 0.5,
  burstPerChat: 1,
  perMinutePerGroup: 20,
}

/** WhatsApp takes no more options in one poll, and none longer. */
const MOST_OPTIONS = 12
const LONGEST_OPTION = 100
const LONGEST_QUESTION = 255

/** One message to send, and the tokens of its options where it is a poll. */
export interface Piece {
  readonly part: Part
  readonly tokens?: readonly string[]
}

/**
 * The messages a bubble becomes, always the same. With `polls` a choice is also asked as WhatsApp's own poll, after the
 * numbered text: a comfort, since a poll can be lost and a number can always be typed.
 */
export function piecesOf(bubble: Bubble, polls: boolean): readonly Piece[] {
  const pieces: Piece[] = render(bubble, CAPABILITIES).map((part) => ({ part }))
  const choices = bubble.choices ?? []
  if (!polls || !fitsPoll(choices)) return pieces
  const question = lastLine(bubble.text)
  const options = choices.map(({ label }, index) =>
    bubble.written === undefined ? `${index + 1}. ${label}` : label,
  )
  const poll = { question, options, correct: 0 }
  return [...pieces, { part: { text: '', poll }, tokens: choices.map(({ token }) => token) }]
}

/** One choice is no poll, and options that are alike cannot be told apart. */
function fitsPoll(choices: readonly Choice[]): boolean {
  const labels = choices.map(({ label }) => label.trim())
  return (
    labels.length >= 2 &&
    labels.length <= MOST_OPTIONS &&
    new Set(labels).size === labels.length &&
    labels.every((label) => label !== '' && label.length <= LONGEST_OPTION - 4)
  )
}

/** The end of a text is what is asked. */
function lastLine(text: string): string {
  const last = text.trim().split('\n').at(-1)?.trim() ?? ''
  return last === '' ? '?' : last.slice(-LONGEST_QUESTION)
}

/**
 * The message as the browser's process is given it; undefined when there is nothing to say: a file without words that is
 * no longer kept. @throws SendError when it never can be sent.
 */
export async function toOutgoing(
  to: string,
  { part }: Piece,
  { readFile, quoted }: { readFile: ReadFile; quoted: string | undefined },
): Promise<Outgoing | undefined> {
  if (!isChat(to)) throw new SendError('refused', 'no chat of WhatsApp')
  const { text, attachment, poll } = part
  if (poll) return { to, text: poll.question, poll: [...poll.options] }
  const answered = quoted === undefined ? {} : { quoted }
  if (!attachment) return { to, text, ...answered }
  const bytes = await readFile(attachment.file)
  if (!bytes) return text.trim() === '' ? undefined : { to, text, ...answered }
  if (bytes.byteLength > LARGEST_FILE) throw new SendError('refused', 'the file is too large')
  const { kind, mime, name } = attachment
  return { to, text, file: { bytes: new Uint8Array(bytes), kind, mime, name }, ...answered }
}

/** What the browser's process has said, in words delivery can decide by. */
export function toSendError(error: unknown): SendError {
  if (error instanceof SendError) return error
  if (!(error instanceof BrowserFault))
    return new SendError('unavailable', error instanceof Error ? error.name : '')
  const reason = { refused: 'refused', nobody: 'blocked', away: 'unavailable' } as const
  return new SendError(reason[error.reason], error.message)
}
