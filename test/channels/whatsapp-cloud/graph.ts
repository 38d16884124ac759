// A stand-in for Meta's Graph API and its webhook: it takes what the reference allows and refuses the rest, keeps the
// window of 24 hours, posts signed webhooks again until they are taken, and breaks in each way on demand. People and
// their telephones are played by it.
import { createHmac } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { buffer as readBuffer } from 'node:stream/consumers'
import { close, listen } from '../telegram/loopback.ts'
import { messageShape, type Posted } from './shapes.ts'

export const TOKEN = 'EAAtest_token_that_nobody_may_ever_see_0123456789'
export const APP_SECRET = 'app-secret-that-nobody-may-see'
export const VERIFY_TOKEN = 'verify-token-that-nobody-may-see'
export const PHONE_NUMBER_ID = '106540352242922'
export const VERSION = 'v23.0'

/** A message as somebody's telephone shows it. */
export interface Delivered {
  readonly to: string
  readonly ref: string
  readonly message: Posted
}

/**
 * An error of the API by its code, with the wait it asks for in seconds; or a way for the line to break: before anything
 * is read (`reset`), after the message was taken (`lost`), in the middle of the answer (`half`), with an answer that
 * never ends (`drip`) or comes from something else (`page`).
 */
export type Fault =
  number | { code: number; retryAfter: number } | 'reset' | 'lost' | 'half' | 'drip' | 'page' | 'silence'

const STATUS: Readonly<Record<number, number>> = {
  190: 401,
  131000: 500,
  2: 503,
  1: 500,
  3: 500,
  10: 403,
  4: 429,
}

export async function startGraph(options: { now?: () => number; quick?: boolean } = {}) {
  const now = options.now ?? Date.now
  const delivered: Delivered[] = []
  const refused: { readonly code: number; readonly detail: string }[] = []
  const uploads: {
    readonly id: string
    readonly type: string
    readonly name: string
    readonly bytes: Buffer
  }[] = []
  const files = new Map<string, { bytes: Buffer; mime: string; url?: string }>()
  const faults: Fault[] = []
  const wrote = new Map<string, number>()
  const templates = new Map<string, number>()
  const posts: { status: number; readonly body: string }[] = []
  const held = new Set<ServerResponse>()
  let hook: string | undefined
  let count = 0
  let closed = false
  let tokenGood = true
  let strangeAuth = 0

  function refuse(res: ServerResponse, code: number, detail: string, retryAfter?: number): void {
    const error = {
      message: `(#${code}) ${detail} for 250788123456`,
      type: 'OAuthException',
      code,
      fbtrace_id: 'T',
      error_data: { messaging_product: 'whatsapp', details: detail },
    }
    const headers = {
      'content-type': 'application/json',
      ...(retryAfter !== undefined && { 'retry-after': String(retryAfter) }),
    }
    res.writeHead(STATUS[code] ?? 400, headers).end(JSON.stringify({ error }))
  }

  function no(res: ServerResponse, code: number, detail: string): void {
    refused.push({ code, detail })
    refuse(res, code, detail)
  }

  function answer(res: ServerResponse, body: object, fault?: Fault): void {
    const text = JSON.stringify(body)
    if (fault === 'lost') return void res.destroy()
    res.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) })
    if (fault === 'half') return void res.write(text.slice(0, 12), () => res.destroy())
    if (fault === 'drip') {
      held.add(res)
      return void res.write(text.slice(0, 1))
    }
    res.end(text)
  }

  async function serve(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const body = await readBuffer(req)
    const url = new URL(req.url ?? '/', 'http://graph')
    const fault = req.method === 'POST' || url.pathname.startsWith('/file') ? faults.shift() : undefined
    if (fault === 'reset') return void res.destroy()
    if (fault === 'silence') return void held.add(res)
    if (fault === 'page')
      return void res.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Log in to the network</h1>')
    if (typeof fault === 'number') return refuse(res, fault, 'as the test asked')
    if (typeof fault === 'object') return refuse(res, fault.code, 'as the test asked', fault.retryAfter)
    if (req.headers.authorization !== `Bearer ${TOKEN}`) strangeAuth += 1
    if (!tokenGood || req.headers.authorization !== `Bearer ${TOKEN}`)
      return refuse(res, 190, 'Error validating access token')
    if (url.pathname.startsWith('/file/')) {
      const file = files.get(url.pathname.slice(6))
      return file
        ? void res.writeHead(200, { 'content-type': file.mime }).end(file.bytes)
        : void res.writeHead(404).end()
    }
    const [, version, what = '', more] = url.pathname.split('/')
    if (version !== VERSION) return no(res, 2500, 'unknown path')
    if (req.method === 'GET') return look(res, what)
    if (what !== PHONE_NUMBER_ID) return no(res, 100, 'no such number')
    if (more === 'media') return takeFile(res, req.headers['content-type'] ?? '', body)
    if (more === 'messages') return takeMessage(res, body, fault)
    return no(res, 100, 'unknown path')
  }

  function look(res: ServerResponse, what: string): void {
    if (what === PHONE_NUMBER_ID) return answer(res, { id: what })
    const file = files.get(what)
    if (!file) return refuse(res, 100, 'no such object')
    const url = file.url ?? `${root}/file/${what}`
    answer(res, {
      messaging_product: 'whatsapp',
      url,
      mime_type: file.mime,
      sha256: 'x',
      file_size: String(file.bytes.length),
      id: what,
    })
  }

  async function takeFile(res: ServerResponse, type: string, body: Buffer): Promise<void> {
    const form = await new Response(new Uint8Array(body), { headers: { 'content-type': type } })
      .formData()
      .catch(() => undefined)
    const file = form?.get('file')
    if (form?.get('messaging_product') !== 'whatsapp' || !(file instanceof File))
      return no(res, 100, 'a file is wanted')
    if (!['image/png', 'image/jpeg', 'application/pdf'].includes(file.type))
      return no(res, 131053, 'unsupported type')
    const id = `media${(count += 1)}`
    uploads.push({ id, type: file.type, name: file.name, bytes: Buffer.from(await file.arrayBuffer()) })
    answer(res, { id })
  }

  function takeMessage(res: ServerResponse, body: Buffer, fault?: Fault): void {
    let raw: unknown
    try {
      raw = JSON.parse(body.toString('utf8'))
    } catch {
      return no(res, 100, 'no JSON')
    }
    const read = messageShape.safeParse(raw)
    if (!read.success) return no(res, 131009, JSON.stringify(read.error.issues))
    const message = read.data
    const to = message.to ?? message.recipient ?? ''
    if (message.type === 'template') {
      const { name, language, components = [] } = message.template
      const wanted = templates.get(`${name} ${language.code}`)
      if (wanted === undefined) return no(res, 132001, 'no such template in this language')
      const gaps = components.find((part) => part.type === 'body')
      if ((gaps?.parameters.length ?? 0) !== wanted) return no(res, 132000, 'another number of parameters')
    } else if (now() - (wrote.get(to) ?? Number.NEGATIVE_INFINITY) > 24 * 3_600_000)
      return no(res, 131047, 'Re-engagement message')
    if (message.type === 'image' && !uploads.some(({ id }) => id === message.image.id))
      return no(res, 100, 'no such file')
    const ref = `wamid.out${(count += 1)}`
    delivered.push({ to, ref, message })
    answer(
      res,
      { messaging_product: 'whatsapp', contacts: [{ input: to, wa_id: to }], messages: [{ id: ref }] },
      fault,
    )
  }

  const server = createServer((req, res) => {
    serve(req, res).catch(() => res.destroy())
  })
  const root = `http://127.0.0.1:${await listen(server)}`

  const sign = (body: string, secret = APP_SECRET): string =>
    `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`

  async function post(body: string, signature = sign(body)): Promise<number> {
    if (hook === undefined) throw new Error('the webhook is not set up')
    const headers = { 'content-type': 'application/json', 'x-hub-signature-256': signature }
    const posted = { status: 0, body }
    posts.push(posted)
    posted.status = (await fetch(hook, { method: 'POST', headers, body })).status
    return posted.status
  }

  /** As WhatsApp does: again and again until it is taken, here without its long waits. */
  async function deliver(value: object): Promise<void> {
    const body = envelope(value)
    for (let tried = 0; !closed && tried < 100; tried++) {
      if ((await post(body).catch(() => 0)) === 200) return
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
  }

  /** Somebody's telephone sends a message of this kind. */
  function incoming(from: string, fields: object, change: object = {}): object {
    const at = now()
    wrote.set(from, at)
    const byNumber = /^\d+$/.test(from)
    const who = byNumber ? { from, from_user_id: `RW.${from}` } : { from_user_id: from }
    const contact = {
      profile: { name: 'Somebody' },
      ...(byNumber && { wa_id: from }),
      user_id: byNumber ? `RW.${from}` : from,
    }
    const message = {
      ...who,
      id: `wamid.in${(count += 1)}`,
      timestamp: String(Math.floor(at / 1000)),
      ...fields,
      ...change,
    }
    return { contacts: [contact], messages: [message] }
  }

  const reply = (to: string, token: string): object => {
    const shown = delivered.findLast((one) => one.to === to && tokensOf(one.message).includes(token))
    const kind =
      shown?.message.type === 'interactive' && shown.message.interactive.type === 'list'
        ? 'list_reply'
        : 'button_reply'
    const context = { from: '250790000000', id: shown?.ref ?? 'wamid.old' }
    return {
      type: 'interactive',
      context,
      interactive: { type: kind, [kind]: { id: token, title: 'as shown' } },
    }
  }

  return {
    root,
    delivered,
    refused,
    uploads,
    files,
    faults,
    posts,
    sign,
    post,
    deliver,
    incoming,
    /** Approves a template: how many gaps its text has. */
    approve: (name: string, language: string, gaps: number) =>
      void templates.set(`${name} ${language}`, gaps),
    pointAt: (url: string) => void (hook = url),
    expire: (good = false) => void (tokenGood = good),
    to: (who: string) => delivered.filter(({ to }) => to === who).map(({ message }) => message),
    write: (from: string, text: string) => deliver(incoming(from, { type: 'text', text: { body: text } })),
    tap: (from: string, token: string) => deliver(incoming(from, reply(from, token))),
    comeBack: (from: string) =>
      deliver(
        incoming(from, {
          type: 'button',
          button: { payload: lastPayload(from), text: 'Continue' },
          context: { id: delivered.at(-1)?.ref },
        }),
      ),
    status: (ref: string, status: string, code?: number) =>
      deliver({
        statuses: [
          {
            id: ref,
            status,
            timestamp: String(Math.floor(now() / 1000)),
            recipient_id: '1',
            ...(code !== undefined && { errors: [{ code, title: 'x', error_data: { details: 'y' } }] }),
          },
        ],
      }),
    strangeAuth: () => strangeAuth,
    async close() {
      closed = true
      for (const res of held) res.destroy()
      await close(server)
    },
  }

  function lastPayload(to: string): string {
    const last = delivered.findLast((one) => one.to === to && one.message.type === 'template')?.message
    const button =
      last?.type === 'template' ? last.template.components?.find((part) => part.type === 'button') : undefined
    return button?.parameters[0]?.type === 'payload' ? button.parameters[0].payload : 'none'
  }
}

/** One value as WhatsApp wraps it, for the number of the tests or another. */
export function envelope(value: object, phoneNumberId = PHONE_NUMBER_ID): string {
  const metadata = { display_phone_number: '250790000000', phone_number_id: phoneNumberId }
  const change = { field: 'messages', value: { messaging_product: 'whatsapp', metadata, ...value } }
  return JSON.stringify({ object: 'whatsapp_business_account', entry: [{ id: 'WABA', changes: [change] }] })
}

/** What a message shows and offers. */
export function textOf(message: Posted): string {
  switch (message.type) {
    case 'text':
      return message.text.body
    case 'interactive':
      return message.interactive.body.text
    case 'image':
      return message.image.caption ?? ''
    case 'document':
      return message.document.caption ?? ''
    case 'template':
      return `template ${message.template.name}`
  }
}

export function offered(message: Posted): { token: string; label: string; detail?: string | undefined }[] {
  if (message.type !== 'interactive') return []
  const { interactive } = message
  return interactive.type === 'button'
    ? interactive.action.buttons.map(({ reply }) => ({ token: reply.id, label: reply.title }))
    : interactive.action.sections[0].rows.map(({ id, title, description }) => ({
        token: id,
        label: title,
        detail: description,
      }))
}

const tokensOf = (message: Posted): string[] => offered(message).map(({ token }) => token)

/** The file a message shows, by the id it was handed over under. */
export function fileIn(message: Posted): { kind: 'image' | 'document'; id: string } | undefined {
  const header =
    message.type === 'interactive' && message.interactive.type === 'button'
      ? message.interactive.header
      : undefined
  const shown = header ?? message
  if (shown.type === 'image') return { kind: 'image', id: shown.image.id }
  return shown.type === 'document' ? { kind: 'document', id: shown.document.id } : undefined
}
