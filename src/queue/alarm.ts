/** What the clock can run on. */
export type BackendName = 'redis' | 'postgres'

/** One wish to be rung. */
export interface Alarm {
  readonly id: number
  /** The time it is meant for: with `id` it names the alarm, and only that. */
  readonly at: number
  /** Milliseconds from now; 0 or less rings at once. */
  readonly delay: number
}

/** What happens when an alarm goes off. A rejection rings again after 1, 2, 4 and 8 seconds, then no more. */
export type Ring = (id: number) => Promise<void>

export interface AlarmClockState {
  /** `off`: not started or stopped; `connecting`: never reached so far; `lost`: was ready and is away. */
  readonly phase: 'off' | 'connecting' | 'ready' | 'lost'
  /** In plain words, without secrets: what is wrong and what would mend it. */
  readonly detail?: string
}

/** The part of a logger the clock speaks to. */
export interface Log {
  info(fields: object, text: string): void
  warn(fields: object, text: string): void
  error(fields: object, text: string): void
}
