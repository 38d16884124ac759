// The programme's numbers: the one in use, spares that are being paired, and which process may hold them.
import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock, Instant } from '../../words/clock.ts'
import type { Log } from '../../words/log.ts'
import type { ChannelState } from '../channel.ts'
import type { Browser } from './browser.ts'
import type { Life } from './life.ts'
import { type Line, makeLine } from './line.ts'
import type { LineBook, LineNote } from './lines.ts'
import { capOf, counted } from './pacing.ts'
import type { GroupNews, Incoming, Signal, Vote } from './protocol.ts'
import type { Timing } from './timing.ts'

export interface NumbersOptions {
  readonly folder: string
  readonly dailyCap: number
  readonly timezone: string
  readonly book: LineBook
  /** Takes or renews the lease of the numbers for so many milliseconds. */
  readonly hold: (lease: number) => Promise<boolean>
  readonly start: (line: string, told: (said: Signal) => void, gone: () => void) => Browser
  readonly hear: (heard: { message: Incoming } | { vote: Vote } | { group: GroupNews }) => void
  /** The number in use has become ready; `since`: up to when all that came in is stored. */
  readonly ready: (browser: Browser, since: Instant) => void
  readonly timing: Timing
  readonly clock: Clock
  readonly log: Log
}

export interface Numbers {
  start(): void
  stop(): Promise<void>
  /** Whether this process holds the numbers. */
  holds(): boolean
  /** The browser of the number in use, while messages can be sent. */
  browser(): Browser | undefined
  state(): ChannelState
  /** Up to when the number in use has heard everything. */
  since(): Instant | undefined
  /** Everything that came in up to then is stored. */
  heard(until: Instant): void
  /** Counts one message out; false when the number has written enough today. */
  count(): boolean
}

const STANDBY = 'Another process of this service holds the number; this one is ready to step in.'
const ELSEWHERE = 'The link to the telephone lies in the DATA_DIR of another machine: run the service there.'
const ENOUGH = 'The number has written enough for today; the rest waits. A new number may write little.'

/** A fifth of a lease is left over for clocks and statements that are slow. */
const SAFE = 0.8

export function makeNumbers(options: NumbersOptions): Numbers {
  const { book, clock, log, timing, folder } = options
  const lines = new Map<string, Line>()
  const notes = new Map<string, LineNote>()
  let active: string | undefined
  let heldUntil = 0
  let elsewhere = false
  let capped = false
  /** Something of the number in use is not written down yet. */
  let dirty = false
  let writeAt = 0
  let stopped = false
  let timers: NodeJS.Timeout[] = []
  let looking: Promise<void> | undefined

  const holds = (): boolean => performance.now() < heldUntil
  const inUse = (): Line | undefined => (active === undefined ? undefined : lines.get(active))
  const noteInUse = (): LineNote | undefined => (active === undefined ? undefined : notes.get(active))
  /** The day by which messages are counted: the programme's. */
  const today = (): string =>
    new Intl.DateTimeFormat('en-CA', { timeZone: options.timezone }).format(clock.now())

  async function look(): Promise<void> {
    const began = performance.now()
    const found = await book.read()
    const chosen = found.find((note) => note.active)
    // Whoever has the link on its disk may hold the number; a process on another machine cannot open it.
    elsewhere = chosen?.linkedAt !== undefined && !existsSync(join(folder, `session-${chosen.name}`))
    if (!elsewhere && !stopped && (await options.hold(timing.lease))) heldUntil = began + timing.lease * SAFE
    active = chosen?.name
    for (const note of found) if (!stopped) tend(note)
  }

  /** Lets one line be as its note says. */
  function tend(note: LineNote): void {
    const { name, pairingUntil } = note
    const known = notes.get(name)
    // What happens to a line that is open here is known here first.
    notes.set(name, known && lines.has(name) ? { ...known, active: note.active, pairingUntil } : note)
    const isAsked = (pairingUntil ?? 0) > clock.now()
    const wanted = holds() && (note.active || isAsked || isSettling(name))
    const line = lines.get(name) ?? (wanted ? open(note) : undefined)
    line?.pair(pairingUntil ?? 0)
    line?.want(wanted)
    if (!wanted && line?.life().browser === 'none') lines.delete(name)
    // A spare that was open when it was promoted has heard things that nobody took.
    const browser = note.active && known?.active === false ? line?.browser() : undefined
    if (browser) options.ready(browser, known?.heardUntil ?? clock.now())
  }

  /** A spare that was paired is closed again, but not before all is on its disk. */
  function isSettling(name: string): boolean {
    const readySince = lines.get(name)?.life().readySince
    return readySince !== undefined && clock.now() - readySince < timing.keep
  }

  function open(note: LineNote): Line {
    const { name } = note
    const line = makeLine({
      name,
      linked: note.linkedAt !== undefined,
      timing,
      clock,
      log,
      start: (told, gone) => options.start(name, told, gone),
      forget: () => rm(join(folder, `session-${name}`), { recursive: true, force: true }),
      hear: (heard) => name === active && options.hear(heard),
      changed: (before) => changed(name, before),
      befell: (trouble) => void book.befell(name, trouble, clock.now()).catch(notNoted),
    })
    lines.set(name, line)
    return line
  }

  function changed(name: string, before: Life): void {
    const life = lines.get(name)?.life()
    const note = notes.get(name)
    if (!life || !note) return
    const linkedAt = life.linked ? (note.linkedAt ?? clock.now()) : undefined
    // From the moment of pairing on: what stood in the telephone before is none of the service's business.
    const heardUntil = note.heardUntil ?? linkedAt
    notes.set(name, { ...note, linkedAt, heardUntil })
    const isNews = life.phase !== before.phase || life.detail !== before.detail || life.qr !== before.qr
    if (isNews || linkedAt !== note.linkedAt) void write(name)
    const browser =
      life.phase === 'ready' && before.phase !== 'ready' ? lines.get(name)?.browser() : undefined
    if (browser && name === active) options.ready(browser, heardUntil ?? clock.now())
  }

  async function write(name: string): Promise<void> {
    const life = lines.get(name)?.life()
    const note = notes.get(name)
    // Whoever does not hold the numbers has nothing to say about them.
    if (!life || !note || !holds()) return
    const { phase, detail, qr } = life
    const { linkedAt, heardUntil, tally } = note
    await book.note(name, { phase, detail, qr, linkedAt, heardUntil, tally }, clock.now()).catch(notNoted)
  }

  function notNoted(error: unknown): void {
    log.warn(
      { error: error instanceof Error ? error.name : 'unknown' },
      'WhatsApp Web: the book is out of reach',
    )
  }

  async function again(): Promise<void> {
    await look().catch(notNoted)
    // The lease could not be renewed: another process may hold the numbers by now.
    if (!holds()) for (const line of lines.values()) line.want(false)
    const isTime = performance.now() > writeAt
    if (isTime) for (const name of lines.keys()) await write(name)
    else if (dirty && active !== undefined) await write(active)
    if (isTime) writeAt = performance.now() + timing.write
    dirty = false
  }

  return {
    start() {
      stopped = false
      const begin = (): void => {
        looking ??= again().finally(() => (looking = undefined))
      }
      begin()
      timers = [
        setInterval(begin, timing.look),
        setInterval(() => {
          for (const line of lines.values()) line.tick()
        }, timing.tick),
      ]
    },
    async stop() {
      stopped = true
      for (const timer of timers) clearInterval(timer)
      await looking
      if (dirty && active !== undefined) await write(active)
      await Promise.all([...lines.values()].map((line) => line.stop()))
      lines.clear()
      notes.clear()
      active = undefined
      heldUntil = 0
    },
    holds,
    browser: () => inUse()?.browser(),
    since: () => noteInUse()?.heardUntil,
    heard(until) {
      const note = noteInUse()
      if (!note || until <= (note.heardUntil ?? 0)) return
      notes.set(note.name, { ...note, heardUntil: until })
      dirty = true
    },
    count() {
      const note = noteInUse()
      if (!note) return false
      const now = clock.now()
      const tally = counted(note.tally, today())
      capped = tally.sent > capOf(note.linkedAt ?? now, now, options.dailyCap)
      if (capped) return false
      notes.set(note.name, { ...note, tally })
      dirty = true
      return true
    },
    state(): ChannelState {
      if (elsewhere) return { phase: 'off', detail: ELSEWHERE }
      const life = inUse()?.life()
      if (!life) return holds() || looking ? { phase: 'connecting' } : { phase: 'off', detail: STANDBY }
      const detail = life.phase === 'ready' && capped ? ENOUGH : life.detail
      return { phase: life.phase, ...(detail !== undefined && { detail }) }
    },
  }
}
