// One channel's shards: what of its outbox is in this process's hands, and that the database thinks the same.
//
// The database knows of a turn only whether somebody has it in hand. Whenever that may have become untrue (a lease ran
// out; nobody can tell whether a transaction was committed; a turn was claimed and the answer lost) everything is let
// go. Once nothing of it is on its way and all notes stand, it is found again as the database has it: a consistent point.
import {
  claimBroadcasts,
  claimOwed,
  handedSince,
  letGoOf,
  type Owed,
  releaseShards,
} from '../store/outbox.ts'
import { MINUTE } from '../words/clock.ts'
import type { ChannelName } from '../words/message.ts'
import type { Notes } from './delivery-notes.ts'
import type { Desk, Handed } from './desk.ts'
import type { Sender } from './send-in-order.ts'

/** Chats with something in hand, for one channel; more wait in the database. */
const MOST_IN_HAND = 1_000
/** Broadcasts in hand beside them: more than go out between two looks, and never in the way of a reply. */
const MOST_BROADCASTS_IN_HAND = 2_000
/** Longer than a transaction and the taking over of its reply can take. */
const STRAY_AFTER = 2 * MINUTE

export interface Serving {
  /** The shards whose leases this process holds from now on. */
  hold(shards: readonly number[]): void
  /** What lets a turn be handed over without being looked for; undefined when it must be. */
  pass(shard: number): number | undefined
  take(handed: readonly Handed[]): void
  /** Forgets what is in hand; the next looks find it again. */
  letGo(): void
  /** Finds what is owed and in nobody's hand. */
  look(): Promise<void>
  /** How many shards this process holds. */
  held(): number
  stop(): Promise<void>
}

export function makeServing(
  desk: Omit<Desk, 'outTray'>,
  channel: ChannelName,
  { sender, notes }: { sender: Sender; notes: Notes },
): Serving {
  let held: ReadonlySet<number> = new Set()
  /** Of these the database and this process agree on what is in hand. */
  let served = new Set<number>()
  /** Grows with each letting go: what was promised before is not taken after. */
  let since = 0
  /** What was handed over while a claim was under way, which may bring earlier turns of the same chats. */
  let early: Owed[] | undefined
  let lookedForStrays = desk.clock.now()

  function letGo(): void {
    since += 1
    served = new Set()
    early &&= []
    sender.letGo()
  }

  /** Takes up shards that are held and not served: nothing of them may be on its way, in memory or unwritten. */
  async function takeUp(): Promise<void> {
    const gained = [...held].filter((shard) => !served.has(shard))
    const all = new Set(gained)
    if (gained.length === 0 || !sender.quiet(all) || !notes.quiet(all)) return
    const began = since
    await releaseShards(desk.database, channel, gained)
    if (since === began) served = new Set([...served, ...gained.filter((shard) => held.has(shard))])
  }

  async function claim(): Promise<void> {
    const inHand = sender.inHand()
    await claimWith(claimOwed, MOST_IN_HAND - inHand.chats)
    if (sender.mayBroadcast()) await claimWith(claimBroadcasts, MOST_BROADCASTS_IN_HAND - inHand.broadcasts)
  }

  async function claimWith(claimed: typeof claimOwed, room: number): Promise<void> {
    if (room <= 0 || served.size === 0) return
    const began = since
    early = []
    try {
      const owed = await desk.database.inTransaction((db) => claimed(db, channel, [...served], room))
      await sender.prepare(owed)
      // Let go meanwhile: these rows are released with all others.
      if (since === began) sender.take([...owed, ...early])
    } catch (error) {
      // It may have been done all the same, and then nobody would have these in hand.
      letGo()
      throw error
    } finally {
      early = undefined
    }
  }

  /**
   * What was committed as in hand by a process that died at that moment, after its shard had gone to this one: rare,
   * and nobody else would ever find it.
   */
  async function findStrays(): Promise<void> {
    const now = desk.clock.now()
    if (now - lookedForStrays < STRAY_AFTER || served.size === 0 || !notes.settled(served)) return
    lookedForStrays = now
    const began = since
    const handed = await handedSince(desk.database, channel, [...served], now - STRAY_AFTER)
    const strays = handed.filter((turn) => !sender.has(turn))
    if (strays.length > 0 && since === began && notes.settled(served)) await letGoOf(desk.database, strays)
  }

  return {
    hold(shards) {
      const lost = [...served].some((shard) => !shards.includes(shard))
      held = new Set(shards)
      if (lost) letGo()
    },
    pass: (shard) => (served.has(shard) && sender.inHand().chats < MOST_IN_HAND ? since : undefined),
    take(handed) {
      // Promised before everything was let go: in the database it is in hand, and that must not stay so. The shard may
      // be another process's by now, which looks only for what is in nobody's hand.
      if (handed.some(({ pass }) => pass !== since)) {
        letGo()
        void letGoOf(desk.database, handed).catch(() => undefined)
      } else if (early) early.push(...handed)
      else sender.take(handed)
    },
    held: () => held.size,
    letGo,
    async look() {
      await takeUp()
      await claim()
      sender.wake()
      await findStrays()
    },
    async stop() {
      await sender.stop()
      await notes.drain()
    },
  }
}
