import type { Programme } from '../domain/rhythm.ts'
import type { Shelf } from '../engine/shelf.ts'
import type { Database } from '../store/db.ts'
import type { Owed } from '../store/outbox.ts'
import type { Clock } from '../words/clock.ts'
import type { Log } from '../words/log.ts'
import type { ChannelName } from '../words/message.ts'
import type { Meter } from '../words/meter.ts'

/** What every use case works with: handed in by `main.ts`, so that tests hand in their own clock and chance. */
export interface Desk {
  readonly database: Database
  readonly shelf: Shelf
  readonly programme: Programme
  readonly clock: Clock
  /** A new 32-bit seed. */
  readonly chance: () => number
  readonly log: Log
  readonly meter: Meter
  readonly outTray: OutTray
  /** Where the service is reached from outside, without a slash at its end; a code on paper leads there. */
  readonly publicUrl?: string | undefined
}

/** A turn that is committed as being in this process's hands. */
export interface Handed extends Owed {
  /** The pass it was promised with. */
  readonly pass: number
}

/** Where replies go once they are committed. */
export interface OutTray {
  /** A pass for handing turns of that shard over; undefined when this process does not deliver it now, and they must wait to be found. */
  pass(channel: ChannelName, shard: number): number | undefined
  /** Hands over turns that are committed as in hand. */
  take(handed: readonly Handed[]): void
  /** Nobody can tell whether a transaction with handed turns was committed: what is in hand has to be found out anew. */
  doubt(): void
}
