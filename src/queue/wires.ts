import type { BackendFactory, BulkJobOptions, IQueueBackend, Job, JobsOptions, Worker } from 'bullmq'
import { withBackend } from 'bullmq'
import type { Alarm } from './alarm.ts'

/** What a set of connections is opened with. */
export interface Plan {
  readonly name: string
  readonly concurrency: number
  /** Handles one ring; without it alarms are only set, and one connection is enough. */
  readonly work: ((job: Job) => Promise<void>) | undefined
  /** Anything the library complains of, from any of the connections. */
  readonly complain: (error: Error) => void
}

/** One set of connections to the backend. It is used until it fails and then replaced, never mended. */
export interface Wires {
  /** Resolves when every connection stands and the storage is there. */
  ready(): Promise<void>
  /** Begins to take rings. */
  begin(): void
  /** Rejects when the backend is away or its storage is gone. */
  probe(): Promise<void>
  add(alarms: readonly Alarm[]): Promise<void>
  /** Takes no new rings, waits for those running, closes. */
  close(): Promise<void>
  /** Closes without waiting for anything. */
  cut(): void
}

// A process that died in the middle of a ring holds it for LOCK; others look for such rings every LOOK, and take
// one that they have seen twice: it rings again 10 to 15 seconds later. A ring may run longer: the lock is renewed.
const LOCK = 10_000
const LOOK = 5_000
// More would only be needed if a ring killed one process after the other. Then it is dropped, and the sweep decides.
const DEATHS = 5
/** Seconds a worker may wait without looking for itself: a lost wake-up makes a ring late by this much at most. */
export const LONGEST_WAIT = 5
// Events are written by BullMQ whether anyone reads them or not. Nobody does here.
const EVENTS_KEPT = 1_000
// One statement or one Lua call each; a sweep after a long outage may come with many thousands.
const BATCH = 500

const RING = {
  attempts: 5,
  backoff: { type: 'exponential', delay: 1_000 },
  // A finished alarm makes room for the next of the same name; whether anything is still due is the row's affair.
  removeOnComplete: true,
  removeOnFail: true,
  // A stack of the application has no business in the backend.
  stackTraceLimit: 0,
}

/** Queue and worker over one backend, so that both share its connections. */
export function wire<Backend extends IQueueBackend, Connection>(
  factory: BackendFactory<Backend, Connection>,
  connection: Connection,
  plan: Plan & { readonly prefix?: string },
): Omit<Wires, 'cut'> {
  const { name, work, complain } = plan
  const shared = { connection, ...(plan.prefix === undefined ? {} : { prefix: plan.prefix }) }
  const worker = work && startedLater(factory, name, { ...shared, work, concurrency: plan.concurrency })
  worker?.on('error', complain)
  const made = withBackend<IQueueBackend, Connection>(
    worker ? () => worker.getBackend().forQueue(name, plan.prefix) : factory,
  )
  const queue = new made.Queue(name, {
    ...shared,
    defaultJobOptions: RING,
    streams: { events: { maxLen: EVENTS_KEPT } },
  })
  queue.on('error', complain)
  return {
    ready: () => (worker ?? queue).waitUntilReady(),
    begin: () => void worker?.run().catch(complain),
    async probe() {
      await queue.isPaused()
    },
    add: (alarms) => add(queue, alarms),
    async close() {
      await worker?.close()
      await queue.close()
    },
  }
}

function startedLater<Backend extends IQueueBackend, Connection>(
  factory: BackendFactory<Backend, Connection>,
  name: string,
  options: {
    connection: Connection
    work: (job: Job) => Promise<void>
    concurrency: number
    prefix?: string
  },
): Worker<unknown, unknown, string, Backend, object, Connection> {
  const { work, ...rest } = options
  const { Worker: WorkerOn } = withBackend(factory)
  return new WorkerOn(name, (job) => work(job as Job), {
    ...rest,
    // Started by hand once the connections stand: before that BullMQ asks again and again without a pause.
    autorun: false,
    lockDuration: LOCK,
    stalledInterval: LOOK,
    maxStalledCount: DEATHS,
    drainDelay: LONGEST_WAIT,
    runRetryDelay: 1_000,
  })
}

/** What is needed of a queue, whatever its backend. */
interface Adds {
  add(name: string, data: object, options: JobsOptions): Promise<unknown>
  addBulk(jobs: { name: string; data: object; opts: BulkJobOptions }[]): Promise<unknown>
}

async function add(queue: Adds, alarms: readonly Alarm[]): Promise<void> {
  const jobs = alarms.map(({ id, at, delay }) => ({
    name: 'ring',
    data: { id },
    opts: { jobId: `${id}-${at}`, delay: Math.max(0, Math.ceil(delay)) },
  }))
  const [first] = jobs
  // On PostgreSQL the bulk way makes two temporary tables a call: too much for the one alarm of a turn.
  if (first && jobs.length === 1) await queue.add(first.name, first.data, first.opts)
  else {
    for (let at = 0; at < jobs.length; at += BATCH) await queue.addBulk(jobs.slice(at, at + BATCH))
  }
}
