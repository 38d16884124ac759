// A voice note as a telephone sends it: an Ogg Opus stream with what it says of itself in its tags.
import { checksum } from '../src/pictures/voice-without-traces.ts'

const SEGMENT = 255

/** One page (RFC 3533, 6). `more`: its last packet goes on in the next page. */
function page(sequence: number, body: Buffer, flags = 0, more = false): Buffer {
  const whole = Math.floor(body.length / SEGMENT)
  const lengths = [...Array.from({ length: whole }, () => SEGMENT), ...(more ? [] : [body.length % SEGMENT])]
  const head = Buffer.alloc(27)
  head.write('OggS')
  head[5] = flags
  head.writeUInt32LE(7, 14)
  head.writeUInt32LE(sequence, 18)
  head[26] = lengths.length
  const bytes = Buffer.concat([head, Buffer.from(lengths), body])
  bytes.writeUInt32LE(checksum(bytes), 22)
  return bytes
}

function tagsOf(comments: readonly string[]): Buffer {
  const text = (value: string): Buffer => {
    const bytes = Buffer.from(value)
    const length = Buffer.alloc(4)
    length.writeUInt32LE(bytes.length)
    return Buffer.concat([length, bytes])
  }
  const count = Buffer.alloc(4)
  count.writeUInt32LE(comments.length)
  return Buffer.concat([Buffer.from('OpusTags'), text('Telephone of Mukamana'), count, ...comments.map(text)])
}

/** `comments` longer than a page go over several, as tags with a picture do. `voice`: what is heard, one page each. */
export function voiceNote(
  comments: readonly string[] = [],
  voice: readonly Buffer[] = [Buffer.alloc(60, 3)],
): Buffer {
  const head = Buffer.concat([Buffer.from('OpusHead'), Buffer.from([1, 1, 0, 0, 0x80, 0xbb, 0, 0, 0, 0, 0])])
  const most = SEGMENT * SEGMENT
  const tags = tagsOf(comments)
  const parts: Buffer[] = []
  for (let at = 0; at < tags.length || parts.length === 0; at += most)
    parts.push(tags.subarray(at, at + most))
  const pages = [page(0, head, 2)]
  parts.forEach((part, index) =>
    pages.push(page(pages.length, part, index > 0 ? 1 : 0, index < parts.length - 1)),
  )
  voice.forEach((part, index) => pages.push(page(pages.length, part, index === voice.length - 1 ? 4 : 0)))
  return Buffer.concat(pages)
}
