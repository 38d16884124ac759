// Files: they are handed to WhatsApp before the message that shows them, and fetched in two steps.
import { z } from 'zod'
import { MINUTE } from '../../words/clock.ts'
import type { Attachment } from '../../words/message.ts'
import { type ReadFile, SendError } from '../channel.ts'
import { GraphFault, sendErrorOf } from './faults.ts'
import type { GraphApi } from './graph-api.ts'

/** A file over a slow line takes longer than a message. */
const WITHIN = MINUTE
/** The largest a person may send is 100 MB; nothing the service asks for comes near this. */
const LARGEST = 16 * 1024 * 1024

const id = z.string().regex(/^[\w.-]{1,250}$/)

/**
 * Hands a file over; gives the id WhatsApp knows it by for 30 days, undefined when the file is no longer kept.
 * @throws SendError or GraphFault.
 */
export async function upload(
  { api, phoneNumberId, readFile }: { api: GraphApi; phoneNumberId: string; readFile: ReadFile },
  { file, mime, name }: Attachment,
): Promise<string | undefined> {
  const bytes = await readFile(file).catch((error: unknown) => {
    // The bytes lie in the database: what it does not give now it gives when it is back.
    throw new SendError('unavailable', error instanceof Error ? error.name : 'unknown')
  })
  if (bytes === undefined) return undefined
  const form = new FormData()
  form.append('messaging_product', 'whatsapp')
  form.append('type', mime)
  form.append('file', new Blob([Buffer.from(bytes)], { type: mime }), name)
  const answer = z
    .object({ id })
    .safeParse(await api.call(`${phoneNumberId}/media`, { within: WITHIN }, form))
  if (!answer.success) throw new GraphFault('unreadable', 'an answer of another shape')
  return answer.data.id
}

/** The bytes of a file that somebody has sent. @throws SendError: `refused` when it is not there (any more) or too large. */
export async function fetchMedia(api: GraphApi, ref: string): Promise<Uint8Array> {
  if (!id.safeParse(ref).success) throw new SendError('refused', 'no file of WhatsApp is called so')
  try {
    const place = z
      .object({ url: z.string(), file_size: z.coerce.number().optional().catch(undefined) })
      .safeParse(await api.call(ref, { within: WITHIN }))
    if (!place.success) throw new GraphFault('unreadable', 'an answer of another shape')
    if ((place.data.file_size ?? 0) > LARGEST)
      throw new SendError('refused', `the file is larger than ${LARGEST} bytes`)
    return await api.download(place.data.url, LARGEST, { within: WITHIN })
  } catch (error) {
    throw sendErrorOf(error)
  }
}
