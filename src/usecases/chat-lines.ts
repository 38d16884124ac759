// Whose turn it is on one channel: chats in three lanes, each let through when the provider's limits allow. Replies come
// before what nobody waits for, and both before broadcasts; within a chat a turn is never overtaken, save a broadcast.
import type { Channel } from '../channels/channel.ts'
import { channelGate, chatGate, type Gate } from '../domain/pace.ts'
import type { Lane, Owed } from '../store/outbox.ts'
import type { AddressId } from '../words/ids.ts'
import type { Piece } from './send-piece.ts'

/** Messages on their way to one provider at once: at 50 ms each enough for 3,800 a second. */
const MOST_ON_THE_WAY = 192
/** Of these broadcasts leave some free: a provider that hangs must not make replies wait behind them. */
const MOST_BROADCASTS_ON_THE_WAY = 160
const LANES = [0, 1, 2] as const satisfies readonly Lane[]
/** Gates kept of chats that have nothing in hand, before those that are rested are thrown away. */
const MOST_GATES = 2_000

/** One chat's turns in hand, in order. The first is being sent when `busy`. */
export interface Chat {
  readonly address: AddressId
  readonly queue: Owed[]
  /** What the first turn comes to, message by message; `bubblesSent` counts them. */
  pieces: readonly Piece[] | undefined
  busy: boolean
  tries: number
  /** When the first turn began to fail, by `performance.now()`. */
  failingSince: number
}

export interface LinesOptions {
  readonly channel: Channel
  /** Whether broadcasts may go out now. */
  readonly mayBroadcast: () => boolean
  /** Sends the next piece of a chat; settles when the chat may be put in line again. */
  readonly send: (chat: Chat) => Promise<void>
}

export interface ChatLines {
  readonly chats: ReadonlyMap<AddressId, Chat>
  /** Puts a turn in hand behind those of its chat; one that is there already changes nothing. */
  add(turn: Owed): void
  /** Puts a chat in line for its next piece; one with nothing left is forgotten. */
  line(chat: Chat): void
  /** The chat hears nothing for so many milliseconds, also when it is let go and found again meanwhile. */
  rest(address: AddressId, ms: number): void
  /** Nobody hears anything for so many milliseconds. */
  pause(ms: number): void
  forget(chat: Chat): void
  forgetAll(): void
  /** Looks again whether somebody may go: time has passed that nobody waited for. */
  go(): void
  onTheWay(): readonly Chat[]
  /** Lets nobody through any more; resolves when nothing is on its way. */
  stop(): Promise<unknown>
}

export function makeChatLines({ channel, mayBroadcast, send }: LinesOptions): ChatLines {
  const chats = new Map<AddressId, Chat>()
  const lanes: readonly [Chat[], Chat[], Chat[]] = [[], [], []]
  const sending = new Map<Promise<void>, Chat>()
  const gates = new Map<AddressId, Gate>()
  const resting = new Map<AddressId, number>()
  const gate = channelGate(channel.capabilities)
  let broadcasting = 0
  let pausedUntil = 0
  let pump: NodeJS.Timeout | undefined
  let stopped = false

  function gateOf({ address, queue }: Chat): Gate {
    let own = gates.get(address)
    if (!own) {
      if (gates.size > MOST_GATES + chats.size) forgetRested()
      gates.set(address, (own = chatGate(channel.capabilities, { group: queue[0]?.group === true })))
    }
    return own
  }

  function forgetRested(): void {
    const now = performance.now()
    for (const [address, own] of gates) if (own.isRested(now)) gates.delete(address)
  }

  const opensAt = (chat: Chat, now: number): number =>
    Math.max(gateOf(chat).opensAt(now), resting.get(chat.address) ?? 0)

  function line(chat: Chat): void {
    if (chats.get(chat.address) !== chat || chat.busy) return
    if (chat.queue.length === 0) {
      chats.delete(chat.address)
      return
    }
    const now = performance.now()
    const wait = opensAt(chat, now) - now
    if (wait > 0) {
      setTimeout(() => line(chat), wait).unref()
      return
    }
    resting.delete(chat.address)
    lanes[laneOf(chat)].push(chat)
    go()
  }

  /** The next chat that may go. One may stand in several lines, since a reply came after it had been put in one. */
  function next(now: number): Chat | undefined {
    for (const lane of LANES) {
      const waiting = lanes[lane]
      if (lane === 2 && (broadcasting >= MOST_BROADCASTS_ON_THE_WAY || !mayBroadcast())) return undefined
      for (let chat = waiting.shift(); chat; chat = waiting.shift()) {
        const isThere = chats.get(chat.address) === chat && !chat.busy && chat.queue.length > 0
        if (isThere && laneOf(chat) <= lane && opensAt(chat, now) <= now) return chat
      }
    }
    return undefined
  }

  function go(): void {
    while (!stopped && sending.size < MOST_ON_THE_WAY) {
      const now = performance.now()
      const opens = Math.max(pausedUntil, gate.opensAt(now))
      if (opens > now) {
        pump ??= setTimeout(() => {
          pump = undefined
          go()
        }, opens - now)
        return
      }
      const chat = next(now)
      if (!chat) return
      gate.pass(now)
      gateOf(chat).pass(now)
      begin(chat)
    }
  }

  function begin(chat: Chat): void {
    const isBroadcast = chat.queue[0]?.lane === 2
    if (isBroadcast) broadcasting += 1
    chat.busy = true
    const sent: Promise<void> = send(chat).finally(() => {
      if (isBroadcast) broadcasting -= 1
      chat.busy = false
      sending.delete(sent)
      line(chat)
      go()
    })
    sending.set(sent, chat)
  }

  return {
    chats,
    add(turn) {
      const chat = chats.get(turn.addressId)
      if (!chat) {
        const fresh = { address: turn.addressId, queue: [turn], pieces: undefined, busy: false, tries: 0 }
        chats.set(turn.addressId, { ...fresh, failingSince: 0 })
        line(chats.get(turn.addressId) as Chat)
      } else if (!chat.queue.some((other) => other.turn === turn.turn)) {
        insert(chat, turn)
        line(chat)
      }
    },
    line,
    rest: (address, ms) => void resting.set(address, performance.now() + ms),
    pause(ms) {
      pausedUntil = Math.max(pausedUntil, performance.now() + ms)
    },
    forget(chat) {
      if (chats.get(chat.address) === chat) chats.delete(chat.address)
    },
    forgetAll() {
      chats.clear()
      // Rests that are over say nothing any more, and their chats may be another process's by now.
      for (const [address, until] of resting) if (until < performance.now()) resting.delete(address)
    },
    go,
    onTheWay: () => [...sending.values()],
    stop() {
      stopped = true
      clearTimeout(pump)
      return Promise.all(sending.keys())
    },
  }
}

/** A reply takes along what is owed before it. */
const laneOf = ({ queue }: Chat): Lane => (queue.some(({ lane }) => lane === 0) ? 0 : (queue[0]?.lane ?? 0))

/** Behind what is there; before broadcasts, but not into the middle of one. */
function insert(chat: Chat, turn: Owed): void {
  const { queue } = chat
  const [first] = queue
  const begun = chat.busy || (first !== undefined && first.bubblesSent > 0) ? 1 : 0
  const place = turn.lane === 2 ? -1 : queue.findIndex(({ lane }, index) => lane === 2 && index >= begun)
  if (place === -1) queue.push(turn)
  else queue.splice(place, 0, turn)
  if (place === 0) Object.assign(chat, { pieces: undefined, tries: 0 })
}
