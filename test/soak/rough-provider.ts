// Providers on a bad day, the Bot API and the Graph API behind one address: they accept most messages and break down over
// the others in every way a network and a provider can. It accepts a message if and only if it has answered 200 in full, so that nobody can doubt it.
import { createHmac } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { text as readText } from 'node:stream/consumers'
import { z } from 'zod'
import { answer, breakDown, refuse } from '../channels/telegram/answers.ts'
import { close, listen } from '../channels/telegram/loopback.ts'
import { refusalOf } from '../channels/telegram/shapes.ts'
import { APP_SECRET, PHONE_NUMBER_ID, VERSION } from '../channels/whatsapp-cloud/graph.ts'
import { messageShape } from '../channels/whatsapp-cloud/shapes.ts'

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
  /** Hands an update of a private chat of Telegram out, and some of them twice. */
  write(chat: number, text: string): void
  /** Posts what somebody writes on WhatsApp to the webhook, again and again until it is taken. */
  post(hook: string, from: string, text: string): Promise<void>
  /** Nothing goes wrong any more. */
  mend(): void
  close(): Promise<void>
}

const payloadOf = z.record(z.string(), z.unknown())
/** What Telegram answers when it has sent a message. */
const SENT = JSON.stringify({
  ok: true,
  result: { message_id: 1, date: 1, chat: { id: 1, type: 'private' } },
})
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
    const path = req.url ?? ''
    const method = /\/(\w+)$/.exec(path)?.[1] ?? ''
    const body = await readText(req)
    const payload = payloadOf.parse(JSON.parse(body === '' ? '{}' : body))
    if (path.startsWith(`/${VERSION}/`)) return serveGraph(path, payload, res)
    if (method === 'getUpdates') return hand(payload, res)
    if (method !== 'sendMessage') return answer(res, 200, { ok: true, result: true })
    const wrong = refusalOf(method, payload)
    if (wrong !== undefined) return refuse(res, { status: 400, description: wrong })
    const message = { chat: String(payload['chat_id']), text: String(payload['text']), life: life() }
    tried.push({ chat: message.chat, at: performance.now(), life: message.life })
    take(res, message, {
      result: SENT,
      refuse: (fault) =>
        fault === '429'
          ? refuse(res, {
              status: 429,
              description: 'Too Many Requests: retry after 1',
              parameters: { retry_after: 1 },
            })
          : refuse(res, { status: Number(fault), description: 'Bad Gateway' }),
    })
  }

  /** The same by the Graph API, whose words for a bad day are other ones. */
  function serveGraph(path: string, payload: Record<string, unknown>, res: ServerResponse): void {
    if (path !== `/${VERSION}/${PHONE_NUMBER_ID}/messages`) return answer(res, 200, { id: PHONE_NUMBER_ID })
    // That somebody's message was read, and that an answer is being typed.
    if (payload['status'] === 'read') return answer(res, 200, { success: true })
    const posted = messageShape.parse(payload)
    const text = posted.type === 'text' ? posted.text.body : JSON.stringify(posted)
    const error = (code: number): object => ({
      error: { message: `(#${code}) not now`, type: 'OAuthException', code },
    })
    take(
      res,
      { chat: String(payload['to']), text, life: life() },
      {
        result: JSON.stringify({
          messaging_product: 'whatsapp',
          messages: [{ id: `wamid.${accepted.length}` }],
        }),
        refuse: (fault) =>
          fault === '429' ? answer(res, 400, error(130429)) : answer(res, Number(fault), error(131000)),
      },
    )
  }

  /** Accepts a message, or breaks down over it. */
  function take(
    res: ServerResponse,
    message: Accepted,
    by: { readonly result: string; readonly refuse: (fault: '429' | '500' | '502') => void },
  ): void {
    if (mended || chance() >= options.share) return accept(res, message, by.result)
    const fault = chance() < HANGS ? 'hang' : (FAULTS[Math.floor(chance() * (FAULTS.length - 1))] ?? 'reset')
    faults[fault] += 1
    if (fault === 'drip') return drip(res, message, by.result)
    if (fault === '429' || fault === '500' || fault === '502') return by.refuse(fault)
    breakDown(res, fault)
  }

  /** Noted before the answer leaves: a service that was killed meanwhile has sent it all the same. */
  function accept(res: ServerResponse, message: Accepted, result: string): void {
    accepted.push(message)
    res.writeHead(200, { 'content-type': 'application/json' }).end(result)
  }

  /** The answer comes byte by byte over half a second. */
  function drip(res: ServerResponse, message: Accepted, result: string): void {
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
    async post(hook, from, text) {
      const id = `wamid.in-${from}`
      const timestamp = String(Math.floor(Date.now() / 1000))
      const value = {
        messaging_product: 'whatsapp',
        metadata: { display_phone_number: '250790000000', phone_number_id: PHONE_NUMBER_ID },
        contacts: [{ profile: { name: 'Somebody' }, wa_id: from }],
        messages: [{ from, id, timestamp, type: 'text', text: { body: text } }],
      }
      const body = JSON.stringify({
        object: 'whatsapp_business_account',
        entry: [{ id: '1', changes: [{ field: 'messages', value }] }],
      })
      const signature = `sha256=${createHmac('sha256', APP_SECRET).update(body).digest('hex')}`
      const headers = { 'content-type': 'application/json', 'x-hub-signature-256': signature }
      const patience = Date.now() + 60_000
      while (Date.now() < patience) {
        const taken = await fetch(hook, { method: 'POST', headers, body }).catch(() => undefined)
        if (taken?.status === 200) return
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
      throw new Error('the webhook takes nothing')
    },
    mend: () => void (mended = true),
    close: () => close(server),
  }
}
