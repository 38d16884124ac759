// The secret by which somebody's own visits can be read as a calendar. Only its hash is kept: whoever reads the database
// cannot read a calendar with it.
import { createHash, randomBytes } from 'node:crypto'
import { z } from 'zod'
import type { Instant } from '../words/clock.ts'
import type { PersonId } from '../words/ids.ts'
import type { Db } from './db.ts'

const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('hex')

/** Makes somebody's link; the one before opens nothing any more. */
export async function makeCalendarLink(
  db: Db,
  person: PersonId,
  { at, until }: { at: Instant; until: Instant },
): Promise<string> {
  const secret = randomBytes(24).toString('base64url')
  await db.query(
    `insert into calendar_link (person_id, secret_hash, made_at, until_at)
     values ($1, $2, to_timestamp($3::float8 / 1000), to_timestamp($4::float8 / 1000))
     on conflict (person_id) do update set secret_hash = excluded.secret_hash, made_at = excluded.made_at,
       until_at = excluded.until_at`,
    [person, hashOf(secret), at, until],
  )
  return secret
}

/** Ends somebody's link. False when there was none. */
export async function endCalendarLink(db: Db, person: PersonId): Promise<boolean> {
  const rows = await db.query('delete from calendar_link where person_id = $1 returning person_id', [person])
  return rows.length > 0
}

/** Whose link that is, if it is still good and they still take part. */
export async function calendarOwner(db: Db, secret: string, now: Instant): Promise<PersonId | undefined> {
  const [row] = await db.query(
    `select c.person_id id from calendar_link c join person p on p.id = c.person_id
     where c.secret_hash = $1 and c.until_at > to_timestamp($2::float8 / 1000) and p.standing <> 'left'`,
    [hashOf(secret), now],
  )
  return row ? (z.object({ id: z.int() }).parse(row).id as PersonId) : undefined
}
