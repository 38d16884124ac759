// What was done of a visit, step by step, and what was agreed in words.
import { z } from 'zod'
import { VISIT_STEPS, type VisitStep } from '../domain/visit.ts'
import type { Instant } from '../words/clock.ts'
import type { VisitId } from '../words/ids.ts'
import type { Db } from './db.ts'

const stepRow = z.object({
  step: z.enum(VISIT_STEPS),
  outcome: z.enum(['done', 'skipped']),
  because: z.string().nullable(),
})

export interface SettledStep {
  readonly step: VisitStep
  readonly outcome: 'done' | 'skipped'
  readonly because: string | undefined
}

/** The steps that were done or left out, in the order of a visit. */
export async function settledSteps(db: Db, visit: VisitId): Promise<SettledStep[]> {
  const rows = await db.query('select step, outcome, because from visit_step where visit_id = $1', [visit])
  return rows
    .map((row) => stepRow.parse(row))
    .map(({ because, ...step }) => ({ ...step, because: because ?? undefined }))
    .toSorted((a, b) => VISIT_STEPS.indexOf(a.step) - VISIT_STEPS.indexOf(b.step))
}

/** Settles a step; what was left out and is done after all counts as done. */
export async function settleStep(
  db: Db,
  visit: VisitId,
  { step, because, at }: { step: VisitStep; because: string | undefined; at: Instant },
): Promise<void> {
  await db.query(
    `insert into visit_step (visit_id, step, outcome, because, at)
     values ($1, $2, case when $3::text is null then 'done' else 'skipped' end, $3, to_timestamp($4::float8 / 1000))
     on conflict (visit_id, step) do update set outcome = excluded.outcome, because = excluded.because, at = excluded.at`,
    [visit, step, because ?? null, at],
  )
}

/** A step that was left out is to be done after all. */
export async function reopenStep(db: Db, visit: VisitId, step: VisitStep): Promise<void> {
  await db.query(`delete from visit_step where visit_id = $1 and step = $2 and outcome = 'skipped'`, [
    visit,
    step,
  ])
}

export const NOTES = ['objective', 'data_gap', 'round', 'strength', 'gap'] as const

export type VisitNote = (typeof NOTES)[number]

const noteRow = z.object({ kind: z.enum(NOTES), text: z.string() })

/** Keeps words of a visit that were screened before. */
export async function addNote(
  db: Db,
  visit: VisitId,
  { kind, text, at }: { kind: VisitNote; text: string; at: Instant },
): Promise<void> {
  await db.query(
    'insert into visit_note (visit_id, kind, text, at) values ($1, $2, $3, to_timestamp($4::float8 / 1000))',
    [visit, kind, text, at],
  )
}

/** What was noted is not so after all. */
export async function dropNote(
  db: Db,
  visit: VisitId,
  { kind, text }: { kind: VisitNote; text: string },
): Promise<void> {
  await db.query('delete from visit_note where visit_id = $1 and kind = $2 and text = $3', [
    visit,
    kind,
    text,
  ])
}

export async function notesOf(db: Db, visit: VisitId): Promise<z.infer<typeof noteRow>[]> {
  const rows = await db.query('select kind, text from visit_note where visit_id = $1 order by id', [visit])
  return rows.map((row) => noteRow.parse(row))
}
