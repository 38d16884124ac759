// What can go wrong between this service and the Graph API, in words that carry no token, number or text of a message.
import { z } from 'zod'
import { HOUR } from '../../words/clock.ts'
import { SendError } from '../channel.ts'

/**
 * - `refused`: WhatsApp answered with an error; `code` is its number.
 * - `unreadable`: something answered, but not as the Graph API does (a proxy, a log-in page, half an answer).
 * - `network`: nothing could be reached. `timeout`: nothing came in time. `stopped`: we gave it up ourselves.
 */
type FaultKind = 'refused' | 'unreadable' | 'network' | 'timeout' | 'stopped'

/** One call to the Graph API that did not work. */
export class GraphFault extends Error {
  override readonly name = 'GraphFault'
  readonly kind: FaultKind
  /** The API's error code, when it gave one. The codes say what happened; HTTP's status says little. */
  readonly code: number | undefined
  readonly detail: string
  /** Milliseconds the API asks to wait. */
  readonly retryAfter: number | undefined

  constructor(
    kind: FaultKind,
    detail: string,
    answer: { code?: number; retryAfter?: number | undefined } = {},
  ) {
    super(`${kind}: ${detail}`)
    this.kind = kind
    this.detail = detail
    this.code = answer.code
    this.retryAfter = answer.retryAfter
  }
}

interface Meaning {
  readonly reason: SendError['reason']
  /** What it means and what mends it, for the person who runs the service. */
  readonly words: string
  readonly retryAfter?: number
}

const token: Meaning = {
  reason: 'paused',
  words: 'the token is not accepted (any more): make a new one and set WHATSAPP_CLOUD_TOKEN',
}
const rights: Meaning = {
  reason: 'paused',
  words: 'the token lacks rights: it needs whatsapp_business_messaging for this number',
}
const busy: Meaning = { reason: 'limited', words: 'WhatsApp asks to send more slowly' }
const trouble: Meaning = { reason: 'unavailable', words: 'WhatsApp has trouble of its own' }
const badRequest: Meaning = { reason: 'refused', words: 'WhatsApp does not take a message of this shape' }
const unusable: Meaning = {
  reason: 'closed',
  words:
    'the template is not approved in this form or language, or is paused: look at it in WhatsApp Manager',
}
const spared: Meaning = { reason: 'closed', words: 'WhatsApp spares this person templates for now' }

/** The codes of the Cloud API, as Meta's page of error codes explains them. */
const MEANINGS: Readonly<Record<number, Meaning>> = {
  0: token,
  1: trouble,
  2: trouble,
  3: rights,
  4: busy,
  10: rights,
  33: { reason: 'paused', words: 'there is no such number: check WHATSAPP_CLOUD_NUMBER_ID' },
  100: badRequest,
  190: token,
  368: {
    reason: 'paused',
    words: 'the business account is blocked for a breach of policy: see WhatsApp Manager',
  },
  80007: busy,
  130429: busy,
  130472: spared,
  130497: { reason: 'blocked', words: 'the business account may not write to people of this country' },
  131000: trouble,
  131005: rights,
  131008: badRequest,
  131009: badRequest,
  131016: trouble,
  131021: { reason: 'refused', words: 'the service would write to its own number' },
  131026: { reason: 'blocked', words: 'this person cannot be reached on WhatsApp' },
  131030: { reason: 'refused', words: 'a number for tests writes to its list alone: add the person there' },
  131031: { reason: 'paused', words: 'the business account is locked: see WhatsApp Manager' },
  131037: { reason: 'paused', words: 'the display name of the number is not approved yet' },
  131042: {
    reason: 'paused',
    words: 'payment for the business account is not in order: see WhatsApp Manager',
  },
  131045: { reason: 'paused', words: 'the number is not registered: register it in WhatsApp Manager' },
  131047: { reason: 'closed', words: 'the person has not written within 24 hours' },
  131048: {
    reason: 'paused',
    words: 'too many people have blocked or reported this number: see its quality in WhatsApp Manager',
    retryAfter: HOUR,
  },
  131049: spared,
  131050: spared,
  131051: { reason: 'refused', words: 'WhatsApp does not know this type of message' },
  131052: { reason: 'refused', words: 'WhatsApp could not read the file' },
  131053: { reason: 'refused', words: 'WhatsApp does not take a file of this type or size' },
  131056: { reason: 'limited', words: 'too many messages to this person in a short time' },
  131057: trouble,
  132000: unusable,
  132001: unusable,
  132005: unusable,
  132007: unusable,
  132012: unusable,
  132015: unusable,
  132016: unusable,
  132018: unusable,
  133004: trouble,
  133010: { reason: 'paused', words: 'the number is not registered: register it in WhatsApp Manager' },
  134011: { reason: 'paused', words: 'payments of this account are not set up: see WhatsApp Manager' },
  135000: badRequest,
}

/** What a code of the API means to delivery. A code nobody here knows is tried again: most new ones pass. */
export function sendErrorOfCode(
  code: number,
  told?: { words?: string; retryAfter?: number | undefined },
): SendError {
  const meaning = MEANINGS[code] ?? (code >= 200 && code <= 299 ? rights : undefined)
  const retryAfter = told?.retryAfter ?? meaning?.retryAfter
  if (meaning) return new SendError(meaning.reason, `${code} ${meaning.words}`, retryAfter)
  return new SendError('unavailable', `${code} ${told?.words ?? ''}`.trim(), retryAfter)
}

/** What happened, in the words delivery decides by. Anything but a GraphFault is a bug and goes on as it is. */
export function sendErrorOf(error: unknown): unknown {
  if (!(error instanceof GraphFault)) return error
  const { code, detail, retryAfter } = error
  return code === undefined
    ? new SendError('unavailable', detail, retryAfter)
    : sendErrorOfCode(code, { words: detail, retryAfter })
}

const errorAnswer = z.object({
  error: z.object({ code: z.int(), message: z.string().optional().catch(undefined) }),
})

/** Names an answer whose status is not 200. `retryAfter` as the header of that name says, in milliseconds. */
export function faultOfAnswer(
  status: number,
  body: string,
  told: { retryAfter: number | undefined; secrets: readonly string[] },
): GraphFault {
  const { retryAfter } = told
  const read = errorAnswer.safeParse(jsonOf(body))
  // A proxy before the API answers for itself: HTTP's own words are then all there is.
  if (!read.success && status === 429)
    return new GraphFault('refused', 'HTTP 429', { code: 130429, retryAfter })
  if (!read.success)
    return new GraphFault('unreadable', `HTTP ${status} without an error of the Graph API`, { retryAfter })
  const { code, message = '' } = read.data.error
  return new GraphFault('refused', scrub(message, told.secrets), { code, retryAfter })
}

/** The text as JSON, undefined when it is none. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const connectionError = z.object({
  cause: z
    .object({ code: z.string().optional().catch(undefined) })
    .optional()
    .catch(undefined),
})

/** Names what `fetch` threw: only the code of the socket, since messages may hold addresses. */
export function faultOfConnection(error: unknown): GraphFault {
  const code = connectionError.safeParse(error).data?.cause?.code
  return new GraphFault('network', code ?? 'the connection broke')
}

/** Takes secrets, long numbers and what looks like a token out of somebody else's words, and keeps them short. */
export function scrub(words: string, secrets: readonly string[]): string {
  let clean = words
  for (const secret of secrets) if (secret !== '') clean = clean.replaceAll(secret, '[secret]')
  return clean
    .replace(/^\(#\d+\)\s*/, '')
    .replace(/[\w-]{24,}/g, '[token]')
    .replace(/\d{7,}/g, '[number]')
    .slice(0, 200)
    .toWellFormed()
}
