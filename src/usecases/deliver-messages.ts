// Messages out: every turn that is owed is sent, in order for each chat, and what became of it is noted.
//
// A shard of a channel's outbox belongs to one process at a time (a lease), so order and limits are kept in memory and
// a row is written only twice: when it is owed and when it is settled. A process that dies loses its leases after
// `lease`; the next owner sends what was not noted. A bubble is sent twice only if the process died in between.
import type { Channel } from '../channels/channel.ts'
import { type ChannelReport, reportChannels } from '../store/channel-reports.ts'
import { dropLeases, holdLeases } from '../store/leases.ts'
import { SHARDS } from '../store/outbox.ts'
import { SECOND } from '../words/clock.ts'
import type { ChannelName } from '../words/message.ts'
import { makeNotes } from './delivery-notes.ts'
import type { Desk, OutTray } from './desk.ts'
import { makeSender } from './send-in-order.ts'
import { makeServing, type Serving } from './serve-shards.ts'

/** All in milliseconds. */
export interface DeliveryTiming {
  /** A process that is not heard of for this long has died. */
  readonly lease: number
  readonly renew: number
  /** How often turns are looked for that no one handed over: those of other processes, and of those that died. */
  readonly look: number
}

const TIMING: DeliveryTiming = { lease: 15 * SECOND, renew: 5 * SECOND, look: SECOND / 2 }

export interface Delivery extends OutTray {
  start(): Promise<void>
  /** Sends nothing new, notes what was sent, gives the leases back. */
  stop(): Promise<void>
}

export function makeDelivery(
  desk: Omit<Desk, 'outTray'>,
  channels: readonly Channel[],
  owner: string,
  timing: DeliveryTiming = TIMING,
): Delivery {
  const senders = channels.map((channel) => {
    const notes = makeNotes(desk)
    return { channel, notes, sender: makeSender(desk, channel, notes) }
  })
  const servings = new Map<ChannelName, Serving>(
    senders.map(({ channel, notes, sender }) => [
      channel.name,
      makeServing(desk, channel.name, { sender, notes }),
    ]),
  )
  const timers = new Set<NodeJS.Timeout>()
  const running = new Set<Promise<void>>()
  let heldUntil = 0
  let stopped = false

  async function renew(): Promise<void> {
    const began = performance.now()
    // Whatever was in hand may be in somebody else's by now.
    if (!leased()) for (const serving of servings.values()) serving.letGo()
    // What only another process can send is left to it.
    const sending = channels.filter((channel) => channel.serves?.() !== false).map(({ name }) => name)
    const names = sending.flatMap((name) =>
      Array.from({ length: SHARDS }, (_, shard) => leaseName(name, shard)),
    )
    const held = await holdLeases(desk.database, names, owner, timing.lease / SECOND)
    heldUntil = began + timing.lease
    for (const [name, serving] of servings) {
      serving.hold(
        Array.from({ length: SHARDS }, (_, shard) => shard).filter((shard) =>
          held.has(leaseName(name, shard)),
        ),
      )
    }
  }

  /** Says how the channels are that this process delivers: on the operator's table, not on the way of any message. */
  async function tell(): Promise<void> {
    const reports = senders.flatMap(({ channel, sender }): ChannelReport[] => {
      if (servings.get(channel.name)?.held() === 0) return []
      const { phase, detail } = channel.state()
      return [{ channel: channel.name, phase, detail, error: sender.lastError() }]
    })
    if (reports.length > 0) await reportChannels(desk.database, reports, desk.clock.now())
  }

  // A fifteenth of a lease for clocks and statements that are slow.
  const leased = (): boolean => performance.now() < heldUntil - timing.lease / 15

  async function look(): Promise<void> {
    for (const serving of servings.values()) {
      if (leased()) await serving.look()
      else serving.letGo()
    }
  }

  /** Runs `work` again and again, `pause` after it ended; a database that is away is waited for. */
  function every(pause: number, work: () => Promise<void>): void {
    if (stopped) return
    const timer = setTimeout(() => {
      timers.delete(timer)
      const run: Promise<void> = work()
        .catch((error: unknown) =>
          desk.log.warn({ error: nameOf(error) }, 'delivery could not reach the database; trying again'),
        )
        .finally(() => {
          running.delete(run)
          every(pause, work)
        })
      running.add(run)
    }, pause)
    timers.add(timer)
  }

  return {
    pass: (channel, shard) => (!stopped && leased() ? servings.get(channel)?.pass(shard) : undefined),
    take(handed) {
      for (const [name, serving] of servings) {
        const theirs = handed.filter((turn) => turn.channel === name)
        if (theirs.length > 0) serving.take(theirs)
      }
    },
    doubt() {
      for (const serving of servings.values()) serving.letGo()
    },
    async start() {
      await renew()
      await look()
      every(timing.renew, renew)
      every(timing.look, look)
      every(timing.renew, tell)
    },
    async stop() {
      stopped = true
      for (const timer of timers) clearTimeout(timer)
      await Promise.all(running)
      await Promise.all([...servings.values()].map((serving) => serving.stop()))
      await dropLeases(desk.database, owner).catch(() => undefined)
    },
  }
}

const leaseName = (channel: ChannelName, shard: number): string => `outbox:${channel}:${shard}`
const nameOf = (error: unknown): string => (error instanceof Error ? error.name : 'unknown')
