import type { AlarmClock, AlarmClockOptions } from '../../src/queue/alarm-clock.ts'
import { createAlarmClock } from '../../src/queue/alarm-clock.ts'

/** Alarms are told apart by their ids here; the time they are meant for only names them. */
export const WHEN = 1_900_000_000_000
/** An alarm that rings at once. */
export const now = (id: number) => ({ id, at: WHEN, delay: 0 })

/** A clock, and what it has done so far. */
interface Told {
  clock: AlarmClock
  rung: { id: number; when: number }[]
  log: { text: string; fields: object }[]
  times(id: number): number
}

/** Begins the names of all clocks of this run: others may use the same Redis. */
export const RUN = `test-${process.pid}-${Date.now()}`
/** A name that several clocks of this run share. */
export const named = (name: string) => `${RUN}-${name}`

const clocks: AlarmClock[] = []
let count = 0

/** A clock of its own name, and what it has done so far. It is stopped after the tests at the latest. */
export function make(options: Omit<AlarmClockOptions, 'log'>): Told {
  const told: Told['log'] = []
  const tell = (fields: object, text: string) => void told.push({ fields, text })
  const name = named(`${(count += 1)}`)
  const clock = createAlarmClock({ name, ...options, log: { info: tell, warn: tell, error: tell } })
  clocks.push(clock)
  const rung: Told['rung'] = []
  return { clock, rung, log: told, times: (id) => rung.filter((ring) => ring.id === id).length }
}

/** A clock that notes what it rings. */
export async function started(options: Parameters<typeof make>[0]): Promise<Told> {
  const told = make(options)
  await told.clock.start(async (id) => void told.rung.push({ id, when: Date.now() }))
  return told
}

/** Waits. */
export const rest = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** Waits generously; what should come soon may take long on a busy machine. */
export async function eventually(check: () => unknown, timeout = 60_000): Promise<void> {
  for (const end = Date.now() + timeout; !(await check()); await rest(25)) {
    if (Date.now() > end) throw new Error(`never came true: ${check.toString()}`)
  }
}

/** What a sweep does: sets the alarm again and again until it has rung. */
export async function sweepUntilRung(told: Told, id: number): Promise<void> {
  const before = told.times(id)
  for (let end = Date.now() + 20_000; told.times(id) === before && Date.now() < end; await rest(100)) {
    await told.clock.set([now(id)])
  }
  if (told.times(id) === before) throw new Error(`alarm ${id} never rang`)
}

/** Stops every clock that a test left running. */
export async function stopAll(): Promise<void> {
  await Promise.all(clocks.splice(0).map((clock) => clock.stop(0)))
}
