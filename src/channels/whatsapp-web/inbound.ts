// What WhatsApp Web hands us, read once. Pure: a message as the browser's process told it in, what it means out.
import { cleanText, type Content, type IncomingMessage } from '../../words/message.ts'
import { toE164 } from '../../words/phone.ts'
import type { GroupNews, Incoming, Vote } from './protocol.ts'

/** What WhatsApp says of itself: calls, keys that changed, who joined. Nobody has written, and nobody is answered. */
const NOT_WRITTEN = new Set([
  'album',
  'broadcast_notification',
  'call_log',
  'ciphertext',
  'debug',
  'e2e_notification',
  'gp2',
  'group_notification',
  'interactive',
  'newsletter_notification',
  'notification',
  'notification_template',
  'pinned_message',
  'protocol',
  'reaction',
  'revoked',
  'unknown',
])

/** WhatsApp's names for what we can hand on as a file. */
const MEDIA: Readonly<Record<string, 'image' | 'audio' | 'document'>> = {
  image: 'image',
  ptt: 'audio',
  audio: 'audio',
  document: 'document',
}

/** Names that may be told; another one could be anything. */
const OTHERS = [
  'sticker',
  'video',
  'vcard',
  'multi_vcard',
  'poll_creation',
  'event_creation',
  'location',
  'order',
]

/** Private chats, by telephone number or by an id that hides it, and groups. No statuses, channels, broadcasts. */
const PERSON = /^[\w.:-]{1,100}@(c\.us|lid)$/
const GROUP = /^[\w-]{1,100}@g\.us$/

/** Whether something can be sent there at all. */
export const isChat = (id: string): boolean => PERSON.test(id) || GROUP.test(id)

/** One message as the service knows it; undefined where nobody has written to us. Never throws. */
export function readIncoming(raw: Incoming): IncomingMessage | undefined {
  if (NOT_WRITTEN.has(raw.type)) return undefined
  const from = whence(raw.chat, raw.author)
  if (!from) return undefined
  return {
    channel: 'whatsapp-web',
    messageId: raw.id,
    ...from,
    ...(raw.quoted !== undefined && { replyTo: raw.quoted }),
    phone: phoneOf(raw.phone ?? from.sender),
    at: raw.at * 1000,
    content: contentOf(raw),
  }
}

/** A vote in a poll of ours; undefined where it is nobody's we could answer. */
export function readVote(raw: Vote): IncomingMessage | undefined {
  const from = whence(raw.chat, raw.voter)
  if (!from) return undefined
  return {
    channel: 'whatsapp-web',
    messageId: raw.id,
    ...from,
    phone: phoneOf(from.sender),
    at: raw.at,
    content: { kind: 'vote', poll: raw.poll, options: raw.options },
  }
}

/** News of a group; undefined where it is none. Who brought it about may not be told: then it is the group itself. */
export function readGroup({ id, chat, author, standing, name, at }: GroupNews): IncomingMessage | undefined {
  if (!GROUP.test(chat)) return undefined
  const called = cleanText(name ?? '')
  if (standing === undefined && called === '') return undefined
  const content: Content =
    standing === undefined
      ? { kind: 'renamed', name: called }
      : { kind: 'standing', standing, ...(called !== '' && { name: called }) }
  const sender = author ?? chat
  return { channel: 'whatsapp-web', messageId: id, sender, group: chat, at, content }
}

function whence(chat: string, author: string | undefined): { sender: string; group?: string } | undefined {
  if (PERSON.test(chat)) return { sender: chat }
  if (GROUP.test(chat) && author !== undefined && PERSON.test(author)) return { sender: author, group: chat }
  return undefined
}

function contentOf(raw: Incoming): Content {
  if (raw.place) return { kind: 'place', ...raw.place }
  const media = MEDIA[raw.type]
  if (media !== undefined)
    return { kind: 'media', media, ref: raw.id, mime: raw.mime ?? '', caption: cleanText(raw.text) }
  if (OTHERS.includes(raw.type)) return { kind: 'other', type: raw.type }
  const text = cleanText(raw.text)
  return text === '' ? { kind: 'other', type: 'unknown' } : { kind: 'text', text }
}

/** The number in an id such as `250788123456@c.us`; an id of the other kind holds none. */
function phoneOf(id: string): string | undefined {
  const digits = /^(\d{7,15})@c\.us$/.exec(id)?.[1]
  return digits === undefined ? undefined : toE164(`+${digits}`)
}
