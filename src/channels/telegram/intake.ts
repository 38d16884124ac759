// From Telegram's updates to the service's messages: the same for polling and webhook.
import type { Clock } from '../../words/clock.ts'
import type { Log } from '../../words/log.ts'
import type { IncomingMessage } from '../../words/message.ts'
import type { Receive } from '../channel.ts'
import { type Bot, readUpdate } from './inbound.ts'
import { NotKept } from './trouble.ts'

/** Resolves when the updates may be confirmed. @throws NotKept when none of them may. */
export type Take = (updates: readonly unknown[]) => Promise<void>

/** Enough to remember every update of some batches that come again and again. */
const REMEMBERED = 1000

/**
 * Reads updates and hands them over in one batch, in their order.
 * `answered` is told the callback ids of taps that were handed over; it must not throw.
 */
export function createIntake(options: {
  readonly receive: Receive
  readonly clock: Clock
  readonly log: Log
  readonly answered: (callbackIds: readonly string[]) => void
  readonly bot: () => Bot
}): Take {
  const told = new Set<number>()

  function tellUnreadable(id: number | undefined, type: string): void {
    if (id !== undefined) {
      if (told.has(id)) return
      if (told.size >= REMEMBERED) told.clear()
      told.add(id)
    }
    options.log.warn({ update: id, type }, 'Telegram sent an update that cannot be read; it is left out')
  }

  return async (updates) => {
    const messages: IncomingMessage[] = []
    const callbackIds: string[] = []
    for (const update of updates) {
      const inbound = readUpdate(update, options.clock.now(), options.bot())
      if (inbound.kind === 'unreadable') tellUnreadable(inbound.updateId, inbound.type)
      if (inbound.kind !== 'message') continue
      messages.push(inbound.message)
      if (inbound.callbackId !== undefined) callbackIds.push(inbound.callbackId)
    }
    if (messages.length === 0) return
    try {
      await options.receive(messages)
    } catch (error) {
      options.log.error(
        { error: error instanceof Error ? error.name : typeof error },
        'Messages could not be stored',
      )
      throw new NotKept()
    }
    options.answered(callbackIds)
  }
}
