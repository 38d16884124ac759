// Who mentors whom, in which technical area, from when to when. A pairing is never rewritten: it ends, another begins.
import { z } from 'zod'
import type { Instant } from '../words/clock.ts'
import type { FacilityId, PersonId } from '../words/ids.ts'
import { MENTOR_ROLES, type MentorRole } from '../words/roles.ts'
import type { Db } from './db.ts'
import type { EndedBecause } from './duties.ts'

const pairingRow = z.object({
  mentor_id: z.int(),
  mentor: z.string(),
  mentee_id: z.int(),
  mentee: z.string(),
  area: z.string(),
  starts_at: z.number(),
})

export interface Pairing {
  readonly mentorId: PersonId
  readonly mentor: string
  readonly menteeId: PersonId
  readonly mentee: string
  /** A technical area of the catalogue; empty: all of them. */
  readonly area: string
  readonly startsAt: Instant
}

const PAIRING = `select p.mentor_id, r.name mentor, p.mentee_id, e.name mentee, p.area, p.starts_at
  from pairing p join person r on r.id = p.mentor_id join person e on e.id = p.mentee_id where p.ends_at is null`

function pairingOf(row: unknown): Pairing {
  const { mentor_id, mentee_id, starts_at, ...names } = pairingRow.parse(row)
  return {
    ...names,
    mentorId: mentor_id as PersonId,
    menteeId: mentee_id as PersonId,
    startsAt: starts_at,
  }
}

/** Whom somebody mentors now, by name. */
export async function menteesOf(db: Db, mentor: PersonId): Promise<Pairing[]> {
  const rows = await db.query(`${PAIRING} and p.mentor_id = $1 order by e.name, e.id, p.area`, [mentor])
  return rows.map(pairingOf)
}

/** Who mentors somebody now. */
export async function mentorsOf(db: Db, mentee: PersonId): Promise<Pairing[]> {
  const rows = await db.query(`${PAIRING} and p.mentee_id = $1 order by p.starts_at, p.id`, [mentee])
  return rows.map(pairingOf)
}

/** Pairs two people in an area; a pairing that stands goes on. False when it stood already. */
export async function pair(
  db: Db,
  pairing: { mentor: PersonId; mentee: PersonId; area: string; at: Instant },
): Promise<boolean> {
  const rows = await db.query(
    `insert into pairing (mentor_id, mentee_id, area, starts_at) values ($1, $2, $3, to_timestamp($4::float8 / 1000))
     on conflict do nothing returning id`,
    [pairing.mentor, pairing.mentee, pairing.area, pairing.at],
  )
  return rows.length > 0
}

/** Whether a transfer has ended the last pairing of a mentee, and none has begun since. */
export async function isLeftBehind(db: Db, mentee: PersonId): Promise<boolean> {
  const [row] = await db.query(
    `select ended_because = 'transferred' behind from pairing where mentee_id = $1
     order by ends_at desc nulls first, id desc limit 1`,
    [mentee],
  )
  return z.object({ behind: z.boolean().nullable() }).optional().parse(row)?.behind === true
}

/** Whether two people have ever been paired in an area, now or before. */
export async function hasPaired(
  db: Db,
  { mentor, mentee, area }: { mentor: PersonId; mentee: PersonId; area: string },
): Promise<boolean> {
  const rows = await db.query(
    'select 1 from pairing where mentor_id = $1 and mentee_id = $2 and area = $3 limit 1',
    [mentor, mentee, area],
  )
  return rows.length > 0
}

/** Ends the pairings of a mentee, of a mentor, or of the two (in one area), that stand. */
export async function endPairings(
  db: Db,
  whose: { mentor: PersonId } | { mentee: PersonId } | { mentor: PersonId; mentee: PersonId; area?: string },
  end: { at: Instant; because: EndedBecause },
): Promise<void> {
  await db.query(
    `update pairing set ends_at = greatest(starts_at, to_timestamp($2::float8 / 1000)), ended_because = $3
     where ($1::bigint is null or mentor_id = $1) and ($4::bigint is null or mentee_id = $4) and ($5::text is null or area = $5) and ends_at is null`,
    [
      'mentor' in whose ? whose.mentor : null,
      end.at,
      end.because,
      'mentee' in whose ? whose.mentee : null,
      'area' in whose ? whose.area : null,
    ],
  )
}

/** The technical areas in which one mentors the other now; an empty name is all of them. */
export async function mentoredIn(
  db: Db,
  { mentor, mentee }: { mentor: PersonId; mentee: PersonId },
): Promise<string[]> {
  const rows = await db.query(
    'select area from pairing where mentor_id = $1 and mentee_id = $2 and ends_at is null',
    [mentor, mentee],
  )
  return rows.map((row) => z.object({ area: z.string() }).parse(row).area)
}

/** The technical areas in which somebody mentors people of a place now; an empty name is all of them. */
export async function mentoredAt(
  db: Db,
  { mentor, place }: { mentor: PersonId; place: FacilityId },
): Promise<string[]> {
  const rows = await db.query(
    `select distinct g.area from pairing g join person e on e.id = g.mentee_id
     where g.mentor_id = $1 and e.facility_id = $2 and g.ends_at is null`,
    [mentor, place],
  )
  return rows.map((row) => z.object({ area: z.string() }).parse(row).area)
}

/** Who mentors people of a place now in a technical area; an empty name is any. */
export async function mentorsVisiting(
  db: Db,
  { place, area }: { place: FacilityId; area: string },
): Promise<PersonId[]> {
  const rows = await db.query(
    `select distinct g.mentor_id id from pairing g join person e on e.id = g.mentee_id
     where e.facility_id = $1 and g.ends_at is null and ($2 = '' or g.area in ('', $2)) order by 1`,
    [place, area],
  )
  return rows.map((row) => z.object({ id: z.int() }).parse(row).id as PersonId)
}

const siteRow = z.object({ id: z.int(), name: z.string() })

/** Where somebody works and mentors now: their own place first, then those of their mentees by name. */
export async function sitesOf(db: Db, person: PersonId): Promise<{ id: FacilityId; name: string }[]> {
  const rows = await db.query(
    `select f.id, f.name from facility f
     where f.id in (select facility_id from person where id = $1
       union select d.facility_id from duty d where d.person_id = $1 and d.ends_at is null
       union select e.facility_id from pairing g join person e on e.id = g.mentee_id where g.mentor_id = $1 and g.ends_at is null)
     order by f.id is distinct from (select facility_id from person where id = $1), f.name, f.id limit 40`,
    [person],
  )
  return rows.map((row) => {
    const { id, name } = siteRow.parse(row)
    return { id: id as FacilityId, name }
  })
}

const mentorRow = z.object({
  id: z.int(),
  name: z.string(),
  role: z.enum(MENTOR_ROLES),
  place: z.int().nullable(),
  sites: z.array(z.int()),
})

export interface MentorInReach {
  readonly id: PersonId
  readonly name: string
  readonly role: MentorRole
  readonly place: FacilityId | undefined
  /** The places of their mentees now. */
  readonly sites: readonly FacilityId[]
}

/**
 * The mentors who are admitted, take part, and work at one of these places; who has the fewest mentees first. `without`
 * is left out.
 */
export async function mentorsAt(
  db: Db,
  { places, without }: { places: readonly FacilityId[]; without?: PersonId },
): Promise<MentorInReach[]> {
  const rows = await db.query(
    `select p.id, p.name, d.role, d.facility_id place,
       (select coalesce(json_agg(distinct e.facility_id), '[]') from pairing g join person e on e.id = g.mentee_id
         where g.mentor_id = p.id and g.ends_at is null and e.facility_id is not null and e.facility_id is distinct from d.facility_id) sites
     from duty d join person p on p.id = d.person_id
     where d.ends_at is null and d.role = any($2) and d.facility_id = any($1) and p.standing = 'active' and p.id <> $3
       and exists (select from orientation o where o.person_id = p.id and o.state = 'admitted')
     order by (select count(*) from pairing g where g.mentor_id = p.id and g.ends_at is null), p.id limit 50`,
    [places, MENTOR_ROLES, without ?? 0],
  )
  return rows.map((row) => {
    const { id, place, sites, ...mentor } = mentorRow.parse(row)
    return {
      ...mentor,
      id: id as PersonId,
      place: (place ?? undefined) as FacilityId | undefined,
      sites: sites as FacilityId[],
    }
  })
}

/** Who mentors somebody that works at a place or below it. */
export async function mentorsBelow(db: Db, place: FacilityId): Promise<PersonId[]> {
  const rows = await db.query(
    `with recursive below as (
       select $1::bigint id, 0 depth
       union all select f.id, depth + 1 from facility f join below on f.parent_id = below.id where depth < 12)
     select distinct g.mentor_id id from pairing g join person p on p.id = g.mentee_id
     where g.ends_at is null and p.facility_id in (select id from below) order by 1`,
    [place],
  )
  return rows.map((row) => z.object({ id: z.int() }).parse(row).id as PersonId)
}
