// What the Bot API documents of each method the service calls: the fields it knows, their types and limits. Telegram
// leaves out what it does not know; here an unknown field is refused, so that a misspelt one does not go unseen.
import { z } from 'zod'

const chatId = z.int()
const utf16 = (most: number) => z.string().min(1).max(most)
/** An uploaded file, as the front reads it out of a form. */
const upload = z.strictObject({ filename: utf16(255), bytes: z.instanceof(Uint8Array) })

const callbackButton = z.strictObject({
  text: z.string().refine((text) => text.trim() !== '', 'text buttons are not allowed to be empty'),
  callback_data: z
    .string()
    .min(1)
    .refine((data) => Buffer.byteLength(data) <= 64, 'BUTTON_DATA_INVALID'),
})
const contactButton = z.strictObject({ text: utf16(100), request_contact: z.boolean() })
const urlButton = z.strictObject({ text: z.string().min(1), url: z.url() })
const inlineKeyboard = z.strictObject({
  inline_keyboard: z.array(z.array(z.union([callbackButton, urlButton])).min(1)).min(1),
})
const replyKeyboard = z.strictObject({
  keyboard: z.array(z.array(contactButton).min(1)).min(1),
  one_time_keyboard: z.boolean().optional(),
  resize_keyboard: z.boolean().optional(),
})
const around = {
  chat_id: chatId,
  reply_markup: z.union([inlineKeyboard, replyKeyboard]).optional(),
  reply_parameters: z
    .strictObject({ message_id: z.int(), allow_sending_without_reply: z.boolean().optional() })
    .optional(),
}
const preview = z.strictObject({ is_disabled: z.boolean() }).optional()
const text = z
  .string()
  .max(4096, 'message is too long')
  .refine((said) => said.trim() !== '', 'message text is empty')
const caption = z.string().max(1024, 'message caption is too long').optional()

const updates = z.array(
  z.enum(['message', 'edited_message', 'callback_query', 'my_chat_member', 'poll_answer']),
)

/** By method: what it takes. Private chats have positive ids: only they may be asked for a telephone number. */
const SHAPES: Readonly<Record<string, z.ZodType>> = {
  getMe: z.strictObject({}),
  getUpdates: z.strictObject({
    offset: z.int().optional(),
    limit: z.int().min(1).max(100).optional(),
    timeout: z.int().min(0).optional(),
    allowed_updates: updates.optional(),
  }),
  setWebhook: z.strictObject({
    url: z.url(),
    secret_token: z.string().regex(/^[\w-]{1,256}$/),
    allowed_updates: updates,
    max_connections: z.int().min(1).max(100),
  }),
  deleteWebhook: z.strictObject({ drop_pending_updates: z.boolean() }),
  getWebhookInfo: z.strictObject({}),
  setMyCommands: z.strictObject({
    commands: z
      .array(z.strictObject({ command: z.string().regex(/^[a-z0-9_]{1,32}$/), description: utf16(256) }))
      .max(100),
    scope: z.strictObject({ type: z.literal('all_private_chats') }),
    language_code: z.string().length(2).optional(),
  }),
  answerCallbackQuery: z.strictObject({ callback_query_id: z.string() }),
  sendMessage: z.strictObject({ ...around, text, link_preview_options: preview }),
  editMessageText: z.strictObject({
    chat_id: chatId,
    message_id: z.int(),
    text,
    link_preview_options: preview,
    reply_markup: inlineKeyboard.optional(),
  }),
  sendPhoto: z.strictObject({ ...around, photo: upload, caption }),
  sendDocument: z.strictObject({ ...around, document: upload, caption }),
  sendPoll: z.strictObject({
    ...around,
    type: z.literal('quiz'),
    is_anonymous: z.literal(false),
    question: utf16(300),
    options: z
      .array(z.strictObject({ text: utf16(100) }))
      .min(2)
      .max(12),
    // Bot API 9.6 takes a list; servers before it took one.
    correct_option_ids: z.tuple([z.int().min(0)]),
    correct_option_id: z.int().min(0),
    explanation: z
      .string()
      .max(200)
      .refine((said) => said.split('\n').length <= 3, 'at most 2 line feeds')
      .optional(),
  }),
  stopPoll: z.strictObject({ chat_id: chatId, message_id: z.int() }),
  getFile: z.strictObject({ file_id: z.string().min(1) }),
}

/** Why a request is not as documented; undefined when it is. */
export function refusalOf(method: string, payload: Record<string, unknown>): string | undefined {
  const shape = SHAPES[method]
  if (shape === undefined) return `Bad Request: the tests know no method ${method}`
  const parsed = shape.safeParse(payload)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    return `Bad Request: ${issue?.message ?? ''} (${issue?.path.join('.') ?? ''})`
  }
  const keyboard = JSON.stringify(payload['reply_markup'] ?? '')
  if (Number(payload['chat_id']) < 0 && keyboard.includes('request_contact'))
    return 'Bad Request: phone number can be requested in private chats only'
  return undefined
}
