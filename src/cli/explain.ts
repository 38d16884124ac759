import { BrowserMissing } from '../channels/whatsapp-web/chromium.ts'
import { ConfigError } from '../config/config.ts'
import { codeOf, remedy } from '../queue/remedy.ts'
import { EmbeddedError } from '../store/embedded/error.ts'
import { MigrationError } from '../store/migrate.ts'
import { FlowsBroken } from '../usecases/open-shelf.ts'

/** What a database says that cannot be used, and what the network says on the way to it. */
const NO_DATABASE =
  /^(ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|28P01|28000|3D000|42501|53\d{3}|57P03)$/

/** Mistakes of the operator or an author in their own words; a bug with its stack. */
export function explain(error: unknown): string {
  if (error instanceof FlowsBroken) return `The flows cannot be served:\n\n${error.message}`
  const isInWords = [ConfigError, EmbeddedError, MigrationError, BrowserMissing].some(
    (kind) => error instanceof kind,
  )
  if (isInWords && error instanceof Error) return error.message
  const code = codeOf(error)
  if (code === 'EADDRINUSE')
    return 'Something listens on this port already, perhaps this service: stop it, or set PORT to another number.'
  if (NO_DATABASE.test(code)) return remedy('postgres', code)
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
