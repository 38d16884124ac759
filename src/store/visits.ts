// Visits: planned, changed only by who has seen how they stand, held and closed.
import { z } from 'zod'
import { type Stream, STREAMS, VISIT_STATES, type VisitState } from '../domain/visit.ts'
import type { Day, Instant } from '../words/clock.ts'
import type { FacilityId, PersonId, VisitId } from '../words/ids.ts'
import type { Db } from './db.ts'

const day = z.custom<Day>((value) => typeof value === 'string')

const visitRow = z.object({
  id: z.int(),
  facility_id: z.int(),
  facility: z.string(),
  lead_id: z.int().nullable(),
  stream: z.enum(STREAMS),
  area: z.string(),
  period: day,
  starts_on: day,
  days: z.int(),
  state: z.enum(VISIT_STATES),
  moved_from: day.nullable(),
  edition: z.int(),
  remote: z.boolean(),
  remote_because: z.string().nullable(),
  remote_call: z.string().nullable(),
  in_chat: z.boolean(),
  because: z.string().nullable(),
  begun_at: z.number().nullable(),
  closed_at: z.number().nullable(),
})

export interface Visit {
  readonly id: VisitId
  readonly facilityId: FacilityId
  readonly facility: string
  readonly leadId: PersonId | undefined
  readonly stream: Stream
  /** A technical area of the catalogue; empty: all of them. */
  readonly area: string
  /** The first day of the month or quarter it was planned for. */
  readonly period: Day
  readonly startsOn: Day
  /** How many days, one after another. */
  readonly days: number
  readonly state: VisitState
  readonly movedFrom: Day | undefined
  /** Grows with each change of day or state. */
  readonly edition: number
  readonly remote: boolean
  readonly remoteBecause: string | undefined
  /** How its people talk when it is held from far away: a link or a number. */
  readonly remoteCall: string | undefined
  /** The place is a group that has a chat: from far away it meets there. */
  readonly inChat: boolean
  /** Why it was moved or cancelled. */
  readonly because: string | undefined
  readonly begunAt: Instant | undefined
  readonly closedAt: Instant | undefined
}

const VISIT = `select v.id, v.facility_id, f.name facility, v.lead_id, v.stream, v.area, v.period::text, v.starts_on::text,
  v.days, v.state, v.moved_from::text, v.edition, v.remote, v.remote_because, v.remote_call,
  exists (select from chw_group g where g.facility_id = v.facility_id) in_chat, v.because, v.begun_at, v.closed_at
  from visit v join facility f on f.id = v.facility_id`

function visitOf(row: unknown): Visit {
  const kept = visitRow.parse(row)
  return {
    id: kept.id as VisitId,
    facilityId: kept.facility_id as FacilityId,
    facility: kept.facility,
    leadId: (kept.lead_id ?? undefined) as PersonId | undefined,
    stream: kept.stream,
    area: kept.area,
    period: kept.period,
    startsOn: kept.starts_on,
    days: kept.days,
    state: kept.state,
    movedFrom: kept.moved_from ?? undefined,
    edition: kept.edition,
    remote: kept.remote,
    remoteBecause: kept.remote_because ?? undefined,
    remoteCall: kept.remote_call ?? undefined,
    inChat: kept.in_chat,
    because: kept.because ?? undefined,
    begunAt: kept.begun_at ?? undefined,
    closedAt: kept.closed_at ?? undefined,
  }
}

export interface NewVisit {
  readonly facility: FacilityId
  readonly lead: PersonId
  readonly stream: Stream
  readonly area: string
  readonly period: Day
  readonly startsOn: Day
  readonly days: number
  /** Beside those of the cadence: there may be more than one in a period. */
  readonly extra?: boolean
  readonly at: Instant
}

/** Proposes a visit; undefined when there is one already for that place, lead and period. */
export async function proposeVisit(db: Db, visit: NewVisit): Promise<VisitId | undefined> {
  const [row] = await db.query(
    `insert into visit (facility_id, lead_id, stream, area, period, starts_on, days, planned_at, extra)
     values ($1, $2, $3, $4, $5, $6, $7, to_timestamp($8::float8 / 1000), $9) on conflict do nothing returning id`,
    [
      visit.facility,
      visit.lead,
      visit.stream,
      visit.area,
      visit.period,
      visit.startsOn,
      visit.days,
      visit.at,
      visit.extra ?? false,
    ],
  )
  return row ? (z.object({ id: z.int() }).parse(row).id as VisitId) : undefined
}

export async function visitById(db: Db, id: VisitId): Promise<Visit | undefined> {
  const [row] = await db.query(`${VISIT} where v.id = $1`, [id])
  return row ? visitOf(row) : undefined
}

/** Locks a visit, so that two who change it at once take turns. */
export async function visitForUpdate(db: Db, id: VisitId): Promise<Visit | undefined> {
  const [row] = await db.query(`${VISIT} where v.id = $1 for update of v`, [id])
  return row ? visitOf(row) : undefined
}

/** The visits somebody leads or belongs to that are on some day from `from` up to and with `until`, the first first. */
export async function visitsOf(
  db: Db,
  person: PersonId,
  { from, until }: { from: Day; until: Day },
): Promise<Visit[]> {
  const rows = await db.query(
    `${VISIT} where v.starts_on <= $3::date and v.starts_on + v.days > $2::date
       and (v.lead_id = $1 or exists (select from visit_person p where p.visit_id = v.id and p.person_id = $1))
     order by v.starts_on, v.id limit 500`,
    [person, from, until],
  )
  return rows.map(visitOf)
}

/** Those of them that somebody makes, as lead or on the team. */
export async function visitsMadeBy(
  db: Db,
  person: PersonId,
  { from, until }: { from: Day; until: Day },
): Promise<Set<VisitId>> {
  const rows = await db.query(
    `select v.id from visit v where v.starts_on <= $3::date and v.starts_on + v.days > $2::date
       and (v.lead_id = $1 or exists (
         select from visit_person p where p.visit_id = v.id and p.person_id = $1 and p.part = 'mentor'))`,
    [person, from, until],
  )
  return new Set(rows.map((row) => z.object({ id: z.int() }).parse(row).id as VisitId))
}

/** Visits that are planned at places or below them, on some day from `from` up to and with `until`. */
export async function visitsPlannedAt(
  db: Db,
  places: readonly FacilityId[],
  { from, until }: { from: Day; until: Day },
): Promise<Visit[]> {
  const rows = await db.query(
    `with recursive below as (
       select id, 0 depth from facility where id = any($1)
       union all select f.id, depth + 1 from facility f join below on f.parent_id = below.id where depth < 12)
     ${VISIT} where v.facility_id in (select id from below) and v.state in ('proposed', 'confirmed')
       and v.starts_on <= $3::date and v.starts_on + v.days > $2::date
     order by v.starts_on, v.id limit 5000`,
    [places, from, until],
  )
  return rows.map(visitOf)
}

/** The visit somebody holds that was begun last and is not closed. */
export async function visitUnderWay(db: Db, mentor: PersonId): Promise<Visit | undefined> {
  const [row] = await db.query(
    `${VISIT} where v.state = 'begun' and exists (
       select from visit_person p where p.visit_id = v.id and p.part = 'mentor' and p.person_id = $1)
     order by v.begun_at desc limit 1`,
    [mentor],
  )
  return row ? visitOf(row) : undefined
}

/** The newest visit at a place of these leads before a day that was not cancelled, to keep its rhythm. */
export async function visitBefore(
  db: Db,
  about: { facility: FacilityId; stream: Stream; area: string; before: Day },
): Promise<Visit | undefined> {
  const [row] = await db.query(
    `${VISIT} where v.facility_id = $1 and v.stream = $2 and v.area = $3 and v.starts_on < $4::date
       and v.state <> 'cancelled' and not v.extra order by v.starts_on desc limit 1`,
    [about.facility, about.stream, about.area, about.before],
  )
  return row ? visitOf(row) : undefined
}

/** The visit to the same place by the same stream and in the same area that was closed last before this one. */
export async function closedBefore(db: Db, visit: Visit): Promise<Visit | undefined> {
  const [row] = await db.query(
    `${VISIT} where v.facility_id = $1 and v.stream = $2 and v.state = 'closed' and v.starts_on < $3::date
       and (v.area in ('', $4) or $4 = '')
     order by v.starts_on desc, v.id desc limit 1`,
    [visit.facilityId, visit.stream, visit.startsOn, visit.area],
  )
  return row ? visitOf(row) : undefined
}

/** Whether a place's visit of a period was planned, whoever leads it and whatever has become of it. */
export async function isPlanned(
  db: Db,
  about: { facility: FacilityId; stream: Stream; area: string; lead: PersonId; period: Day },
): Promise<boolean> {
  const rows = await db.query(
    `select from visit v where v.facility_id = $1 and v.stream = $2 and v.area = $3 and v.period = $5 and not v.extra
       and (v.lead_id = $4 or exists (
         select from visit_person p where p.visit_id = v.id and p.person_id = $4 and p.part = 'mentor'))`,
    [about.facility, about.stream, about.area, about.lead, about.period],
  )
  return rows.length > 0
}

export type VisitDecision =
  | { readonly state: 'confirmed' | 'begun' | 'closed' }
  | { readonly state: 'cancelled'; readonly because: string }
  /** Moved, and with it confirmed. */
  | { readonly state: 'moved'; readonly to: Day; readonly because: string | undefined }

/** Writes what was decided of a visit that is locked. */
export async function changeVisit(db: Db, visit: Visit, decision: VisitDecision, at: Instant): Promise<void> {
  const { state } = decision
  await db.query(
    `update visit set state = $2, edition = edition + 1, because = coalesce($3, because),
       moved_from = case when $4::date is null then moved_from else starts_on end, starts_on = coalesce($4::date, starts_on),
       begun_at = case when $2 = 'begun' then to_timestamp($5::float8 / 1000) else begun_at end,
       closed_at = case when $2 = 'closed' then to_timestamp($5::float8 / 1000) else closed_at end
     where id = $1`,
    [
      visit.id,
      state === 'moved' ? 'confirmed' : state,
      'because' in decision ? (decision.because ?? null) : null,
      state === 'moved' ? decision.to : null,
      at,
    ],
  )
}

/** Somebody else leads a visit from now on. False when they have planned that place's visit of the period themselves. */
export async function giveLead(db: Db, visit: VisitId, lead: PersonId): Promise<boolean> {
  const rows = await db.query(
    `update visit v set lead_id = $2, edition = edition + 1 where id = $1 and (v.extra or not exists (
       select from visit o where o.lead_id = $2 and (o.facility_id, o.stream, o.area, o.period) = (v.facility_id, v.stream, v.area, v.period)
         and o.state <> 'cancelled' and not o.extra)) returning id`,
    [visit, lead],
  )
  return rows.length > 0
}

/** A visit is held from far away, with the reason, or on the spot again when there is none. */
export async function setRemote(
  db: Db,
  visit: VisitId,
  remote: { because: string; call: string | undefined } | undefined,
): Promise<void> {
  await db.query(
    `update visit set remote = $2::text is not null, remote_because = $2, remote_call = $3, edition = edition + 1 where id = $1`,
    [visit, remote?.because ?? null, remote?.call ?? null],
  )
}

/** Mentors who are admitted, have mentees, and whose visits nothing will propose. */
export async function mentorsWithoutPlan(db: Db): Promise<PersonId[]> {
  const rows = await db.query(
    `select p.id from person p
     where p.standing = 'active' and exists (select from orientation o where o.person_id = p.id and o.state = 'admitted')
       and exists (select from pairing g where g.mentor_id = p.id and g.ends_at is null)
       and not exists (select from follow_up u where u.key = 'visit_plan:' || p.id and u.state = 'waiting')
     order by p.id limit 2000`,
  )
  return rows.map((row) => z.object({ id: z.int() }).parse(row).id as PersonId)
}
