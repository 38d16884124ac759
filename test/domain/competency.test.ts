import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type CompetencyRecord,
  type Happening,
  isProper,
  missingLegs,
  NEW_RECORD,
  POST_TEST_AGAIN_DAYS,
  postTestNow,
  recordAfter,
  refreshDueAt,
  STAGES,
  standingAfter,
  STANDINGS,
  type StandingEvent,
} from '../../src/domain/competency.ts'
import { DAY } from '../../src/words/clock.ts'
import type { EvidenceId } from '../../src/words/ids.ts'

const NOW = Date.parse('2026-11-23T08:00:00Z')
const evidence = (id: number): EvidenceId => id as EvidenceId

const happening: fc.Arbitrary<(at: number, id: EvidenceId) => Happening> = fc.oneof(
  fc.constant((at: number, id: EvidenceId): Happening => ({ kind: 'pre_test', evidence: id, at })),
  fc.constant((at: number, id: EvidenceId): Happening => ({ kind: 'coached', evidence: id, at })),
  fc.boolean().map((passed) => (at: number, id: EvidenceId): Happening => ({
    kind: 'post_test',
    evidence: id,
    at,
    passed,
  })),
  fc
    .record({ passed: fc.boolean(), complete: fc.boolean() })
    .map(({ passed, complete }) => (at: number, id: EvidenceId): Happening =>
      // What was not seen enough of is never proper.
      ({ kind: 'observation', evidence: id, at, passed: passed && complete, complete }),
    ),
)

const life = fc
  .array(happening, { maxLength: 40 })
  .map((made) => made.map((make, index) => make(NOW + index * DAY, evidence(index + 1))))

/** The record after each happening, the newest last. */
function lived(happenings: readonly Happening[]): CompetencyRecord[] {
  const records = [NEW_RECORD]
  for (const one of happenings) records.push(recordAfter(records.at(-1) ?? NEW_RECORD, one))
  return records
}

const passing = (kind: 'observation' | 'post_test', id: number, at = NOW): Happening =>
  kind === 'observation'
    ? { kind, evidence: evidence(id), at, passed: true, complete: true }
    : { kind, evidence: evidence(id), at, passed: true }
const failing = (kind: 'observation' | 'post_test', id: number, at = NOW): Happening =>
  ({ ...passing(kind, id, at), passed: false }) as Happening
const coached = (id: number): Happening => ({ kind: 'coached', evidence: evidence(id), at: NOW })

describe('the way to validation', () => {
  it('goes from pre-test by baseline, coaching and reassessment to the post-test and validation', () => {
    const way = lived([
      { kind: 'pre_test', evidence: evidence(1), at: NOW },
      failing('observation', 2),
      coached(3),
      failing('observation', 4),
      coached(5),
      passing('observation', 6),
      failing('post_test', 7),
      passing('post_test', 8),
    ]).map(({ stage, round }) => `${stage} ${round}`)
    expect(way).toEqual([
      'enrolled 0',
      'pre_tested 0',
      'baseline_scored 0',
      'coaching 1',
      'reassessed 1',
      'coaching 2',
      'post_test 2',
      'post_test 2',
      'validated 2',
    ])
  })

  it('validates in either order, and says which leg is missing', () => {
    const [, baseline, knows, both] = lived([
      failing('observation', 1),
      passing('post_test', 2),
      passing('observation', 3),
    ])
    expect(missingLegs(NEW_RECORD)).toEqual(['technique', 'knowledge'])
    expect(missingLegs(baseline ?? NEW_RECORD)).toEqual(['technique', 'knowledge'])
    expect(missingLegs(knows ?? NEW_RECORD)).toEqual(['technique'])
    expect(both).toMatchObject({ stage: 'validated', technique: { evidence: 3 }, knowledge: { evidence: 2 } })
  })

  it('takes a leg away when a newer try before validation does not go well', () => {
    const last = lived([passing('observation', 1), failing('observation', 2), passing('post_test', 3)]).at(-1)
    expect(last).toMatchObject({ stage: 'reassessed', knowledge: { evidence: 3 } })
    expect(last?.technique).toBeUndefined()
  })

  it('leaves a record as it is when too little was seen for a verdict', () => {
    const before = lived([failing('observation', 1)]).at(-1) ?? NEW_RECORD
    const little: Happening = {
      kind: 'observation',
      evidence: evidence(2),
      at: NOW,
      passed: false,
      complete: false,
    }
    expect(recordAfter(before, little)).toEqual(before)
  })
})

describe('in any order of happenings', () => {
  it('nobody is validated but on both legs, each the newest of its kind and passed', () => {
    fc.assert(
      fc.property(life, (happenings) => {
        lived(happenings).forEach((record, count) => {
          const past = happenings.slice(0, count)
          const newest = (kind: string): Happening | undefined =>
            past.findLast((one) => one.kind === kind && !('complete' in one && !one.complete))
          expect(STAGES).toContain(record.stage)
          expect(record.stage === 'validated').toBe(record.validatedAt !== undefined)
          if (record.stage === 'validated') expect(missingLegs(record)).toEqual([])
          const before = lived(past.slice(0, -1)).at(-1)
          if (record.stage === 'validated' && before?.stage !== 'validated') {
            expect(newest('observation')).toMatchObject({
              passed: true,
              evidence: record.technique?.evidence,
            })
            expect(newest('post_test')).toMatchObject({ passed: true, evidence: record.knowledge?.evidence })
          }
        })
      }),
    )
  })

  it('is validated once both newest have passed, and stays so whatever comes', () => {
    fc.assert(
      fc.property(life, life, (before, after) => {
        const both = [...before, passing('observation', 101), passing('post_test', 102)]
        const records = lived([...both, ...after]).slice(both.length)
        expect(records.every(({ stage }) => stage === 'validated')).toBe(true)
        expect(new Set(records.map(({ validatedAt }) => validatedAt)).size).toBe(1)
      }),
    )
  })

  it('never replaces the baseline, and never counts rounds back', () => {
    fc.assert(
      fc.property(life, (happenings) => {
        const records = lived(happenings)
        const first = happenings.find((one) => one.kind === 'observation' && one.complete)?.evidence
        expect(records.at(-1)?.baseline).toBe(first)
        records.forEach(({ round, stage }, index) => {
          expect(round).toBeGreaterThanOrEqual(records[index - 1]?.round ?? 0)
          expect(round - (records[index - 1]?.round ?? 0)).toBeLessThanOrEqual(1)
          if (stage === 'coaching' || stage === 'reassessed') expect(round).toBeGreaterThan(0)
        })
      }),
    )
  })

  it('survives JSON unchanged', () => {
    fc.assert(
      fc.property(life, happening, (happenings, next) => {
        const record = lived(happenings).at(-1) ?? NEW_RECORD
        const thawed = JSON.parse(JSON.stringify(record)) as CompetencyRecord
        const then = next(NOW + 100 * DAY, evidence(999))
        expect(recordAfter(thawed, then)).toEqual(recordAfter(record, then))
      }),
    )
  })
})

describe('isProper', () => {
  const seen = { score: 17, max: 20, bar: 85, criticalMissed: 0, techniqueOk: true, complete: true }

  it('asks for all its gates', () => {
    expect(isProper(seen)).toBe(true)
    expect(isProper({ ...seen, score: 16 })).toBe(false)
    expect(isProper({ ...seen, criticalMissed: 1 })).toBe(false)
    expect(isProper({ ...seen, techniqueOk: false })).toBe(false)
    expect(isProper({ ...seen, complete: false })).toBe(false)
    expect(isProper({ ...seen, score: 0, max: 0 })).toBe(false)
  })

  it.each(Array.from({ length: 60 }, (_, index) => index + 1))(
    'puts the bar of 85 %% right at %i items',
    (max) => {
      const least = Math.ceil((85 * max) / 100)
      for (let score = 0; score <= max; score++)
        expect(isProper({ ...seen, score, max })).toBe(score >= least)
    },
  )
})

describe('an old validation', () => {
  const validated =
    lived([passing('observation', 1), passing('post_test', 2, NOW + 10 * DAY)]).at(-1) ?? NEW_RECORD

  it('is due for refresh by its older leg, and stays a validation', () => {
    expect(refreshDueAt(validated, 365)).toBe(NOW + 365 * DAY)
    const renewed = recordAfter(validated, passing('observation', 3, NOW + 300 * DAY))
    expect(refreshDueAt(renewed, 365)).toBe(NOW + 375 * DAY)
    expect(refreshDueAt(NEW_RECORD, 365)).toBeUndefined()
  })

  it('is due at once when a later try does not go well, until one does', () => {
    const doubted = recordAfter(validated, failing('observation', 3, NOW + 50 * DAY))
    expect(doubted.stage).toBe('validated')
    expect(refreshDueAt(doubted, 365)).toBe(NOW + 50 * DAY)
    const again = recordAfter(doubted, passing('observation', 4, NOW + 60 * DAY))
    expect(refreshDueAt(again, 365)).toBe(NOW + 375 * DAY)
  })
})

describe('a post-test', () => {
  const about = { now: NOW, lastAt: undefined, shelfLife: 365 }

  it('begins only after a baseline, and some days after the last one', () => {
    expect(postTestNow(NEW_RECORD, about)).toEqual({ may: 'baseline_first' })
    const scored = recordAfter(NEW_RECORD, failing('observation', 1))
    expect(postTestNow(scored, about)).toEqual({ may: 'begin' })
    expect(postTestNow(scored, { ...about, lastAt: NOW - DAY })).toEqual({
      may: 'wait',
      until: NOW + (POST_TEST_AGAIN_DAYS - 1) * DAY,
    })
    expect(postTestNow(scored, { ...about, lastAt: NOW - POST_TEST_AGAIN_DAYS * DAY })).toEqual({
      may: 'begin',
    })
  })

  it('that has been passed is taken again only when it is due for refresh', () => {
    const knows = lived([failing('observation', 1), passing('post_test', 2)]).at(-1) ?? NEW_RECORD
    expect(postTestNow(knows, { ...about, now: NOW + 364 * DAY })).toEqual({ may: 'passed_already' })
    expect(postTestNow(knows, { ...about, now: NOW + 365 * DAY })).toEqual({ may: 'begin' })
  })
})

it('whoever is away, transferred or gone comes back only by what brings them back', () => {
  const events: StandingEvent[] = ['paused', 'resumed', 'transferred', 'paired', 'left', 'returned']
  const table = STANDINGS.map((standing) => [
    standing,
    ...events.map((event) => standingAfter(standing, event)),
  ])
  expect(table).toEqual([
    ['active', 'paused', 'active', 'transferred', 'active', 'left', 'active'],
    ['paused', 'paused', 'active', 'transferred', 'paused', 'left', 'paused'],
    ['transferred', 'paused', 'transferred', 'transferred', 'active', 'left', 'transferred'],
    ['left', 'left', 'left', 'left', 'left', 'left', 'transferred'],
  ])
})

describe('a test judged anew', () => {
  const anew = (id: number, passed: boolean, newest = true): Happening => ({
    kind: 'rescored',
    evidence: evidence(id),
    takenAt: NOW,
    at: NOW + 9 * DAY,
    passed,
    newest,
  })
  const after = (...happenings: readonly Happening[]): CompetencyRecord =>
    lived(happenings).at(-1) ?? NEW_RECORD

  it('validates today whose other leg stands, by the test of then', () => {
    const record = after(passing('observation', 1), failing('post_test', 2), anew(2, true))
    expect(record).toMatchObject({
      stage: 'validated',
      validatedAt: NOW + 9 * DAY,
      knowledge: { evidence: evidence(2), at: NOW },
    })
  })

  it('takes the leg of who is not validated, and only puts it in doubt for who is', () => {
    expect(after(passing('post_test', 1), anew(1, false)).knowledge).toBeUndefined()
    const validated = after(passing('observation', 1), passing('post_test', 2), anew(2, false))
    expect(validated).toMatchObject({ stage: 'validated', validatedAt: NOW })
    expect(validated.knowledge).toEqual({ evidence: evidence(2), at: NOW, doubtedAt: NOW + 9 * DAY })
    expect(refreshDueAt(validated, 365)).toBe(NOW + 9 * DAY)
  })

  it('clears the doubt that a failed test had raised', () => {
    const doubted = [passing('observation', 1), passing('post_test', 2), failing('post_test', 3)]
    expect(after(...doubted).knowledge?.doubtedAt).toBe(NOW)
    expect(after(...doubted, anew(3, true)).knowledge).toEqual({ evidence: evidence(3), at: NOW })
  })

  it('changes nothing where a newer test decides', () => {
    const newer = [failing('post_test', 1), passing('post_test', 2)]
    expect(after(...newer, anew(1, true, false))).toEqual(after(...newer))
    expect(after(...newer, anew(1, false, false))).toEqual(after(...newer))
    const failed = [passing('post_test', 1), failing('post_test', 2)]
    expect(after(...failed, anew(1, true, false))).toEqual(after(...failed))
  })

  it('takes no validation away, whatever came before', () => {
    fc.assert(
      fc.property(life, fc.boolean(), fc.boolean(), (happenings, passed, newest) => {
        const before = after(...happenings)
        const again = recordAfter(before, anew(happenings.length, passed, newest))
        if (before.stage === 'validated') expect(again.validatedAt).toBe(before.validatedAt)
        expect(again.stage === 'validated').toBe(again.validatedAt !== undefined)
      }),
    )
  })
})
