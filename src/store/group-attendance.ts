// Who is there in a session of a group: by their own word, or by that of whoever leads it.
import { z } from 'zod'
import type { Instant } from '../words/clock.ts'
import type { GroupSessionId, PersonId } from '../words/ids.ts'
import type { Db } from './db.ts'

/**
 * Somebody of the group is there, as they say themselves, whatever was noted before. False when they are not of it, it is
 * over, or it was known.
 */
export async function attend(
  db: Db,
  { session, person, at }: { session: GroupSessionId; person: PersonId; at: Instant },
): Promise<boolean> {
  const rows = await db.query(
    `insert into group_attendance as a (session_id, person_id, at)
     select s.id, p.id, to_timestamp($3::float8 / 1000) from group_session s join person p on p.facility_id = s.facility_id
     where s.id = $1 and s.closed_at is null and p.id = $2 and p.role = 'mentee'
     on conflict (session_id, person_id) do update set noted = false where a.noted returning xmax = 0 fresh`,
    [session, person, at],
  )
  return rows.some((row) => z.object({ fresh: z.boolean() }).parse(row).fresh)
}

/** These are there as whoever leads the session has noted, and nobody else; what somebody has said themselves stays. */
export async function noteAttending(
  db: Db,
  { session, people, at }: { session: GroupSessionId; people: readonly PersonId[]; at: Instant },
): Promise<void> {
  await db.query('delete from group_attendance where session_id = $1 and noted and not person_id = any($2)', [
    session,
    people,
  ])
  await db.query(
    `insert into group_attendance (session_id, person_id, at, noted)
     select s.id, p.id, to_timestamp($3::float8 / 1000), true from group_session s join person p on p.facility_id = s.facility_id
     where s.id = $1 and s.closed_at is null and p.id = any($2) and p.role = 'mentee' on conflict do nothing`,
    [session, people, at],
  )
}

const attendingRow = z.object({ id: z.int(), noted: z.boolean() })

/** Who is there, and of whom whoever leads it has said so. */
export async function attendingIn(
  db: Db,
  session: GroupSessionId,
): Promise<{ person: PersonId; noted: boolean }[]> {
  const rows = await db.query(
    'select person_id id, noted from group_attendance where session_id = $1 order by at, person_id',
    [session],
  )
  return rows.map((row) => {
    const { id, noted } = attendingRow.parse(row)
    return { person: id as PersonId, noted }
  })
}

export const attendedIn = async (db: Db, session: GroupSessionId): Promise<PersonId[]> =>
  (await attendingIn(db, session)).map(({ person }) => person)

/** Who is there in the sessions that somebody has opened and that are under way. */
export async function beforeLeader(db: Db, leader: PersonId): Promise<Set<PersonId>> {
  const rows = await db.query(
    `select a.person_id id from group_session s join group_attendance a on a.session_id = s.id
     where s.mentor_id = $1 and s.closed_at is null`,
    [leader],
  )
  return new Set(rows.map((row) => z.object({ id: z.int() }).parse(row).id as PersonId))
}
