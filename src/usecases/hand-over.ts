import { CommitUnknown, type Db } from '../store/db.ts'
import type { Desk, Handed } from './desk.ts'

/**
 * Runs `work` in one transaction and hands the turns it owes to delivery once it is committed. When nobody can tell
 * whether it was, delivery is told to find out: the turns may stand in the database as being in this process's hands.
 */
export async function handOver<Result extends { readonly owed: readonly Handed[] }>(
  desk: Desk,
  work: (db: Db) => Promise<Result>,
): Promise<Result> {
  let result: Result
  try {
    result = await desk.database.inTransaction(work)
  } catch (error) {
    if (error instanceof CommitUnknown) desk.outTray.doubt()
    throw error
  }
  desk.outTray.take(result.owed)
  return result
}
