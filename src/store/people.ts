import { z } from 'zod'
import { type Standing, STANDINGS } from '../domain/competency.ts'
import type { Rhythm } from '../domain/rhythm.ts'
import type { Instant } from '../words/clock.ts'
import type { AddressId, FacilityId, PersonId } from '../words/ids.ts'
import { type Language, LANGUAGES } from '../words/language.ts'
import type { ChannelName } from '../words/message.ts'
import type { Db } from './db.ts'
import { ADDRESSES_OF_P, leaveShared } from './shared-addresses.ts'

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

/** The address of a person on a channel, made when there is none; a conversation is made with it. */
export async function giveAddress(
  db: Db,
  person: PersonId,
  channel: ChannelName,
  externalId: string,
): Promise<void> {
  await db.query('insert into session (person_id) values ($1) on conflict do nothing', [person])
  await db.query(
    'insert into address (channel, external_id, person_id) values ($1, $2, $3) on conflict do nothing',
    [channel, externalId, person],
  )
}

/** A stranger turns out to be somebody on the roster: their address is that person's from now on. */
export async function moveAddress(db: Db, address: AddressId, from: PersonId, to: PersonId): Promise<void> {
  // Replies to an address are numbered by turn, and its buttons by question: the numbers must go on upwards.
  await db.query(
    `insert into session as theirs (person_id, turn, state)
     select $1, turn, json_build_object('asked', coalesce((state->>'asked')::int, 0), 'stack', json_build_array())
       from session where person_id = $2
     on conflict (person_id) do update set turn = greatest(theirs.turn, excluded.turn),
       state = json_build_object('asked', greatest((theirs.state->>'asked')::int, (excluded.state->>'asked')::int),
         'stack', theirs.state->'stack')`,
    [to, from],
  )
  await db.query('update address set person_id = $2, unreachable_at = null, codes_tried = 0 where id = $1', [
    address,
    to,
  ])
  await db.query(
    'delete from person where id = $1 and role is null and not exists (select from address where person_id = $1)',
    [from],
  )
}

/** Counts a wrong code and says how many were tried at this address in the last 24 hours, this one included. */
export async function countCodeTried(db: Db, address: AddressId, now: Instant): Promise<number> {
  const [row] = await db.query(
    `update address set
       codes_tried = case when codes_tried_at > to_timestamp($2 / 1000.0) - interval '24 hours' then least(codes_tried + 1, 100) else 1 end,
       codes_tried_at = case when codes_tried_at > to_timestamp($2 / 1000.0) - interval '24 hours' then codes_tried_at else to_timestamp($2 / 1000.0) end
     where id = $1 returning codes_tried tried`,
    [address, now],
  )
  return z.object({ tried: z.int() }).parse(row).tried
}

/** How many wrong codes were tried at this address in the last 24 hours. */
export async function codesTried(db: Db, address: AddressId, now: Instant): Promise<number> {
  const [row] = await db.query(
    `select case when codes_tried_at > to_timestamp($2 / 1000.0) - interval '24 hours' then codes_tried else 0 end tried
     from address where id = $1`,
    [address, now],
  )
  return z.object({ tried: z.int() }).parse(row).tried
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

export async function requestAccess(
  db: Db,
  address: AddressId,
  asked: { name: string; facility: string; at: Instant },
): Promise<void> {
  await db.query(
    `insert into access_request (address_id, name, facility, at) values ($1, $2, $3, to_timestamp($4 / 1000.0))
     on conflict (address_id) do update set name = excluded.name, facility = excluded.facility, at = excluded.at, answered_at = null`,
    [address, asked.name, asked.facility, asked.at],
  )
}

const requestRow = z.object({
  id: z.int(),
  channel: z.string(),
  name: z.string(),
  facility: z.string(),
  at: z.number(),
})

/** Those who have asked for access, have had no answer, and are not on the roster meanwhile. */
export async function accessRequests(db: Db): Promise<z.infer<typeof requestRow>[]> {
  const rows = await db.query(
    `select r.id, a.channel, r.name, r.facility, r.at from access_request r join address a on a.id = r.address_id
       join person p on p.id = a.person_id
     where r.answered_at is null and p.role is null order by r.at`,
  )
  return rows.map((row) => requestRow.parse(row))
}

export async function setStopped(db: Db, person: PersonId, at: Instant | null): Promise<void> {
  await db.query('update person set stopped_at = to_timestamp($2 / 1000.0) where id = $1', [person, at])
}

export async function setHours(
  db: Db,
  person: PersonId,
  hours: { hour: number; days: number },
): Promise<void> {
  await db.query('update person set reminder_hour = $2, reminder_days = $3 where id = $1', [
    person,
    hours.hour,
    hours.days,
  ])
}

export async function setLeave(db: Db, person: PersonId, until: Instant | null): Promise<void> {
  await db.query('update person set leave_until = to_timestamp($2 / 1000.0) where id = $1', [person, until])
}

const rhythmRow = z.object({
  id: z.int(),
  hour: z.int(),
  days: z.int(),
  leave_until: z.number().nullable(),
  unsolicited_at: z.number().nullable(),
})

/** When each of these people wants to be reached. */
export async function rhythmsOf(db: Db, people: readonly PersonId[]): Promise<Map<PersonId, Rhythm>> {
  const rows = await db.query(
    'select id, reminder_hour "hour", reminder_days days, leave_until, unsolicited_at from person where id = any($1)',
    [people],
  )
  return new Map(
    rows.map((row) => {
      const { id, hour, days, leave_until, unsolicited_at } = rhythmRow.parse(row)
      return [
        id as PersonId,
        { hour, days, leaveUntil: leave_until ?? undefined, unsolicitedAt: unsolicited_at ?? undefined },
      ] as const
    }),
  )
}

const reachRow = z.object({ heard_at: z.number().nullable(), reachable: z.boolean() })

/** When somebody last wrote, and whether they may be written to unasked: joined, not stopped, reachable somewhere. */
export async function reachOf(
  db: Db,
  person: PersonId,
): Promise<{ heardAt: Instant | undefined; reachable: boolean }> {
  const [row] = await db.query(
    `select s.heard_at, p.joined_at is not null and p.stopped_at is null
       and exists (select from address a where a.unreachable_at is null and a.id = any(array(${ADDRESSES_OF_P}))) reachable
     from person p left join session s on s.person_id = p.id where p.id = $1`,
    [person],
  )
  if (!row) return { heardAt: undefined, reachable: false }
  const { heard_at, reachable } = reachRow.parse(row)
  return { heardAt: heard_at ?? undefined, reachable }
}

export async function markUnsolicited(db: Db, person: PersonId, at: Instant): Promise<void> {
  await db.query('update person set unsolicited_at = to_timestamp($2 / 1000.0) where id = $1', [person, at])
}

/** Those who have written again can be reached again. */
export async function markReachable(db: Db, addresses: readonly AddressId[]): Promise<void> {
  await db.query(
    'update address set unreachable_at = null where id = any($1) and unreachable_at is not null',
    [addresses],
  )
}
