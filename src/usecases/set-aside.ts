// A message that fails alone: kept for people to look at, its sender told, its conversation as it was.
import { isTransient } from '../store/db.ts'
import { noteSeen, setAside } from '../store/failed-messages.ts'
import type { Arrival } from '../store/turns.ts'
import type { IncomingMessage } from '../words/message.ts'
import { applyEvents } from './apply-events.ts'
import { arrive } from './arrive.ts'
import { newLedger, owe } from './converse.ts'
import type { Desk } from './desk.ts'
import { handOver } from './hand-over.ts'
import { isElsewhere } from './hear-elsewhere.ts'
import { openWindowsOf } from './open-windows.ts'
import { type Talk, talkOf } from './talk.ts'

/** Sets a message aside that fails alone, and tells its sender; returns the fault when even that fails for now. */
export async function setAsideAlone(desk: Desk, message: IncomingMessage, error: unknown): Promise<unknown> {
  try {
    try {
      await setAsideWithWord(desk, message, error)
    } catch (fault) {
      if (isTransient(fault)) return fault
      // Nobody to tell, or no way to: kept for people to see, so that it does not come again and again for ever.
      await desk.database.inTransaction(async (db) => {
        const at = desk.clock.now()
        if (await noteSeen(db, message))
          await setAside(db, message, { person: undefined, error: faultIn(error), at })
      })
    }
  } catch (fault) {
    return fault
  }
  desk.meter.received(message.channel, 'failed', 1)
  desk.log.error(
    { channel: message.channel, messageId: message.messageId, fault: faultIn(error) },
    'a message was set aside',
  )
  return undefined
}

async function setAsideWithWord(desk: Desk, message: IncomingMessage, error: unknown): Promise<void> {
  await handOver(desk, async (db) => {
    // In a group nobody is told of it, and a vote is no conversation.
    if (isElsewhere(message)) throw new Error('there is nobody to tell')
    const [arrival] = await arrive(db, [message])
    const at = desk.clock.now()
    if (!arrival?.fresh) return { owed: [] }
    await setAside(db, message, { person: arrival.personId, error: faultIn(error), at })
    const ledger = newLedger(at)
    await openWindowsOf({ shelf: desk.shelf, now: at }, db, [{ ...arrival, index: 0 }], [message])
    const talk = { ...talkToKeep(arrival), heardAt: Math.min(message.at, at) }
    owe(desk, ledger, talk, { says: [{ say: 'word', word: 'trouble' }], unasked: false })
    return { owed: await applyEvents(desk, db, ledger) }
  })
}

/**
 * The conversation as it was: what cannot be applied must not be run again here. What is no conversation at all gives
 * way to a new one, or the person could never go on; its questions are counted from far ahead, so that every button
 * shown so far is old.
 */
function talkToKeep(arrival: Arrival): Talk {
  const talk = talkOf(arrival)
  const session = talk.session as Partial<Talk['session']> | null
  if (Number.isInteger(session?.asked) && Array.isArray(session?.stack)) return talk
  return { ...talk, session: { asked: 100 * (talk.turn + 1), stack: [] } }
}

/** Where in the program it broke. An error's own words may quote what a person wrote, so only its name and place are kept. */
function faultIn(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown'
  const { name, message, stack = '', code } = error as Error & { code?: unknown }
  // The stack begins with the error's words, however many lines they have.
  const said = stack.indexOf(message)
  const places = said === -1 ? '' : stack.slice(said + message.length)
  const place =
    places
      .split('\n')
      .find((line) => /^\s+at /.test(line))
      ?.trim() ?? ''
  return `${name}${typeof code === 'string' ? ` ${code}` : ''} ${place}`.trim()
}
