// An improvement project of a place, by the steps of quality improvement: aim, indicator, root cause, ideas, cycles.
// Source of steps and states: POCQI learner manual, WHO South-East Asia, 2017.
export const PROJECT_STATES = ['planned', 'testing', 'adopted', 'adapted', 'abandoned', 'sustained'] as const

export type ProjectState = (typeof PROJECT_STATES)[number]

/** A project that is over. */
export const isOver = (state: ProjectState): boolean => state === 'abandoned' || state === 'sustained'

/** The bones of a fishbone diagram, in the order they are asked for. */
export const BRANCHES = ['people', 'process', 'supplies', 'environment', 'management', 'community'] as const

export type Branch = (typeof BRANCHES)[number]

/** By "why?" nobody asks more often than this. */
export const MOST_WHYS = 5

export const PDSA = ['plan', 'do', 'study', 'act'] as const

export const NOTE_KINDS = ['cause', 'idea', ...PDSA] as const

export type NoteKind = (typeof NOTE_KINDS)[number]

/** One figure of the indicator: so many cases, of so many where it is a share. */
export interface Point {
  readonly cases: number
  readonly all: number | undefined
}

/** A figure as it is shown: whole percent, rounded down, or the number itself. */
export const shownOf = ({ cases, all }: Point): number =>
  all === undefined ? cases : Math.floor((100 * cases) / all)

export interface Course {
  readonly baseline: Point
  readonly last: Point
  readonly target: number
}

/** Whether the last figure has reached the target, in integers: up to it or down to it, as the baseline says. */
export function isReached({ baseline, last, target }: Course): boolean {
  // Compared as cases · 1 against target · all, so that 84.6 % is not 85.
  const against = (point: Point): number =>
    point.all === undefined ? point.cases - target : 100 * point.cases - target * point.all
  const up = against(baseline) < 0
  return up ? against(last) >= 0 : against(last) <= 0
}

/** The median of the figures shown, a half rounded down: the line a run chart is read against. */
export function medianOf(shown: readonly number[]): number | undefined {
  const sorted = shown.toSorted((a, b) => a - b)
  const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.floor(sorted.length / 2)]]
  return low === undefined || high === undefined ? undefined : Math.floor((low + high) / 2)
}

/** So many figures in a row on one side of the median are a shift, not chance. Source: run chart rules of QI practice. */
const SHIFT = 6

/** Whether the figures have shifted: the last six or more that are off the median all lie on one side of it. */
export function hasShifted(shown: readonly number[]): boolean {
  const median = medianOf(shown)
  if (median === undefined) return false
  const sides = shown.filter((one) => one !== median).map((one) => one > median)
  const last = sides.at(-1)
  const run = sides.length - 1 - sides.findLastIndex((side) => side !== last)
  return last !== undefined && run >= SHIFT
}
