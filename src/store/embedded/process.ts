// What the embedded database needs to know of processes, told by the system and not by files that may be old.
import { execFile, spawn } from 'node:child_process'
import { readFile, readlink, realpath } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { codeOf } from './error.ts'

/** The user a program runs as; empty for our own. */
export interface Account {
  readonly uid?: number
  readonly gid?: number
}

// A clean environment: tokens of the service are none of PostgreSQL's business, and PG* settings of the operator's
// shell would bend it. Windows cannot start programs without its own variables, so there it is inherited.
const ENVIRONMENT =
  process.platform === 'win32'
    ? {}
    : { env: { PATH: '/usr/bin:/bin:/usr/sbin:/sbin', LC_ALL: 'C', TZ: 'UTC' } }

/** How every program of the embedded database is started: as `account`, standing in a directory it can enter. */
export function runAs(
  account: Account,
  cwd: string,
): Account & { cwd: string; env?: Record<string, string> } {
  return { ...ENVIRONMENT, ...account, cwd }
}

/** Runs a program to its end; `ok` is whether it ended well. It never rejects. */
export function run(
  program: string,
  values: readonly string[],
  options: ReturnType<typeof runAs>,
): Promise<{ ok: boolean; output: string }> {
  return new Promise((resolve) => {
    let output = ''
    try {
      const child = spawn(program, values, { ...options, stdio: ['ignore', 'pipe', 'pipe'] })
      const keep = (chunk: Buffer): void => void (output = (output + chunk.toString()).slice(-4000))
      child.stdout.on('data', keep)
      child.stderr.on('data', keep)
      child.once('error', (error) => resolve({ ok: false, output: error.message }))
      child.once('close', (code) => resolve({ ok: code === 0, output }))
    } catch (error) {
      // Node throws at once when the system forbids the change of user.
      resolve({ ok: false, output: error instanceof Error ? error.message : 'it cannot be started' })
    }
  })
}

/** A number that tells a process from a later one with the same id, where the system gives one; else ''. */
export async function birthOf(pid: number): Promise<string> {
  return (await statOf(pid))?.[19] ?? ''
}

/** Whether a process has that number, be it one that has ended and waits for its parent to notice. */
export function hasNumber(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return codeOf(error) === 'EPERM'
  }
}

/** Whether there is such a process and it has not ended. */
export async function isAlive(pid: number): Promise<boolean> {
  return hasNumber(pid) && (await statOf(pid))?.[0] !== 'Z'
}

/** The fields of `/proc/<pid>/stat` from the process state on; undefined where there is no such file. */
async function statOf(pid: number): Promise<string[] | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined)
  // The second field is the program's name in brackets and may hold anything.
  return text?.slice(text.lastIndexOf(')') + 2).split(' ')
}

/** Whether that process is a PostgreSQL that serves exactly this directory, and not one that got its old id. */
export async function servesData(pid: number, data: string): Promise<boolean> {
  if (!(await isAlive(pid))) return false
  const real = await realpath(data).catch(() => data)
  if (process.platform === 'linux') {
    return (await readlink(`/proc/${pid}/cwd`).catch(() => undefined)) === real
  }
  if (process.platform === 'win32') return true
  const answer = await promisify(execFile)('ps', ['-o', 'command=', '-p', String(pid)]).catch(() => undefined)
  const command = answer?.stdout ?? ''
  return command.includes('postgres') && (command.includes(data) || command.includes(real))
}

/** Resolves to true as soon as the process has ended, to false when it has not after so many milliseconds. */
export async function hasEnded(pid: number, patience: number): Promise<boolean> {
  for (const until = Date.now() + patience; Date.now() < until; await sleep(20)) {
    if (!(await isAlive(pid))) return true
  }
  return false
}
