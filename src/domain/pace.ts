// How fast a provider may be written to. Times are milliseconds of any clock that never goes back; who waits until a
// gate opens is a use case.
import { MINUTE, SECOND } from '../words/clock.ts'

/** What a provider allows. `Infinity` where it sets no limit. */
export interface Pace {
  /** Messages a second over the whole channel. */
  readonly perSecond: number
  /** Messages a second to one chat; 1/6 is one in six seconds. */
  readonly perSecondPerChat: number
  /** How many may go to one chat at once before that rate holds; they are made up for by the silence before or after. */
  readonly burstPerChat: number
  /** Messages a minute to one group. */
  readonly perMinutePerGroup: number
}

/** Says when the next message may pass, and remembers those that did. */
export interface Gate {
  /** The first moment, `now` or later, at which one message may pass. */
  opensAt(now: number): number
  pass(now: number): void
  /** Whether a new gate would do as well: nothing that has passed counts any more. */
  isRested(now: number): boolean
}

/**
 * A provider counts messages when they arrive, and some travel longer than others: two that left a second apart may
 * arrive closer together. Every window is this much longer than the provider's, which costs 3 % of what it allows.
 */
const SLACK = 1.03
/**
 * The share of a second's messages that may go at once after a lull. Such a bunch comes again each second while there is
 * a backlog, and the gap after it is how long a reply may have to wait.
 */
const AT_ONCE = 1 / 10

/** The gate of a whole channel. Evenly spread under load, so that a reply never waits for the next second. */
export function channelGate({ perSecond }: Pick<Pace, 'perSecond'>): Gate {
  if (perSecond === Number.POSITIVE_INFINITY) return OPEN
  const most = Math.max(1, Math.floor(perSecond))
  const window = SLACK * SECOND * (most / perSecond)
  return both(evenly(window / most, Math.max(1, Math.floor(most * AT_ONCE))), inWindow(most, window))
}

/** The gate of one chat; `group` when several people read it. */
export function chatGate(pace: Omit<Pace, 'perSecond'>, { group }: { group: boolean }): Gate {
  const { perSecondPerChat, burstPerChat, perMinutePerGroup } = pace
  const chat =
    perSecondPerChat === Number.POSITIVE_INFINITY
      ? OPEN
      : evenly((SLACK * SECOND) / perSecondPerChat, Math.max(1, burstPerChat))
  if (!group || perMinutePerGroup === Number.POSITIVE_INFINITY) return chat
  return both(chat, inWindow(perMinutePerGroup, SLACK * MINUTE))
}

const OPEN: Gate = { opensAt: (now) => now, pass: () => undefined, isRested: () => true }

/** One each `gap`; up to `burst` at once when it has been quiet. */
function evenly(gap: number, burst: number): Gate {
  // When everything that has passed would have passed at the even rate.
  let paidUntil = Number.NEGATIVE_INFINITY
  const credit = (burst - 1) * gap
  return {
    opensAt: (now) => Math.max(now, paidUntil - credit),
    pass(now) {
      paidUntil = Math.max(paidUntil, now) + gap
    },
    isRested: (now) => paidUntil <= now,
  }
}

/** At most `most` in any stretch of `window` milliseconds. */
function inWindow(most: number, window: number): Gate {
  const passed: number[] = []
  // Where the next is noted: the oldest of the last `most`.
  let next = 0
  return {
    opensAt: (now) => Math.max(now, (passed[next] ?? Number.NEGATIVE_INFINITY) + window),
    pass(now) {
      passed[next] = now
      next = (next + 1) % most
    },
    isRested: (now) => passed.every((at) => at + window <= now),
  }
}

function both(one: Gate, other: Gate): Gate {
  return {
    opensAt: (now) => Math.max(one.opensAt(now), other.opensAt(now)),
    pass(now) {
      one.pass(now)
      other.pass(now)
    },
    isRested: (now) => one.isRested(now) && other.isRested(now),
  }
}
