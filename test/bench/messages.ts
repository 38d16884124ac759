// Durable quiz messages a second, against the limit: a bare loop that reads and writes the same rows in batches as
// large over as many connections.
import { bareLoop } from './bare-loop.ts'
import { figuresOf, report } from './figures.ts'
import { type Hall, lettersFor } from './hall.ts'

const PEOPLE = 2_000
const QUESTIONS = 10
const RUNS = 7
const BATCH = 128
const CONNECTIONS = 3

export async function benchMessages(hall: Hall): Promise<void> {
  const ours: number[] = []
  const limits: number[] = []
  const ratios: number[] = []
  for (let run = 0; run < RUNS; run++) {
    // New ones each time: whoever takes it again has cards of what they missed before, which the loop knows nothing of.
    await hall.people((run + 1) * PEOPLE)
    const senders = Array.from({ length: PEOPLE }, (_, index) => String(run * PEOPLE + index + 1))
    await hall.beginQuiz(senders)
    const limit = await bareLoop({
      url: hall.url,
      people: PEOPLE,
      questions: QUESTIONS,
      batch: BATCH,
      connections: CONNECTIONS,
    })
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
