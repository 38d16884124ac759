/** What a finished test comes to. */
export interface Result {
  readonly score: number
  readonly max: number
  readonly passPercent: number
  readonly criticalMissed: number
}

/**
 * Whether a test is passed: the bar reached, in integers, and every critical question right. A rounded percentage
 * never decides: 71 of 84 is 84.52 %, which rounds to 85 and is not passed.
 *
 * @example isPassed({ score: 17, max: 20, passPercent: 85, criticalMissed: 0 }) // true
 */
export function isPassed({ score, max, passPercent, criticalMissed }: Result): boolean {
  return reachesBar(score, max, passPercent) && criticalMissed === 0
}

/** `100 * score >= passPercent * max`. */
export function reachesBar(score: number, max: number, passPercent: number): boolean {
  return 100 * score >= passPercent * max
}

/** The percentage to show, rounded down, so that what is shown never says more than what was reached. */
export function percentShown(score: number, max: number): number {
  return max === 0 ? 0 : Math.floor((100 * score) / max)
}
