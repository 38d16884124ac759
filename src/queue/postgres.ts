import type { PostgresConnectionOptions, PostgresQueueBackend } from 'bullmq'
import { createPostgresBackend } from 'bullmq'
import { LONGEST_WAIT, wire } from './wires.ts'
import type { Plan, Wires } from './wires.ts'

/** Opens the clock on PostgreSQL over two connections: one for statements, one that LISTENs. Only setting needs one. */
export function openPostgres(databaseUrl: string, plan: Plan): Wires {
  let backend: PostgresQueueBackend | undefined
  const wires = wire<PostgresQueueBackend, PostgresConnectionOptions>(
    (name, options, extra) => (backend = impatient(createPostgresBackend(name, options, extra))),
    {
      ...address(databaseUrl),
      schema: 'bullmq',
      // In one transaction under an advisory lock: two processes that start at once do not collide.
      migrate: true,
      max: 1,
      application_name: 'preceptor alarms',
      // A network that swallows packets must look like a failure, and soon.
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
      connectionTimeoutMillis: 5_000,
      query_timeout: 15_000,
    },
    plan,
  )
  return { ...wires, cut: () => void backend?.disconnect().catch(plan.complain) }
}

/**
 * Lets the worker look for itself every few seconds, however far the next alarm is.
 * By itself it trusts NOTIFY for up to an hour while an alarm is set for later, and also after any error: one lost
 * NOTIFY (a dropped LISTEN session, a pooler between) would delay every alarm set meanwhile by as much. Measured with
 * lost NOTIFYs and another alarm an hour away: not rung within 15 s without this line, after at most 5 s with it.
 * A job that repeats every 5 s would cure it too, but writes its rows all day long.
 */
function impatient(backend: PostgresQueueBackend): PostgresQueueBackend {
  return Object.defineProperty(backend, 'maximumBlockTimeout', { value: LONGEST_WAIT })
}

// `?options=` in an address would replace the search path that BullMQ hands over, and its functions not be found.
function address(databaseUrl: string): { connectionString: string; options?: string } {
  if (!databaseUrl.includes('options=') || !URL.canParse(databaseUrl))
    return { connectionString: databaseUrl }
  const url = new URL(databaseUrl)
  const options = url.searchParams.get('options')
  url.searchParams.delete('options')
  return { connectionString: url.href, ...(options ? { options } : {}) }
}
