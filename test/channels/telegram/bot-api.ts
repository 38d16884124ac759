// A Bot API server for tests. npm telegram-test-api is the core: it keeps the chats, its client plays the people, its
// routes take what the bot says. This front stands before it and adds what Telegram does and it does not: long polls,
// updates that stay until an offset confirms them, one poller at a time, the webhook's secret and repetition, limits
// of messages, and faults on demand.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { buffer as readBuffer } from 'node:stream/consumers'
import { TelegramServer } from 'telegram-test-api/lib/telegramServer.js'
import { z } from 'zod'
import { answer, breakDown, type Fault, refuse } from './answers.ts'
import { close, listen } from './loopback.ts'
import { makeChats } from './chats.ts'
import { refusalOf } from './shapes.ts'

export const TOKEN = '7000000001:AAtest-token_that_nobody_may_ever_see'
/** The bot, as it is called in groups. */
const USERNAME = 'preceptor_bot'

interface Call {
  readonly method: string
  readonly payload: Record<string, unknown>
}

export interface Update {
  readonly update_id: number
  readonly [field: string]: unknown
}

interface Pending {
  readonly update: Update
  handed: boolean
}

const CONFLICT =
  'Conflict: terminated by other getUpdates request; make sure that only one bot instance is running'
const WEBHOOK_ACTIVE =
  "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"

const anyFields = z.record(z.string(), z.unknown())
const listOfUpdates = z.object({ result: z.array(anyFields) })
const webhookSettings = z.object({ url: z.string(), secret_token: z.string().optional() })

/** Starts one on a free port. It knows one bot, by its `TOKEN`. */
export async function startBotApi() {
  const upstream = await startUpstream()
  const calls: Call[] = []
  const confirmed: number[] = []
  const posts: { readonly id: number; readonly status: number }[] = []
  const updates: Update[] = []
  const pending: Pending[] = []
  const faults: { readonly method: string; readonly fault: Fault; times: number }[] = []
  const chats = makeChats()
  const files = new Map<string, Uint8Array>()
  let trouble: object = {}
  const wakers = new Set<() => void>()
  let dismissPoller: (() => void) | undefined
  let webhook: z.infer<typeof webhookSettings> | undefined
  let posting = false
  /** Grows with each waking, so that one that comes between looking and waiting is not missed. */
  let news = 0
  let down = false
  let closed = false

  /** The numbers are given here, so that updates of the core and those of a test never share one. */
  function enqueue(fields: object): Update {
    const update = { ...fields, update_id: updates.length + 1 }
    updates.push(update)
    pending.push({ update, handed: false })
    return update
  }

  function wake(): void {
    news += 1
    for (const waker of wakers) waker()
    if (webhook !== undefined) void post()
  }

  /** Sends what is pending to the webhook, one after the other, each until it is taken. */
  async function post(): Promise<void> {
    if (posting) return
    posting = true
    for (let next = toPost(); next !== undefined; next = toPost()) {
      const id = next.update.update_id
      const status = await postTo(next.webhook, next.update)
      posts.push({ id, status })
      if (status === 200) {
        pending.shift()
        confirmed.push(id)
      } else {
        await new Promise((resolve) => {
          setTimeout(resolve, 10)
        })
      }
    }
    posting = false
  }

  function toPost() {
    const update = pending[0]?.update
    return closed || webhook === undefined || update === undefined ? undefined : { webhook, update }
  }

  async function core(method: string, payload: object): Promise<object> {
    const response = await fetch(`${upstream.config.apiURL}/bot${TOKEN}/${method}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(payload),
    })
    return anyFields.parse(await response.json())
  }

  async function getUpdates(payload: Record<string, unknown>, res: ServerResponse): Promise<void> {
    if (webhook !== undefined) return refuse(res, { status: 409, description: WEBHOOK_ACTIVE })
    dismissPoller?.()
    let dismissed = false
    const dismiss = (): void => {
      dismissed = true
      wake()
    }
    dismissPoller = dismiss
    const offset = Number(payload['offset'] ?? 0)
    for (const entry of pending.filter(({ handed, update }) => handed && update.update_id < offset)) {
      confirmed.push(entry.update.update_id)
      pending.splice(pending.indexOf(entry), 1)
    }
    const until = Date.now() + Number(payload['timeout'] ?? 0) * 1000
    for (;;) {
      const before = news
      await drain()
      if (dismissed) return refuse(res, { status: 409, description: CONFLICT })
      const left = until - Date.now()
      if (pending.length > 0 || left <= 0 || res.destroyed || closed) break
      if (news === before) await woken(left, res)
    }
    if (dismissPoller === dismiss) dismissPoller = undefined
    const batch = pending.slice(0, Number(payload['limit'] ?? 100))
    for (const entry of batch) entry.handed = true
    answer(res, 200, { ok: true, result: batch.map(({ update }) => update) })
  }

  /** Takes over what people have written. The core hands it out once, whatever becomes of it. */
  async function drain(): Promise<void> {
    const { result } = listOfUpdates.parse(await core('getUpdates', {}))
    for (const update of result) enqueue(update)
  }

  async function woken(milliseconds: number, res: ServerResponse): Promise<void> {
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer)
        wakers.delete(done)
        res.off('close', done)
        resolve()
      }
      const timer = setTimeout(done, milliseconds)
      wakers.add(done)
      res.on('close', done)
    })
  }

  async function serve(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const body = await readBuffer(req)
    if (req.url === '/posted-by-the-core') {
      enqueue(anyFields.parse(JSON.parse(body.toString())))
      wake()
      return answer(res, 200, {})
    }
    const [, key, path = ''] = /^\/file\/bot([^/]+)\/(.+)$/.exec(req.url ?? '') ?? []
    if (key !== undefined) return give(res, key, path)
    const [, token, method = ''] = /^\/bot([^/]+)\/(\w+)$/.exec(req.url ?? '') ?? []
    if (token !== TOKEN) return refuse(res, { status: 401, description: 'Unauthorized' })
    const payload = await payloadOf(req, body)
    calls.push({ method, payload })
    const fault = takeFault(method)
    if (fault !== undefined) return breakDown(res, fault)
    const wrong = refusalOf(method, payload)
    if (wrong !== undefined) return refuse(res, { status: 400, description: wrong })
    switch (method) {
      case 'getUpdates':
        return getUpdates(payload, res)
      case 'setMyCommands':
        return answer(res, 200, { ok: true, result: true })
      case 'getMe':
        return answer(res, 200, {
          ok: true,
          result: { id: 7000000001, is_bot: true, first_name: 'P', username: USERNAME },
        })
      case 'getWebhookInfo':
        return answer(res, 200, {
          ok: true,
          result: {
            url: webhook?.url ?? '',
            has_custom_certificate: false,
            pending_update_count: pending.length,
            ...trouble,
          },
        })
      case 'getFile': {
        const id = String(payload['file_id'])
        if (!files.has(id)) return refuse(res, { status: 400, description: 'Bad Request: invalid file_id' })
        return answer(res, 200, {
          ok: true,
          result: { file_id: id, file_unique_id: 'u', file_path: `photos/${id}.jpg` },
        })
      }
      case 'sendMessage':
        // The core keeps texts, too: what it does not take is no message.
        await core(method, payload)
        return say(res, method, payload)
      case 'sendPhoto':
      case 'sendDocument':
      case 'sendPoll':
      case 'editMessageText':
        return say(res, method, payload)
      case 'stopPoll': {
        const refusal = chats.stopPoll(Number(payload['chat_id']), Number(payload['message_id']))
        if (refusal !== undefined) return refuse(res, { status: 400, description: `Bad Request: ${refusal}` })
        return answer(res, 200, { ok: true, result: { id: 'P', is_closed: true } })
      }
      case 'setWebhook':
        webhook = webhookSettings.parse(payload)
        dismissPoller?.()
        await core(method, { url: `${apiRoot}/posted-by-the-core` })
        await drain() // Telegram posts what came before, too
        wake()
        return answer(res, 200, { ok: true, result: true })
      case 'deleteWebhook':
        webhook = undefined
        await core(method, {})
        return answer(res, 200, { ok: true, result: true })
      default:
        return answer(res, 200, await core(method, payload))
    }
  }

  function say(res: ServerResponse, method: string, payload: Record<string, unknown>): void {
    const said = chats.say(method, payload)
    if ('refusal' in said) return refuse(res, { status: 400, description: `Bad Request: ${said.refusal}` })
    answer(res, 200, { ok: true, result: said.result })
  }

  function give(res: ServerResponse, key: string, path: string): void {
    const bytes = files.get(/^photos\/(.+)\.jpg$/.exec(path)?.[1] ?? '')
    if (key !== TOKEN || bytes === undefined) res.writeHead(404).end('not found')
    else res.writeHead(200, { 'content-type': 'application/octet-stream' }).end(bytes)
  }

  function takeFault(method: string): Fault | undefined {
    const found = faults.find((entry) => entry.method === method && entry.times > 0)
    if (found !== undefined) found.times -= 1
    return found?.fault
  }

  const server = createServer((req, res) => {
    serve(req, res).catch(() => res.destroy())
  })
  server.on('connection', (socket) => {
    if (down) socket.destroy()
  })
  const apiRoot = `http://127.0.0.1:${await listen(server)}`
  for (const event of ['AddedUserMessage', 'AddedUserCommand', 'AddedUserCallbackQuery'])
    upstream.on(event, wake)

  return {
    apiRoot,
    /** Every call of the bot, in order, refused ones too. */
    calls,
    callsOf: (method: string) => calls.filter((call) => call.method === method).map(({ payload }) => payload),
    /** Update ids Telegram has forgotten: confirmed by an offset, or by the webhook's 200. */
    confirmed,
    /** Every attempt to post an update to the webhook; status 0 when nothing answered. */
    posts,
    webhook: () => webhook,
    /** One of the people, as the core's own client plays them. */
    person: (id: number) => upstream.getClient(TOKEN, { userId: id, chatId: id, firstName: 'Joseph' }),
    /** Somebody in a group, as the core's own client plays them. */
    member: (id: number, group: number) =>
      upstream.getClient(TOKEN, {
        userId: id,
        chatId: group,
        firstName: 'Joseph',
        type: 'supergroup',
        chatTitle: 'CHWs',
      }),
    /** The bot's messages in a chat, as its people see them now. */
    shown: (chat: number) => chats.shown(chat),
    /** A file that somebody has sent, under this id. */
    keepFile(id: string, bytes: Uint8Array) {
      files.set(id, bytes)
    },
    /** What Telegram says of the webhook beside where it is: `last_error_message` and so on. */
    setTrouble(fields: object) {
      trouble = fields
    },
    /** Another program with the same token sets its own webhook, or takes it away. */
    takeWebhook(url: string | undefined) {
      webhook = url === undefined ? undefined : { url }
    },
    /** Hands out an update of any shape. Its number is given here. */
    push(fields: object): Update {
      const update = enqueue(fields)
      wake()
      return update
    },
    /** Hands the last update out once more, under its old number. */
    again() {
      const update = updates.at(-1)
      if (update === undefined) throw new Error('nothing has been sent yet')
      pending.push({ update, handed: false })
      wake()
    },
    /** The next so many calls of the method go wrong. */
    fault(method: string, fault: Fault, times = 1) {
      faults.push({ method, fault, times })
    },
    mend() {
      faults.length = 0
    },
    /** Cuts every connection, and every new one until it is set back. */
    setDown(value: boolean) {
      down = value
      if (value) server.closeAllConnections()
    },
    async close(): Promise<void> {
      closed = true
      wake()
      // The core first: it may just be posting to the front.
      await upstream.stop()
      await close(server)
    },
  }
}

/** The core takes no port 0, so a free one is looked for; somebody may take it in between, then the next is tried. */
async function startUpstream(triesLeft = 5): Promise<TelegramServer> {
  const probe = createServer()
  const port = await listen(probe)
  await close(probe)
  const upstream = new TelegramServer({ port, host: '127.0.0.1' })
  try {
    await upstream.start()
    return upstream
  } catch (error) {
    if (triesLeft <= 1) throw error
    return startUpstream(triesLeft - 1)
  }
}

/** The status the webhook answers with, 0 when it does not. */
async function postTo(webhook: z.infer<typeof webhookSettings>, update: Update): Promise<number> {
  const headers: Record<string, string> = { 'content-type': 'application/json' }
  if (webhook.secret_token !== undefined) headers['x-telegram-bot-api-secret-token'] = webhook.secret_token
  try {
    const response = await fetch(webhook.url, { method: 'POST', headers, body: JSON.stringify(update) })
    return response.status
  } catch {
    return 0
  }
}

/** The fields of a request: JSON, or a form with the files in it. */
async function payloadOf(req: IncomingMessage, body: Buffer): Promise<Record<string, unknown>> {
  const type = req.headers['content-type'] ?? ''
  if (!type.startsWith('multipart/')) return anyFields.parse(JSON.parse(body.toString()))
  const form = await new Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData()
  const fields: Record<string, unknown> = {}
  for (const [name, value] of form) {
    // telegraf names the method in its forms, too, and Telegram does not mind.
    if (name === 'method') continue
    if (typeof value === 'string') fields[name] = NOT_TEXT.has(name) ? JSON.parse(value) : value
    else fields[name] = { filename: value.name, bytes: new Uint8Array(await value.arrayBuffer()) }
  }
  return fields
}

/** Fields that a form carries as JSON. */
const NOT_TEXT = new Set(['chat_id', 'reply_markup', 'reply_parameters'])
