// From what the browser tells to what is committed: in order, and again until it is. WhatsApp hands nothing over twice,
// so what cannot be stored now is kept in memory, and what is lost with the process is read back at the next start.
import { SECOND } from '../../words/clock.ts'
import type { Log } from '../../words/log.ts'
import type { IncomingMessage } from '../../words/message.ts'
import type { Receive } from '../channel.ts'

export interface Intake {
  /** Something has come. */
  take(messages: readonly IncomingMessage[]): void
  /** Something was missed: it goes before all that waits. Only while `hold` is on. */
  takeFirst(messages: readonly IncomingMessage[]): void
  /** Keeps what comes waiting until `free`: what was missed goes first. */
  hold(): void
  free(): void
  /** Whether messages arrive and cannot be stored. */
  stuck(): boolean
  /** Takes nothing more in; resolves when what is being stored is. */
  stop(): Promise<void>
}

/** What may wait in memory; beyond it the oldest are let go, and read back when the rest is stored. */
const MOST_WAITING = 5000
/** Messages handed over at once. */
const BATCH = 64
const FIRST_WAIT = SECOND / 4
const LONGEST_WAIT = 30 * SECOND

export function createIntake(options: {
  readonly receive: Receive
  readonly log: Log
  /** These are committed. */
  readonly stored: (messages: readonly IncomingMessage[]) => void
  /** So much came that some had to be let go: they must be read back. */
  readonly overflowed: () => void
}): Intake {
  const { log } = options
  let waiting: IncomingMessage[] = []
  let working: Promise<void> | undefined
  let held = false
  let failures = 0
  let lost = false
  let stopped = false
  let wake: (() => void) | undefined

  async function work(): Promise<void> {
    while (waiting.length > 0 && !held && !stopped) {
      const batch = waiting.slice(0, BATCH)
      try {
        await options.receive(batch)
      } catch (error) {
        failures += 1
        if (failures === 1)
          log.error(
            { error: error instanceof Error ? error.name : 'unknown' },
            'Messages could not be stored',
          )
        await pause(Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** Math.min(failures, 10)))
        continue
      }
      failures = 0
      const isStored = new Set(batch)
      waiting = waiting.filter((message) => !isStored.has(message))
      options.stored(batch)
    }
    if (lost && waiting.length === 0 && !stopped) {
      lost = false
      options.overflowed()
    }
  }

  function pause(wait: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, wait)
      wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  /** What was missed and what comes now overlap. */
  function fresh(messages: readonly IncomingMessage[]): IncomingMessage[] {
    const known = new Set(waiting.map(({ messageId }) => messageId))
    return messages.filter(({ messageId }) => !known.has(messageId))
  }

  const go = (): void => {
    if (held || stopped || working || waiting.length === 0) return
    working = work().finally(() => {
      working = undefined
      // What came in the same breath as the last look at what waits.
      go()
    })
  }

  return {
    take(messages) {
      if (stopped) return
      waiting = [...waiting, ...fresh(messages)]
      if (waiting.length > MOST_WAITING) {
        lost = true
        waiting = [...waiting.slice(0, BATCH), ...waiting.slice(waiting.length - MOST_WAITING + BATCH)]
      }
      go()
    },
    takeFirst(messages) {
      waiting = [...fresh(messages), ...waiting]
    },
    hold() {
      held = true
    },
    free() {
      held = false
      go()
    },
    stuck: () => failures > 0,
    async stop() {
      stopped = true
      wake?.()
      await working
    },
  }
}
