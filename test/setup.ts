// One PostgreSQL for all tests, and in it a template database with every migration landed.
import { randomInt } from 'node:crypto'
import { access, chmod, constants, cp, mkdtemp, readdir, rm, statfs } from 'node:fs/promises'
import { freemem, tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { Client, Pool } from 'pg'
import type { TestProject } from 'vitest/node'
import { overPool } from '../src/store/db.ts'
import { codeOf } from '../src/store/embedded/error.ts'
import { startEmbeddedPostgres } from '../src/store/embedded.ts'
import { isServed, keepVersions, readFlowFiles } from '../src/store/flows.ts'
import { migrate } from '../src/store/migrate.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** A database to connect to for making others. */
    readonly serverUrl: string
    /** The number of this run of the tests; the names of its databases begin with it. */
    readonly testRun: number
    /** A folder for what the tests make and share, gone after them. */
    readonly scratch: string
    /** The flows that a programme of the tests runs on. */
    readonly flowsDir: string
  }
}

const FLOWS = join(import.meta.dirname, '../flows')
const MIGRATIONS = join(import.meta.dirname, '../migrations')
const DIRECTORY = 'preceptor-test-'
// A run holds an advisory lock on its number while it lives, so that a later run knows which databases are left over.
const LOCK_SPACE = 7357

/** Called by vitest once before all test files; what it gives back is called once after them. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  // oxlint-disable-next-line node/no-process-env -- the tests' own door to the outside
  const given = process.env['DATABASE_URL']
  const server = given ? { url: given, stop: () => Promise.resolve() } : await startServer()
  const run = randomInt(1, 2 ** 31)
  try {
    const admin = new Client({ connectionString: server.url })
    await admin.connect()
    await admin.query('select pg_advisory_lock($1, $2)', [LOCK_SPACE, run])
    await dropLeftovers(admin)
    await admin.query(`create database ${templateOf(run)}`)
    await migrate(at(server.url, templateOf(run)), MIGRATIONS)
    project.provide('serverUrl', server.url)
    project.provide('testRun', run)
    const scratch = await mkdtemp(join(tmpdir(), `${DIRECTORY}${process.pid}-`))
    await chmod(scratch, 0o755)
    const flows = await fewFlows(scratch)
    await keepFlows(at(server.url, templateOf(run)), flows)
    project.provide('scratch', scratch)
    project.provide('flowsDir', flows)
    return async () => {
      await rm(scratch, { recursive: true })
      await dropDatabases(admin, run)
      await admin.end()
      await server.stop()
    }
  } catch (error) {
    await server.stop()
    throw error
  }
}

/** What the tests' people are asked, observed and trained in. */
const BANKS = /^(newborn-resuscitation|postpartum-haemorrhage|iccm-chw)(-steps|-packet(-\d)?)?\.yaml$/

/**
 * Everything of the flows folder but most of its banks and checklists: nine tenths of its lines, which every start of
 * every test would read. That each of them is in order is the content's own tests'.
 */
async function fewFlows(scratch: string): Promise<string> {
  const directory = join(scratch, 'flows')
  await cp(FLOWS, directory, {
    recursive: true,
    filter: (path) =>
      !path.endsWith('.yaml') ||
      !['quizzes', 'checklists', 'packets'].includes(basename(dirname(path))) ||
      BANKS.test(basename(path)),
  })
  return directory
}

/** Every programme of the tests serves them: kept once, and not by each. */
async function keepFlows(url: string, flows: string): Promise<void> {
  const pool = new Pool({ connectionString: url })
  const files = await readFlowFiles(flows, new Set())
  await keepVersions(
    overPool(pool),
    files.filter(({ parsed: { content } }) => content && isServed(content)),
  )
  await pool.end()
}

/** The name of the template database of a run. */
export function templateOf(run: number): string {
  return `preceptor_test_${run}_template`
}

/** The URL of another database of the same server. */
export function at(url: string, database: string): string {
  const other = new URL(url)
  other.pathname = `/${database}`
  return other.href
}

function say(fields: object, message: string): void {
  process.stderr.write(`the tests' PostgreSQL: ${message} ${JSON.stringify(fields)}\n`)
}

/** Memory as a file system, on Linux. A database is a thousand small files, and the tests make hundreds of databases. */
const MEMORY = '/dev/shm'
/** What the tests' databases and their log never come near. */
const ROOM = 4 * 2 ** 30

/** Where the tests' PostgreSQL keeps its files: in memory where there is plenty, which makes a database several times as fast. */
async function roomiest(): Promise<string> {
  try {
    const { bavail, bsize } = await statfs(MEMORY)
    await access(MEMORY, constants.W_OK)
    return bavail * bsize >= ROOM && freemem() >= ROOM ? MEMORY : tmpdir()
  } catch {
    return tmpdir()
  }
}

async function startServer(): Promise<{ url: string; stop(): Promise<void> }> {
  for (const place of [tmpdir(), MEMORY]) await removeLeftDirectories(place)
  const directory = await mkdtemp(join(await roomiest(), `${DIRECTORY}${process.pid}-`))
  // The database's own user has to come in when the tests run as root.
  await chmod(directory, 0o711)
  const server = await startEmbeddedPostgres({
    dataDir: join(directory, 'data'),
    log: { info: () => undefined, warn: say, error: say },
    // No test pulls this server's plug: those of durability have servers of their own, which wait for the disk.
    settings: { fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off' },
  })
  return {
    url: server.url,
    async stop() {
      await server.stop()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

/** A run that was killed leaves its directory; its PostgreSQL has ended with it. */
async function removeLeftDirectories(place: string): Promise<void> {
  for (const name of await readdir(place).catch(() => [])) {
    const pid = Number(/^preceptor-test-(\d+)-/.exec(name)?.[1])
    if (pid > 0 && !isAlive(pid)) await rm(join(place, name), { recursive: true, force: true })
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return codeOf(error) === 'EPERM'
  }
}

async function dropLeftovers(admin: Client): Promise<void> {
  const { rows } = await admin.query<{ run: number }>(
    `select distinct substring(datname from '^preceptor_test_(\\d+)_')::int as run
       from pg_database where datname ~ '^preceptor_test_\\d+_'`,
  )
  for (const { run } of rows) {
    const lock = [LOCK_SPACE, run]
    const { rows: answer } = await admin.query<{ free: boolean }>(
      'select pg_try_advisory_lock($1, $2) as free',
      lock,
    )
    if (!answer[0]?.free) continue
    await dropDatabases(admin, run)
    await admin.query('select pg_advisory_unlock($1, $2)', lock)
  }
}

async function dropDatabases(admin: Client, run: number): Promise<void> {
  const { rows } = await admin.query<{ name: string }>(
    'select datname as name from pg_database where starts_with(datname, $1)',
    [`preceptor_test_${run}_`],
  )
  for (const { name } of rows) await admin.query(`drop database if exists ${name} with (force)`)
}
