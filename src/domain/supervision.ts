// The tool of a joint supervision visit: its domains in the order they are looked at, and what their scores come to.
// Composed from the programme's description and the mentoring and supervision tools of others; a draft.
export const SUPERVISION_DOMAINS = [
  'actions',
  'plan',
  'file',
  'at_work',
  'interview',
  'data',
  'readiness',
  'guidelines',
  'improvement',
  'management',
  'challenges',
] as const

export type SupervisionDomain = (typeof SUPERVISION_DOMAINS)[number]

/** 0 not met, 1 in part, 2 met; undefined where it could not be seen. */
export type SupervisionScore = number | undefined

const FULL = 2

export interface Supervised {
  readonly domain: SupervisionDomain
  readonly score: SupervisionScore
}

/** Points of what was seen, of so many; what nobody could see is in neither. */
export function supervisionTally(scored: readonly Supervised[]): { score: number; max: number } {
  const seen = scored.flatMap(({ score }) => (score === undefined ? [] : [score]))
  return { score: seen.reduce((sum, one) => sum + one, 0), max: seen.length * FULL }
}

/** The domains that were not fully met, the weakest first, in the tool's order. */
export const weakDomains = (scored: readonly Supervised[]): SupervisionDomain[] =>
  scored
    .filter(({ score }) => score !== undefined && score < FULL)
    .toSorted((a, b) => (a.score ?? 0) - (b.score ?? 0))
    .map(({ domain }) => domain)

/** The first domain that is neither scored nor said not to be seen; undefined when the tool is full. */
export const nextDomain = (scored: readonly Supervised[]): SupervisionDomain | undefined =>
  SUPERVISION_DOMAINS.find((domain) => !scored.some((one) => one.domain === domain))
