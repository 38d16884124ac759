// What a visit left undone comes back in the next.
import { VISIT_STEPS, type VisitStep } from '../domain/visit.ts'
import type { Db } from '../store/db.ts'
import { settledSteps } from '../store/visit-steps.ts'
import { closedBefore, type Visit } from '../store/visits.ts'

/** The steps that the last visit to this place did not do; none when there was no visit. */
export async function missedSteps(db: Db, visit: Visit): Promise<VisitStep[]> {
  const before = await closedBefore(db, visit)
  if (!before) return []
  const done = (await settledSteps(db, before.id)).filter(({ outcome }) => outcome === 'done')
  return VISIT_STEPS.filter((step) => !done.some((one) => one.step === step))
}
