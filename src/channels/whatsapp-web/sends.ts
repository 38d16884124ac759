// Messages out through the library. It says a message is sent when the page has it; it is sent when WhatsApp's servers
// have it (ack 1), and WhatsApp's no is an ack of -1.
import { createHash } from 'node:crypto'
import wweb from 'whatsapp-web.js'
import type { Outgoing } from './protocol.ts'

const { MessageMedia, Poll } = wweb

const REFUSED = -1
const ON_THE_SERVER = 1
/** Acks of messages nobody waits for any more. */
const MOST_ACKS = 2000

/** WhatsApp's no to one message, or its silence. */
class NotSent extends Error {
  readonly reason: 'refused' | 'away'
  constructor(reason: 'refused' | 'away', words: string) {
    super(words)
    this.reason = reason
  }
}

export interface Sends {
  /**
   * Sends one message and resolves with its id when WhatsApp has it. What is asked for again while it may still be on
   * its way is not sent twice: its answer is waited for once more.
   * @throws NotSent when WhatsApp refuses it or has said nothing for `patience` milliseconds; else the library's error.
   */
  send(message: Outgoing, patience: number): Promise<string>
  /** What WhatsApp has said about a message of ours. */
  heard(id: string, ack: number): void
  reasonOf(error: unknown): 'refused' | 'away' | undefined
}

export function makeSends(client: Pick<wweb.Client, 'sendMessage'>): Sends {
  const acks = new Map<string, number>()
  const waiting = new Map<string, (ack: number) => void>()
  /** Messages the page has and WhatsApp has not confirmed, by what they say and to whom. */
  const unconfirmed = new Map<string, string>()

  function heard(id: string, ack: number): void {
    // Late words never take back what a later stage has said.
    if (ack !== REFUSED && ack <= (acks.get(id) ?? 0)) return
    if (acks.size >= MOST_ACKS) for (const old of [...acks.keys()].slice(0, MOST_ACKS / 2)) acks.delete(old)
    acks.set(id, ack)
    waiting.get(id)?.(ack)
  }

  async function confirmed(id: string, patience: number): Promise<void> {
    const isAnswer = (ack: number): boolean => ack === REFUSED || ack >= ON_THE_SERVER
    const known = acks.get(id) ?? 0
    const ack = isAnswer(known)
      ? known
      : await new Promise<number>((resolve, reject) => {
          const timer = setTimeout(() => {
            waiting.delete(id)
            reject(new NotSent('away', 'WhatsApp has not confirmed it'))
          }, patience)
          waiting.set(id, (said) => {
            if (!isAnswer(said)) return
            clearTimeout(timer)
            waiting.delete(id)
            resolve(said)
          })
        })
    if (ack === REFUSED) throw new NotSent('refused', 'WhatsApp refused it (ack -1)')
  }

  return {
    heard,
    reasonOf: (error) => (error instanceof NotSent ? error.reason : undefined),
    async send(message, patience) {
      const key = keyOf(message)
      let id = unconfirmed.get(key)
      if (id === undefined) {
        const { to, quoted } = message
        const sent = await client.sendMessage(to, contentOf(message), {
          sendSeen: false,
          linkPreview: false,
          parseVCards: false,
          ...(message.file && {
            caption: message.text,
            sendMediaAsDocument: message.file.kind === 'document',
            sendAudioAsVoice: message.file.kind === 'audio',
          }),
          ...(quoted !== undefined && { quotedMessageId: quoted, ignoreQuoteErrors: true }),
        })
        // The library's types promise a message; where there is no such chat it gives none.
        const given: wweb.Message | null | undefined = sent
        if (!given) throw new Error('not a registered chat')
        id = given.id._serialized
        heard(id, given.ack ?? 0)
        unconfirmed.set(key, id)
      }
      try {
        await confirmed(id, patience)
      } catch (error) {
        if (error instanceof NotSent && error.reason === 'refused') unconfirmed.delete(key)
        throw error
      }
      unconfirmed.delete(key)
      return id
    },
  }
}

function contentOf({ text, file, poll }: Outgoing): string | wweb.MessageMedia | wweb.Poll {
  if (file) return new MessageMedia(file.mime, Buffer.from(file.bytes).toString('base64'), file.name)
  return poll ? new Poll(text, [...poll], { messageSecret: undefined }) : text
}

function keyOf({ to, text, file, poll, quoted }: Outgoing): string {
  const hash = createHash('sha256').update(JSON.stringify([to, text, poll, quoted]))
  return (file ? hash.update(file.bytes) : hash).digest('base64')
}
