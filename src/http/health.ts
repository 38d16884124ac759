import type { FastifyInstance } from 'fastify'
import type { Registry } from 'prom-client'
import type { Database } from '../store/db.ts'
import { SECOND } from '../words/clock.ts'

/** How one part of the service is: ready, or what is wrong in words. */
export interface PartState {
  readonly phase: 'off' | 'connecting' | 'ready' | 'lost' | 'pairing' | 'unpaired'
  readonly detail?: string
}

export interface HealthOptions {
  readonly database: Database
  readonly registry: Registry
  /** The parts that can be ready or not, by name. */
  readonly parts: () => Readonly<Record<string, PartState>>
  /** Brings the figures up to date that are read from the database. */
  readonly measure: () => Promise<void>
}

/** `/healthz` alive, `/readyz` able to work, `/metrics` for Prometheus. None holds anything personal. */
export function serveHealth(
  app: FastifyInstance,
  { database, registry, parts, measure }: HealthOptions,
): void {
  app.get('/healthz', { config: { rateLimit: false } }, () => ({ status: 'alive' }))

  app.get('/readyz', async (_request, reply) => {
    const reachable = await answers(database)
    const database_: PartState = reachable
      ? { phase: 'ready' }
      : { phase: 'lost', detail: 'the database does not answer' }
    const all = { database: database_, ...parts() }
    // Without the queue or one channel people are still served: only the database stops the work.
    const ready = database_.phase === 'ready'
    return reply.status(ready ? 200 : 503).send({ status: ready ? 'ready' : 'not ready', parts: all })
  })

  app.get('/metrics', async (_request, reply) => {
    await measure()
    return reply.type(registry.contentType).send(await registry.metrics())
  })
}

/** Whoever asks whether the service is ready waits no longer than this for a database that hangs. */
const PATIENCE = 2 * SECOND

async function answers(database: Database): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<boolean>((resolve) => (timer = setTimeout(resolve, PATIENCE, false)))
  const asked = database.query('select 1').then(
    () => true,
    () => false,
  )
  return Promise.race([asked, late]).finally(() => clearTimeout(timer))
}
