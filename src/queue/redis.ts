import type { ConnectionOptions, RedisQueueBackend } from 'bullmq'
import { createRedisBackend } from 'bullmq'
import { Cluster, Redis } from 'ioredis'
import { wire } from './wires.ts'
import type { Plan, Wires } from './wires.ts'

// Braces keep all keys of a queue in one slot of a cluster; without one they change nothing.
const PREFIX = '{preceptor}'

/** Opens the clock on Redis over two connections, one of which waits for the next ring. Only setting needs one. */
export function openRedis(redisUrl: string, plan: Plan): Wires {
  let given = true
  // Short breaks are bridged by the client itself; after `cut` it, and the copy BullMQ made of it, give up.
  const client = connect(redisUrl, (times) => (given ? Math.min(50 * 2 ** Math.min(times, 5), 1_000) : null))
  client.on('error', plan.complain)
  let backend: RedisQueueBackend | undefined
  const wires = wire<RedisQueueBackend, ConnectionOptions>(
    (name, options, extra) => (backend = createRedisBackend(name, options, extra)),
    client,
    { ...plan, prefix: PREFIX },
  )
  const cut = () => {
    given = false
    void backend?.close(true).catch(plan.complain)
    client.disconnect()
  }
  return {
    ...wires,
    async close() {
      await wires.close()
      cut()
    },
    cut,
  }
}

function connect(redisUrl: string, retryStrategy: (times: number) => number | null): Redis | Cluster {
  const options = {
    // BullMQ's worker needs it: commands wait for the connection, however long it takes.
    maxRetriesPerRequest: null,
    connectTimeout: 5_000,
    keepAlive: 10_000,
    // After a failover the old primary still answers, but refuses to write: connect anew and repeat the command.
    reconnectOnError: (error: Error) => (error.message.startsWith('READONLY') ? (2 as const) : false),
  }
  const nodes = redisUrl.split(',').map((node) => node.trim())
  const [first = redisUrl] = nodes
  if (nodes.length === 1) return new Redis(first, { ...options, retryStrategy })
  // Nodes that the cluster names later are reached with the first address's user, password and TLS.
  const { protocol, username, password } = new URL(first)
  const tls = protocol === 'rediss:'
  return new Cluster(nodes, {
    clusterRetryStrategy: retryStrategy,
    // A cluster behind TLS is asked for by name, else no certificate matches.
    ...(tls ? { dnsLookup: (host, done) => done(null, host) } : {}),
    redisOptions: {
      ...options,
      ...(username ? { username: decodeURIComponent(username) } : {}),
      ...(password ? { password: decodeURIComponent(password) } : {}),
      ...(tls ? { tls: {} } : {}),
    },
  })
}
