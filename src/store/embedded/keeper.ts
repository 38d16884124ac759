// Keeps one PostgreSQL running: the first start with its patience, and every further one after it has died.
import { rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Client } from 'pg'
import type { Log } from '../../words/log.ts'
import { addressOf, type Cluster, launch, logFiles, type Server, stopOrphan, untilReady } from './server.ts'
import { LOG_FILES_KEPT } from './settings.ts'

/** How long a start waits for what a killed PostgreSQL's last processes still hold. */
const PATIENCE = 30_000

/** The first start: on the last port if it is free, after what a killed server's last processes still hold. */
export async function firstStart(cluster: Cluster, lastPort: number | undefined): Promise<Server> {
  let port = await freePort(lastPort)
  for (const until = Date.now() + PATIENCE; ; await sleep(100)) {
    try {
      return await startOnce(cluster, port)
    } catch (error) {
      const message = error instanceof Error ? error.message : ''
      const taken = /could not bind|could not create any TCP/.test(message)
      if (taken) port = await freePort(undefined)
      const held = /shared memory block|lock file/.test(message)
      if (Date.now() > until || !(taken || held)) throw error
    }
  }
}

/** A port nobody listens on: the wanted one if possible, so that what has noted it stays right. */
function freePort(wanted: number | undefined): Promise<number> {
  return new Promise((done, fail) => {
    const probe = createServer()
    probe.once('error', (error) => (wanted === undefined ? fail(error) : done(freePort(undefined))))
    probe.listen({ ...addressOf(wanted ?? 0), exclusive: true }, () => {
      const address = probe.address()
      const port = typeof address === 'object' && address !== null ? address.port : 0
      probe.close(() => done(port))
    })
  })
}

async function startOnce(cluster: Cluster, port: number): Promise<Server> {
  const server = launch(cluster, port)
  try {
    const client = await untilReady(server, cluster.password)
    await ensureDatabase(client, cluster.password).finally(() => client.end())
    await trimLog(cluster.place.data)
    return server
  } catch (error) {
    await server.stop()
    throw error
  }
}

/** The service's own user owns its database and nothing else: a mistake in a statement cannot reach the system. */
async function ensureDatabase(client: Client, password: string): Promise<void> {
  const missing = async (query: string): Promise<boolean> => (await client.query(query)).rowCount === 0
  if (await missing("select 1 from pg_roles where rolname = 'preceptor'")) {
    await client.query(`create role preceptor login createdb password '${password}'`)
  }
  if (await missing("select 1 from pg_database where datname = 'preceptor'")) {
    await client.query('create database preceptor owner preceptor')
  }
}

async function trimLog(data: string): Promise<void> {
  for (const file of (await logFiles(data)).slice(0, -LOG_FILES_KEPT)) await rm(file, { force: true })
}

const HOUR = 3_600_000
const LONGEST_WAIT = 10_000

/** Watches the server and starts it again whenever it ends, sooner at first and then every ten seconds. */
export function keepRunning(cluster: Cluster, first: Server, log: Log): { stop(): Promise<void> } {
  const stopping = new AbortController()
  let server = first
  const trimming = setInterval(() => {
    // A log that could not be trimmed is trimmed an hour later.
    trimLog(cluster.place.data).catch(() => undefined)
  }, HOUR)
  trimming.unref()

  const watch = async (): Promise<void> => {
    for (;;) {
      const reason = await server.ended
      if (stopping.signal.aborted) return
      log.error({ reason }, 'PostgreSQL has ended by itself; starting it again')
      await restart()
      if (stopping.signal.aborted) return
    }
  }
  const restart = async (): Promise<void> => {
    for (let wait = 50; !stopping.signal.aborted; wait = Math.min(wait * 2, LONGEST_WAIT)) {
      await sleep(wait, undefined, { signal: stopping.signal }).catch(() => undefined)
      if (stopping.signal.aborted) return
      try {
        await stopOrphan(cluster)
        server = await startOnce(cluster, first.port)
        log.warn({ port: first.port }, 'PostgreSQL runs again')
        return
      } catch (error) {
        log.error(
          { reason: error instanceof Error ? error.message : 'unknown' },
          'PostgreSQL could not be started',
        )
      }
    }
  }
  const watching = watch()
  return {
    async stop() {
      clearInterval(trimming)
      stopping.abort()
      await server.stop()
      await watching
      // A start that was under way when the stop came has a server of its own.
      await server.stop()
    },
  }
}
