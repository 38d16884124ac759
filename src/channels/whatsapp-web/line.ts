// One number of the programme on WhatsApp: its browser, run as its life says.
import type { Clock, Instant } from '../../words/clock.ts'
import type { Log } from '../../words/log.ts'
import type { Browser } from './browser.ts'
import { type Happening, type Life, type LifeTiming, newLife, type Order, step } from './life.ts'
import type { GroupNews, Incoming, Signal, Vote } from './protocol.ts'
import { type Trouble, TROUBLES } from './trouble.ts'

export interface LineOptions {
  readonly name: string
  /** Whether a telephone was paired when this was last written down. */
  readonly linked: boolean
  readonly timing: LifeTiming
  readonly clock: Clock
  readonly log: Log
  readonly start: (told: (said: Signal) => void, gone: () => void) => Browser
  /** Throws the stored link away. */
  readonly forget: () => Promise<void>
  readonly hear: (heard: { message: Incoming } | { vote: Vote } | { group: GroupNews }) => void
  /** Something about it has changed; `before` is how it was. */
  readonly changed: (before: Life) => void
  /** What has just ended its browser. */
  readonly befell: (trouble: Trouble) => void
}

export interface Line {
  readonly name: string
  life(): Life
  /** The browser, while messages can be sent. */
  browser(): Browser | undefined
  want(wanted: boolean): void
  /** Shows QR codes until then. */
  pair(until: Instant): void
  /** Lets time pass. */
  tick(): void
  /** Ends the browser; resolves when it is gone. */
  stop(): Promise<void>
}

export function makeLine(options: LineOptions): Line {
  const { name, log, clock, timing } = options
  let life = newLife(options.linked)
  let browser: Browser | undefined
  let forgetting = false
  const stopped = new Set<() => void>()

  function happen(happening: Happening): void {
    const before = life
    const next = step(life, happening, clock.now(), timing)
    life = next.life
    const { befell } = next
    if (befell !== undefined) {
      log.warn({ line: name, trouble: befell, phase: life.phase }, `WhatsApp Web: ${TROUBLES[befell]}`)
      options.befell(befell)
    }
    for (const order of next.orders) carryOut(order)
    if (before.phase !== life.phase)
      log.info({ line: name, phase: life.phase }, `WhatsApp Web: ${life.phase}`)
    if (before !== life) options.changed(before)
    if (life.browser === 'none') for (const resolve of stopped) resolve()
  }

  function carryOut(order: Order): void {
    if (order === 'start') browser = options.start(told, gone)
    else if (order === 'end') browser?.end()
    else if (order === 'ask') browser?.ask()
    else if (order === 'refresh') browser?.refresh()
    else if (life.browser === 'none') void options.forget().catch(couldNot)
    else forgetting = true
  }

  function couldNot(error: unknown): void {
    log.warn(
      { line: name, error: error instanceof Error ? error.name : 'unknown' },
      'a void link was not deleted',
    )
  }

  function gone(): void {
    browser = undefined
    const cleared = forgetting ? options.forget().catch(couldNot) : Promise.resolve()
    forgetting = false
    void cleared.then(() => happen({ kind: 'gone' }))
  }

  function told(said: Signal): void {
    switch (said.said) {
      case 'message':
        return options.hear({ message: said.message })
      case 'vote':
        return options.hear({ vote: said.vote })
      case 'group':
        return options.hear({ group: said.group })
      case 'note':
        return log.info({ line: name, note: said.note }, 'WhatsApp Web: a note of the browser')
      case 'qr':
        return happen({ kind: 'qr', text: said.text })
      case 'state':
        return happen({ kind: 'state', state: said.state })
      case 'trouble':
        log.info({ line: name, detail: said.detail }, 'WhatsApp Web: trouble in the browser')
        return happen({ kind: 'trouble', trouble: said.trouble })
      case 'expired':
      case 'linked':
      case 'ready':
      case 'reloaded':
        return happen({ kind: said.said })
      default:
        // Answers to requests do not come this way.
        return undefined
    }
  }

  return {
    name,
    life: () => life,
    browser: () => (life.phase === 'ready' ? browser : undefined),
    want(wanted) {
      if (wanted !== life.wanted) happen({ kind: 'wanted', wanted })
    },
    pair(until) {
      if (until !== life.pairingUntil) happen({ kind: 'asked', until })
    },
    tick: () => happen({ kind: 'tick' }),
    stop() {
      const over = new Promise<void>((resolve) => stopped.add(resolve))
      happen({ kind: 'wanted', wanted: false })
      return over
    },
  }
}
