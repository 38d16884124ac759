// Who is at the other end of a channel under test, and what is sent to them.
import type { Channel } from '../../src/channels/channel.ts'
import type { FileId } from '../../src/words/ids.ts'
import type { Attachment, Choice, Poll } from '../../src/words/message.ts'

/** One channel with somebody at the other end of it. */
export interface Subject {
  readonly channel: Channel
  /** The id of the person at the other end, as the channel names senders. */
  readonly sender: string
  /** The person writes, or taps a button that carries this token. */
  write(text: string): Promise<void>
  tap(token: string): Promise<void>
  /** The messages the person has been shown, in order. */
  shown(): Promise<readonly Shown[]>
  /** The provider hands the last message over once more; left out where it never does. */
  again?(): Promise<void>
  /** The provider keeps what was not taken and hands it over again by itself. */
  readonly redelivers: boolean
  /** Keeps a file, so that a bubble can carry it; where the channel sends files. */
  keepFile?(file: FileId, bytes: Uint8Array): void | Promise<void>
  /** The person sends a picture with a caption; where the channel hands them in. */
  sendPicture?(bytes: Uint8Array, caption: string): Promise<void>
  /** A group the service is in, where the channel has groups. */
  readonly group?: Place
  /** The person votes for the option at this place in the last poll of the group, where the channel has polls. */
  vote?(option: number): Promise<void>
  /** The provider does not take the next message, for this reason. Not for a channel that is its own provider. */
  refuse?(reason: 'blocked' | 'refused' | 'limited' | 'unavailable'): void
  close(): Promise<void>
}

export interface Place {
  /** As `group` of what is written there names it, and as `send` is told it. */
  readonly id: string
  /** The person of `sender` writes there. */
  write(text: string): Promise<void>
  shown(): Promise<readonly Shown[]>
}

export interface Shown {
  readonly text: string
  readonly buttons: readonly Choice[]
  readonly file?: { readonly kind: string; readonly bytes: Uint8Array } | undefined
  readonly poll?: Pick<Poll, 'question' | 'options' | 'correct'> | undefined
}

export const POLL: Poll = {
  question: 'What comes first?',
  options: ['Dry the baby', 'Call for help', 'Cut the cord'],
  correct: 0,
  explanation: 'Drying comes first: it keeps the baby warm and makes it breathe.',
}

/** A whole PNG of one grey dot: providers look into pictures. */
export const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==',
  'base64',
)
export const PICTURE: Attachment = {
  file: 1 as FileId,
  kind: 'image',
  name: 'progress.png',
  mime: 'image/png',
}

export const CHOICES: Choice[] = [
  { token: 'a', label: 'Within 1 minute' },
  { token: 'b', label: 'Within 5 minutes' },
  { token: 'c', label: 'Dans l’heure qui suit' },
]

export const LONG_LABELS: Choice[] = [
  {
    token: 'x1',
    label: 'Dry the baby, keep the baby warm, and clear the airway only if something blocks it',
  },
  { token: 'x2', label: 'Call for help and begin ventilation with bag and mask within the golden minute' },
]
