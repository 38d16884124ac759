// npm run soak -- [--kills N] [--seed N]: the kill test for as long as you like.
// npm run soak -- --delivery 10m [--seed N]: messages out to a provider on a bad day, for so many s, m or h.
// npm run soak -- --programme [--seed N]: the whole programme for twelve months of virtual time, in memory.
// Exit code 1 when anything is wrong.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { parse } from 'yaml'
import { calendarSchema } from '../../src/engine/schema.ts'
import { soakDelivery } from './delivery.ts'
import { simulateProgramme, type Simulated } from './programme.ts'
import { soak } from './soak.ts'

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '20' },
    delivery: { type: 'string' },
    programme: { type: 'boolean', default: false },
    seed: { type: 'string' },
  },
})
const root = process.cwd()
const common = {
  flows: join(root, 'flows'),
  main: join(root, 'dist/main.js'),
  seed: values.seed === undefined ? Date.now() % 2 ** 31 : Number(values.seed),
  progress: (line: string): unknown => process.stderr.write(`${line}\n`),
}

function secondsIn(text: string): number {
  const [, count, unit = 's'] = /^(\d+)([smh]?)$/.exec(text) ?? []
  if (count === undefined) throw new Error('write how long as 90s, 10m or 1h')
  return Number(count) * ({ s: 1, m: 60, h: 3600 }[unit] ?? 1)
}

async function wholeProgramme(seed: number): Promise<Simulated> {
  const calendar = calendarSchema.parse(parse(await readFile(join(root, 'flows/calendar.yaml'), 'utf8')))
  // 26 hospitals and 2 upgraded health centres, and two community mentors at each of 325 health centres.
  const scale = { hospitals: 28, healthCentres: 325, communityMentors: 650, months: 12 }
  return simulateProgramme({ ...scale, seed, calendar })
}

const report = values.programme
  ? await wholeProgramme(common.seed)
  : values.delivery === undefined
    ? await soak({ ...common, kills: Number(values.kills), writers: { web: 16, telegram: 12 } })
    : await soakDelivery({ ...common, seconds: secondsIn(values.delivery) })
process.stdout.write(`${JSON.stringify(report, undefined, 2)}\n`)
process.exitCode = report.faults.length > 0 ? 1 : 0
