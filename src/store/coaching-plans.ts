import { z } from 'zod'
import { HOWS, type How, PLAN_LEGS, type PlanLeg } from '../domain/coaching.ts'
import type { Instant } from '../words/clock.ts'
import type { EvidenceId, PersonId } from '../words/ids.ts'
import type { LocalText } from '../words/language.ts'
import type { Db } from './db.ts'

export interface CoachingPlan {
  readonly id: number
  readonly personId: PersonId
  readonly competency: string
  readonly leg: PlanLeg
  /** What to work on, the most important first. */
  readonly items: readonly LocalText[]
  readonly how: How
  readonly dueAt: Instant
  /** Percent. */
  readonly target: number
  readonly agreed: boolean
}

const planRow = z.object({
  id: z.int(),
  person_id: z.int(),
  competency: z.string(),
  leg: z.enum(PLAN_LEGS),
  items: z.array(z.custom<LocalText>((value) => typeof value === 'object' && value !== null)),
  how: z.enum(HOWS),
  due_at: z.number(),
  target: z.int(),
  agreed: z.boolean(),
})

/** The plans somebody is working on now, the first due first. */
export async function openPlans(db: Db, person: PersonId, competency?: string): Promise<CoachingPlan[]> {
  const rows = await db.query(
    `select id, person_id, competency, leg, items, how, due_at, target, agreed_at is not null agreed from coaching_plan
     where person_id = $1 and state = 'open' and ($2::text is null or competency = $2) order by due_at, id`,
    [person, competency ?? null],
  )
  return rows.map((row) => {
    const { person_id, due_at, ...plan } = planRow.parse(row)
    return { ...plan, personId: person_id as PersonId, dueAt: due_at }
  })
}

/** Begins a plan; the one before it of the same leg is replaced and kept. */
export async function beginPlan(
  db: Db,
  plan: Omit<CoachingPlan, 'id' | 'agreed'> & { readonly evidence: EvidenceId; readonly at: Instant },
): Promise<void> {
  await closePlan(db, plan, { state: 'replaced', at: plan.at })
  await db.query(
    `insert into coaching_plan (person_id, competency, evidence_id, items, how, due_at, target, made_at, leg)
     values ($1, $2, $3, $4, $5, to_timestamp($6::float8 / 1000), $7, to_timestamp($8::float8 / 1000), $9)`,
    [
      plan.personId,
      plan.competency,
      plan.evidence,
      JSON.stringify(plan.items),
      plan.how,
      plan.dueAt,
      plan.target,
      plan.at,
      plan.leg,
    ],
  )
}

/** Ends the open plans of a competency, if there are any; with `leg`, only that leg's. */
export async function closePlan(
  db: Db,
  { personId, competency, leg }: { personId: PersonId; competency: string; leg?: PlanLeg },
  { state, at }: { state: 'met' | 'replaced'; at: Instant },
): Promise<void> {
  await db.query(
    `update coaching_plan set state = $3, closed_at = to_timestamp($4::float8 / 1000)
     where person_id = $1 and competency = $2 and state = 'open'
       and ($5::text is null or leg = $5)`,
    [personId, competency, state, at, leg ?? null],
  )
}

/** The mentor makes a plan theirs, as it is or changed. False when it is open no more. */
export async function agreePlan(
  db: Db,
  id: number,
  agreed: Pick<CoachingPlan, 'items' | 'how' | 'dueAt' | 'target'> & { by: PersonId; at: Instant },
): Promise<boolean> {
  const rows = await db.query(
    `update coaching_plan set items = $2, how = $3, due_at = to_timestamp($4::float8 / 1000), agreed_by = $5,
       agreed_at = to_timestamp($6::float8 / 1000), target = $7
     where id = $1 and state = 'open' returning id`,
    [id, JSON.stringify(agreed.items), agreed.how, agreed.dueAt, agreed.by, agreed.at, agreed.target],
  )
  return rows.length > 0
}
