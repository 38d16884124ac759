// What CHWs have reported in their groups is read back to each in private, a moment after: the group stays quiet, and nothing
// counts before it is confirmed.
import type { Say } from '../engine/events.ts'
import { takeUnread } from '../store/chw-reports.ts'
import { applyEvents } from './apply-events.ts'
import { newLedger } from './converse.ts'
import type { Desk } from './desk.ts'
import { handOver } from './hand-over.ts'
import { formOf } from './report-form.ts'

/** Each locks the talk of one CHW: few at once, so that nobody who writes meanwhile waits long. */
const MOST_AT_ONCE = 20

/** Reads back what has not been; how many reports. Called every few seconds. */
export async function readBack(desk: Desk): Promise<number> {
  let all = 0
  for (;;) {
    const { read } = await handOver(desk, async (db) => {
      const ledger = newLedger(desk.clock.now())
      const unread = await takeUnread(db, MOST_AT_ONCE)
      for (const { id, personId, area } of unread) {
        const open = { flow: 'chw-report', subject: id, word: 'counts_open' }
        const title = formOf(desk, area)?.title ?? {}
        const says: Say[] = [{ say: 'word', word: 'report_heard', values: { title } }]
        // In the middle of something else a button leads to it; where it is being read already, it has changed.
        ledger.tells.push({ person: personId, says, open, instead: open, awaited: true })
      }
      return { read: unread.length, owed: await applyEvents(desk, db, ledger) }
    })
    all += read
    // Of one person several are read back one after another.
    if (read === 0) return all
  }
}
