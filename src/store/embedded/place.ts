// Where the embedded database stands: which user it runs as, which directory that user can really use, and which
// copy of the programs it can really run. Everything here is tried out as that user, never guessed from modes.
import { createHash } from 'node:crypto'
import { chmod, chown, lstat, mkdtemp, readFile, realpath, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeFolder } from '../folders.ts'
import { codeOf, EmbeddedError } from './error.ts'
import { type Account, run, runAs } from './process.ts'

/** PostgreSQL refuses to run as root, so root lends it one of these, the first there is. */
const LENT_USERS = ['postgres', 'nobody']

/** A directory for the database, and the user who serves it. */
export interface Place {
  readonly directory: string
  /** `data/` in it: made by initdb, owned by the user of `account`. */
  readonly data: string
  readonly account: Account
}

/**
 * The place of the data: where they are already, else the first directory the database's user can use.
 * `home` is the directory in DATA_DIR; `recorded` the directory an earlier start has noted.
 */
export async function choosePlace(home: string, recorded: string | undefined): Promise<Place> {
  await makeDirectory(home).catch((error: unknown) => {
    const code = codeOf(error)
    if (error instanceof EmbeddedError || code === undefined) throw error
    throw new EmbeddedError(
      'no_access',
      `${home} cannot be made (${code}). Set DATA_DIR to a directory of your own.`,
    )
  })
  if (recorded !== undefined) {
    const place = await tryPlace(recorded)
    if (typeof place === 'string') throw new EmbeddedError('no_access', place)
    return place
  }
  const refusals: string[] = []
  for (const directory of await candidates(home)) {
    const place = await tryPlace(directory)
    if (typeof place !== 'string') return place
    refusals.push(place)
  }
  throw new EmbeddedError(
    'no_access',
    `${refusals.join(' ')} Set DATA_DIR to a directory that user can enter.`,
  )
}

async function candidates(home: string): Promise<string[]> {
  if (process.getuid?.() !== 0) return [home]
  // Root's own directories are often closed to others: then the data go where a database of the system would be.
  const name = createHash('sha256')
    .update(await realpath(home))
    .digest('hex')
    .slice(0, 12)
  return [home, join('/var/lib/preceptor', name), join(tmpdir(), `preceptor-${name}`)]
}

/** The place, or in words why the directory cannot be one. */
async function tryPlace(directory: string): Promise<Place | string> {
  const data = join(directory, 'data')
  try {
    await makeDirectory(directory)
    const account = await accountFor(data)
    if (await canUse(directory, account)) return { directory, data, account }
    return `The user ${nameOf(account)} that PostgreSQL runs as cannot use ${directory}.`
  } catch (error) {
    if (error instanceof EmbeddedError) throw error
    return `${directory} cannot be used: ${error instanceof Error ? error.message : 'unknown reason'}.`
  }
}

async function makeDirectory(directory: string): Promise<void> {
  const made = await makeFolder(directory)
  // To be entered by the database's user, but not listed.
  if (made !== undefined) await chmod(made, 0o711)
  const found = await lstat(directory)
  const uid = process.getuid?.()
  // In a directory that all may write to, somebody else may have been here first.
  if (!found.isDirectory() || (uid !== undefined && uid !== 0 && found.uid !== uid)) {
    throw new EmbeddedError(
      'no_access',
      `${directory} belongs to another user. Set DATA_DIR to a directory of your own.`,
    )
  }
  if (found.uid === uid) await chmod(directory, 0o711)
}

async function accountFor(data: string): Promise<Account> {
  const uid = process.getuid?.()
  const owner = await stat(data).catch(() => undefined)
  if (uid === undefined) return {}
  if (uid !== 0) {
    if (owner === undefined || owner.uid === uid) return {}
    throw new EmbeddedError(
      'no_access',
      `The data in ${data} belong to user ${owner.uid}. Start the service as that user, or as root.`,
    )
  }
  if (owner !== undefined && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid }
  const lent = await lentAccount()
  // Restored from a backup by root: PostgreSQL will want its files to be its own.
  if (owner !== undefined) await giveTo(lent, data)
  return lent
}

async function lentAccount(): Promise<Account> {
  const lines = (await readFile('/etc/passwd', 'utf8').catch(() => ''))
    .split('\n')
    .map((line) => line.split(':'))
  for (const name of LENT_USERS) {
    const line = lines.find((fields) => fields[0] === name)
    const [uid, gid] = [Number(line?.[2]), Number(line?.[3])]
    if (Number.isInteger(uid) && Number.isInteger(gid) && uid !== 0) return { uid, gid }
  }
  throw new EmbeddedError(
    'no_access',
    'PostgreSQL refuses to run as root and this system has no user postgres or nobody. ' +
      'Start the service as an ordinary user, or set DATABASE_URL.',
  )
}

/** Hands a directory with all it holds to the user; nothing to do when that is our own. */
async function giveTo({ uid, gid }: Account, directory: string): Promise<void> {
  if (uid === undefined || gid === undefined) return
  const found = await run('chown', ['-R', '-P', `${uid}:${gid}`, directory], runAs({}, '/'))
  if (!found.ok) throw new Error(`its owner cannot be changed (${found.output.trim()})`)
}

/** Really writes a file there as that user. */
async function canUse(directory: string, account: Account): Promise<boolean> {
  const probe = await mkdtemp(join(directory, '.probe-'))
  try {
    if (account.uid === undefined || account.gid === undefined) return true
    await chown(probe, account.uid, account.gid)
    const script = 'cd "$1" && : > written && rm written'
    return (await run('/bin/sh', ['-c', script, 'sh', probe], runAs(account, '/'))).ok
  } finally {
    await rm(probe, { recursive: true, force: true })
  }
}

/** The user in words, for messages. */
export function nameOf(account: Account): string {
  return account.uid === undefined ? 'of this service' : String(account.uid)
}
