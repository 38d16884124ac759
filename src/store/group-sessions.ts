// Sessions of groups of CHWs: the one that is under way in each, who is there, what each has answered.
import { z } from 'zod'
import { SESSION_PARTS, type GroupAnswer, type SessionPart } from '../domain/group-session.ts'
import type { Day, Instant } from '../words/clock.ts'
import type {
  AddressId,
  FacilityId,
  FlowId,
  FlowVersion,
  GroupSessionId,
  PersonId,
  VisitId,
} from '../words/ids.ts'
import type { Db } from './db.ts'

export interface GroupSession {
  readonly id: GroupSessionId
  /** The chat it is led in; undefined when the group has no chat any more. */
  readonly addressId: AddressId | undefined
  readonly facilityId: FacilityId
  /** Who has opened it. */
  readonly mentorId: PersonId | undefined
  /** The visit it is. */
  readonly visitId: VisitId | undefined
  readonly openedAt: Instant
  readonly part: SessionPart
  readonly flow: FlowId
  readonly version: FlowVersion
  readonly seed: number
  /** The questions by their places in the quiz, in the order in which they are put, and how many were put. */
  readonly questions: readonly number[]
  readonly asked: number
  readonly remote: boolean
  readonly supervised: boolean
  /** Led by somebody validated in its area, or with one beside them. */
  readonly validated: boolean
}

const sessionRow = z.object({
  id: z.int(),
  address_id: z.int().nullable(),
  facility_id: z.int(),
  mentor_id: z.int().nullable(),
  visit_id: z.int().nullable(),
  opened_at: z.number(),
  part: z.enum(SESSION_PARTS),
  flow: z.string(),
  version: z.string(),
  seed: z.int(),
  questions: z.array(z.int()),
  asked: z.int(),
  remote: z.boolean(),
  supervised: z.boolean(),
  validated: z.boolean(),
})

const SESSION =
  'select id, address_id, facility_id, mentor_id, visit_id, opened_at, part, flow, version, seed, questions, asked, remote, supervised, validated from group_session'

function sessionOf(row: unknown): GroupSession {
  const { id, address_id, facility_id, mentor_id, visit_id, opened_at, flow, version, ...session } =
    sessionRow.parse(row)
  return {
    ...session,
    id: id as GroupSessionId,
    addressId: (address_id ?? undefined) as AddressId | undefined,
    facilityId: facility_id as FacilityId,
    mentorId: (mentor_id ?? undefined) as PersonId | undefined,
    visitId: (visit_id ?? undefined) as VisitId | undefined,
    openedAt: opened_at,
    flow: flow as FlowId,
    version: version as FlowVersion,
  }
}

/** Opens one; undefined when one is under way in this group. */
export async function openGroupSession(
  db: Db,
  session: Omit<GroupSession, 'id' | 'part' | 'asked' | 'visitId'>,
): Promise<GroupSessionId | undefined> {
  const { addressId, facilityId, mentorId: mentor, flow, version, seed, questions, openedAt: at } = session
  const [row] = await db.query(
    `insert into group_session (address_id, facility_id, mentor_id, flow, version, seed, questions, remote, supervised, validated, opened_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, to_timestamp($11::float8 / 1000))
     on conflict (facility_id) where closed_at is null do nothing returning id`,
    [
      addressId,
      facilityId,
      mentor,
      flow,
      version,
      seed,
      questions,
      session.remote,
      session.supervised,
      session.validated,
      at,
    ],
  )
  return row ? (z.object({ id: z.int() }).parse(row).id as GroupSessionId) : undefined
}

/** The session under way in a group; locked until the transaction ends, so that two who lead it do not press at once. */
export async function sessionUnderWay(db: Db, group: FacilityId): Promise<GroupSession | undefined> {
  const [row] = await db.query(`${SESSION} where facility_id = $1 and closed_at is null for update`, [group])
  return row ? sessionOf(row) : undefined
}

export async function groupSessionById(db: Db, id: GroupSessionId): Promise<GroupSession | undefined> {
  const [row] = await db.query(`${SESSION} where id = $1`, [id])
  return row ? sessionOf(row) : undefined
}

/** The session under way in the group somebody belongs to. */
export async function sessionOfMember(db: Db, person: PersonId): Promise<GroupSession | undefined> {
  const [row] = await db.query(
    `${SESSION} where closed_at is null and facility_id = (select facility_id from person where id = $1 and role = 'mentee')`,
    [person],
  )
  return row ? sessionOf(row) : undefined
}

/** The session is this visit. */
export async function tieToVisit(db: Db, id: GroupSessionId, visit: VisitId): Promise<void> {
  await db.query('update group_session set visit_id = $2 where id = $1', [id, visit])
}

/** The session goes on: its part and how many questions have been put. */
export async function moveGroupSession(
  db: Db,
  { id, part, asked }: Pick<GroupSession, 'id' | 'part' | 'asked'>,
): Promise<void> {
  await db.query('update group_session set part = $2, asked = $3 where id = $1 and closed_at is null', [
    id,
    part,
    asked,
  ])
}

export async function closeGroupSession(
  db: Db,
  closing: { id: GroupSessionId; at: Instant; agreed: string; nextOn: string | undefined },
): Promise<void> {
  await db.query(
    `update group_session set part = 'closed', closed_at = to_timestamp($2::float8 / 1000), agreed = nullif($3, ''), next_on = $4
     where id = $1 and closed_at is null`,
    [closing.id, closing.at, closing.agreed, closing.nextOn ?? null],
  )
}

/** The group could not be told of its end. */
export async function noteUntoldEnd(db: Db, id: GroupSessionId): Promise<void> {
  await db.query('update group_session set untold = true where id = $1', [id])
}

const endRow = z.object({ id: z.int(), agreed: z.string().nullable(), next_on: z.string().nullable() })

/** The ends since then that a group could not be told of; from here on they count as told. */
export async function takeUntoldEnds(
  db: Db,
  group: FacilityId,
  since: Instant,
): Promise<{ id: GroupSessionId; agreed: string; nextOn: Day | undefined }[]> {
  const rows = await db.query(
    `update group_session set untold = false
     where facility_id = $1 and untold and closed_at >= to_timestamp($2::float8 / 1000) returning id, agreed, next_on::text`,
    [group, since],
  )
  return rows.map((row) => {
    const { id, agreed, next_on } = endRow.parse(row)
    return {
      id: id as GroupSessionId,
      agreed: agreed ?? '',
      nextOn: (next_on ?? undefined) as Day | undefined,
    }
  })
}

export interface SessionAnswer {
  readonly session: GroupSessionId
  readonly person: PersonId
  readonly question: number
  readonly option: number
  readonly correct: boolean
  readonly voted: boolean
  readonly at: Instant
}

/** Keeps an answer, the first to each question, from whoever is of the group, until the session is over. */
export async function keepGroupAnswer(db: Db, answer: SessionAnswer): Promise<boolean> {
  const rows = await db.query(
    `insert into group_answer (session_id, person_id, question, option, correct, voted, answered_at)
     select s.id, p.id, $3, $4, $5, $6, to_timestamp($7::float8 / 1000)
     from group_session s join person p on p.facility_id = s.facility_id
     where s.id = $1 and s.closed_at is null and p.id = $2 and p.role = 'mentee' and $3 = any(s.questions[1:s.asked])
     on conflict do nothing returning 1`,
    [answer.session, answer.person, answer.question, answer.option, answer.correct, answer.voted, answer.at],
  )
  return rows.length > 0
}

const answerRow = z.object({ person_id: z.int(), question: z.int(), correct: z.boolean() })

function answerOf(row: unknown): GroupAnswer & { readonly person: PersonId } {
  const { person_id, question, correct } = answerRow.parse(row)
  return { person: person_id as PersonId, question, correct }
}

export async function groupAnswersOf(
  db: Db,
  session: GroupSessionId,
): Promise<(GroupAnswer & { readonly person: PersonId })[]> {
  const rows = await db.query(
    'select person_id, question, correct from group_answer where session_id = $1 order by answered_at, person_id',
    [session],
  )
  return rows.map(answerOf)
}

/** The answers whose result nobody has been told yet, and when they were given; from here on they count as told. */
export async function takeUntold(
  db: Db,
  session: GroupSessionId,
): Promise<(GroupAnswer & { readonly person: PersonId; readonly at: Instant })[]> {
  const rows = await db.query(
    `update group_answer set told = true where session_id = $1 and not told
     returning person_id, question, correct, answered_at`,
    [session],
  )
  return rows.map((row) => ({
    ...answerOf(row),
    at: z.object({ answered_at: z.number() }).parse(row).answered_at,
  }))
}

const shownRow = z.object({
  mentee_id: z.int(),
  version: z.string(),
  marks: z.string(),
  remote: z.boolean(),
  passed: z.boolean(),
})

/** A skill that a member has shown. */
export interface ShownSkill {
  readonly person: PersonId
  /** The checklist it was scored by. */
  readonly version: FlowVersion
  /** A letter an item: `marksIn`. */
  readonly marks: string
  /** From far away, where nobody can see whether it is done properly. */
  readonly remote: boolean
  readonly passed: boolean
}

/**
 * What members who were there have shown of these competencies to whoever has led the session or visits with them, or to
 * somebody of the health centre who is validated in one of them, while it was under way; each skill of each once: as it was
 * shown last.
 */
export async function skillsShown(
  db: Db,
  session: GroupSessionId,
  competencies: readonly string[],
): Promise<ShownSkill[]> {
  const rows = await db.query(
    `select distinct on (o.mentee_id, o.flow) o.mentee_id, o.version, o.marks, o.setting = 'remote' remote, o.passed
     from group_session s join group_attendance a on a.session_id = s.id
       join observation o on o.mentee_id = a.person_id and o.counts and o.competency = any($2)
         and o.recorded_at between s.opened_at and coalesce(s.closed_at, 'infinity')
     where s.id = $1 and (o.observer_id = s.mentor_id or exists (
       select from visit_person v where v.visit_id = s.visit_id and v.part = 'mentor' and v.person_id = o.observer_id) or exists (
       select from competency_record r join person p on p.id = r.person_id join facility f on f.parent_id = p.facility_id
       where r.person_id = o.observer_id and r.competency = any($2) and r.validated_at is not null and f.id = s.facility_id))
     order by o.mentee_id, o.flow, o.recorded_at desc, o.id desc`,
    [session, competencies],
  )
  return rows.map((row) => {
    const { mentee_id, version, ...shown } = shownRow.parse(row)
    return { ...shown, person: mentee_id as PersonId, version: version as FlowVersion }
  })
}
