// What the service says, as it comes: an event stream for each open page.
import type { FastifyReply } from 'fastify'
import type { Database } from '../store/db.ts'
import { webBubbles } from '../store/web-bubbles.ts'
import { SECOND } from '../words/clock.ts'

/** Other processes may have put something into the letter box: looked for this often. */
const LOOK = 3 * SECOND
const HEARTBEAT = 15 * SECOND
const MOST_BUBBLES = 50
/** Streams one person may have open: a phone, a desk, and what was not closed properly. */
const MOST_STREAMS = 4
/** A page that is told why its stream ends has this long to read it. */
const LAST_WORD = 2 * SECOND
/** Bytes that may wait for a page that does not read; it goes on after the last bubble it has when it comes back. */
const MOST_UNREAD = 2 ** 20

/** How to end each open stream of a person, the oldest first. */
export type OpenStreams = Map<string, Set<(why?: 'elsewhere') => void>>

/** Where bubbles lie, and how to hear of new ones. */
export interface LetterBox {
  readonly database: Database
  /** Tells when something new lies in somebody's letter box. */
  readonly watch: (to: string, look: () => void) => () => void
  /** How often a stream says that it is alive, and is asked whether it still may be, in milliseconds. */
  readonly beat?: number
}

export interface Listener {
  readonly to: string
  /** Whom the page speaks with, as its head shows it. */
  readonly me: () => Promise<object>
  readonly after: number | undefined
  readonly isSignedIn: () => boolean
  readonly streams: OpenStreams
}

/** Sends what lies in the letter box, and what comes, until the page goes away, does not read or may not any more. */
export function stream(
  { database, watch, beat = HEARTBEAT }: LetterBox,
  reply: FastifyReply,
  from: Listener,
): void {
  const { to, me, isSignedIn, streams } = from
  const { raw } = reply
  let last = from.after
  let known: string | undefined
  let looking: Promise<void> | undefined
  let again = false
  let ended = false

  function write(text: string): void {
    if (ended) return
    raw.write(text)
    if (raw.writableLength > MOST_UNREAD) end()
  }

  async function look(): Promise<void> {
    const bubbles = await webBubbles(database, to, last, MOST_BUBBLES)
    for (const { id, at, bubble } of bubbles) {
      last = id
      write(`id: ${id}\nevent: bubble\ndata: ${JSON.stringify({ id, at, ...bubble })}\n\n`)
    }
    // What they were just told may be that their name is another one, or said in another language.
    if (bubbles.length > 0 || known === undefined) await tellMe()
    // With nothing there yet, "the last fifty" must not be asked for again: from here on only what is new.
    last ??= 0
    if (bubbles.length === MOST_BUBBLES) again = true
  }
  async function tellMe(): Promise<void> {
    const now = JSON.stringify(await me())
    if (now !== known) write(`event: me\ndata: ${now}\n\n`)
    known = now
  }

  /** One look at a time; what came meanwhile is looked for once more. */
  function wake(): void {
    again = true
    looking ??= (async () => {
      try {
        while (again && !ended) {
          again = false
          await look()
        }
      } catch {
        end()
      } finally {
        // In the same breath as the last look at `again`: a wake that comes from here on begins anew.
        looking = undefined
      }
    })()
  }

  const unwatch = watch(to, wake)
  const looks = setInterval(wake, LOOK)
  const beats = setInterval(() => (isSignedIn() ? write(': still here\n\n') : end()), beat)
  const theirs = streams.get(to) ?? new Set()
  streams.set(to, theirs.add(end))

  /**
   * The one way out, however often and from wherever it is taken. The page comes back if it is still there; one that is
   * told that the chat is open elsewhere waits until somebody looks at it, or the windows would push each other out.
   */
  function end(why?: 'elsewhere'): void {
    if (ended) return
    if (why) raw.write(`event: elsewhere\ndata: {}\n\n`)
    ended = true
    unwatch()
    clearInterval(looks)
    clearInterval(beats)
    theirs.delete(end)
    if (theirs.size === 0) streams.delete(to)
    // Not `raw.end()` alone: it would wait for a page that may never read.
    if (!why) return void raw.destroy()
    raw.end()
    setTimeout(() => raw.destroy(), LAST_WORD).unref()
  }

  reply.hijack()
  raw.on('error', () => end()).on('close', () => end())
  // Gone before it began: there is no 'close' to come.
  if (raw.destroyed) return end()
  const [oldest] = theirs
  if (theirs.size > MOST_STREAMS) oldest?.('elsewhere')
  const own = { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' }
  for (const [name, value] of Object.entries({ ...reply.getHeaders(), ...own }))
    if (value !== undefined) raw.setHeader(name, value)
  raw.writeHead(200)
  // The first bytes tell the page that it is connected, also when there is nothing to show yet.
  write(': connected\n\n')
  wake()
}
