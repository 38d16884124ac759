// One PostgreSQL process: made, started, awaited, stopped.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chown, mkdir, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import { codeOf, EmbeddedError } from './error.ts'
import type { Place } from './place.ts'
import { hasEnded, hasNumber, run, runAs, servesData } from './process.ts'
import { programOf, type Programs } from './programs.ts'
import { SETTINGS } from './settings.ts'

/** Everything a start needs. The password is hexadecimal, so it needs no quoting anywhere. */
export interface Cluster {
  readonly place: Place
  readonly programs: Programs
  readonly password: string
  /** Where they differ from `SETTINGS`. */
  readonly settings?: Readonly<Record<string, string>> | undefined
}

/** A PostgreSQL process of ours. */
export interface Server {
  readonly port: number
  /** Resolves when the process has ended, however it came about, with the reason in words. */
  readonly ended: Promise<string>
  /** Fast shutdown: clients are cut off, everything is written down. Resolves when the process has ended. */
  stop(): Promise<void>
}

/** Makes an empty database cluster, on the disk to the last byte when this resolves. */
export async function createCluster({ place, programs, password }: Cluster): Promise<void> {
  // Made beside and renamed, so that a start that is killed leaves either no data or whole ones.
  const fresh = join(place.directory, 'data.new')
  const secret = join(place.directory, 'first-password')
  await rm(fresh, { recursive: true, force: true })
  await mkdir(fresh, { mode: 0o700 })
  await writeFile(secret, `${password}\n`, { mode: 0o600 })
  if (place.account.uid !== undefined && place.account.gid !== undefined) {
    for (const path of [fresh, secret]) await chown(path, place.account.uid, place.account.gid)
  }
  const initdb = programOf(programs.directory, 'initdb')
  const options = runAs(place.account, place.directory)
  const made = await run(initdb, ['-D', fresh, `--pwfile=${secret}`, ...CREATE], options)
  await rm(secret, { force: true })
  if (!made.ok) throw new EmbeddedError('failed', `PostgreSQL could not make its data: ${made.output.trim()}`)
  const kept = await run(initdb, ['-D', fresh, '--sync-only'], options)
  if (!kept.ok)
    throw new EmbeddedError('failed', `The new data could not be written down: ${kept.output.trim()}`)
  await rename(fresh, place.data)
  if (process.platform !== 'win32') await syncDirectory(place.directory)
}

const CREATE = [
  '--username=postgres',
  '--auth=scram-sha-256',
  '--encoding=UTF8',
  // The same order and the same lower case on every system, whatever languages it has installed.
  '--locale-provider=builtin',
  '--builtin-locale=C.UTF-8',
  '--locale=C',
  // Written down once at the end instead of after every step: seconds faster on slow disks.
  '--no-sync',
  '--no-instructions',
]

async function syncDirectory(path: string): Promise<void> {
  const handle = await open(path, 'r')
  await handle.sync()
  await handle.close()
}

/** Longer paths do not fit into a socket's address (108 bytes on Linux, 104 on macOS, with the socket's own name). */
const LONGEST_SOCKET_PATH = 85

/**
 * Where the socket stands: among the data, which nobody else can enter. Undefined where there can be none. Through it
 * a message costs a fifth less than over loopback, where each batch is copied through the whole of TCP.
 */
export function socketDirectory(data: string): string | undefined {
  return process.platform !== 'win32' && Buffer.byteLength(data) <= LONGEST_SOCKET_PATH ? data : undefined
}

/** Starts PostgreSQL on the port; it is not ready yet, see `untilReady`. */
export function launch({ place, programs, settings: others }: Cluster, port: number): Server {
  const settings = {
    ...SETTINGS,
    ...others,
    port: String(port),
    unix_socket_directories: socketDirectory(place.data) ?? '',
  }
  const values = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const child = spawn(programOf(programs.directory, 'postgres'), ['-D', place.data, ...values], {
    ...runAs(place.account, place.data),
    // A group of its own: Ctrl-C in the terminal is for the service, which stops the database last.
    detached: process.platform !== 'win32',
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let words = ''
  child.stderr.on('data', (chunk: Buffer) => void (words = (words + chunk.toString()).slice(-2000)))
  const guard = keepGuard(child, place)
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('exit', (code, signal) => {
      guard?.stdin?.end('ended\n')
      void heardOut(child.stderr)
        .then(() => lastWords(place.data, words))
        .then((said) => resolve(`${signal ?? `exit code ${code}`}${said}`))
    })
  })
  const stop = async (): Promise<void> => {
    const runs = (): Promise<boolean> => Promise.resolve(child.exitCode === null && child.signalCode === null)
    if (child.pid !== undefined) await endServer(child.pid, runs, { place, programs })
    await ended
  }
  return { port, ended, stop }
}

/**
 * A tiny process that waits on a pipe from us and asks PostgreSQL to stop when the pipe breaks, that is when
 * this process has died without stopping it, even by `kill -9`. So no database is left running without a service.
 */
function keepGuard(server: ChildProcess, place: Place): ChildProcess | undefined {
  if (process.platform === 'win32' || server.pid === undefined) return undefined
  const guard = spawn('/bin/sh', ['-c', 'read -r word || kill -INT "$1"', 'sh', String(server.pid)], {
    ...runAs(place.account, '/'),
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  guard.on('error', () => undefined)
  guard.stdin.on('error', () => undefined)
  guard.unref()
  return guard
}

/**
 * Resolves when the pipe has given all it holds: what a process said last is often read after its end. PostgreSQL's own
 * children may hold the pipe open, so it is not waited for long.
 */
async function heardOut(pipe: Readable): Promise<void> {
  if (pipe.closed) return
  await once(pipe, 'close', { signal: AbortSignal.timeout(500) }).catch(() => undefined)
}

const LAST_WORDS = /FATAL|PANIC|could not/

/** What PostgreSQL said at the end: on its way up to us, later to its own log. It holds no statements. */
async function lastWords(data: string, early: string): Promise<string> {
  const newest = (await logFiles(data)).at(-1)
  const late = newest === undefined ? '' : await readFile(newest, 'utf8').catch(() => '')
  const lines = [late.slice(-2000), early].map((text) =>
    text.split('\n').filter((line) => LAST_WORDS.test(line)),
  )
  const said = lines.findLast((some) => some.length > 0) ?? []
  return said.length === 0 ? '' : `, ${said.slice(-3).join(' ')}`
}

/** PostgreSQL's own log, oldest file first: their names are times. */
export async function logFiles(data: string): Promise<string[]> {
  const directory = join(data, 'log')
  const names: string[] = await readdir(directory).catch(() => [])
  return names.toSorted().map((name) => join(directory, name))
}

/** Stops a PostgreSQL that still serves these data, left behind by a service that has died. True if there was one. */
export async function stopOrphan(cluster: Omit<Cluster, 'password'>): Promise<boolean> {
  const { data } = cluster.place
  const file = join(data, 'postmaster.pid')
  const pid = Number.parseInt(await readFile(file, 'utf8').catch(() => ''), 10)
  if (!Number.isInteger(pid) || pid <= 0 || !hasNumber(pid)) return false
  const runs = (): Promise<boolean> => servesData(pid, data)
  if (await runs()) {
    await endServer(pid, runs, cluster)
    return true
  }
  // Another program has got the number, or the dead server's parent has not noticed yet (in a container it may never
  // do). PostgreSQL would take either for a server of these data; in every other case it judges better than we do.
  await rm(file, { force: true })
  return false
}

async function endServer(
  pid: number,
  runs: () => Promise<boolean>,
  { place, programs }: Omit<Cluster, 'password'>,
): Promise<void> {
  if (process.platform === 'win32') {
    const control = programOf(programs.directory, 'pg_ctl')
    await run(control, ['stop', '-D', place.data, '-m', 'fast'], runAs(place.account, place.directory))
    return
  }
  // Fast, then at once (the next start recovers), then by force: no step loses anything that was committed.
  for (const [signal, patience] of [
    ['SIGINT', 20_000],
    ['SIGQUIT', 5_000],
    ['SIGKILL', 5_000],
  ] as const) {
    if (!(await runs())) return
    process.kill(pid, signal)
    if (await hasEnded(pid, patience)) return
  }
}

const PATIENT = { database: 'postgres', connectionTimeoutMillis: 5_000 }

/**
 * Resolves with a connection of PostgreSQL's superuser as soon as it takes one; recovery after a crash may take long.
 * @throws EmbeddedError when the process ends first or the password is not the one of these data.
 */
export async function untilReady(server: Server, password: string): Promise<Client> {
  let gone: string | undefined
  void server.ended.then((reason) => (gone = reason))
  for (let wait = 20; ; wait = Math.min(wait * 1.2, 250)) {
    const client = new Client({ ...addressOf(server.port), user: 'postgres', password, ...PATIENT })
    // A connection that dies later is noticed by whoever uses it.
    client.on('error', () => undefined)
    try {
      await client.connect()
      return client
    } catch (error) {
      await client.end().catch(() => undefined)
      if (codeOf(error) === '28P01') {
        throw new EmbeddedError('lost', 'The password kept in DATA_DIR is not the one of the database there.')
      }
    }
    if (gone !== undefined) throw new EmbeddedError('failed', `PostgreSQL did not start: ${gone}`)
    await sleep(wait)
  }
}

/** Where our PostgreSQL listens. */
export function addressOf(port: number): { host: string; port: number } {
  return { host: '127.0.0.1', port }
}
