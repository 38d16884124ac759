// The documents are held to the code: settings, commands, files, examples and statements are tried, not believed.
import { existsSync } from 'node:fs'
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { flows } from '../src/cli/flows.ts'
import { preceptor } from '../src/cli/preceptor.ts'
import { readConfig } from '../src/config/config.ts'
import { VARIABLES } from '../src/config/variables.ts'
import { speak } from '../src/engine/speak.ts'
import { makeMetrics } from '../src/http/metrics.ts'
import { CADRES, ROLES } from '../src/words/roles.ts'
import { type FreshDatabase, freshDatabase } from './database.ts'
import { codeIn, DOCUMENTS, examplesIn, isThere, ROOM_READMES, ROOT, rowsIn, textOf } from './documents.ts'
import { makeProgramme, MONDAY } from './programme.ts'

/** What a document may name that only its reader or a build makes. */
const EXAMPLES = new Set(['roster.csv', '0002-visits.sql', 'build/'])
const README = textOf('README.md')

/** The codes in the README's list of that name. */
const listed = (name: string): string[] =>
  codeIn(new RegExp(`- ${name}: ([^]*?)\n(?:-|\n)`).exec(README)?.[1] ?? '')

const commas = (words = ''): string => words.split(' ').join(', ')

/** Whether a line stands among those said; one that ends in an ellipsis needs only its beginning. */
const isSaid = (said: readonly string[], line: string): boolean =>
  said.some((one) => (line.endsWith('…') ? one.startsWith(line.slice(0, -1).trim()) : one === line))

describe('the settings', () => {
  const rows = rowsIn('README.md').filter(
    ([name]) => /^`[A-Z_]+`$/.test(name ?? '') && name !== '`EADDRINUSE`',
  )
  const settings = rows.map(([name = '', meaning = '', standard = '']) => ({
    name: name.slice(1, -1),
    meaning,
    standard,
  }))
  /** What lets each setting mean something. */
  const base = {
    PUBLIC_URL: 'https://mentor.example.org',
    TELEGRAM_BOT_TOKEN: '1:token',
    TELEGRAM_WEBHOOK_SECRET: 'x'.repeat(32),
    WHATSAPP_CLOUD_TOKEN: 'x'.repeat(32),
    WHATSAPP_CLOUD_NUMBER_ID: '1'.repeat(15),
    WHATSAPP_CLOUD_APP_SECRET: 'x'.repeat(32),
    WHATSAPP_CLOUD_VERIFY_TOKEN: 'x'.repeat(32),
  }

  it('are those the service reads, no more and no fewer', () => {
    expect(settings.map(({ name }) => name).toSorted()).toEqual([...VARIABLES].toSorted())
  })

  it.each(settings.filter(({ standard }) => standard.startsWith('`')))(
    '$name is $standard by itself',
    ({ name, standard }) => {
      const { [name]: _, ...others }: Record<string, string> = base
      expect(readConfig({ ...others, [name]: codeIn(standard)[0] })).toEqual(readConfig(others))
    },
  )

  it('may be what the table says they may be', () => {
    const lists = settings.filter(({ name }) =>
      ['LANGUAGE', 'TELEGRAM_MODE', 'LOG_LEVEL', 'DEMO'].includes(name),
    )
    const urls = settings.filter(({ name }) => name.endsWith('_URL'))
    const values = [
      ...lists.flatMap(({ name, meaning }) => codeIn(meaning).map((value) => [name, value] as const)),
      ...urls.map(({ name, meaning }) => [name, codeIn(meaning)[0] ?? ''] as const),
    ]
    expect(values.length).toBeGreaterThan(14)
    for (const [name, value] of values) expect(() => readConfig({ ...base, [name]: value })).not.toThrow()
  })
})

describe('commands', () => {
  const scripts = z
    .object({ scripts: z.record(z.string(), z.string()) })
    .parse(JSON.parse(textOf('package.json'))).scripts
  const usages: Record<string, string> = {}
  beforeAll(async () => {
    for (const [name, command] of Object.entries({ preceptor, flows })) {
      const lines: string[] = []
      await command([], {}, (line) => lines.push(line))
      usages[name] = lines.join('\n')
    }
  })

  it.each(DOCUMENTS)('named in %s are scripts of package.json', (file) => {
    const named = [...textOf(file).matchAll(/\bnpm (?:run (?:-s )?)?([a-z][\w-]*)/g)].map(
      (match) => match[1] ?? '',
    )
    const ofNpm = ['ci', 'run']
    expect(named.filter((name) => !ofNpm.includes(name) && !(name in scripts))).toEqual([])
  })

  it.each(['preceptor', 'flows'])('of %s are the same in the README and in its usage', (name) => {
    const known = [...(usages[name] ?? '').matchAll(/^ {2}([a-z][a-z-]*(?: [a-z][a-z-]*)*)/gm)].map(
      (match) => match[1] ?? '',
    )
    const calls = README.matchAll(
      new RegExp(`(?:npm run ${name} --|run-${name}\\.js) ([a-z-]+(?: [a-z-]+(?![\\w.]))?)`, 'g'),
    )
    const named = [...calls].map((match) => match[1] ?? '')
    expect(known.length).toBeGreaterThan(0)
    expect([...new Set(named)].toSorted()).toEqual(known.toSorted())
  })
})

describe.each(DOCUMENTS)('%s', (file) => {
  it('links to what is there', () => {
    const links = [...textOf(file).matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1] ?? '')
    const lost = links.filter(
      (link) => !/^[a-z]+:/.test(link) && !existsSync(join(ROOT, dirname(file), link.split('#')[0] ?? '')),
    )
    expect(lost).toEqual([])
  })

  it('names files that are there', () => {
    const words = codeIn(textOf(file)).filter((word) =>
      /^\w[\w./-]*(?:\.(?:ts|js|json|md|sql|yaml|csv|dump)|\/)$/.test(word),
    )
    expect(words.filter((word) => !EXAMPLES.has(word) && !isThere(word))).toEqual([])
  })
})

// The vocabulary is a table, and grows with what the service knows.
it.each(ROOM_READMES)('%s is no longer than 30 lines, tables apart', (file) => {
  const lines = textOf(file).trimEnd().split('\n')
  expect(lines.filter((line) => !line.startsWith('|')).length).toBeLessThanOrEqual(30)
})

it('draws the house in CONTRIBUTING.md as it is tested', () => {
  const plan = [...textOf('test/house.test.ts').matchAll(/^ {2}room\('([^']*)', '([^']*)', '([^']*)'\)/gm)]
  const drawn = rowsIn('CONTRIBUTING.md').slice(2)
  expect(plan.length).toBeGreaterThan(10)
  expect(drawn).toEqual(
    plan.map(([, name, leansOn, packages]) => [`\`${name}\``, commas(leansOn), commas(packages)]),
  )
})

it('shows a conversation in README.md as it is held', async () => {
  const programme = await makeProgramme()
  try {
    const flow = programme.desk.shelf.flows.find(({ id }) => String(id) === 'newborn-resuscitation')
    if (flow?.content.kind !== 'quiz') throw new Error('the quiz is gone')
    const { version, content } = flow
    const lines = (examplesIn('README.md', 'text')[0] ?? '')
      .split('\n')
      .map((line) => line.replace(/^(Preceptor|Joseph) {2,}/, '').trim())
    const question = content.questions.findIndex(({ ask }) => lines.includes(ask.en ?? ''))
    const listener = { language: 'en', timezone: 'Africa/Kigali' } as const
    /** All that the service says around this question when the options come in the order of this seed. */
    const saidWith = (seed: number): string[] => {
      const asking = { say: 'question', flow: version, question, seed, at: 2, of: 10, asked: 1 } as const
      const [asked] = speak(programme.desk.shelf, [asking], listener)
      const options = (asked?.choices ?? []).map(
        ({ label }, index) => `${String.fromCharCode(65 + index)}. ${label}`,
      )
      const chosen =
        content.questions[question]?.options.findIndex(({ text }) => `D. ${text.en}` === options[3]) ?? -1
      const rest = speak(
        programme.desk.shelf,
        [
          { say: 'verdict', flow: version, question, seed, chosen },
          { say: 'word', word: 'refresher_intro', values: { title: content.title, count: 3 } },
          { ...asking, at: 1, of: 3 },
        ],
        listener,
      )
      return [asked?.text ?? '', ...options, ...rest.map(({ text }) => text)].flatMap((text) =>
        text.split('\n'),
      )
    }
    const heard = lines.filter((line) => line !== '' && line !== 'd' && !line.startsWith('…'))
    const missing = Array.from({ length: 200 }, (_, seed) =>
      heard.filter((line) => !isSaid(saidWith(seed), line)),
    )
    expect(heard.length).toBeGreaterThan(10)
    expect(missing.toSorted((a, b) => a.length - b.length)[0]).toEqual([])
  } finally {
    await programme.close()
  }
})

it('names every role and every cadre', () => {
  expect(listed('Roles')).toEqual([...ROLES])
  expect(listed('Cadres')).toEqual([...CADRES])
})

describe('with a database', () => {
  let fresh: FreshDatabase
  let directory: string
  beforeAll(async () => {
    fresh = await freshDatabase()
    directory = await mkdtemp(join(tmpdir(), 'preceptor-readme-'))
  })
  afterAll(async () => {
    await rm(directory, { recursive: true, force: true })
    await fresh.close()
  })

  it('shows a flow that passes the check beside the others', async () => {
    const folder = join(directory, 'flows')
    await cp(join(ROOT, 'flows'), folder, { recursive: true })
    await writeFile(join(folder, 'example.yaml'), examplesIn('README.md', 'yaml')[0] ?? '')
    const said: string[] = []
    const code = await flows(['check', folder], {}, (line) => said.push(line))
    expect({ said: said.at(-1), code }).toEqual({ said: expect.stringContaining('in order'), code: 0 })
    expect(said.filter((line) => line.startsWith('example.yaml'))).toEqual([])
  })

  it('shows a roster that can be imported, and twice', async () => {
    const file = join(directory, 'roster.csv')
    await writeFile(file, examplesIn('README.md', 'csv')[0] ?? '')
    const said: string[] = []
    for (const time of [1, 2]) {
      const code = await preceptor(['people', 'import', file], { DATABASE_URL: fresh.url }, (line) =>
        said.push(line),
      )
      expect([time, code]).toEqual([time, 0])
    }
    expect(said).toEqual([
      '3 added, 0 changed, 0 unchanged, 0 refused',
      '0 added, 0 changed, 3 unchanged, 0 refused',
    ])
  })

  it('names every figure of the service', () => {
    const { registry } = makeMetrics(fresh.db, { now: () => MONDAY })
    const kept = registry
      .getMetricsAsArray()
      .map(({ name }) => name)
      .filter((name) => name.startsWith('preceptor_'))
    expect([...new Set(README.match(/preceptor_[a-z_]+/g))].toSorted()).toEqual(kept.toSorted())
  })
})
