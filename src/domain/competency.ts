// One person's way in one competency, from the first test to validation: a pure machine that knows what to do with
// every happening at every stage. Validated is who has been seen doing it properly AND has passed the post-test; each
// of the two legs keeps the evidence it rests on.
import { DAY, type Instant } from '../words/clock.ts'
import type { EvidenceId } from '../words/ids.ts'
import { reachesBar } from './assessment.ts'

/**
 * - `enrolled`: nothing is known yet. `pre_tested`: the first test is done.
 * - `baseline_scored`: observed for the first time. `coaching`: being coached, for the nth time.
 * - `reassessed`: observed again, and not there yet.
 * - `post_test`: seen doing it properly; the post-test is left. `validated`: both legs stand.
 */
export const STAGES = [
  'enrolled',
  'pre_tested',
  'baseline_scored',
  'coaching',
  'reassessed',
  'post_test',
  'validated',
] as const

export type Stage = (typeof STAGES)[number]

/** Whether somebody takes part now. `transferred`: at a new place, where nobody mentors them yet. */
export const STANDINGS = ['active', 'paused', 'transferred', 'left'] as const

export type Standing = (typeof STANDINGS)[number]

export const LEGS = ['technique', 'knowledge'] as const

export type LegName = (typeof LEGS)[number]

/** What one half of a validation rests on. */
export interface Leg {
  readonly evidence: EvidenceId
  readonly at: Instant
  /** After validation a later try did not go well: it is worth refreshing, and stays valid. */
  readonly doubtedAt?: Instant | undefined
}

export interface CompetencyRecord {
  readonly stage: Stage
  /** How often they have been coached: the n of coaching(n) and reassessed(n). */
  readonly round: number
  readonly technique?: Leg | undefined
  readonly knowledge?: Leg | undefined
  readonly validatedAt?: Instant | undefined
  /** The first complete observation; it is never replaced. */
  readonly baseline?: EvidenceId | undefined
}

export const NEW_RECORD: CompetencyRecord = { stage: 'enrolled', round: 0 }

/** What can happen to a record. `evidence` is where it is kept. */
export type Happening =
  | { readonly kind: 'pre_test'; readonly evidence: EvidenceId; readonly at: Instant }
  | {
      readonly kind: 'observation'
      readonly evidence: EvidenceId
      readonly at: Instant
      /** All three gates passed: see `isProper`. */
      readonly passed: boolean
      /** Enough was seen for a verdict. */
      readonly complete: boolean
    }
  | { readonly kind: 'coached'; readonly evidence: EvidenceId; readonly at: Instant }
  | {
      readonly kind: 'post_test'
      readonly evidence: EvidenceId
      readonly at: Instant
      readonly passed: boolean
    }
  | {
      /** A post-test is judged anew: a question of it was withdrawn, or its key corrected. */
      readonly kind: 'rescored'
      /** The evidence of the test itself, and when it was taken. */
      readonly evidence: EvidenceId
      readonly takenAt: Instant
      readonly at: Instant
      readonly passed: boolean
      /** No other post-test was taken since. */
      readonly newest: boolean
    }

/** What an observation comes to before it is judged. */
export interface Observed {
  readonly score: number
  readonly max: number
  readonly bar: number
  /** Critical steps not done properly, or not seen. */
  readonly criticalMissed: number
  /** The observer's own judgement. */
  readonly techniqueOk: boolean
  readonly complete: boolean
}

/** Whether the technique was performed properly: seen enough of, the bar reached, no critical step missed, and the observer says so. */
export function isProper({ score, max, bar, criticalMissed, techniqueOk, complete }: Observed): boolean {
  return complete && max > 0 && reachesBar(score, max, bar) && criticalMissed === 0 && techniqueOk
}

/** The record after something has happened. Total: there is an answer for every happening at every stage. */
export function recordAfter(record: CompetencyRecord, happening: Happening): CompetencyRecord {
  switch (happening.kind) {
    case 'pre_test':
      return record.stage === 'enrolled' ? { ...record, stage: 'pre_tested' } : record
    case 'observation':
      return happening.complete ? observed(record, happening) : record
    case 'coached':
      return coached(record)
    case 'post_test':
      return judged(withLeg(record, 'knowledge', happening), happening.at)
    case 'rescored':
      return rescored(record, happening)
  }
}

/** As if the test had been judged so when it was taken; only a validation that follows from it is of today. */
function rescored(
  record: CompetencyRecord,
  { evidence, takenAt, at, passed, newest }: Happening & { kind: 'rescored' },
): CompetencyRecord {
  // The newest try decides: what an older one comes to now changes nothing.
  if (passed)
    return newest ? judged(withLeg(record, 'knowledge', { evidence, at: takenAt, passed }), at) : record
  return record.knowledge?.evidence === evidence
    ? withLeg(record, 'knowledge', { evidence, at, passed })
    : record
}

function observed(
  record: CompetencyRecord,
  happening: Happening & { kind: 'observation' },
): CompetencyRecord {
  const first = record.baseline === undefined
  const seen = withLeg(first ? { ...record, baseline: happening.evidence } : record, 'technique', happening)
  if (record.stage === 'validated') return seen
  if (happening.passed) return judged({ ...seen, stage: 'post_test' }, happening.at)
  if (first) return { ...seen, stage: 'baseline_scored' }
  // Whoever is observed again has been coached in between, whether somebody noted it or not.
  const round = record.stage === 'coaching' ? record.round : record.round + 1
  return { ...seen, stage: 'reassessed', round }
}

function coached(record: CompetencyRecord): CompetencyRecord {
  // Before the baseline there is nothing to coach from; after validation it is kept and changes nothing.
  return record.stage === 'baseline_scored' || record.stage === 'reassessed'
    ? { ...record, stage: 'coaching', round: record.round + 1 }
    : record
}

/** A leg stands on the newest evidence: passing sets it; not passing takes it away, or puts it in doubt once validated. */
function withLeg(
  record: CompetencyRecord,
  leg: LegName,
  { evidence, at, passed }: { evidence: EvidenceId; at: Instant; passed: boolean },
): CompetencyRecord {
  if (passed) return { ...record, [leg]: { evidence, at } }
  const standing = record[leg]
  if (record.stage !== 'validated' || !standing) return { ...record, [leg]: undefined }
  return { ...record, [leg]: { ...standing, doubtedAt: standing.doubtedAt ?? at } }
}

/** Validated as soon as both legs stand, in whichever order they came; once validated, always. */
function judged(record: CompetencyRecord, at: Instant): CompetencyRecord {
  if (record.stage === 'validated' || !record.technique || !record.knowledge) return record
  return { ...record, stage: 'validated', validatedAt: at }
}

/** The legs that are missing for a validation, in the order they are usually earned. */
export function missingLegs(record: CompetencyRecord): LegName[] {
  return LEGS.filter((leg) => record[leg] === undefined)
}

/**
 * When a validation is due for refresh: when its older leg is `shelfLife` days old, or as soon as a later try did not
 * go well. Undefined for who is not validated. It never ends the validation.
 */
export function refreshDueAt(record: CompetencyRecord, shelfLife: number): Instant | undefined {
  if (record.stage !== 'validated') return undefined
  return Math.min(...LEGS.map((leg) => legDueAt(record, leg, shelfLife)))
}

/** The legs of a validation that are due for refresh now; both have to be fresh again. */
export const staleLegs = (record: CompetencyRecord, about: { shelfLife: number; now: Instant }): LegName[] =>
  record.stage === 'validated'
    ? LEGS.filter((leg) => legDueAt(record, leg, about.shelfLife) <= about.now)
    : []

function legDueAt(record: CompetencyRecord, leg: LegName, shelfLife: number): Instant {
  const standing = record[leg]
  return standing ? (standing.doubtedAt ?? standing.at + shelfLife * DAY) : Number.POSITIVE_INFINITY
}

/** Days between two post-tests of one competency: answers are explained at once, and remembered for some days. */
export const POST_TEST_AGAIN_DAYS = 7

/** Whether somebody may begin a post-test now, or what stands in the way. */
export type PostTest =
  | { readonly may: 'begin' }
  /** Not before an observer has scored a baseline: a *post*-test comes after mentorship has begun. */
  | { readonly may: 'baseline_first' }
  | { readonly may: 'wait'; readonly until: Instant }
  /** The leg stands and is fresh. */
  | { readonly may: 'passed_already' }

export function postTestNow(
  record: CompetencyRecord,
  about: { now: Instant; lastAt: Instant | undefined; shelfLife: number },
): PostTest {
  const { now, lastAt, shelfLife } = about
  if (record.baseline === undefined) return { may: 'baseline_first' }
  const { knowledge } = record
  if (knowledge && (knowledge.doubtedAt ?? knowledge.at + shelfLife * DAY) > now)
    return { may: 'passed_already' }
  const until = lastAt === undefined ? now : lastAt + POST_TEST_AGAIN_DAYS * DAY
  return until > now ? { may: 'wait', until } : { may: 'begin' }
}

/** `resumed_alone`: back, and the mentor they had before stayed behind at another place. */
export type StandingEvent =
  'paused' | 'resumed' | 'resumed_alone' | 'transferred' | 'paired' | 'left' | 'returned'

/** Whether somebody takes part after this: who has left comes back only by returning; the record waits unchanged. */
export function standingAfter(standing: Standing, event: StandingEvent): Standing {
  if (standing === 'left') return event === 'returned' ? 'transferred' : 'left'
  switch (event) {
    case 'paused':
      return 'paused'
    case 'left':
      return 'left'
    case 'transferred':
      return 'transferred'
    case 'paired':
      return standing === 'transferred' ? 'active' : standing
    case 'resumed':
      return standing === 'paused' ? 'active' : standing
    case 'resumed_alone':
      return standing === 'paused' ? 'transferred' : standing
    case 'returned':
      return standing
  }
}
