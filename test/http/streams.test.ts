// Streams that are not read, not allowed any more, or too many.
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { pino } from 'pino'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { serveChat } from '../../src/http/chat.ts'
import { makeServer } from '../../src/http/server.ts'
import { keepWebBubble } from '../../src/store/web-bubbles.ts'
import { makeSeals } from '../../src/store/seals.ts'
import { MINUTE } from '../../src/words/clock.ts'
import type { PersonId } from '../../src/words/ids.ts'
import { type FreshDatabase, freshDatabase } from '../database.ts'
import { KEY, Stream } from './client.ts'

vi.setConfig({ testTimeout: 60_000 })

const seals = makeSeals(KEY)
const tokenUntil = (until: number): string => seals.seal('talk', 1 as PersonId, until)

interface Door {
  readonly fresh: FreshDatabase
  readonly port: number
  /** The service's ends of the connections, in the order they came. */
  readonly ends: Socket[]
  readonly watching: Set<() => void>
}

/** The chat's door alone, so that the service's own end of a connection can be looked at. */
async function openDoor(beat?: number): Promise<Door> {
  const fresh = await freshDatabase()
  await fresh.db.query(`insert into person (name) values ('Joseph')`)
  const app = await makeServer(pino({ level: 'silent' }), 'loopback')
  const watching = new Set<() => void>()
  await serveChat(app, {
    database: fresh.db,
    receive: () => Promise.resolve(),
    seals,
    clock: { now: () => Date.now() },
    timezone: 'Africa/Kigali',
    watch(_to, look) {
      watching.add(look)
      return () => watching.delete(look)
    },
    demo: undefined,
    ...(beat !== undefined && { beat }),
  })
  const ends: Socket[] = []
  app.server.on('connection', (socket: Socket) => ends.push(socket))
  const url = new URL(await app.listen({ host: '127.0.0.1', port: 0 }))
  onTestFinished(async () => {
    await app.close()
    await fresh.close()
  })
  return { fresh, port: Number(url.port), ends, watching }
}

/** Somebody who asks for the stream and never reads it; the service's end of the connection. */
async function stall({ port, ends }: Door): Promise<Socket> {
  const socket = connect(port, '127.0.0.1').on('error', () => undefined)
  onTestFinished(() => void socket.destroy())
  socket.pause()
  await once(socket, 'connect')
  socket.write(
    `GET /chat/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${tokenUntil(Date.now() + MINUTE)}\r\n\r\n`,
  )
  return vi.waitFor(() => {
    const [end] = ends
    if (!end || end.bytesWritten === 0) throw new Error('not connected')
    return end
  })
}

/** Puts more into the letter box, as long as the condition does not hold. */
async function fill({ fresh, watching }: Door, until: () => boolean): Promise<void> {
  const bubble = { text: 'x'.repeat(200_000) }
  for (let at = 0; at < 200 && !until(); at++) {
    await keepWebBubble(fresh.db, '1', bubble, Date.now())
    for (const look of watching) look()
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  expect(until()).toBe(true)
}

async function listenAt({ port }: Door, token: string): Promise<Stream> {
  const stop = new AbortController()
  const headers = { authorization: `Bearer ${token}` }
  const response = await fetch(`http://127.0.0.1:${port}/chat/events`, { headers, signal: stop.signal })
  const stream = new Stream(response, stop)
  onTestFinished(() => stream.close())
  return stream
}

describe('streams of one person', () => {
  it('all hear the same, whether or not one of them is read', async () => {
    const door = await openDoor()
    await stall(door)
    const streams: Stream[] = []
    for (let at = 0; at < 3; at++) streams.push(await listenAt(door, tokenUntil(Date.now() + MINUTE)))
    // More than the one that is not read can take. One after another: a process that is slow would hand over all at once,
    // which is more than any stream may leave waiting.
    for (let at = 0; at < 20; at++) {
      await keepWebBubble(door.fresh.db, '1', { text: `${at} ${'x'.repeat(100_000)}` }, Date.now())
      for (const look of door.watching) look()
      const numbers = Array.from({ length: at + 1 }, (_, number) => number)
      await vi.waitFor(
        () => {
          for (const { heard } of streams)
            expect(heard.map(({ text }) => Number(text.split(' ')[0]))).toEqual(numbers)
        },
        { timeout: 20_000 },
      )
    }
    expect(streams.map(({ ended }) => ended)).toEqual([false, false, false])
  })
})

describe('a stream', () => {
  it('whose reader has stalled is let go at once when the database fails', async () => {
    const door = await openDoor()
    const end = await stall(door)
    await fill(door, () => end.writableLength > 0)
    expect(end.destroyed).toBe(false)
    await door.fresh.pool.query('alter table web_bubble rename to gone')
    await vi.waitFor(() => expect(end.destroyed).toBe(true), { timeout: 60_000 })
    expect(door.watching.size).toBe(0)
  })

  it('that nobody reads is let go when too much waits for it', async () => {
    const door = await openDoor()
    const end = await stall(door)
    let most = 0
    await fill(door, () => {
      most = Math.max(most, end.writableLength)
      return end.destroyed
    })
    expect(most).toBeGreaterThan(0)
    expect(most).toBeLessThan(2 ** 21)
    expect(door.watching.size).toBe(0)
  })

  it('is one of four at most: one more ends the oldest', async () => {
    const door = await openDoor()
    const streams: Stream[] = []
    for (let at = 0; at < 6; at++) streams.push(await listenAt(door, tokenUntil(Date.now() + MINUTE)))
    await vi.waitFor(() =>
      expect(streams.map(({ ended }) => ended)).toEqual([true, true, false, false, false, false]),
    )
    expect(door.watching.size).toBe(4)
    // They are told why, so that they do not push the others out again.
    expect(streams.map(({ told }) => told.includes('elsewhere'))).toEqual([
      true,
      true,
      false,
      false,
      false,
      false,
    ])
    // One that was closed by its reader counts no more.
    streams[3]?.close()
    await vi.waitFor(() => expect(door.watching.size).toBe(3))
    await listenAt(door, tokenUntil(Date.now() + MINUTE))
    expect(streams[2]?.ended).toBe(false)
  })

  it('ends with the session it was opened with', async () => {
    const door = await openDoor(100)
    const short = await listenAt(door, tokenUntil(Date.now() + 2000))
    const long = await listenAt(door, tokenUntil(Date.now() + MINUTE))
    await vi.waitFor(() => expect(short.ended).toBe(true), { timeout: 60_000, interval: 100 })
    expect(long.ended).toBe(false)
  })

  it('gets what has piled up without waiting for the next look', async () => {
    const door = await openDoor(MINUTE)
    await keepWebBubble(door.fresh.db, '1', { text: 'before' }, Date.now())
    const first = await listenAt(door, tokenUntil(Date.now() + MINUTE))
    // From here on it goes by what it has heard, and not by the last fifty.
    await vi.waitFor(() => expect(first.heard).toHaveLength(1), { timeout: 30_000 })
    for (let at = 0; at < 160; at++) await keepWebBubble(door.fresh.db, '1', { text: `${at}` }, Date.now())
    for (const look of door.watching) look()
    await vi.waitFor(() => expect(first.heard).toHaveLength(161), { timeout: 30_000 })
    expect(new Set(first.heard.map(({ id }) => id)).size).toBe(161)
  })
})
