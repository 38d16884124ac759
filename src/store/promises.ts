// Actions as promises: what reminds their owners and goes up when they are late.
import { z } from 'zod'
import type { Day, Instant } from '../words/clock.ts'
import type { ActionId, FacilityId, MeetingId, PersonId, ProjectId, SupervisionId } from '../words/ids.ts'
import type { Db } from './db.ts'

const promiseRow = z.object({
  id: z.int(),
  facility_id: z.int(),
  facility: z.string(),
  owner_id: z.int().nullable(),
  owner: z.string().nullable(),
  agreed_by: z.int().nullable(),
  text: z.string(),
  due: z.number(),
  state: z.enum(['open', 'done', 'dropped']),
  postponed: z.int(),
})

export interface Promised {
  readonly id: ActionId
  readonly facilityId: FacilityId
  readonly facility: string
  readonly ownerId: PersonId | undefined
  readonly owner: string
  readonly agreedBy: PersonId | undefined
  readonly text: string
  /** The start of the local day it is due. */
  readonly dueAt: Instant
  readonly state: 'open' | 'done' | 'dropped'
  readonly postponed: number
}

const PROMISE = `select a.id, a.facility_id, f.name facility, a.owner_id, p.name owner, a.agreed_by, a.text,
  a.due_on::timestamp at time zone $1 due, a.state, a.postponed
  from action a join facility f on f.id = a.facility_id left join person p on p.id = a.owner_id`

function promiseOf(row: unknown): Promised {
  const { id, facility_id, owner_id, owner, agreed_by, due, ...rest } = promiseRow.parse(row)
  return {
    ...rest,
    id: id as ActionId,
    facilityId: facility_id as FacilityId,
    ownerId: (owner_id ?? undefined) as PersonId | undefined,
    owner: owner ?? '',
    agreedBy: (agreed_by ?? undefined) as PersonId | undefined,
    dueAt: due,
  }
}

export interface NewPromise {
  readonly facilityId: FacilityId
  readonly projectId?: ProjectId
  readonly supervisionId?: SupervisionId
  readonly meetingId?: MeetingId
  readonly owner: PersonId
  readonly text: string
  /** Any moment of the local day it is due. */
  readonly dueAt: Instant
  readonly by: PersonId
  readonly at: Instant
}

export async function addPromise(db: Db, timezone: string, action: NewPromise): Promise<ActionId> {
  const [row] = await db.query(
    `insert into action (facility_id, project_id, owner_id, agreed_by, text, due_on, agreed_at, supervision_id, meeting_id)
     values ($2, $3, $4, $5, $6, (to_timestamp($7::float8 / 1000) at time zone $1)::date, to_timestamp($8::float8 / 1000), $9, $10) returning id`,
    [
      timezone,
      action.facilityId,
      action.projectId ?? null,
      action.owner,
      action.by,
      action.text,
      action.dueAt,
      action.at,
      action.supervisionId ?? null,
      action.meetingId ?? null,
    ],
  )
  return z.object({ id: z.int() }).parse(row).id as ActionId
}

/** Who owns what a meeting decided. */
export async function ownersOfDecisions(db: Db, meeting: MeetingId): Promise<PersonId[]> {
  const rows = await db.query(
    'select distinct owner_id id from action where meeting_id = $1 and owner_id is not null order by 1 limit 50',
    [meeting],
  )
  return rows.map((row) => z.object({ id: z.int() }).parse(row).id as PersonId)
}

/** Locks an action, so that of two who settle it one finds it settled. */
export async function promiseForUpdate(
  db: Db,
  timezone: string,
  id: ActionId,
): Promise<Promised | undefined> {
  const [row] = await db.query(`${PROMISE} where a.id = $2 for update of a`, [timezone, id])
  return row ? promiseOf(row) : undefined
}

export async function settlePromise(
  db: Db,
  id: ActionId,
  { state, at }: { state: 'done' | 'dropped'; at: Instant },
): Promise<void> {
  await db.query(
    `update action set state = $2, settled_at = to_timestamp($3::float8 / 1000) where id = $1 and state = 'open'`,
    [id, state, at],
  )
}

export async function postponePromise(db: Db, id: ActionId, due: Day): Promise<void> {
  await db.query('update action set due_on = $2::date, postponed = postponed + 1 where id = $1', [id, due])
}

/** The open actions that somebody owns, of a project, or at places; the first due first. */
export async function openPromises(
  db: Db,
  timezone: string,
  about: { owner?: PersonId; project?: ProjectId; places?: readonly FacilityId[]; limit: number },
): Promise<Promised[]> {
  const rows = await db.query(
    `${PROMISE} where a.state = 'open' and ($2::bigint is null or a.owner_id = $2)
       and ($3::bigint is null or a.project_id = $3) and ($4::bigint[] is null or a.facility_id = any($4))
     order by a.due_on, a.id limit $5`,
    [timezone, about.owner ?? null, about.project ?? null, about.places ?? null, about.limit],
  )
  return rows.map(promiseOf)
}

/** The open actions of places or below them that were due before the local day `now` lies in, the latest first. */
export async function latePromises(
  db: Db,
  timezone: string,
  about: { places: readonly FacilityId[] | 'everywhere'; now: Instant; limit: number },
): Promise<Promised[]> {
  const everywhere = about.places === 'everywhere'
  const rows = await db.query(
    `with recursive below as (
       select id, 0 depth from facility where id = any($3)
       union all select f.id, depth + 1 from facility f join below on f.parent_id = below.id where depth < 12)
     ${PROMISE} where a.state = 'open' and a.due_on < (to_timestamp($4::float8 / 1000) at time zone $1)::date
       and ($2 or a.facility_id in (select id from below))
     order by a.due_on, a.id limit $5`,
    [timezone, everywhere, everywhere ? [] : about.places, about.now, about.limit],
  )
  return rows.map(promiseOf)
}

/** Open actions that have an owner and nothing that would remind of them, such as those agreed at a visit. */
export async function promisesWithoutClock(db: Db, timezone: string, limit: number): Promise<Promised[]> {
  const rows = await db.query(
    `${PROMISE} where a.state = 'open' and a.owner_id is not null
       and not exists (select from follow_up u where u.key = 'action_late:' || a.id)
     order by a.id limit $2`,
    [timezone, limit],
  )
  return rows.map(promiseOf)
}
