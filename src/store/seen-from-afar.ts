// What travel restrictions have left unseen: what was only seen from far away when it was observed last, and who was to be
// visited and has not been observed since. On the spot they come first.
import { z } from 'zod'
import type { Day } from '../words/clock.ts'
import type { FacilityId, PersonId } from '../words/ids.ts'
import type { Db } from './db.ts'

const unseenRow = z.object({ mentee_id: z.int(), competency: z.string().nullable() })

// A visit that was called off or held from far away as nobody might travel, of which nothing on the spot has come since.
const MISSED = `select x.person_id from visit_person x join visit v on v.id = x.visit_id
  where x.person_id = any($1) and x.part = 'mentee' and v.starts_on < $2::date
    and (v.remote and v.state <> 'cancelled' or v.state = 'cancelled' and v.because = 'travel')
    and not exists (select from observation o where o.mentee_id = x.person_id and o.setting <> 'remote' and o.recorded_at >= v.starts_on)
    and not exists (select from visit_person y join visit w on w.id = y.visit_id
      where y.person_id = x.person_id and w.state = 'closed' and not w.remote and w.starts_on > v.starts_on)`

/** Those of these people who are to be seen on the spot first, as of a day, each with the competencies seen from far away. */
export async function unseenOnSite(
  db: Db,
  people: readonly PersonId[],
  today: Day,
): Promise<ReadonlyMap<PersonId, readonly string[]>> {
  const rows = await db.query(
    `select mentee_id, competency from (
       select distinct on (mentee_id, competency) mentee_id, competency, setting from observation
       where mentee_id = any($1) and recorded_at is not null
       order by mentee_id, competency, recorded_at desc, id desc) newest
     where setting = 'remote'
     union all select person_id, null from (${MISSED}) missed order by 1, 2`,
    [people, today],
  )
  const seen = new Map<PersonId, string[]>()
  for (const row of rows) {
    const { mentee_id, competency } = unseenRow.parse(row)
    const known = seen.get(mentee_id as PersonId) ?? []
    seen.set(mentee_id as PersonId, competency === null ? known : [...known, competency])
  }
  return seen
}

const menteeRow = z.object({ mentee_id: z.int(), facility_id: z.int() })

/** The places where somebody's mentees work who are to be seen on the spot first. */
export async function placesUnseen(db: Db, mentor: PersonId, today: Day): Promise<Set<FacilityId>> {
  const rows = await db.query(
    `select distinct g.mentee_id, p.facility_id from pairing g join person p on p.id = g.mentee_id and p.facility_id is not null
     where g.mentor_id = $1 and g.ends_at is null`,
    [mentor],
  )
  const mentees = rows.map((row) => menteeRow.parse(row))
  const unseen = await unseenOnSite(
    db,
    mentees.map(({ mentee_id }) => mentee_id as PersonId),
    today,
  )
  return new Set(
    mentees.flatMap(({ mentee_id, facility_id }) =>
      unseen.has(mentee_id as PersonId) ? [facility_id as FacilityId] : [],
    ),
  )
}
