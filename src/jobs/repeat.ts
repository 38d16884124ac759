import type { Log } from '../words/log.ts'

export interface Repeating {
  /** Resolves when what is running has ended; it is not begun again. */
  stop(): Promise<void>
}

/** Does `work` now and again `pause` milliseconds after each end. What breaks is said and tried the next time. */
export function repeat(pause: number, work: () => Promise<void>, log: Log): Repeating {
  let timer: NodeJS.Timeout | undefined
  let stopped = false
  let running: Promise<void>

  function go(): void {
    running = work()
      .catch((error: unknown) =>
        log.warn(
          { error: error instanceof Error ? error.name : 'unknown' },
          'a regular job broke and is tried again',
        ),
      )
      .then(() => {
        if (!stopped) timer = setTimeout(go, pause)
      })
  }
  go()
  return {
    async stop() {
      stopped = true
      clearTimeout(timer)
      await running
    },
  }
}
