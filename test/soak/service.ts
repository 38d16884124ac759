// The built service as a process of its own, with the database it has built in: started, killed, started again.
import { type ChildProcess, spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { z } from 'zod'

export interface ServiceUnderTest {
  /** Which life this is: 0 for the first. */
  readonly life: () => number
  /** `kill -9` of the service, and its next life begins. Resolves when the old process has ended. */
  killService(): Promise<void>
  /** `kill -9` of the PostgreSQL that serves the data; false when none runs at this moment. */
  killPostgres(): Promise<boolean>
  /** Resolves when it says that it runs. */
  ready(): Promise<void>
  /** Rejects when it ends without having been killed or stopped, once it ran. */
  readonly collapse: Promise<never>
  /** Starts that failed since PostgreSQL was killed under them; a supervisor starts the service again, and so it was. */
  readonly failedStarts: () => number
  /** As an operator stops it; the exit code. */
  stop(): Promise<number | null>
  /** What it has said on its way that an operator would read. */
  readonly said: readonly string[]
}

export interface ServiceOptions {
  readonly main: string
  readonly dataDir: string
  readonly env: Readonly<Record<string, string>>
  /** Called when a new life has begun, before it can have done anything. */
  readonly born: () => void
}

const instance = z.object({ place: z.string().optional() })

export function startService({ main, dataDir, env, born }: ServiceOptions): ServiceUnderTest {
  const said: string[] = []
  let life = -1
  let child: ChildProcess
  let ended: Promise<number | null>
  let running: Promise<void>
  let meant = false
  let failedStarts = 0
  /** PostgreSQL was killed before this life could say that it runs. */
  let robbed = false
  let collapsed: (error: Error) => void
  const collapse = new Promise<never>((_, fail) => (collapsed = fail))
  collapse.catch(() => undefined)

  function begin(): void {
    life += 1
    meant = false
    robbed = false
    let ready = false
    born()
    const mine = spawn(process.execPath, [main], {
      env: { ...env, DATA_DIR: dataDir, PATH: '/usr/bin:/bin' },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    child = mine
    ended = new Promise((done) => mine.once('exit', (code) => done(code)))
    running = new Promise((done, fail) => {
      mine.stdout.on('data', (chunk: Buffer) => {
        const text = chunk.toString()
        if (!text.includes('Preceptor is running')) return keep(text)
        ready = true
        done()
      })
      void ended.then((code) => {
        fail(new Error('it has ended'))
        if (meant) return
        if (ready || !robbed) return collapsed(new Error(`the service has ended by itself with ${code}`))
        failedStarts += 1
        begin()
      })
    })
    running.catch(() => undefined)
    mine.stderr.on('data', (chunk: Buffer) => keep(chunk.toString()))
  }

  function keep(text: string): void {
    said.push(...text.trim().split('\n'))
    if (said.length > 5_000) said.splice(0, 2_500)
  }

  begin()
  const atExit = (): void => void child.kill('SIGKILL')
  process.once('exit', atExit)
  return {
    said,
    life: () => life,
    collapse,
    failedStarts: () => failedStarts,
    async killService() {
      meant = true
      child.kill('SIGKILL')
      await ended
      // What it sent before is read before the next life says anything.
      await new Promise((done) => setTimeout(done, 20))
      begin()
    },
    async killPostgres() {
      const pid = await postmasterOf(dataDir)
      try {
        if (pid === undefined) return false
        robbed = true
        process.kill(pid, 'SIGKILL')
        return true
      } catch {
        return false
      }
    },
    async ready() {
      // A life that fails to begin is followed by the next; a service that has collapsed by none.
      for (let waited = running; ; waited = running) {
        const stands = waited.then(
          () => true,
          () => false,
        )
        if (await Promise.race([collapse, stands])) return
        if (waited === running) await new Promise((done) => setTimeout(done, 10))
      }
    },
    async stop() {
      meant = true
      child.kill('SIGTERM')
      const code = await ended
      process.off('exit', atExit)
      return code
    },
  }
}

/** The process that serves the data, if its file says one does. */
async function postmasterOf(dataDir: string): Promise<number | undefined> {
  const home = resolve(dataDir, 'postgres')
  const text = await readFile(join(home, 'instance.json'), 'utf8').catch(() => '{}')
  const { place = home } = instance.parse(JSON.parse(text))
  const pid = Number.parseInt(await readFile(join(place, 'data/postmaster.pid'), 'utf8').catch(() => ''), 10)
  return Number.isInteger(pid) && pid > 1 ? pid : undefined
}
