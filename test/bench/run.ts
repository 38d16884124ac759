// `npm run bench [-- engine start quiet messages people delivery observations cases groups]`: the service's figures on this machine, medians of several
// runs. It measures and never judges: machines differ, and a noisy one says so by a wide min and max.
import { benchCases } from './cases.ts'
import { benchDelivery } from './delivery.ts'
import { benchEngine } from './engine.ts'
import { figuresOf, printTable, report } from './figures.ts'
import { benchGroups } from './groups.ts'
import { type Hall, type HallOptions, openHall } from './hall.ts'
import { benchMessages } from './messages.ts'
import { benchObservations } from './observations.ts'
import { benchPeople } from './people.ts'
import { benchQuiet } from './quiet.ts'
import { benchRecords } from './records.ts'
import { benchStart } from './start.ts'

const PARTS = [
  'engine',
  'start',
  'quiet',
  'messages',
  'people',
  'delivery',
  'observations',
  'cases',
  'groups',
] as const
const wanted = process.argv.slice(2)
const chosen = PARTS.filter((part) => wanted.length === 0 || wanted.includes(part))
if (chosen.length === 0) throw new Error(`there is no such part: choose from ${PARTS.join(', ')}`)

async function inHall(measure: (hall: Hall) => Promise<void>, options: HallOptions = {}): Promise<void> {
  const hall = await openHall(options)
  try {
    await measure(hall)
  } finally {
    await hall.close()
  }
}

if (chosen.includes('engine')) await benchEngine()
if (chosen.includes('start')) await benchStart()
if (chosen.includes('quiet')) await inHall(benchQuiet)
if (chosen.includes('messages')) {
  await inHall(benchMessages)
  const { rss } = process.memoryUsage()
  report('resident memory of Node after the messages', figuresOf([rss / 2 ** 20]), 'MiB', '<= 250')
}
if (chosen.includes('people')) await inHall(benchPeople)
if (chosen.includes('delivery')) await benchDelivery()
if (chosen.includes('observations')) {
  await inHall(benchObservations)
  await inHall(benchRecords)
}
if (chosen.includes('cases')) await inHall(benchCases)
if (chosen.includes('groups')) await inHall(benchGroups, { open: true })
printTable()
