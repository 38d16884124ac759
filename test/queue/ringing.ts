import { execFile, spawn } from 'node:child_process'
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { AlarmClockOptions } from '../../src/queue/alarm-clock.ts'

const root = join(import.meta.dirname, '../..')
let directory: Promise<string> | undefined

/** Starts a process whose rings never end, and gives what kills it as `kill -9` does once it has said a word. */
export async function spawnRinging(
  options: Omit<AlarmClockOptions, 'log'>,
): Promise<{ killOnce(word: string): Promise<void> }> {
  directory ??= compile()
  const script = join(import.meta.dirname, 'ringing-process.mjs')
  const module = join(await directory, 'queue/alarm-clock.js')
  const ringing = spawn(process.execPath, [script, module, JSON.stringify(options)], { stdio: 'pipe' })
  const ended = new Promise((resolve) => ringing.once('exit', resolve))
  const atExit = () => void ringing.kill('SIGKILL')
  process.once('exit', atExit)
  let said = ''
  let complained = ''
  ringing.stderr.on('data', (data: Buffer) => (complained += data.toString()))
  return {
    async killOnce(word) {
      await new Promise<void>((resolve, reject) => {
        ringing.stdout.on('data', (data: Buffer) => {
          said += data.toString()
          if (said.includes(word)) resolve()
        })
        void ended.then(() => reject(new Error(`the process ended by itself: ${complained}`)))
      })
      ringing.kill('SIGKILL')
      await ended
      process.off('exit', atExit)
    },
  }
}

/** The clock as JavaScript: Node 20 cannot run its source by itself. */
async function compile(): Promise<string> {
  const out = await mkdtemp(join(tmpdir(), 'preceptor-queue-'))
  const flags = '--ignoreConfig --noCheck --module nodenext --target es2024 --rewriteRelativeImportExtensions'
  const typescript = join(root, 'node_modules/typescript/bin/tsc')
  const files = ['--outDir', out, '--rootDir', join(root, 'src'), join(root, 'src/queue/alarm-clock.ts')]
  await promisify(execFile)(process.execPath, [typescript, ...flags.split(' '), ...files], { cwd: root })
  await writeFile(join(out, 'package.json'), '{ "type": "module" }')
  await symlink(join(root, 'node_modules'), join(out, 'node_modules'))
  return out
}

/** Removes what was compiled. */
export async function removeCompiled(): Promise<void> {
  if (directory) await rm(await directory, { recursive: true })
}
