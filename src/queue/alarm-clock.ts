import type { Alarm, AlarmClockState, BackendName, Log, Ring } from './alarm.ts'
import { Keeper } from './keeper.ts'
import { openPostgres } from './postgres.ts'
import { openRedis } from './redis.ts'

/** Rings at the time that was asked for. It knows no meaning: what is due is a row, and the row decides. */
export interface AlarmClock {
  readonly backend: BackendName
  /**
   * Sets alarms; one that is already set for the same id and time is left as it is, so a sweep may repeat itself.
   * A moved alarm rings at both times. Never rejects: when the backend is away the alarms are not set, the log and
   * `state()` say so, and the caller's next sweep sets them. The first call connects, also without `start`.
   */
  set(alarms: readonly Alarm[]): Promise<void>
  /**
   * Delivers rings until `stop`; resolves when connected, or after a moment when the backend is away.
   * Each ring comes at least once: two processes may see the same one when the first of them dies in the middle.
   */
  start(ring: Ring): Promise<void>
  /** Takes no new rings, waits at most `ms` (8 seconds) for those running, closes every connection. For good. */
  stop(ms?: number): Promise<void>
  state(): AlarmClockState
}

export interface AlarmClockOptions {
  /** Redis 6.2 or newer, or Valkey: `redis://`, `rediss://`, or several addresses with commas: a cluster. */
  readonly redisUrl?: string | undefined
  /** Used when there is no `redisUrl`; everything is kept in the schema `bullmq`, made at the start. */
  readonly databaseUrl: string
  readonly log: Log
  /** How many rings may run at the same time in this process (4). */
  readonly concurrency?: number
  /** Clocks of one name share their alarms (`alarms`). */
  readonly name?: string
}

/** Makes the clock: on Redis when there is a `redisUrl`, else on PostgreSQL. Connects to nothing yet. */
export function createAlarmClock(options: AlarmClockOptions): AlarmClock {
  const { redisUrl, databaseUrl, log, concurrency = 4, name = 'alarms' } = options
  return redisUrl
    ? new Keeper({
        backend: 'redis',
        log,
        open: (plan) => openRedis(redisUrl, { ...plan, name, concurrency }),
      })
    : new Keeper({
        backend: 'postgres',
        log,
        open: (plan) => openPostgres(databaseUrl, { ...plan, name, concurrency }),
      })
}
