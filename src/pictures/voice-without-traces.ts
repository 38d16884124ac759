// A voice note without what telephones write beside the voice: who recorded it, when, where and with what stands in one
// packet of an Ogg Opus stream (RFC 7845, 5.2), which is replaced by an empty one. What is heard stays as it is.

/** The fixed part of a page (RFC 3533, 6), before its table of segments. */
const HEAD = 27
const CHECKSUM_AT = 22
const SEQUENCE_AT = 18
const MOST_SEGMENT = 255

interface Page {
  readonly bytes: Buffer
  readonly body: Buffer
  /** Whether its last packet ends in it. */
  readonly ends: boolean
}

/** The note without its tags; undefined when it is no Ogg Opus stream of one voice, or broken. */
export function untagged(note: Uint8Array): Uint8Array | undefined {
  const pages = pagesOf(Buffer.from(note))
  const first = pages?.[0]
  if (!pages || first?.body.toString('latin1', 0, 8) !== 'OpusHead') return undefined
  if (pages[1]?.body.toString('latin1', 0, 8) !== 'OpusTags') return undefined
  // Tags that hold a picture go over many pages.
  const lastOfTags = pages.findIndex(({ ends }, index) => index > 0 && ends)
  if (lastOfTags === -1) return undefined
  const serial = first.bytes.subarray(14, SEQUENCE_AT)
  if (pages.some(({ bytes }) => !bytes.subarray(14, SEQUENCE_AT).equals(serial))) return undefined
  const tags = Buffer.from(pages[1].bytes.subarray(0, HEAD))
  const empty = Buffer.concat([Buffer.from('OpusTags'), Buffer.alloc(8)])
  tags[HEAD - 1] = 1
  const without = [
    first.bytes,
    Buffer.concat([tags, Buffer.from([empty.length]), empty]),
    ...pages.slice(lastOfTags + 1).map(({ bytes }) => Buffer.from(bytes)),
  ]
  return Buffer.concat(without.map((page, sequence) => sealed(page, sequence)))
}

/** The pages one after another; undefined when there is anything else between them. */
function pagesOf(note: Buffer): Page[] | undefined {
  const pages: Page[] = []
  for (let at = 0; at < note.length;) {
    if (note.toString('latin1', at, at + 4) !== 'OggS' || at + HEAD > note.length) return undefined
    const segments = note.subarray(at + HEAD, at + HEAD + (note[at + HEAD - 1] ?? 0))
    const from = at + HEAD + segments.length
    const to = from + segments.reduce((sum, length) => sum + length, 0)
    if (to > note.length) return undefined
    pages.push({
      bytes: note.subarray(at, to),
      body: note.subarray(from, to),
      ends: (segments.at(-1) ?? 0) < MOST_SEGMENT,
    })
    at = to
  }
  return pages
}

/** A page with its place in the stream and its checksum. */
function sealed(page: Buffer, sequence: number): Buffer {
  page.writeUInt32LE(sequence, SEQUENCE_AT)
  page.writeUInt32LE(0, CHECKSUM_AT)
  page.writeUInt32LE(checksum(page), CHECKSUM_AT)
  return page
}

/** The checksum of RFC 3533: polynomial 0x04c11db7, from 0, nothing reflected. */
export function checksum(bytes: Uint8Array): number {
  let sum = 0
  for (const byte of bytes) sum = ((sum << 8) ^ (TABLE[(sum >>> 24) ^ byte] ?? 0)) >>> 0
  return sum
}

const TABLE = Array.from({ length: 256 }, (_, index) => {
  let value = index << 24
  for (let bit = 0; bit < 8; bit++) value = value & 0x80000000 ? (value << 1) ^ 0x04c11db7 : value << 1
  return value >>> 0
})
