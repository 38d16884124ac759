// The cascade: who mentors whom below them, how many places one mentor looks after, and who may become one.
import type { Level, MentorRole } from '../words/roles.ts'

interface Rule {
  /** The levels whose people they mentor. */
  readonly below: readonly Level[]
  /** Health centres that have been upgraded, too. */
  readonly upgraded?: boolean
  /** Places they look after at most. */
  readonly mostSites: number
}

/** An association mentor comes to one hospital, or to an upgraded health centre; the rest as the programme counts it. */
export const CASCADE: Readonly<Record<MentorRole, Rule>> = {
  association_mentor: { below: ['district_hospital'], upgraded: true, mostSites: 1 },
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
  site: { id: Site; level: Level | null; own: boolean; upgraded?: boolean },
  sites: readonly Site[],
): SiteAnswer {
  const { below, upgraded = false, mostSites } = CASCADE[role]
  if (site.own || sites.includes(site.id)) return 'yes'
  const fits = site.level === null || below.includes(site.level) || (upgraded && site.upgraded === true)
  if (!fits) return 'not_their_level'
  return new Set(sites).size < mostSites ? 'yes' : 'too_many_sites'
}

/** What speaks for somebody as a mentor. */
export interface Merits {
  readonly assigned: number
  readonly validated: number
  /** The technical areas in which they are validated in all that they are assigned. */
  readonly areas: readonly string[]
  /** Points in a hundred, over what was observed last; undefined when nothing was. */
  readonly lastPercent: number | undefined
  /** By how much it has grown since the baselines. */
  readonly growth: number | undefined
}

/** A nurse or midwife of a health centre mentors community health workers in what they are validated in themselves. */
const COMMUNITY_AREAS: readonly string[] = ['mnh', 'neonatal', 'fp', 'imci']

/**
 * What somebody may be proposed for by what they have shown. High performing is who is validated in all that they are
 * assigned; for community health workers all of one of the areas is enough, which is what they will mentor in.
 */
export function candidateFor(level: Level | null, merits: Merits): MentorRole[] {
  const all = merits.assigned > 0 && merits.validated >= merits.assigned
  return rolesFrom(level).filter(
    (role) =>
      all || (role === 'community_mentor' && merits.areas.some((area) => COMMUNITY_AREAS.includes(area))),
  )
}

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

/** On what a proposal rests: validated here; trained and a peer mentor before; a health officer of the community. */
export const GROUNDS = ['validated', 'peer', 'ceho'] as const

export type Ground = (typeof GROUNDS)[number]

/** What mentors are selected by, each confirmed by a supervisor. */
export const CRITERIA = [
  'qualified',
  'standards',
  'experience',
  'leadership',
  'communicates',
  'numbers',
] as const

interface Points {
  readonly score: number
  readonly max: number
}

/** What an orientation comes to. Scores are points. */
export interface OrientationFacts {
  /** Undefined: the roster brought them. */
  readonly ground: Ground | undefined
  readonly criteria: readonly string[]
  readonly available: boolean
  readonly agreed: boolean
  readonly topics: readonly string[]
  readonly theory: Points | undefined
  readonly practical: Points | undefined
  /** Percent. */
  readonly bar: number
}

export type Missing = 'available' | 'agreed' | 'criteria' | 'topics' | 'theory' | 'practical'

/** What is missing before somebody may mentor; empty when nothing is. */
export function missingForMentor(facts: OrientationFacts): Missing[] {
  const { theory, practical, bar } = facts
  const gates: readonly (readonly [Missing, boolean])[] = [
    ['available', facts.available],
    ['agreed', facts.agreed],
    ['criteria', CRITERIA.every((criterion) => facts.criteria.includes(criterion))],
    ['topics', ORIENTATION_TOPICS.every((topic) => facts.topics.includes(topic))],
    ['theory', reaches(theory, bar)],
    ['practical', reaches(practical, bar)],
  ]
  return gates.flatMap(([name, passed]) => (passed ? [] : [name]))
}

/** In integers; a rounded percentage never decides. */
export const reaches = (points: Points | undefined, bar: number): boolean =>
  points !== undefined && points.max > 0 && 100 * points.score >= bar * points.max

/** The better of two who have been evaluated first: both parts count the same. */
export function byEvaluation(
  a: Pick<OrientationFacts, 'theory' | 'practical'>,
  b: Pick<OrientationFacts, 'theory' | 'practical'>,
): number {
  return shareOf(b.theory) + shareOf(b.practical) - shareOf(a.theory) - shareOf(a.practical)
}

const shareOf = (points: Points | undefined): number =>
  points === undefined || points.max === 0 ? 0 : points.score / points.max
