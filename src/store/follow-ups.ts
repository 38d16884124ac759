import { z } from 'zod'
import type { FollowUpKind } from '../domain/follow-up.ts'
import type { Instant } from '../words/clock.ts'
import type { FollowUpId, PersonId } from '../words/ids.ts'
import type { Db } from './db.ts'

export const FOLLOW_UP_KINDS = [
  'nudge',
  'nudge_last',
  'refresher',
  'refresh_due',
  'rescored',
  'case_clock',
  'case_check',
  'lesson',
  'case_of_week',
  'report_clock',
  'travel_notice',
  'session_left',
  'session_over',
  'challenge_clock',
  'action_due',
  'action_late',
  'visit_plan',
  'visit_news',
  'visit_reminder',
  'visit_after',
  'leave_over',
  'tell',
  'report_due',
  'meeting_due',
  'supervision_due',
] as const satisfies readonly FollowUpKind[]

export interface FollowUp {
  readonly id: FollowUpId
  readonly kind: FollowUpKind
  readonly personId: PersonId
  /** What it is about: the attempt of a nudge. */
  readonly subject: number | undefined
  readonly dueAt: Instant
}

export interface FollowUpWrite {
  readonly kind: FollowUpKind
  /** Names the one thing this follow-up is for: written again, it is planned anew, never twice. */
  readonly key: string
  readonly person_id: PersonId
  readonly subject: number | null
  readonly due_at: Instant
}

const followUpRow = z.object({
  id: z.int(),
  kind: z.enum(FOLLOW_UP_KINDS),
  person_id: z.int(),
  subject: z.int().nullable(),
  due_at: z.number(),
})

function followUpOf(row: unknown): FollowUp {
  const { id, kind, person_id, subject, due_at } = followUpRow.parse(row)
  return {
    id: id as FollowUpId,
    kind,
    personId: person_id as PersonId,
    subject: subject ?? undefined,
    dueAt: due_at,
  }
}

/** Plans follow-ups, or plans them anew. */
export async function planFollowUps(db: Db, followUps: readonly FollowUpWrite[]): Promise<void> {
  await db.query(
    `insert into follow_up (kind, key, person_id, subject, due_at)
     select kind, key, person_id, subject, to_timestamp(due_at / 1000.0)
     from json_to_recordset($1) as f(kind text, key text, person_id bigint, subject bigint, due_at double precision)
     on conflict (key) do update set subject = excluded.subject, due_at = excluded.due_at, state = 'waiting', attempts = 0, settled_at = null`,
    [JSON.stringify(followUps)],
  )
}

/** Those still waiting that are due before `until`, the first due first; from after the one given, to go on. */
export async function followUpsDue(
  db: Db,
  until: Instant,
  limit: number,
  after?: FollowUp,
): Promise<FollowUp[]> {
  // A kind that a newer service has planned is left to that service.
  const rows = await db.query(
    `select id, kind, person_id, subject, due_at from follow_up
     where state = 'waiting' and due_at < to_timestamp($1::float8 / 1000) and kind = any($3)
       and ($4::bigint is null or (due_at, id) > ((select due_at from follow_up where id = $4), $4))
     order by due_at, id limit $2`,
    [until, limit, FOLLOW_UP_KINDS, after?.id ?? null],
  )
  return rows.map(followUpOf)
}

/** Whom a follow-up that still waits is for. */
export async function personOfFollowUp(db: Db, id: FollowUpId): Promise<PersonId | undefined> {
  const [row] = await db.query(`select person_id id from follow_up where id = $1 and state = 'waiting'`, [id])
  return row ? (z.object({ id: z.int() }).parse(row).id as PersonId) : undefined
}

/** Locks a follow-up that still waits; undefined when it is settled or somebody else has it in hand. */
export async function takeFollowUp(db: Db, id: FollowUpId): Promise<FollowUp | undefined> {
  const [row] = await db.query(
    `select id, kind, person_id, subject, due_at from follow_up where id = $1 and state = 'waiting' for update skip locked`,
    [id],
  )
  return row ? followUpOf(row) : undefined
}

export async function moveFollowUp(db: Db, id: FollowUpId, to: Instant): Promise<void> {
  await db.query('update follow_up set due_at = to_timestamp($2 / 1000.0) where id = $1', [id, to])
}

export async function settleFollowUp(
  db: Db,
  id: FollowUpId,
  state: 'done' | 'stale',
  now: Instant,
): Promise<void> {
  await db.query('update follow_up set state = $2, settled_at = to_timestamp($3 / 1000.0) where id = $1', [
    id,
    state,
    now,
  ])
}

/** Lets follow-ups rest that nothing is left to be said about, by their keys. */
export async function dropFollowUps(db: Db, keys: readonly string[], now: Instant): Promise<void> {
  await db.query(
    `update follow_up set state = 'stale', settled_at = to_timestamp($2::float8 / 1000) where key = any($1) and state = 'waiting'`,
    [keys, now],
  )
}

/** Lets those of these kinds rest that are about one thing. */
export async function dropFollowUpsAbout(
  db: Db,
  { kinds, subject }: { kinds: readonly FollowUpKind[]; subject: number },
  now: Instant,
): Promise<void> {
  await db.query(
    `update follow_up set state = 'stale', settled_at = to_timestamp($3::float8 / 1000)
     where kind = any($1) and subject = $2 and state = 'waiting'`,
    [kinds, subject, now],
  )
}

/** Locks what waits of one kind for somebody and is due before `until`, the first due first. */
export async function waitingOf(
  db: Db,
  { person, kind, until }: { person: PersonId; kind: FollowUpKind; until: Instant },
): Promise<FollowUp[]> {
  const rows = await db.query(
    `select id, kind, person_id, subject, due_at from follow_up
     where person_id = $1 and kind = $2 and state = 'waiting' and due_at < to_timestamp($3::float8 / 1000)
     order by due_at, id for update`,
    [person, kind, until],
  )
  return rows.map(followUpOf)
}

const failureRow = z.object({ attempts: z.int() })

/** A try that broke: tried again at `again`, given up (for people to see) after `most` tries. */
export async function failFollowUp(db: Db, id: FollowUpId, again: Instant, most: number): Promise<number> {
  const [row] = await db.query(
    `update follow_up set attempts = attempts + 1, due_at = to_timestamp($2 / 1000.0),
       state = case when attempts + 1 >= $3 then 'failed' else state end
     where id = $1 and state = 'waiting' returning attempts`,
    [id, again, most],
  )
  return row ? failureRow.parse(row).attempts : most
}

const nextRow = z.object({ kind: z.enum(FOLLOW_UP_KINDS), due_at: z.number() })

/** What comes next, for everybody or for one person. */
export async function nextFollowUp(
  db: Db,
  person?: PersonId,
): Promise<{ kind: FollowUpKind; dueAt: Instant } | undefined> {
  const [row] = await db.query(
    `select kind, due_at from follow_up where state = 'waiting' and ($1::bigint is null or person_id = $1) order by due_at limit 1`,
    [person ?? null],
  )
  if (!row) return undefined
  const { kind, due_at } = nextRow.parse(row)
  return { kind, dueAt: due_at }
}

const lateRow = z.object({ late: z.number(), failed: z.number() })

/** How many follow-ups are overdue at `now`, and how many were given up. */
export async function followUpState(db: Db, now: Instant): Promise<z.infer<typeof lateRow>> {
  const [row] = await db.query(
    `select (select count(*) from follow_up where state = 'waiting' and due_at < to_timestamp($1::float8 / 1000)) late,
       (select count(*) from follow_up where state = 'failed') failed`,
    [now],
  )
  return lateRow.parse(row)
}
