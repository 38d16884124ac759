// The library's messages and errors as the service is told them: the few fields it has a use for, each checked.
import type wweb from 'whatsapp-web.js'
import { z } from 'zod'
import { type Incoming, incoming, type Signal, type Vote, vote } from './protocol.ts'

/** An id of WhatsApp's: as text, or as the object that holds the text. */
const wid = z.union([z.string(), z.object({ _serialized: z.string() }).transform((id) => id._serialized)])
const optional = <Schema extends z.ZodType>(schema: Schema) => schema.optional().catch(undefined)

/** What lies under a message of the library: WhatsApp's own fields, of which any may be missing after a change. */
const rawMessage = z.object({
  id: wid,
  from: wid,
  author: optional(wid),
  type: z.string(),
  body: optional(z.string()),
  caption: optional(z.string()),
  directPath: optional(z.string()),
  mimetype: optional(z.string()),
  t: z.number(),
  lat: optional(z.number()),
  lng: optional(z.number()),
  quotedStanzaID: optional(z.string()),
  quotedMsg: optional(z.unknown()),
})

const rawVote = z.object({
  voter: wid,
  parentMsgKey: z.object({ _serialized: z.string(), remote: wid.optional() }),
  options: z.array(z.object({ localId: z.int() })),
  at: z.number(),
})

/** A message as it is told; undefined when it cannot be read at all, or is ours. */
export function told(message: wweb.Message): Incoming | undefined {
  if (message.fromMe) return undefined
  const raw = rawMessage.safeParse(Object.getOwnPropertyDescriptor(message, '_data')?.value)
  if (!raw.success) return undefined
  const { data } = raw
  const place = data.type === 'location' && data.lat !== undefined && data.lng !== undefined
  const words = data.directPath === undefined ? data.body : data.caption
  return incoming.safeParse({
    id: data.id,
    chat: data.from,
    author: data.author,
    type: data.type,
    // A preview of a picture stands in the body of some: only the words of a text are words.
    text: (data.type === 'chat' || data.directPath !== undefined ? (words ?? '') : '').slice(0, 70_000),
    at: Math.floor(data.t),
    mime: data.mimetype,
    ...(place && { place: { latitude: data.lat, longitude: data.lng } }),
    quoted: data.quotedStanzaID,
  }).data
}

/** A vote as it is told. The library names the chosen options only while the poll is in its memory: places are safer. */
export function toldVote(given: wweb.PollVote): Vote | undefined {
  const { voter, selectedOptions, interractedAtTs } = given
  const read = rawVote.safeParse({
    parentMsgKey: Reflect.get(given, 'parentMsgKey'),
    voter,
    options: selectedOptions.map((option) => ({ localId: Reflect.get(option, 'localId') })),
    at: interractedAtTs,
  })
  if (!read.success) return undefined
  const { data } = read
  return vote.safeParse({
    // A vote's own id is not told; who changes theirs makes another vote later.
    id: `vote_${data.parentMsgKey._serialized}_${data.voter}_${data.at}`,
    chat: data.parentMsgKey.remote ?? data.voter,
    voter: data.voter,
    poll: data.parentMsgKey._serialized,
    options: data.options.map(({ localId }) => localId),
    at: data.at,
  }).data
}

/** The library throws strings, too. The words of an error may hold what somebody wrote: only its first few are taken. */
export function wordsOf(error: unknown): string {
  const words = error instanceof Error ? error.message : String(error)
  return (
    words
      .split('\n')[0]
      ?.replaceAll(/\d{4,}/g, '…')
      .slice(0, 120) ?? ''
  )
}

type Failure = Extract<Signal, { said: 'failed' }>['reason']

/** What an error while sending means. Whatever is not known is tried again: most are of a page that reloads. */
export function failureOf(words: string): Failure {
  if (/no lid for user|invalid wid|wid error|not.{0,20}registered/i.test(words)) return 'nobody'
  if (/media-fault|upload failed|unsupported/i.test(words)) return 'refused'
  return 'away'
}
