// Everything that goes wrong with WhatsApp Web, as far as this machine can make it happen: one number, paired once, in a
// real browser on the real library, through all of it.
import { rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type Channel, SendError } from '../../../src/channels/channel.ts'
import type { FileId } from '../../../src/words/ids.ts'
import type { IncomingMessage } from '../../../src/words/message.ts'
import { browserOn, countOn } from './processes.ts'
import { browserPath } from '../../browser.ts'
import { Book, isThere, useStand } from './stand.ts'

const stand = useStand()
const { stub } = stand
const SOON = { timeout: 60_000, interval: 20 }
const JOSEPH = '250788000001@c.us'
const HIDDEN = '777000777@lid'
const GROUP = '120363000000000001@g.us'
const PICTURE = Buffer.from('a picture of a rapid test')

const book = new Book(false)
let channel: Channel
let kept: IncomingMessage[] = []
/** What was told of groups, apart: at each start it is told anew. */
const ofGroups: IncomingMessage[] = []
const keep = (messages: readonly IncomingMessage[]): Promise<void> => {
  for (const message of messages)
    (['standing', 'renamed'].includes(message.content.kind) ? ofGroups : kept).push(message)
  return Promise.resolve()
}
const profile = (): string => join(stand.folder, 'session-main')
const isReady = (): Promise<void> =>
  vi.waitFor(() => expect(channel.state()).toEqual({ phase: 'ready' }), SOON)
const texts = (): string[] =>
  kept.map(({ content }) => (content.kind === 'text' ? content.text : content.kind))

/** Somebody writes, and it arrives. */
async function hears(text: string): Promise<void> {
  kept = []
  await stub.write({ from: JOSEPH, text })
  await vi.waitFor(() => expect(texts()).toContain(text), SOON)
}

async function faultOf(sending: Promise<unknown>): Promise<string> {
  const error = await sending.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  return error instanceof SendError ? error.reason : String(error)
}

function make(): Channel {
  return stand.channel(book, {
    readFile: (file) => Promise.resolve(file === (1 as FileId) ? PICTURE : new Uint8Array(2 ** 25)),
    timing: { send: 700 },
  })
}

beforeAll(() => {
  channel = make()
})
afterAll(async () => {
  await channel.stop()
  const left = browserPath === undefined ? 0 : await countOn(stand.folder)
  if (left > 0) throw new Error(`${left} processes were left behind`)
})

describe('pairing', () => {
  it('runs no browser before somebody wants to pair', async () => {
    await channel.start(keep)
    await vi.waitFor(() => expect(channel.state().phase).toBe('unpaired'), SOON)
    expect(channel.state().detail).toContain('channels pair')
    expect(isThere(profile())).toBe(false)
  })

  it('shows a QR code, a new one when it expires, and is ready once it is scanned', async () => {
    book.add('main', { pairingUntil: Date.now() + 60_000 })
    await vi.waitFor(() => expect(book.news.get('main')?.qr).toContain('ref-0'), SOON)
    expect(channel.state().phase).toBe('pairing')
    await stub.act('state', 'UNPAIRED_IDLE')
    await vi.waitFor(() => expect(book.news.get('main')?.qr).toContain('ref-1'), SOON)
    await stub.act('pair')
    await isReady()
    expect(book.news.get('main')).toMatchObject({ phase: 'ready', qr: undefined })
    expect(book.lines.get('main')?.linkedAt).toBeGreaterThan(1)
  })
})

describe('messages in', () => {
  it('come from people and groups, by ids that may hide the number', async () => {
    await stub.act('phones', { [HIDDEN]: '250788000007@c.us' })
    kept = []
    await stub.write({ from: HIDDEN, text: 'hidden' })
    await stub.write({ from: GROUP, author: JOSEPH, text: 'to all', quotedStanzaID: '3EB0AA' })
    await stub.write({ from: 'status@broadcast', author: JOSEPH, text: 'nothing for us' })
    await stub.write({ from: JOSEPH, type: 'e2e_notification' })
    await stub.write({ from: JOSEPH, type: 'location', lat: -1.94, lng: 30.06 })
    await stub.write({ from: JOSEPH, type: 'sticker' })
    await vi.waitFor(() => expect(kept).toHaveLength(4), SOON)
    expect(kept).toMatchObject([
      { sender: HIDDEN, phone: '+250788000007', content: { kind: 'text', text: 'hidden' } },
      { sender: JOSEPH, group: GROUP, replyTo: '3EB0AA', content: { kind: 'text', text: 'to all' } },
      {
        sender: JOSEPH,
        phone: '+250788000001',
        content: { kind: 'place', latitude: -1.94, longitude: 30.06 },
      },
      { sender: JOSEPH, content: { kind: 'other', type: 'sticker' } },
    ])
  })

  it('carry files, which are fetched by their reference', async () => {
    kept = []
    const file = { mime: 'image/jpeg', data: PICTURE.toString('base64') }
    await stub.write({ from: JOSEPH, type: 'image', text: 'what is this?', file })
    await vi.waitFor(() => expect(kept).toHaveLength(1), SOON)
    const [{ content }] = kept as [IncomingMessage]
    expect(content).toMatchObject({
      kind: 'media',
      media: 'image',
      mime: 'image/jpeg',
      caption: 'what is this?',
    })
    const bytes = await channel.fetch?.(content.kind === 'media' ? content.ref : '')
    expect(Buffer.from(bytes ?? []).equals(PICTURE)).toBe(true)
  })
})

describe('groups', () => {
  it('tell when the service is let in, renamed and put out', async () => {
    ofGroups.length = 0
    const told = { from: GROUP, author: JOSEPH, type: 'gp2', recipients: ['250700000001@c.us'] }
    await stub.write({ ...told, subtype: 'add' })
    await stub.write({ ...told, subtype: 'promote' })
    await stub.write({ ...told, subtype: 'subject', text: 'Midwives of the lake' })
    await stub.write({ ...told, subtype: 'add', recipients: ['250788000009@c.us'] })
    await stub.write({ ...told, subtype: 'remove' })
    await vi.waitFor(() => expect(ofGroups).toHaveLength(4), SOON)
    expect(ofGroups.map(({ content }) => content)).toEqual([
      { kind: 'standing', standing: 'member' },
      { kind: 'standing', standing: 'admin' },
      { kind: 'renamed', name: 'Midwives of the lake' },
      { kind: 'standing', standing: 'out' },
    ])
    for (const { group, sender } of ofGroups) expect([group, sender]).toEqual([GROUP, JOSEPH])
  })
})

describe('messages out', () => {
  it('are texts, pictures and documents, to people and groups', async () => {
    stub.sent.length = 0
    const attachment = { file: 1 as FileId, name: 'progress.png', mime: 'image/png' }
    await channel.send(GROUP, { text: 'to all' })
    await channel.send(JOSEPH, { text: 'yours', attachment: { ...attachment, kind: 'image' } })
    await channel.send(JOSEPH, { text: 'open it', attachment: { ...attachment, kind: 'document' } })
    await vi.waitFor(() => expect(stub.sent).toHaveLength(3), SOON)
    expect(stub.sent).toMatchObject([
      { to: GROUP, type: 'chat', text: 'to all' },
      { to: JOSEPH, type: 'image', text: 'yours', file: { mime: 'image/png' } },
      { to: JOSEPH, type: 'document', text: 'open it', file: { name: 'progress.png' } },
    ])
  })

  it('say what happened when they were not taken', async () => {
    await stub.act('refuse', 1)
    expect(await faultOf(channel.send(JOSEPH, { text: 'refused' }))).toBe('refused')
    expect(await faultOf(channel.send('250799999999@c.us', { text: 'hello?' }))).toBe('blocked')
    expect(await faultOf(channel.send('nobody', { text: 'hello?' }))).toBe('refused')
    const large = { file: 2 as FileId, name: 'x', mime: 'image/png', kind: 'image' } as const
    expect(await faultOf(channel.send(JOSEPH, { text: '', attachment: large }))).toBe('refused')
  })

  it('that were not confirmed are asked after and not sent twice', async () => {
    stub.sent.length = 0
    await stub.act('keepSilent', 1)
    expect(await faultOf(channel.send(JOSEPH, { text: 'slow' }))).toBe('unavailable')
    const again = channel.send(JOSEPH, { text: 'slow' })
    await stub.act('confirm', stub.sent[0]?.id)
    const receipt = await again
    expect(receipt).toMatchObject({ ref: stub.sent[0]?.id })
    expect(stub.sent).toHaveLength(1)
  })
})

describe('what goes wrong', () => {
  it('a page that loads itself anew', async () => {
    const { opened } = stub
    await stub.act('reload')
    await vi.waitFor(() => expect(stub.opened).toBe(opened + 1), SOON)
    await hears('after the page was loaded anew')
    await isReady()
    expect(book.troubles).toEqual([])
  })

  it('another page of WhatsApp Web with the same number', async () => {
    await stub.act('state', 'CONFLICT')
    await vi.waitFor(() => expect(channel.state().detail).toContain('opened elsewhere'), SOON)
    expect(await faultOf(channel.send(JOSEPH, { text: 'not now' }))).toBe('paused')
    await isReady()
    await hears('after the conflict')
    expect(book.troubles).toEqual([])
  })

  it('a page that crashes; what was missed is read, the oldest first', async () => {
    stub.leave([
      stub.message({ from: JOSEPH, text: 'second', at: Math.floor(Date.now() / 1000) }),
      stub.message({ from: GROUP, author: HIDDEN, text: 'first', at: Math.floor(Date.now() / 1000) - 5 }),
      stub.message({ from: JOSEPH, text: 'long ago', at: Math.floor(Date.now() / 1000) - 86_400 }),
    ])
    kept = []
    const { pages } = await browserOn(profile())
    for (const page of pages) process.kill(page, 'SIGKILL')
    await vi.waitFor(() => expect(book.troubles).toEqual(['renderer']), SOON)
    expect(['lost', 'connecting']).toContain(channel.state().phase)
    await vi.waitFor(() => expect(texts()).toContain('second'), SOON)
    expect(texts()).toEqual(['first', 'second'])
    // At each start it is told anew where the service stands in its groups, and what they are called.
    const standing = { kind: 'standing', standing: 'admin', name: '120363000000000001' }
    await vi.waitFor(() => expect(ofGroups.at(-1)?.content).toEqual(standing), SOON)
    await isReady()
  })

  it('a chat that cannot be read at once keeps no other back, and is read until it is', async () => {
    const now = Math.floor(Date.now() / 1000)
    const many = Array.from({ length: 130 }, (_, index) => `missed ${index}`)
    stub.leave([
      ...many.map((text) => stub.message({ from: JOSEPH, text, at: now })),
      stub.message({ from: GROUP, author: HIDDEN, text: 'from the group', at: now }),
    ])
    await stub.act('unreadable', { [JOSEPH]: 3 })
    kept = []
    const crashed = Date.now()
    const { pages } = await browserOn(profile())
    for (const page of pages) process.kill(page, 'SIGKILL')
    await vi.waitFor(() => expect(texts()).toContain('from the group'), SOON)
    expect(texts()).not.toContain('missed 0')
    // Whoever started now would read it again.
    await stub.write({ from: GROUP, author: HIDDEN, text: 'newer', at: now + 60 })
    await vi.waitFor(() => expect(texts()).toContain('newer'), SOON)
    if (!texts().includes('missed 0')) expect(book.news.get('main')?.heardUntil).toBeLessThan(crashed)
    await vi.waitFor(() => expect(texts()).toEqual(expect.arrayContaining(many)), SOON)
    await isReady()
    await hears('after all was read')
  })

  it('a browser that is killed', async () => {
    book.troubles.length = 0
    process.kill((await browserOn(profile())).main, 'SIGKILL')
    await vi.waitFor(() => expect(book.troubles).toEqual(['browser']), SOON)
    await hears('after the browser was killed')
  })

  it('a process that is killed takes its browser along', async () => {
    book.troubles.length = 0
    const { main, runner } = await browserOn(profile())
    process.kill(runner, 'SIGKILL')
    await vi.waitFor(() => expect(book.troubles).toEqual(['process']), SOON)
    await vi.waitFor(() => expect(() => process.kill(main, 0)).toThrow('ESRCH'), SOON)
    await hears('after the process was killed')
  })

  it('a page that hangs', async () => {
    book.troubles.length = 0
    await stub.act('hang')
    await vi.waitFor(() => expect(book.troubles).toEqual(['hung']), SOON)
    await hears('after the page hung')
  })

  it('a telephone that unlinks the service, and links it again', async () => {
    book.troubles.length = 0
    await stub.act('unlink')
    await vi.waitFor(() => expect(channel.state().phase).toBe('unpaired'), SOON)
    expect(book.troubles).toEqual(['logout'])
    await vi.waitFor(() => expect(isThere(profile())).toBe(false), SOON)
    expect(book.lines.get('main')?.linkedAt).toBeUndefined()
    book.add('main', { pairingUntil: Date.now() + 60_000 })
    await vi.waitFor(() => expect(book.news.get('main')?.qr).toContain('ref-0'), SOON)
    await stub.act('pair')
    await hears('after it was linked again')
  })

  it('a restart needs no QR code, whatever lock another machine has left', async () => {
    await channel.stop()
    expect(channel.state()).toEqual({ phase: 'off' })
    expect(await countOn(stand.folder)).toBe(0)
    await rm(join(profile(), 'SingletonLock'), { force: true })
    await symlink('another-machine-4711', join(profile(), 'SingletonLock'))
    channel = make()
    await channel.start(keep)
    await hears('after the restart')
    expect(stub.missing).toEqual([])
  })

  it('two processes: the second waits, and steps in', async () => {
    let mayHold = false
    const second = stand.channel(book, { hold: () => Promise.resolve(mayHold) })
    await second.start(keep)
    await vi.waitFor(() => expect(second.state().detail).toContain('ready to step in'), SOON)
    expect(second.serves?.()).toBe(false)
    await channel.stop()
    mayHold = true
    channel = second
    await hears('to the second')
  })
})
