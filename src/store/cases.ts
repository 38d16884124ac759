// Difficult cases as rows: what was asked, who has it, what was said in it. A text is only ever written screened.
import { z } from 'zod'
import { TIERS, URGENCIES, type Tier, type Urgency } from '../domain/case.ts'
import { type Instant, SECOND } from '../words/clock.ts'
import type { CaseId, PersonId } from '../words/ids.ts'
import { type Language, LANGUAGES } from '../words/language.ts'
import { MEDIA, type Media } from '../words/message.ts'
import type { Db } from './db.ts'

export const CASE_STATES = ['waiting', 'claimed', 'answered', 'resolved'] as const

export type CaseState = (typeof CASE_STATES)[number]

export interface ClinicalCase {
  readonly id: CaseId
  readonly askerId: PersonId | undefined
  readonly area: string
  readonly cadre: string | undefined
  readonly language: Language
  readonly urgency: Urgency
  readonly sign: string | undefined
  readonly state: CaseState
  readonly tier: Tier
  readonly mentorId: PersonId | undefined
  readonly openedAt: Instant
  readonly recommendation: string | undefined
  readonly hidden: boolean
}

const caseRow = z.object({
  id: z.int(),
  asker_id: z.int().nullable(),
  area: z.string(),
  cadre: z.string().nullable(),
  language: z.enum(LANGUAGES),
  urgency: z.enum(URGENCIES),
  sign: z.string().nullable(),
  state: z.enum(CASE_STATES),
  tier: z.enum(TIERS),
  mentor_id: z.int().nullable(),
  opened_at: z.number(),
  recommendation: z.string().nullable(),
  hidden: z.boolean(),
})

const COLUMNS = `id, asker_id, area, cadre, language, urgency, sign, state, tier, mentor_id, opened_at, recommendation,
  hidden_at is not null hidden`

function caseOf(row: unknown): ClinicalCase {
  const { id, asker_id, mentor_id, opened_at, ...rest } = caseRow.parse(row)
  return {
    id: id as CaseId,
    askerId: (asker_id ?? undefined) as PersonId | undefined,
    mentorId: (mentor_id ?? undefined) as PersonId | undefined,
    openedAt: opened_at,
    area: rest.area,
    language: rest.language,
    urgency: rest.urgency,
    state: rest.state,
    tier: rest.tier,
    hidden: rest.hidden,
    cadre: rest.cadre ?? undefined,
    sign: rest.sign ?? undefined,
    recommendation: rest.recommendation ?? undefined,
  }
}

export type NewCase = Pick<ClinicalCase, 'area' | 'cadre' | 'language' | 'urgency' | 'sign'> & {
  readonly askerId: PersonId
  readonly at: Instant
}

export async function openCase(db: Db, asked: NewCase): Promise<CaseId> {
  const [row] = await db.query(
    `insert into clinical_case (asker_id, area, cadre, language, urgency, sign, opened_at)
     values ($1, $2, $3, $4, $5, $6, to_timestamp($7::float8 / 1000)) returning id`,
    [
      asked.askerId,
      asked.area,
      asked.cadre ?? null,
      asked.language,
      asked.urgency,
      asked.sign ?? null,
      asked.at,
    ],
  )
  return z.object({ id: z.int() }).parse(row).id as CaseId
}

/** A case as it is. */
export async function caseById(db: Db, id: CaseId): Promise<ClinicalCase | undefined> {
  const [row] = await db.query(`select ${COLUMNS} from clinical_case where id = $1`, [id])
  return row ? caseOf(row) : undefined
}

/** Locks a case, so that of two who take it one is told that it is taken. */
export async function caseForUpdate(db: Db, id: CaseId): Promise<ClinicalCase | undefined> {
  const [row] = await db.query(`select ${COLUMNS} from clinical_case where id = $1 for update`, [id])
  return row ? caseOf(row) : undefined
}

/**
 * The open cases somebody has a part in: asked by them, theirs to answer, or offered to them. Those in which somebody may
 * die come first, then the oldest: where more wait than are shown, none is forgotten for those that came after it.
 */
export async function openCasesOf(db: Db, person: PersonId, limit: number): Promise<ClinicalCase[]> {
  const rows = await db.query(
    `select ${COLUMNS} from clinical_case c where state <> 'resolved' and hidden_at is null
       and (asker_id = $1 or mentor_id = $1
         or exists (select from case_offer o where o.case_id = c.id and o.person_id = $1 and (o.answer is null or o.answer = 'spoken')))
     order by urgency <> 'emergency', id limit $2`,
    [person, limit],
  )
  return rows.map(caseOf)
}

/** The open cases that wait for somebody: theirs to answer, or offered to them and not answered. */
export async function casesWith(db: Db, person: PersonId): Promise<ClinicalCase[]> {
  const rows = await db.query(
    `select ${COLUMNS} from clinical_case c where state <> 'resolved' and hidden_at is null and (mentor_id = $1
       or (state = 'waiting' and exists (select from case_offer o
         where o.case_id = c.id and o.person_id = $1 and o.answer is null and not o.second))) order by id`,
    [person],
  )
  return rows.map(caseOf)
}

/** Emergencies that wait for the morning: nobody has them, and nobody is being asked. */
export async function emergenciesWaiting(db: Db): Promise<ClinicalCase[]> {
  const rows = await db.query(
    `select ${COLUMNS} from clinical_case c where state = 'waiting' and urgency = 'emergency' and hidden_at is null
       and not exists (select from case_offer o where o.case_id = c.id and o.answer is null and not o.second)
     order by id limit 20`,
  )
  return rows.map(caseOf)
}

const urgentRow = z.object({ asked: z.number(), open: z.int().nullable() })

/** How many emergencies somebody has asked since then, and the newest of them that is open. */
export async function emergenciesOf(
  db: Db,
  person: PersonId,
  since: Instant,
): Promise<{ asked: number; open: CaseId | undefined }> {
  const [row] = await db.query(
    `select count(*) asked, max(id) filter (where state <> 'resolved' and hidden_at is null) open from clinical_case
     where asker_id = $1 and urgency = 'emergency' and opened_at >= to_timestamp($2::float8 / 1000)`,
    [person, since],
  )
  const { asked, open } = urgentRow.parse(row)
  return { asked, open: (open ?? undefined) as CaseId | undefined }
}

const loadRow = z.object({ waiting: z.number(), today: z.number() })

/** How many cases somebody has open, and how many they have asked since `since`. */
export async function askerLoad(db: Db, person: PersonId, since: Instant): Promise<z.infer<typeof loadRow>> {
  const [row] = await db.query(
    `select count(*) filter (where state <> 'resolved') waiting,
       count(*) filter (where opened_at >= to_timestamp($2::float8 / 1000)) today
     from clinical_case where asker_id = $1 and hidden_at is null`,
    [person, since],
  )
  return loadRow.parse(row)
}

export type CasePart = 'asker' | 'mentor' | 'second'

/** The questions of the form somebody asks with. */
export const CASE_FIELDS = ['group', 'age', 'findings', 'done', 'question'] as const

export type CaseField = (typeof CASE_FIELDS)[number]

export interface CaseEntry {
  readonly part: CasePart
  readonly field?: CaseField | undefined
  readonly text: string
  readonly at: Instant
  /** What was sent beside words. */
  readonly media?: { readonly id: number; readonly kind: Media } | undefined
}

export async function addEntry(
  db: Db,
  id: CaseId,
  entry: CaseEntry & { readonly authorId: PersonId },
): Promise<void> {
  await db.query(
    `insert into case_entry (case_id, author_id, part, field, text, at) values ($1, $2, $3, $4, $5, to_timestamp($6::float8 / 1000))`,
    [id, entry.authorId, entry.part, entry.field ?? null, entry.text, entry.at],
  )
}

const entryRow = z.object({
  part: z.enum(['asker', 'mentor', 'second']),
  field: z.enum(CASE_FIELDS).nullable(),
  text: z.string(),
  at: z.number(),
  media_id: z.int().nullable(),
  kind: z.enum(MEDIA).nullable(),
})

/** What was said last in a case, in its order. */
export async function entriesOf(db: Db, id: CaseId, most: number): Promise<CaseEntry[]> {
  const rows = await db.query(
    `select last.part, field, text, at, media_id, m.kind from (
       select id, part, field, text, at, media_id from case_entry where case_id = $1 order by id desc limit $2) last
       left join case_media m on m.id = media_id order by last.id`,
    [id, most],
  )
  return rows.map((row) => {
    const { field, media_id, kind, ...entry } = entryRow.parse(row)
    const media = media_id === null || kind === null ? undefined : { id: media_id, kind }
    return { ...entry, field: field ?? undefined, media }
  })
}

export interface CaseChange {
  readonly state?: CaseState
  readonly tier?: Tier
  /** Null: nobody has it any more. */
  readonly mentorId?: PersonId | null
  readonly at: Instant
}

/** Moves a case on. */
export async function changeCase(
  db: Db,
  id: CaseId,
  { state, tier, mentorId, at }: CaseChange,
): Promise<void> {
  await db.query(
    `update clinical_case set state = coalesce($2, state), tier = coalesce($3, tier),
       mentor_id = case when $4 then $5::bigint else mentor_id end,
       claimed_at = case when $2 = 'claimed' then to_timestamp($6::float8 / 1000) else claimed_at end,
       answered_at = case when $2 = 'answered' then coalesce(answered_at, to_timestamp($6::float8 / 1000)) else answered_at end
     where id = $1`,
    [id, state ?? null, tier ?? null, mentorId !== undefined, mentorId ?? null, at],
  )
}

export interface Resolution {
  readonly recommendation: string
  readonly checkAt: Instant
  /** What it is found by later: the question and the recommendation, without accents. */
  readonly words: string
  readonly at: Instant
}

/** Ends a case with what was recommended. */
export async function resolveCase(db: Db, id: CaseId, end: Resolution): Promise<void> {
  await db.query(
    `update clinical_case set state = 'resolved', recommendation = $2, check_at = to_timestamp($3::float8 / 1000),
       resolved_at = to_timestamp($4::float8 / 1000), search = to_tsvector(words_of(language), $5) where id = $1`,
    [id, end.recommendation, end.checkAt, end.at, end.words],
  )
}

/** Keeps what the asker says of it; a field that is not given stays. */
export async function rateCase(
  db: Db,
  id: CaseId,
  said: { useful?: string | undefined; applied?: string | undefined },
): Promise<void> {
  await db.query(
    'update clinical_case set useful = coalesce($2, useful), applied = coalesce($3, applied) where id = $1',
    [id, said.useful ?? null, said.applied ?? null],
  )
}

/**
 * Reduces cases closed longer ago than `age` to figures: their texts and what they are found by go. One that was never
 * closed, and in which nobody has said anything for as long, is closed by it. How many it were.
 */
export async function reduceCases(db: Db, age: number): Promise<number> {
  const rows = await db.query(
    `with old as (
       update clinical_case c set recommendation = null, search = null, reduced_at = now(), state = 'resolved',
         resolved_at = coalesce(resolved_at, now())
       where reduced_at is null and (resolved_at < now() - make_interval(secs => $1)
         or (resolved_at is null and opened_at < now() - make_interval(secs => $1) and not exists (
           select from case_entry e where e.case_id = c.id and e.at >= now() - make_interval(secs => $1)))) returning id
     ), gone as (delete from case_entry where case_id in (select id from old)
     ), seen as (delete from case_media where case_id in (select id from old)
     ), untaught as (
       update lesson set state = 'withdrawn', question = '', options = '{}', explanation = '', points = '{}'
       where case_id in (select id from old) and state in ('proposed', 'declined'))
     select id from old`,
    [age / SECOND],
  )
  return rows.length
}
