// The cascade: who mentors whom below them, how many places one mentor looks after, and who may become one.
import type { Level, MentorRole } from '../words/roles.ts'

interface Rule {
  /** The levels whose people they mentor. */
  readonly below: readonly Level[]
  /** Places they look after at most. */
  readonly mostSites: number
}

/** An association mentor comes to one hospital; the rest as the programme counts it. */
export const CASCADE: Readonly<Record<MentorRole, Rule>> = {
  association_mentor: { below: ['district_hospital', 'health_centre'], mostSites: 1 },
  district_based_mentor: { below: ['health_centre'], mostSites: 2 },
  health_centre_mentor: { below: ['health_post'], mostSites: 1 },
  // Groups, not villages, are counted for them: a group meets them once a quarter.
  community_mentor: { below: ['village_chw_group'], mostSites: 20 },
}

/** What somebody of a level can become mentor of; nobody mentors from below. */
export function rolesFrom(level: Level | null): MentorRole[] {
  if (level === 'district_hospital') return ['district_based_mentor']
  if (level === 'health_centre') return ['health_centre_mentor', 'community_mentor']
  return []
}

export type SiteAnswer = 'yes' | 'not_their_level' | 'too_many_sites'

/**
 * Whether a mentor may take on people of a place: of the level below theirs, and within their number of places. A place
 * whose level nobody has written down, and the mentor's own, are not held against them.
 */
export function maySite<Site>(
  role: MentorRole,
  site: { id: Site; level: Level | null; own: boolean },
  sites: readonly Site[],
): SiteAnswer {
  const { below, mostSites } = CASCADE[role]
  if (site.own || sites.includes(site.id)) return 'yes'
  if (site.level !== null && !below.includes(site.level)) return 'not_their_level'
  return new Set(sites).size < mostSites ? 'yes' : 'too_many_sites'
}

/** What speaks for somebody as a mentor. */
export interface Merits {
  readonly assigned: number
  readonly validated: number
  /** Points in a hundred, over what was observed last; undefined when nothing was. */
  readonly lastPercent: number | undefined
  /** By how much it has grown since the baselines. */
  readonly growth: number | undefined
}

/** High performing: validated in all that they are assigned. */
export const isCandidate = ({ assigned, validated }: Merits): boolean => assigned > 0 && validated >= assigned

/** The better candidate first. */
export function byMerit(a: Merits, b: Merits): number {
  return (
    b.validated - a.validated ||
    (b.lastPercent ?? 0) - (a.lastPercent ?? 0) ||
    (b.growth ?? 0) - (a.growth ?? 0)
  )
}

/** Below this many mentees nothing is said of a mentor's effect: one person would be recognised, and chance would speak. */
export const LEAST_FOR_EFFECT = 5

/**
 * By how many points in a hundred a mentor's mentees have changed, on average and rounded towards zero; undefined below
 * the minimum number of people. `changes`: one for each mentee with a baseline and a later score.
 */
export function effectOf(changes: readonly number[]): number | undefined {
  if (changes.length < LEAST_FOR_EFFECT) return undefined
  return Math.trunc(changes.reduce((sum, one) => sum + one, 0) / changes.length)
}

export const ORIENTATION_TOPICS = [
  'teaching',
  'leading',
  'ldhf',
  'communication',
  'data',
  'improvement',
  'tools',
] as const

/** What an orientation comes to. Scores are points. */
export interface OrientationFacts {
  readonly available: boolean
  readonly agreed: boolean
  readonly topics: readonly string[]
  readonly theory: { readonly score: number; readonly max: number } | undefined
  readonly practicalOk: boolean | undefined
  /** Percent. */
  readonly bar: number
}

export type Missing = 'available' | 'agreed' | 'topics' | 'theory' | 'practical'

/** What is missing before somebody may mentor; empty when nothing is. */
export function missingForMentor(facts: OrientationFacts): Missing[] {
  const { theory, bar } = facts
  const theoryOk = theory !== undefined && theory.max > 0 && 100 * theory.score >= bar * theory.max
  const gates: readonly (readonly [Missing, boolean])[] = [
    ['available', facts.available],
    ['agreed', facts.agreed],
    ['topics', ORIENTATION_TOPICS.every((topic) => facts.topics.includes(topic))],
    ['theory', theoryOk],
    ['practical', facts.practicalOk === true],
  ]
  return gates.flatMap(([name, passed]) => (passed ? [] : [name]))
}
