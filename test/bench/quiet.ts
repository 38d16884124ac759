// One message at a time on an idle system: how long until it is committed, and until the reply is with the channel.
import { figuresOf, percentile, report } from './figures.ts'
import type { Hall } from './hall.ts'

const ROUNDS = 5
const MESSAGES = 200
const QUESTIONS = 10

export async function benchQuiet(hall: Hall): Promise<void> {
  await hall.people(2_000)
  const committed: number[][] = []
  const handed: number[][] = []
  for (let round = 0; round < ROUNDS; round++) {
    const senders = Array.from({ length: MESSAGES / QUESTIONS }, (_, index) => String(1 + round * 20 + index))
    await hall.beginQuiz(senders)
    const commits: number[] = []
    const hands: number[] = []
    for (let at = 0; at < QUESTIONS; at++)
      for (const sender of senders) {
        const began = performance.now()
        const reply = new Promise<number>((resolve) => {
          hall.onSend = (to) => {
            if (to === sender) resolve(performance.now() - began)
          }
        })
        await hall.receiver.receive([
          {
            channel: 'telegram',
            messageId: `q${round}-${sender}-${at}`,
            sender,
            at: Date.now(),
            content: { kind: 'text', text: 'C' },
          },
        ])
        commits.push(performance.now() - began)
        hands.push(await reply)
        await new Promise((resolve) => setTimeout(resolve, 2))
      }
    hall.onSend = undefined
    await hall.settled()
    committed.push(commits)
    handed.push(hands)
  }
  const share = (runs: number[][], at: number) => figuresOf(runs.map((run) => percentile(run, at)))
  report('one message to its commit, p50', share(committed, 0.5), 'ms', '')
  report('one message to its commit, p99', share(committed, 0.99), 'ms', '<= 20')
  report('one message to the reply at the channel, p50', share(handed, 0.5), 'ms', '')
  report('one message to the reply at the channel, p99', share(handed, 0.99), 'ms', '<= 40')
}
