// One channel's messages out: in order for each chat, within the provider's limits, each tried again as its fault asks.
import { type Channel, type Receipt, SendError } from '../channels/channel.ts'
import { moveGroup } from '../store/groups.ts'
import { type Owed, shardOf } from '../store/outbox.ts'
import { closeWindow } from '../store/windows.ts'
import { DAY, type Instant, MINUTE, SECOND } from '../words/clock.ts'
import { announceTurn, mayWriteTo } from './announce-turn.ts'
import { mayBroadcast } from './broadcast.ts'
import { type Chat, makeChatLines } from './chat-lines.ts'
import type { Notes } from './delivery-notes.ts'
import type { Desk } from './desk.ts'
import { sendPiece } from './send-piece.ts'
import { makeSpeaker } from './speak-turn.ts'

/** A provider that cannot be reached is waited for this long: a night or a weekend without a network loses no reply. */
const GIVEN_UP_AFTER = 3 * DAY
/** One message that fails this often while others get through is what is wrong, and must not hold up its chat. */
const MOST_TRIES = 12
/** Sends on their way are waited for this long when the service stops. */
const LONGEST_STOP = 3 * SECOND
/** Once the line is back, nobody waits longer than this. */
const LONGEST_WAIT = 2 * MINUTE

/** One channel's sender: chats in line, sent as its limits allow, replies before everything else. */
export interface Sender {
  take(owed: readonly Owed[]): void
  /** Reads what these will need before they are taken. */
  prepare(owed: readonly Owed[]): Promise<void>
  /** Chats with something in hand that is no broadcast, and broadcasts in hand. */
  inHand(): { readonly chats: number; readonly broadcasts: number }
  /** The last send that went wrong, in words for people who run the service. */
  lastError(): { readonly words: string; readonly at: Instant } | undefined
  has(turn: Pick<Owed, 'addressId' | 'turn'>): boolean
  /** Forgets everything; what is on its way is noted when it has come through, and nothing is sent after it. */
  letGo(): void
  /** Whether broadcasts may go out at this hour. */
  mayBroadcast(): boolean
  /** Looks again: the hour may have come for what had to wait. */
  wake(): void
  /** Whether nothing of these shards is in hand or on its way. */
  quiet(shards: ReadonlySet<number>): boolean
  stop(): Promise<void>
}

export function makeSender(desk: Omit<Desk, 'outTray'>, channel: Channel, notes: Notes): Sender {
  const speaker = makeSpeaker(desk, channel)
  const isOpen = remembered(SECOND, () => mayBroadcast(desk.clock.now(), desk.programme))
  const lines = makeChatLines({ channel, mayBroadcast: isOpen, send: sendNext })
  let broadcasts = 0
  let acceptedAt = 0
  let lastError: { words: string; at: Instant } | undefined

  async function sendNext(chat: Chat): Promise<void> {
    const turn = chat.queue[0] as Owed
    try {
      chat.pieces ??= await speaker.speak(turn)
      const piece = chat.pieces[turn.bubblesSent]
      if (piece && !mayWriteTo(channel, heardAt(chat), desk.clock.now())) {
        await announce(chat, turn)
        return
      }
      if (piece) {
        const receipt = await sendPiece(desk, channel, turn, piece)
        keepReceipt(turn, receipt)
        const { about } = piece.bubble
        if (receipt && about)
          notes.topic({ addressId: turn.addressId, ref: receipt.ref, ...about, at: desk.clock.now() })
      }
      accepted(chat, turn, piece !== undefined)
    } catch (error) {
      const moved = await movedTo(turn, error)
      if (moved === undefined) failed(chat, error)
      else for (const [index, other] of chat.queue.entries()) chat.queue[index] = { ...other, to: moved }
    }
  }

  function accepted(chat: Chat, turn: Owed, wasSaid: boolean): void {
    if (wasSaid) {
      desk.meter.sent(channel.name, 'accepted')
      acceptedAt = performance.now()
    } else if (turn.lane === 2) forgetBroadcast(turn.turn)
    chat.tries = 0
    const bubblesSent = turn.bubblesSent + 1
    if (chat.pieces === undefined || bubblesSent >= chat.pieces.length) {
      notes.add({ outcome: 'sent', address_id: chat.address, turn: turn.turn })
      next(chat)
    } else {
      chat.queue[0] = { ...turn, bubblesSent }
      kept(chat.queue[0])
    }
  }

  const kept = ({ addressId, turn, bubblesSent, attempts }: Owed): void =>
    notes.add({ outcome: 'kept', address_id: addressId, turn, bubbles_sent: bubblesSent, attempts })

  /** Says by a template that there is something to say, and holds it until they write. */
  async function announce(chat: Chat, turn: Owed): Promise<void> {
    const { held, sent, receipt } = await announceTurn(desk, channel, turn)
    const { addressId: address_id, turn: number, bubblesSent: bubbles_sent } = turn
    if (sent) {
      keepReceipt(turn, receipt, true)
      desk.meter.sent(channel.name, 'accepted')
      acceptedAt = performance.now()
    }
    if (held !== undefined) desk.meter.sent(channel.name, 'held')
    const outcome = held === undefined ? ('sent' as const) : ('held' as const)
    notes.add({ outcome, address_id, turn: number, bubbles_sent, why: held ?? '' })
    next(chat)
  }

  function keepReceipt(turn: Owed, receipt: Receipt | void, template = false): void {
    if (!receipt || channel.capabilities.reports !== true) return
    const { addressId, lane, language, says, attempts, bubblesSent: place } = turn
    const at = desk.clock.now()
    const about = { addressId, turn: turn.turn, place, lane, language, says, attempts, template, at }
    notes.receipt({ channel: channel.name, ref: receipt.ref, ...about })
  }

  /** The group's new id, noted, when that is what went wrong. */
  async function movedTo({ to: from }: Owed, error: unknown): Promise<string | undefined> {
    const to = error instanceof SendError && error.reason === 'moved' ? error.movedTo : undefined
    if (to === undefined || to === from) return undefined
    try {
      await desk.database.inTransaction((db) => moveGroup(db, channel.name, { from, to }))
      return to
    } catch {
      // Tried again as any other failure; the provider will say it again.
      return undefined
    }
  }

  /** A broadcast that was stopped need not be come to by each of thousands. Who stopped it has removed what was owed. */
  function forgetBroadcast(number: number): void {
    for (const chat of lines.chats.values()) {
      const place = chat.queue.findIndex(({ lane, turn }) => lane === 2 && turn === number)
      if (place === -1 || (place === 0 && chat.busy)) continue
      notes.add({ outcome: 'sent', address_id: chat.address, turn: number })
      chat.queue.splice(place, 1)
      broadcasts -= 1
      if (place === 0) Object.assign(chat, { pieces: undefined, tries: 0 })
      if (chat.queue.length === 0) lines.forget(chat)
    }
  }

  /** One that was let go while it was on its way is counted no more. */
  function broadcastGone(chat: Chat): void {
    if (lines.chats.get(chat.address) === chat) broadcasts -= 1
  }

  function next(chat: Chat): void {
    if (chat.queue.shift()?.lane === 2) broadcastGone(chat)
    chat.pieces = undefined
    chat.tries = 0
  }

  function failed(chat: Chat, error: unknown): void {
    const turn = chat.queue[0] as Owed
    const fault = faultOf(error)
    lastError = { words: `${IN_WORDS[fault.reason]} (${fault.detail})`, at: desk.clock.now() }
    if (fault.reason === 'blocked') {
      blocked(chat, fault)
      return
    }
    if (fault.reason === 'closed' && channel.capabilities.window !== undefined) {
      // The provider knows better when they last wrote. Not noted, it says so again.
      for (const [index, owed] of chat.queue.entries()) chat.queue[index] = { ...owed, heardAt: undefined }
      void closeWindow(desk.database, chat.address).catch(() => undefined)
      return
    }
    const attempts = turn.attempts + (fault.reason === 'paused' ? 0 : 1)
    if (chat.tries === 0) chat.failingSince = performance.now()
    if (isHopeless(chat, { ...turn, attempts }, fault)) {
      notes.add({ outcome: 'failed', address_id: chat.address, turn: turn.turn, failure: fault.message })
      desk.meter.sent(channel.name, 'failed')
      next(chat)
      return
    }
    desk.meter.sent(channel.name, 'retried')
    desk.log.warn(
      { channel: channel.name, reason: fault.reason, detail: fault.detail, attempts },
      'a send failed and is tried again',
    )
    chat.queue[0] = { ...turn, attempts }
    kept(chat.queue[0])
    chat.tries += 1
    const wait = fault.retryAfter ?? backOff(chat.tries)
    lines.rest(chat.address, wait)
    // A paused channel holds everybody up. A limit may be this chat's or the channel's, the provider does not say: the
    // chat waits as long as it was told, everybody else for a moment.
    if (fault.reason === 'paused') lines.pause(wait)
    else if (fault.reason === 'limited') lines.pause(Math.min(wait, SECOND))
  }

  function faultOf(error: unknown): SendError {
    if (error instanceof SendError) return error
    const name = error instanceof Error ? error.name : 'unknown'
    desk.log.error({ channel: channel.name, error: name }, 'a reply could not be made')
    return new SendError('refused', name)
  }

  /** Nobody is there: nothing more is sent until they write again. */
  function blocked(chat: Chat, fault: SendError): void {
    for (const { turn, lane } of chat.queue) {
      notes.add({ outcome: 'failed', address_id: chat.address, turn, failure: fault.message })
      if (lane === 2) broadcastGone(chat)
    }
    chat.queue.length = 0
    notes.unreachable(chat.address)
    lines.forget(chat)
    desk.meter.sent(channel.name, 'failed')
  }

  function isHopeless(chat: Chat, turn: Owed, { reason }: SendError): boolean {
    if (reason === 'refused' || reason === 'closed') return true
    if (desk.clock.now() - turn.createdAt > GIVEN_UP_AFTER) return true
    return reason === 'unavailable' && turn.attempts >= MOST_TRIES && acceptedAt > chat.failingSince
  }

  return {
    take(owed) {
      for (const turn of owed) {
        const size = lines.chats.get(turn.addressId)?.queue.length ?? 0
        lines.add(turn)
        const grown = (lines.chats.get(turn.addressId)?.queue.length ?? 0) > size
        if (turn.lane === 2 && grown) broadcasts += 1
      }
    },
    prepare: (owed) => speaker.prepare(owed),
    inHand: () => ({ chats: Math.max(0, lines.chats.size - broadcasts), broadcasts }),
    lastError: () => lastError,
    has: ({ addressId, turn }) =>
      lines.chats.get(addressId)?.queue.some((other) => other.turn === turn) === true,
    letGo() {
      lines.forgetAll()
      broadcasts = 0
    },
    mayBroadcast: isOpen,
    wake: () => lines.go(),
    quiet: (shards) =>
      ![...lines.chats.keys()].some((address) => shards.has(shardOf(address))) &&
      !lines.onTheWay().some(({ address }) => shards.has(shardOf(address))),
    async stop() {
      // A provider that does not answer is not waited for: what it may have accepted is sent again by the next process.
      await Promise.race([lines.stop(), new Promise((resolve) => setTimeout(resolve, LONGEST_STOP).unref())])
    },
  }
}

/** Asks at most once in so many milliseconds. */
function remembered(ms: number, ask: () => boolean): () => boolean {
  let known = false
  let asked = Number.NEGATIVE_INFINITY
  return () => {
    const now = performance.now()
    if (now - asked >= ms) [known, asked] = [ask(), now]
    return known
  }
}

/** What went wrong, for people who run the service. */
const IN_WORDS: Readonly<Record<SendError['reason'], string>> = {
  blocked: 'somebody cannot be reached there any more, and hears nothing until they write',
  refused: 'the provider does not take one of the messages, which was given up',
  moved: 'a group has another id, which could not be noted yet, and it is tried again',
  closed: 'somebody has not written for a while, and the message is held until they do',
  limited: 'the provider asks to slow down, and it is waited for',
  unavailable: 'the provider cannot be reached or has trouble of its own, and it is tried again',
  paused: 'the provider does not let this service in: everything waits until its settings are right',
}

/** When they last wrote, as far as any turn in hand knows: a reply knows it best. */
function heardAt({ queue }: Chat): Instant | undefined {
  let last: Instant | undefined
  for (const turn of queue)
    if (turn.heardAt !== undefined && (last === undefined || turn.heardAt > last)) last = turn.heardAt
  return last
}

/** Doubling from a second, with jitter so that a thousand chats do not come back in one moment. */
function backOff(tries: number): number {
  const longest = Math.min(LONGEST_WAIT, SECOND * 2 ** tries)
  return longest / 2 + (longest / 2) * Math.random()
}
