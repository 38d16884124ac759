import { spawn } from 'node:child_process'
import { join } from 'node:path'
import type { AlarmClockOptions } from '../../src/queue/alarm-clock.ts'
import { builtMain } from '../built.ts'

/** Starts a process whose rings never end, and gives what kills it as `kill -9` does once it has said a word. */
export async function spawnRinging(
  options: Omit<AlarmClockOptions, 'log'>,
): Promise<{ killOnce(word: string): Promise<void> }> {
  const script = join(import.meta.dirname, 'ringing-process.mjs')
  const module = join(await builtMain(), '../queue/alarm-clock.js')
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
