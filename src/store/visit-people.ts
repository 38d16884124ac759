// Who belongs to a visit: the mentors, their mentees there, who manages the place; and what each says and was told.
import { z } from 'zod'
import {
  STREAM_ROLES,
  VISIT_ANSWERS,
  VISIT_PARTS,
  type VisitAnswer,
  type VisitPart,
} from '../domain/visit.ts'
import type { Day, Instant } from '../words/clock.ts'
import type { FacilityId, PersonId, VisitId } from '../words/ids.ts'
import type { Db } from './db.ts'

const partRow = z.object({
  person_id: z.int(),
  name: z.string(),
  part: z.enum(VISIT_PARTS),
  answer: z.enum(VISIT_ANSWERS).nullable(),
  told_on: z.custom<Day>((value) => typeof value === 'string').nullable(),
  told_remote: z.boolean().nullable(),
  told_at: z.number().nullable(),
})

export interface VisitPerson {
  readonly personId: PersonId
  readonly name: string
  readonly part: VisitPart
  readonly answer: VisitAnswer | undefined
  /** The day they believe it to be; undefined when they know of none. */
  readonly toldOn: Day | undefined
  readonly toldRemote: boolean
  readonly toldAt: Instant | undefined
}

/** The people of a visit: mentors, managers, mentees, each by name. */
export async function visitPeople(db: Db, visit: VisitId): Promise<VisitPerson[]> {
  const rows = await db.query(
    `select v.person_id, p.name, v.part, v.answer, v.told_on::text, v.told_remote, v.told_at
     from visit_person v join person p on p.id = v.person_id where v.visit_id = $1
     order by array_position('{mentor,manager,mentee}', v.part), p.name, p.id`,
    [visit],
  )
  return rows.map((row) => {
    const { person_id, name, part, answer, told_on, told_remote, told_at } = partRow.parse(row)
    return {
      personId: person_id as PersonId,
      name,
      part,
      answer: answer ?? undefined,
      toldOn: told_on ?? undefined,
      toldRemote: told_remote === true,
      toldAt: told_at ?? undefined,
    }
  })
}

/**
 * Enters who belongs to a visit: its mentors, with those it had; the people of the place whom they mentor now (in the
 * visit's area, if it has one); and who manages the place. Whoever is in already stays as they are; until it is begun,
 * mentees and managers who have gone are taken out. Gives back who is new.
 */
export async function gatherPeople(
  db: Db,
  visit: VisitId,
  mentors: readonly PersonId[] = [],
): Promise<PersonId[]> {
  const rows = await db.query(
    `with mentor as (
       select id from unnest($2::bigint[]) id
       union select person_id from visit_person where visit_id = $1 and part = 'mentor'
     ), mentee as (
       select distinct p.id from visit v join person p on p.facility_id = v.facility_id and p.standing = 'active'
         join pairing g on g.mentee_id = p.id and g.ends_at is null and g.mentor_id in (select id from mentor)
           and (v.area = '' or g.area in ('', v.area))
       where v.id = $1
     ), manager as (
       select distinct d.person_id id from visit v join duty d on d.facility_id = v.facility_id and d.ends_at is null
         and d.role = 'facility_manager' where v.id = $1
     ), gone as (
       delete from visit_person x using visit v
       where x.visit_id = $1 and v.id = $1 and v.state in ('proposed', 'confirmed')
         and (x.part = 'mentee' and x.person_id not in (select id from mentee)
           or x.part = 'manager' and x.person_id not in (select id from manager))
     )
     insert into visit_person (visit_id, person_id, part)
     select distinct on (id) $1, id, part from (
       select id, 'mentor' part, 1 rank from mentor union all select id, 'manager', 2 from manager
       union all select id, 'mentee', 3 from mentee) belongs
     order by id, rank
     on conflict (visit_id, person_id) do nothing returning person_id`,
    [visit, mentors],
  )
  return rows.map((row) => z.object({ person_id: z.int() }).parse(row).person_id as PersonId)
}

const toGather = z.object({ id: z.int(), joining: z.array(z.int()) })

/**
 * Visits from a day on, planned and not begun, whose people are not those who belong to them now; with the mentors who
 * have joined their teams. A visit that somebody has put beside those of the cadence is theirs alone.
 */
export async function visitsToGather(db: Db, from: Day): Promise<{ id: VisitId; joining: PersonId[] }[]> {
  const rows = await db.query(
    `with ahead as (
       select * from visit where state in ('proposed', 'confirmed') and starts_on >= $1::date
     ), belongs as (
       select v.id visit_id, p.id person_id from ahead v
         join visit_person m on m.visit_id = v.id and m.part = 'mentor'
         join pairing g on g.mentor_id = m.person_id and g.ends_at is null and (v.area = '' or g.area in ('', v.area))
         join person p on p.id = g.mentee_id and p.facility_id = v.facility_id and p.standing = 'active'
       union select v.id, d.person_id from ahead v
         join duty d on d.facility_id = v.facility_id and d.ends_at is null and d.role = 'facility_manager'
     ), joining as (
       select v.id visit_id, d.person_id from ahead v
         join person e on e.facility_id = v.facility_id and e.standing = 'active'
         join pairing g on g.mentee_id = e.id and g.ends_at is null and (v.area = '' or g.area in ('', v.area))
         join duty d on d.person_id = g.mentor_id and d.ends_at is null
         join unnest($2::text[], $3::text[]) s(role, stream) on (s.role, s.stream) = (d.role, v.stream)
         join person m on m.id = d.person_id and m.standing = 'active'
       where not v.extra and (v.stream <> 'community' or v.area <> '' or g.area = '')
         and exists (select from orientation o where o.person_id = d.person_id and o.state = 'admitted')
         and not exists (select from visit_person x where (x.visit_id, x.person_id) = (v.id, d.person_id))
     ), changed as (
       select visit_id id from joining
       union select b.visit_id from belongs b where not exists (
         select from visit_person x where (x.visit_id, x.person_id) = (b.visit_id, b.person_id))
       union select x.visit_id from visit_person x join ahead v on v.id = x.visit_id
         where x.part <> 'mentor' and not exists (
           select from belongs b where (b.visit_id, b.person_id) = (x.visit_id, x.person_id))
     )
     select c.id, coalesce((
       select json_agg(distinct j.person_id) from joining j where j.visit_id = c.id), '[]') joining
     from changed c order by c.id limit 1000`,
    [from, STREAM_ROLES.map(([role]) => role), STREAM_ROLES.map(([, stream]) => stream)],
  )
  return rows.map((row) => {
    const { id, joining } = toGather.parse(row)
    return { id: id as VisitId, joining: joining.map((one) => one as PersonId) }
  })
}

/** Somebody belongs to a visit no more. */
export async function leaveVisit(db: Db, visit: VisitId, person: PersonId): Promise<void> {
  await db.query('delete from visit_person where visit_id = $1 and person_id = $2', [visit, person])
}

/** Keeps what somebody says to a visit. False when they do not belong to it. */
export async function answerVisit(
  db: Db,
  visit: VisitId,
  { person, answer, at }: { person: PersonId; answer: VisitAnswer; at: Instant },
): Promise<boolean> {
  const rows = await db.query(
    `update visit_person set answer = $3, answered_at = to_timestamp($4::float8 / 1000)
     where visit_id = $1 and person_id = $2 returning person_id`,
    [visit, person, answer, at],
  )
  return rows.length > 0
}

/** Another day is another question, and has a brief of its own. */
export async function forgetAnswers(db: Db, visit: VisitId): Promise<void> {
  await db.query(
    `update visit_person set answer = null, answered_at = null, briefed_at = null where visit_id = $1`,
    [visit],
  )
}

/** Notes what somebody now knows of a visit: its day, or that it is off. */
export async function noteTold(
  db: Db,
  visit: VisitId,
  told: { person: PersonId; on: Day | undefined; remote: boolean; at: Instant },
): Promise<void> {
  await db.query(
    `update visit_person set told_on = $3, told_remote = $4, told_at = to_timestamp($5::float8 / 1000)
     where visit_id = $1 and person_id = $2`,
    [visit, told.person, told.on ?? null, told.remote, told.at],
  )
}

/** Notes who was there at the entry meeting; everybody else of the place was not. */
export async function markPresent(db: Db, visit: VisitId, people: readonly PersonId[]): Promise<void> {
  await db.query(
    `update visit_person set present = person_id = any($2) where visit_id = $1 and part <> 'mentor'`,
    [visit, people],
  )
}

/** Notes that somebody has their brief or agenda. False when they had it already. */
export async function noteBriefed(
  db: Db,
  visit: VisitId,
  { person, at }: { person: PersonId; at: Instant },
): Promise<boolean> {
  const rows = await db.query(
    `update visit_person set briefed_at = to_timestamp($3::float8 / 1000)
     where visit_id = $1 and person_id = $2 and briefed_at is null returning person_id`,
    [visit, person, at],
  )
  return rows.length > 0
}

const siteRow = z.object({
  facility_id: z.int(),
  mentors: z.array(z.object({ id: z.int(), areas: z.array(z.string()) })),
  areas: z.array(z.string()),
})

/** A mentor at a place, and the technical areas in which they mentor people of it; an empty name is all of them. */
export interface SiteMentor {
  readonly id: PersonId
  readonly areas: readonly string[]
}

export interface Site {
  readonly facilityId: FacilityId
  /** All of the stream's mentors who have mentees there, by number. */
  readonly mentors: readonly SiteMentor[]
  /** The technical areas in which this one does; an empty name is all of them. */
  readonly areas: readonly string[]
}

/** The places where somebody has mentees now, away from their own, with all who mentor there in the same role. */
export async function sitesOf(db: Db, mentor: PersonId, role: string): Promise<Site[]> {
  const rows = await db.query(
    `with here as (
       select e.facility_id, json_agg(distinct g.area) areas from pairing g join person e on e.id = g.mentee_id
       where g.mentor_id = $1 and g.ends_at is null and e.facility_id is not null and e.standing = 'active'
       group by e.facility_id)
     select h.facility_id, h.areas, (
       select json_agg(json_build_object('id', m.person_id, 'areas', m.areas) order by m.person_id) from (
         select d.person_id, json_agg(distinct g.area) areas
         from duty d join pairing g on g.mentor_id = d.person_id and g.ends_at is null
           join person e on e.id = g.mentee_id and e.facility_id = h.facility_id
           join person m on m.id = d.person_id and m.standing = 'active'
         where d.role = $2 and d.ends_at is null
           and exists (select from orientation o where o.person_id = d.person_id and o.state = 'admitted')
         group by d.person_id) m
     ) mentors
     from here h order by h.facility_id limit 50`,
    [mentor, role],
  )
  return rows.flatMap((row) => {
    const read = siteRow.safeParse(row)
    if (!read.success) return []
    const { facility_id, mentors, areas } = read.data
    return [
      {
        facilityId: facility_id as FacilityId,
        mentors: mentors.map(({ id, areas: theirs }) => ({ id: id as PersonId, areas: theirs })),
        // Who mentors in all of them needs no visit for one.
        areas: areas.includes('') ? [''] : areas,
      },
    ]
  })
}

/** Those of these people who work where somebody holds a visit that is under way. */
export async function whereVisiting(
  db: Db,
  mentor: PersonId,
  people: readonly PersonId[],
): Promise<Set<PersonId>> {
  const rows = await db.query(
    `select e.id from person e where e.id = any($2) and exists (
       select from visit v join visit_person p on p.visit_id = v.id and p.part = 'mentor' and p.person_id = $1
       where v.state = 'begun' and v.facility_id = e.facility_id)`,
    [mentor, people],
  )
  return new Set(rows.map((row) => z.object({ id: z.int() }).parse(row).id as PersonId))
}
