// What the service and the process with the browser say to each other. Both sides read it with these schemas: neither
// believes the other, since one of them runs a page that somebody else has written.
import { z } from 'zod'

/** A picture or a document, in bytes. WhatsApp takes no larger ones as media either. */
export const LARGEST_FILE = 16 * 2 ** 20

const id = z.string().min(1).max(300)
const request = z.int().nonnegative()
const bytes = z.instanceof(Uint8Array).refine((file) => file.byteLength <= LARGEST_FILE)

const file = z.object({
  bytes,
  mime: z.string().max(200),
  name: z.string().max(200),
  kind: z.enum(['image', 'audio', 'document']),
})

/** One message as it goes out: words, a file with words under it, or a poll. */
export const outgoing = z.object({
  to: id,
  text: z.string().max(70_000),
  file: file.optional(),
  poll: z.array(z.string().max(300)).max(12).optional(),
  /** The message it answers. */
  quoted: id.optional(),
})
export type Outgoing = z.infer<typeof outgoing>

export const command = z.discriminatedUnion('do', [
  z.object({
    do: z.literal('begin'),
    executable: z.string(),
    args: z.array(z.string()),
    folder: z.string(),
    line: z.string(),
    takeOverAfter: z.number(),
  }),
  z.object({ do: z.literal('ask') }),
  z.object({ do: z.literal('refresh') }),
  z.object({ do: z.literal('send'), request, message: outgoing, patience: z.number() }),
  z.object({ do: z.literal('fetch'), request, ref: id }),
  /** Everything that came since then, in milliseconds. */
  z.object({ do: z.literal('missed'), request, since: z.number() }),
  z.object({ do: z.literal('end') }),
])
export type Command = z.infer<typeof command>

/** A message as it came in, without anything the service has no use for. */
export const incoming = z.object({
  id,
  /** The chat it stands in, and who wrote it where that is a group. */
  chat: id,
  author: id.optional(),
  type: z.string().max(50),
  text: z.string().max(70_000),
  /** Seconds since 1970. */
  at: z.number().int().min(0).max(8_640_000_000_000),
  mime: z.string().max(200).optional(),
  place: z.object({ latitude: z.number(), longitude: z.number() }).optional(),
  quoted: id.optional(),
  /** The sender's telephone as WhatsApp names it, where it does. */
  phone: z.string().max(50).optional(),
})
export type Incoming = z.infer<typeof incoming>

export const vote = z.object({
  id,
  chat: id,
  voter: id,
  poll: id,
  options: z.array(z.int().nonnegative()).max(12),
  at: z.number(),
})
export type Vote = z.infer<typeof vote>

/** What has become of a group: where the service stands in it, or its name. */
export const groupNews = z.object({
  id,
  chat: id,
  author: id.optional(),
  standing: z.enum(['member', 'admin', 'out']).optional(),
  name: z.string().max(300).optional(),
  at: z.number(),
})
export type GroupNews = z.infer<typeof groupNews>

export const signal = z.discriminatedUnion('said', [
  z.object({ said: z.literal('qr'), text: z.string().min(1).max(2000) }),
  z.object({ said: z.literal('expired') }),
  z.object({ said: z.literal('linked') }),
  z.object({ said: z.literal('ready') }),
  z.object({ said: z.literal('reloaded') }),
  z.object({ said: z.literal('state'), state: z.string().max(50) }),
  z.object({
    said: z.literal('trouble'),
    trouble: z.enum(['launch', 'boot', 'renderer', 'browser', 'logout', 'library', 'outdated', 'banned']),
    /** Names and codes, never anything of a message. */
    detail: z.string().max(200),
  }),
  z.object({ said: z.literal('message'), message: incoming }),
  z.object({ said: z.literal('vote'), vote }),
  z.object({ said: z.literal('group'), group: groupNews }),
  z.object({ said: z.literal('note'), note: z.string().max(200) }),
  z.object({ said: z.literal('sent'), request, id }),
  z.object({ said: z.literal('file'), request, bytes: bytes.optional() }),
  z.object({
    said: z.literal('missed'),
    request,
    messages: z.array(incoming),
    /** Chats that could not be read. */
    unread: z.int(),
  }),
  z.object({
    said: z.literal('failed'),
    request,
    /** `refused`: WhatsApp will not take it; `nobody`: no such person; `away`: it may go another time. */
    reason: z.enum(['refused', 'nobody', 'away']),
    detail: z.string().max(200),
  }),
])
export type Signal = z.infer<typeof signal>
