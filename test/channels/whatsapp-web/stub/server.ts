// WhatsApp Web as this machine serves it: one page over https, what it tells, and what a test lets happen on it. The
// service under test is not changed: its browser is only told that web.whatsapp.com is here.
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { z } from 'zod'

const sentMessage = z.object({
  kind: z.literal('message'),
  id: z.string(),
  to: z.string(),
  type: z.string(),
  text: z.string(),
  poll: z.object({ question: z.string(), options: z.array(z.string()) }).optional(),
  quoted: z.string().optional(),
  file: z.object({ name: z.string(), mime: z.string(), data: z.string() }).optional(),
})
export type Sent = z.infer<typeof sentMessage>
const told = z.discriminatedUnion('kind', [
  sentMessage,
  z.object({ kind: z.literal('missing'), name: z.string() }),
  z.object({ kind: z.literal('done'), number: z.number() }),
])

/** A message as the page is given it; `at` is in seconds. */
export interface Written {
  readonly from: string
  readonly author?: string
  readonly text?: string
  readonly type?: string
  readonly id?: string
  readonly at?: number
  readonly file?: { readonly mime: string; readonly data: string }
  readonly lat?: number
  readonly lng?: number
  readonly quotedStanzaID?: string
  readonly subtype?: string
  readonly recipients?: readonly string[]
}

export class WhatsAppStub {
  /** What the library has had the page send, in order. */
  readonly sent: Sent[] = []
  /** Modules the library asked for and the page does not have. */
  readonly missing: string[] = []
  /** How often the page was opened. */
  opened = 0
  #left: readonly Written[] = []
  #pages: ServerResponse[] = []
  #count = 0
  readonly #done = new Map<number, () => void>()
  #close: () => Promise<void> = () => Promise.resolve()
  #port = 0

  /** What the browser must be started with to find this instead of WhatsApp, and nothing else. */
  get chromiumArgs(): string[] {
    return [
      `--host-resolver-rules=MAP web.whatsapp.com 127.0.0.1:${this.#port}, MAP * ~NOTFOUND`,
      '--ignore-certificate-errors',
      '--no-sandbox',
    ]
  }

  async start(): Promise<this> {
    const folder = await mkdtemp(join(tmpdir(), 'preceptor-certificate-'))
    const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')]
    const wanted = [
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-days',
      '2',
      '-subj',
      '/CN=web.whatsapp.com',
    ]
    await promisify(execFile)('openssl', [...wanted, '-keyout', key, '-out', certificate])
    const scripts = await Promise.all(
      ['kit.js', 'page.js'].map((name) => readFile(join(import.meta.dirname, name), 'utf8')),
    )
    const body = scripts.map((script) => `<script>${script}</script>`).join('')
    const head = `<!doctype html><meta charset="utf-8"><title>WhatsApp</title>`
    const server = createServer(
      { key: await readFile(key), cert: await readFile(certificate) },
      (request, reply) => {
        const path = request.url?.split('?')[0]
        if (path === '/') {
          this.opened += 1
          const left = `<script>window.left = ${JSON.stringify(this.#left).replaceAll('<', '\\u003c')}</script>`
          this.#left = []
          reply.writeHead(200, { 'content-type': 'text/html' }).end(`${head}${left}${body}`)
        } else if (path === '/acts') {
          reply.writeHead(200, { 'content-type': 'text/event-stream' }).write(': here\n\n')
          this.#pages.push(reply)
          reply.on('close', () => (this.#pages = this.#pages.filter((other) => other !== reply)))
        } else if (path === '/told') {
          const parts: Buffer[] = []
          request.on('data', (part: Buffer) => parts.push(part))
          request.on('end', () => {
            this.#hear(JSON.parse(Buffer.concat(parts).toString()))
            reply.writeHead(204).end()
          })
        } else reply.writeHead(404).end()
      },
    )
    await rm(folder, { recursive: true, force: true })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    this.#port = (server.address() as AddressInfo).port
    this.#close = () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      })
    return this
  }

  #hear(raw: unknown): void {
    const event = told.parse(raw)
    if (event.kind === 'message') this.sent.push(event)
    else if (event.kind === 'missing') this.missing.push(event.name)
    else this.#done.get(event.number)?.()
  }

  /** What lies at WhatsApp's servers until a page is there again. */
  leave(messages: readonly Written[]): void {
    this.#left = messages
  }

  /** Lets something happen on the page that was opened last; one that is gone before it has heard is not counted. */
  async act(act: string, about?: unknown): Promise<void> {
    const number = (this.#count += 1)
    const until = Date.now() + 15_000
    let isDone = false
    const done = new Promise<void>((resolve) => this.#done.set(number, resolve)).then(() => (isDone = true))
    while (!isDone) {
      const page = this.#pages.at(-1)
      if (page) {
        page.write(`data: ${JSON.stringify({ number, act, about })}\n\n`)
        const gone = new Promise((resolve) => page.once('close', resolve))
        await Promise.race([done, gone])
        // Until then what is written would be written to a page that is leaving.
        if (act === 'reload') await gone
      } else if (Date.now() > until) throw new Error('no page is open')
      else await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }

  /** The poll that was sent last; waits for one. */
  async poll(): Promise<Sent> {
    for (const until = Date.now() + 10_000; Date.now() < until;) {
      const poll = this.sent.findLast((sent) => sent.poll)
      if (poll) return poll
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    throw new Error('no poll was sent')
  }

  /** Somebody writes. Resolves with the message's id as the service will name it. */
  async write(written: Written): Promise<string> {
    const message = this.message(written)
    await this.act('receive', message)
    return `false_${[message.from, message.id, message.author].filter(Boolean).join('_')}`
  }

  message(written: Written): Written & { id: string; at: number } {
    this.#count += 1
    return { id: `IN${this.#count}`, at: Math.floor(Date.now() / 1000), ...written }
  }

  close(): Promise<void> {
    return this.#close()
  }
}
