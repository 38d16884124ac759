import { randomBytes } from 'node:crypto'
import { chmod, link, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { codeOf, EmbeddedError } from './embedded/error.ts'
import { makeFolder } from './folders.ts'

/**
 * The key that signs people's links: the given one, else the one kept in `dataDir`, which is made at random the first
 * time. Several processes may ask at once; all get the same.
 */
export async function readSecretKey(dataDir: string, given?: string): Promise<string> {
  if (given !== undefined) return given
  const file = join(dataDir, 'secret-key')
  try {
    return (await read(file)) ?? (await make(dataDir, file))
  } catch (error) {
    const code = codeOf(error)
    if (error instanceof EmbeddedError || code === undefined) throw error
    throw new EmbeddedError(
      'no_access',
      `${file} cannot be read or written (${code}): set DATA_DIR to a directory of your own.`,
    )
  }
}

async function make(dataDir: string, file: string): Promise<string> {
  await makeFolder(dataDir)
  // Written whole beside its place and then linked there, which only the first succeeds in.
  const fresh = `${file}.${process.pid}-${randomBytes(4).toString('hex')}`
  await writeFile(fresh, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600, flush: true })
  await link(fresh, file).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error
  })
  await rm(fresh)
  return (await read(file)) ?? fail(file)
}

async function read(file: string): Promise<string | undefined> {
  const found = await stat(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (found === undefined) return undefined
  const uid = process.getuid?.()
  // Whoever wrote the key can sign as anybody. Root may use what belongs to the one it works for.
  if (uid !== undefined && uid !== 0 && found.uid !== uid)
    throw new EmbeddedError(
      'no_access',
      `${file} belongs to another user: set DATA_DIR to a directory of your own.`,
    )
  const text = await readFile(file, 'utf8')
  // A copy from a backup may have lost its mode.
  if (uid !== undefined && (found.mode & 0o077) !== 0) await chmod(file, 0o600)
  const key = text.trim()
  return key.length >= 32 ? key : fail(file)
}

function fail(file: string): never {
  throw new EmbeddedError(
    'lost',
    `${file} is damaged: it should hold a key of 32 characters or more. Remove it to get a new one.`,
  )
}
