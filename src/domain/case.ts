// A difficult case: who is asked next, and by when somebody must have answered. Pure: the people and the time are
// handed in.
import { HOUR, type Instant, MINUTE } from '../words/clock.ts'
import type { PersonId } from '../words/ids.ts'
import type { Language } from '../words/language.ts'
import { type Programme, workingTimeAfter } from './rhythm.ts'

/** `emergency`: somebody may die; the service is not for it, and tells on whom to call. `today`, `advice`: it can wait. */
export const URGENCIES = ['emergency', 'today', 'advice'] as const

export type Urgency = (typeof URGENCIES)[number]

/** Who is asked, one after the other, each time nobody has answered. */
export const TIERS = ['own', 'second', 'master', 'supervisor'] as const

export type Tier = (typeof TIERS)[number]

/** What a case waits for: that somebody takes it, the next word of whoever has it, its end. */
export type CaseStep = 'first_answer' | 'next_answer' | 'resolution'

const DAY_OF_WORK = 10 * HOUR

/**
 * How long each step may take. Of an emergency by the clock on the wall; of the others in working hours (7 to 17,
 * Monday to Friday, without holidays): a question of Friday evening is not late on Saturday.
 */
const MOST: Readonly<Record<Urgency, Readonly<Record<CaseStep, number>>>> = {
  emergency: { first_answer: 10 * MINUTE, next_answer: 10 * MINUTE, resolution: 4 * HOUR },
  today: { first_answer: 2 * HOUR, next_answer: 2 * HOUR, resolution: DAY_OF_WORK },
  advice: { first_answer: DAY_OF_WORK, next_answer: DAY_OF_WORK, resolution: 5 * DAY_OF_WORK },
}

/** When a step that begins now has run out. */
export function caseDueAt(now: Instant, urgency: Urgency, step: CaseStep, programme: Programme): Instant {
  const most = MOST[urgency][step]
  return urgency === 'emergency' ? now + most : workingTimeAfter(now, most, programme)
}

/** Somebody who could be asked. */
export interface Advisor {
  readonly personId: PersonId
  /** The asker's own mentor in this area. */
  readonly own: boolean
  readonly tier: 'mentor' | 'master' | 'supervisor'
  readonly language: Language
  /** Cases they have now, and those they were offered and have said nothing to. */
  readonly open: number
  readonly away: boolean
  /** They hold the emergency line at this hour. */
  readonly onCall: boolean
}

/** With as many open cases nobody is given another, unless nobody else is left. */
export const MOST_OPEN = 8

/** Whether what passes in a case may wake somebody: only when a patient may die. */
export const mayWake = (urgency: Urgency): boolean => urgency === 'emergency'

/**
 * Whom a case goes to at a tier, of those it has not been to; undefined when nobody of that tier is left. In quiet
 * hours only those on call are asked, which the caller says by `onlyOnCall`.
 */
export function advisorFor(
  tier: Tier,
  asked: {
    readonly language: Language
    readonly before: ReadonlySet<PersonId>
    readonly onlyOnCall: boolean
  },
  advisors: readonly Advisor[],
): Advisor | undefined {
  const rank = tier === 'own' || tier === 'second' ? 'mentor' : tier
  const left = advisors.filter(
    ({ personId, tier: theirs, away, onCall }) =>
      theirs === rank && !away && !asked.before.has(personId) && (!asked.onlyOnCall || onCall),
  )
  const order = (advisor: Advisor): number[] => [
    advisor.open >= MOST_OPEN ? 1 : 0,
    advisor.own ? 0 : 1,
    advisor.onCall ? 0 : 1,
    advisor.language === asked.language ? 0 : 1,
    advisor.open,
    advisor.personId,
  ]
  return left.toSorted((one, other) => compare(order(one), order(other)))[0]
}

function compare(one: readonly number[], other: readonly number[]): number {
  const at = one.findIndex((value, index) => value !== other[index])
  return at === -1 ? 0 : (one[at] ?? 0) - (other[at] ?? 0)
}

/** The tier after this one; the last stays the last. */
export function nextTier(tier: Tier): Tier {
  return TIERS[Math.min(TIERS.indexOf(tier) + 1, TIERS.length - 1)] ?? 'supervisor'
}

/** A person may have this many cases waiting, and ask this many in 24 hours; more would drown the others. */
export const MOST_WAITING = 5
export const MOST_A_DAY = 10

/** Emergencies one person may open in an hour: what comes after them is added to the newest that is open. */
export const MOST_URGENT = 3
