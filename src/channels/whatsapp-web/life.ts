// The life of one browser with WhatsApp Web, as a pure state machine: what happened goes in, what to do comes out.
// It is the watchdog, too: whatever must happen has a time by which it must have happened.
import { DAY, type Instant, MINUTE, SECOND } from '../../words/clock.ts'
import { PAIR, type Trouble, TROUBLES } from './trouble.ts'

/** All in milliseconds. */
export interface LifeTiming {
  /** From the start of the browser to WhatsApp's page in it. */
  readonly boot: number
  /** From a page that is linked to one that is ready; the first sync of a busy number takes minutes. */
  readonly sync: number
  /** How often the page is asked how it is, and how long it may say nothing. */
  readonly ask: number
  readonly silence: number
  /** How long a page without a connection is waited for: it comes back by itself after most gaps. */
  readonly offline: number
  /** A browser that was ready this long has shown that it works: failures before it do not count any more. */
  readonly settle: number
  /** The first wait before another start, doubled each time, and the longest. */
  readonly wait: number
  readonly longestWait: number
  /** A browser grows: it is started afresh after this long. */
  readonly old: number
}

export const LIFE_TIMING: LifeTiming = {
  boot: 90 * SECOND,
  sync: 3 * MINUTE,
  ask: 15 * SECOND,
  silence: 45 * SECOND,
  offline: 5 * MINUTE,
  settle: 5 * MINUTE,
  wait: 2 * SECOND,
  longestWait: 5 * MINUTE,
  old: DAY,
}

export type Phase = 'unpaired' | 'pairing' | 'connecting' | 'ready' | 'lost'

export interface Life {
  readonly phase: Phase
  /** What is wrong and what would mend it; undefined when nothing is. */
  readonly detail: string | undefined
  /** `ending`: told to end, and not gone yet. */
  readonly browser: 'none' | 'up' | 'ending'
  /** Whether this process should run it at all. */
  readonly wanted: boolean
  /** Whether a telephone is paired, as far as is known. */
  readonly linked: boolean
  /** Until when somebody wants to pair; a QR code is shown only then. */
  readonly pairingUntil: Instant
  /** The QR code to scan now, as text. */
  readonly qr: string | undefined
  /** What must have happened by when, and what it is called if it has not. */
  readonly due: { readonly at: Instant; readonly trouble: Trouble } | undefined
  /** When the page last answered, was last asked, and since when it has had no connection. */
  readonly heardAt: Instant
  readonly askedAt: Instant
  readonly offlineSince: Instant | undefined
  readonly readySince: Instant | undefined
  /** Browsers in a row that did not last, and when the next may start. */
  readonly failures: number
  readonly startAt: Instant
}

export type Happening =
  /** Whether this process should run the browser: it holds the number, and the number is in use. */
  | { readonly kind: 'wanted'; readonly wanted: boolean }
  /** Somebody wants to pair a telephone. */
  | { readonly kind: 'asked'; readonly until: Instant }
  | { readonly kind: 'qr'; readonly text: string }
  /** The QR code is no longer good; the library cannot make a new one by itself. */
  | { readonly kind: 'expired' }
  /** The telephone has scanned, or the stored link was taken: messages are being read in. */
  | { readonly kind: 'linked' }
  | { readonly kind: 'ready' }
  /** The page has answered; WhatsApp's own word for its connection. */
  | { readonly kind: 'state'; readonly state: string }
  /** The page has loaded itself anew. */
  | { readonly kind: 'reloaded' }
  | { readonly kind: 'trouble'; readonly trouble: Trouble }
  /** The process of the browser is gone. */
  | { readonly kind: 'gone' }
  /** Time has passed. */
  | { readonly kind: 'tick' }

/** `forget` throws the stored link away, once the browser is gone. */
export type Order = 'start' | 'end' | 'ask' | 'refresh' | 'forget'

export interface Step {
  readonly life: Life
  readonly orders: readonly Order[]
  /** What has just ended the browser. */
  readonly befell?: Trouble
}

/** A life before anything has happened. */
export function newLife(linked: boolean): Life {
  return {
    phase: linked ? 'connecting' : 'unpaired',
    detail: linked ? undefined : PAIR,
    browser: 'none',
    wanted: false,
    linked,
    pairingUntil: 0,
    qr: undefined,
    due: undefined,
    heardAt: 0,
    askedAt: 0,
    offlineSince: undefined,
    readySince: undefined,
    failures: 0,
    startAt: 0,
  }
}

/** What one happening comes to. */
export function step(life: Life, happening: Happening, now: Instant, timing: LifeTiming): Step {
  switch (happening.kind) {
    case 'wanted':
      return happening.wanted ? { life: { ...life, wanted: true }, orders: [] } : rest(life)
    case 'asked':
      return stay({ ...life, pairingUntil: happening.until, startAt: life.linked ? life.startAt : 0 })
    case 'tick':
      return onTick(life, now, timing)
    case 'gone':
      return life.browser === 'up'
        ? befall({ ...life, browser: 'none' }, 'process', now, timing)
        : stay({ ...life, browser: 'none' })
    default:
      // What a browser says that has been told to end is of no use any more.
      return life.browser === 'up' ? onWord(life, happening, now, timing) : stay(life)
  }
}

type Word = Exclude<Happening, { kind: 'wanted' | 'asked' | 'tick' | 'gone' }>

function onWord(life: Life, word: Word, now: Instant, timing: LifeTiming): Step {
  switch (word.kind) {
    case 'qr':
      // A QR code where a link was stored: the link is void. It is not offered to whoever happens to look.
      if (life.linked) return befall(life, 'session', now, timing)
      if (life.pairingUntil <= now) return befall(life, 'pairing', now, timing)
      // WhatsApp renews it every minute or says that it has expired: a page that does neither hangs.
      return stay({ ...life, phase: 'pairing', detail: undefined, qr: word.text, due: soon(now, timing) })
    case 'expired':
      if (life.linked) return stay(life)
      return { life: { ...life, qr: undefined, due: soon(now, timing) }, orders: ['refresh'] }
    case 'linked':
      return stay(syncing(life, now, timing))
    case 'ready':
      return stay({
        ...life,
        phase: 'ready',
        detail: undefined,
        linked: true,
        qr: undefined,
        due: undefined,
        heardAt: now,
        askedAt: now,
        offlineSince: undefined,
        readySince: now,
      })
    case 'state':
      return onState({ ...life, heardAt: now }, word.state, now)
    case 'reloaded':
      return life.readySince === undefined ? stay(life) : stay(syncing(life, now, timing))
    case 'trouble':
      return befall(life, word.trouble, now, timing)
    default:
      return word satisfies never
  }
}

function syncing(life: Life, now: Instant, timing: LifeTiming): Life {
  const due = { at: now + timing.sync, trouble: 'sync' } as const
  return { ...life, phase: 'connecting', detail: undefined, qr: undefined, due, readySince: undefined }
}

/** By when a page that shows a QR code must have said something new. */
const soon = (now: Instant, timing: LifeTiming): Life['due'] => ({ at: now + timing.sync, trouble: 'boot' })

function onState(life: Life, state: string, now: Instant): Step {
  if (state === 'CONNECTED') {
    const back = life.readySince !== undefined && life.offlineSince !== undefined
    return stay({
      ...life,
      offlineSince: undefined,
      ...(back && { phase: 'ready', detail: undefined, readySince: now }),
    })
  }
  if (life.readySince === undefined) return stay(life)
  return stay({
    ...life,
    phase: 'connecting',
    detail:
      state === 'CONFLICT'
        ? 'WhatsApp Web was opened elsewhere with this number; it is taken back. Do not open it elsewhere.'
        : 'WhatsApp cannot be reached at the moment. The service waits for the connection.',
    offlineSince: life.offlineSince ?? now,
  })
}

function onTick(life: Life, now: Instant, timing: LifeTiming): Step {
  if (life.browser === 'ending') return stay(life)
  if (life.browser === 'none') return begin(life, now, timing)
  if (life.phase === 'pairing' && life.pairingUntil <= now) return befall(life, 'pairing', now, timing)
  if (life.due !== undefined && life.due.at <= now) return befall(life, life.due.trouble, now, timing)
  if (life.readySince === undefined) return stay(life)
  if (now - life.heardAt > timing.silence) return befall(life, 'hung', now, timing)
  if (life.offlineSince !== undefined && now - life.offlineSince > timing.offline)
    return befall(life, 'offline', now, timing)
  if (now - life.readySince > timing.old) return befall(life, 'old', now, timing)
  const settled = now - life.readySince > timing.settle ? { ...life, failures: 0 } : life
  if (now - life.askedAt < timing.ask) return stay(settled)
  return { life: { ...settled, askedAt: now }, orders: ['ask'] }
}

/** Starts a browser when there is a reason to and it has been waited for long enough. */
function begin(life: Life, now: Instant, timing: LifeTiming): Step {
  const asked = life.pairingUntil > now
  if (!life.wanted || (!life.linked && !asked)) return stay(life)
  if (life.startAt > now) return stay(life)
  return {
    life: {
      ...life,
      phase: life.linked ? 'connecting' : 'pairing',
      detail: life.linked ? life.detail : 'The QR code is on its way.',
      browser: 'up',
      due: { at: now + timing.boot, trouble: 'boot' },
      readySince: undefined,
      offlineSince: undefined,
    },
    orders: ['start'],
  }
}

/** Ends the browser for a reason; how it goes on depends on whether only a person can mend it. */
function befall(life: Life, trouble: Trouble, now: Instant, timing: LifeTiming): Step {
  const ended = {
    ...life,
    browser: life.browser === 'up' ? 'ending' : life.browser,
    qr: undefined,
    due: undefined,
    readySince: undefined,
    offlineSince: undefined,
  } as const
  const orders: readonly Order[] = life.browser === 'up' ? ['end'] : []
  if (trouble === 'logout' || trouble === 'session')
    return {
      befell: trouble,
      life: {
        ...ended,
        phase: 'unpaired',
        linked: false,
        failures: 0,
        startAt: 0,
        detail: said(trouble, PAIR),
      },
      orders: [...orders, 'forget'],
    }
  if (trouble === 'pairing') {
    const unpaired = { ...ended, phase: 'unpaired', pairingUntil: 0, detail: said(trouble, PAIR) } as const
    return { befell: trouble, life: unpaired, orders }
  }
  // Nothing is wrong with one that has only grown old.
  if (trouble === 'old')
    return { life: { ...ended, phase: 'connecting', detail: undefined, startAt: 0 }, orders }
  const wait = Math.min(timing.longestWait, timing.wait * 2 ** life.failures)
  return {
    befell: trouble,
    life: {
      ...ended,
      phase: 'lost',
      detail: said(trouble, 'The service starts it again by itself.'),
      failures: Math.min(life.failures + 1, 20),
      startAt: now + wait,
    },
    orders,
  }
}

/** Lets the browser go without any trouble: the number belongs to somebody else now, or the service stops. */
function rest(life: Life): Step {
  const orders: readonly Order[] = life.browser === 'up' ? ['end'] : []
  const { linked, pairingUntil, failures, browser } = life
  const fresh = { ...newLife(linked), pairingUntil, failures }
  return { life: { ...fresh, browser: browser === 'none' ? 'none' : 'ending' }, orders }
}

const said = (trouble: Trouble, andThen: string): string => `${TROUBLES[trouble]} ${andThen}`
const stay = (life: Life): Step => ({ life, orders: [] })
