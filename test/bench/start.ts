// The built service as a process: from its start to the first "ready", on a database that exists already.
import { spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { figuresOf, report } from './figures.ts'

// Compiled or not, it is run from the project's folder.
const ROOT = process.cwd()
const RUNS = 5

export async function benchStart(): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'preceptor-start-'))
  await chmod(directory, 0o711)
  try {
    await startOnce(directory)
    const runs: number[] = []
    for (let run = 0; run < RUNS; run++) runs.push(await startOnce(directory))
    report('start to ready', figuresOf(runs.map((ms) => ms / 1000)), 's', '<= 3')
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

async function startOnce(directory: string): Promise<number> {
  const port = await freePort()
  const began = performance.now()
  const service = spawn(process.execPath, ['dist/main.js'], {
    cwd: ROOT,
    env: { PATH: process.env['PATH'], DATA_DIR: directory, PORT: String(port), LOG_LEVEL: 'error' },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const ended = new Promise((resolve) => service.on('exit', resolve))
  try {
    for (;;) {
      const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined)
      if (answer?.ok === true) return performance.now() - began
      if (service.exitCode !== null) throw new Error('the service did not start')
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
  } finally {
    service.kill('SIGTERM')
    await ended
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}
