import { spawn, spawnSync } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'

/** A Redis of the test's own: it may be emptied, killed and started again. */
export interface RedisServer {
  readonly url: string
  readonly port: number
  /** Ends the server as `kill -9` does. Nothing was saved, so it starts again empty. */
  kill(): Promise<void>
  start(): Promise<void>
  /** Ends the server and removes its directory. */
  close(): Promise<void>
}

/** A Redis that somebody else runs. Tests leave what they did not write there alone. */
// oxlint-disable-next-line node/no-process-env -- the tests' own door to the outside
export const givenRedis = process.env['REDIS_URL']

/** Whether tests can start a Redis of their own here. */
export const hasRedis = spawnSync('redis-server', ['--version']).status === 0

/** Starts a `redis-server` on a free port with a directory of its own, as a cluster of one node when asked to. */
export async function startRedis({ cluster = false } = {}): Promise<RedisServer> {
  const [port, directory] = await Promise.all([freePort(), mkdtemp(join(tmpdir(), 'preceptor-redis-'))])
  const options = ['--port', `${port}`, '--bind', '127.0.0.1', '--dir', directory, '--save', '']
  if (cluster) {
    options.push('--cluster-enabled', 'yes', '--cluster-port', `${await freePort()}`)
    options.push('--cluster-announce-ip', '127.0.0.1')
  }
  let server: ChildProcess | undefined

  async function kill(): Promise<void> {
    const running = server
    server = undefined
    if (!running || running.exitCode !== null || running.signalCode !== null) return
    await new Promise((resolve) => {
      running.once('exit', resolve)
      running.kill('SIGKILL')
    })
  }

  async function start(): Promise<void> {
    server = spawn('redis-server', options, { stdio: 'ignore' })
    const client = new Redis(port, { maxRetriesPerRequest: null, retryStrategy: () => 20 })
    client.on('error', () => {})
    try {
      await client.ping()
      // No failover and no resharding with one node: all slots are its own.
      if (cluster) {
        await client.cluster('ADDSLOTSRANGE', 0, 16383)
        while (!(await client.cluster('INFO')).includes('cluster_state:ok')) await rest(20)
      }
    } finally {
      client.disconnect()
    }
  }

  const atExit = () => void server?.kill('SIGKILL')
  process.once('exit', atExit)
  await start()
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    kill,
    start,
    async close() {
      process.off('exit', atExit)
      await kill()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

/** A port that nobody listened on a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() =>
        address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port')),
      )
    })
  })
}

const rest = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
