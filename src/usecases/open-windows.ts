// Some providers let a person be written to freely only for a while after they wrote. Here is noted that they did, and
// what was held for them until then is let go.
import type { Shelf } from '../engine/shelf.ts'
import type { Db } from '../store/db.ts'
import type { Arrival } from '../store/turns.ts'
import { openWindows } from '../store/windows.ts'
import type { Instant } from '../words/clock.ts'
import { type IncomingMessage, WINDOWS } from '../words/message.ts'

/**
 * Opens the windows of those who have written. Gives back the indexes of messages that only brought somebody back: they
 * are answered by the question that was held for them, which they cannot have been answering.
 */
export async function openWindowsOf(
  { shelf, now }: { shelf: Shelf; now: Instant },
  db: Db,
  arrivals: readonly Arrival[],
  messages: readonly IncomingMessage[],
): Promise<ReadonlySet<number>> {
  const writers = arrivals.flatMap(({ index, addressId, channel }) => {
    const message = messages[index]
    const window = WINDOWS[channel]
    // Handed over late, it opens nothing any more: what is held would be held again.
    return message && window !== undefined && message.at > now - window ? [{ index, addressId, message }] : []
  })
  if (writers.length === 0) return new Set()
  const heard = writers.map(({ addressId, message }) => ({ addressId, at: Math.min(message.at, now) }))
  const freed = await openWindows(db, heard, now)
  return new Set(
    writers.flatMap(({ index, addressId, message: { content } }) => {
      const held = freed.get(addressId)
      const isCommand = content.kind === 'text' && shelf.command(content.text) !== undefined
      return held && !isCommand && (held.asks || content.kind === 'opened') ? [index] : []
    }),
  )
}
