// WhatsApp by its official Cloud API: private chats with a number of a business account.
import type { Clock } from '../../words/clock.ts'
import { MINUTE, SECOND } from '../../words/clock.ts'
import type { Log } from '../../words/log.ts'
import {
  type Channel,
  type ChannelState,
  type ReadFile,
  type Receive,
  SendError,
  type TakeReports,
} from '../channel.ts'
import { createGraphApi } from './graph-api.ts'
import { readPost } from './inbound.ts'
import { fetchMedia } from './media.ts'
import { CAPABILITIES, type Outbound, partsOf, sendBubble } from './outbound.ts'
import { NOT_KEPT, troubleOf } from './trouble.ts'
import { webhookRoutes } from './webhook.ts'

export interface WhatsAppCloudOptions {
  readonly token: string
  /** The number's id in WhatsApp Manager, not the telephone number. */
  readonly phoneNumberId: string
  /** What WhatsApp signs its posts with. */
  readonly appSecret: string
  /** What WhatsApp shows when the webhook is set up. */
  readonly verifyToken: string
  readonly apiRoot: string
  readonly version: string
  readonly readFile: ReadFile
  readonly clock: Clock
  readonly log: Log
  readonly timing?: Partial<Timing> | undefined
}

/** All in milliseconds. */
interface Timing {
  /** Longest wait for an answer. */
  readonly answer: number
  /** The first wait after the number could not be looked at; it doubles up to the last. */
  readonly firstRetry: number
  readonly lastRetry: number
  /** How often a number that was ready is looked at again: a token ends in the middle of a quiet night. */
  readonly again: number
}

const TIMING: Timing = { answer: 15 * SECOND, firstRetry: SECOND, lastRetry: MINUTE, again: 10 * MINUTE }

/** One run from `start` to `stop`. */
interface Run {
  readonly end: AbortController
  readonly receive: Receive
  readonly report: TakeReports
  /** What `stop` waits for. */
  readonly work: Set<Promise<unknown>>
}

/** One number of a business account. Posts are confirmed only when `receive` and `report` have resolved. */
export function createWhatsAppCloud(options: WhatsAppCloudOptions): Channel {
  const { log, phoneNumberId, appSecret, verifyToken } = options
  const timing: Timing = { ...TIMING, ...options.timing }
  const api = createGraphApi({ ...options, secrets: [appSecret, verifyToken] })
  const out: Outbound = { api, phoneNumberId, readFile: options.readFile, within: timing.answer }
  let run: Run | undefined
  /** Said once: an account may have a number for another service, and all of its posts come here, too. */
  let foreignTold = false
  let number: ChannelState = { phase: 'off' }
  /** Troubles the number itself does not show: messages that could not be stored, sends that are refused for all. */
  let storing: ChannelState | undefined
  let sending: ChannelState | undefined

  function say(next: ChannelState): void {
    if (next.phase === number.phase && next.detail === number.detail) return
    number = next
    if (next.phase === 'lost') log.warn({ detail: next.detail }, 'WhatsApp: the number cannot be used')
    if (next.phase === 'ready') log.info({}, 'WhatsApp: ready')
  }

  /** Looks again and again whether the token still opens the number. */
  async function watch({ end: { signal } }: Run): Promise<void> {
    for (let failures = 0; !signal.aborted;) {
      try {
        await api.call(`${phoneNumberId}?fields=id`, { within: timing.answer, signal })
        failures = 0
        say({ phase: 'ready' })
      } catch (error) {
        if (signal.aborted) return
        failures += 1
        say({ phase: 'lost', detail: troubleOf(error) })
      }
      const retry = Math.min(timing.lastRetry, timing.firstRetry * 2 ** Math.min(failures - 1, 20))
      await pause(failures === 0 ? timing.again : retry, signal)
    }
  }

  async function take(current: Run, post: unknown): Promise<void> {
    const { messages, reports, unreadable, foreign } = readPost(post, phoneNumberId)
    if (foreign && !foreignTold)
      log.warn(
        {},
        'WhatsApp posts for a number that is not WHATSAPP_CLOUD_NUMBER_ID: it is left to whom it concerns',
      )
    foreignTold ||= foreign
    if (unreadable.length > 0)
      log.warn({ types: unreadable.slice(0, 10) }, 'WhatsApp posted what cannot be read; it is left out')
    try {
      if (messages.length > 0) await current.receive(messages)
      if (reports.length > 0) await current.report(reports)
      storing = undefined
    } catch (error) {
      storing = { phase: 'lost', detail: NOT_KEPT }
      log.error({ error: error instanceof Error ? error.name : typeof error }, 'Messages could not be stored')
      throw error
    }
  }

  return {
    name: 'whatsapp-cloud',
    capabilities: CAPABILITIES,
    routes: webhookRoutes({
      appSecret,
      verifyToken,
      take: () => {
        const current = run
        return (
          current &&
          ((post) => {
            const taken = take(current, post)
            keep(current.work, taken)
            return taken
          })
        )
      },
    }),

    async start(receive, report = () => Promise.resolve()) {
      if (run !== undefined) throw new Error('The WhatsApp channel has been started before')
      run = { end: new AbortController(), receive, report, work: new Set() }
      say({ phase: 'connecting' })
      keep(run.work, watch(run))
    },

    async stop() {
      const current = run
      if (current === undefined) return
      run = undefined
      current.end.abort()
      while (current.work.size > 0) await Promise.allSettled(current.work)
      number = { phase: 'off' }
      storing = sending = undefined
    },

    async send(to, bubble, part) {
      try {
        const receipt = await sendBubble(out, to, bubble, part)
        sending = undefined
        return receipt
      } catch (error) {
        if (error instanceof SendError && error.reason === 'paused')
          sending = { phase: 'lost', detail: `Messages cannot be sent: ${error.detail}.` }
        throw error
      }
    },
    parts: (bubble) => partsOf(bubble).length,
    fetch: (ref) => fetchMedia(api, ref),
    state: () => (number.phase === 'ready' ? (storing ?? sending ?? number) : number),
  }
}

/** Remembers work until it is over, however it ends. */
function keep(work: Set<Promise<unknown>>, promise: Promise<unknown>): void {
  const remembered = promise.catch(() => undefined).finally(() => work.delete(remembered))
  work.add(remembered)
}

/** Resolves after so many milliseconds, or at once when `signal` is aborted. */
async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return
  await new Promise<void>((resolve) => {
    const done = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, milliseconds)
    signal.addEventListener('abort', done, { once: true })
  })
}
