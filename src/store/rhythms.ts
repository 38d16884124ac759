// When people want to be reached, and whether they can be: hour, days, leave, when they last heard of us.
import { z } from 'zod'
import type { Rhythm } from '../domain/rhythm.ts'
import type { Instant } from '../words/clock.ts'
import type { PersonId } from '../words/ids.ts'
import type { Db } from './db.ts'
import { ADDRESSES_OF_P } from './shared-addresses.ts'

export async function setHours(
  db: Db,
  person: PersonId,
  hours: { hour: number; days: number },
): Promise<void> {
  await db.query('update person set reminder_hour = $2, reminder_days = $3 where id = $1', [
    person,
    hours.hour,
    hours.days,
  ])
}

export async function setLeave(db: Db, person: PersonId, until: Instant | null): Promise<void> {
  await db.query('update person set leave_until = to_timestamp($2 / 1000.0) where id = $1', [person, until])
}

const rhythmRow = z.object({
  id: z.int(),
  hour: z.int(),
  days: z.int(),
  leave_until: z.number().nullable(),
  unsolicited_at: z.number().nullable(),
})

/** When each of these people wants to be reached. */
export async function rhythmsOf(db: Db, people: readonly PersonId[]): Promise<Map<PersonId, Rhythm>> {
  const rows = await db.query(
    'select id, reminder_hour "hour", reminder_days days, leave_until, unsolicited_at from person where id = any($1)',
    [people],
  )
  return new Map(
    rows.map((row) => {
      const { id, hour, days, leave_until, unsolicited_at } = rhythmRow.parse(row)
      return [
        id as PersonId,
        { hour, days, leaveUntil: leave_until ?? undefined, unsolicitedAt: unsolicited_at ?? undefined },
      ] as const
    }),
  )
}

const reachRow = z.object({ heard_at: z.number().nullable(), reachable: z.boolean() })

/** When somebody last wrote, and whether they may be written to unasked: joined, not stopped, reachable somewhere. */
export async function reachOf(
  db: Db,
  person: PersonId,
): Promise<{ heardAt: Instant | undefined; reachable: boolean }> {
  const [row] = await db.query(
    `select s.heard_at, p.joined_at is not null and p.stopped_at is null
       and exists (select from address a where a.unreachable_at is null and a.id = any(array(${ADDRESSES_OF_P}))) reachable
     from person p left join session s on s.person_id = p.id where p.id = $1`,
    [person],
  )
  if (!row) return { heardAt: undefined, reachable: false }
  const { heard_at, reachable } = reachRow.parse(row)
  return { heardAt: heard_at ?? undefined, reachable }
}

export async function markUnsolicited(db: Db, person: PersonId, at: Instant): Promise<void> {
  await db.query('update person set unsolicited_at = to_timestamp($2 / 1000.0) where id = $1', [person, at])
}
