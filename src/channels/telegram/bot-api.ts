// The one place that speaks to Telegram's servers: telegraf as a typed HTTP client, with our own limits of time.
import { Telegram } from 'telegraf'
import type { Opts, Telegram as Methods } from 'telegraf/types'
import { ApiFault, faultOf } from './faults.ts'

export interface BotApi {
  /**
   * Calls one method of the Bot API.
   * @throws ApiFault, whatever went wrong; also when no full answer came within `within` milliseconds.
   */
  call<M extends keyof Methods>(method: M, payload: Opts<M>, limit: Limit): Promise<ReturnType<Methods[M]>>
  /**
   * The bytes of a file by the path that `getFile` has given.
   * @throws ApiFault, whatever went wrong; `refused` with code 413 when there are more than `most`.
   */
  download(path: string, most: number, limit: Limit): Promise<Uint8Array>
}

interface Limit {
  /** Milliseconds. telegraf alone waits 500 s on a dead socket. */
  readonly within: number
  /** Gives the call up at once. */
  readonly signal?: AbortSignal | undefined
}

export interface BotApiOptions {
  readonly token: string
  /** `https://api.telegram.org`, or any other Bot API server. */
  readonly apiRoot: string
  /** Told to Telegram by us, so that its answers might repeat them. */
  readonly secrets?: readonly string[]
}

/**
 * A client for one bot. Nothing is sent yet.
 * @throws Error when `apiRoot` is no URL.
 */
export function createBotApi(options: BotApiOptions): BotApi {
  if (!URL.canParse(options.apiRoot)) {
    throw new Error('TELEGRAM_API_ROOT must be a URL, such as https://api.telegram.org')
  }
  // Methods are resolved against the root, so without the last slash the end of its path would be lost.
  const apiRoot = options.apiRoot.endsWith('/') ? options.apiRoot : `${options.apiRoot}/`
  const telegram = new Telegram(options.token, { apiRoot, webhookReply: false })
  const secrets = [options.token, ...(options.secrets ?? [])]

  /** Runs `work` with a signal that ends it in time; whatever goes wrong comes out as an ApiFault. */
  async function inTime<Result>(
    { within, signal }: Limit,
    work: (signal: AbortSignal) => Promise<Result>,
  ): Promise<Result> {
    // Not AbortSignal.any and .timeout: on Node 20 they can be collected before they fire.
    const controller = new AbortController()
    const giveUp = (): void => controller.abort()
    let late = false
    const timer = setTimeout(() => {
      late = true
      giveUp()
    }, within)
    signal?.addEventListener('abort', giveUp, { once: true })
    try {
      if (signal?.aborted === true) giveUp()
      return await work(controller.signal)
    } catch (error) {
      if (late) throw new ApiFault('timeout', `no answer within ${within / 1000} s`)
      if (signal?.aborted === true) throw new ApiFault('stopped', 'the service stops')
      throw faultOf(error, secrets)
    } finally {
      clearTimeout(timer)
      signal?.removeEventListener('abort', giveUp)
    }
  }

  return {
    call: (method, payload, limit) =>
      inTime(limit, (signal) => telegram.callApi(method, payload, shimmed(signal))),
    download: (path, most, limit) =>
      inTime(limit, async (signal) => {
        // Somebody else's words in a URL that holds the token: nothing but the plain path they are known to be.
        if (!/^[\w-]+(?:\/[\w.-]+)*$/.test(path) || path.includes('..'))
          throw new ApiFault('unreadable', 'a file at a path of another shape')
        const response = await fetch(`${apiRoot}file/bot${options.token}/${path}`, {
          signal,
          redirect: 'error',
        })
        // A file that is gone is not a bot that is unknown, which the same number means otherwise.
        const code = response.status === 404 ? 410 : response.status
        if (!response.ok || response.body === null)
          throw new ApiFault('refused', `${response.status} for a file`, { code })
        return collect(response.body, most)
      }),
  }
}

async function collect(body: ReadableStream<Uint8Array>, most: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body) {
    size += chunk.byteLength
    if (size > most) throw new ApiFault('refused', '413 the file is too large', { code: 413 })
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

type ShimSignal = NonNullable<NonNullable<Parameters<Telegram['callApi']>[2]>['signal']>

/** telegraf types its signal by an old stand-in for AbortSignal; node-fetch under it takes the real one. */
function shimmed(signal: AbortSignal): { signal?: ShimSignal } {
  return isShim(signal) ? { signal } : {}
}

const isShim = (signal: unknown): signal is ShimSignal => signal instanceof AbortSignal
