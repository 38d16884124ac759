// One embedded database belongs to one process of the service at a time.
import { readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { codeOf, EmbeddedError } from './error.ts'
import { birthOf, isAlive } from './process.ts'

const ownerSchema = z.object({ pid: z.int().positive(), birth: z.string(), host: z.string() })
type Owner = z.infer<typeof ownerSchema>

/** The owner touches its file this often, so that another machine or container on the same volume sees it live. */
const SIGN_OF_LIFE = 2_000
/** Three signs of life missed: nobody of another machine is there any more. */
const SILENCE = 6_500

/**
 * Makes this process the owner of the directory until `release`. What a dead owner left is taken over; `silence` is
 * how many milliseconds one on another machine may give no sign of life.
 * @throws EmbeddedError `in_use` when a live process owns it, also when that is this very process.
 */
export async function takeOwnership(
  directory: string,
  silence = SILENCE,
): Promise<{ release(): Promise<void> }> {
  const file = join(directory, 'owner.json')
  const me = { pid: process.pid, birth: await birthOf(process.pid), host: hostname() }
  while (!(await create(file, JSON.stringify(me)))) await dropStale(file, silence)
  const timer = setInterval(() => {
    const now = new Date()
    // A sign of life that fails is missed by nobody on this machine; the next one may do.
    utimes(file, now, now).catch(() => undefined)
  }, SIGN_OF_LIFE)
  timer.unref()
  return {
    async release() {
      clearInterval(timer)
      await rm(file, { force: true })
    },
  }
}

async function create(file: string, text: string): Promise<boolean> {
  try {
    await writeFile(file, text, { flag: 'wx', mode: 0o644 })
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    throw error
  }
}

async function dropStale(file: string, silence: number): Promise<void> {
  const found = await read(file)
  if (found === undefined) return
  const owner = parse(found)
  if (owner !== undefined && (await isHeld(file, owner, silence))) throw inUse(file, owner)
  // Moved away before it is removed: when two processes find the same stale file, only one of them moves it,
  // and who moved a younger file than the one judged puts it back.
  const aside = `${file}.${process.pid}`
  await rename(file, aside).catch(() => undefined)
  if ((await read(aside)) === found) await rm(aside)
  else await rename(aside, file).catch(() => undefined)
}

async function read(file: string): Promise<string | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined)
  if (text !== '') return text
  // Its maker is about to write it, or died before it could.
  await sleep(200)
  return readFile(file, 'utf8').catch(() => undefined)
}

function parse(text: string): Owner | undefined {
  try {
    return ownerSchema.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

async function isHeld(file: string, owner: Owner, silence: number): Promise<boolean> {
  if (owner.host === hostname())
    return (await isAlive(owner.pid)) && (await birthOf(owner.pid)) === owner.birth
  // A process id of another machine or container says nothing here, its signs of life do.
  const before = await lastSign(file)
  await sleep(silence)
  return (await lastSign(file)) !== before
}

async function lastSign(file: string): Promise<number | undefined> {
  return (await stat(file).catch(() => undefined))?.mtimeMs
}

function inUse(file: string, owner: Owner): EmbeddedError {
  const where = owner.host === hostname() ? '' : ` on ${owner.host}`
  return new EmbeddedError(
    'in_use',
    `Another instance (process ${owner.pid}${where}) is running on this data (${file}). ` +
      'Stop it first, or give this one a DATA_DIR of its own.',
  )
}
