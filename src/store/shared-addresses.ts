// Telephones that several people share.
import { z } from 'zod'
import type { Session } from '../engine/session.ts'
import type { Instant } from '../words/clock.ts'
import type { AddressId, PersonId } from '../words/ids.ts'
import type { Db } from './db.ts'

/** Where person `p` is: addresses of their own, and telephones they share. As an array, so that the index on ids is used. */
export const ADDRESSES_OF_P = `select id from address where person_id = p.id union select address_id from speaker where person_id = p.id`

const speakerRow = z.object({ id: z.int(), name: z.string() })

/** Those who share a telephone, by name; nobody when it is one person's. */
export async function speakersAt(db: Db, address: AddressId): Promise<{ id: PersonId; name: string }[]> {
  const rows = await db.query(
    'select p.id, p.name from speaker a join person p on p.id = a.person_id where a.address_id = $1 order by p.name, p.id',
    [address],
  )
  return rows.map((row) => {
    const { id, name } = speakerRow.parse(row)
    return { id: id as PersonId, name }
  })
}

const askedRow = z.object({ asked: z.int().nullable() })

/** The highest number a question has had in the talks of those who share a telephone: no button shown there is higher. */
export async function highestAsked(db: Db, address: AddressId): Promise<number> {
  const [row] = await db.query(
    `select max((s.state->>'asked')::int) asked from speaker a join session s on s.person_id = a.person_id
     where a.address_id = $1`,
    [address],
  )
  return askedRow.parse(row).asked ?? 0
}

/** From here on both use this telephone; each has a conversation. */
export async function shareAddress(
  db: Db,
  address: AddressId,
  people: readonly [PersonId, PersonId],
  now: Instant,
): Promise<void> {
  await db.query('insert into session (person_id) select unnest($1::bigint[]) on conflict do nothing', [
    people,
  ])
  await db.query(
    'insert into speaker (address_id, person_id) select $1, unnest($2::bigint[]) on conflict do nothing',
    [address, people],
  )
  await db.query(
    'update address set shared = true, spoken_at = to_timestamp($2::float8 / 1000) where id = $1',
    [address, now],
  )
}

/** Notes that somebody wrote from a shared telephone, and whether it is to be found out who. */
export async function noteSpeaking(
  db: Db,
  address: AddressId,
  { asksWho, now }: { asksWho: boolean; now: Instant },
): Promise<void> {
  await db.query(
    'update address set spoken_at = to_timestamp($3::float8 / 1000), asks_who = $2 where id = $1',
    [address, asksWho, now],
  )
}

/**
 * Somebody else has the telephone in hand. Who had it before keeps `left`, their conversation as it is. Replies there are
 * numbered by turn, so both numbers go on from the higher.
 */
export async function handTo(
  db: Db,
  address: AddressId,
  { from, to, left, turn }: { from: PersonId; to: PersonId; left: Session; turn: number },
): Promise<void> {
  await db.query('update session set state = $2, turn = greatest(turn, $3) where person_id = $1', [
    from,
    JSON.stringify(left),
    turn,
  ])
  await db.query('update address set person_id = $2, asks_who = false where id = $1', [address, to])
}

/** Something was written to one of those who share these telephones: whoever writes next is asked who they are. */
export async function askWho(db: Db, calls: readonly { address: AddressId; turn: number }[]): Promise<void> {
  for (const { address, turn } of calls) {
    await db.query('update address set asks_who = true where id = $1', [address])
    // In one order by everybody. The others' next replies come after this one.
    await db.query(
      `with theirs as (
         select s.person_id from session s join speaker a on a.person_id = s.person_id
         where a.address_id = $1 order by s.person_id for update of s
       )
       update session s set turn = greatest(s.turn, $2) from theirs where s.person_id = theirs.person_id`,
      [address, turn],
    )
  }
}

/** Takes a person off the telephones they share; those they had in hand are handed on. */
export async function leaveShared(db: Db, person: PersonId): Promise<void> {
  await db.query(
    `with mine as (
       delete from speaker where person_id = $1 returning address_id
     ), others as (
       select m.address_id, min(o.person_id) person_id, count(*) left_there
       from mine m join speaker o on o.address_id = m.address_id and o.person_id <> $1 group by m.address_id
     )
     update address a set person_id = case when a.person_id = $1 then o.person_id else a.person_id end,
       asks_who = o.left_there > 1, shared = o.left_there > 1
     from others o where a.id = o.address_id`,
    [person],
  )
  await db.query('delete from speaker p using address a where a.id = p.address_id and not a.shared')
}
