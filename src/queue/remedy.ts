import type { BackendName } from './alarm.ts'

/** What a failure is called: a code and never a message, since messages may hold addresses, names and passwords. */
export function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown'
  const { code, message } = error as Error & { code?: unknown }
  if (typeof code === 'string' && code !== '') return code
  // Redis and ioredis put the code in front: "WRONGPASS invalid username-password pair".
  const word = /^[A-Z]{3,}(?= )/.exec(message)?.[0]
  return word ?? CALLED.find(([part]) => message.includes(part))?.[1] ?? error.name
}

// Failures that come without a code.
const CALLED: readonly (readonly [part: string, code: string])[] = [
  ['timeout', 'ETIMEDOUT'],
  ['Connection terminated', 'ECONNRESET'],
  ['Connection is closed', 'ECONNRESET'],
  ['slots cache', 'ECONNREFUSED'],
  ['version needs to be', 'VERSION'],
  ['requires server version', 'VERSION'],
  ['password must be a string', '28P01'],
]

const UNREACHED = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EPIPE',
  'ENOENT',
])

const GONE =
  'What the alarm clock keeps in PostgreSQL is gone: it is made anew, and the sweep sets the alarms.'

const POSTGRES: Record<string, string> = {
  '3F000': GONE,
  '42P01': GONE,
  '42883': GONE,
  '28P01': 'PostgreSQL refuses the user or the password: check DATABASE_URL.',
  '28000': 'PostgreSQL refuses the user: check DATABASE_URL and pg_hba.conf.',
  '3D000': 'PostgreSQL has no database of this name: create it or check DATABASE_URL.',
  '42501': 'The database user may not create or use the schema "bullmq": grant CREATE on the database.',
  '53300': 'PostgreSQL has no connection left: raise max_connections or run fewer processes.',
  '53100': 'The disk of PostgreSQL is full: make room.',
  '57P03': 'PostgreSQL is starting or stopping: wait a moment.',
  '25006': 'PostgreSQL only reads (a standby?): check that DATABASE_URL names the primary.',
  VERSION: 'This PostgreSQL is too old: version 14 or newer is needed.',
}
const REDIS: Record<string, string> = {
  WRONGPASS: 'Redis refuses the user or the password: check REDIS_URL.',
  NOAUTH: 'Redis asks for a password: add it to REDIS_URL.',
  NOPERM: 'The Redis user may not run the commands that BullMQ needs: check its ACL.',
  OOM: 'Redis has no memory left: raise maxmemory, and set maxmemory-policy to noeviction.',
  READONLY: 'Redis only reads (a replica?): check that REDIS_URL names the primary.',
  MISCONF: 'Redis cannot save to its disk: make room there.',
  LOADING: 'Redis is loading its data: wait a moment.',
  VERSION: 'This Redis is too old: version 6.2 or newer is needed.',
}

/** What is wrong with the backend and what would mend it, in words that an operator can act on. */
export function remedy(backend: BackendName, code: string): string {
  const [name, variable, known] =
    backend === 'redis'
      ? (['Redis', 'REDIS_URL', REDIS] as const)
      : (['PostgreSQL', 'DATABASE_URL', POSTGRES] as const)
  const told = known[code]
  if (told) return told
  if (UNREACHED.has(code))
    return `${name} cannot be reached: check that it runs and that ${variable} names it.`
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return `The host name of ${name} is not known here: check ${variable} and the name service.`
  if (code === 'ERR_INVALID_URL') return `${variable} is not an address: write it as the README shows.`
  return `${name} answered with an error (${code}): see its own log.`
}
