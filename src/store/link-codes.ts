import { z } from 'zod'
import { DAY, type Instant, MINUTE } from '../words/clock.ts'
import type { PersonId } from '../words/ids.ts'
import type { Db } from './db.ts'

/** Long enough to find the other telephone. */
export const LINK_LASTS = 15 * MINUTE

const countRow = z.object({ count: z.number() })

/** How many codes somebody has asked for in the last 24 hours. */
export async function linkCodesMade(db: Db, person: PersonId, now: Instant): Promise<number> {
  const [row] = await db.query(
    'select count(*) count from link_code where person_id = $1 and made_at > to_timestamp($2::float8 / 1000)',
    [person, now - DAY],
  )
  return countRow.parse(row).count
}

/** Keeps a new code, the only one of this person that is good; false when somebody has the same. */
export async function keepLinkCode(
  db: Db,
  { person, code }: { person: PersonId; code: string },
  now: Instant,
): Promise<boolean> {
  await db.query(
    'update link_code set used_at = coalesce(used_at, to_timestamp($2::float8 / 1000)) where person_id = $1',
    [person, now],
  )
  const rows = await db.query(
    `insert into link_code (code, person_id, made_at) values ($1, $2, to_timestamp($3::float8 / 1000))
     on conflict do nothing returning code`,
    [code, person, now],
  )
  return rows.length > 0
}

const ownerRow = z.object({ person_id: z.int() })

/** Whose code this is, while it is good; it is locked until the transaction ends. */
export async function ownerOfLink(db: Db, code: string, now: Instant): Promise<PersonId | undefined> {
  const [row] = await db.query(
    `select person_id from link_code
     where code = upper($1) and used_at is null and made_at > to_timestamp($2::float8 / 1000) for update`,
    [code, now - LINK_LASTS],
  )
  return row ? (ownerRow.parse(row).person_id as PersonId) : undefined
}

/** The code is good no more. */
export async function useLink(db: Db, code: string, now: Instant): Promise<void> {
  await db.query('update link_code set used_at = to_timestamp($2::float8 / 1000) where code = upper($1)', [
    code,
    now,
  ])
}

const invitedRow = z.object({ id: z.int(), name: z.string() })

/** The person on the roster whose invite code this is, while it can still let somebody in. */
export async function personOfCode(
  db: Db,
  code: string,
): Promise<{ id: PersonId; name: string } | undefined> {
  const [row] = await db.query(
    'select id, name from person where role is not null and invite_used_at is null and lower(invite_code) = lower($1)',
    [code],
  )
  if (!row) return undefined
  const { id, name } = invitedRow.parse(row)
  return { id: id as PersonId, name }
}
