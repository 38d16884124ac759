// How fast one number writes. WhatsApp blocks numbers that write like a machine: always the same pause, to many people
// at once, much from the first day. Pure: time and chance are handed in.
import { DAY, type Instant } from '../../words/clock.ts'

/** Milliseconds between two messages: a pause, and up to `jitter` more by chance. */
export interface Pause {
  readonly pause: number
  readonly jitter: number
}

export interface Pacing {
  /** Over the whole number. */
  readonly number: Pause
  /** To one chat: somebody has to read it. */
  readonly chat: Pause
}

export const PACING: Pacing = {
  number: { pause: 500, jitter: 1000 },
  chat: { pause: 1000, jitter: 1500 },
}

/** When the number and each chat may be written to next. */
export interface Pace {
  readonly numberAt: Instant
  readonly chatsAt: ReadonlyMap<string, Instant>
}

export const NEW_PACE: Pace = { numberAt: 0, chatsAt: new Map() }

/**
 * When a message to `chat` goes out, and the pace after it. `chance` gives 0 ≤ n < 1.
 * Chats whose rest is over are forgotten, so that the map holds only who was written to in the last seconds.
 */
export function nextSlot(
  pace: Pace,
  chat: string,
  now: Instant,
  { pacing, chance }: { pacing: Pacing; chance: () => number },
): { readonly at: Instant; readonly pace: Pace } {
  const at = Math.max(Math.ceil(now), pace.numberAt, pace.chatsAt.get(chat) ?? 0)
  const after = ({ pause, jitter }: Pause): Instant => Math.round(at + pause + jitter * chance())
  const chatsAt = new Map([...pace.chatsAt].filter(([, until]) => until > now))
  return { at, pace: { numberAt: after(pacing.number), chatsAt: chatsAt.set(chat, after(pacing.chat)) } }
}

/** Days until a new number may write as much as an old one. */
const WARM_UP = 14
/** What a number may write on its first day, of what it may write later. */
const FIRST_DAY = 0.2

/** How many messages a number may write today, of `most`: a fifth on its first day, each day more, all after 14. */
export function capOf(linkedAt: Instant, now: Instant, most: number): number {
  const days = Math.max(0, Math.floor((now - linkedAt) / DAY))
  if (days >= WARM_UP) return most
  return Math.max(1, Math.round(most * (FIRST_DAY + ((1 - FIRST_DAY) * days) / WARM_UP)))
}

/** Messages written on one day, as `2026-11-25`. */
export interface Tally {
  readonly day: string
  readonly sent: number
}

/** One more on `day`; another day begins anew. */
export const counted = (tally: Tally, day: string): Tally =>
  tally.day === day ? { day, sent: tally.sent + 1 } : { day, sent: 1 }
