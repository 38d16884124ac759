// What became of each turn, written in the background in batches: one statement for all that gathered meanwhile.
import { dayOf } from '../domain/rhythm.ts'
import { isTransient } from '../store/db.ts'
import { type HeldOutcome, markUnreachable, type Outcome, settleOwed, shardOf } from '../store/outbox.ts'
import { keepReceipts, type NewReceipt } from '../store/receipts.ts'
import { keepTopics, type Topic } from '../store/topics.ts'
import { holdTurns } from '../store/windows.ts'
import { SECOND } from '../words/clock.ts'
import type { AddressId } from '../words/ids.ts'
import type { Desk } from './desk.ts'

export interface Notes {
  add(outcome: Outcome | HeldOutcome): void
  /** Keeps what a message it has accepted is about. */
  topic(topic: Topic): void
  /** Keeps what the provider will call a message it has accepted. */
  receipt(receipt: NewReceipt): void
  unreachable(address: AddressId): void
  /** Whether everything that became of turns of these shards stands in the database. */
  quiet(shards: ReadonlySet<number>): boolean
  /** Whether that of all turns stands there that are through: those of which only part has gone are still in hand. */
  settled(shards: ReadonlySet<number>): boolean
  drain(): Promise<void>
}

/**
 * Part of a turn has gone, and most often the rest goes in a moment: noted together, its row is written once and not
 * twice. A process that dies meanwhile says that part again.
 */
const TOGETHER = SECOND / 4

/** The notes of one channel. */
export function makeNotes(desk: Omit<Desk, 'outTray'>): Notes {
  let outcomes: (Outcome | HeldOutcome)[] = []
  /** Turns of which only part has gone so far, until they are noted as they then stand. */
  let unfinished = new Map<string, Outcome>()
  let together: NodeJS.Timeout | undefined
  let underWay: (Outcome | HeldOutcome)[] = []
  let receipts: NewReceipt[] = []
  let topics: Topic[] = []
  let gone: AddressId[] = []
  let writing: Promise<void> | undefined

  /** One that the database refuses for good must not hold up the others, nor be tried for ever: it is set aside. */
  async function settle(notes: readonly Outcome[]): Promise<void> {
    if (notes.length === 0) return
    const now = desk.clock.now()
    const at = { now, day: dayOf(now, desk.programme) }
    try {
      await desk.database.inTransaction((db) => settleOwed(db, notes, at))
    } catch (error) {
      if (isTransient(error)) throw error
      if (notes.length > 1) {
        for (const one of notes) await settle([one])
        return
      }
      refused(error)
      const [{ address_id, turn }] = notes as [Outcome]
      const failure = `what became of it could not be noted (${codeIn(error)})`
      await settleOwed(desk.database, [{ outcome: 'failed', address_id, turn, failure }], at).catch(refused)
    }
  }

  /** What passes by itself is tried again; anything else is told once and let go. */
  function refused(error: unknown): void {
    if (isTransient(error)) throw error
    desk.log.error(
      { fault: codeIn(error) },
      'what became of a message could not be noted, and it was set aside',
    )
  }

  async function write(): Promise<void> {
    while (outcomes.length > 0 || gone.length > 0 || receipts.length > 0 || topics.length > 0) {
      const left = gone
      const accepted = receipts
      const spoken = topics
      underWay = lastOf(outcomes)
      outcomes = []
      gone = []
      receipts = []
      topics = []
      try {
        const settled = underWay.filter((one) => one.outcome !== 'held')
        const held = underWay.filter((one) => one.outcome === 'held')
        // Before the turn is gone: a report of the message must find one of the two.
        if (accepted.length > 0) await keepReceipts(desk.database, accepted).catch(refused)
        if (spoken.length > 0) await keepTopics(desk.database, spoken).catch(refused)
        await settle(settled)
        if (held.length > 0) await holdTurns(desk.database, held).catch(refused)
        for (const address of left) await markUnreachable(desk.database, address, desk.clock.now())
      } catch (error) {
        desk.log.warn(
          { error: error instanceof Error ? error.name : 'unknown' },
          'sent messages could not be noted yet; trying again',
        )
        outcomes = [...underWay, ...outcomes]
        gone = [...left, ...gone]
        receipts = [...accepted, ...receipts]
        topics = [...spoken, ...topics]
        await new Promise((resolve) => setTimeout(resolve, SECOND / 2))
      }
      underWay = []
    }
    // In the same breath as the last look: whatever is added from here on begins anew, and nothing lies unwritten.
    writing = undefined
  }

  const begin = (): void => {
    writing ??= Promise.resolve().then(write)
  }

  const isSettled = (shards: ReadonlySet<number>): boolean =>
    ![...underWay, ...outcomes].some((outcome) => isOf(outcome, shards))

  function noteUnfinished(): void {
    clearTimeout(together)
    together = undefined
    if (unfinished.size === 0) return
    outcomes.push(...unfinished.values())
    unfinished = new Map()
    begin()
  }

  return {
    add(outcome) {
      if (outcome.outcome === 'kept') {
        unfinished.set(turnOf(outcome), outcome)
        together ??= setTimeout(noteUnfinished, TOGETHER)
        return
      }
      unfinished.delete(turnOf(outcome))
      outcomes.push(outcome)
      begin()
    },
    topic(topic) {
      topics.push(topic)
      begin()
    },
    receipt(receipt) {
      receipts.push(receipt)
      begin()
    },
    unreachable(address) {
      gone.push(address)
      begin()
    },
    quiet: (shards) =>
      isSettled(shards) && ![...unfinished.values()].some((outcome) => isOf(outcome, shards)),
    settled: isSettled,
    async drain() {
      noteUnfinished()
      await Promise.race([
        (async () => {
          while (writing) await writing
        })(),
        new Promise((resolve) => setTimeout(resolve, 5 * SECOND).unref()),
      ])
    },
  }
}

/** The database's code of what went wrong: its words may quote what stands in a row. */
function codeIn(error: unknown): string {
  const { code, name } = error instanceof Error ? (error as Error & { code?: unknown }) : { name: 'unknown' }
  return typeof code === 'string' ? code : name
}

/** The last outcome of each turn: one statement must not touch a row twice. */
function lastOf<One extends Outcome | HeldOutcome>(outcomes: readonly One[]): One[] {
  return [...new Map(outcomes.map((outcome) => [turnOf(outcome), outcome])).values()]
}

const isOf = ({ address_id: address }: Pick<Outcome, 'address_id'>, shards: ReadonlySet<number>): boolean =>
  shards.has(shardOf(address))

const turnOf = ({ address_id: address, turn }: Pick<Outcome, 'address_id' | 'turn'>): string =>
  `${address} ${turn}`
