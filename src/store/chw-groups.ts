// Groups of CHWs where they talk: the chat of each, who of the roster is in it, and the cards that are shown there.
import { z } from 'zod'
import type { Instant } from '../words/clock.ts'
import type { AddressId, FacilityId, PersonId } from '../words/ids.ts'
import { type Language, LANGUAGES } from '../words/language.ts'
import { type ChannelName, CHANNELS } from '../words/message.ts'
import type { Db } from './db.ts'
import type { Group } from './groups.ts'

/** A chat that is known to be a group of the roster. */
export interface ChwGroup extends Group {
  readonly facilityId: FacilityId
  /** What the group is called on the roster. */
  readonly facility: string
  /** Who looks after it: what is to be known of it in private is told to them. */
  readonly mentorId: PersonId | undefined
  /** Leads to the private chat, where people say who they are. */
  readonly code: string
  /** The technical areas it reports in. */
  readonly areas: readonly string[]
  /** What most of its people speak. */
  readonly language: Language
}

const groupRow = z.object({
  address_id: z.int(),
  channel: z.enum(CHANNELS),
  external_id: z.string(),
  name: z.string(),
  reachable: z.boolean(),
  facility_id: z.int(),
  facility: z.string(),
  mentor_id: z.int().nullable(),
  code: z.string(),
  report_areas: z.array(z.string()),
  language: z.enum(LANGUAGES),
})

// Its mentor is who has set it up, as long as they mentor somebody of it; then who mentors most of it.
const GROUP = `select g.address_id, a.channel, a.external_id, a.group_name "name", a.unreachable_at is null reachable, g.facility_id,
  f.name facility, coalesce(m.mentor_id, (select id from person where id = g.mentor_id and standing <> 'left')) mentor_id, g.code, g.report_areas,
  coalesce((select mode() within group (order by p.language) from person p where p.facility_id = g.facility_id and p.role = 'mentee'),
    (select language from person where id = m.mentor_id), 'en') "language"
  from chw_group g join address a on a.id = g.address_id join facility f on f.id = g.facility_id
  left join lateral (
    select r.mentor_id from pairing r join person p on p.id = r.mentee_id
    where p.facility_id = g.facility_id and r.ends_at is null
    group by r.mentor_id order by r.mentor_id is not distinct from g.mentor_id desc, count(*) desc, r.mentor_id limit 1) m on true`

function groupOf(row: unknown): ChwGroup {
  const { address_id, external_id, facility_id, mentor_id, report_areas, ...group } = groupRow.parse(row)
  return {
    ...group,
    addressId: address_id as AddressId,
    externalId: external_id,
    facilityId: facility_id as FacilityId,
    mentorId: (mentor_id ?? undefined) as PersonId | undefined,
    areas: report_areas,
  }
}

export async function chwGroupAt(db: Db, address: AddressId): Promise<ChwGroup | undefined> {
  const [row] = await db.query(`${GROUP} where g.address_id = $1`, [address])
  return row ? groupOf(row) : undefined
}

/** The chat of the group that is this place. */
export async function chwGroupOf(db: Db, facility: FacilityId): Promise<ChwGroup | undefined> {
  const [row] = await db.query(`${GROUP} where g.facility_id = $1`, [facility])
  return row ? groupOf(row) : undefined
}

/** The group a code leads from. Capitals do not matter. */
export async function chwGroupOfCode(db: Db, code: string): Promise<ChwGroup | undefined> {
  const [row] = await db.query(`${GROUP} where g.code = upper($1)`, [code])
  return row ? groupOf(row) : undefined
}

/** The chats of the groups at these places, by name; at most `limit`. */
export async function chwGroupsAt(db: Db, places: readonly FacilityId[], limit: number): Promise<ChwGroup[]> {
  const rows = await db.query(`${GROUP} where g.facility_id = any($1) order by f.name, f.id limit $2`, [
    places,
    limit,
  ])
  return rows.map(groupOf)
}

/**
 * From here on this chat is the group's. A group that had another moves with all that is known of it, except who of it is
 * there and what was shown there. A group that was linked to this chat by mistake has none any more. A new code makes the
 * old one void.
 */
export async function linkGroup(
  db: Db,
  link: { address: AddressId; facility: FacilityId; mentor: PersonId; code: string; at: Instant },
): Promise<void> {
  await db.query(
    `with old as (select address_id from chw_group where facility_id = $1 and address_id <> $2),
       card as (delete from group_card where address_id in (select address_id from old))
     delete from chw_member where address_id in (select address_id from old)`,
    [link.facility, link.address],
  )
  await db.query(
    `with wrong as (delete from chw_group where address_id = $2 and facility_id <> $1 returning address_id)
     delete from group_card where address_id in (select address_id from wrong)`,
    [link.facility, link.address],
  )
  await db.query(
    `insert into chw_group (address_id, facility_id, mentor_id, code, linked_at) values ($1, $2, $3, $4, to_timestamp($5::float8 / 1000))
     on conflict (facility_id) do update set address_id = excluded.address_id, mentor_id = excluded.mentor_id,
       code = excluded.code, linked_at = excluded.linked_at`,
    [link.address, link.facility, link.mentor, link.code, link.at],
  )
}

const memberRow = z.object({
  id: z.int(),
  name: z.string(),
  here: z.boolean(),
  addressed: z.boolean(),
})

/** A CHW of a group by the roster. */
export interface ChwMember {
  readonly id: PersonId
  readonly name: string
  /** They have said who they are, and have not left the chat since. */
  readonly here: boolean
  /** They can be written to in private. */
  readonly addressed: boolean
}

/** The CHWs of a group by the roster, by name, and who of them is in its chat. */
export async function membersOf(
  db: Db,
  { facilityId, addressId }: Pick<ChwGroup, 'facilityId' | 'addressId'>,
): Promise<ChwMember[]> {
  const rows = await db.query(
    `select p.id, p.name, m.person_id is not null here,
       exists (select from address a where a.person_id = p.id) or exists (select from speaker s where s.person_id = p.id) addressed
     from person p left join chw_member m on m.person_id = p.id and m.address_id = $2 and m.left_at is null
     where p.facility_id = $1 and p.role = 'mentee' and p.standing <> 'left' order by p.name, p.id`,
    [facilityId, addressId],
  )
  return rows.map((row) => {
    const { id, ...member } = memberRow.parse(row)
    return { ...member, id: id as PersonId }
  })
}

/** Somebody of the group is in its chat. True when it was not known before. */
export async function joinGroup(
  db: Db,
  { group, person, at }: { group: AddressId; person: PersonId; at: Instant },
): Promise<boolean> {
  const rows = await db.query(
    `insert into chw_member as m (address_id, person_id, joined_at)
     select $1, p.id, to_timestamp($3::float8 / 1000) from person p join chw_group g on g.address_id = $1
     where p.id = $2 and p.facility_id = g.facility_id and p.role = 'mentee'
     on conflict (address_id, person_id) do update set left_at = null, joined_at = excluded.joined_at where m.left_at is not null
     returning 1`,
    [group, person, at],
  )
  return rows.length > 0
}

/**
 * Those who are known by these ids on the channel have left the chat. Who they were: of a telephone that several share
 * all of them.
 */
export async function leaveGroup(
  db: Db,
  left: { group: AddressId; channel: ChannelName; senders: readonly string[]; at: Instant },
): Promise<{ id: PersonId; name: string }[]> {
  const rows = await db.query(
    `with gone as (select id, person_id from address where channel = $2 and external_id = any($3))
     update chw_member m set left_at = to_timestamp($4::float8 / 1000) from person p
     where p.id = m.person_id and m.address_id = $1 and m.left_at is null
       and (p.id in (select person_id from gone) or p.id in (select s.person_id from speaker s join gone on gone.id = s.address_id))
     returning p.id, p.name`,
    [left.group, left.channel, left.senders, left.at],
  )
  return rows.map((row) => {
    const { id, name } = z.object({ id: z.int(), name: z.string() }).parse(row)
    return { id: id as PersonId, name }
  })
}

/** What cards show has changed. Each is edited once for all that happens until it is. */
export async function changeCards(
  db: Db,
  cards: readonly { readonly address: AddressId; readonly name: string }[],
): Promise<void> {
  if (cards.length === 0) return
  // In one order by everybody, so that two batches do not wait for each other for ever.
  await db.query(
    `insert into group_card (address_id, name, changed)
     select a, n, true from (select distinct * from unnest($1::bigint[], $2::text[]) as x(a, n)) x order by a, n
     on conflict (address_id, name) do update set changed = true`,
    [cards.map(({ address }) => address), cards.map(({ name }) => name)],
  )
}

/** Whether a chat has this card, or is to get it. */
export async function hasCard(db: Db, address: AddressId, name: string): Promise<boolean> {
  const rows = await db.query('select from group_card where address_id = $1 and name = $2', [address, name])
  return rows.length > 0
}

const cardRow = z.object({ address_id: z.int(), name: z.string() })

/**
 * Takes cards that have changed and were not shown since `shownBefore`, and notes them as shown. Cards that another
 * process has in hand are left to it, and those of chats that cannot be written to wait until they can; with `silent` those
 * of reports and of days to meet wait, which nobody stands before.
 */
export async function takeCards(
  db: Db,
  taking: {
    now: Instant
    shownBefore: Instant
    /** The same on channels that cannot edit, where each time is another message. */
    anew: { on: readonly ChannelName[]; shownBefore: Instant }
    limit: number
    silent: boolean
  },
): Promise<{ address: AddressId; name: string }[]> {
  const rows = await db.query(
    `with due as (
       select c.address_id, c.name from group_card c join address a on a.id = c.address_id
       where changed and a.unreachable_at is null and (shown_at is null or shown_at <= to_timestamp(
           case when a.channel = any($5) then $6::float8 else $2::float8 end / 1000))
         and not ($4 and (name like 'report:%' or name like 'visit:%'))
       order by shown_at nulls first limit $3 for update of c skip locked)
     update group_card c set shown_at = to_timestamp($1::float8 / 1000), changed = false
     from due where c.address_id = due.address_id and c.name = due.name returning c.address_id, c.name`,
    [taking.now, taking.shownBefore, taking.limit, taking.silent, taking.anew.on, taking.anew.shownBefore],
  )
  return rows.map((row) => {
    const { address_id, name } = cardRow.parse(row)
    return { address: address_id as AddressId, name }
  })
}
