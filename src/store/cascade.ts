// The cascade as it stands: mentors, how many they mentor and where, and how their mentees have changed.
import { z } from 'zod'
import type { FacilityId, PersonId } from '../words/ids.ts'
import { LEVELS, MENTOR_ROLES, type MentorRole } from '../words/roles.ts'
import type { Db } from './db.ts'

const mentorRow = z.object({
  id: z.int(),
  name: z.string(),
  role: z.enum(MENTOR_ROLES),
  facility: z.string(),
  mentees: z.int(),
  sites: z.int(),
  mentors: z.array(z.int()),
})

export interface CascadeMentor {
  readonly id: PersonId
  readonly name: string
  readonly role: MentorRole
  readonly facility: string
  readonly mentees: number
  readonly sites: number
  /** Who mentors them. */
  readonly mentors: readonly PersonId[]
}

const BELOW = `below as (
  select id, 0 depth from facility where id = any($1)
  union all select f.id, depth + 1 from facility f join below on f.parent_id = below.id where depth < 12)`

/**
 * The mentors of places and all below them, and one mentor with whoever they mentor who mentors others, and so on down;
 * from the top of the cascade, at most `limit`.
 */
export async function mentorsBelow(
  db: Db,
  about: { places: readonly FacilityId[] | 'everywhere'; mentor: PersonId | undefined; limit: number },
): Promise<CascadeMentor[]> {
  const { places, mentor: top, limit } = about
  const rows = await db.query(
    `with recursive ${BELOW}, branch as (
       select $5::bigint id
       union select g.mentee_id from pairing g join branch on g.mentor_id = branch.id where g.ends_at is null)
     select p.id, p.name, d.role, coalesce(f.name, '') facility,
       (select count(distinct g.mentee_id)::int from pairing g where g.mentor_id = p.id and g.ends_at is null) mentees,
       (select count(distinct e.facility_id)::int from pairing g join person e on e.id = g.mentee_id
         where g.mentor_id = p.id and g.ends_at is null) sites,
       (select coalesce(json_agg(distinct g.mentor_id), '[]') from pairing g where g.mentee_id = p.id and g.ends_at is null) mentors
     from duty d join person p on p.id = d.person_id left join facility f on f.id = d.facility_id
     where d.ends_at is null and d.role = any($2) and ($3 or d.facility_id in (select id from below) or p.id in (select id from branch))
       and exists (select from orientation o where o.person_id = p.id and o.state = 'admitted')
     order by array_position($2::text[], d.role), f.name, p.name limit $4`,
    [places === 'everywhere' ? [] : places, MENTOR_ROLES, places === 'everywhere', limit, top ?? null],
  )
  return rows.map((row) => {
    const mentor = mentorRow.parse(row)
    return { ...mentor, id: mentor.id as PersonId, mentors: mentor.mentors as PersonId[] }
  })
}

/**
 * By how many points in a hundred each mentee of a mentor has changed, from the first to the last observation while they
 * were paired, in the areas of the pairing, over the competencies that have both. `areas`: the technical area of each
 * competency.
 */
export async function changesOf(
  db: Db,
  mentor: PersonId,
  areas: Readonly<Record<string, string>>,
): Promise<number[]> {
  const rows = await db.query(
    `with scored as (
       select e.person_id, e.competency, 100.0 * e.score / e.max percent,
         row_number() over (partition by e.person_id, e.competency order by e.at, e.id) first,
         row_number() over (partition by e.person_id, e.competency order by e.at desc, e.id desc) last
       from evidence e where e.kind = 'observation' and e.complete and e.max > 0
         and exists (select from pairing g where g.mentor_id = $1 and g.mentee_id = e.person_id and e.at >= g.starts_at
           and e.at <= coalesce(g.ends_at, 'infinity') and g.area in ('', $2::json ->> e.competency))
     )
     select round(avg(b.percent - a.percent))::int change
     from scored a join scored b on b.person_id = a.person_id and b.competency = a.competency and b.last = 1 and b.first > 1
     where a.first = 1 group by a.person_id`,
    [mentor, JSON.stringify(areas)],
  )
  return rows.map((row) => z.object({ change: z.int() }).parse(row).change)
}

const meritRow = z.object({
  id: z.int(),
  name: z.string(),
  cadre: z.string().nullable(),
  level: z.enum(LEVELS).nullable(),
  validated: z.array(z.string()),
  last_percent: z.int().nullable(),
  growth: z.int().nullable(),
})

/**
 * Mentees of places, and of those below them, or of one mentor, or one person alone, who are validated in something, take part, and are on no way to mentoring
 * yet: what speaks for each. At most `limit`, those validated in most first.
 */
export async function validatedMentees(
  db: Db,
  about: {
    places?: readonly FacilityId[] | 'everywhere'
    mentor?: PersonId | undefined
    person?: PersonId
    limit: number
  },
): Promise<(z.infer<typeof meritRow> & { id: PersonId })[]> {
  const rows = await db.query(
    `with recursive ${BELOW}
     select p.id, p.name, p.cadre, f.level, array_agg(r.competency order by r.competency) validated,
       (select round(avg(100.0 * e.score / e.max))::int from competency_record c join evidence e on e.id = c.technique_evidence
         where c.person_id = p.id and e.max > 0) last_percent,
       (select round(avg(100.0 * e.score / e.max - 100.0 * b.score / b.max))::int
         from competency_record c join evidence e on e.id = c.technique_evidence join evidence b on b.id = c.baseline_evidence
         where c.person_id = p.id and e.max > 0 and b.max > 0) growth
     from competency_record r join person p on p.id = r.person_id left join facility f on f.id = p.facility_id
     where r.stage = 'validated' and p.standing = 'active' and p.role is not null
       and ($2 or p.id = $5 or p.facility_id in (select id from below)
         or p.id in (select mentee_id from pairing where mentor_id = $3 and ends_at is null))
       and not exists (select from orientation o where o.person_id = p.id and o.state in ('proposed', 'agreed', 'admitted'))
     group by p.id, f.level order by count(*) desc, p.id limit $4`,
    [
      about.places === 'everywhere' ? [] : (about.places ?? []),
      about.places === 'everywhere',
      about.mentor ?? null,
      about.limit,
      about.person ?? null,
    ],
  )
  return rows.map((row) => {
    const merit = meritRow.parse(row)
    return { ...merit, id: merit.id as PersonId }
  })
}

const wayRow = z.object({ id: z.int(), name: z.string(), role: z.enum(MENTOR_ROLES) })

/** Who has been proposed as a mentor and is not admitted yet, at places and below them or among somebody's mentees, by name. */
export async function onTheWay(
  db: Db,
  about: { places: readonly FacilityId[] | 'everywhere'; mentor: PersonId | undefined; limit: number },
): Promise<{ id: PersonId; name: string; role: MentorRole }[]> {
  const rows = await db.query(
    `with recursive ${BELOW}
     select p.id, p.name, o.role from orientation o join person p on p.id = o.person_id
     where o.state in ('proposed', 'agreed') and ($2 or p.facility_id in (select id from below)
       or p.id in (select mentee_id from pairing where mentor_id = $3 and ends_at is null))
     order by p.name, p.id limit $4`,
    [
      about.places === 'everywhere' ? [] : about.places,
      about.places === 'everywhere',
      about.mentor ?? null,
      about.limit,
    ],
  )
  return rows.map((row) => {
    const { id, ...way } = wayRow.parse(row)
    return { ...way, id: id as PersonId }
  })
}
