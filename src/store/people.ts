import { z } from 'zod'
import { type Standing, STANDINGS } from '../domain/competency.ts'
import type { Instant } from '../words/clock.ts'
import type { FacilityId, PersonId } from '../words/ids.ts'
import { type Language, LANGUAGES } from '../words/language.ts'
import type { Db } from './db.ts'
import { leaveShared } from './shared-addresses.ts'

const personRow = z.object({
  id: z.int(),
  name: z.string(),
  language: z.enum(LANGUAGES),
  role: z.string().nullable(),
  cadre: z.string().nullable(),
  facility: z.string().nullable(),
  joined: z.boolean(),
  stopped: z.boolean(),
})

export interface Person extends z.infer<typeof personRow> {
  readonly id: PersonId
}

const PERSON = `select p.id, p.name, p.language, p.role, p.cadre, f.name facility, p.joined_at is not null joined,
  p.stopped_at is not null stopped from person p left join facility f on f.id = p.facility_id`

function personOf(row: unknown): Person {
  const person = personRow.parse(row)
  return { ...person, id: person.id as PersonId }
}

export async function personById(db: Db, id: PersonId): Promise<Person | undefined> {
  const [row] = await db.query(`${PERSON} where p.id = $1`, [id])
  return row ? personOf(row) : undefined
}

/** The person on the roster with this telephone number or invite code, used or not. */
export async function personNamed(db: Db, phoneOrCode: string): Promise<Person | undefined> {
  const [row] = await db.query(
    `${PERSON} where p.role is not null and (p.phone = $1 or lower(p.invite_code) = lower($1))`,
    [phoneOrCode],
  )
  return row ? personOf(row) : undefined
}

/** Where somebody works. */
export async function placeOf(db: Db, person: PersonId): Promise<FacilityId | undefined> {
  const [row] = await db.query('select facility_id place from person where id = $1', [person])
  const { place } = z.object({ place: z.int().nullable() }).parse(row ?? { place: null })
  return (place ?? undefined) as FacilityId | undefined
}

/** Whether somebody takes part now. */
export async function standingOf(db: Db, person: PersonId): Promise<Standing> {
  const [row] = await db.query('select standing from person where id = $1', [person])
  return z.object({ standing: z.enum(STANDINGS) }).parse(row).standing
}

/** Those of these people who are away: on leave, on rotation elsewhere, or gone. */
export async function awayAmong(db: Db, people: readonly PersonId[]): Promise<Set<PersonId>> {
  const rows = await db.query(`select id from person where id = any($1) and standing in ('paused', 'left')`, [
    people,
  ])
  return new Set(rows.map((row) => z.object({ id: z.int() }).parse(row).id as PersonId))
}

export async function setStanding(
  db: Db,
  person: PersonId,
  { standing, at }: { standing: Standing; at: Instant },
): Promise<void> {
  await db.query(
    'update person set standing = $2, standing_since = to_timestamp($3::float8 / 1000) where id = $1 and standing <> $2',
    [person, standing, at],
  )
}

/** From now on somebody works at another place. */
export async function moveTo(db: Db, person: PersonId, place: FacilityId): Promise<void> {
  await db.query('update person set facility_id = $2 where id = $1', [person, place])
}

/** Whether somebody else of their place is called so. */
export async function isNameTaken(db: Db, person: PersonId, name: string): Promise<boolean> {
  const [other] = await db.query(
    `select from person o join person p on p.facility_id = o.facility_id
     where p.id = $1 and o.id <> p.id and o.role is not null and lower(o.name) = lower($2) limit 1`,
    [person, name],
  )
  return other !== undefined
}

/**
 * From now on somebody is called so. What they were called before is what an older roster calls them: it shall not bring
 * that back.
 */
export async function renamePerson(db: Db, person: PersonId, name: string): Promise<void> {
  await db.query(
    'update person set name = $2, roster_name = nullif(coalesce(roster_name, name), $2) where id = $1',
    [person, name],
  )
}

/** Adds a mentee who will come in with a code; undefined when that place has somebody of that name. */
export async function addMentee(
  db: Db,
  mentee: { name: string; cadre: string; place: FacilityId; language: Language; code: string },
): Promise<PersonId | undefined> {
  const [row] = await db.query(
    `insert into person (name, role, cadre, facility_id, language, invite_code)
     select $1, 'mentee', $2, $3, $4, $5
     where not exists (select from person where lower(name) = lower($1) and facility_id = $3 and role is not null)
     returning id`,
    [mentee.name, mentee.cadre, mentee.place, mentee.language, mentee.code],
  )
  return row ? (z.object({ id: z.int() }).parse(row).id as PersonId) : undefined
}

/** The people who work at places or below them, by name, with `search` in their name; at most `limit`. */
export async function peopleAt(
  db: Db,
  about: { places: readonly FacilityId[] | 'everywhere'; search: string; limit: number },
): Promise<{ id: PersonId; name: string }[]> {
  const rows = await db.query(
    `with recursive below as (
       select id, 0 depth from facility where id = any($1)
       union all select f.id, depth + 1 from facility f join below on f.parent_id = below.id where depth < 12)
     select p.id, p.name from person p
     where p.role is not null and ($2 or p.facility_id in (select id from below))
       and position(lower($3) in lower(p.name)) > 0
     order by p.name, p.id limit $4`,
    [
      about.places === 'everywhere' ? [] : about.places,
      about.places === 'everywhere',
      about.search,
      about.limit,
    ],
  )
  return rows.map((row) => {
    const { id, name } = z.object({ id: z.int(), name: z.string() }).parse(row)
    return { id: id as PersonId, name }
  })
}

/** What somebody is, and at which level they work. */
export async function workingOf(
  db: Db,
  person: PersonId,
): Promise<{ cadre: string | null; level: string | null }> {
  const [row] = await db.query(
    'select p.cadre, f.level from person p left join facility f on f.id = p.facility_id where p.id = $1',
    [person],
  )
  const working = z.object({ cadre: z.string().nullable(), level: z.string().nullable() })
  return working.parse(row ?? { cadre: null, level: null })
}

/** Everybody on the roster, by name; at most `limit`. */
export async function peopleOnRoster(db: Db, limit: number): Promise<Person[]> {
  return (await db.query(`${PERSON} where p.role is not null order by p.id limit $1`, [limit])).map(personOf)
}

/** The person an invite code belongs to, whatever its case; the code is used up by this, so that it lets in one only. */
export async function redeemCode(db: Db, code: string, now: Instant): Promise<PersonId | undefined> {
  const [row] = await db.query(
    `update person set invite_used_at = to_timestamp($2::float8 / 1000)
     where lower(invite_code) = lower($1) and invite_used_at is null and role is not null returning id`,
    [code, now],
  )
  return row ? (z.object({ id: z.int() }).parse(row).id as PersonId) : undefined
}

/**
 * Makes the invite code of a person good once more: for a new telephone, or when somebody else has used it. Whoever
 * wrote from an address of theirs until now is a stranger there from now on.
 */
export async function renewInvite(db: Db, person: PersonId): Promise<void> {
  await db.query('update person set invite_used_at = null where id = $1', [person])
  await leaveShared(db, person)
  // The browser chat is opened by a link of the person's own, and stays theirs.
  const addresses = await db.query(
    `select id from address where person_id = $1 and not (channel = 'web' and external_id = $1::bigint::text) for update`,
    [person],
  )
  for (const address of addresses) {
    // Replies to an address are numbered by turn, buttons by question: the numbers go on upwards.
    await db.query(
      `with stranger as (insert into person (name) values ('') returning id), talking as (
         insert into session (person_id, turn, state)
         select stranger.id, s.turn, json_build_object('asked', s.state->'asked', 'stack', '[]'::json)
         from stranger, session s where s.person_id = $2
       )
       update address a set person_id = stranger.id from stranger where a.id = $1`,
      [z.object({ id: z.int() }).parse(address).id, person],
    )
  }
}

/** The person on the roster with this telephone number. */
export async function personByPhone(db: Db, phone: string): Promise<PersonId | undefined> {
  const [row] = await db.query('select id from person where phone = $1 and role is not null for update', [
    phone,
  ])
  return row ? (z.object({ id: z.int() }).parse(row).id as PersonId) : undefined
}

export async function chooseLanguage(db: Db, person: PersonId, language: Language): Promise<void> {
  await db.query('update person set language = $2 where id = $1', [person, language])
}

/** Keeps what somebody agreed to or refused, in which words, and lets them in when they agreed. */
export async function recordConsent(
  db: Db,
  person: PersonId,
  consent: { given: boolean; language: Language; flowVersion: string; at: Instant },
): Promise<void> {
  await db.query(
    'insert into consent (person_id, given, language, flow_version, at) values ($1, $2, $3, $4, to_timestamp($5 / 1000.0))',
    [person, consent.given, consent.language, consent.flowVersion, consent.at],
  )
  await db.query(
    'update person set joined_at = case when $2 then to_timestamp($3 / 1000.0) end, stopped_at = null where id = $1',
    [person, consent.given, consent.at],
  )
}

export async function setStopped(db: Db, person: PersonId, at: Instant | null): Promise<void> {
  await db.query('update person set stopped_at = to_timestamp($2 / 1000.0) where id = $1', [person, at])
}
