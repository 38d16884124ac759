// How far people have come in each competency, and the evidence it rests on.
import { z } from 'zod'
import { type CompetencyRecord, type Leg, type Stage, STAGES } from '../domain/competency.ts'
import type { Instant } from '../words/clock.ts'
import type { AttemptId, EvidenceId, PersonId } from '../words/ids.ts'
import { maybe } from './maybe.ts'
import type { Db } from './db.ts'

export const EVIDENCE_KINDS = ['pre_test', 'observation', 'post_test', 'coached', 'rescored'] as const

export type EvidenceKind = (typeof EVIDENCE_KINDS)[number]

/** What somebody has shown, as it is kept. Scores are points of `max`; `bar` is a percentage. */
export interface Evidence {
  readonly id: EvidenceId
  readonly personId: PersonId
  readonly competency: string
  readonly kind: EvidenceKind
  /** The attempt of a test, also of one judged anew; the observation of a checklist. */
  readonly source: number | undefined
  readonly observerId: PersonId | undefined
  readonly score: number | undefined
  readonly max: number | undefined
  readonly bar: number | undefined
  readonly criticalMissed: number | undefined
  readonly techniqueOk: boolean | undefined
  readonly complete: boolean | undefined
  readonly passed: boolean | undefined
  /** What it led to. */
  readonly stage: Stage
  readonly round: number
  readonly at: Instant
}

/** A record with whose it is. */
export interface KeptRecord extends CompetencyRecord {
  readonly personId: PersonId
  readonly competency: string
  readonly changedAt: Instant
}

const recordRow = z.object({
  person_id: z.int(),
  competency: z.string(),
  stage: z.enum(STAGES),
  round: z.int(),
  technique_evidence: maybe(z.int()),
  technique_at: maybe(z.number()),
  technique_doubted_at: maybe(z.number()),
  knowledge_evidence: maybe(z.int()),
  knowledge_at: maybe(z.number()),
  knowledge_doubted_at: maybe(z.number()),
  validated_at: maybe(z.number()),
  baseline_evidence: maybe(z.int()),
  changed_at: z.number(),
})

const RECORD = `select person_id, competency, stage, round, technique_evidence, technique_at, technique_doubted_at,
  knowledge_evidence, knowledge_at, knowledge_doubted_at, validated_at, baseline_evidence, changed_at from competency_record`

function legOf(
  evidence: number | undefined,
  at: number | undefined,
  doubtedAt: number | undefined,
): Leg | undefined {
  if (evidence === undefined || at === undefined) return undefined
  return { evidence: evidence as EvidenceId, at, doubtedAt }
}

function recordOf(row: unknown): KeptRecord {
  const kept = recordRow.parse(row)
  return {
    personId: kept.person_id as PersonId,
    competency: kept.competency,
    stage: kept.stage,
    round: kept.round,
    technique: legOf(kept.technique_evidence, kept.technique_at, kept.technique_doubted_at),
    knowledge: legOf(kept.knowledge_evidence, kept.knowledge_at, kept.knowledge_doubted_at),
    validatedAt: kept.validated_at,
    baseline: kept.baseline_evidence as EvidenceId | undefined,
    changedAt: kept.changed_at,
  }
}

/** Everything a person has begun, by competency. */
export async function recordsOf(db: Db, person: PersonId): Promise<KeptRecord[]> {
  return (await db.query(`${RECORD} where person_id = $1 order by competency`, [person])).map(recordOf)
}

/** Whose record, of which competency. */
export interface RecordKey {
  readonly personId: PersonId
  readonly competency: string
}

/** Locks records until the transaction ends, made where there are none: whoever else has evidence waits its turn. */
export async function lockRecords(db: Db, keys: readonly RecordKey[], now: Instant): Promise<KeptRecord[]> {
  const columns = [keys.map(({ personId }) => personId), keys.map(({ competency }) => competency)]
  // In one order by everybody, so that two who score the same people wait for one another in a line.
  await db.query(
    `insert into competency_record (person_id, competency, changed_at)
     select distinct p, c, to_timestamp($3::float8 / 1000) from unnest($1::bigint[], $2::text[]) k(p, c) order by p, c
     on conflict do nothing`,
    [...columns, now],
  )
  const rows = await db.query(
    `${RECORD} where (person_id, competency) in (select * from unnest($1::bigint[], $2::text[]))
     order by person_id, competency for update`,
    columns,
  )
  return rows.map(recordOf)
}

/** Ids for evidence that is about to be kept. */
export async function newEvidenceIds(db: Db, count: number): Promise<EvidenceId[]> {
  const rows = await db.query(
    `select nextval(pg_get_serial_sequence('evidence', 'id')) id from generate_series(1, $1)`,
    [count],
  )
  return rows.map((row) => z.object({ id: z.int() }).parse(row).id as EvidenceId)
}

/** Keeps evidence; where the person works now is noted with it. */
export async function addEvidence(db: Db, evidence: readonly Evidence[]): Promise<void> {
  const rows = evidence.map((one) => ({
    id: one.id,
    person_id: one.personId,
    competency: one.competency,
    kind: one.kind,
    source: one.source ?? null,
    observer_id: one.observerId ?? null,
    score: one.score ?? null,
    max: one.max ?? null,
    bar: one.bar ?? null,
    critical_missed: one.criticalMissed ?? null,
    technique_ok: one.techniqueOk ?? null,
    complete: one.complete ?? null,
    passed: one.passed ?? null,
    stage: one.stage,
    round: one.round,
    at: one.at,
  }))
  await db.query(
    `insert into evidence (id, person_id, competency, kind, source, observer_id, facility_id, score, max, bar,
       critical_missed, technique_ok, complete, passed, stage, round, at)
     overriding system value
     select e.id, e.person_id, e.competency, e.kind, e.source, e.observer_id, p.facility_id, e.score, e.max, e.bar,
       e.critical_missed, e.technique_ok, e.complete, e.passed, e.stage, e.round, to_timestamp(e.at / 1000.0)
     from json_to_recordset($1) as e(id bigint, person_id bigint, competency text, kind text, source bigint,
       observer_id bigint, score smallint, max smallint, bar smallint, critical_missed smallint, technique_ok boolean,
       complete boolean, passed boolean, stage text, round smallint, at double precision)
     join person p on p.id = e.person_id`,
    [JSON.stringify(rows)],
  )
}

/** Keeps records as they now stand; they are locked. */
export async function keepRecords(db: Db, records: readonly KeptRecord[]): Promise<void> {
  const rows = records.map((record) => ({
    person_id: record.personId,
    competency: record.competency,
    stage: record.stage,
    round: record.round,
    technique_evidence: record.technique?.evidence ?? null,
    technique_at: record.technique?.at ?? null,
    technique_doubted_at: record.technique?.doubtedAt ?? null,
    knowledge_evidence: record.knowledge?.evidence ?? null,
    knowledge_at: record.knowledge?.at ?? null,
    knowledge_doubted_at: record.knowledge?.doubtedAt ?? null,
    validated_at: record.validatedAt ?? null,
    baseline_evidence: record.baseline ?? null,
    changed_at: record.changedAt,
  }))
  const at = (name: string): string => `${name} = to_timestamp(x.${name} / 1000.0)`
  await db.query(
    `update competency_record r set stage = x.stage, round = x.round,
       technique_evidence = x.technique_evidence, ${at('technique_at')}, ${at('technique_doubted_at')},
       knowledge_evidence = x.knowledge_evidence, ${at('knowledge_at')}, ${at('knowledge_doubted_at')},
       ${at('validated_at')}, baseline_evidence = x.baseline_evidence, ${at('changed_at')}
     from json_to_recordset($1) as x(person_id bigint, competency text, stage text, round smallint,
       technique_evidence bigint, technique_at double precision, technique_doubted_at double precision,
       knowledge_evidence bigint, knowledge_at double precision, knowledge_doubted_at double precision,
       validated_at double precision, baseline_evidence bigint, changed_at double precision)
     where r.person_id = x.person_id and r.competency = x.competency`,
    [JSON.stringify(rows)],
  )
}

const evidenceRow = z.object({
  id: z.int(),
  person_id: z.int(),
  competency: z.string(),
  kind: z.enum(EVIDENCE_KINDS),
  source: maybe(z.int()),
  observer_id: maybe(z.int()),
  score: maybe(z.int()),
  max: maybe(z.int()),
  bar: maybe(z.int()),
  critical_missed: maybe(z.int()),
  technique_ok: maybe(z.boolean()),
  complete: maybe(z.boolean()),
  passed: maybe(z.boolean()),
  stage: z.enum(STAGES),
  round: z.int(),
  at: z.number(),
})

/** All that a person has shown, of one competency or of all, the oldest first. */
export async function evidenceOf(db: Db, person: PersonId, competency?: string): Promise<Evidence[]> {
  const rows = await db.query(
    `select id, person_id, competency, kind, source, observer_id, score, max, bar, critical_missed, technique_ok, complete,
       passed, stage, round, at from evidence
     where person_id = $1 and ($2::text is null or competency = $2) order by at, id`,
    [person, competency ?? null],
  )
  return rows.map((row) => {
    const kept = evidenceRow.parse(row)
    return {
      id: kept.id as EvidenceId,
      personId: kept.person_id as PersonId,
      competency: kept.competency,
      kind: kept.kind,
      source: kept.source,
      observerId: kept.observer_id as PersonId | undefined,
      score: kept.score,
      max: kept.max,
      bar: kept.bar,
      criticalMissed: kept.critical_missed,
      techniqueOk: kept.technique_ok,
      complete: kept.complete,
      passed: kept.passed,
      stage: kept.stage,
      round: kept.round,
      at: kept.at,
    }
  })
}

/** The competency some evidence is about. */
export async function competencyOfEvidence(db: Db, id: EvidenceId): Promise<string | undefined> {
  const [row] = await db.query('select competency from evidence where id = $1', [id])
  return row ? z.object({ competency: z.string() }).parse(row).competency : undefined
}

const testRow = z.object({ id: z.int(), source: z.int(), at: z.number(), newest: z.boolean() })

/** The evidence that a post-test is. */
export interface TestEvidence {
  readonly id: EvidenceId
  readonly at: Instant
  /** No other post-test of this person and competency was taken since. */
  readonly newest: boolean
}

/** The evidence of post-tests, by attempt. */
export async function testEvidence(
  db: Db,
  attempts: readonly AttemptId[],
): Promise<Map<AttemptId, TestEvidence>> {
  const rows = await db.query(
    `select e.id, e.source, e.at, not exists (
       select from evidence l where l.person_id = e.person_id and l.competency = e.competency and l.kind = 'post_test'
         and (l.at, l.id) > (e.at, e.id)) newest
     from evidence e where e.kind = 'post_test' and e.source = any($1)`,
    [attempts],
  )
  return new Map(
    rows.map((row) => {
      const { id, source, at, newest } = testRow.parse(row)
      return [source as AttemptId, { id: id as EvidenceId, at, newest }]
    }),
  )
}

const scoresRow = z.object({
  competency: z.string(),
  first_score: z.int(),
  first_max: z.int(),
  first_at: z.number(),
  score: z.int().nullable(),
  max: z.int().nullable(),
  last_at: z.number().nullable(),
  bar: z.int().nullable(),
})

/**
 * Where a person began in each competency, with a first test or seen by an observer, and how they were seen last, in points;
 * null where nobody has watched yet. `bar`: that of the last one.
 */
export async function firstAndLast(db: Db, mentee: PersonId): Promise<z.infer<typeof scoresRow>[]> {
  const rows = await db.query(
    `select competency, (array_agg(score order by at, id))[1] first_score, (array_agg(max order by at, id))[1] first_max,
       min(at) first_at,
       (array_agg(score order by at desc, id desc) filter (where kind = 'observation'))[1] score,
       (array_agg(max order by at desc, id desc) filter (where kind = 'observation'))[1] max,
       max(at) filter (where kind = 'observation') last_at, (array_agg(bar order by at desc, id desc))[1] bar
     from evidence where person_id = $1 and max > 0 and (kind = 'pre_test' or kind = 'observation' and complete) group by competency`,
    [mentee],
  )
  return rows.map((row) => scoresRow.parse(row))
}
