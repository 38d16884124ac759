// What the bot has said in each chat, as Telegram keeps it: messages with numbers, edits, polls.
import { z } from 'zod'
import type { Choice } from '../../../src/words/message.ts'

/** One message of the bot, as people see it. */
export interface ShownMessage {
  readonly id: number
  readonly text: string
  readonly buttons: readonly Choice[]
  readonly file?: { readonly kind: 'image' | 'document'; readonly name: string; readonly bytes: Uint8Array }
  readonly poll?: {
    readonly id: string
    readonly question: string
    readonly options: readonly string[]
    readonly correct: number
    readonly explanation?: string | undefined
    readonly over: boolean
  }
  readonly replyTo?: number | undefined
}

const upload = z.object({ filename: z.string(), bytes: z.instanceof(Uint8Array) })

/** What has been checked to be of the documented shape, as far as it is shown. */
const said = z.object({
  chat_id: z.number(),
  message_id: z.number().optional(),
  text: z.string().optional(),
  caption: z.string().optional(),
  photo: upload.optional(),
  document: upload.optional(),
  question: z.string().optional(),
  options: z.array(z.object({ text: z.string() })).optional(),
  correct_option_ids: z.array(z.number()).optional(),
  explanation: z.string().optional(),
  reply_markup: z
    .object({
      inline_keyboard: z
        .array(
          z.array(
            z.object({ text: z.string(), callback_data: z.string().optional(), url: z.string().optional() }),
          ),
        )
        .optional(),
    })
    .optional(),
  reply_parameters: z.object({ message_id: z.number() }).optional(),
})

export function makeChats() {
  const chats = new Map<number, ShownMessage[]>()
  let numbers = 5000
  return {
    shown: (chat: number): readonly ShownMessage[] => chats.get(chat) ?? [],
    /** Closes a poll; why Telegram does not. */
    stopPoll(chat: number, message: number): string | undefined {
      const messages = chats.get(chat) ?? []
      const at = messages.findIndex(({ id }) => id === message)
      const shown = messages[at]
      if (!shown?.poll) return 'message with poll to stop not found'
      if (shown.poll.over) return 'poll has already been closed'
      messages[at] = { ...shown, poll: { ...shown.poll, over: true } }
      return undefined
    },
    /** Keeps a message or an edit; Telegram's answer, or why it does not take it. */
    say(method: string, payload: Record<string, unknown>): { result: object } | { refusal: string } {
      const message = said.parse(payload)
      const chat = chats.get(message.chat_id) ?? []
      chats.set(message.chat_id, chat)
      const edited = method === 'editMessageText' ? chat.findIndex(({ id }) => id === message.message_id) : -1
      if (method === 'editMessageText' && edited === -1) return { refusal: 'message to edit not found' }
      const before = chat[edited]
      const shown = shownOf(before?.id ?? ++numbers, message)
      if (
        before &&
        before.text === shown.text &&
        JSON.stringify(before.buttons) === JSON.stringify(shown.buttons)
      )
        return { refusal: 'message is not modified: specified new message content is exactly the same' }
      if (before) chat[edited] = shown
      else chat.push(shown)
      const result = {
        message_id: shown.id,
        date: 1_780_000_000,
        chat: { id: message.chat_id, type: message.chat_id < 0 ? 'supergroup' : 'private' },
        ...(shown.poll && { poll: { id: shown.poll.id, question: shown.poll.question, options: [] } }),
      }
      return { result }
    },
  }
}

function shownOf(id: number, message: z.infer<typeof said>): ShownMessage {
  const { photo, document, question, reply_parameters: reply } = message
  const file = photo ?? document
  const buttons = (message.reply_markup?.inline_keyboard?.flat() ?? []).map(
    ({ callback_data, url, text: label }) => ({ token: callback_data ?? url ?? '', label }),
  )
  return {
    id,
    text: message.text ?? message.caption ?? '',
    buttons,
    ...(file && { file: { kind: photo ? 'image' : 'document', name: file.filename, bytes: file.bytes } }),
    ...(question !== undefined && {
      poll: {
        id: `P${id}`,
        question,
        options: (message.options ?? []).map(({ text }) => text),
        correct: message.correct_option_ids?.[0] ?? -1,
        explanation: message.explanation,
        over: false,
      },
    }),
    ...(reply && { replyTo: reply.message_id }),
  }
}
