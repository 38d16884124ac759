// Messages in: taken as they come, applied in batches, confirmed only once committed.
//
// Natural batching: while one transaction runs, what arrives gathers for the next. Alone a message waits for nobody;
// under load one commit carries up to `MOST_IN_A_BATCH`. Lanes (by chat, so that one person's messages stay in
// order) keep PostgreSQL busy while another lane's replies are being worked out.
import { subjectMeant } from '../engine/offer.ts'
import type { Input } from '../engine/run.ts'
import { UnknownVersion } from '../engine/shelf.ts'
import { type Db, isTransient } from '../store/db.ts'
import { keptVersions } from '../store/flows.ts'
import { markReachable } from '../store/addresses.ts'
import { personByPhone } from '../store/people.ts'
import { topicOf } from '../store/topics.ts'
import type { Arrival } from '../store/turns.ts'
import type { FlowId } from '../words/ids.ts'
import type { About, IncomingMessage } from '../words/message.ts'
import { toE164 } from '../words/phone.ts'
import { Problem } from '../words/problem.ts'
import { applyEvents } from './apply-events.ts'
import { arrive, Overtaken } from './arrive.ts'
import { converse, isInFocus, type Ledger, meet, newLedger, owe } from './converse.ts'
import { type Talk, talkOf } from './talk.ts'
import { become } from './deeds/join.ts'
import type { Desk } from './desk.ts'
import { handOver } from './hand-over.ts'
import { hearShared } from './hear-shared.ts'
import { openWindowsOf } from './open-windows.ts'
import { hearLines } from './hear-lines.ts'
import { hearElsewhere, isElsewhere, isForNobody, isLine } from './hear-elsewhere.ts'
import { setAsideAlone } from './set-aside.ts'

// Measured with `npm run bench`: 32 a batch gives two thirds of the throughput of 128, and beyond it the wait of the
// first message of a batch grows faster than the throughput.
const MOST_IN_A_BATCH = 128
/** One waits for its commit, one for its reads, one is worked on. */
const LANES = 3
/** A batch that met a passing fault (a deadlock, a restart of the database) is tried again this often. */
const TRIES = 3

export interface Receiver {
  /** Resolves when every message is committed, or was before. Rejects when the database cannot be reached. */
  receive(messages: readonly IncomingMessage[]): Promise<void>
  /** Takes nothing more; resolves when everything taken so far is settled. */
  drain(): Promise<void>
}

interface Waiting {
  readonly message: IncomingMessage
  readonly settle: { readonly resolve: () => void; readonly reject: (error: unknown) => void }[]
}

export function makeReceiver(desk: Desk): Receiver {
  let closed = false
  const lanes = Array.from({ length: LANES }, () => makeLane(desk))
  return {
    async receive(messages) {
      // Not confirmed, so it comes again to whoever takes over.
      if (closed) throw new Problem('unavailable')
      const heeded = messages.filter((message) => !isForNobody(desk.shelf, message))
      await Promise.all(heeded.map((message) => (lanes[laneOf(message)] as Lane).add(message)))
    },
    async drain() {
      closed = true
      await Promise.all(lanes.map((lane) => lane.idle()))
    },
  }
}

/** What keeps its order: a group's talk, or one person's. */
const talkIn = ({ group, sender }: IncomingMessage): string => group ?? sender

function laneOf(message: IncomingMessage): number {
  const talk = talkIn(message)
  let sum = 0
  for (let index = 0; index < talk.length; index++) sum = (sum * 31 + talk.charCodeAt(index)) >>> 0
  return sum % LANES
}

interface Lane {
  add(message: IncomingMessage): Promise<void>
  idle(): Promise<void>
}

function makeLane(desk: Desk): Lane {
  // By message: the same one delivered again while it waits, waits with the first.
  const waiting = new Map<string, Waiting>()
  let running: Promise<void> | undefined

  async function work(): Promise<void> {
    try {
      while (waiting.size > 0) await settleBatch(desk, nextBatch())
    } finally {
      // In the same breath as the last look: whatever is added from here on begins anew, and nothing lies unseen.
      running = undefined
    }
  }

  /** The oldest message of each talk: the next of the same talk sees what this one has come to. */
  function nextBatch(): Waiting[] {
    const batch = new Map<string, Waiting>()
    for (const [key, entry] of waiting) {
      const talk = `${entry.message.channel} ${talkIn(entry.message)}`
      if (batch.has(talk)) continue
      batch.set(talk, entry)
      waiting.delete(key)
      if (batch.size === MOST_IN_A_BATCH) break
    }
    return [...batch.values()]
  }

  return {
    add(message) {
      return new Promise((resolve, reject) => {
        const key = `${message.channel} ${message.messageId}`
        const entry = waiting.get(key)
        if (entry) entry.settle.push({ resolve, reject })
        else waiting.set(key, { message, settle: [{ resolve, reject }] })
        // Begun a moment later, so that messages handed in together are one batch.
        running ??= Promise.resolve().then(work)
      })
    },
    async idle() {
      while (running) await running
    },
  }
}

async function settleBatch(desk: Desk, batch: readonly Waiting[]): Promise<void> {
  try {
    await applyTrying(
      desk,
      batch.map(({ message }) => message),
    )
    for (const { settle } of batch) for (const { resolve } of settle) resolve()
  } catch (error) {
    if (batch.length > 1 && !isTransient(error)) {
      // One of them is bad: alone, the others succeed.
      for (const entry of batch) await settleBatch(desk, [entry])
      return
    }
    for (const { message, settle } of batch) {
      const outcome = isTransient(error) ? error : await setAsideAlone(desk, message, error)
      for (const { resolve, reject } of settle) {
        if (outcome === undefined) resolve()
        else reject(outcome)
      }
    }
  }
}

async function applyTrying(desk: Desk, messages: readonly IncomingMessage[]): Promise<void> {
  for (let tried = 1; ; tried++) {
    try {
      return await applyMessages(desk, messages)
    } catch (error) {
      if (tried === TRIES) throw error
      if (error instanceof UnknownVersion) desk.shelf.learn(await keptVersions(desk.database))
      else if (!isTransient(error) && !(error instanceof Overtaken)) throw error
    }
  }
}

/** One batch, one transaction; the replies are handed to delivery once it is committed. */
async function applyMessages(desk: Desk, messages: readonly IncomingMessage[]): Promise<void> {
  const began = performance.now()
  const said = messages.filter((message) => !isElsewhere(message))
  const elsewhere = said.length === messages.length ? [] : messages.filter(isElsewhere)
  const { fresh } = await handOver(desk, async (db) => {
    const arrivals = said.length === 0 ? [] : (await arrive(db, said)).filter((arrival) => arrival.fresh)
    const ledger = newLedger(desk.clock.now())
    for (const { personId } of arrivals) meet(ledger, personId)
    const back = await openWindowsOf({ shelf: desk.shelf, now: ledger.now }, db, arrivals, said)
    await hearLines(
      desk,
      db,
      ledger,
      elsewhere.filter((one) => isLine(desk.shelf, one)),
    )
    for (const message of elsewhere) await hearElsewhere(desk, db, ledger, message)
    for (const arrival of arrivals) {
      const message = said[arrival.index]
      if (message === undefined) continue
      const talk = { ...talkOf(arrival), heardAt: Math.min(message.at, ledger.now) }
      // What was held for them is sent now; their message has only brought them back to it.
      if (back.has(arrival.index)) owe(desk, ledger, talk, { says: [], unasked: false })
      else await hear(desk, db, ledger, { talk, message, arrival })
    }
    return { owed: await applyEvents(desk, db, ledger), fresh: arrivals }
  })
  if (said.length > 0) count(desk, said, fresh, began)
}

async function hear(
  desk: Desk,
  db: Db,
  ledger: Ledger,
  heard: { talk: Talk; message: IncomingMessage; arrival: Arrival },
): Promise<void> {
  const { talk, message, arrival } = heard
  if (arrival.unreachable) await markReachable(db, [talk.addressId])
  if (arrival.shared) return hearShared(desk, db, ledger, { talk, content: message.content, arrival })
  const told = message.content.kind === 'phone' ? message.content.phone : message.phone
  const phone = told !== undefined && talk.home === 'welcome' ? toE164(told) : undefined
  const person = phone === undefined ? undefined : await personByPhone(db, phone)
  if (person !== undefined) {
    // The provider vouches for the number, and it is on the roster: that is as good as a code.
    meet(ledger, person)
    await converse(desk, db, ledger, { talk, input: await become(db, talk, { person, now: ledger.now }) })
    return
  }
  const { content } = message
  const about = await pointedAt(desk, db, talk, message)
  await converse(
    desk,
    db,
    ledger,
    about
      ? { talk, input: speakingOf(talk, about), answer: { about, content } }
      : { talk, input: { kind: 'message', content }, unasked: content.kind === 'opened' },
  )
}

/** What they speak of by answering a message of ours, where that is not what they are being asked anyway. */
async function pointedAt(
  desk: Desk,
  db: Db,
  talk: Talk,
  { replyTo, content }: IncomingMessage,
): Promise<About | undefined> {
  if (replyTo === undefined || talk.home !== 'menu') return undefined
  if (content.kind !== 'media' && content.kind !== 'text') return undefined
  // A command, or the code of another thing, means what it says.
  if (content.kind === 'text' && (desk.shelf.command(content.text) ?? subjectMeant(content.text)))
    return undefined
  const about = await topicOf(db, talk.addressId, replyTo)
  return about && desk.shelf.current(about.flow as FlowId) && !isInFocus(desk, talk, about)
    ? about
    : undefined
}

/** Opens it beside all else: what they were being asked is asked again afterwards. */
function speakingOf({ session }: Talk, { flow, subject }: About): Input {
  const reply = session.stack.length === 0 ? 'stay' : 'once'
  const vars = { subject: String(subject), reply }
  return { kind: 'open', flow: flow as FlowId, vars, over: true, beside: true }
}

function count(
  desk: Desk,
  messages: readonly IncomingMessage[],
  fresh: readonly Arrival[],
  began: number,
): void {
  const channels = new Map<string, { fresh: number; all: number }>()
  for (const { channel } of messages) {
    const sum = channels.get(channel) ?? { fresh: 0, all: 0 }
    sum.all += 1
    channels.set(channel, sum)
  }
  for (const { channel } of fresh) {
    const sum = channels.get(channel)
    if (sum) sum.fresh += 1
  }
  for (const [channel, sum] of channels) {
    if (sum.fresh > 0) desk.meter.received(channel, 'fresh', sum.fresh)
    if (sum.all > sum.fresh) desk.meter.received(channel, 'seen', sum.all - sum.fresh)
  }
  desk.meter.committed(messages.length, (performance.now() - began) / 1000)
}
