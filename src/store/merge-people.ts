// Two records of one person become one: what is to be done table by table. The use case decides and audits.
import { z } from 'zod'
import type { QuizFrame, Session } from '../engine/session.ts'
import type { PersonId } from '../words/ids.ts'
import type { Db } from './db.ts'

const recordRow = z.object({
  id: z.int(),
  name: z.string(),
  role: z.string().nullable(),
  facility: z.string().nullable(),
  joined: z.boolean(),
  attempts: z.number(),
  addresses: z.number(),
  heard_at: z.number().nullable(),
})

/** A record as an operator tells it from another. */
export type PersonRecord = z.infer<typeof recordRow>

/** What there is of a person. */
export async function recordOf(db: Db, person: PersonId): Promise<PersonRecord | undefined> {
  const [row] = await db.query(
    `select p.id, p.name, p.role, f.name facility, p.joined_at is not null joined, s.heard_at,
       (select count(*) from attempt where person_id = p.id) attempts,
       (select count(*) from address where person_id = p.id) addresses
     from person p left join facility f on f.id = p.facility_id left join session s on s.person_id = p.id where p.id = $1`,
    [person],
  )
  return row ? recordRow.parse(row) : undefined
}

const talkRow = z.object({ person_id: z.int(), state: z.custom<Session>(() => true) })

/** Locks both conversations, in the order everybody locks in; the quizzes that run in the one that goes. */
export async function lockBoth(db: Db, keep: PersonId, gone: PersonId): Promise<QuizFrame[]> {
  const rows = await db.query(
    'select person_id, state from session where person_id = any($1) order by person_id for update',
    [[keep, gone]],
  )
  const talks = rows.map((row) => talkRow.parse(row))
  // What lies there may be broken: it must not keep two records apart.
  const stack: unknown = talks.find((talk) => talk.person_id === gone)?.state?.stack
  return Array.isArray(stack) ? (stack as Session['stack']).filter((frame) => frame.kind === 'quiz') : []
}

const droppedRow = z.object({ relation: z.string(), dropped: z.number() })

/** Rows of the record that goes which had to give way, by table. */
export type Dropped = z.infer<typeof droppedRow>

/** Moves everything from `gone` to `keep` and removes `gone`. Both conversations are locked; quizzes that ran are left. */
export async function moveEverything(db: Db, keep: PersonId, gone: PersonId): Promise<Dropped[]> {
  await mergeRecords(db, keep, gone)
  await mergeTalks(db, keep, gone)
  await mergeCards(db, keep, gone)
  await mergeFollowUps(db, keep, gone)
  await mergeStanding(db, keep, gone)
  const rows = await db.query('select relation, dropped from adopt_rows($1, $2)', [keep, gone])
  await db.query('delete from person where id = $1', [gone])
  return rows.map((row) => droppedRow.parse(row))
}

/** They are answered where they wrote last. Replies are numbered by turn, buttons by question: the numbers go on upwards. */
async function mergeTalks(db: Db, keep: PersonId, gone: PersonId): Promise<void> {
  await db.query(
    `insert into session as k (person_id, turn, state, address_id, heard_at)
       select $1, turn, json_build_object('asked', coalesce((state->>'asked')::int, 0) + 1, 'stack', json_build_array()), address_id, heard_at
       from session where person_id = $2
     on conflict (person_id) do update set turn = greatest(k.turn, excluded.turn),
       state = json_build_object('asked', greatest((k.state->>'asked')::int, (excluded.state->>'asked')::int), 'stack', k.state->'stack'),
       address_id = case when k.heard_at is null or excluded.heard_at > k.heard_at then excluded.address_id else k.address_id end,
       heard_at = greatest(k.heard_at, excluded.heard_at)`,
    [keep, gone],
  )
  await db.query('delete from session where person_id = $1', [gone])
}

/** Of a question both have missed the card that asks again is kept, and the sooner one. */
async function mergeCards(db: Db, keep: PersonId, gone: PersonId): Promise<void> {
  await db.query(
    `delete from review_card w using review_card b
     where w.person_id = any($1) and b.person_id = any($1) and w.person_id <> b.person_id
       and (w.flow, w.question) = (b.flow, b.question)
       and (b.retired_at is not null, b.due_at, b.person_id) < (w.retired_at is not null, w.due_at, w.person_id)`,
    [[keep, gone]],
  )
}

/**
 * One record of each competency is left, to be worked out anew from the evidence of both; as a mentor they have come as
 * far as either record says, so that nobody is sent back by an office's mistake.
 */
async function mergeStanding(db: Db, keep: PersonId, gone: PersonId): Promise<void> {
  await db.query(
    `with ranked as (
       select person_id, competency, array_position(
         '{enrolled,pre_tested,baseline_scored,coaching,reassessed,post_test,validated}', stage) far, changed_at
       from competency_record where person_id = any($1)
     )
     delete from competency_record w using ranked o, ranked b
     where w.person_id = o.person_id and w.competency = o.competency and b.competency = o.competency
       and b.person_id <> o.person_id and (b.far, b.changed_at, b.person_id) > (o.far, o.changed_at, o.person_id)`,
    [[keep, gone]],
  )
  await db.query(
    `with ranked as (
       select id, person_id, array_position('{proposed,agreed,admitted}', state) far
       from orientation where person_id = any($1) and state in ('proposed', 'agreed', 'admitted')
     )
     delete from orientation w using ranked o, ranked b
     where w.id = o.id and b.person_id <> o.person_id and (b.far, o.person_id = $2) > (o.far, o.person_id = $3)`,
    [[keep, gone], gone, keep],
  )
}

/** Those that are named by the person have one name now, and come when the first of the two would have come. */
async function mergeFollowUps(db: Db, keep: PersonId, gone: PersonId): Promise<void> {
  const named = `t.person_id = $2 and t.subject is null and t.key = t.kind || ':' || $2::bigint`
  await db.query(
    `update follow_up k set state = 'waiting', attempts = 0, settled_at = null,
       due_at = case when k.state = 'waiting' then least(k.due_at, t.due_at) else t.due_at end
     from follow_up t where ${named} and t.state = 'waiting' and k.key = t.kind || ':' || $1::bigint`,
    [keep, gone],
  )
  await db.query(
    `delete from follow_up t using follow_up k where ${named} and k.key = t.kind || ':' || $1::bigint`,
    [keep, gone],
  )
  await db.query(`update follow_up t set key = t.kind || ':' || $1::bigint where ${named}`, [keep, gone])
}

const contactRow = z.object({ phone: z.string().nullable(), invite_code: z.string().nullable() })

/** What one record does not know the other may; whether they want to hear from us is as they said where they wrote last. */
async function mergeRecords(db: Db, keep: PersonId, gone: PersonId): Promise<void> {
  // A phone and an invite code are one person's only: the record that goes gives them up first.
  const [row] = await db.query('select phone, invite_code from person where id = $1 for update', [gone])
  const { phone, invite_code } = contactRow.parse(row)
  await db.query('update person set phone = null, invite_code = null where id = $1', [gone])
  await db.query(
    `update person k set phone = coalesce(k.phone, $3), invite_code = coalesce(k.invite_code, $4),
       invite_used_at = case when k.invite_code is null then g.invite_used_at else k.invite_used_at end,
       cadre = coalesce(k.cadre, g.cadre), facility_id = coalesce(k.facility_id, g.facility_id),
       joined_at = least(k.joined_at, g.joined_at), unsolicited_at = greatest(k.unsolicited_at, g.unsolicited_at),
       leave_until = greatest(k.leave_until, g.leave_until),
       stopped_at = case when h.heard_at > coalesce((select heard_at from session where person_id = k.id), '-infinity')
         then g.stopped_at else k.stopped_at end
     from person g left join session h on h.person_id = g.id where k.id = $1 and g.id = $2`,
    [keep, gone, phone, invite_code],
  )
}
