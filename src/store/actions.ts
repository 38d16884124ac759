// What people have promised to do at a place, by when, and whether they did.
import { z } from 'zod'
import type { Day, Instant } from '../words/clock.ts'
import type { ActionId, FacilityId, PersonId, VisitId } from '../words/ids.ts'
import type { Db } from './db.ts'

const actionRow = z.object({
  id: z.int(),
  owner_id: z.int().nullable(),
  owner: z.string().nullable(),
  visit_id: z.int().nullable(),
  text: z.string(),
  due_on: z.custom<Day>((value) => typeof value === 'string'),
  agreed_at: z.number(),
})

export interface Action {
  readonly id: ActionId
  readonly ownerId: PersonId | undefined
  /** Empty when they are no longer in the programme. */
  readonly owner: string
  readonly visitId: VisitId | undefined
  readonly text: string
  readonly dueOn: Day
  readonly agreedAt: Instant
}

const ACTION = `select a.id, a.owner_id, p.name owner, a.visit_id, a.text, a.due_on::text, a.agreed_at
  from action a left join person p on p.id = a.owner_id`

function actionOf(row: unknown): Action {
  const { id, owner_id, owner, visit_id, text, due_on, agreed_at } = actionRow.parse(row)
  return {
    id: id as ActionId,
    ownerId: (owner_id ?? undefined) as PersonId | undefined,
    owner: owner ?? '',
    visitId: (visit_id ?? undefined) as VisitId | undefined,
    text,
    dueOn: due_on,
    agreedAt: agreed_at,
  }
}

/** What is still open at a place, the first due first. */
export async function openActions(db: Db, facility: FacilityId): Promise<Action[]> {
  const rows = await db.query(
    `${ACTION} where a.facility_id = $1 and a.state = 'open' order by a.due_on, a.id limit 50`,
    [facility],
  )
  return rows.map(actionOf)
}

/** What was agreed at a visit, in the order it was. */
export async function actionsOfVisit(db: Db, visit: VisitId): Promise<Action[]> {
  return (await db.query(`${ACTION} where a.visit_id = $1 order by a.id limit 50`, [visit])).map(actionOf)
}

export async function agreeAction(
  db: Db,
  action: {
    facility: FacilityId
    visit: VisitId
    owner: PersonId
    /** Who wrote it down, and hears when it is late. */
    by: PersonId
    text: string
    dueOn: Day
    at: Instant
  },
): Promise<void> {
  await db.query(
    `insert into action (facility_id, visit_id, owner_id, agreed_by, text, due_on, agreed_at)
     values ($1, $2, $3, $4, $5, $6, to_timestamp($7::float8 / 1000))`,
    [action.facility, action.visit, action.owner, action.by, action.text, action.dueOn, action.at],
  )
}

/** Ends an action that is open at a place. False when there is none. */
export async function settleAction(
  db: Db,
  { facility, id, state, at }: { facility: FacilityId; id: ActionId; state: 'done' | 'dropped'; at: Instant },
): Promise<boolean> {
  const rows = await db.query(
    `update action set state = $3, settled_at = to_timestamp($4::float8 / 1000)
     where id = $1 and facility_id = $2 and state = 'open' returning id`,
    [id, facility, state, at],
  )
  return rows.length > 0
}
