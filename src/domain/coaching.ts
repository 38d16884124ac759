// What a coaching plan is made of, before its mentor has a word: the weakest things first, and soon.
import { DAY, type Instant } from '../words/clock.ts'

/** How something is worked on. */
export const HOWS = ['manikin', 'together', 'watched', 'quiz', 'reading'] as const

export type How = (typeof HOWS)[number]

/** One thing that did not go well. `critical`: it would harm. */
export interface Weakness<Text> {
  readonly text: Text
  readonly critical: boolean
}

/** More than this at once is not worked on. */
const MOST_ITEMS = 3

/** Low dose, high frequency: a critical step is worked on within a week, the rest within two. */
const SOON = 7 * DAY
const LATER = 14 * DAY

export interface Draft<Text> {
  readonly items: readonly Text[]
  readonly how: How
  readonly dueAt: Instant
}

/** A first plan from what was weak, critical things first; undefined when nothing was. */
export function draftPlan<Text>(
  weak: readonly Weakness<Text>[],
  { now, leg }: { now: Instant; leg: 'technique' | 'knowledge' },
): Draft<Text> | undefined {
  if (weak.length === 0) return undefined
  const ordered = [...weak.filter(({ critical }) => critical), ...weak.filter(({ critical }) => !critical)]
  return {
    items: ordered.slice(0, MOST_ITEMS).map(({ text }) => text),
    how: leg === 'knowledge' ? 'quiz' : 'manikin',
    dueAt: now + (ordered[0]?.critical === true ? SOON : LATER),
  }
}
