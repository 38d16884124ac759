// What can go wrong between this service and the Bot API, in words that carry no URL, token or text of a message.
// telegraf's own errors never leave this folder: their messages hold the URL with the token, their fields the text.
import { TelegramError } from 'telegraf'
import { z } from 'zod'

/**
 * - `refused`: Telegram answered with an error; `code` is its number.
 * - `unreadable`: something answered, but not as the Bot API does (a proxy, a log-in page, half an answer).
 * - `network`: nothing could be reached. `timeout`: nothing came in time. `stopped`: we gave it up ourselves.
 */
export type FaultKind = 'refused' | 'unreadable' | 'network' | 'timeout' | 'stopped'

/** One call to the Bot API that did not work. */
export class ApiFault extends Error {
  override readonly name = 'ApiFault'
  readonly kind: FaultKind
  /** Telegram's error code, when it gave one. */
  readonly code: number | undefined
  /** Telegram's description or the network's word for it, free of secrets. */
  readonly detail: string
  /** Milliseconds Telegram asks to wait. */
  readonly retryAfter: number | undefined
  /** The group's new id, when Telegram says that it has become a supergroup. */
  readonly movedTo: string | undefined

  constructor(
    kind: FaultKind,
    detail: string,
    answer: { code?: number; retryAfter?: number; movedTo?: string } = {},
  ) {
    super(`${kind}: ${detail}`)
    this.kind = kind
    this.detail = detail
    this.code = answer.code
    this.retryAfter = answer.retryAfter
    this.movedTo = answer.movedTo
  }
}

/** Names what telegraf threw. `secrets` are taken out of Telegram's own words, should it ever repeat them. */
export function faultOf(error: unknown, secrets: readonly string[]): ApiFault {
  if (error instanceof ApiFault) return error
  if (error instanceof TelegramError) {
    // The answer is whatever came over the wire, so its declared type is only a hope.
    const answer: {
      error_code?: unknown
      description?: unknown
      parameters?: { retry_after?: unknown; migrate_to_chat_id?: unknown }
    } = error.response
    const code = answer.error_code
    if (typeof code !== 'number') return new ApiFault('unreadable', 'an error without a code')
    const words = scrub(typeof answer.description === 'string' ? answer.description : '', secrets)
    const seconds = answer.parameters?.retry_after
    const movedTo = answer.parameters?.migrate_to_chat_id
    return new ApiFault('refused', `${code} ${words}`.trim(), {
      code,
      ...(typeof seconds === 'number' && seconds >= 0 && { retryAfter: seconds * 1000 }),
      ...(Number.isSafeInteger(movedTo) && { movedTo: String(movedTo) }),
    })
  }
  return faultOfConnection(error)
}

/** What node-fetch and Node's sockets put on their errors; a field of another shape counts as missing. */
const connectionError = z.object({
  name: z.string().optional().catch(undefined),
  code: z.string().optional().catch(undefined),
  type: z.string().optional().catch(undefined),
})

/** The messages of these errors hold the URL, and the URL holds the token: only their codes are taken. */
function faultOfConnection(error: unknown): ApiFault {
  // Node's own fetch puts what the socket said under an error of its own.
  const thrown = error instanceof TypeError && error.cause !== undefined ? error.cause : error
  const { name, code, type } = connectionError.safeParse(thrown).data ?? {}
  if (type === 'invalid-json') return new ApiFault('unreadable', 'the answer is not JSON')
  if (code === 'ERR_STREAM_PREMATURE_CLOSE') return new ApiFault('network', 'the answer broke off')
  if (code !== undefined) return new ApiFault('network', code)
  if (name === 'FetchError') return new ApiFault('network', 'the connection broke')
  return new ApiFault('unreadable', 'an answer of another shape')
}

/** Takes secrets and long numbers (telephone and chat numbers) out of somebody else's words, and keeps them short. */
export function scrub(words: string, secrets: readonly string[]): string {
  let clean = words
  for (const secret of secrets) if (secret !== '') clean = clean.replaceAll(secret, '[secret]')
  return clean
    .replace(/\d+:[\w-]{20,}/g, '[token]')
    .replace(/\d{6,}/g, '[number]')
    .slice(0, 200)
    .toWellFormed()
}
