// Telegram calls us: one route, and the registration that tells Telegram where it is.
import { createHash, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import { type Clock, type Instant, SECOND } from '../../words/clock.ts'
import type { Log } from '../../words/log.ts'
import type { ChannelRequest, ChannelRoute } from '../../words/route.ts'
import type { ChannelState } from '../channel.ts'
import { ApiFault, scrub } from './faults.ts'
import type { Take } from './intake.ts'
import { pause, type Timing, waitAfter } from './patience.ts'
import { troubleOf } from './trouble.ts'

const WEBHOOK_PATH = '/webhooks/telegram'

/** Telegram's updates are far smaller; a caller without the secret shall not fill the memory. */
const BODY_LIMIT = 1024 * 1024

/** Telegram lets us choose 1 to 256 of these. */
const SECRET = /^[\w-]{1,256}$/

/** @throws Error in words for the operator when Telegram would not take the settings. */
export function checkWebhookSettings(settings: {
  secret: string | undefined
  publicUrl: string | undefined
}): {
  secret: string
  url: string
} {
  const { secret, publicUrl } = settings
  if (secret === undefined || !SECRET.test(secret)) {
    throw new Error('TELEGRAM_WEBHOOK_SECRET must be set for the webhook: 1 to 256 letters, digits, _ and -')
  }
  if (publicUrl === undefined || !URL.canParse(publicUrl)) {
    throw new Error(
      'PUBLIC_URL must be set for the webhook: the https address where Telegram reaches this service',
    )
  }
  return { secret, url: publicUrl.replace(/\/+$/, '') + WEBHOOK_PATH }
}

/**
 * The route Telegram posts to. 200 says that the message is committed; anything else makes Telegram send it again.
 * `take` gives undefined while the channel is not running.
 */
export function webhookRoute(options: {
  readonly secret: string
  readonly log: Log
  readonly take: () => Take | undefined
}): ChannelRoute {
  return {
    method: 'POST',
    path: WEBHOOK_PATH,
    bodyLimit: BODY_LIMIT,
    async handle(request) {
      if (!knowsSecret(request, options.secret)) return { status: 403 }
      const take = options.take()
      if (take === undefined) return { status: 503 }
      const update = parse(request.body)
      if (update === undefined) {
        options.log.warn({ type: 'not JSON' }, 'Telegram sent an update that cannot be read; it is left out')
        return { status: 200 }
      }
      try {
        await take([update])
        return { status: 200 }
      } catch {
        return { status: 500 }
      }
    },
  }
}

function knowsSecret(request: ChannelRequest, secret: string): boolean {
  const told = request.headers['x-telegram-bot-api-secret-token']
  // Of the digests, so that neither the time taken nor the length tells anything.
  return typeof told === 'string' && timingSafeEqual(digest(told), digest(secret))
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    return undefined
  }
}

/** What Telegram says of the webhook it knows. */
export interface Registration {
  readonly url: string
  /** What went wrong with the last message it could not hand over, and when. */
  readonly failure: { readonly words: string; readonly at: Instant } | undefined
  readonly waiting: number
}

const registration = z.object({
  url: z.string(),
  pending_update_count: z.int(),
  last_error_date: z.int().optional(),
  last_error_message: z.string().optional(),
})

/** Reads the answer to `getWebhookInfo`. @throws ApiFault when it is none. */
export function readRegistration(answer: unknown, secrets: readonly string[]): Registration {
  const info = registration.safeParse(answer).data
  if (info === undefined) throw new ApiFault('unreadable', 'a webhook of another shape')
  const { url, pending_update_count: waiting, last_error_date: at, last_error_message: words } = info
  const failure =
    at === undefined ? undefined : { words: scrub(words ?? 'no reason given', secrets), at: at * SECOND }
  return { url, waiting, failure }
}

/**
 * Calls `register` until it has worked, and then looks from time to time whether it still holds: Telegram forgets a
 * webhook when another program with the same token sets its own or polls. Says how it goes. Never rejects.
 */
export async function keepRegistered(options: {
  readonly url: string
  readonly register: () => Promise<void>
  readonly look: () => Promise<Registration>
  readonly say: (state: ChannelState) => void
  readonly clock: Clock
  readonly timing: Timing
  readonly signal: AbortSignal
}): Promise<void> {
  const { signal, timing, say } = options
  let registered = false
  let failures = 0

  /** Milliseconds until the next look. */
  async function turn(): Promise<number> {
    if (!registered) {
      await options.register()
      registered = true
      say({ phase: 'ready' })
      return timing.watch
    }
    const found = await options.look()
    if (found.url === options.url) {
      say(stateOf(found, options.clock.now() - 2 * timing.watch))
      return timing.watch
    }
    registered = false
    say({ phase: 'lost', detail: found.url === '' ? DROPPED : TAKEN })
    return 0
  }

  while (!signal.aborted) {
    try {
      const wait = await turn()
      failures = 0
      if (wait > 0) await pause(wait, signal)
    } catch (error) {
      if (signal.aborted) return
      failures += 1
      say({ phase: 'lost', detail: troubleOf(error) })
      await pause(waitAfter(error, failures, timing), signal)
    }
  }
}

const DROPPED =
  'Telegram had forgotten where to send messages: another program with this token polls, or has taken the webhook away. It is set again. Stop the other program, or give this service a bot of its own.'
const TAKEN =
  'Telegram sends messages to another address: another program with this token has set its own webhook. It is set back. Stop the other program, or give this service a bot of its own.'

/** Messages that wait since a failure after `since` say that Telegram cannot hand them over. */
function stateOf({ waiting, failure }: Registration, since: Instant): ChannelState {
  if (waiting === 0 || failure === undefined || failure.at < since) return { phase: 'ready' }
  return {
    phase: 'lost',
    detail: `Telegram cannot hand ${waiting} messages over (${failure.words}). Check PUBLIC_URL, its certificate and the way to this service. Telegram keeps them for up to 24 hours.`,
  }
}
