// What Telegram hands us, read once. Pure: an update in, what it means out.
import { z } from 'zod'
import { cleanText, type Content, type IncomingMessage, type Standing } from '../../words/message.ts'
import type { Instant } from '../../words/clock.ts'
import { contentOf, messageFields, nameOf } from './contents.ts'

/**
 * The kinds of update the channel asks for. `my_chat_member` tells of being blocked, added, promoted and removed,
 * `poll_answer` who has chosen what in a poll of ours, `edited_message` that somebody has put right what they wrote.
 */
export const ALLOWED_UPDATES = [
  'message',
  'edited_message',
  'callback_query',
  'my_chat_member',
  'poll_answer',
] as const

/** What one update means to the service. Every kind is confirmed; only a `message` is handed on. */
export type Inbound =
  | {
      readonly kind: 'message'
      readonly updateId: number
      readonly message: IncomingMessage
      /** Telegram turns a circle on the tapped button until this is answered. */
      readonly callbackId?: string
    }
  /** Understood and not for us: a channel's post, a command to another bot. */
  | { readonly kind: 'ignored'; readonly updateId: number }
  /** `type` is Telegram's name for what it is, or `unknown`. Without an id it cannot be confirmed alone. */
  | { readonly kind: 'unreadable'; readonly updateId: number | undefined; readonly type: string }

/** Who the bot is: its number, and its name once Telegram has told it. */
export interface Bot {
  readonly id: number
  readonly username: string | undefined
}

/** Telegram counts seconds; beyond this a date does not exist in JavaScript. */
const LAST_SECOND = 8_640_000_000_000
/** Telegram's limit for a group's name is 128. */
const NAME_LIMIT = 200

const chat = z.object({ id: z.int(), type: z.string(), title: z.string().optional().catch(undefined) })
const user = z.object({ id: z.int() })

const messageSchema = z.looseObject({
  ...messageFields,
  message_id: z.int().optional(),
  chat,
  date: z.int().min(0).max(LAST_SECOND),
  from: user.optional(),
  /** A group's administrator who stays unnamed, or a channel: then `from` is a bot of Telegram's own. */
  sender_chat: z.object({ id: z.int() }).optional().catch(undefined),
  reply_to_message: z.object({ message_id: z.int(), from: user.optional() }).optional().catch(undefined),
})

/** `message` is where the button stands; Telegram leaves it out when the button came through inline mode. */
const callbackSchema = z.object({
  id: z.string(),
  from: user,
  message: z.object({ message_id: z.int().optional(), chat }).optional(),
  /** Telegram takes at most 64 bytes; a longer one was made up by somebody's own client. */
  data: z.string().max(64),
})

const memberSchema = z.object({
  chat,
  from: user,
  date: z.int().min(0).max(LAST_SECOND),
  new_chat_member: z.object({
    status: z.string(),
    is_member: z.boolean().optional(),
    can_send_messages: z.boolean().optional(),
  }),
})

/** `user` is missing when a whole channel has voted. */
const answerSchema = z.object({
  poll_id: z.string().max(100),
  user: user.optional(),
  option_ids: z.array(z.int().min(0)).max(100),
})

const updateSchema = z.looseObject({ update_id: z.int() })

/** The number that confirms an update, also of one that cannot be read otherwise. */
export function updateIdOf(raw: unknown): number | undefined {
  return updateSchema.safeParse(raw).data?.update_id
}

/** Reads one update. `now` is the time of a tap or a vote, which Telegram does not tell. Never throws. */
export function readUpdate(raw: unknown, now: Instant, bot: Bot): Inbound {
  const update = updateSchema.safeParse(raw)
  if (!update.success) return { kind: 'unreadable', updateId: undefined, type: nameOf(raw, UPDATE_TYPES) }
  const { update_id: updateId, message, edited_message: edited, callback_query: callback } = update.data
  const { my_chat_member: member, poll_answer: answer } = update.data
  if (message !== undefined) {
    const parsed = messageSchema.safeParse(message)
    if (parsed.success) return readMessage(updateId, parsed.data, bot)
  } else if (edited !== undefined) {
    const parsed = messageSchema.safeParse(edited)
    if (parsed.success) return readEdited(updateId, parsed.data, bot)
  } else if (callback !== undefined) {
    const parsed = callbackSchema.safeParse(callback)
    if (parsed.success) return readCallback(updateId, parsed.data, now)
  } else if (member !== undefined) {
    const parsed = memberSchema.safeParse(member)
    if (parsed.success) return readMember(updateId, parsed.data)
  } else if (answer !== undefined) {
    const parsed = answerSchema.safeParse(answer)
    if (parsed.success) return readAnswer(updateId, parsed.data, now)
  }
  return { kind: 'unreadable', updateId, type: nameOf(raw, UPDATE_TYPES) }
}

const isGroup = ({ type }: { type: string }): boolean => type === 'group' || type === 'supergroup'

/** Of whom, where and when; only what is there. */
interface Origin {
  readonly sender: number
  readonly group?: number | undefined
  readonly at: Instant
  readonly ref?: number | undefined
  readonly replyTo?: number | undefined
}

function messageOf(updateId: number, from: Origin, content: Content): Extract<Inbound, { kind: 'message' }> {
  const { sender, group, at, ref, replyTo } = from
  return {
    kind: 'message',
    updateId,
    message: {
      channel: 'telegram',
      messageId: String(updateId),
      sender: String(sender),
      ...(group !== undefined && { group: String(group) }),
      ...(ref !== undefined && { ref: String(ref) }),
      ...(replyTo !== undefined && { replyTo: String(replyTo) }),
      at,
      content,
    },
  }
}

function readMessage(updateId: number, message: z.infer<typeof messageSchema>, bot: Bot): Inbound {
  const inGroup = isGroup(message.chat)
  if (!inGroup && message.chat.type !== 'private') return { kind: 'ignored', updateId }
  const { id } = message.chat
  const answered = message.reply_to_message
  const origin: Origin = {
    sender: inGroup ? (message.sender_chat?.id ?? message.from?.id ?? id) : id,
    group: inGroup ? id : undefined,
    at: message.date * 1000,
    ref: message.message_id,
    replyTo: answered?.from?.id === bot.id ? answered.message_id : undefined,
  }
  if (!inGroup)
    return messageOf(updateId, origin, contentOf(message, undefined) ?? { kind: 'other', type: 'text' })
  const change = changeOf(message, bot)
  if (change === 'ours') return { kind: 'ignored', updateId }
  if (change !== undefined) return messageOf(updateId, { ...origin, group: change.group }, change.content)
  const content = contentOf(message, bot.username)
  return content === undefined ? { kind: 'ignored', updateId } : messageOf(updateId, origin, content)
}

/** What answers a message of ours in a group may be put right there; what was said in private has been gone on from. */
function readEdited(updateId: number, message: z.infer<typeof messageSchema>, bot: Bot): Inbound {
  const read = readMessage(updateId, message, bot)
  const isAnswer = read.kind === 'message' && read.message.group !== undefined && isText(read.message)
  return isAnswer && read.message.replyTo !== undefined ? read : { kind: 'ignored', updateId }
}

const isText = ({ content }: IncomingMessage): boolean => content.kind === 'text'

/** What has happened to the group itself; `ours` when `my_chat_member` tells it. */
function changeOf(
  message: z.infer<typeof messageSchema>,
  bot: Bot,
): { group: number; content: Content } | 'ours' | undefined {
  const { id } = message.chat
  const { migrate_to_chat_id: to, migrate_from_chat_id: from, new_chat_title: title } = message
  // Told twice, in the old chat and in the new one: it is the same either way.
  if (to !== undefined) return { group: id, content: { kind: 'moved', to: String(to) } }
  if (from !== undefined) return { group: from, content: { kind: 'moved', to: String(id) } }
  if (title !== undefined) return { group: id, content: { kind: 'renamed', name: groupName(title) } }
  const { new_chat_members: came = [], left_chat_member: left } = message
  const joined = came.filter((one) => one.id !== bot.id)
  if (joined.length > 0 || (left !== undefined && left.id !== bot.id)) {
    const content = {
      kind: 'members',
      joined: joined.map((one) => String(one.id)),
      left: left === undefined ? [] : [String(left.id)],
    } as const
    return { group: id, content }
  }
  return came.length > 0 || left !== undefined ? 'ours' : undefined
}

const groupName = (title: string): string => cleanText(title).slice(0, NAME_LIMIT).toWellFormed()

function readCallback(updateId: number, callback: z.infer<typeof callbackSchema>, now: Instant): Inbound {
  const where = callback.message
  if (where === undefined || !(where.chat.type === 'private' || isGroup(where.chat)))
    return { kind: 'ignored', updateId }
  const group = isGroup(where.chat) ? where.chat.id : undefined
  const origin = {
    sender: group === undefined ? where.chat.id : callback.from.id,
    group,
    at: now,
    replyTo: where.message_id,
  }
  return {
    ...messageOf(updateId, origin, { kind: 'choice', token: cleanText(callback.data) }),
    callbackId: callback.id,
  }
}

function readMember(updateId: number, member: z.infer<typeof memberSchema>): Inbound {
  const group = isGroup(member.chat) ? member.chat.id : undefined
  if (group === undefined && member.chat.type !== 'private') return { kind: 'ignored', updateId }
  const name = group === undefined ? '' : groupName(member.chat.title ?? '')
  const origin = {
    sender: group === undefined ? member.chat.id : member.from.id,
    group,
    at: member.date * 1000,
  }
  const standing = standingOf(member.new_chat_member)
  return messageOf(updateId, origin, { kind: 'standing', standing, ...(name !== '' && { name }) })
}

function standingOf(member: z.infer<typeof memberSchema>['new_chat_member']): Standing {
  switch (member.status) {
    case 'creator':
    case 'administrator':
      return 'admin'
    case 'member':
      return 'member'
    case 'restricted':
      if (member.is_member === false) return 'out'
      return member.can_send_messages === false ? 'silenced' : 'member'
    default:
      return 'out'
  }
}

function readAnswer(updateId: number, answer: z.infer<typeof answerSchema>, now: Instant): Inbound {
  if (answer.user === undefined) return { kind: 'ignored', updateId }
  const content = { kind: 'vote', poll: answer.poll_id, options: answer.option_ids } as const
  return messageOf(updateId, { sender: answer.user.id, at: now }, content)
}

const UPDATE_TYPES = [
  'message',
  'callback_query',
  'edited_message',
  'channel_post',
  'edited_channel_post',
  'message_reaction',
  'inline_query',
  'poll',
  'poll_answer',
  'my_chat_member',
  'chat_member',
  'chat_join_request',
]
