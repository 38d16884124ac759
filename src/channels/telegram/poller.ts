// Our own getUpdates loop. telegraf's confirms updates whose handler threw, ends at the first 409 and hangs on a dead
// socket; this one confirms only what is committed and never ends by itself.
import type { ChannelState } from '../channel.ts'
import { ApiFault } from './faults.ts'
import { updateIdOf } from './inbound.ts'
import type { Take } from './intake.ts'
import { pause, type Timing, waitAfter } from './patience.ts'
import { LeaseUnknown, troubleOf } from './trouble.ts'

export interface Polling {
  /** Asks Telegram for what has come; `offset` confirms all before it. Telegram answers within `seconds`. */
  readonly fetch: (offset: number | undefined, seconds: number) => Promise<unknown>
  /** What must be done before the first poll: no webhook may be set. */
  readonly prepare: () => Promise<void>
  readonly take: Take
  /** Whether this process is the one that polls; asked before each poll. */
  readonly mayPoll: () => Promise<boolean>
  readonly say: (state: ChannelState) => void
  readonly timing: Timing
  /** Ends the loop; what has been taken is handed over first. */
  readonly signal: AbortSignal
}

/**
 * Takes updates in until the signal is aborted. Never rejects.
 *
 * The offset is sent only after `take` has resolved, so whatever fails before comes again. It is forgotten once a poll
 * that carried it has brought nothing: Telegram then knows, and after a quiet week it may count from anywhere.
 */
export async function pollUpdates(polling: Polling): Promise<void> {
  const { signal, timing, say } = polling
  let offset: number | undefined
  let prepared = false
  /** Telegram has answered since the last trouble; before that, a poll asks and does not wait. */
  let steady = false
  let failures = 0

  async function turn(): Promise<void> {
    if (!(await mayPoll(polling))) {
      prepared = steady = false
      offset = undefined
      say(STANDBY)
      await pause(timing.standby, signal)
      return
    }
    if (!prepared) await polling.prepare()
    prepared = true
    const updates = await polling.fetch(offset, steady ? timing.longPoll : 0)
    if (!Array.isArray(updates)) throw new ApiFault('unreadable', 'updates that are no list')
    const next = nextOffset(updates)
    await polling.take(updates)
    offset = next
    steady = true
    failures = 0
    say({ phase: 'ready' })
  }

  while (!signal.aborted) {
    try {
      await turn()
    } catch (error) {
      if (signal.aborted) return
      failures += 1
      steady = false
      if (isWebhookConflict(error)) prepared = false
      say({ phase: 'lost', detail: troubleOf(error) })
      await pause(waitAfter(error, failures, timing), signal)
    }
  }
}

/** Somebody has set a webhook since we took it away; it has to be taken away again. */
function isWebhookConflict(error: unknown): boolean {
  return error instanceof ApiFault && error.code === 409 && /webhook/i.test(error.detail)
}

const STANDBY: ChannelState = {
  phase: 'ready',
  detail: 'Another process of this service takes the messages in; this one is ready to step in.',
}

async function mayPoll(polling: Polling): Promise<boolean> {
  try {
    return await polling.mayPoll()
  } catch {
    throw new LeaseUnknown()
  }
}

/** What confirms all of these updates; undefined when there is nothing to confirm. */
function nextOffset(updates: readonly unknown[]): number | undefined {
  if (updates.length === 0) return undefined
  const known = updates.map(updateIdOf).filter((id) => id !== undefined)
  if (known.length === 0) throw new ApiFault('unreadable', 'updates without a number')
  return Math.max(...known) + 1
}
