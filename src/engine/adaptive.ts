// A first test that stops as soon as it is known whether somebody has mastered the subject: Wald's sequential
// probability ratio test, and at most the whole form. Never a test of record.
import { z } from 'zod'
import { PURPOSES, type Purpose } from './session.ts'

const errorRate = z.number().min(0.1).max(20)

/**
 * How an author sets it. `errors`: in percent, how often somebody who knows `between[0]` percent of the subject or less
 * may be taken for a master, and somebody who knows `between[1]` or more for none. Whoever knows something in between is
 * at the bar, more or less, and either answer will do. Narrower or surer asks more questions.
 */
export const adaptive = z
  .strictObject({
    errors: z.strictObject({ passed: errorRate.default(5), failed: errorRate.default(5) }).prefault({}),
    between: z.tuple([z.int().min(1).max(98), z.int().min(2).max(99)]).default([70, 95]),
    tests: z.array(z.enum(PURPOSES)).min(1).default(['pre_test']),
  })
  .optional()

export type Adaptive = NonNullable<z.infer<typeof adaptive>>

/** Tests that may end early. A test of record asks its whole form, whatever its author writes. */
export const MAY_STOP: readonly Purpose[] = ['pre_test']

/** How one question went. */
interface Answered {
  readonly correct: boolean
  readonly critical: boolean
}

/** The form a test would ask if it never stopped. */
interface WholeForm {
  readonly length: number
  readonly passPercent: number
  /** Whether a critical question is still to come. */
  readonly criticalLeft: boolean
}

/**
 * Whether somebody has mastered it, as far as it is known by these answers; undefined as long as it is open.
 *
 * What the rest of the form could not change is known for certain. Before that, the likelihoods of the answers under
 * both ends of the indifference region are compared (Wald, Sequential Tests of Statistical Hypotheses, 1945); the
 * verdict itself is always the score in integers.
 */
export function decided(
  { errors, between }: Adaptive,
  answers: readonly Answered[],
  { length, passPercent, criticalLeft }: WholeForm,
): 'mastered' | 'not_yet' | undefined {
  const right = answers.filter(({ correct }) => correct).length
  if (answers.some(({ correct, critical }) => critical && !correct)) return 'not_yet'
  if (100 * (right + length - answers.length) < passPercent * length) return 'not_yet'
  const reached = 100 * right >= passPercent * answers.length
  const ratio = likelihoodRatio(between, right, answers.length - right)
  const [passed, failed] = [errors.passed / 100, errors.failed / 100]
  if (!reached) return ratio <= Math.log(failed / (1 - passed)) ? 'not_yet' : undefined
  // Nobody has passed who has not shown what would harm.
  if (criticalLeft) return undefined
  const certain = 100 * right >= passPercent * length
  return certain || ratio >= Math.log((1 - failed) / passed) ? 'mastered' : undefined
}

/** The logarithm of how much likelier the answers are from somebody who knows `high` percent than from one of `low`. */
function likelihoodRatio([low, high]: readonly [number, number], right: number, wrong: number): number {
  return right * Math.log(high / low) + wrong * Math.log((100 - high) / (100 - low))
}
