import type { Instant } from '../words/clock.ts'
import type { Db } from './db.ts'

/** Who did what to whom, when; never the words of a conversation. */
export interface AuditEntry {
  readonly at: Instant
  /** `person:7`, or `operator` for the command line. */
  readonly actor: string
  /** `noun.verb`, such as `person.stop`. */
  readonly deed: string
  readonly subject: string
}

/** Writes the audit row of a deed, in the deed's own transaction. */
export async function writeAudit(db: Db, { at, actor, deed, subject }: AuditEntry): Promise<void> {
  await db.query(
    'insert into audit (at, actor, deed, subject) values (to_timestamp($1::float8 / 1000), $2, $3, $4)',
    [at, actor, deed, subject],
  )
}
