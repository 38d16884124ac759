// What a word in a case costs from its receipt to the outbox of the other side, with a thousand cases open; and looking
// for answered cases among a hundred thousand before somebody asks.
import { similarCases } from '../../src/store/answered-cases.ts'
import { figuresOf, percentile, report } from './figures.ts'
import type { Hall } from './hall.ts'

const OPEN = 1_000
/** Each mentor has the most cases that somebody is given. */
const MENTORS = OPEN / 8
const ANSWERED = 100_000
const RUNS = 5
const RELAYS = 200
const SEARCHES = 100

export async function benchCases(hall: Hall): Promise<void> {
  await hall.people(MENTORS + OPEN)
  await openCases(hall)
  const first = await hall.pool.query('select min(id) id from clinical_case')
  const from = (first.rows[0] as { id: number }).id
  for (let mentor = 1; mentor <= MENTORS; mentor++) await say(hall, mentor, `C-${from + mentor - 1}`)
  await hall.settled()
  const relays: number[] = []
  for (let run = 0; run < RUNS; run++) {
    const times: number[] = []
    for (let at = 0; at < RELAYS; at++)
      times.push(await timed(() => say(hall, 1 + (at % MENTORS), `Give the next dose ${run} ${at}`)))
    relays.push(percentile(times, 0.95))
  }
  const said = await hall.pool.query(`select count(*)::int n from case_entry where part = 'mentor'`)
  if ((said.rows[0] as { n: number }).n !== RUNS * RELAYS) throw new Error('a word of a mentor is missing')
  await hall.settled()
  report(`relay in a case, receipt to outbox, ${OPEN} open, p95`, figuresOf(relays), 'ms', '<= 40')

  await answeredCases(hall)
  const searches: number[] = []
  let found = 0
  for (let run = 0; run < RUNS; run++) {
    const times: number[] = []
    for (let at = 0; at < SEARCHES; at++) {
      const words = Array.from({ length: 14 }, (_, place) =>
        wordAt(run * 7919 + at * 104_729 + place * 7),
      ).join(' ')
      times.push(
        await timed(async () => {
          found += (await similarCases(hall.desk.database, { words, area: '', language: 'en', limit: 3 }))
            .length
        }),
      )
    }
    searches.push(percentile(times, 0.95))
  }
  if (found === 0) throw new Error('nothing was found')
  report(
    `search among ${ANSWERED.toLocaleString('en')} answered cases, p95`,
    figuresOf(searches),
    'ms',
    '<= 50',
  )
}

let messages = 0

const say = (hall: Hall, sender: number, text: string): Promise<void> =>
  hall.receiver.receive([
    {
      channel: 'telegram',
      messageId: `case-${messages++}`,
      sender: String(sender),
      at: Date.now(),
      content: { kind: 'text', text },
    },
  ])

async function timed(work: () => Promise<void>): Promise<number> {
  const began = performance.now()
  await work()
  return performance.now() - began
}

/** The first people mentor, each eight of those who follow, who have one case each. */
async function openCases(hall: Hall): Promise<void> {
  await hall.pool.query(
    `insert into clinical_case (asker_id, language, urgency, state, mentor_id, opened_at, claimed_at)
     select $1 + i, 'en', 'advice', 'claimed', 1 + (i - 1) % $1, now(), now() from generate_series(1, $2::int) i`,
    [MENTORS, OPEN],
  )
  await hall.pool.query('vacuum analyze')
}

/** Words as people use them: a few stand in every tenth text, most in hardly any. Letters only, five at least. */
function wordAt(seed: number): string {
  const share = ((seed * 2_654_435_761) % 4_294_967_296) / 4_294_967_296
  const rank = Math.floor(2000 ** share)
  return `word${rank.toString(26).replaceAll(/\d/g, (digit) => String.fromCharCode(113 + (Number(digit) % 10)))}`
}

async function answeredCases(hall: Hall): Promise<void> {
  const batch = 5_000
  for (let from = 0; from < ANSWERED; from += batch) {
    const texts = Array.from({ length: batch }, (_, index) =>
      Array.from({ length: 40 }, (__, place) => wordAt((from + index) * 41 + place)).join(' '),
    )
    await hall.pool.query(
      `insert into clinical_case (language, urgency, state, opened_at, resolved_at, recommendation, search)
       select 'en', 'advice', 'resolved', now(), now(), left(t, 200), to_tsvector(words_of('en'), t) from unnest($1::text[]) t`,
      [texts],
    )
  }
  await hall.pool.query('vacuum analyze clinical_case')
}
