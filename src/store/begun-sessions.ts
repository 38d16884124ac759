// Sessions of observing that somebody has begun, which a second observer may score, too.
import { z } from 'zod'
import type { Instant } from '../words/clock.ts'
import type { FacilityId, FlowId, ObservationId, PersonId } from '../words/ids.ts'
import { maybe } from './maybe.ts'
import type { Db } from './db.ts'

const besideRow = z.object({ id: z.int(), observer: maybe(z.string()) })

/** The session another observer has begun of the same mentee with the same checklist since `since`, the newest: whose it is. */
export async function sessionBeside(
  db: Db,
  about: { mentee: PersonId; flow: FlowId; observer: PersonId; since: Instant },
): Promise<{ id: ObservationId; observer: string | undefined } | undefined> {
  const [row] = await db.query(
    `select o.id, r.name observer from observation o left join person r on r.id = o.observer_id
     where o.mentee_id = $1 and o.flow = $2 and o.observer_id <> $3 and not o.second
       and o.begun_at >= to_timestamp($4::float8 / 1000)
       and not exists (select from observation s where s.with_id = o.id and s.observer_id = $3)
     order by o.begun_at desc, o.id desc limit 1`,
    [about.mentee, about.flow, about.observer, about.since],
  )
  if (!row) return undefined
  const { id, observer } = besideRow.parse(row)
  return { id: id as ObservationId, observer }
}

const sessionRow = z.object({
  mentee_id: z.int(),
  mentee: z.string(),
  flow: z.string(),
  competency: z.string(),
  awaits: z.boolean(),
})

/** A session that somebody else has begun. */
export interface BegunSession {
  readonly menteeId: PersonId
  readonly mentee: string
  readonly flow: FlowId
  readonly competency: string
  /** It is under way, and has no second observer. */
  readonly awaits: boolean
}

/**
 * Sessions others have begun since `since` that the observer is not part of, the newest first: of these mentees, and of
 * people at places or below them.
 */
export async function sessionsAt(
  db: Db,
  about: {
    places: readonly FacilityId[] | 'everywhere'
    mentees: readonly PersonId[]
    observer: PersonId
    since: Instant
  },
): Promise<BegunSession[]> {
  const rows = await db.query(
    `with recursive below as (
       select id, 0 depth from facility where id = any($1)
       union all select f.id, depth + 1 from facility f join below on f.parent_id = below.id where depth < 12)
     select o.mentee_id, e.name mentee, o.flow, o.competency,
       o.recorded_at is null and not exists (select from observation s where s.with_id = o.id) awaits
     from observation o join person e on e.id = o.mentee_id
     where o.begun_at >= to_timestamp($3::float8 / 1000) and not o.second and o.observer_id <> $2 and o.mentee_id <> $2
       and ($4 or o.mentee_id = any($5) or e.facility_id in (select id from below))
       and not exists (select from observation s where s.with_id = o.id and s.observer_id = $2)
     order by o.begun_at desc, o.id desc limit 50`,
    [
      about.places === 'everywhere' ? [] : about.places,
      about.observer,
      about.since,
      about.places === 'everywhere',
      about.mentees,
    ],
  )
  return rows.map((row) => {
    const { mentee_id, flow, ...session } = sessionRow.parse(row)
    return { ...session, menteeId: mentee_id as PersonId, flow: flow as FlowId }
  })
}
