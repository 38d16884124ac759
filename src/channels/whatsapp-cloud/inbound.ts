// What WhatsApp posts to us, read once. Pure: a body in, what it means out.
import { z } from 'zod'
import type { Instant } from '../../words/clock.ts'
import { cleanText, type Content, type IncomingMessage } from '../../words/message.ts'
import { toE164 } from '../../words/phone.ts'
import { type Report, SendError } from '../channel.ts'
import { sendErrorOfCode } from './faults.ts'

/** What the button of a template carries: the person comes back to the chat and has said nothing yet. */
export const COME_BACK = 'come-back'

/** What one post means to the service. */
export interface Inbound {
  /** In the order they were sent. */
  readonly messages: readonly IncomingMessage[]
  readonly reports: readonly Report[]
  /** WhatsApp's names of what could not be read, and codes of the errors it tells of. */
  readonly unreadable: readonly string[]
  /** Whether something in it concerns another number of the account. */
  readonly foreign: boolean
}

/** WhatsApp's own ids are shorter; a longer one was made up. */
const id = z.string().min(1).max(250)
const seconds = z
  .string()
  .regex(/^\d{1,11}$/)
  .transform(Number)

const media = z.object({
  id,
  mime_type: z.string().max(200).default('application/octet-stream'),
  caption: z.string().optional(),
})

const reply = z.object({ id: z.string().min(1).max(256) })

const messageShape = z.looseObject({
  id,
  timestamp: seconds,
  type: z.string().max(40),
  /** The telephone number without its plus; missing where the person goes by a username. */
  from: z
    .string()
    .regex(/^\d{5,20}$/)
    .optional(),
  from_user_id: id.optional(),
  group_id: z.string().optional(),
  context: z.object({ id: id.optional() }).optional().catch(undefined),
})

const statusShape = z.object({
  id,
  status: z.string().max(40),
  timestamp: seconds,
  errors: z
    .array(z.object({ code: z.int() }))
    .default([])
    .catch([]),
})

const value = z.object({
  messaging_product: z.literal('whatsapp'),
  metadata: z.object({ phone_number_id: z.string() }),
  messages: z.array(z.unknown()).max(1000).default([]),
  statuses: z.array(z.unknown()).max(1000).default([]),
  errors: z
    .array(z.object({ code: z.int() }))
    .default([])
    .catch([]),
})

const envelope = z.object({
  object: z.literal('whatsapp_business_account'),
  entry: z
    .array(z.object({ changes: z.array(z.object({ field: z.string(), value: z.unknown() })).max(1000) }))
    .max(1000),
})

/** Reads one post for the number with this id; what concerns other numbers and other matters is left out. Never throws. */
export function readPost(raw: unknown, phoneNumberId: string): Inbound {
  const post = envelope.safeParse(raw)
  if (!post.success) return { messages: [], reports: [], unreadable: ['post'], foreign: false }
  const messages: IncomingMessage[] = []
  const reports: Report[] = []
  const unreadable: string[] = []
  let foreign = false
  for (const { field, value: written } of post.data.entry.flatMap(({ changes }) => changes)) {
    if (field !== 'messages') continue
    const change = value.safeParse(written)
    if (!change.success) {
      unreadable.push('change')
      continue
    }
    if (change.data.metadata.phone_number_id !== phoneNumberId) {
      foreign = true
      continue
    }
    for (const one of change.data.messages) {
      const message = readMessage(one)
      if (message === undefined) unreadable.push(nameOf(one))
      else if (message !== 'nothing') messages.push(message)
    }
    for (const one of change.data.statuses) {
      const report = readStatus(one)
      if (report === undefined) unreadable.push('status')
      else if (report !== 'nothing') reports.push(report)
    }
    for (const { code } of change.data.errors) unreadable.push(`error ${code}`)
  }
  return {
    messages: messages.toSorted((a, b) => a.at - b.at),
    reports: reports.toSorted((a, b) => a.at - b.at),
    unreadable,
    foreign,
  }
}

/** `nothing`: understood, and nothing for the service to do. */
function readMessage(raw: unknown): IncomingMessage | 'nothing' | undefined {
  const read = messageShape.safeParse(raw)
  if (!read.success) return undefined
  const { id: messageId, timestamp, from, from_user_id: userId, group_id: group, context } = read.data
  const sender = from ?? userId
  if (sender === undefined) return undefined
  // A thumb under a message, a number that has changed, a group: none is something said to the service.
  if (group !== undefined || ['reaction', 'system'].includes(read.data.type)) return 'nothing'
  const phone = from === undefined ? undefined : toE164(`+${from}`)
  return {
    channel: 'whatsapp-cloud',
    messageId,
    sender,
    ...(context?.id !== undefined && { replyTo: context.id }),
    ...(phone !== undefined && { phone }),
    at: timestamp * 1000,
    content: contentOf(read.data),
  }
}

function contentOf(message: z.infer<typeof messageShape>): Content {
  const { type } = message
  const inside = message[type]
  const other: Content = { kind: 'other', type: KNOWN_TYPES.has(type) ? type : 'unknown' }
  switch (type) {
    case 'text': {
      const text = cleanText(z.object({ body: z.string() }).safeParse(inside).data?.body ?? '')
      return text === '' ? other : { kind: 'text', text }
    }
    case 'interactive': {
      const read = z
        .object({ button_reply: reply.optional(), list_reply: reply.optional() })
        .safeParse(inside).data
      const token = (read?.button_reply ?? read?.list_reply)?.id
      return token === undefined ? other : { kind: 'choice', token: cleanText(token) }
    }
    case 'button': {
      const payload = z.object({ payload: z.string().max(256) }).safeParse(inside).data?.payload
      if (payload === undefined) return other
      return payload === COME_BACK ? { kind: 'opened' } : { kind: 'choice', token: cleanText(payload) }
    }
    case 'image':
    case 'audio':
    case 'document': {
      const read = media.safeParse(inside).data
      if (!read) return other
      return {
        kind: 'media',
        media: type,
        ref: read.id,
        mime: read.mime_type,
        caption: cleanText(read.caption ?? ''),
      }
    }
    case 'location': {
      const place = z.object({
        latitude: z.number().min(-90).max(90),
        longitude: z.number().min(-180).max(180),
      })
      const read = place.safeParse(inside).data
      return read ? { kind: 'place', ...read } : other
    }
    case 'request_welcome':
      return { kind: 'opened' }
    default:
      return other
  }
}

/** Only names from the list get out, so that nothing of the content can. */
const KNOWN_TYPES = new Set([
  'text',
  'interactive',
  'button',
  'image',
  'audio',
  'document',
  'video',
  'sticker',
  'location',
  'contacts',
  'order',
  'unsupported',
])

const STATES = new Map([
  ['sent', 'sent'],
  ['delivered', 'delivered'],
  ['read', 'read'],
  // A voice note that was listened to has been read.
  ['played', 'read'],
  ['failed', 'failed'],
] as const) as ReadonlyMap<string, Report['state']>

function readStatus(raw: unknown): Report | 'nothing' | undefined {
  const read = statusShape.safeParse(raw)
  if (!read.success) return undefined
  const { id: ref, status, timestamp, errors } = read.data
  const state = STATES.get(status)
  if (state === undefined) return 'nothing'
  const at: Instant = timestamp * 1000
  if (state !== 'failed') return { ref, state, at }
  const [first] = errors
  return {
    ref,
    state,
    at,
    fault: first ? sendErrorOfCode(first.code) : new SendError('unavailable', 'no reason was told'),
  }
}

function nameOf(raw: unknown): string {
  const type = z.looseObject({ type: z.string() }).safeParse(raw).data?.type
  return type !== undefined && KNOWN_TYPES.has(type) ? type : 'message'
}
