// The limit of the quiz messages: what the database has to do for them, and nothing worked out.
import pg from 'pg'
import { columnTypes } from '../../src/store/db.ts'

/** Who answers, what is answered, and how: the same as the service is given. */
export interface BareOrder {
  readonly url: string
  readonly people: number
  readonly questions: number
  readonly batch: number
  readonly connections: number
}

// As the service's own rows are: one conversation, one answer, one turn owed of two bubbles.
const SAYS = JSON.stringify([
  { say: 'verdict', flow: '0123456789ab', question: 3, seed: 12_345, chosen: 1 },
  { say: 'question', flow: '0123456789ab', question: 5, seed: 12_345, at: 4, of: 10, asked: 5 },
])

// Nobody tidies them up: it would burden what is measured next.
const TABLES = `
  create table if not exists bare_received_message (like received_message including all) with (autovacuum_enabled = off);
  create table if not exists bare_session (like session including all) with (fillfactor = 50, autovacuum_enabled = off);
  create table if not exists bare_answer (like answer including all) with (autovacuum_enabled = off);
  create table if not exists bare_outbox (like outbox including all) with (autovacuum_enabled = off);
  create table if not exists bare_attempt (like attempt including all) with (autovacuum_enabled = off);
  create table if not exists bare_competency_record (like competency_record including all, foreign key (person_id) references person)
    with (autovacuum_enabled = off);
  create table if not exists bare_evidence (like evidence including all, foreign key (person_id) references person) with (autovacuum_enabled = off);
  create table if not exists bare_review_card (like review_card including all, foreign key (person_id) references person)
    with (autovacuum_enabled = off);
  create table if not exists bare_follow_up (like follow_up including all, foreign key (person_id) references person)
    with (autovacuum_enabled = off);
  truncate bare_received_message, bare_session, bare_answer, bare_outbox, bare_attempt, bare_competency_record, bare_evidence,
    bare_review_card, bare_follow_up;
  insert into bare_session (person_id, state) select person_id, state from session;
  insert into bare_attempt (id, person_id, flow, version, competency, purpose, language, seed, max, pass_percent, started_at)
    select id, id, 'newborn-resuscitation', '0123456789ab', 'newborn-resuscitation', 'practice', 'en', 12345, 10, 85, now() from person;
  insert into bare_follow_up (kind, key, person_id, subject, due_at)
    select 'nudge', 'nudge:' || id, id, id, now() + interval '4 hours' from person;`

/** Each message noted as seen, its address, person and conversation looked up, the conversation locked. */
const TAKE = `
  with arriving as materialized (
    select a.index, a.id, d.id address_id, d.person_id
    from unnest($1::int[], $2::text[], $3::text[]) as a(index, id, sender)
    join address d on d.channel = 'telegram' and d.external_id = a.sender
  ), fresh as (
    insert into bare_received_message (channel, message_id) select 'telegram', id from arriving order by id
    on conflict do nothing returning message_id
  )
  select a.index, a.id in (select message_id from fresh) fresh, a.address_id, p.id person_id, p.name, p.language, s.turn, s.state
  from arriving a join person p on p.id = a.person_id join bare_session s on s.person_id = a.person_id
  order by s.person_id for update of s`

const WRITE = `
  with answered as (
    insert into bare_answer (attempt_id, ordinal, attempt_try, question, option, correct, took_ms, language, answered_at)
    select attempt_id, ordinal, 1, 'golden-minute', 'a', true, 1000, 'en', now()
    from unnest($1::bigint[], $5::smallint[]) as a(attempt_id, ordinal)
  ), owed as (
    insert into bare_outbox (address_id, turn, channel, shard, lane, language, says, created_at, handed)
    select address_id, turn, 'telegram', 1, 0, 'en', $4, now(), true
    from unnest($1::bigint[], $2::int[]) as o(address_id, turn)
  )
  update bare_session s set turn = x.turn, state = x.state, heard_at = now()
  from unnest($1::bigint[], $2::int[], $3::json[]) as x(person_id, turn, state) where s.person_id = x.person_id`

/**
 * A first test's end: its score, what it shows and the record that it moves, a card for each of two questions that were
 * missed, its nudge dropped, and a refresher planned.
 */
const END = `
  with scored as (
    update bare_attempt a set score = 8, max = 10, critical_missed = 0, passed = false, finished_at = now() from unnest($1::bigint[]) e(id)
    where a.id = e.id
  ), shown as (
    insert into bare_evidence (person_id, competency, kind, source, score, max, bar, critical_missed, passed, stage, round, at)
    select id, 'newborn-resuscitation', 'pre_test', id, 8, 10, 85, 0, false, 'pre_tested', 0, now() from unnest($1::bigint[]) e(id)
  ), recorded as (
    insert into bare_competency_record (person_id, competency, stage, changed_at)
    select id, 'newborn-resuscitation', 'pre_tested', now() from unnest($1::bigint[]) e(id)
  ), dropped as (
    update bare_follow_up set state = 'stale', settled_at = now() where key = any($2) and state = 'waiting'
  ), missed as (
    insert into bare_review_card (person_id, flow, question, due_at, right_in_a_row, card)
    select id, 'newborn-resuscitation', q.question, now() + interval '1 day', 0, $4
    from unnest($1::bigint[]) e(id), (values ('golden-minute'), ('head-position')) q(question)
  )
  insert into bare_follow_up (kind, key, person_id, due_at)
  select 'refresher', e.key, e.id, now() + interval '1 day' from unnest($1::bigint[], $3::text[]) e(id, key)`

const CARD = JSON.stringify({
  stability: 0.212,
  difficulty: 6.4133,
  reps: 1,
  lapses: 0,
  state: 1,
  reviewedAt: 1_795_782_002_499,
})

/** What is sent is gone from the outbox, in the background, as the service's own is. */
const SETTLE = `delete from bare_outbox o using unnest($1::bigint[], $2::int[]) as x(address_id, turn)
  where o.address_id = x.address_id and o.turn = x.turn`

/**
 * Messages a second of a bare loop over `pg` that reads and writes what the service reads and writes for the answers of
 * a quiz, its end among them, in batches as large over as many connections.
 */
export async function bareLoop({ url, people, questions, batch, connections }: BareOrder): Promise<number> {
  const clients = await Promise.all(
    Array.from({ length: connections + 1 }, async () => {
      const client = new pg.Client({ connectionString: url, types: columnTypes })
      await client.connect()
      return client
    }),
  )
  const [settler, ...writers] = clients
  if (!settler) throw new Error('nobody settles')
  await settler.query(TABLES)
  const total = people * questions
  const settled: Promise<unknown>[] = []
  let next = 0
  const began = performance.now()
  await Promise.all(
    writers.map(async (client) => {
      for (let from = next; from < total; from = next) {
        next += batch
        const these = Array.from({ length: Math.min(batch, total - from) }, (_, index) => from + index)
        const turns = these.map((at) => Math.floor(at / people) + 1)
        await client.query('begin')
        const { rows } = await client.query({
          name: 'take',
          text: TAKE,
          values: [
            these.map((_, index) => index),
            these.map((at) => `b${at}`),
            these.map((at) => String((at % people) + 1)),
          ],
        })
        const talks = rows as { index: number; person_id: number; state: unknown }[]
        if (talks.length !== these.length) throw new Error('somebody is not there')
        const persons = talks.map(({ person_id: person }) => person)
        const numbers = talks.map(({ index }) => turns[index])
        const states = talks.map(({ state }) => JSON.stringify(state))
        await client.query({ name: 'write', text: WRITE, values: [persons, numbers, states, SAYS, numbers] })
        const ended = persons.filter((_, at) => numbers[at] === questions)
        if (ended.length > 0) {
          const keys = (kind: string): string[] => ended.map((person) => `${kind}:${person}`)
          const values = [ended, keys('nudge'), keys('refresher'), CARD]
          await client.query({ name: 'end', text: END, values })
        }
        await client.query('commit')
        settled.push(settler.query({ name: 'settle', text: SETTLE, values: [persons, numbers] }))
      }
    }),
  )
  const seconds = (performance.now() - began) / 1000
  await Promise.all(settled)
  await Promise.all(clients.map((client) => client.end()))
  return total / seconds
}
