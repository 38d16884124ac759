// What a coaching plan is made of, before its mentor has a word: the weakest things first, and soon.
import { DAY, type Instant } from '../words/clock.ts'

/** How something is worked on. */
export const HOWS = ['manikin', 'together', 'watched', 'quiz', 'reading'] as const

export type How = (typeof HOWS)[number]

/** What of a competency is worked on: doing it, or knowing it. */
export const PLAN_LEGS = ['technique', 'knowledge'] as const

export type PlanLeg = (typeof PLAN_LEGS)[number]

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

/** A plan that its mentor has agreed, of the same leg. */
interface Agreed<Text> {
  /** What the mentor has written in words of their own. */
  readonly own: readonly Text[]
  readonly how: How
  readonly target: number
}

/**
 * A plan after another try: what the mentor has written stays before what was weak this time, and so do how it is worked on
 * and up to which percentage.
 */
export function planAnew<Text>(
  draft: Draft<Text>,
  { bar, agreed }: { bar: number; agreed: Agreed<Text> | undefined },
): Draft<Text> & { readonly target: number } {
  if (!agreed) return { ...draft, target: bar }
  const items = [...agreed.own, ...draft.items].slice(0, Math.max(MOST_ITEMS, agreed.own.length))
  return { items, how: agreed.how, dueAt: draft.dueAt, target: agreed.target }
}

/** A first plan from what was weak, critical things first; undefined when nothing was. */
export function draftPlan<Text>(
  weak: readonly Weakness<Text>[],
  { now, leg }: { now: Instant; leg: PlanLeg },
): Draft<Text> | undefined {
  if (weak.length === 0) return undefined
  const ordered = [...weak.filter(({ critical }) => critical), ...weak.filter(({ critical }) => !critical)]
  return {
    items: ordered.slice(0, MOST_ITEMS).map(({ text }) => text),
    how: leg === 'knowledge' ? 'quiz' : 'manikin',
    dueAt: now + (ordered[0]?.critical === true ? SOON : LATER),
  }
}
