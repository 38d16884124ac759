/** The system's or PostgreSQL's short name of what went wrong, such as `EEXIST`. */
export function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}

/**
 * Why the embedded database cannot run, and what the operator can do about it.
 *
 * - `in_use`: another live instance owns the data.
 * - `no_program`: there is no PostgreSQL for this system, or it does not run here.
 * - `no_access`: the data's directory cannot be used by the user PostgreSQL has to run as.
 * - `lost`: data or password that were there are gone, or are of another version.
 * - `failed`: PostgreSQL started and gave up; the message has its last words.
 */
export class EmbeddedError extends Error {
  override readonly name = 'EmbeddedError'
  readonly code: 'in_use' | 'no_program' | 'no_access' | 'lost' | 'failed'

  constructor(code: EmbeddedError['code'], message: string) {
    super(message)
    this.code = code
  }
}
