// The service's own PostgreSQL: a real server under DATA_DIR, for everybody who has none.
//
//   DATA_DIR/postgres/instance.json   the port, and the place if it is not DATA_DIR/postgres
//   DATA_DIR/postgres/password        readable by the service's user only
//   <place>/data                      PostgreSQL's files; in DATA_DIR/postgres wherever its user can enter that
//   <place>/owner.json                the process of the service that runs it
import { randomBytes } from 'node:crypto'
import { readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { Client } from 'pg'
import { z } from 'zod'
import type { Log } from '../words/log.ts'
import { EmbeddedError } from './embedded/error.ts'
import { firstStart, keepRunning } from './embedded/keeper.ts'
import { takeOwnership } from './embedded/lock.ts'
import { choosePlace, nameOf } from './embedded/place.ts'
import { readyPrograms } from './embedded/programs.ts'
import { addressOf, type Cluster, createCluster, socketDirectory, stopOrphan } from './embedded/server.ts'

export interface EmbeddedOptions {
  /** Where the service keeps its things; the database lives in `postgres/` there if its user can enter that. */
  readonly dataDir: string
  readonly log: Log
  /** PostgreSQL's programs (`bin`, `lib`, `share`), if not those of the installed platform package. */
  readonly native?: string
  /** PostgreSQL's settings where they differ from `SETTINGS`: for data that nobody will miss. */
  readonly settings?: Readonly<Record<string, string>>
}

export interface EmbeddedPostgres {
  /** Of the database `preceptor`, with the password: never for logs. It stays the same while this runs. */
  readonly url: string
  /** PostgreSQL's own data directory. */
  readonly dataDir: string
  /** Ends all connections, writes everything down and resolves when PostgreSQL has ended. */
  stop(): Promise<void>
}

const instanceSchema = z.object({ place: z.string().optional(), port: z.int().min(1).max(65_535) })
type Instance = z.infer<typeof instanceSchema>

/**
 * Starts the service's own PostgreSQL and keeps it running until `stop`: when it dies it is started again on the
 * same port. What a killed service or a killed PostgreSQL left behind is put in order first.
 *
 * @throws EmbeddedError in words an operator can act on.
 */
export async function startEmbeddedPostgres(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const { log } = options
  const home = resolve(options.dataDir, 'postgres')
  const known = await readInstance(home)
  const place = await choosePlace(home, known?.place)
  const owner = await takeOwnership(place.directory)
  try {
    const programs = await readyPrograms(place, options.native)
    const password = await readPassword(home, place.data)
    const cluster = { place, programs, password, settings: options.settings }
    if (await stopOrphan(cluster))
      log.warn({}, 'stopped a PostgreSQL that an earlier run of the service left behind')
    await ensureData(cluster, known)
    const server = await firstStart(cluster, known?.port)
    const outside = place.directory !== home
    await writeInstance(home, { port: server.port, ...(outside && { place: place.directory }) })
    if (outside) log.warn({ data: place.data }, elsewhere(home))
    log.info({ data: place.data, port: server.port, user: nameOf(place.account) }, 'PostgreSQL runs')
    const keeper = keepRunning(cluster, server, log)
    let stopped: Promise<void> | undefined
    const stop = (): Promise<void> => (stopped ??= keeper.stop().finally(() => owner.release()))
    return {
      url: urlOf({ port: server.port, password: cluster.password, data: place.data }),
      dataDir: place.data,
      stop,
    }
  } catch (error) {
    await owner.release()
    throw error
  }
}

function elsewhere(home: string): string {
  return `the database's user cannot enter ${home}, so the data are kept outside DATA_DIR: back them up there`
}

/** The URL of the embedded database of that DATA_DIR if it runs, for tools beside a running service. */
export async function findEmbeddedPostgres(dataDir: string): Promise<string | undefined> {
  const home = resolve(dataDir, 'postgres')
  const instance = await readInstance(home)
  const password = await readFile(join(home, 'password'), 'utf8').catch(() => undefined)
  if (instance === undefined || password === undefined) return undefined
  const url = urlOf({ port: instance.port, password, data: join(instance.place ?? home, 'data') })
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 3000 })
  client.on('error', () => undefined)
  try {
    await client.connect()
    return url
  } catch {
    return undefined
  } finally {
    await client.end().catch(() => undefined)
  }
}

function urlOf({ port, password, data }: { port: number; password: string; data: string }): string {
  const socket = socketDirectory(data)
  const url = `postgres://preceptor:${password}@${addressOf(port).host}:${port}/preceptor`
  return socket === undefined ? url : `${url}?host=${encodeURIComponent(socket)}`
}

async function readInstance(home: string): Promise<Instance | undefined> {
  try {
    return instanceSchema.parse(JSON.parse(await readFile(join(home, 'instance.json'), 'utf8')))
  } catch {
    return undefined
  }
}

async function writeInstance(home: string, instance: Instance): Promise<void> {
  const file = join(home, 'instance.json')
  await writeFile(`${file}.new`, `${JSON.stringify(instance)}\n`)
  await rename(`${file}.new`, file)
}

/** The password kept in DATA_DIR, made at random when there are no data yet. */
async function readPassword(home: string, data: string): Promise<string> {
  const file = join(home, 'password')
  const kept = await readFile(file, 'utf8').catch(() => undefined)
  if (kept !== undefined && /^[0-9a-f]{32,}$/.test(kept)) return kept
  if (await exists(data)) {
    throw new EmbeddedError(
      'lost',
      `There is a database in ${data} but no password in ${file}. Restore that file.`,
    )
  }
  const password = randomBytes(24).toString('hex')
  await rm(file, { force: true })
  await writeFile(file, password, { mode: 0o600, flush: true })
  return password
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined
}

async function ensureData(cluster: Cluster, known: Instance | undefined): Promise<void> {
  const { data } = cluster.place
  if (!(await exists(data))) {
    if (known === undefined) return createCluster(cluster)
    // Silently starting with nothing would look like every record had been lost, and then they would be.
    throw new EmbeddedError(
      'lost',
      `The database is gone from ${data}. Restore it, or remove DATA_DIR to start anew.`,
    )
  }
  const version = (await readFile(join(data, 'PG_VERSION'), 'utf8').catch(() => '')).trim()
  if (version === cluster.programs.version) return
  throw new EmbeddedError(
    'lost',
    `The data in ${data} are of PostgreSQL ${version || '(unknown)'}, the programs of ${cluster.programs.version}. ` +
      'Start the version of the service that made them and move the data with pg_dump.',
  )
}
