import { z } from 'zod'
import { DAY, SECOND } from '../words/clock.ts'
import { reduceCases } from './cases.ts'
import type { Db } from './db.ts'

/** What has served its purpose after a while, in seconds. By PostgreSQL's clock: a demo's time may jump. */
const KEPT = [
  // No provider delivers a message again after this (WhatsApp: 7 days).
  { table: 'received_message', seconds: (30 * DAY) / SECOND, old: 'received_at' },
  // What the browser chat shows again after a long absence.
  { table: 'web_bubble', seconds: (90 * DAY) / SECOND, old: 'at' },
  // A reply is given up after three days, so what is this old has been sent, or never will be.
  { table: 'file', seconds: (30 * DAY) / SECOND, old: 'created_at' },
  // Nobody votes in, answers or edits what was said half a year ago.
  { table: 'notice', seconds: (180 * DAY) / SECOND, old: 'at' },
  { table: 'follow_up', seconds: (90 * DAY) / SECOND, old: 'settled_at' },
  // Nobody answers an older message; its case is closed.
  { table: 'topic', seconds: (90 * DAY) / SECOND, old: 'at' },
  // A year of figures, by day and channel.
  { table: 'delivery_day', seconds: (400 * DAY) / SECOND, old: 'day' },
  // Providers tell what became of a message within days.
  { table: 'receipt', seconds: (30 * DAY) / SECOND, old: 'accepted_at' },
  // How many codes somebody has asked for is counted for a day.
  { table: 'link_code', seconds: (7 * DAY) / SECOND, old: 'made_at' },
  { table: 'lease', seconds: DAY / SECOND, old: 'until' },
] as const

/** Rows a statement: few enough that it ends in time, however much has gathered. */
const BATCH = 20_000
const goneRow = z.object({ gone: z.int() })

/** Texts of closed cases are kept this long; then only figures are left. */
const CASE_TEXTS = 180 * DAY

/** Removes what has served its purpose, so that the tables of the busiest statements stay small. */
export async function forget(db: Db): Promise<void> {
  await reduceCases(db, CASE_TEXTS)
  for (const { table, seconds, old } of KEPT) {
    // Names come from the list above, values are parameters.
    const statement = `with old as (select ctid from ${table} where ${old} < now() - make_interval(secs => $1) limit ${BATCH}),
      gone as (delete from ${table} where ctid in (select ctid from old) returning 1)
      select count(*) gone from gone`
    for (let gone = BATCH; gone === BATCH;) {
      const [row] = await db.query(statement, [seconds])
      gone = goneRow.parse(row).gone
    }
  }
}
