// What somebody has shown, an observation or the result of a test, is kept as evidence and moves their record, in the
// running transaction. The record is locked: two mentors who score the same mentee at once take turns, and nothing is lost.
import {
  type CompetencyRecord,
  type Happening,
  isProper,
  NEW_RECORD,
  recordAfter,
} from '../domain/competency.ts'
import {
  addEvidence,
  type Evidence,
  evidenceOf,
  keepRecords,
  type KeptRecord,
  lockRecords,
  newEvidenceIds,
  type TestEvidence,
} from '../store/competency-records.ts'
import type { Db } from '../store/db.ts'
import type { Instant } from '../words/clock.ts'
import type { AttemptId, EvidenceId, PersonId } from '../words/ids.ts'

interface About {
  readonly personId: PersonId
  readonly competency: string
}

/** What has been shown. Scores are points of `max`; `bar` is the percentage that was to be reached, kept with them. */
export type Shown = About &
  (
    | {
        readonly kind: 'pre_test' | 'post_test'
        readonly attempt: AttemptId
        readonly score: number
        readonly max: number
        readonly bar: number
        readonly criticalMissed: number
        readonly passed: boolean
      }
    | {
        readonly kind: 'observation'
        /** The row of the observation, whatever table it is in; each counts once. */
        readonly observation: number
        readonly observerId: PersonId
        readonly score: number
        readonly max: number
        readonly bar: number
        /** Critical steps not done properly, or not seen. */
        readonly criticalMissed: number
        /** The observer's own judgement. */
        readonly techniqueOk: boolean
        /** Enough was seen for a verdict. */
        readonly complete: boolean
      }
    | { readonly kind: 'coached'; readonly observerId: PersonId }
    | {
        /** A post-test judged anew. */
        readonly kind: 'rescored'
        readonly attempt: AttemptId
        readonly test: TestEvidence
        readonly score: number
        readonly max: number
        readonly bar: number
        readonly criticalMissed: number
        readonly passed: boolean
      }
  )

/** What it came to. */
export interface Moved {
  readonly shown: Shown
  readonly evidence: EvidenceId
  readonly before: CompetencyRecord
  readonly after: CompetencyRecord
  /** The verdict: the test passed, the technique proper. */
  readonly passed: boolean
  /** Both legs stand since this one. */
  readonly validated: boolean
}

/**
 * Keeps evidence and moves the records it is about, in the order given. May be called with any number at once; the
 * number of statements does not grow with it.
 */
export async function recordEvidence(db: Db, now: Instant, shown: readonly Shown[]): Promise<Moved[]> {
  if (shown.length === 0) return []
  const records = new Map(
    (await lockRecords(db, shown, now)).map((record) => [keyOf(record), record] as const),
  )
  const ids = await newEvidenceIds(db, shown.length)
  const moved = shown.map((one, index): Moved => {
    const evidence = ids[index] as EvidenceId
    const before = records.get(keyOf(one)) ?? NEW_RECORD
    const happening = happeningOf(one, evidence, now)
    const after = recordAfter(before, happening)
    const { personId, competency } = one
    records.set(keyOf(one), { ...after, personId, competency, changedAt: now })
    const passed = 'passed' in happening && happening.passed
    const validated = before.stage !== 'validated' && after.stage === 'validated'
    return { shown: one, evidence, before, after, passed, validated }
  })
  await addEvidence(
    db,
    moved.map((one) => evidenceIn(one, now)),
  )
  await keepRecords(db, [...records.values()])
  return moved
}

/** Works a person's records out anew from all their evidence: two records of one person have become one. */
export async function rebuildRecords(db: Db, person: PersonId, now: Instant): Promise<void> {
  const records = new Map<string, CompetencyRecord>()
  const tests = new Map<number, { evidence: EvidenceId; takenAt: Instant; competency: string }>()
  const newest = new Map<string, EvidenceId>()
  for (const one of await evidenceOf(db, person)) {
    const { kind, id: evidence, at, competency, passed = false, complete = false, source = 0 } = one
    if (kind === 'post_test') {
      tests.set(source, { evidence, takenAt: at, competency })
      newest.set(competency, evidence)
    }
    const test = tests.get(source)
    const happening: Happening | undefined =
      kind !== 'rescored'
        ? { kind, evidence, at, passed, complete }
        : test && { kind, ...test, at, passed, newest: newest.get(competency) === test.evidence }
    if (happening) records.set(competency, recordAfter(records.get(competency) ?? NEW_RECORD, happening))
  }
  const kept = [...records].map(([competency, record]) => ({
    ...record,
    personId: person,
    competency,
    changedAt: now,
  }))
  await lockRecords(db, kept, now)
  await keepRecords(db, kept)
}

const keyOf = ({ personId, competency }: Pick<KeptRecord, 'personId' | 'competency'>): string =>
  `${personId} ${competency}`

function happeningOf(shown: Shown, evidence: EvidenceId, at: Instant): Happening {
  switch (shown.kind) {
    case 'pre_test':
    case 'coached':
      return { kind: shown.kind, evidence, at }
    case 'post_test':
      return { kind: 'post_test', evidence, at, passed: shown.passed }
    case 'rescored': {
      const { test, passed } = shown
      return { kind: 'rescored', evidence: test.id, takenAt: test.at, newest: test.newest, at, passed }
    }
    case 'observation':
      return { kind: 'observation', evidence, at, passed: isProper(shown), complete: shown.complete }
  }
}

function evidenceIn({ shown, evidence, after, passed }: Moved, at: Instant): Evidence {
  const scored = shown.kind === 'coached' ? undefined : shown
  const seen = shown.kind === 'observation' ? shown : undefined
  return {
    id: evidence,
    personId: shown.personId,
    competency: shown.competency,
    kind: shown.kind,
    source: 'attempt' in shown ? shown.attempt : seen?.observation,
    observerId: 'observerId' in shown ? shown.observerId : undefined,
    score: scored?.score,
    max: scored?.max,
    bar: scored?.bar,
    criticalMissed: scored?.criticalMissed,
    techniqueOk: seen?.techniqueOk,
    complete: seen?.complete,
    passed: shown.kind === 'coached' ? undefined : 'passed' in shown ? shown.passed : passed,
    stage: after.stage,
    round: after.round,
    at,
  }
}
