// The processes of a browser, found as an operator would: by what stands in the list of processes.
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

interface Listed {
  readonly pid: number
  readonly parent: number
  readonly command: string
}

async function list(): Promise<Listed[]> {
  const { stdout } = await promisify(execFile)('ps', ['-eo', 'pid=,ppid=,args=', '-ww'], {
    maxBuffer: 2 ** 24,
  })
  return stdout.split('\n').flatMap((line) => {
    const [, pid, parent, command] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? []
    return command === undefined ? [] : [{ pid: Number(pid), parent: Number(parent), command }]
  })
}

/** The browser that runs on this profile, its pages, and the process that runs it. */
export async function browserOn(profile: string): Promise<{ main: number; pages: number[]; runner: number }> {
  const all = await list()
  const main = all.find(
    ({ command }) => command.includes(`--user-data-dir=${profile}`) && !command.includes('--type='),
  )
  if (!main) throw new Error('no browser runs there')
  const family = new Set([main.pid])
  // Children are listed after their parents, but for numbers that have come round.
  for (let round = 0; round < 3; round += 1)
    for (const { pid, parent } of all) if (family.has(parent)) family.add(pid)
  const pages = all.filter(({ pid, command }) => family.has(pid) && command.includes('--type=renderer'))
  return { main: main.pid, pages: pages.map(({ pid }) => pid), runner: main.parent }
}

/** How many processes have this folder in their command. */
export const countOn = async (folder: string): Promise<number> =>
  (await list()).filter(({ command }) => command.includes(folder)).length
