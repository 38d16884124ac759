// `diff`: what changed between two folders of flows, or since a revision of git, in words.
import { execFile } from 'node:child_process'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { changesIn } from '../engine/changes.ts'
import { parseFlow } from '../engine/parse.ts'
import { counted } from './counted.ts'
import type { Say } from './say.ts'

const run = promisify(execFile)

/** Flow files of one version, as written, by name. */
type Version = ReadonlyMap<string, string>

/** Tells what is different in `folder` from `before`, which is a folder or a revision of git such as `HEAD~1`. */
export async function diffFlows(before: string, folder: string, say: Say): Promise<number> {
  const isFolder = await stat(before).then(
    (found) => found.isDirectory(),
    () => false,
  )
  const old = isFolder ? await inFolder(before) : await inRevision(before, folder)
  if (!old) {
    say(`${before} is neither a folder nor a revision of git that has these flows.`)
    return 1
  }
  const now = await inFolder(folder)
  let changes = 0
  for (const name of [...new Set([...old.keys(), ...now.keys()])].toSorted()) {
    const [was, is] = [old.get(name), now.get(name)]
    if (was === is) continue
    const lines =
      was === undefined
        ? ['this flow is new']
        : is === undefined
          ? ['this flow is gone']
          : changesIn(writtenIn(name, was), writtenIn(name, is))
    if (lines.length === 0) continue
    changes += lines.length
    say(name)
    for (const line of lines) say(`  ${line}`)
  }
  say(changes === 0 ? 'Nothing that people read has changed.' : `${counted(changes, 'change')}.`)
  return 0
}

function writtenIn(name: string, source: string): unknown {
  const { written } = parseFlow(name, source)
  return written === '' ? {} : (JSON.parse(written) as unknown)
}

const isFlow = (name: string): boolean => name.endsWith('.yaml') && !name.endsWith('.transcript.yaml')

async function inFolder(folder: string): Promise<Version> {
  const names = (await readdir(folder, { recursive: true })).filter(isFlow)
  return new Map(
    await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name), 'utf8')] as const)),
  )
}

async function inRevision(revision: string, folder: string): Promise<Version | undefined> {
  const git = async (...args: string[]): Promise<string> =>
    (await run('git', ['-C', folder, ...args], { maxBuffer: 64 * 2 ** 20 })).stdout
  // What begins with a dash would be an option of git.
  if (!/^\w[\w./~^@{}-]*$/.test(revision)) return undefined
  const listed = await git('ls-tree', '-r', '-z', '--name-only', revision, '--', '.').catch(() => undefined)
  if (listed === undefined) return undefined
  const names = listed.split('\0').filter(isFlow)
  return new Map(
    await Promise.all(names.map(async (name) => [name, await git('show', `${revision}:./${name}`)] as const)),
  )
}
