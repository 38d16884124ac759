// The roster of the emergency line: who is on call in which night.
import { z } from 'zod'
import type { Day } from '../words/clock.ts'
import type { PersonId } from '../words/ids.ts'
import type { Db } from './db.ts'

const nightRow = z.object({ night: z.string(), names: z.array(z.string()), mine: z.boolean() })

export interface OnCallNight {
  readonly night: Day
  /** Who is on call then, of the reader's district; of every district when the reader works in none. By name. */
  readonly names: readonly string[]
  readonly mine: boolean
}

/** The nights from the first to the last that have somebody on call, as one person sees them. */
export async function onCallNights(
  db: Db,
  person: PersonId,
  { from, until }: { from: Day; until: Day },
): Promise<OnCallNight[]> {
  const rows = await db.query(
    `select n.night::text night, bool_or(n.person_id = $1) mine,
       coalesce(array_agg(p.name order by p.name) filter (where me.district is null or me.district = f.district or p.id = $1), '{}') names
     from on_call_night n join person p on p.id = n.person_id left join facility f on f.id = p.facility_id
       cross join (select (select o.district from person m join facility o on o.id = m.facility_id where m.id = $1) district) me
     where n.night between $2 and $3 group by n.night order by n.night`,
    [person, from, until],
  )
  return rows.map((row) => {
    const { night, ...rest } = nightRow.parse(row)
    return { night: night as Day, ...rest }
  })
}

/** Puts somebody on call for a night, or takes them off when they are; whether they are on call then. */
export async function turnNight(db: Db, person: PersonId, night: Day): Promise<boolean> {
  const off = await db.query(
    'delete from on_call_night where person_id = $1 and night = $2 returning night',
    [person, night],
  )
  if (off.length > 0) return false
  await db.query('insert into on_call_night (night, person_id) values ($2, $1)', [person, night])
  return true
}
