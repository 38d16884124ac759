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

/** An answer that counts, as it was judged when it was given. */
export interface CountedAnswer {
  readonly question: string
  /** The letter chosen. */
  readonly option: string
  readonly correct: boolean
  readonly critical: boolean
}

/** What was decided on a question later. `right`: the letter that is right now. */
export type Ruling =
  | { readonly question: string; readonly ruling: 'withdrawn' }
  | { readonly question: string; readonly ruling: 'corrected'; readonly right: string }

/** An answer as it is judged by what was decided later; undefined when it counts no more. */
export function judgedAnew(answer: CountedAnswer, rulings: readonly Ruling[]): CountedAnswer | undefined {
  const decided = rulings.find(({ question }) => question === answer.question)
  if (decided?.ruling === 'withdrawn') return undefined
  return decided ? { ...answer, correct: answer.option === decided.right } : answer
}

/** What a test comes to by what was decided later; undefined when no question of it is left to judge by. */
export function resultAnew(
  answers: readonly CountedAnswer[],
  rulings: readonly Ruling[],
  passPercent: number,
): Result | undefined {
  const left = answers.flatMap((answer) => judgedAnew(answer, rulings) ?? [])
  if (left.length === 0) return undefined
  return {
    score: left.filter(({ correct }) => correct).length,
    max: left.length,
    passPercent,
    criticalMissed: left.filter(({ correct, critical }) => critical && !correct).length,
  }
}
