// Pictures and documents, out of the service and into it.
import { z } from 'zod'
import type { Attachment } from '../../words/message.ts'
import { type ReadFile, SendError } from '../channel.ts'
import type { BotApi } from './bot-api.ts'
import { ApiFault } from './faults.ts'
import type { Timing } from './patience.ts'

/** Telegram's limits for what a bot uploads: pictures it shows in the chat, and everything else. */
const PHOTO_BYTES = 10_000_000
const DOCUMENT_BYTES = 50_000_000
/** Telegram's limit for what a bot fetches. */
const DOWNLOAD_BYTES = 20_000_000
/** What Telegram shows as a picture. */
const PHOTO_TYPES = ['image/jpeg', 'image/png', 'image/webp']

interface Files {
  readonly api: BotApi
  readonly readFile: ReadFile
  readonly timing: Pick<Timing, 'file'>
}

/** Around the file: whom it goes to, what stands under it. */
interface Frame {
  readonly chat_id: number
  readonly caption: string
  readonly reply_markup?: object
  readonly reply_parameters?: object
}

/**
 * Sends a file with what stands under it; gives undefined when the file is no longer kept. A picture that Telegram cannot
 * show goes as a document.
 * @throws SendError when it cannot be read now or is too large, ApiFault when Telegram does not take it.
 */
export async function sendFile(
  { api, readFile, timing }: Files,
  attachment: Attachment,
  { reply_markup, reply_parameters, ...frame }: Frame,
): Promise<unknown> {
  const bytes = await readFile(attachment.file).catch((error: unknown) => {
    // The bytes lie in the database: what it does not give now it gives when it is back.
    throw new SendError('unavailable', error instanceof Error ? error.name : 'unknown')
  })
  if (bytes === undefined) return undefined
  if (bytes.byteLength > DOCUMENT_BYTES) throw new SendError('refused', 'the file is too large')
  const file = { source: Buffer.from(bytes), filename: safeName(attachment.name) }
  // telegraf writes the keyboard as JSON into the form by itself, and nothing else.
  const rest = {
    ...frame,
    ...(reply_markup && { reply_markup: JSON.parse(JSON.stringify(reply_markup)) as never }),
    ...(reply_parameters && { reply_parameters: JSON.stringify(reply_parameters) as never }),
  }
  const limit = { within: timing.file }
  if (attachment.kind === 'audio') return api.call('sendVoice', { ...rest, voice: file }, limit)
  const asPhoto = attachment.kind === 'image' && PHOTO_TYPES.includes(attachment.mime)
  if (asPhoto && bytes.byteLength <= PHOTO_BYTES) {
    try {
      return await api.call('sendPhoto', { ...rest, photo: file }, limit)
    } catch (error) {
      if (!isNoPhoto(error)) throw error
    }
  }
  return api.call('sendDocument', { ...rest, document: file }, limit)
}

/** Too long, too wide or not a picture after all: as a document it can still be opened. */
function isNoPhoto(error: unknown): boolean {
  return (
    error instanceof ApiFault &&
    error.code === 400 &&
    /PHOTO_INVALID_DIMENSIONS|PHOTO_SAVE_FILE_INVALID|IMAGE_PROCESS_FAILED/.test(error.detail)
  )
}

const filePath = z.object({ file_path: z.string().max(500) })

/**
 * The bytes of what somebody has sent, by the `ref` of the content.
 * @throws ApiFault when Telegram does not give them.
 */
export async function fetchFile(
  { api, timing }: Pick<Files, 'api' | 'timing'>,
  ref: string,
): Promise<Uint8Array> {
  const limit = { within: timing.file }
  const file = filePath.safeParse(await api.call('getFile', { file_id: ref }, limit)).data
  if (file === undefined) throw new ApiFault('unreadable', 'a file without a path')
  return api.download(file.file_path, DOWNLOAD_BYTES, limit)
}

/** The name goes into a header of the form, in quotation marks. */
const safeName = (name: string): string => name.replaceAll(/[^\p{L}\p{N}._ -]/gu, '_').slice(-100) || 'file'
