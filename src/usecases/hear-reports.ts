// What a provider tells later of messages it had accepted: that they arrived or were read, or why they did not arrive.
import type { Report } from '../channels/channel.ts'
import type { Db } from '../store/db.ts'
import { markUnreachable, shardOf } from '../store/outbox.ts'
import { type Fate, noteStates, oweAgain, type Receipt } from '../store/receipts.ts'
import { closeWindow } from '../store/windows.ts'
import { SECOND } from '../words/clock.ts'
import type { AddressId } from '../words/ids.ts'
import type { ChannelName } from '../words/message.ts'
import { Problem } from '../words/problem.ts'
import type { Desk } from './desk.ts'

/** A message that did not arrive is sent again this often before people must look at it. */
const TRIES = 3
/** Receipts are written in the background: a report that overtakes its own is looked up again after a moment. */
const LOOKS = 4
const BETWEEN_LOOKS = SECOND / 4

/** Resolves when the reports are noted, and what did not arrive is owed again or given up. */
export async function hearReports(
  desk: Desk,
  channel: ChannelName,
  reports: readonly Report[],
): Promise<void> {
  let left = reports
  for (let look = 1; left.length > 0; look++) {
    const known = await desk.database.inTransaction((db) => hear(desk, db, channel, left))
    left = left.filter(({ ref }) => !known.has(ref))
    // Of a message this service has not sent, or so long ago that nothing is kept of it.
    if (look === LOOKS) return
    if (left.length > 0) await new Promise((resolve) => setTimeout(resolve, BETWEEN_LOOKS))
  }
}

async function hear(
  desk: Desk,
  db: Db,
  channel: ChannelName,
  reports: readonly Report[],
): Promise<ReadonlySet<string>> {
  const receipts = await noteStates(
    db,
    channel,
    reports.map(({ ref, state, at, fault }) => ({ ref, state, at, failure: fault?.message })),
  )
  const faults = new Map(reports.flatMap(({ ref, fault }) => (fault ? [[ref, fault] as const] : [])))
  for (const receipt of receipts) {
    const fault = faults.get(receipt.ref)
    if (receipt.moved && fault) await settle(desk, db, channel, { receipt, fault })
  }
  return new Set(receipts.map(({ ref }) => ref))
}

type Fault = NonNullable<Report['fault']>

async function settle(
  desk: Desk,
  db: Db,
  channel: ChannelName,
  { receipt, fault }: { receipt: Receipt; fault: Fault },
): Promise<void> {
  const now = desk.clock.now()
  const address = receipt.address_id as AddressId
  if (fault.reason === 'blocked') await markUnreachable(db, address, now)
  if (fault.reason === 'closed' && !receipt.template) await closeWindow(db, address)
  const fate = fateOf(receipt, fault)
  const isSettled = await oweAgain(db, channel, receipt, { fate, now, shard: shardOf(address) })
  // The rest of its turn is still on its way; told again later, the report finds it settled.
  if (!isSettled) throw new Problem('unavailable')
  desk.meter.sent(channel, 'again' in fate ? 'retried' : 'held' in fate ? 'held' : 'failed')
  desk.log.warn(
    { channel, reason: fault.reason, detail: fault.detail, attempts: receipt.attempts + 1 },
    'a message was accepted and did not arrive',
  )
}

function fateOf(receipt: Receipt, fault: Fault): Fate {
  if (fault.reason === 'closed' && receipt.template)
    return { held: `the template did not arrive: ${fault.detail}` }
  const isLost = fault.reason === 'blocked' || fault.reason === 'refused' || receipt.attempts + 1 >= TRIES
  return isLost ? { failed: fault.message } : { again: true }
}
