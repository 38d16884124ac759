// What goes into a case beside typed words to its question: pictures and voices, and answers to a message of ours.
import sharp from 'sharp'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { Content } from '../../src/words/message.ts'
import { MONDAY, type Programme } from '../programme.ts'
import { type Asking, codeIn, makeAsking, text } from './asking.ts'
import { voiceNote } from '../voice-note.ts'
import { sayAll } from './conversation.ts'

let asking: Asking
let programme: Programme
beforeAll(async () => {
  asking = await makeAsking()
  programme = asking.programme
})
afterAll(async () => programme.close())
beforeEach(async () => {
  programme.now = MONDAY
  await programme.fresh.db.query('delete from clinical_case')
  await programme.fresh.db.query('delete from file')
  await programme.fresh.db.query(`update session set state = '{"asked":0,"stack":[]}'`)
})

const photo = (ref: string, caption = ''): Content => ({
  kind: 'media',
  media: 'image',
  ref,
  mime: 'image/jpeg',
  caption,
})
const voice = (ref: string): Content => ({
  kind: 'media',
  media: 'audio',
  ref,
  mime: 'audio/ogg; codecs=opus',
  caption: '',
})

/** A picture as a telephone takes it: lying on its side, and it says where. */
async function fromTelephone(): Promise<Uint8Array> {
  return sharp({ create: { width: 60, height: 30, channels: 3, background: '#804020' } })
    .withMetadata({ orientation: 6 })
    .withExifMerge({ IFD0: { Copyright: 'Mukamana' }, IFD3: { GPSLatitude: '1/1 56/1 38/1' } })
    .jpeg()
    .toBuffer()
}

/** A case of joseph's that amina has taken, and that he has open; its code. */
async function taken(findings?: string): Promise<string> {
  const code = codeIn(await asking.ask('joseph', findings))
  await programme.say('amina', 'I take it')
  await programme.say('joseph', code)
  return code
}

const kept = async (): Promise<unknown[]> =>
  programme.fresh.db.query('select state, ref from case_media order by id')

const fileSent = z.object({ file: z.int(), kind: z.string(), mime: z.string() })

async function bytesSent(to: string): Promise<Uint8Array> {
  const sent = programme.sent.findLast((one) => one.to === to && one.bubble.attachment)
  const { file } = fileSent.parse(sent?.bubble.attachment)
  const [row] = await programme.fresh.db.query('select content from file where id = $1', [file])
  return z.object({ content: z.instanceof(Uint8Array) }).parse(row).content
}

describe('a picture', () => {
  it('is fetched only after the tick, freed of what it says of itself, and shown to the other side', async () => {
    const code = await taken()
    programme.uploads.set('p1', await fromTelephone())
    const asked = text(await programme.say('joseph', photo('p1')))
    expect(asked).toContain('Can nobody be recognised')
    expect(await programme.fetch()).toEqual([])
    expect(await kept()).toEqual([])

    expect(text(await programme.say('joseph', '✓ Nobody'))).toContain(`[${code}] It is fetched`)
    const from = programme.sent.length
    await programme.fetch()
    expect(asking.heard('amina', from)).toContain(`[${code}] The colleague who asks: photo`)
    expect(asking.heard('joseph', from)).toBe('')
    const { exif, width, height, format } = await sharp(await bytesSent('amina')).metadata()
    // Turned as it was to be seen, and nothing else is left of what stood there.
    expect({ exif, width, height, format }).toEqual({
      exif: undefined,
      width: 30,
      height: 60,
      format: 'jpeg',
    })
    expect(await kept()).toEqual([{ state: 'kept', ref: '' }])
    // Rung twice it is there once.
    await programme.fetch()
    expect(await kept()).toHaveLength(1)
  })

  it('is forgotten when they do not tick, and nothing of it was ever fetched', async () => {
    await taken()
    for (const answer of ['Delete it', 'The cord is dry']) {
      const reply = text(await sayAll(programme, 'joseph', photo('never'), answer))
      expect(reply).toContain('It was not fetched and is forgotten')
    }
    expect(asking.heard('amina', 0)).toContain('The cord is dry')
    expect(await kept()).toEqual([])
    expect(await asking.everythingKept()).not.toContain('never')
  })

  it('has its words screened, too', async () => {
    await taken()
    programme.uploads.set('p2', await fromTelephone())
    const reply = text(await programme.say('joseph', photo('p2', 'Cord of baby of Mukamana, 0788 123 456')))
    expect(reply).toContain('[a phone number]')
    await programme.say('joseph', '✓ Nobody')
    const from = programme.sent.length
    await programme.fetch()
    expect(asking.heard('amina', from)).toContain('Cord of baby of [a name], [a phone number]')
    expect(await asking.everythingKept()).not.toMatch(/Mukamana|0788 123/)
  })

  it('is taken, and a document is not: it is said what is', async () => {
    const code = await taken()
    const file: Content = {
      kind: 'media',
      media: 'document',
      ref: 'd1',
      mime: 'application/pdf',
      caption: '',
    }
    const reply = text(await programme.say('joseph', file))
    expect(reply).toContain('Only photos and voice notes')
    expect(reply).toContain(`[${code}] Add something`)
    expect(await programme.fetch()).toEqual([])
    expect(await kept()).toEqual([])
  })

  it('that cannot be read is deleted, and its sender is told', async () => {
    const code = await taken()
    programme.uploads.set('bad', Buffer.from('no picture at all'))
    await sayAll(programme, 'joseph', photo('bad'), '✓ Nobody')
    const from = programme.sent.length
    await programme.fetch()
    expect(asking.heard('joseph', from)).toContain(`[${code}] What you sent could not be fetched or read`)
    expect(asking.heard('amina', from)).toBe('')
    expect(await kept()).toEqual([{ state: 'lost', ref: '' }])
  })

  it('can come with the question, and whoever takes the case later sees it', async () => {
    programme.uploads.set('p3', await fromTelephone())
    await sayAll(
      programme,
      'joseph',
      'case',
      'Today',
      'Something else',
      'A newborn',
      'Skip',
      'Pus at the cord',
    )
    const reply = await sayAll(programme, 'joseph', 'Skip', 'Which cream?', photo('p3'), '✓ Nobody')
    const code = codeIn(text(reply))
    const from = programme.sent.length
    await programme.fetch()
    expect(asking.heard('amina', from)).toContain(`[${code}] The colleague who asks: photo`)
    const later = programme.sent.length
    await programme.say('chief', code)
    expect(asking.heard('chief', later)).toContain('The colleague who asks: photo')
  })

  it('and a voice note go the other way as well; nothing goes where no case is spoken of', async () => {
    const code = await taken()
    programme.uploads.set('v1', voiceNote(['ARTIST=Mukamana']))
    await sayAll(programme, 'amina', voice('v1'), '✓ Nobody')
    const from = programme.sent.length
    await programme.fetch()
    expect(asking.heard('joseph', from)).toContain(`[${code}] The mentor: voice note`)
    expect(Buffer.from(await bytesSent('joseph')).toString('latin1')).not.toContain('Mukamana')
    await programme.say('grace', 'menu')
    expect(text(await programme.say('grace', photo('p9')))).not.toContain('recognised')
  })

  it('goes with the case when somebody flags it, from every place it has reached', async () => {
    await taken('Something quite rare')
    programme.uploads.set('p4', await fromTelephone())
    await sayAll(programme, 'joseph', photo('p4'), '✓ Nobody')
    await programme.fetch()
    await sayAll(programme, 'amina', 'Could identify', 'Hide and delete')
    const { db } = programme.fresh
    expect(await db.query('select count(*) n from case_media')).toEqual([{ n: 0 }])
    expect(await db.query(`select count(*) n from file where name like 'C-%'`)).toEqual([{ n: 0 }])
    expect(await asking.everythingKept()).not.toContain('quite rare')
  })
})

describe('a bare number', () => {
  it('is an answer, where buttons can be tapped, and a flag is asked about before anything is deleted', async () => {
    const code = await taken('Baby cold')
    await programme.say('amina', 'How many weeks?')
    const from = programme.sent.length
    expect(text(await programme.say('joseph', '2'))).toContain(`[${code}] Sent.`)
    expect(asking.heard('amina', from)).toContain(`[${code}] The colleague who asks:\n2`)
    expect(text(await programme.say('amina', '4'))).toContain(`[${code}] Sent.`)
    expect(text(await programme.say('amina', 'Could identify'))).toContain(
      'Could it tell who the patient is?',
    )
    expect(text(await programme.say('amina', 'No, go back'))).toContain('Baby cold')
    expect(await programme.fresh.db.query('select 1 from clinical_case where hidden_at is not null')).toEqual(
      [],
    )
  })
})

describe('an answer to a message of ours', () => {
  /** The ref of the last message to somebody that begins with this. */
  const refOf = (to: string, begins: string): string => {
    const sent = programme.sent.findLast((one) => one.to === to && one.bubble.text.startsWith(begins))
    if (!sent) throw new Error(`${to} was never told ${begins}`)
    return sent.ref
  }

  it('goes to that case, whichever is in focus, and leaves the focus where it was', async () => {
    const first = await taken('Baby one, cold')
    const second = codeIn(await asking.ask('joseph', 'Baby two, yellow'))
    await sayAll(programme, 'amina', second, 'I take it')
    const from = programme.sent.length
    const reply = text(await programme.say('amina', 'Skin to skin now', refOf('amina', `[${first}]`)))
    expect(asking.heard('joseph', from)).toContain(`[${first}] The mentor:\nSkin to skin now`)
    expect(asking.heard('joseph', from)).not.toContain(second)
    // The other case is asked about again, by its name.
    expect(reply).toContain(`[${second}] Write your answer`)
    const next = programme.sent.length
    await programme.say('amina', 'Measure bilirubin')
    expect(asking.heard('joseph', next)).toContain(`[${second}] The mentor:\nMeasure bilirubin`)
  })

  it('takes the case it was offered', async () => {
    const code = codeIn(await asking.ask('joseph'))
    await programme.say('amina', 'menu')
    const from = programme.sent.length
    await programme.say('amina', 'Keep warm and refer', refOf('amina', `[${code}]`))
    expect(asking.heard('joseph', from)).toContain('A mentor has taken your case')
    expect(asking.heard('joseph', from)).toContain('Keep warm and refer')
  })

  it('is screened like any other', async () => {
    const code = await taken()
    await programme.say('amina', 'menu')
    const reply = text(
      await programme.say('amina', 'Call Uwimana on 0788 123 456', refOf('amina', `[${code}]`)),
    )
    expect(reply).toContain('[a phone number]')
    expect(await asking.everythingKept()).not.toContain('0788 123')
  })

  it('to a case that is closed says so, and a command means what it says', async () => {
    const code = await taken()
    const ref = refOf('amina', `[${code}]`)
    await sayAll(programme, 'amina', 'End with advice', 'Refer', 'Tomorrow', 'menu')
    expect(text(await programme.say('amina', 'One thing more', ref))).toContain(
      `[${code}] This case is closed`,
    )
    expect(text(await programme.say('amina', 'help', ref))).not.toContain('closed')
  })

  it('during a quiz is no answer of the quiz, which goes on', async () => {
    const code = await taken()
    const quiz = text(await sayAll(programme, 'joseph', 'menu', 'Newborn resuscitation'))
    expect(quiz).toContain('Question 1')
    const from = programme.sent.length
    const reply = text(await programme.say('joseph', 'He is pale', refOf('joseph', `[${code}]`)))
    expect(asking.heard('amina', from)).toContain('The colleague who asks:\nHe is pale')
    expect(reply).toContain('Question 1')
  })
})
