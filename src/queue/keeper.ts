import type { Job } from 'bullmq'
import type { Alarm, AlarmClockState, BackendName, Log, Ring } from './alarm.ts'
import { codeOf, remedy } from './remedy.ts'
import { Waits } from './waits.ts'
import type { Plan, Wires } from './wires.ts'

// Between two looks at a healthy backend. One cheap read; it bounds how long a wiped storage goes unnoticed.
const LOOK = 2_000
// Between two tries at one that is away: doubled from the first to the last.
const FIRST_PAUSE = 250
const LAST_PAUSE = 5_000
// How long an answer may take. Opening may have to create a schema on a slow disk.
const ANSWER = 5_000
const OPENING = 15_000
// How long `start` and the first `set` wait for a backend before they leave it to the background.
const PATIENCE = 3_000
// Replaced connections may finish their rings this long.
const FAREWELL = 30_000
// So many complaints between two looks mean that the worker runs in circles, whatever the look says.
const TOO_MANY = 20
// Between a complaint and the look it causes: complaints come in swarms.
const BREATH = 50

const ignore = (): void => {}

interface KeeperOptions {
  readonly backend: BackendName
  readonly log: Log
  readonly open: (plan: Pick<Plan, 'work' | 'complain'>) => Wires
}

/**
 * Keeps one set of connections in use, and opens the next when it fails, for ever.
 * BullMQ by itself remembers a first failed connection for good, runs in circles when its schema is dropped, and
 * does not come back from either; replacing it is the one cure that fits every failure, seen or not yet seen.
 */
export class Keeper {
  readonly backend: BackendName
  readonly #log: Log
  readonly #open: KeeperOptions['open']
  readonly #waits = new Waits()
  #state: AlarmClockState = { phase: 'off' }
  #ring: Ring | undefined
  #wires: Wires | undefined
  #keeping: Promise<void> | undefined
  #stopping = false
  #deaf = false
  #missed = false
  #wake: () => void = ignore
  /** What waits for the first outcome, good or bad. */
  #outcome: () => void = ignore
  readonly #leaving = new Set<{ wires: Wires; gone: Promise<void> }>()

  constructor(options: KeeperOptions) {
    this.backend = options.backend
    this.#log = options.log
    this.#open = options.open
  }

  state(): AlarmClockState {
    return this.#state
  }

  async start(ring: Ring): Promise<void> {
    if (this.#ring || this.#stopping) throw new Error('an alarm clock starts once')
    this.#ring = ring
    if (this.#keeping) this.#state = { phase: 'connecting' }
    this.#wake()
    await this.#connected()
  }

  async set(alarms: readonly Alarm[]): Promise<void> {
    if (this.#stopping) return
    await this.#connected()
    if (alarms.length === 0) return
    const wires = this.#wires
    if (!wires) {
      if (!this.#missed)
        this.#log.warn({ phase: this.#state.phase }, 'alarms are not set while the backend is away')
      this.#missed = true
      return
    }
    try {
      await this.#waits.within(ANSWER + alarms.length, wires.add(alarms))
    } catch (error) {
      this.#log.warn({ alarms: alarms.length, code: codeOf(error) }, 'alarms not set: the backend failed')
      this.#wake()
    }
  }

  async stop(ms = 8_000): Promise<void> {
    this.#stopping = true
    this.#waits.interrupt()
    await this.#keeping
    const gone = Promise.all([...this.#leaving].map((leaving) => leaving.gone))
    await new Waits().within(ms, gone).catch(() => {})
    // From here on nothing rings, also what a worker had fetched and not yet begun.
    this.#deaf = true
    for (const { wires } of this.#leaving) wires.cut()
    this.#state = { phase: 'off' }
  }

  /** Waits for the backend only as long as nobody knows how it is. */
  async #connected(): Promise<void> {
    if (!this.#keeping) {
      this.#state = { phase: 'connecting' }
      this.#keeping = this.#keep()
    }
    const { phase, detail } = this.#state
    if (phase !== 'connecting' || detail !== undefined) return
    const earlier = this.#outcome
    await this.#waits.rest(PATIENCE, (end) => {
      this.#outcome = () => {
        earlier()
        end()
      }
    })
  }

  async #keep(): Promise<void> {
    let pause = FIRST_PAUSE
    while (!this.#stopping) {
      const since = performance.now()
      const failure = await this.#use()
      if (failure === undefined) continue
      // Whoever held for a while has earned a quick return; who fails at once again and again has not.
      pause = performance.now() - since > 2 * LAST_PAUSE ? FIRST_PAUSE : Math.min(pause * 2, LAST_PAUSE)
      this.#fail(failure)
      await this.#waits.rest(pause)
    }
  }

  /** Opens connections and uses them. Resolves with what made them fail, or with nothing when they are not wanted. */
  async #use(): Promise<unknown> {
    const ring = this.#ring
    let complaints = 0
    let complain: (error: Error) => void = ignore
    const refused = new Promise<never>((_, reject) => (complain = reject))
    let wires: Wires | undefined
    try {
      wires = this.#open({
        work: ring && ((job) => this.#work(ring, job)),
        complain: (error) => complain(error),
      })
      const opened = wires.ready().then(() => true)
      if (!(await this.#waits.within(OPENING, Promise.race([opened, refused])))) return undefined
      complain = (error) => {
        complaints += 1
        if (complaints === 1) this.#log.warn({ code: codeOf(error) }, 'the alarm clock complains')
        this.#wake()
      }
      wires.begin()
      this.#succeed(wires)
      while (!this.#stopping && this.#ring === ring) {
        await this.#waits.rest(LOOK, (end) => (this.#wake = () => setTimeout(end, BREATH)))
        await this.#waits.within(ANSWER, wires.probe())
        if (complaints > TOO_MANY) return new Error('too many complaints')
        complaints = 0
      }
      return undefined
    } catch (error) {
      return error
    } finally {
      this.#wires = undefined
      this.#wake = ignore
      // What still goes wrong with connections that are given up is of no interest.
      complain = ignore
      if (wires) this.#leave(wires)
    }
  }

  #succeed(wires: Wires): void {
    this.#wires = wires
    this.#missed = false
    if (this.#state.phase !== 'ready') this.#log.info({ backend: this.backend }, 'alarm clock ready')
    this.#state = { phase: 'ready' }
    this.#outcome()
    this.#outcome = ignore
  }

  #fail(failure: unknown): void {
    if (this.#stopping) return
    const code = codeOf(failure)
    const detail = remedy(this.backend, code)
    const phase = this.#state.phase === 'connecting' ? 'connecting' : 'lost'
    if (this.#state.detail !== detail)
      this.#log.error({ backend: this.backend, code, detail }, `alarm clock ${phase}`)
    this.#state = { phase, detail }
    this.#outcome()
    this.#outcome = ignore
  }

  #leave(wires: Wires): void {
    // Its own waits: a stop gives these the time it was told to.
    const gone = new Waits()
      .within(FAREWELL, wires.close())
      .catch(() => wires.cut())
      .finally(() => this.#leaving.delete(entry))
    const entry = { wires, gone }
    this.#leaving.add(entry)
  }

  async #work(ring: Ring, job: Job): Promise<void> {
    if (this.#deaf) throw new Error('stopped')
    const id = idOf(job.data)
    if (id === undefined) {
      this.#log.error({ job: job.id }, 'an alarm without an id was dropped')
      return
    }
    try {
      await ring(id)
    } catch (error) {
      const attempt = job.attemptsMade + 1
      this.#log.error({ alarm: id, attempt, code: codeOf(error), at: placeOf(error) }, 'a ring was rejected')
      // BullMQ stores the message it is given: it gets one that says nothing.
      throw new Error('rejected', { cause: error })
    }
  }
}

/** What a job is about; nothing when it is none of ours. */
function idOf(data: unknown): number | undefined {
  const id = typeof data === 'object' && data !== null && 'id' in data ? data.id : undefined
  return typeof id === 'number' && Number.isSafeInteger(id) ? id : undefined
}

/** Where an error was thrown: the first line of its stack that is ours. The message may say too much. */
function placeOf(error: unknown): string | undefined {
  const lines = error instanceof Error ? (error.stack?.split('\n') ?? []) : []
  return lines.find((line) => /^\s+at .*(src|dist)\//.test(line))?.trim()
}
