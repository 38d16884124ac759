// What people wrote while nobody listened is read back before anything newer, and until it is: as long as a part of it is
// missing it is not noted that all is heard, so that whoever starts next reads it again.
import type { Log } from '../../words/log.ts'
import { MINUTE } from '../../words/clock.ts'
import type { IncomingMessage } from '../../words/message.ts'
import type { Missed } from './browser.ts'
import { readIncoming } from './inbound.ts'
import type { Intake } from './intake.ts'

const LONGEST_WAIT = 5 * MINUTE
/** A chat that cannot be read is not asked for without end: it may never be readable again. */
const TRIES_OF_A_CHAT = 8

export interface CatchUp {
  /** Something has been missed since then. What is being read back already is read from the earlier of both. */
  from(since: number): void
  /** Whether something is still missing, after these messages have been stored. */
  isBehind(stored: readonly IncomingMessage[]): boolean
  stop(): void
}

export function makeCatchUp(options: {
  readonly again: number
  readonly log: Log
  readonly intake: () => Intake | undefined
  /** Undefined while no browser is there; who is ready next catches up by itself. */
  readonly read: (since: number) => Promise<Missed> | undefined
}): CatchUp {
  let since: number | undefined
  /** Read back, and not stored yet. */
  const owed = new Set<string>()
  let reading = false
  let timer: NodeJS.Timeout | undefined

  async function read(tries: number): Promise<void> {
    const intake = options.intake()
    const from = since
    const asked = from === undefined || !intake ? undefined : options.read(from)
    if (!asked || !intake || from === undefined) return
    // Only once: what people write now does not wait for a chat that cannot be read.
    if (tries === 0) intake.hold()
    try {
      const { messages, unread } = await asked
      const missed = messages.map(readIncoming).filter((message) => message !== undefined)
      for (const { messageId } of missed) owed.add(messageId)
      intake.takeFirst(missed)
      const isOver = unread === 0 || tries >= TRIES_OF_A_CHAT
      if (unread > 0)
        options.log.warn({ chats: unread, tries, isOver }, 'WhatsApp Web: chats could not be read back')
      // Something may have been missed meanwhile, from before that.
      if (isOver && since === from) since = undefined
    } catch {
      options.log.warn({ tries }, 'WhatsApp Web: what was missed could not be read')
    } finally {
      intake.free()
    }
    if (since === undefined) return
    const wait = Math.min(LONGEST_WAIT, options.again * 2 ** Math.min(tries, 10))
    timer = setTimeout(() => go(tries + 1), wait).unref()
  }

  function go(tries: number): void {
    clearTimeout(timer)
    reading = true
    void read(tries).finally(() => (reading = false))
  }

  return {
    from(missedSince) {
      since = Math.min(since ?? missedSince, missedSince)
      if (!reading) go(0)
    },
    isBehind(stored) {
      for (const { messageId } of stored) owed.delete(messageId)
      return since !== undefined || owed.size > 0
    },
    stop() {
      clearTimeout(timer)
      since = undefined
      owed.clear()
    },
  }
}
