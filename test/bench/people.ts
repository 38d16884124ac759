// Does a message cost more when the programme is larger? The same number of people talk; the others are only there.
import { figuresOf, report } from './figures.ts'
import type { Hall } from './hall.ts'

const SIZES = [1_000, 10_000, 100_000]
const TALKING = 1_000
const QUESTIONS = 10
const RUNS = 5

export async function benchPeople(hall: Hall): Promise<void> {
  const costs: number[] = []
  for (const size of SIZES) {
    await hall.people(size)
    const runs: number[] = []
    for (let run = 0; run < RUNS; run++) {
      // Spread over everybody, so that no page is warm by chance.
      const senders = Array.from({ length: TALKING }, (_, index) =>
        String(1 + Math.floor((index * size) / TALKING)),
      )
      await hall.beginQuiz(senders)
      const began = performance.now()
      await Promise.all(
        senders.map(async (sender) => {
          for (let at = 0; at < QUESTIONS; at++)
            await hall.receiver.receive([
              {
                channel: 'telegram',
                messageId: `p${size}-${run}-${sender}-${at}`,
                sender,
                at: Date.now(),
                content: { kind: 'text', text: 'B' },
              },
            ])
        }),
      )
      runs.push((1000 * (performance.now() - began)) / (TALKING * QUESTIONS))
      await hall.settled()
    }
    const figures = figuresOf(runs)
    costs.push(figures.median)
    report(`cost of a message, ${size.toLocaleString('en')} people`, figures, 'µs', '')
  }
  const most = (100 * Math.max(...costs)) / Math.min(...costs) - 100
  report('  dearest over cheapest', { min: most, median: most, max: most }, '% more', '<= 15')
}
