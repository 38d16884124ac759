// Messages and the conversations they belong to, locked until the transaction ends.
import type { Db } from '../store/db.ts'
import { type Arrival, takeIn, welcomeStrangers } from '../store/turns.ts'
import type { IncomingMessage } from '../words/message.ts'

/** Another process was faster with the same person: the same work, begun anew, finds things as they are now. */
export class Overtaken extends Error {
  override readonly name = 'Overtaken'
}

/**
 * Takes messages in, each in the conversation of its sender; whoever writes for the first time gets one.
 * @throws Overtaken when all of it has to begin anew.
 */
export async function arrive(db: Db, messages: readonly IncomingMessage[]): Promise<Arrival[]> {
  const arrivals = await takeIn(db, messages)
  if (arrivals.length === messages.length) return arrivals
  const known = new Set(arrivals.map(({ index }) => index))
  const strange = messages.flatMap((message, index) => (known.has(index) ? [] : [{ message, index }]))
  // Known after all: while we waited for a conversation another process has welcomed them, or has found out who they
  // are. Their message is noted as seen and not yet heard, so all of this is undone and begun anew.
  if (
    !(await welcomeStrangers(
      db,
      strange.map(({ message }) => message),
    ))
  )
    throw new Overtaken()
  const late = await takeIn(
    db,
    strange.map(({ message }) => message),
  )
  const placed = late.flatMap((arrival) => {
    const index = strange[arrival.index]?.index
    return index === undefined ? [] : [{ ...arrival, index }]
  })
  return [...arrivals, ...placed].toSorted((a, b) => a.index - b.index)
}
