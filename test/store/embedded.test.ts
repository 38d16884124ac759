import { spawn } from 'node:child_process'
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client, Pool } from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { EmbeddedError } from '../../src/store/embedded/error.ts'
import {
  type EmbeddedPostgres,
  findEmbeddedPostgres,
  startEmbeddedPostgres,
} from '../../src/store/embedded.ts'
import {
  buildProject,
  childrenOf,
  makeDirectory,
  removeDirectory,
  serverOf,
  type Service,
  startService,
} from './embedded/service.ts'

let directory = ''
let dataDir: string
let project: string
let logged: string[]
const running: { stop(): Promise<void> }[] = []

const say = (_: object, message: string): void => void logged.push(message)
const log = { info: () => undefined, warn: say, error: say }

async function start(where = dataDir): Promise<EmbeddedPostgres> {
  const database = await startEmbeddedPostgres({ dataDir: where, log })
  running.push(database)
  return database
}

async function startChild(): Promise<Service> {
  const service = await startService(project, dataDir)
  running.push({ stop: () => service.stop() })
  return service
}

/** One statement on a connection of its own. */
async function ask(url: string, statement: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url })
  client.on('error', () => undefined)
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(statement)).rows
  } finally {
    await client.end()
  }
}

/** Asks again until it is answered, as a pool does whose server is starting again. */
async function askPatiently(pool: Pool, statement: string): Promise<Record<string, unknown>[]> {
  for (const until = Date.now() + 15_000; ; await sleep(50)) {
    try {
      return (await pool.query<Record<string, unknown>>(statement)).rows
    } catch (error) {
      if (Date.now() > until) throw error
    }
  }
}

const failure = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'it started',
    (error: unknown) => error,
  )

beforeAll(async () => {
  project = await makeDirectory()
  await buildProject(project)
})

afterAll(() => removeDirectory(project, shared))

afterEach(async () => {
  for (const one of running.splice(0).toReversed()) await one.stop()
  if (directory !== '') await removeDirectory(directory)
  directory = ''
})

/** The data of a test before, where it does not matter that there are some: a first start is the slowest part. */
let shared = ''

async function sharedDirectory(): Promise<void> {
  shared ||= await makeDirectory()
  use(shared)
}

async function newDirectory(): Promise<void> {
  directory = await makeDirectory()
  use(directory)
}

function use(where: string): void {
  // A space and an accent, as home directories may have them.
  dataDir = join(where, 'my données', 'data')
  logged = []
}

async function checkSettings(url: string): Promise<void> {
  const names = [
    'fsync',
    'synchronous_commit',
    'full_page_writes',
    'listen_addresses',
    'server_encoding',
    'timezone',
  ]
  const shown = await Promise.all(names.map((name) => ask(url, `select current_setting('${name}') as it`)))
  expect(shown.map(([row]) => row?.['it'])).toEqual(['on', 'on', 'on', '127.0.0.1', 'UTF8', 'UTC'])
  expect(
    await ask(url, "select lower('ÉÀ') as low, current_database() as name, 'é' > 'z' as by_code"),
  ).toEqual([{ low: 'éà', name: 'preceptor', by_code: true }])
}

/** The password is the service's alone, nobody comes in without it, and with it nobody is all-powerful. */
async function checkPassword(url: string): Promise<void> {
  const file = await stat(join(dataDir, 'postgres/password'))
  expect(file.mode & 0o777).toBe(0o600)
  const wrong = new URL(url)
  wrong.password = 'wrong'
  await expect(ask(wrong.href, 'select 1')).rejects.toThrow('password authentication failed')
  const [role] = await ask(url, 'select rolsuper, rolcreatedb from pg_roles where rolname = current_user')
  expect(role).toEqual({ rolsuper: false, rolcreatedb: true })
}

/** PostgreSQL's log has no statement and no value, also not of statements that fail. */
async function checkSilence(url: string, data: string): Promise<void> {
  await ask(url, 'create table t (phone text unique); insert into t values ($$+250788000001$$)')
  await expect(ask(url, "insert into t values ('+250788000001')")).rejects.toThrow('duplicate key')
  await expect(ask(url, "select '+250788000001'::int")).rejects.toThrow('out of range')
  const logs = join(data, 'log')
  const texts = await Promise.all((await readdir(logs)).map((name) => readFile(join(logs, name), 'utf8')))
  expect(texts.join('')).toContain('database system is ready')
  expect(texts.join('')).not.toContain('250788000001')
}

describe('a first start', () => {
  it('gives a database that is durable, closed to others, and silent about what it holds', async () => {
    await newDirectory()
    const { url, dataDir: data } = await start()
    await checkSettings(url)
    await checkPassword(url)
    await checkSilence(url, data)
    expect(logged).toEqual([])
  })

  it('says in plain words that its folder cannot be made', async () => {
    await newDirectory()
    const file = join(directory, 'a-file')
    await writeFile(file, '')
    await expect(start(file)).rejects.toThrow(
      `${file}/postgres cannot be made (ENOTDIR). Set DATA_DIR to a directory of your own.`,
    )
  })

  it('clears away what a first start that was killed has left', async () => {
    await newDirectory()
    await mkdir(join(dataDir, 'postgres/data.new/base'), { recursive: true })
    const { url } = await start()
    expect(await ask(url, 'select 1 as one')).toEqual([{ one: 1 }])
  })
})

describe('a later start', () => {
  it('finds the data on the same port, also when DATA_DIR has moved', async () => {
    await newDirectory()
    const first = await start()
    await ask(first.url, 'create table kept as select 7 as n')
    expect(await findEmbeddedPostgres(dataDir)).toBe(first.url)
    await first.stop()
    expect(await findEmbeddedPostgres(dataDir)).toBeUndefined()
    const second = await start()
    expect(second.url).toBe(first.url)
    await second.stop()
    const moved = join(directory, 'moved')
    await rename(dataDir, moved)
    const third = await start(moved)
    expect(await ask(third.url, 'select n from kept')).toEqual([{ n: 7 }])
    expect(await findEmbeddedPostgres(moved)).toBe(third.url)
  })

  it('says so when the data or their password are gone, and never begins with empty ones', async () => {
    await newDirectory()
    const database = await start()
    await database.stop()
    const password = join(dataDir, 'postgres/password')
    await rename(password, `${password}.aside`)
    expect(await failure(start())).toMatchObject({
      code: 'lost',
      message: expect.stringContaining('no password'),
    })
    await rename(`${password}.aside`, password)
    await rename(database.dataDir, `${database.dataDir}.aside`)
    expect(await failure(start())).toMatchObject({
      code: 'lost',
      message: expect.stringContaining('is gone from'),
    })
    await rename(`${database.dataDir}.aside`, database.dataDir)
    await writeFile(password, 'f'.repeat(48))
    expect(await failure(start())).toMatchObject({
      code: 'lost',
      message: expect.stringContaining('password'),
    })
  })

  it('refuses data of another version of PostgreSQL', async () => {
    await newDirectory()
    const database = await start()
    await database.stop()
    await writeFile(join(database.dataDir, 'PG_VERSION'), '12\n')
    expect(await failure(start())).toMatchObject({ message: expect.stringContaining('of PostgreSQL 12') })
  })
})

describe('a second instance on the same data', () => {
  it('is told that another one runs, and does the first no harm', async () => {
    await sharedDirectory()
    const first = await startChild()
    const error = await failure(start())
    expect(error).toBeInstanceOf(EmbeddedError)
    expect(error).toMatchObject({
      code: 'in_use',
      message: expect.stringContaining(`Another instance (process ${first.child.pid})`),
    })
    expect(await ask(first.url, 'select 1 as one')).toEqual([{ one: 1 }])
    await first.stop()
    expect(await failure(start())).toBe('it started')
  })

  it('is told so within one process, too', async () => {
    await sharedDirectory()
    const first = await start()
    expect(await failure(start())).toMatchObject({ code: 'in_use' })
    expect(await ask(first.url, 'select 1 as one')).toEqual([{ one: 1 }])
  })
})

describe('kill -9', () => {
  it('of the service: PostgreSQL stops by itself, and the next start has every committed row', async () => {
    await sharedDirectory()
    const service = await startChild()
    await ask(service.url, 'drop table if exists kept; create table kept as select 7 as n')
    await service.kill()
    const isGone = (): Promise<boolean> =>
      serverOf(service.dataDir).then(
        () => false,
        () => true,
      )
    await expect.poll(isGone, { timeout: 60_000 }).toBe(true)
    const database = await start()
    expect(await ask(database.url, 'select n from kept')).toEqual([{ n: 7 }])
    expect(logged).toEqual([])
  })

  it.runIf(process.platform === 'linux')(
    'of the service and its guard: the orphan is stopped cleanly',
    async () => {
      await sharedDirectory()
      const service = await startChild()
      await ask(service.url, 'drop table if exists kept; create table kept as select 7 as n')
      const server = await serverOf(service.dataDir)
      const guards = (await childrenOf(service.child.pid ?? 0)).filter((pid) => pid !== server)
      expect(guards).toHaveLength(1)
      for (const guard of guards) process.kill(guard, 'SIGKILL')
      await service.kill()
      await sleep(300)
      expect(await ask(service.url, 'select n from kept')).toEqual([{ n: 7 }])
      const database = await start()
      expect(logged).toEqual(['stopped a PostgreSQL that an earlier run of the service left behind'])
      expect(await ask(database.url, 'select n from kept')).toEqual([{ n: 7 }])
    },
  )

  it('of PostgreSQL: it runs again on the same port, a pool reconnects, nothing committed is lost', async () => {
    await sharedDirectory()
    const database = await start()
    const pool = new Pool({ connectionString: database.url })
    pool.on('error', () => undefined)
    await pool.query('drop table if exists kept; create table kept (n int)')
    for (let n = 1; n <= 3; n += 1) {
      await askPatiently(pool, `insert into kept values (${n})`)
      process.kill(await serverOf(database.dataDir), 'SIGKILL')
      while (logged.filter((line) => line === 'PostgreSQL runs again').length < n) await sleep(20)
    }
    expect(await askPatiently(pool, 'select array_agg(n order by n) as all from kept')).toEqual([
      { all: [1, 2, 3] },
    ])
    await pool.end()
  })

  it('of both at once: the next start recovers', async () => {
    await sharedDirectory()
    const service = await startChild()
    await ask(service.url, 'drop table if exists kept; create table kept as select 7 as n')
    const server = await serverOf(service.dataDir)
    const killed = service.kill()
    process.kill(server, 'SIGKILL')
    await killed
    const database = await start()
    expect(await ask(database.url, 'select n from kept')).toEqual([{ n: 7 }])
  })

  it('is survived when the number of the dead PostgreSQL has gone to another program', async () => {
    await sharedDirectory()
    const database = await start()
    const file = join(database.dataDir, 'postmaster.pid')
    const text = await readFile(file, 'utf8')
    await database.stop()
    const { uid, gid } = await stat(database.dataDir)
    const other = spawn('sleep', ['60'], process.getuid?.() === 0 ? { uid, gid } : {})
    try {
      await writeFile(file, text.replace(/^\d+/, String(other.pid)))
      const again = await start()
      expect(await ask(again.url, 'select 1 as one')).toEqual([{ one: 1 }])
      expect(other.exitCode ?? other.signalCode).toBeNull()
    } finally {
      other.kill()
    }
  })
})

it('stops while it is being started again, and leaves no process', async () => {
  await newDirectory()
  const database = await start()
  const server = await serverOf(database.dataDir)
  // Nothing to start again from: it would try for ever.
  await rm(join(database.dataDir, 'global'), { recursive: true })
  process.kill(server, 'SIGKILL')
  while (!logged.includes('PostgreSQL could not be started')) await sleep(20)
  await database.stop()
  const lines = logged.length
  await sleep(1_000)
  expect(logged).toHaveLength(lines)
})
