// What was only seen from far away when it was observed last: on the spot it comes first.
import { z } from 'zod'
import type { FacilityId, PersonId } from '../words/ids.ts'
import type { Db } from './db.ts'

const afarRow = z.object({ mentee_id: z.int(), competency: z.string() })

/** What of these people was only seen from far away when it was observed last: their competencies. */
export async function seenFromAfar(
  db: Db,
  people: readonly PersonId[],
): Promise<ReadonlyMap<PersonId, readonly string[]>> {
  const rows = await db.query(
    `select mentee_id, competency from (
       select distinct on (mentee_id, competency) mentee_id, competency, setting from observation
       where mentee_id = any($1) and recorded_at is not null
       order by mentee_id, competency, recorded_at desc, id desc) newest
     where setting = 'remote' order by mentee_id, competency`,
    [people],
  )
  const seen = new Map<PersonId, string[]>()
  for (const row of rows) {
    const { mentee_id, competency } = afarRow.parse(row)
    seen.set(mentee_id as PersonId, [...(seen.get(mentee_id as PersonId) ?? []), competency])
  }
  return seen
}

/** The places where somebody's mentees work of whom something was only seen from far away. */
export async function placesSeenFromAfar(db: Db, mentor: PersonId): Promise<Set<FacilityId>> {
  const rows = await db.query(
    `select distinct facility_id id from (
       select distinct on (o.mentee_id, o.competency) p.facility_id, o.setting
       from pairing g join person p on p.id = g.mentee_id and p.facility_id is not null
         join observation o on o.mentee_id = p.id and o.recorded_at is not null
       where g.mentor_id = $1 and g.ends_at is null
       order by o.mentee_id, o.competency, o.recorded_at desc, o.id desc) newest
     where setting = 'remote'`,
    [mentor],
  )
  return new Set(rows.map((row) => z.object({ id: z.int() }).parse(row).id as FacilityId))
}
