// Meetings of districts as rows, and the figures that are put before them.
import { z } from 'zod'
import type { Day, Instant } from '../words/clock.ts'
import type { FacilityId, MeetingId, PersonId } from '../words/ids.ts'
import type { Role } from '../words/roles.ts'
import type { Db } from './db.ts'

const meetingRow = z.object({
  id: z.int(),
  facility_id: z.int(),
  facility: z.string(),
  quarter: z.custom<Day>((value) => typeof value === 'string'),
  held_on: z.custom<Day>((value) => typeof value === 'string'),
  edition: z.int(),
  leader_id: z.int().nullable(),
  closed: z.boolean(),
})

export interface Meeting {
  readonly id: MeetingId
  /** The district. */
  readonly facilityId: FacilityId
  readonly facility: string
  /** The quarter looked back on, by its first day. */
  readonly quarter: Day
  readonly heldOn: Day
  readonly edition: number
  readonly leaderId: PersonId | undefined
  readonly closed: boolean
}

const MEETING = `select m.id, m.facility_id, f.name facility, m.quarter::text, m.held_on::text, m.edition, m.leader_id,
  m.closed_at is not null closed from meeting m join facility f on f.id = m.facility_id`

function meetingOf(row: unknown): Meeting {
  const { id, facility_id, held_on, leader_id, ...rest } = meetingRow.parse(row)
  return {
    ...rest,
    id: id as MeetingId,
    facilityId: facility_id as FacilityId,
    heldOn: held_on,
    leaderId: (leader_id ?? undefined) as PersonId | undefined,
  }
}

/** The meeting of a district about a quarter, arranged when there is none; whoever arranges it leads it while it is open. */
export async function arrangeMeeting(
  db: Db,
  about: { facility: FacilityId; quarter: Day; on: Day; leader: PersonId },
): Promise<Meeting> {
  await db.query(
    `insert into meeting (facility_id, quarter, held_on, leader_id) values ($1, $2::date, $3::date, $4)
     on conflict (facility_id, quarter) do update set leader_id = excluded.leader_id where meeting.closed_at is null`,
    [about.facility, about.quarter, about.on, about.leader],
  )
  const [row] = await db.query(`${MEETING} where m.facility_id = $1 and m.quarter = $2::date`, [
    about.facility,
    about.quarter,
  ])
  return meetingOf(row)
}

export async function meetingForUpdate(db: Db, id: MeetingId): Promise<Meeting | undefined> {
  const [row] = await db.query(`${MEETING} where m.id = $1 for update of m`, [id])
  return row ? meetingOf(row) : undefined
}

/** The meetings of these districts, or all, that are not closed, the first first; at most ten. */
export async function openMeetings(db: Db, places: readonly FacilityId[] | 'everywhere'): Promise<Meeting[]> {
  const rows = await db.query(
    `${MEETING} where m.closed_at is null and ($1 or m.facility_id = any($2)) order by m.held_on, m.id limit 10`,
    [places === 'everywhere', places === 'everywhere' ? [] : places],
  )
  return rows.map(meetingOf)
}

/** The meetings somebody leads, in a span of days. */
export async function meetingsLed(
  db: Db,
  leader: PersonId,
  span: { from: Day; until: Day },
): Promise<Meeting[]> {
  const rows = await db.query(
    `${MEETING} where m.leader_id = $1 and m.held_on between $2::date and $3::date order by m.held_on, m.id limit 50`,
    [leader, span.from, span.until],
  )
  return rows.map(meetingOf)
}

export async function moveMeeting(db: Db, id: MeetingId, on: Day): Promise<void> {
  await db.query('update meeting set held_on = $2::date, edition = edition + 1 where id = $1', [id, on])
}

export async function closeMeeting(db: Db, id: MeetingId, at: Instant): Promise<void> {
  await db.query('update meeting set closed_at = to_timestamp($2::float8 / 1000) where id = $1', [id, at])
}

/** What a meeting decided, in the order it did. */
export async function decisionsOf(
  db: Db,
  id: MeetingId,
): Promise<{ text: string; owner: string; dueOn: Day; open: boolean }[]> {
  const rows = await db.query(
    `select a.text, coalesce(p.name, '') "owner", a.due_on::text "dueOn", a.state = 'open' "open" from action a
     left join person p on p.id = a.owner_id where a.meeting_id = $1 order by a.id limit 50`,
    [id],
  )
  const decision = z.object({
    text: z.string(),
    owner: z.string(),
    dueOn: z.custom<Day>((value) => typeof value === 'string'),
    open: z.boolean(),
  })
  return rows.map((row) => decision.parse(row))
}

/** Who belongs to the meetings of a district: whoever holds one of these duties in it, without its leader. */
export async function participantsOf(
  db: Db,
  { facilityId, leaderId }: Pick<Meeting, 'facilityId' | 'leaderId'>,
  roles: readonly Role[],
): Promise<PersonId[]> {
  const rows = await db.query(
    `with recursive below as (
       select id from facility where id = $1 union select f.id from facility f join below on f.parent_id = below.id)
     select distinct d.person_id id from duty d where d.ends_at is null and d.role = any($2)
       and d.facility_id in (select id from below) and d.person_id is distinct from $3::bigint order by 1 limit 200`,
    [facilityId, roles, leaderId ?? null],
  )
  return rows.map((row) => z.object({ id: z.int() }).parse(row).id as PersonId)
}

/** The decisions still open of the meetings of a district before this one. */
export async function decisionsLeft(db: Db, meeting: Meeting): Promise<number> {
  const [row] = await db.query(
    `select count(*)::int n from action a join meeting m on m.id = a.meeting_id
     where m.facility_id = $1 and m.id <> $2 and a.state = 'open'`,
    [meeting.facilityId, meeting.id],
  )
  return z.object({ n: z.int() }).parse(row).n
}

const figures = z.object({
  planned: z.int(),
  held: z.int(),
  validated: z.int(),
  near_misses: z.int(),
  open_challenges: z.int(),
  resolved_challenges: z.int(),
  late_actions: z.int(),
  hospitals: z.int(),
  supervised: z.int(),
})

export type DistrictFigures = z.infer<typeof figures>

/** What happened in a district and below it from one instant to another; challenges and late actions as they stand `now`. */
export async function districtFigures(
  db: Db,
  district: FacilityId,
  span: { from: Instant; to: Instant; now: Instant; first: Day; until: Day },
): Promise<DistrictFigures> {
  const [row] = await db.query(
    `with recursive below as (
       select id, level, 0 depth from facility where id = $1
       union all select f.id, f.level, depth + 1 from facility f join below on f.parent_id = below.id where depth < 12),
     span as (select to_timestamp($2::float8 / 1000) a, to_timestamp($3::float8 / 1000) b)
     select
       (select count(*)::int from visit where facility_id in (select id from below)
         and starts_on >= $5::date and starts_on < $6::date) planned,
       (select count(*)::int from visit where facility_id in (select id from below) and state in ('begun', 'closed')
         and starts_on >= $5::date and starts_on < $6::date) held,
       (select count(*)::int from certificate c join person p on p.id = c.person_id, span
         where p.facility_id in (select id from below) and c.issued_at >= a and c.issued_at < b) validated,
       (select coalesce(sum(cases), 0)::int from near_miss, span where definition = 'programme'
         and facility_id in (select id from below) and noted_at >= a and noted_at < b) near_misses,
       (select count(*)::int from challenge where facility_id in (select id from below) and state = 'open') open_challenges,
       (select count(*)::int from challenge, span where facility_id in (select id from below) and resolved_at >= a
         and resolved_at < b) resolved_challenges,
       (select count(*)::int from action where facility_id in (select id from below) and state = 'open'
         and due_on < to_timestamp($4::float8 / 1000)::date) late_actions,
       (select count(*)::int from below where level = 'district_hospital') hospitals,
       (select count(*)::int from supervision s join below on below.id = s.facility_id where below.level = 'district_hospital'
         and s.quarter = $5::date and s.closed_at is not null) supervised`,
    [district, span.from, span.to, span.now, span.first, span.until],
  )
  return figures.parse(row)
}

/** The hospitals at places or below them whose joint supervision of a quarter is not closed, by name. */
export async function hospitalsUnsupervised(
  db: Db,
  places: readonly FacilityId[],
  quarter: Day,
): Promise<{ id: FacilityId; name: string }[]> {
  const rows = await db.query(
    `with recursive below as (
       select id, 0 depth from facility where id = any($1)
       union all select f.id, depth + 1 from facility f join below on f.parent_id = below.id where depth < 12)
     select distinct f.id, f.name from facility f join below using (id) where f.level = 'district_hospital'
       and not exists (select from supervision s where s.facility_id = f.id and s.quarter = $2::date and s.closed_at is not null)
     order by f.name, f.id limit 20`,
    [places, quarter],
  )
  return rows.map((row) =>
    z.object({ id: z.custom<FacilityId>(Number.isInteger), name: z.string() }).parse(row),
  )
}

/** Who holds one of these roles, has joined, and has nothing planned of this kind. */
export async function holdersWithout(
  db: Db,
  roles: readonly string[],
  kind: string,
): Promise<{ person: PersonId; place: FacilityId }[]> {
  const rows = await db.query(
    `select distinct on (d.person_id) d.person_id person, d.facility_id place from duty d join person p on p.id = d.person_id
     where d.ends_at is null and d.role = any($1) and d.facility_id is not null and p.joined_at is not null
       and p.standing = 'active'
       and not exists (select from follow_up u where u.key = $2 || ':' || p.id and u.state = 'waiting')
     order by d.person_id, d.id limit 1000`,
    [roles, kind],
  )
  return rows.map((row) =>
    z
      .object({ person: z.custom<PersonId>(Number.isInteger), place: z.custom<FacilityId>(Number.isInteger) })
      .parse(row),
  )
}
