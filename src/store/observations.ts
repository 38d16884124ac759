// Checklists scored by observers: begun, marked item by item, recorded once.
import { z } from 'zod'
import type { Agreement, Tally } from '../domain/observation.ts'
import type { Instant } from '../words/clock.ts'
import type { FlowId, FlowVersion, ObservationId, PersonId } from '../words/ids.ts'
import { maybe } from './maybe.ts'
import type { Db } from './db.ts'

/** Where somebody was observed. */
export const SETTINGS = ['patient', 'manikin', 'chart', 'remote'] as const

export type Setting = (typeof SETTINGS)[number]

/** Who agreed that somebody else looks on; see the table. */
export const CONSENTS = ['patient', 'guardian', 'afterwards', 'emergency', 'not_needed'] as const

export type ObservationConsent = (typeof CONSENTS)[number]

const observationRow = z.object({
  id: z.int(),
  mentee_id: z.int(),
  mentee: z.string(),
  observer_id: maybe(z.int()),
  observer: maybe(z.string()),
  flow: z.string(),
  version: z.string(),
  competency: z.string(),
  setting: z.enum(SETTINGS),
  consent: z.enum(CONSENTS),
  marks: z.string(),
  well: z.string(),
  next: z.string(),
  because: z.string(),
  technique_ok: maybe(z.boolean()),
  begun_at: z.number(),
  recorded_at: maybe(z.number()),
  score: maybe(z.int()),
  max: maybe(z.int()),
  complete: maybe(z.boolean()),
  passed: maybe(z.boolean()),
  counts: z.boolean(),
  second: z.boolean(),
  with_id: maybe(z.int()),
})

export interface Observation {
  readonly id: ObservationId
  readonly menteeId: PersonId
  readonly mentee: string
  readonly observerId: PersonId | undefined
  readonly observer: string | undefined
  readonly flow: FlowId
  readonly version: FlowVersion
  readonly competency: string
  readonly setting: Setting
  readonly consent: ObservationConsent
  /** A letter an item: `marksIn`. */
  readonly marks: string
  readonly well: string
  readonly next: string
  readonly because: string
  readonly techniqueOk: boolean | undefined
  readonly begunAt: Instant
  readonly recordedAt: Instant | undefined
  readonly score: number | undefined
  readonly max: number | undefined
  readonly complete: boolean | undefined
  readonly passed: boolean | undefined
  readonly counts: boolean
  /** A second observer's: it shows agreement, moves no record and is nobody's feedback. */
  readonly second: boolean
  /** The first observer's, where this is a second one's and that one is still there. */
  readonly withId: ObservationId | undefined
}

const OBSERVATION = `select o.id, o.mentee_id, e.name mentee, o.observer_id, r.name observer, o.flow, o.version, o.competency,
  o.setting, o.consent, o.marks, o.well, o.next, o.because, o.technique_ok, o.begun_at, o.recorded_at, o.score, o.max,
  o.complete, o.passed, o.counts, o.second, o.with_id
  from observation o join person e on e.id = o.mentee_id left join person r on r.id = o.observer_id`

function observationOf(row: unknown): Observation {
  const kept = observationRow.parse(row)
  return {
    id: kept.id as ObservationId,
    menteeId: kept.mentee_id as PersonId,
    mentee: kept.mentee,
    observerId: kept.observer_id as PersonId | undefined,
    observer: kept.observer,
    flow: kept.flow as FlowId,
    version: kept.version as FlowVersion,
    competency: kept.competency,
    setting: kept.setting,
    consent: kept.consent,
    marks: kept.marks,
    well: kept.well,
    next: kept.next,
    because: kept.because,
    techniqueOk: kept.technique_ok,
    begunAt: kept.begun_at,
    recordedAt: kept.recorded_at,
    score: kept.score,
    max: kept.max,
    complete: kept.complete,
    passed: kept.passed,
    counts: kept.counts,
    second: kept.second,
    withId: kept.with_id as ObservationId | undefined,
  }
}

export interface NewObservation {
  readonly mentee: PersonId
  readonly observer: PersonId
  readonly flow: FlowId
  readonly version: FlowVersion
  readonly competency: string
  readonly setting: Setting
  readonly consent: ObservationConsent
  readonly items: number
  readonly with: ObservationId | undefined
  readonly at: Instant
}

/** Begins an observation; no item is marked yet. */
export async function beginObservation(db: Db, begun: NewObservation): Promise<ObservationId> {
  const [row] = await db.query(
    `insert into observation (mentee_id, observer_id, flow, version, competency, setting, consent, marks, with_id, second, counts, begun_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, not $10, to_timestamp($11::float8 / 1000)) returning id`,
    [
      begun.mentee,
      begun.observer,
      begun.flow,
      begun.version,
      begun.competency,
      begun.setting,
      begun.consent,
      '.'.repeat(begun.items),
      begun.with ?? null,
      begun.with !== undefined,
      begun.at,
    ],
  )
  return z.object({ id: z.int() }).parse(row).id as ObservationId
}

export async function observationById(db: Db, id: ObservationId): Promise<Observation | undefined> {
  const [row] = await db.query(`${OBSERVATION} where o.id = $1`, [id])
  return row ? observationOf(row) : undefined
}

/**
 * What an observer has begun and not recorded, the newest first; at most what a list shows. Whom they mentor no more is
 * somebody else's to score: what was begun of them rests until they do again, and stands in nobody's way.
 */
export async function unrecordedOf(db: Db, observer: PersonId): Promise<Observation[]> {
  const rows = await db.query(
    `${OBSERVATION} where o.observer_id = $1 and o.recorded_at is null and (o.second or exists (
       select from pairing g where g.mentor_id = $1 and g.mentee_id = o.mentee_id and g.ends_at is null))
     order by o.begun_at desc, o.id desc limit 50`,
    [observer],
  )
  return rows.map(observationOf)
}

/**
 * What an observer has begun and not recorded, locked for a change. Whoever comes locks the first observer's sheet before
 * their own, so that two who record the same session, or are told the patient's no at once, wait for one another.
 */
export async function openObservation(
  db: Db,
  observer: PersonId,
  id: ObservationId,
): Promise<Observation | undefined> {
  const own = await lockedOf(db, observer, id)
  return own?.recordedAt === undefined ? own : undefined
}

/** What an observer has recorded of an emergency in which nobody could be asked, locked in the same order. */
export async function emergencyOf(
  db: Db,
  observer: PersonId,
  id: ObservationId,
): Promise<Observation | undefined> {
  const own = await lockedOf(db, observer, id)
  return own?.recordedAt !== undefined && own.consent === 'emergency' ? own : undefined
}

async function lockedOf(db: Db, observer: PersonId, id: ObservationId): Promise<Observation | undefined> {
  // What a second's stands beside is always the older one.
  await db.query(
    `select from observation o where o.id = $1 or o.id = (select s.with_id from observation s where s.id = $1)
     order by o.id for update`,
    [id],
  )
  const own = await observationById(db, id)
  return own?.observerId === observer ? own : undefined
}

export async function keepMarks(db: Db, id: ObservationId, marks: string): Promise<void> {
  await db.query('update observation set marks = $2 where id = $1 and recorded_at is null', [id, marks])
}

/** Keeps one of the observer's texts. */
export async function keepNote(
  db: Db,
  id: ObservationId,
  note: 'well' | 'next' | 'because',
  text: string,
): Promise<void> {
  await db.query(
    `update observation set well = case when $2 = 'well' then $3 else well end,
       next = case when $2 = 'next' then $3 else next end,
       because = case when $2 = 'because' then $3 else because end
     where id = $1 and recorded_at is null`,
    [id, note, text],
  )
}

export async function keepConsent(db: Db, id: ObservationId, consent: ObservationConsent): Promise<void> {
  await db.query('update observation set consent = $2 where id = $1 and recorded_at is null', [id, consent])
}

/**
 * Removes an observation that is not recorded. What second observers have seen of the same session is theirs and stays a
 * second one: it stands beside the oldest of them, which stands alone. Whose those are.
 */
export async function dropObservation(db: Db, id: ObservationId): Promise<PersonId[]> {
  const rows = await db.query(
    `update observation o set with_id = nullif(oldest.id, o.id)
     from (select min(id) id from observation where with_id = $1) oldest
     where o.with_id = $1 and exists (select from observation f where f.id = $1 and f.recorded_at is null)
     returning o.observer_id`,
    [id],
  )
  await db.query('delete from observation where id = $1 and recorded_at is null', [id])
  return observersOf(rows)
}

const observersOf = (rows: readonly unknown[]): PersonId[] =>
  rows.flatMap(
    (row) => (z.object({ observer_id: z.int().nullable() }).parse(row).observer_id ?? []) as PersonId[],
  )

/**
 * Removes all that was seen of a session whose patient has said no, whoever has seen it: what is not recorded, and what was
 * recorded while nobody could be asked. Whose it was.
 */
export async function dropSession(
  db: Db,
  { id, withId }: Pick<Observation, 'id' | 'withId'>,
): Promise<PersonId[]> {
  const rows = await db.query(
    `delete from observation where (id = $1 or with_id = $1) and (recorded_at is null or consent = 'emergency')
     returning observer_id`,
    [withId ?? id],
  )
  return observersOf(rows)
}

export interface Recorded extends Pick<Tally, 'score' | 'max' | 'complete'> {
  readonly criticalMissed: number
  readonly techniqueOk: boolean
  readonly passed: boolean
  /** False for what only teaches: its texts are taken out. */
  readonly counts: boolean
  readonly at: Instant
}

/** Records an observation; from now on it does not change. */
export async function recordObservation(db: Db, id: ObservationId, recorded: Recorded): Promise<void> {
  await db.query(
    `update observation set recorded_at = to_timestamp($2::float8 / 1000), technique_ok = $3, score = $4, max = $5,
       critical_missed = $6, complete = $7, passed = $8, counts = $9,
       well = case when consent = 'emergency' then '' else well end,
       next = case when consent = 'emergency' then '' else next end,
       because = case when consent = 'emergency' then '' else because end
     where id = $1 and recorded_at is null`,
    [
      id,
      recorded.at,
      recorded.techniqueOk,
      recorded.score,
      recorded.max,
      recorded.criticalMissed,
      recorded.complete,
      recorded.passed,
      recorded.counts,
    ],
  )
}

/** Notes that the mentee has read it. False when they had. */
export async function acknowledge(db: Db, id: ObservationId, at: Instant): Promise<boolean> {
  const rows = await db.query(
    'update observation set read_at = to_timestamp($2::float8 / 1000) where id = $1 and read_at is null returning id',
    [id, at],
  )
  return rows.length > 0
}

/** The recorded observations of the same session, which this one may be compared with: the first's or the seconds'. */
export async function sessionOf(db: Db, { id, withId }: Observation): Promise<Observation[]> {
  const rows = await db.query(
    `${OBSERVATION} where o.recorded_at is not null and (o.id = $2 or o.with_id = $1) order by o.id`,
    [id, withId ?? null],
  )
  return rows.map(observationOf)
}

/** Keeps how far a second observer agrees with the first, with the second's row. */
export async function keepAgreement(db: Db, second: ObservationId, agreement: Agreement): Promise<void> {
  await db.query('update observation set agreed_items = $2, agreed_same = $3, kappa = $4 where id = $1', [
    second,
    agreement.items,
    agreement.same,
    agreement.kappa ?? null,
  ])
}

/** How many observations of these people were recorded since then. */
export async function recordedSince(db: Db, mentees: readonly PersonId[], since: Instant): Promise<number> {
  const [row] = await db.query(
    `select count(*) count from observation
     where mentee_id = any($1) and recorded_at >= to_timestamp($2::float8 / 1000)`,
    [mentees, since],
  )
  return z.object({ count: z.number() }).parse(row).count
}
