// Whom a case is offered to, and who could be asked.
import { z } from 'zod'
import type { Advisor, Tier } from '../domain/case.ts'
import type { Day, Instant } from '../words/clock.ts'
import type { CaseId, PersonId } from '../words/ids.ts'
import { LANGUAGES } from '../words/language.ts'
import { type Association, ASSOCIATIONS, MENTOR_ROLES } from '../words/roles.ts'
import type { Db } from './db.ts'
import { ADDRESSES_OF_P } from './shared-addresses.ts'

export async function offerCase(
  db: Db,
  id: CaseId,
  offer: { person: PersonId; tier: Tier; at: Instant; second?: boolean },
): Promise<void> {
  await db.query(
    `insert into case_offer (case_id, person_id, tier, offered_at, second) values ($1, $2, $3, to_timestamp($4::float8 / 1000), $5)
     on conflict (case_id, person_id) do update
       set tier = excluded.tier, offered_at = excluded.offered_at, second = excluded.second, answer = null, answered_at = null`,
    [id, offer.person, offer.tier, offer.at, offer.second ?? false],
  )
}

/** Notes what somebody said to an offer; false when none stands. Without a person: everybody's who has not said. */
export async function answerOffer(
  db: Db,
  id: CaseId,
  said: { person?: PersonId; answer: 'claimed' | 'passed' | 'not_mine' | 'late'; at: Instant },
): Promise<boolean> {
  const rows = await db.query(
    `update case_offer set answer = $3, answered_at = to_timestamp($4::float8 / 1000)
     where case_id = $1 and ($2::bigint is null or person_id = $2) and answer is null and not second returning person_id`,
    [id, said.person ?? null, said.answer, said.at],
  )
  return rows.length > 0
}

/** Notes that somebody who was asked for a second opinion has given one. */
export async function noteOpinion(db: Db, id: CaseId, person: PersonId, at: Instant): Promise<void> {
  await db.query(
    `update case_offer set answer = 'spoken', answered_at = to_timestamp($3::float8 / 1000)
     where case_id = $1 and person_id = $2 and second`,
    [id, person, at],
  )
}

const offerRow = z.object({
  person_id: z.int(),
  answer: z.string().nullable(),
  second: z.boolean(),
  offered_at: z.number(),
})

/** Whom a case was offered to, and what they said. */
export async function offersOf(
  db: Db,
  id: CaseId,
): Promise<{ person: PersonId; answer: string | undefined; second: boolean; at: Instant }[]> {
  const rows = await db.query(
    'select person_id, answer, second, offered_at from case_offer where case_id = $1 order by offered_at, person_id',
    [id],
  )
  return rows.map((row) => {
    const { person_id, answer, second, offered_at: at } = offerRow.parse(row)
    return { person: person_id as PersonId, answer: answer ?? undefined, second, at }
  })
}

const advisorRow = z.object({
  person_id: z.int(),
  own: z.boolean(),
  tier: z.enum(['mentor', 'master', 'supervisor']),
  language: z.enum(LANGUAGES),
  open: z.number(),
  away: z.boolean(),
  on_call: z.boolean(),
})

/**
 * Everybody who could be asked: the asker's mentors in this area, others who mentor somebody in it, the mentors of the
 * associations, and the supervisors of the asker's place or of the programme. Who is not admitted, has not joined, has
 * said STOP or can be reached nowhere is none of them. `night`: of which it is to be known who is on call.
 */
export async function advisorsFor(
  db: Db,
  asked: { asker: PersonId; area: string; at: Instant; night: Day | undefined },
): Promise<Advisor[]> {
  const rows = await db.query(
    `with recursive place as (
       select f.id, f.parent_id from facility f join person p on p.facility_id = f.id where p.id = $1
       union select f.id, f.parent_id from facility f join place on place.parent_id = f.id
     ), held as (
       select d.person_id, d.role, d.facility_id from duty d
       where d.ends_at is null and d.person_id <> $1 and (d.role <> all($4) or exists (
         select from orientation o where o.person_id = d.person_id and o.state = 'admitted'))
     ), own as (
       select mentor_id from pairing where mentee_id = $1 and ends_at is null and (area = '' or $2 = '' or area = $2)
     ), able as (
       select person_id, 'master' tier from held where role = 'association_mentor'
         and (person_id in (select mentor_id from own) or not exists (select from pairing x where x.mentor_id = held.person_id and x.ends_at is null)
           or exists (select from pairing x where x.mentor_id = held.person_id and x.ends_at is null and (x.area = '' or $2 = '' or x.area = $2)))
       union select person_id, 'mentor' from held
         where role = any($4) and (person_id in (select mentor_id from own) or exists (
           select from pairing x where x.mentor_id = held.person_id and x.ends_at is null and (x.area = '' or $2 = '' or x.area = $2)))
       union select person_id, 'supervisor' from held
         where role = 'programme_supervisor' or (role = 'hospital_supervisor' and facility_id in (select id from place))
     )
     select a.person_id, a.person_id in (select mentor_id from own) own, a.tier, p.language,
       (select count(*) from clinical_case c where c.mentor_id = a.person_id and c.state in ('claimed', 'answered'))
         + (select count(*) from case_offer w join clinical_case c on c.id = w.case_id
            where w.person_id = a.person_id and w.answer is null and not w.second and c.state = 'waiting' and c.hidden_at is null) open,
       p.standing <> 'active' or coalesce(p.leave_until > to_timestamp($3::float8 / 1000), false) away,
       exists (select from on_call_night o where o.person_id = a.person_id and o.night = $5::date) on_call
     from able a join person p on p.id = a.person_id
     where p.joined_at is not null and p.stopped_at is null
       and exists (select from address d where d.id = any(array(${ADDRESSES_OF_P})) and d.unreachable_at is null)
     order by a.person_id, a.tier`,
    [asked.asker, asked.area, asked.at, MENTOR_ROLES, asked.night ?? null],
  )
  return rows.map((row) => {
    const { person_id, on_call, ...advisor } = advisorRow.parse(row)
    return { ...advisor, personId: person_id as PersonId, onCall: on_call }
  })
}

const associationRow = z.object({ association: z.enum(ASSOCIATIONS), mentors: z.number() })

/** The associations somebody could ask, with how many of their mentors could answer. */
export async function associationsOf(
  db: Db,
  person: PersonId,
  at: Instant,
): Promise<z.infer<typeof associationRow>[]> {
  const rows = await db.query(
    `select p.association, count(*) mentors from ${ASSOCIATION_MENTORS} and p.id <> $2 and p.association is not null
     group by p.association order by p.association`,
    [at, person],
  )
  return rows.map((row) => associationRow.parse(row))
}

/** Everybody who mentors for an association and can be asked. */
export async function mentorsOf(db: Db, association: Association, at: Instant): Promise<PersonId[]> {
  const rows = await db.query(
    `select p.id from ${ASSOCIATION_MENTORS} and p.association = $2 order by p.id`,
    [at, association],
  )
  return rows.map((row) => z.object({ id: z.int() }).parse(row).id as PersonId)
}

/** `$1`: now. */
const ASSOCIATION_MENTORS = `person p where p.joined_at is not null and p.stopped_at is null and p.standing = 'active'
  and not coalesce(p.leave_until > to_timestamp($1::float8 / 1000), false)
  and exists (select from address d where d.id = any(array(${ADDRESSES_OF_P})) and d.unreachable_at is null)
  and exists (select from duty d where d.person_id = p.id and d.role = 'association_mentor' and d.ends_at is null)
  and exists (select from orientation o where o.person_id = p.id and o.state = 'admitted')`
