/** What the service counts about itself. Names and labels are known ones; values never carry personal data. */
export interface Meter {
  /** Messages taken in (`fresh`), dropped as seen before (`seen`) or set aside (`failed`), by channel. */
  received(channel: string, what: 'fresh' | 'seen' | 'failed', count: number): void
  /** Bubbles a provider accepted, or turns given up or held until the person writes, by channel. */
  sent(channel: string, what: 'accepted' | 'failed' | 'retried' | 'held'): void
  /** One batch of turns: how many messages it held and how long it took to commit, in seconds. */
  committed(messages: number, seconds: number): void
  followUp(kind: string, what: 'done' | 'stale' | 'moved' | 'failed'): void
}

/** Counts nothing: for tests and tools that nobody watches. */
export const NO_METER: Meter = { received() {}, sent() {}, committed() {}, followUp() {} }
