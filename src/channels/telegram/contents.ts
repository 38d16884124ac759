// What one message of Telegram's holds, in the words of the service. Pure.
import { z } from 'zod'
import { cleanText, type Content } from '../../words/message.ts'
import { toE164 } from '../../words/phone.ts'

/** A part that is not as documented counts as missing: the message is still somebody's. */
const maybe = <Schema extends z.ZodType>(schema: Schema) => schema.optional().catch(undefined)

const file = z.object({ file_id: z.string().max(300), mime_type: z.string().max(100).optional() })
const person = z.object({ id: z.int() })

/** The fields of a message that are looked at here. */
export const messageFields = {
  text: z.string().optional(),
  caption: maybe(z.string()),
  contact: z.object({ phone_number: z.string(), user_id: z.int().optional() }).optional(),
  /** The same picture in several sizes, the largest last. */
  photo: maybe(z.array(file).min(1)),
  document: maybe(file),
  voice: maybe(file),
  audio: maybe(file),
  animation: maybe(z.unknown()),
  location: maybe(
    z.object({ latitude: z.number().min(-90).max(90), longitude: z.number().min(-180).max(180) }),
  ),
  migrate_to_chat_id: maybe(z.int()),
  migrate_from_chat_id: maybe(z.int()),
  new_chat_title: maybe(z.string()),
  new_chat_members: maybe(z.array(person)),
  left_chat_member: maybe(person),
}

const fields = z.looseObject({ ...messageFields, from: person.optional() })
type Message = z.infer<typeof fields>

/**
 * What somebody has written or sent. `username` is the bot's name where commands may be meant for another bot; undefined
 * comes back for those.
 */
export function contentOf(message: Message, username: string | undefined): Content | undefined {
  if (message.text !== undefined) return ofText(message.text, username)
  const { contact, from } = message
  if (contact?.user_id !== undefined && contact.user_id === from?.id) {
    const phone = internationalPhone(contact.phone_number)
    if (phone !== undefined) return { kind: 'phone', phone }
  }
  return (
    mediaOf(message) ??
    (message.location
      ? { kind: 'place', ...message.location }
      : { kind: 'other', type: nameOf(message, MESSAGE_TYPES) })
  )
}

function ofText(raw: string, username: string | undefined): Content | undefined {
  const other = /^\s*\/\w+@(\w+)/.exec(raw)?.[1]
  if (username !== undefined && other !== undefined && other.toLowerCase() !== username.toLowerCase())
    return undefined
  const text = cleanText(commandAsWords(raw))
  return text === '' ? { kind: 'other', type: 'text' } : { kind: 'text', text }
}

/** Telegram's way to write a command, as the words the rest of the service knows: `/start@bot AB1` is `START AB1`. */
function commandAsWords(text: string): string {
  return text.replace(/^\s*\/(\w+)(?:@\w+)?(?=\s|$)/, (_all, command: string) => command.toUpperCase())
}

/** Contacts carry the number with its country, some clients without the plus. */
function internationalPhone(raw: string): string | undefined {
  const number = raw.trim()
  return toE164(number.startsWith('+') ? number : `+${number}`)
}

function mediaOf(message: Message): Content | undefined {
  // A moving picture comes as a document, too.
  if (message.animation !== undefined) return undefined
  const caption = cleanText(message.caption ?? '')
  const photo = message.photo?.at(-1)
  if (photo) return { kind: 'media', media: 'image', ref: photo.file_id, mime: 'image/jpeg', caption }
  const sound = message.voice ?? message.audio
  if (sound)
    return { kind: 'media', media: 'audio', ref: sound.file_id, mime: mimeOf(sound, 'audio/ogg'), caption }
  const { document } = message
  if (!document) return undefined
  const mime = mimeOf(document, 'application/octet-stream')
  // A picture that was sent as a file, so as not to be made smaller.
  const media = /^image\/(jpeg|png|webp)$/.test(mime) ? 'image' : 'document'
  return { kind: 'media', media, ref: document.file_id, mime, caption }
}

const mimeOf = ({ mime_type: mime }: z.infer<typeof file>, otherwise: string): string =>
  mime !== undefined && /^[\w.+-]+\/[\w.+-]+$/.test(mime) ? mime : otherwise

/** For an animation Telegram sends `document` too, for a venue `location` too: the telling name comes first. */
const MESSAGE_TYPES = [
  'animation',
  'audio',
  'contact',
  'dice',
  'document',
  'game',
  'photo',
  'pinned_message',
  'poll',
  'sticker',
  'story',
  'venue',
  'location',
  'video',
  'video_note',
  'voice',
]

/** Only names from the list get out, so that nothing of the content can. */
export function nameOf(raw: unknown, names: readonly string[]): string {
  if (typeof raw !== 'object' || raw === null) return 'unknown'
  return names.find((name) => Object.hasOwn(raw, name)) ?? 'unknown'
}
