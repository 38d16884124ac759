// One bubble to one chat, as calls to the Bot API.
import type { Opts } from 'telegraf/types'
import { z } from 'zod'
import type { Bubble, Choice, Poll } from '../../words/message.ts'
import { type Capabilities, type Receipt, SendError, type ReadFile } from '../channel.ts'
import { type Part, render } from '../render.ts'
import type { BotApi } from './bot-api.ts'
import { ApiFault } from './faults.ts'
import { sendFile } from './files.ts'
import type { Timing } from './patience.ts'

export const CAPABILITIES: Capabilities = {
  choices: 'buttons',
  /** Telegram's limit for one message. */
  maxText: 4096,
  /** About what one line of a button shows on a small phone. */
  maxLabel: 28,
  attachments: ['image', 'audio', 'document'],
  /** Telegram's limit for the text under a picture or a document. */
  maxCaption: 1024,
  /** Telegram's limits for sendPoll; 12 options since Bot API 9.1, 10 for a server of one's own that is older. */
  polls: { maxQuestion: 300, maxOption: 100, options: 10, maxExplanation: 200 },
  groups: true,
  edits: true,
  /** Telegram's own advice for bots: 30 messages a second in all, one a second to the same chat, 20 a minute to a group. */
  perSecond: 30,
  perSecondPerChat: 1,
  burstPerChat: 1,
  perMinutePerGroup: 20,
}

/** Telegram's limit for what a button carries. */
const TOKEN_BYTES = 64
/** Telegram takes an explanation of at most so many lines. */
const EXPLANATION_LINES = 3

/** What sending leans on. */
export interface Outbound {
  readonly api: BotApi
  readonly readFile: ReadFile
  readonly timing: Pick<Timing, 'answer' | 'file'>
  /** The bot's name, once Telegram has told it. */
  readonly username?: (() => string | undefined) | undefined
}

/** The messages Telegram is given for a bubble, in their order. */
export function partsOf(bubble: Bubble): Part[] {
  return render(bubble, CAPABILITIES)
}

/**
 * Sends one bubble, in several messages when it is long, each after the one before was accepted; or only its `part`.
 * @throws SendError when Telegram did not accept it. Error when the service asks for what cannot be: a bug.
 */
export async function sendBubble(
  outbound: Outbound,
  to: string,
  bubble: Bubble,
  only?: number,
): Promise<Receipt | undefined> {
  const chat = Number(to)
  if (!Number.isSafeInteger(chat)) throw new Error('The address of a Telegram chat must be a whole number')
  if (bubble.over === true) return endPoll(outbound, chat, bubble.edits)
  const tooLong = bubble.choices?.find(({ token }) => Buffer.byteLength(token) > TOKEN_BYTES)
  if (tooLong !== undefined) {
    throw new Error(
      `A choice's token has ${Buffer.byteLength(tooLong.token)} bytes; Telegram takes ${TOKEN_BYTES}`,
    )
  }
  const parts = partsOf(bubble)
  let receipt: Receipt | undefined
  for (const [index, part] of parts.entries()) {
    if (only !== undefined && index !== only) continue
    const around: Around = {
      chat,
      // Groups have no telephone number to share.
      sharePhone: index === parts.length - 1 && chat > 0 ? bubble.sharePhone : undefined,
      replyTo: index === 0 ? bubble.replyTo : undefined,
    }
    try {
      receipt =
        bubble.edits === undefined
          ? await sendPart(outbound, part, around)
          : await edit(outbound, part, { chat, ref: bubble.edits, parts: parts.length })
    } catch (error) {
      throw sendErrorOf(error)
    }
  }
  return receipt
}

/** Nobody can vote any more in our own poll. */
async function endPoll(
  { api, timing }: Outbound,
  chat: number,
  ref: string | undefined,
): Promise<Receipt | undefined> {
  if (ref === undefined) return undefined
  try {
    await api.call('stopPoll', { chat_id: chat, message_id: Number(ref) }, within(timing))
  } catch (error) {
    throw sendErrorOf(error)
  }
  return { ref }
}

interface Around {
  readonly chat: number
  readonly sharePhone: string | undefined
  readonly replyTo: string | undefined
}

async function sendPart(outbound: Outbound, part: Part, around: Around): Promise<Receipt> {
  const { api, timing } = outbound
  const markup = markupOf(part, around.sharePhone, outbound.username?.())
  const point = replyOf(around.replyTo)
  const extra = { ...(markup && { reply_markup: markup }), ...(point && { reply_parameters: point }) }
  if (part.attachment !== undefined) {
    const frame = { chat_id: around.chat, caption: part.text, ...extra }
    const sent = await sendFile(outbound, part.attachment, frame)
    // A file that is no longer kept: its words go out without it.
    if (sent !== undefined || part.text.trim() === '') return receiptOf(sent)
  }
  if (part.poll !== undefined)
    return receiptOf(
      await api.call('sendPoll', { ...pollOf(part.poll), chat_id: around.chat, ...extra }, within(timing)),
    )
  const message = { chat_id: around.chat, text: part.text, link_preview_options: { is_disabled: true } }
  return receiptOf(await api.call('sendMessage', { ...message, ...extra }, within(timing)))
}

/** Replaces the text of our own message. Telegram refuses a text that is the same already: then it stands there. */
async function edit(
  { api, timing, username }: Outbound,
  part: Part,
  { chat, ref, parts }: { chat: number; ref: string; parts: number },
): Promise<Receipt> {
  if (parts !== 1 || part.attachment !== undefined || part.poll !== undefined)
    throw new SendError('refused', 'a text to replace another must fit into one message')
  const message = {
    chat_id: chat,
    message_id: Number(ref),
    text: part.text,
    link_preview_options: { is_disabled: true },
    ...(part.buttons && { reply_markup: inline(part.buttons, username?.()) }),
  }
  try {
    await api.call('editMessageText', message, within(timing))
  } catch (error) {
    if (!(error instanceof ApiFault && error.code === 400 && /message is not modified/i.test(error.detail)))
      throw error
  }
  return { ref }
}

const within = ({ answer }: Outbound['timing']): { within: number } => ({ within: answer })

/** Telegram takes one kind of keyboard a message, so the button that shares the phone gives way to choices. */
function markupOf({ buttons }: Part, sharePhone: string | undefined, username: string | undefined) {
  if (buttons !== undefined) return inline(buttons, username)
  if (sharePhone === undefined || sharePhone.trim() === '') return undefined
  const keyboard = [[{ text: sharePhone, request_contact: true }]]
  return { keyboard, one_time_keyboard: true, resize_keyboard: true }
}

/** Buttons under a message. One that leads to the private chat needs the bot's name, and is left out without. */
const inline = (rows: readonly (readonly Choice[])[], username: string | undefined) => ({
  inline_keyboard: rows
    .map((row) => row.filter(({ start }) => start === undefined || username !== undefined))
    .filter((row) => row.length > 0)
    .map((row) =>
      row.map(({ token, label, start }) =>
        start === undefined
          ? { text: label, callback_data: token }
          : { text: label, url: `https://t.me/${username}?start=${encodeURIComponent(start)}` },
      ),
    ),
})

/** A message that was deleted meanwhile must not keep the answer back. */
function replyOf(ref: string | undefined) {
  const message_id = Number(ref)
  if (ref === undefined || !Number.isSafeInteger(message_id)) return undefined
  return { message_id, allow_sending_without_reply: true }
}

/**
 * telegraf's types are of Bot API 7.1: since then options are objects, and the right one is told in a list. Who runs an
 * older server of their own is told in the old way too; Telegram leaves out what it does not know.
 */
function pollOf({ question, options, correct, explanation }: Poll): Omit<Opts<'sendPoll'>, 'chat_id'> {
  const lines = explanation?.split(/\s*\n\s*/) ?? []
  const poll: unknown = {
    type: 'quiz',
    is_anonymous: false,
    question,
    options: options.map((text) => ({ text })),
    correct_option_id: correct,
    correct_option_ids: [correct],
    ...(explanation !== undefined && {
      explanation: lines.length > EXPLANATION_LINES ? lines.join(' ') : explanation,
    }),
  }
  return poll as Omit<Opts<'sendPoll'>, 'chat_id'>
}

const sentMessage = z.object({ message_id: z.int(), poll: z.object({ id: z.string() }).optional() })

/** What Telegram says it has sent. */
function receiptOf(answer: unknown): Receipt {
  const sent = sentMessage.safeParse(answer)
  // It was accepted; that nothing can be said of it later is no reason to send it again.
  if (!sent.success) return { ref: '' }
  const { message_id, poll } = sent.data
  return { ref: String(message_id), ...(poll && { poll: poll.id }) }
}

/** Descriptions of a 400 that speak of the chat, not of the message. */
const UNREACHABLE =
  /chat not found|user is deactivated|bot was blocked|user not found|CHAT_WRITE_FORBIDDEN|not enough rights to send text messages|have no rights to send a message|group chat was deactivated/i

/** What happened, in the words delivery decides by. Anything but an ApiFault goes on as it is. */
export function sendErrorOf(error: unknown): unknown {
  if (!(error instanceof ApiFault)) return error
  const { code, detail, retryAfter, movedTo } = error
  if (movedTo !== undefined) return new SendError('moved', detail, undefined, movedTo)
  if (code === 429) return new SendError('limited', detail, retryAfter)
  if (code === 403) return new SendError('blocked', detail)
  if (code === 400) return new SendError(UNREACHABLE.test(detail) ? 'blocked' : 'refused', detail)
  // Gone, or too large: the same will be gone and as large the next time.
  if (code === 410 || code === 413) return new SendError('refused', detail)
  if (code === 401 || code === 404) return new SendError('paused', detail)
  return new SendError('unavailable', detail, retryAfter)
}
