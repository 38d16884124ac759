import { z } from 'zod'
import {
  type Association,
  type Cadre,
  isMentorRole,
  isRole,
  type Level,
  MENTOR_ROLES,
  type Role,
} from '../words/roles.ts'
import { toE164 } from '../words/phone.ts'
import type { Language } from '../words/language.ts'
import type { AddressId, FacilityId, PersonId } from '../words/ids.ts'
import type { Db } from './db.ts'
import { beginDuty, endDuties } from './duties.ts'
import { facilityNamed } from './facilities.ts'
import { admitFromRoster } from './orientations.ts'
import { hasPaired, pair } from './pairings.ts'
import { giveAddress, moveAddress } from './addresses.ts'

/** A person as a roster names them. What is undefined there stays as it is. */
export interface RosterPerson {
  readonly name: string
  readonly role: Role
  readonly cadre: Cadre | undefined
  readonly language: Language | undefined
  readonly phone: string | undefined
  /** The numeric user id. */
  readonly telegram: string | undefined
  readonly facility: string | undefined
  readonly district: string | undefined
  readonly inviteCode: string | undefined
  readonly level: Level | undefined
  /** Of a health centre. */
  readonly upgraded: boolean
  /** What the health ministry calls the facility. */
  readonly facilityCode: string | undefined
  /** A mentee's mentor: the telephone number, invite code or name of somebody on the roster. */
  readonly mentor: string | undefined
  /** The technical area they are mentored in; empty: all. */
  readonly area: string
  readonly association: Association | undefined
  /** Of a mentor: the orientation is completed. */
  readonly oriented: boolean
}

const matchRow = z.object({
  id: z.int(),
  same: z.boolean(),
  addressed: z.boolean(),
  role: z.string(),
  facility_id: z.int().nullable(),
})

/** Adds somebody, or brings their record up to date. Their own choices (language, once joined) stay theirs, and so does
 * a name that was corrected since, until the roster writes another. */
export async function addPerson(
  db: Db,
  person: RosterPerson,
): Promise<'added' | 'changed' | 'unchanged' | { conflict: string }> {
  const facility =
    person.facility === undefined
      ? null
      : await facilityNamed(db, {
          name: person.facility,
          district: person.district ?? '',
          level: person.level,
          upgraded: person.upgraded,
          code: person.facilityCode,
        })
  const found = await db.query(
    `with theirs as (select person_id from address where channel = 'telegram' and external_id = $8)
     select p.id, p.role, p.facility_id, $8::text is null or p.id in (select person_id from theirs) addressed,
       (coalesce(p.roster_name, p.name), p.role) = ($1, $2) and p.cadre is not distinct from coalesce($3, p.cadre)
         and p.facility_id is not distinct from coalesce($4::bigint, p.facility_id)
         and p.phone is not distinct from coalesce($5, p.phone)
         and p.invite_code is not distinct from coalesce($6, p.invite_code)
         and p.association is not distinct from coalesce($9, p.association)
         and (p.joined_at is not null or p.language = coalesce($7, p.language)) same
     from person p
     where p.role is not null and p.id = any(array(
       select id from person where phone = $5 union select id from person where lower(invite_code) = lower($6)
       union select person_id from theirs))
     order by p.id for update of p`,
    [
      person.name,
      person.role,
      person.cadre ?? null,
      facility,
      person.phone ?? null,
      person.inviteCode ?? null,
      person.language ?? null,
      person.telegram ?? null,
      person.association ?? null,
    ],
  )
  const matches = found.map((row) => matchRow.parse(row))
  if (matches.length > 1)
    return {
      conflict:
        'the phone, telegram id and invite code belong to different people on the roster: correct them',
    }
  const [match] = matches
  if (!match) {
    const id = await insertPerson(db, person, facility)
    if (person.telegram !== undefined) await giveTelegram(db, id, person.telegram)
    await takeDuty(db, id, { ...person, facility })
    await auditImport(db, 'person.add', id)
    return 'added'
  }
  if (match.same && match.addressed) return 'unchanged'
  await db.query(
    `update person set name = case when roster_name = $2 then name else $2 end,
       roster_name = case when roster_name = $2 then roster_name end, role = $3, cadre = coalesce($4, cadre), facility_id = coalesce($5::bigint, facility_id),
       phone = coalesce($6, phone), invite_code = coalesce($7, invite_code),
       association = coalesce($9, association),
       language = case when joined_at is null then coalesce($8, language) else language end
     where id = $1`,
    [
      match.id,
      person.name,
      person.role,
      person.cadre ?? null,
      facility,
      person.phone ?? null,
      person.inviteCode ?? null,
      person.language ?? null,
      person.association ?? null,
    ],
  )
  const id = match.id as PersonId
  const place = facility ?? match.facility_id
  if (match.role !== person.role || match.facility_id !== place) {
    const because = match.facility_id === place ? 'changed' : 'transferred'
    if (isRole(match.role)) await endDuties(db, id, { at: Date.now(), because, role: match.role })
    await takeDuty(db, id, { ...person, facility: place })
  }
  if (!match.addressed && person.telegram !== undefined)
    await giveTelegram(db, match.id as PersonId, person.telegram)
  await auditImport(db, 'person.change', match.id)
  return 'changed'
}

/** What the roster says they do. It brings mentors who were oriented before this service knew them. */
async function takeDuty(
  db: Db,
  person: PersonId,
  { role, facility, oriented }: { role: Role; facility: number | null; oriented: boolean },
): Promise<void> {
  const at = Date.now()
  await beginDuty(db, person, { role, facilityId: (facility ?? undefined) as FacilityId | undefined, at })
  if (oriented && isMentorRole(role)) await admitFromRoster(db, person, role)
}

async function auditImport(db: Db, deed: string, person: number): Promise<void> {
  await db.query(`insert into audit (at, actor, deed, subject) values (now(), 'operator', $1, $2)`, [
    deed,
    `person:${person}`,
  ])
}

async function insertPerson(db: Db, person: RosterPerson, facility: number | null): Promise<PersonId> {
  const [row] = await db.query(
    `insert into person (name, role, cadre, language, phone, facility_id, invite_code, association)
     values ($1, $2, $3, coalesce($4, 'en'), $5, $6, $7, $8) returning id`,
    [
      person.name,
      person.role,
      person.cadre ?? null,
      person.language ?? null,
      person.phone ?? null,
      facility,
      person.inviteCode ?? null,
      person.association ?? null,
    ],
  )
  return z.object({ id: z.int() }).parse(row).id as PersonId
}

/** Gives the Telegram address; a stranger who has written from it before is this person. */
async function giveTelegram(db: Db, person: PersonId, telegram: string): Promise<void> {
  const [row] = await db.query(
    `select a.id, a.person_id from address a
       join person stranger on stranger.id = a.person_id join session talk on talk.person_id = a.person_id
     where a.channel = 'telegram' and a.external_id = $1 and stranger.role is null for update of talk`,
    [telegram],
  )
  if (!row) return giveAddress(db, person, 'telegram', telegram)
  const address = z.object({ id: z.int(), person_id: z.int() }).parse(row)
  await moveAddress(db, address.id as AddressId, address.person_id as PersonId, person)
}

/** Pairs a mentee of the roster with their mentor, or says why not; `mayNot`: why these two may not begin. */
export async function pairFromRoster(
  db: Db,
  person: RosterPerson,
  mentor: string,
  mayNot: (db: Db, mentor: PersonId, mentee: PersonId) => Promise<string | undefined>,
): Promise<string | undefined> {
  const theirs = await named(db, person.phone ?? person.inviteCode ?? '', person.telegram)
  const phone = toE164(mentor)
  const found = await db.query(
    `select p.id from person p
     where p.role is not null and (p.phone = $1 or lower(p.invite_code) = lower($2) or lower($2) in (lower(p.name), lower(p.roster_name)))
       and exists (select from duty d where d.person_id = p.id and d.ends_at is null and d.role = any($3)) limit 2`,
    [phone ?? null, mentor, MENTOR_ROLES],
  )
  const [one, other] = found.map((row) => z.object({ id: z.int() }).parse(row).id as PersonId)
  if (one === undefined)
    return 'the mentor is no mentor on the roster: write their phone, invite code or name'
  if (other !== undefined)
    return 'two mentors are called so: write the mentor’s phone or invite code instead of the name'
  if (theirs === undefined) return undefined
  // What the chat has ended since, an older roster does not begin again.
  const pairing = { mentor: one, mentee: theirs, area: person.area }
  if (await hasPaired(db, pairing)) return undefined
  const reason = await mayNot(db, one, theirs)
  if (reason === undefined) await pair(db, { ...pairing, at: Date.now() })
  return reason
}

async function named(
  db: Db,
  phoneOrCode: string,
  telegram: string | undefined,
): Promise<PersonId | undefined> {
  const [row] = await db.query(
    `select p.id from person p where p.role is not null and (p.phone = $1 or lower(p.invite_code) = lower($1)
       or p.id in (select person_id from address where channel = 'telegram' and external_id = $2)) order by p.id limit 1`,
    [phoneOrCode, telegram ?? null],
  )
  return row ? (z.object({ id: z.int() }).parse(row).id as PersonId) : undefined
}
