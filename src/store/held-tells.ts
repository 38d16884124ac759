// What somebody is to be told when the quiet hours are over.
import { z } from 'zod'
import type { Offer, Say } from '../engine/events.ts'
import type { Instant } from '../words/clock.ts'
import type { PersonId } from '../words/ids.ts'
import type { Db } from './db.ts'

export interface HeldTell {
  readonly says: readonly Say[]
  readonly open?: Offer
}

const heldRow = z.object({
  says: z.custom<readonly Say[]>((value) => Array.isArray(value)),
  open: z.custom<Offer>((value) => typeof value === 'object').nullable(),
})

/** Keeps what somebody is told later. */
export async function holdTell(
  db: Db,
  person: PersonId,
  { says, open }: HeldTell,
  at: Instant,
): Promise<void> {
  await db.query(
    `insert into held_tell (person_id, says, open, at) values ($1, $2, $3, to_timestamp($4::float8 / 1000))`,
    [person, JSON.stringify(says), open ? JSON.stringify(open) : null, at],
  )
}

/** Takes out all that somebody is to be told, the first first. */
export async function takeHeldTells(db: Db, person: PersonId): Promise<HeldTell[]> {
  const rows = await db.query(
    `with taken as (delete from held_tell where person_id = $1 returning id, says, open)
     select says, open from taken order by id`,
    [person],
  )
  return rows.map((row) => {
    const { says, open } = heldRow.parse(row)
    return { says, ...(open && { open }) }
  })
}
