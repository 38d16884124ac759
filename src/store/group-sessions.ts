// Sessions of groups of CHWs: the one that is under way in each, who is there, what each has answered.
import { z } from 'zod'
import { SESSION_PARTS, type GroupAnswer, type SessionPart } from '../domain/group-session.ts'
import type { Instant } from '../words/clock.ts'
import type { AddressId, FacilityId, FlowId, FlowVersion, GroupSessionId, PersonId } from '../words/ids.ts'
import type { Db } from './db.ts'

export interface GroupSession {
  readonly id: GroupSessionId
  /** The chat it is led in; undefined when the group has no chat any more. */
  readonly addressId: AddressId | undefined
  readonly facilityId: FacilityId
  readonly part: SessionPart
  readonly flow: FlowId
  readonly version: FlowVersion
  readonly seed: number
  /** The questions by their places in the quiz, in the order in which they are put, and how many were put. */
  readonly questions: readonly number[]
  readonly asked: number
  readonly remote: boolean
  readonly supervised: boolean
}

const sessionRow = z.object({
  id: z.int(),
  address_id: z.int().nullable(),
  facility_id: z.int(),
  part: z.enum(SESSION_PARTS),
  flow: z.string(),
  version: z.string(),
  seed: z.int(),
  questions: z.array(z.int()),
  asked: z.int(),
  remote: z.boolean(),
  supervised: z.boolean(),
})

const SESSION =
  'select id, address_id, facility_id, part, flow, version, seed, questions, asked, remote, supervised from group_session'

function sessionOf(row: unknown): GroupSession {
  const { id, address_id, facility_id, flow, version, ...session } = sessionRow.parse(row)
  return {
    ...session,
    id: id as GroupSessionId,
    addressId: (address_id ?? undefined) as AddressId | undefined,
    facilityId: facility_id as FacilityId,
    flow: flow as FlowId,
    version: version as FlowVersion,
  }
}

/** Opens one; undefined when one is under way in this group. */
export async function openGroupSession(
  db: Db,
  session: Omit<GroupSession, 'id' | 'part' | 'asked'> & { readonly mentor: PersonId; readonly at: Instant },
): Promise<GroupSessionId | undefined> {
  const { addressId, facilityId, mentor, flow, version, seed, questions, remote, supervised, at } = session
  const [row] = await db.query(
    `insert into group_session (address_id, facility_id, mentor_id, flow, version, seed, questions, remote, supervised, opened_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, to_timestamp($10::float8 / 1000))
     on conflict (facility_id) where closed_at is null do nothing returning id`,
    [addressId, facilityId, mentor, flow, version, seed, questions, remote, supervised, at],
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

/** Somebody of the group is there. False when they are not of it, it is over, or it was known. */
export async function attend(
  db: Db,
  { session, person, at }: { session: GroupSessionId; person: PersonId; at: Instant },
): Promise<boolean> {
  const rows = await db.query(
    `insert into group_attendance (session_id, person_id, at)
     select s.id, p.id, to_timestamp($3::float8 / 1000) from group_session s join person p on p.facility_id = s.facility_id
     where s.id = $1 and s.closed_at is null and p.id = $2 and p.role = 'mentee' on conflict do nothing returning 1`,
    [session, person, at],
  )
  return rows.length > 0
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

/** The answers whose result nobody has been told yet; from here on they count as told. */
export async function takeUntold(
  db: Db,
  session: GroupSessionId,
): Promise<(GroupAnswer & { readonly person: PersonId })[]> {
  const rows = await db.query(
    'update group_answer set told = true where session_id = $1 and not told returning person_id, question, correct',
    [session],
  )
  return rows.map(answerOf)
}

/** How many have said that they are there. */
export async function attendedIn(db: Db, session: GroupSessionId): Promise<number> {
  const [row] = await db.query('select count(*)::int n from group_attendance where session_id = $1', [
    session,
  ])
  return z.object({ n: z.int() }).parse(row).n
}
