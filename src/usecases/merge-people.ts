// Two records of one person become one, with both histories.
import { writeAudit } from '../store/audit.ts'
import { leaveAttempt } from '../store/attempts.ts'
import type { Database } from '../store/db.ts'
import { type Dropped, lockBoth, moveEverything } from '../store/merge-people.ts'
import type { Instant } from '../words/clock.ts'
import type { PersonId } from '../words/ids.ts'
import { rebuildRecords } from './record-evidence.ts'

/**
 * Moves everything of `gone` to `keep` and removes `gone`: answers, scores, consents, addresses, what is due. What is
 * known of one record only is kept; where both say something, the one who stays is right. One transaction.
 * @returns rows of `gone` that had to give way since each person has one only, by table.
 */
export async function mergePeople(
  database: Database,
  { keep, gone, now }: { keep: PersonId; gone: PersonId; now: Instant },
): Promise<Dropped[]> {
  return database.inTransaction(async (db) => {
    const running = await lockBoth(db, keep, gone)
    for (const frame of running) await leaveAttempt(db, frame.attempt, frame)
    const dropped = await moveEverything(db, keep, gone)
    await rebuildRecords(db, keep, now)
    for (const subject of [`person:${keep}`, `person:${gone}`])
      await writeAudit(db, { at: now, actor: 'operator', deed: 'person.merge', subject })
    return dropped
  })
}
