/** Where a room says what happened. Never message text, telephone numbers, tokens or connection strings. */
export interface Log {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

/** For tests and tools that say what they have to say by other means. */
export const NO_LOG: Log = { info() {}, warn() {}, error() {} }
