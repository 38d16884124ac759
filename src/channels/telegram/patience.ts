// How long the channel waits, and why.
import { ApiFault } from './faults.ts'
import { MINUTE, SECOND } from '../../words/clock.ts'

/** All in milliseconds, save the first. */
export interface Timing {
  /** Seconds Telegram may hold a poll open when nothing has come. Proxies cut idle connections after 30 to 60 s. */
  readonly longPoll: number
  /** How much later than that its answer may arrive before the connection counts as dead. */
  readonly grace: number
  /** Longest wait for the answer to anything else. */
  readonly answer: number
  /** Longest wait for the answer to a file: some megabytes over a slow line, either way. */
  readonly file: number
  /** The first wait after a failure; it doubles with each further one. */
  readonly firstRetry: number
  /** The longest wait between two tries. */
  readonly lastRetry: number
  /** The wait when only a person can mend it: a wrong token. */
  readonly paused: number
  /** How often it is looked whether Telegram still knows the webhook. */
  readonly watch: number
  /** How often a process that may not poll asks whether it may now. */
  readonly standby: number
}

export const TIMING: Timing = {
  longPoll: 25,
  grace: 10 * SECOND,
  answer: 15 * SECOND,
  file: 1 * MINUTE,
  firstRetry: 1 * SECOND,
  lastRetry: 30 * SECOND,
  paused: 1 * MINUTE,
  watch: 2 * MINUTE,
  standby: 5 * SECOND,
}

/** Milliseconds to wait before the next try, after `failures` in a row (1 or more). */
export function waitAfter(error: unknown, failures: number, timing: Timing): number {
  const doubled = Math.min(timing.lastRetry, timing.firstRetry * 2 ** Math.min(failures - 1, 30))
  if (!(error instanceof ApiFault)) return doubled
  if (error.code === 401 || error.code === 404) return timing.paused
  return error.retryAfter ?? doubled
}

/** Node fires a timer set for longer than this at once. */
const LONGEST_TIMER = 2 ** 31 - 1

/** Resolves after so many milliseconds, or at once when `signal` is aborted. */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return
  await new Promise<void>((resolve) => {
    const done = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, Math.min(milliseconds, LONGEST_TIMER))
    signal.addEventListener('abort', done, { once: true })
  })
}
