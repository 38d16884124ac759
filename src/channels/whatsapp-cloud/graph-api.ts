// The one place that speaks to the Graph API: HTTP with our own limits of time and size.
import { MINUTE, SECOND } from '../../words/clock.ts'
import { faultOfAnswer, faultOfConnection, GraphFault, jsonOf } from './faults.ts'

/** Milliseconds and a way to give up. */
export interface Limit {
  readonly within: number
  readonly signal?: AbortSignal | undefined
}

export interface GraphApi {
  /**
   * Calls `path` below the version, such as `123/messages`; with a body it posts, as JSON or as a form.
   * @throws GraphFault, whatever went wrong; also when no full answer came within the limit.
   */
  call(path: string, limit: Limit, body?: object): Promise<unknown>
  /** The bytes at an address the API has given. @throws GraphFault, also when they are more than `most`. */
  download(url: string, most: number, limit: Limit): Promise<Uint8Array>
}

export interface GraphApiOptions {
  readonly token: string
  /** `https://graph.facebook.com`, or a stand-in for it. */
  readonly apiRoot: string
  /** Such as `v23.0`. */
  readonly version: string
  readonly secrets?: readonly string[]
}

/** Answers of the API are a few hundred bytes; what is longer is something else. */
const LONGEST_ANSWER = 256 * 1024
/** A wait the API asks for is honoured up to here: it must not silence a chat for a day by a mistake. */
const LONGEST_WAIT = 60 * MINUTE

/** Files lie on other hosts than the API; the token is shown to these alone. */
const FILE_HOSTS = /(?:^|\.)(?:fbsbx\.com|facebook\.com|fbcdn\.net|whatsapp\.net)$/

interface Init {
  readonly method?: string
  readonly body?: string | FormData
  readonly headers?: Readonly<Record<string, string>>
}

/** A client for one token. Nothing is sent yet. */
export function createGraphApi({ token, apiRoot, version, secrets = [] }: GraphApiOptions): GraphApi {
  const root = new URL(`${apiRoot.replace(/\/+$/, '')}/${version}/`)
  const hidden = [token, ...secrets]
  const authorization = `Bearer ${token}`

  async function fetchWhole(
    url: URL,
    { headers, ...init }: Init,
    limit: Limit & { most: number },
  ): Promise<Buffer> {
    // Not AbortSignal.any and .timeout: on Node 20 they can be collected before they fire.
    const controller = new AbortController()
    const giveUp = (): void => controller.abort()
    let late = false
    const timer = setTimeout(() => {
      late = true
      giveUp()
    }, limit.within)
    limit.signal?.addEventListener('abort', giveUp, { once: true })
    try {
      if (limit.signal?.aborted === true) giveUp()
      // A redirect would carry the message, and with some servers the token, to somebody nobody has named.
      const response = await fetch(url, {
        ...init,
        headers: { authorization, ...headers },
        redirect: 'error',
        signal: controller.signal,
      })
      const bytes = await wholeBody(response, limit.most)
      if (response.ok) return bytes
      const retryAfter = waitAsked(response.headers.get('retry-after'))
      throw faultOfAnswer(response.status, bytes.toString('utf8'), { retryAfter, secrets: hidden })
    } catch (error) {
      if (error instanceof GraphFault) throw error
      if (late) throw new GraphFault('timeout', `no answer within ${limit.within / SECOND} s`)
      if (limit.signal?.aborted === true) throw new GraphFault('stopped', 'the service stops')
      throw faultOfConnection(error)
    } finally {
      clearTimeout(timer)
      limit.signal?.removeEventListener('abort', giveUp)
    }
  }

  return {
    async call(path, limit, body) {
      const init: Init =
        body === undefined
          ? {}
          : body instanceof FormData
            ? { method: 'POST', body }
            : { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }
      const bytes = await fetchWhole(new URL(path, root), init, { ...limit, most: LONGEST_ANSWER })
      const answer = jsonOf(bytes.toString('utf8'))
      if (answer === undefined) throw new GraphFault('unreadable', 'the answer is not JSON')
      return answer
    },
    async download(address, most, limit) {
      const url = URL.canParse(address) ? new URL(address) : undefined
      const isKnown =
        url?.origin === root.origin || (url?.protocol === 'https:' && FILE_HOSTS.test(url.hostname))
      if (!url || !isKnown)
        throw new GraphFault('unreadable', 'the file lies on a host that is not WhatsApp’s')
      return fetchWhole(url, {}, { ...limit, most })
    },
  }
}

async function wholeBody(response: Response, most: number): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of response.body ?? []) {
    const bytes = chunk as Uint8Array
    length += bytes.length
    if (length > most) throw new GraphFault('unreadable', `the answer is longer than ${most} bytes`)
    chunks.push(bytes)
  }
  return Buffer.concat(chunks)
}

/** The header in milliseconds. It is in seconds here; a date, which HTTP allows too, is not what this API writes. */
function waitAsked(header: string | null): number | undefined {
  if (header === null || !/^\d{1,9}$/.test(header.trim())) return undefined
  return Math.min(Number(header) * SECOND, LONGEST_WAIT)
}
