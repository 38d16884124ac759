import { Redis } from 'ioredis'
import type { AlarmClockOptions } from '../../src/queue/alarm-clock.ts'
import { freshDatabase } from '../database.ts'
import { givenRedis, hasRedis, startRedis } from '../redis.ts'
import { RUN } from './clocks.ts'

/** A backend that a test may run the alarm clock on, and do bad things to. */
export interface Ground {
  /** Where the backend listens, for a door in front of it. */
  readonly host: string
  readonly port: number
  /** Connects a clock with it, through a port of this machine when one is given. */
  options(through?: number): Connection
  /** The same with a user that the backend refuses. */
  readonly refused: Connection
  /** Connections that clocks hold at this moment; all there are, so it must be a backend of our own. */
  connections(): Promise<number>
  /** Throws away everything the backend keeps. */
  wipe(): Promise<void>
  /** Stops the backend under its clients and starts it again; where it is not ours to stop, cuts them all off. */
  restart(): Promise<void>
  close(): Promise<void>
}

type Connection = Pick<AlarmClockOptions, 'redisUrl' | 'databaseUrl'>

/** A database of its own. */
export async function postgresGround(): Promise<Ground> {
  const fresh = await freshDatabase()
  const { url, db } = fresh
  const others = 'from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()'
  return {
    host: new URL(url).hostname,
    port: Number(new URL(url).port || 5432),
    options: (through) => ({ databaseUrl: through ? throughPort(url, through) : url }),
    refused: { databaseUrl: asNobody(url) },
    async connections() {
      return (await db.query(`select 1 ${others}`)).length
    },
    async wipe() {
      // PostgreSQL may refuse us when the clock and we wait for each other's locks.
      for (let gone = false; !gone;) {
        gone = await db.query('drop schema bullmq cascade').then(
          () => true,
          () => false,
        )
      }
    },
    async restart() {
      await db.query(`select pg_terminate_backend(pid) ${others}`)
    },
    close: () => fresh.close(),
  }
}

/** A Redis of its own; where there is no `redis-server`, the one that is given, of which only our keys are touched. */
export async function redisGround(cluster = false): Promise<Ground> {
  const server = hasRedis ? await startRedis({ cluster }) : undefined
  const url = server?.url ?? givenRedis ?? ''
  const admin = new Redis(url, { maxRetriesPerRequest: null, retryStrategy: () => 20 })
  admin.on('error', () => {})
  const clocks = async () => {
    const own = await admin.client('ID')
    const list = String(await admin.client('LIST')).split('\n')
    return list.filter((line) => line.startsWith('id=') && !line.startsWith(`id=${own} `))
  }
  const removeOurs = async () => {
    for (const key of await admin.keys(`{preceptor}:${RUN}*`)) await admin.del(key)
  }
  const options = (through?: number) => {
    const at = through ? throughPort(url, through) : url
    // A node that is named twice is a cluster: the clock takes several addresses for one.
    return { redisUrl: cluster ? `${at},${at}` : at, databaseUrl: '' }
  }
  return {
    host: new URL(url).hostname,
    port: Number(new URL(url).port || 6379),
    options,
    refused: { redisUrl: asNobody(url), databaseUrl: '' },
    connections: async () => (await clocks()).length,
    async wipe() {
      if (server) await admin.flushall()
      else await removeOurs()
    },
    async restart() {
      if (server) {
        await server.kill()
        await server.start()
        return
      }
      for (const id of (await clocks()).filter(isOurs).map((line) => /^id=(\d+)/.exec(line)?.[1] ?? '')) {
        await admin.client('KILL', 'ID', id)
      }
    },
    async close() {
      if (!server) await removeOurs()
      admin.disconnect()
      await server?.close()
    },
  }
}

/** Only the connection that waits has a name: that of its clock. */
function isOurs(client: string): boolean {
  const name = /name=\{preceptor\}:(\S+)/.exec(client)?.[1] ?? ''
  return Buffer.from(name, 'base64').toString().startsWith(RUN)
}

function throughPort(url: string, port: number): string {
  const through = new URL(url)
  // The tests' own PostgreSQL is reached through a socket file otherwise, past the doorway.
  through.searchParams.delete('host')
  through.hostname = '127.0.0.1'
  through.port = `${port}`
  return through.href
}

function asNobody(url: string): string {
  const nobody = new URL(url)
  nobody.username = 'nobody'
  nobody.password = 'hunter2'
  return nobody.href
}
