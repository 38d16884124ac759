// A Bot API server on a bad day: it accepts most messages and breaks down over the others in every way a network and a
// provider can. It accepts a message if and only if it has answered 200 in full, so that nobody can doubt it.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { text as readText } from 'node:stream/consumers'
import { z } from 'zod'
import { answer, breakDown, refuse } from '../channels/telegram/answers.ts'
import { close, listen } from '../channels/telegram/loopback.ts'
import { refusalOf } from '../channels/telegram/shapes.ts'

/** A message it has accepted, and in which life of the service. */
export interface Accepted {
  readonly chat: string
  readonly text: string
  readonly life: number
}

const FAULTS = [
  '429',
  '500',
  '502',
  'reset',
  'half',
  'half in chunks',
  'html',
  'null',
  'drip',
  'hang',
] as const
export type RoughFault = (typeof FAULTS)[number]

export interface RoughProvider {
  readonly apiRoot: string
  readonly accepted: readonly Accepted[]
  /** When each message was tried, by chat, in milliseconds of this process, and in which life. */
  readonly tried: readonly { readonly chat: string; readonly at: number; readonly life: number }[]
  /** How often it broke down in each way. */
  readonly faults: Readonly<Record<RoughFault, number>>
  /** Hands an update of a private chat out, and some of them twice. */
  write(chat: number, text: string): void
  /** Nothing goes wrong any more. */
  mend(): void
  close(): Promise<void>
}

const payloadOf = z.record(z.string(), z.unknown())
/** A service that waits for an answer that never comes waits 15 s: rare, or nothing else would happen. */
const HANGS = 0.03

export async function startRoughProvider(options: {
  /** The share of messages it breaks down over. */
  readonly share: number
  readonly chance: () => number
  readonly life: () => number
}): Promise<RoughProvider> {
  const { chance, life } = options
  const accepted: Accepted[] = []
  const tried: { chat: string; at: number; life: number }[] = []
  const faults = Object.fromEntries(FAULTS.map((fault) => [fault, 0])) as Record<RoughFault, number>
  const updates: { readonly update_id: number; readonly [field: string]: unknown }[] = []
  let mended = false

  async function serve(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const method = /\/(\w+)$/.exec(req.url ?? '')?.[1] ?? ''
    const body = await readText(req)
    const payload = payloadOf.parse(JSON.parse(body === '' ? '{}' : body))
    if (method === 'getUpdates') return hand(payload, res)
    if (method !== 'sendMessage') return answer(res, 200, { ok: true, result: true })
    const wrong = refusalOf(method, payload)
    if (wrong !== undefined) return refuse(res, { status: 400, description: wrong })
    const message = { chat: String(payload['chat_id']), text: String(payload['text']), life: life() }
    tried.push({ chat: message.chat, at: performance.now(), life: message.life })
    if (mended || chance() >= options.share) return accept(res, message)
    const fault = chance() < HANGS ? 'hang' : (FAULTS[Math.floor(chance() * (FAULTS.length - 1))] ?? 'reset')
    faults[fault] += 1
    if (fault === 'drip') return drip(res, message)
    if (fault === '429')
      return refuse(res, {
        status: 429,
        description: 'Too Many Requests: retry after 1',
        parameters: { retry_after: 1 },
      })
    if (fault === '500' || fault === '502')
      return refuse(res, { status: Number(fault), description: 'Bad Gateway' })
    breakDown(res, fault)
  }

  const result = JSON.stringify({
    ok: true,
    result: { message_id: 1, date: 1, chat: { id: 1, type: 'private' } },
  })

  /** Noted before the answer leaves: a service that was killed meanwhile has sent it all the same. */
  function accept(res: ServerResponse, message: Accepted): void {
    accepted.push(message)
    res.writeHead(200, { 'content-type': 'application/json' }).end(result)
  }

  /** The answer comes byte by byte over half a second. */
  function drip(res: ServerResponse, message: Accepted): void {
    accepted.push(message)
    res.writeHead(200, { 'content-type': 'application/json' })
    let at = 0
    const timer = setInterval(() => {
      at += 8
      if (at < result.length) res.write(result.slice(at - 8, at))
      else {
        clearInterval(timer)
        res.end(result.slice(at - 8))
      }
    }, 40)
    res.on('close', () => clearInterval(timer))
  }

  function hand(payload: Record<string, unknown>, res: ServerResponse): void {
    const offset = Number(payload['offset'] ?? 0)
    const batch = updates.filter(({ update_id: id }) => id >= offset).slice(0, 50)
    // What has been taken comes once more now and then, as it does after an answer that was lost.
    const again = chance() < 0.3 ? updates.filter(({ update_id: id }) => id < offset).slice(-2) : []
    setTimeout(() => answer(res, 200, { ok: true, result: [...again, ...batch] }), batch.length > 0 ? 5 : 200)
  }

  const server = createServer((req, res) => void serve(req, res).catch(() => res.destroy()))
  const apiRoot = `http://127.0.0.1:${await listen(server)}`
  return {
    apiRoot,
    accepted,
    tried,
    faults,
    write(chat, text) {
      const id = updates.length + 1
      const from = { id: chat, is_bot: false, first_name: 'Joseph' }
      const message = { message_id: id, from, chat: { id: chat, type: 'private' }, date: 1_790_000_000, text }
      updates.push({ update_id: id, message })
    },
    mend: () => void (mended = true),
    close: () => close(server),
  }
}
