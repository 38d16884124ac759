import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checksum, untagged } from '../../src/pictures/voice-without-traces.ts'
import { voiceNote } from '../voice-note.ts'

it('sums as the standard does', () => {
  // The check value of this polynomial, from 0 and not inverted, in the catalogue of CRC algorithms: that of CKSUM
  // without its last inversion.
  expect(checksum(Buffer.from('123456789'))).toBe(~0x765e7680 >>> 0)
})

describe('a voice note', () => {
  const voice = [Buffer.alloc(300, 1), Buffer.alloc(20, 2)]

  it('loses what it says of itself, and what is heard stays', () => {
    const told = ['LOCATION=-1.94,30.06', 'DATE=2026-11-27', 'ARTIST=Mukamana']
    const freed = untagged(voiceNote(told, voice))
    expect(freed && Buffer.from(freed).toString('latin1')).not.toMatch(/Mukamana|LOCATION|DATE/)
    // The same as one that never said anything, but for the name of its maker.
    const plain = untagged(voiceNote([], voice))
    expect(freed).toEqual(plain)
    for (const part of voice) expect(Buffer.from(freed ?? []).includes(part)).toBe(true)
    // It can be read again, and is the same then.
    expect(untagged(freed ?? new Uint8Array())).toEqual(freed)
  })

  it('may have a picture in its tags, over many pages', () => {
    const freed = untagged(voiceNote([`METADATA_BLOCK_PICTURE=${'A'.repeat(200_000)}`], voice))
    expect(freed).toEqual(untagged(voiceNote([], voice)))
  })

  it('that is none is not kept', () => {
    const note = voiceNote(['ARTIST=Mukamana'], voice)
    for (const bad of [
      Buffer.from('no voice at all'),
      Buffer.concat([Buffer.from('OggS'), Buffer.alloc(60)]),
      note.subarray(0, note.length - 5),
      Buffer.concat([note, Buffer.from('and a letter behind it')]),
      Buffer.concat([note, voiceNote()]).fill(9, note.length + 14, note.length + 15),
      note.subarray(0, 60),
      Buffer.alloc(0),
    ])
      expect(untagged(bad)).toBeUndefined()
  })

  it('is read whatever is in it', () => {
    const note = voiceNote(['ARTIST=Mukamana'], voice)
    fc.assert(
      fc.property(fc.nat(note.length - 1), fc.nat(255), fc.nat(note.length), (at, byte, length) => {
        const broken = Buffer.from(note.subarray(0, length))
        if (at < length) broken[at] = byte
        const freed = untagged(broken)
        if (freed) expect(Buffer.from(freed).toString('latin1')).not.toContain('ARTIST')
      }),
    )
  })
})
