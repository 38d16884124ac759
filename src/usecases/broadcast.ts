// One text to many people: prepared at once, sent behind everything else and only when nobody is disturbed.
import { firstAllowed, type Programme } from '../domain/rhythm.ts'
import { writeAudit } from '../store/audit.ts'
import { type Audience, prepareBroadcast, stopBroadcast } from '../store/broadcasts.ts'
import type { Database } from '../store/db.ts'
import type { Instant } from '../words/clock.ts'
import type { LocalText } from '../words/language.ts'

/** Owes the text to everybody it is for; delivery begins within a second, in the hours it may. */
export async function sendBroadcast(
  database: Database,
  broadcast: { text: LocalText; audience: Audience },
  now: Instant,
): Promise<{ id: number; people: number }> {
  return database.inTransaction(async (db) => {
    const prepared = await prepareBroadcast(db, broadcast, now)
    await writeAudit(db, {
      at: now,
      actor: 'operator',
      deed: 'broadcast.send',
      subject: `broadcast:${prepared.id}`,
    })
    return prepared
  })
}

/** Stops it for all who have not got it yet; how many they are, undefined when there is nothing to stop. */
export async function endBroadcast(
  database: Database,
  id: number,
  now: Instant,
): Promise<number | undefined> {
  return database.inTransaction(async (db) => {
    const dropped = await stopBroadcast(db, id, now)
    if (dropped !== undefined)
      await writeAudit(db, { at: now, actor: 'operator', deed: 'broadcast.stop', subject: `broadcast:${id}` })
    return dropped
  })
}

const ANYBODY = { hour: 0, days: 127, leaveUntil: undefined, unsolicitedAt: undefined }

/** Whether a broadcast may go out now: not in quiet hours, on a holiday or in a pause. */
export const mayBroadcast = (now: Instant, programme: Programme): boolean =>
  firstAllowed(now, ANYBODY, programme) === now
