// Durable quiz messages a second, against the limit: a bare loop that writes the same rows with the same batch size
// over the same number of connections.
import pg from 'pg'
import { columnTypes } from '../../src/store/db.ts'
import { figuresOf, report } from './figures.ts'
import { type Hall, lettersFor } from './hall.ts'

const PEOPLE = 2_000
const QUESTIONS = 10
const RUNS = 5
const BATCH = 128
const CONNECTIONS = 2

export async function benchMessages(hall: Hall): Promise<void> {
  await hall.people(PEOPLE)
  const senders = Array.from({ length: PEOPLE }, (_, index) => String(index + 1))
  const ours: number[] = []
  const limits: number[] = []
  const ratios: number[] = []
  for (let run = 0; run < RUNS; run++) {
    await hall.beginQuiz(senders)
    const limit = await bareLoop(hall)
    const speed = await takeQuiz(hall, senders, run)
    await checkScores(hall)
    ours.push(speed)
    limits.push(limit)
    ratios.push((100 * speed) / limit)
    process.stderr.write(`  run ${run + 1}: ${Math.round(speed)}/s, limit ${Math.round(limit)}/s\n`)
  }
  report('durable quiz messages', figuresOf(ours), 'a second', '>= 10,000')
  report('  the same rows in a bare loop', figuresOf(limits), 'a second', '')
  report('  share of the limit', figuresOf(ratios), '%', '>= 60')
}

/** Everybody answers, as soon as their last answer is committed: eight right, two wrong. Messages a second. */
async function takeQuiz(hall: Hall, senders: readonly string[], run: number): Promise<number> {
  const letters = await lettersFor(hall, senders)
  const before = hall.sends
  const began = performance.now()
  await Promise.all(
    senders.map(async (sender) => {
      for (let at = 0; at < QUESTIONS; at++)
        await hall.receiver.receive([
          {
            channel: 'telegram',
            messageId: `r${run}-${sender}-${at}`,
            sender,
            at: Date.now(),
            content: { kind: 'text', text: letters.get(sender)?.[at] ?? '' },
          },
        ])
    }),
  )
  const seconds = (performance.now() - began) / 1000
  await hall.settled()
  // A verdict and what follows it: two bubbles an answer.
  const sends = hall.sends - before
  if (sends !== senders.length * QUESTIONS * 2) throw new Error(`${sends} bubbles were sent`)
  return (senders.length * QUESTIONS) / seconds
}

/** Every final score, and every answer that leads to it. */
async function checkScores(hall: Hall): Promise<void> {
  const { rows } = await hall.pool.query(
    `select count(*) finished, count(*) filter (where score <> 8 or answers <> ${QUESTIONS} or correct <> 8) off
     from (select score, (select count(*) from answer where attempt_id = a.id) answers,
             (select count(*) from answer where attempt_id = a.id and correct) correct
           from attempt a where finished_at is not null) finished`,
  )
  const { finished, off } = rows[0] as { finished: number; off: number }
  if (finished % PEOPLE !== 0 || off !== 0) throw new Error(`${off} of ${finished} scores are off`)
}

/** Seen messages, sessions, answers and outbox rows, in batches, with nothing worked out. Messages a second. */
async function bareLoop(hall: Hall): Promise<number> {
  const clients = await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      const client = new pg.Client({ connectionString: hall.url, types: columnTypes })
      await client.connect()
      return client
    }),
  )
  await clients[0]
    ?.query(`create table if not exists bare_received_message (like received_message including all);
    create table if not exists bare_session (like session including all) with (fillfactor = 50);
    create table if not exists bare_answer (like answer including all);
    create table if not exists bare_outbox (like outbox including all);
    truncate bare_received_message, bare_session, bare_answer, bare_outbox;
    insert into bare_session (person_id, state) select person_id, state from session;`)
  const { rows } = await hall.pool.query(
    'select person_id, state from session where person_id <= $1 order by person_id',
    [PEOPLE],
  )
  const people = rows as { person_id: number; state: unknown }[]
  const says = [
    { say: 'verdict', flow: '0123456789ab', question: 3, seed: 12_345, chosen: 1 },
    { say: 'question', flow: '0123456789ab', question: 5, seed: 12_345, at: 4, of: 10, asked: 5 },
  ]
  const total = PEOPLE * QUESTIONS
  let next = 0
  const began = performance.now()
  await Promise.all(
    clients.map(async (client) => {
      for (let from = next; from < total; from = next) {
        next += BATCH
        const batch = Array.from({ length: Math.min(BATCH, total - from) }, (_, index) => from + index)
        const now = Date.now()
        await client.query('begin')
        await client.query({
          name: 'seen',
          text: `insert into bare_received_message (channel, message_id) select 'telegram', id
            from unnest($1::text[]) as a(id) order by 1, 2 on conflict do nothing`,
          values: [batch.map((at) => `r0-${at % PEOPLE}-${Math.floor(at / PEOPLE)}`)],
        })
        await client.query({
          name: 'write',
          text: `with answered as (
              insert into bare_answer (attempt_id, ordinal, attempt_try, question, option, correct, took_ms, language, answered_at)
              select attempt_id, ordinal, 1, 'golden-minute', 'a', true, 1000, 'en', to_timestamp($4::float8 / 1000)
              from unnest($5::bigint[], $6::smallint[]) as a(attempt_id, ordinal)
            ), owed as (
              insert into bare_outbox (address_id, turn, channel, shard, lane, language, says, created_at, handed)
              select address_id, turn, 'telegram', 1, 0, 'en', $7, to_timestamp($4::float8 / 1000), true
              from unnest($1::bigint[], $2::int[]) as o(address_id, turn)
            )
            update bare_session s set turn = x.turn, state = x.state, heard_at = to_timestamp($4::float8 / 1000)
            from unnest($1::bigint[], $2::int[], $3::json[]) as x(person_id, turn, state) where s.person_id = x.person_id`,
          values: [
            batch.map((at) => people[at % PEOPLE]?.person_id),
            batch,
            batch.map((at) => JSON.stringify(people[at % PEOPLE]?.state)),
            now,
            batch.map((at) => at % PEOPLE),
            batch.map((at) => Math.floor(at / PEOPLE)),
            JSON.stringify(says),
          ],
        })
        await client.query('commit')
      }
    }),
  )
  const seconds = (performance.now() - began) / 1000
  await Promise.all(clients.map((client) => client.end()))
  return total / seconds
}
