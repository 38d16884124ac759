// A small real HTTP server that keeps the promises the chat page is built on: durable before 202, one effect for an
// id, replay and resume of the stream. What it knows outlives `restart`, as the database does for the service.
import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { basename, extname, join } from 'node:path'
import { z } from 'zod'
import { CLINIC_START, PEOPLE, type Reply, replyTo, WELCOME } from './chat-page-script.ts'

const FILES = join(import.meta.dirname, '../../src/http/chat')
const TYPES: Record<string, string> = { '.css': 'text/css', '.html': 'text/html', '.js': 'text/javascript' }
const CSP = "default-src 'self'; connect-src 'self'"
const STEPS: Record<string, number> = { hour: 3_600_000, day: 86_400_000 }
const BEAT = 15_000

interface Bubble extends Reply {
  id: number
  at: number
}
interface Received {
  person: number
  id: string
  text?: string | undefined
  choice?: string | undefined
}
interface Session {
  person: number
  language: string
  demo: boolean
}
const bodySchema = z.object({
  person: z.int().optional(),
  link: z.string().optional(),
  skip: z.enum(['hour', 'day', 'next']).default('hour'),
  id: z.uuid().default('none'),
  text: z.string().optional(),
  choice: z.string().optional(),
})
type Body = z.infer<typeof bodySchema>
type Answer = [status: number, body: object]

const problem = (status: number, code: string, message: string): Answer => [
  status,
  { error: { code, message } },
]

export class ChatPageServer {
  readonly demo: boolean
  /** Every message taken in, once an id. */
  readonly received: Received[] = []
  /** Every request for `/chat/messages`, also the repeated and the failed ones, by id. */
  readonly posted: string[] = []
  /** The `Last-Event-ID` of every stream opened. */
  readonly resumedAfter: (string | undefined)[] = []
  readonly sessions = new Map<string, Session>()
  /** Links that still work. */
  readonly links = new Set(['fresh-link'])
  /** So many of the next messages are taken in, but the answer never arrives. */
  loseAnswers = 0
  /** The next messages are refused with this. */
  refuseWith: Answer | undefined
  /** Replays the last bubbles whatever the page says it has: nobody may see them twice all the same. */
  forgetful = false
  language = 'en'
  /** Names that were corrected. */
  names = new Map<number, string>()
  next: { at: number; kind: string } | null = null
  #ahead = CLINIC_START - Date.now()
  #bubbles = new Map<number, Bubble[]>()
  #lastBubble = 0
  #streams = new Map<ServerResponse, number>()
  #server: Server | undefined
  #port = 0

  constructor(demo: boolean) {
    this.demo = demo
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`
  }

  now(): number {
    return Date.now() + this.#ahead
  }

  async start(): Promise<void> {
    const server = createServer((request, response) => {
      this.#serve(request, response).catch(() => response.destroy())
    })
    this.#server = server
    await new Promise<void>((resolve) => server.listen(this.#port, '127.0.0.1', resolve))
    const address = server.address()
    if (address !== null && typeof address === 'object') this.#port = address.port
  }

  async stop(): Promise<void> {
    const server = this.#server
    this.#streams.clear()
    await new Promise<void>((resolve) => {
      server?.close(() => resolve())
      server?.closeAllConnections()
    })
  }

  /** Says bubbles to a person, at once and to everyone who joins later. */
  say(person: number, ...replies: Reply[]): void {
    for (const reply of replies) {
      this.#lastBubble += 1
      const bubble = { id: this.#lastBubble, at: this.now(), ...reply }
      this.#bubbles.set(person, [...(this.#bubbles.get(person) ?? []), bubble])
      for (const [stream, reader] of this.#streams) if (reader === person) stream.write(eventOf(bubble))
    }
    for (const [stream, reader] of this.#streams) if (reader === person) stream.write(this.#known(person))
  }

  /** Whom a stream speaks with, as the service says after what is new. */
  #known(person: number): string {
    return `event: me\ndata: ${JSON.stringify(this.#me({ person, demo: this.demo }))}\n\n`
  }

  /** How many pages listen to what is said to a person. */
  listening(person: number): number {
    return [...this.#streams.values()].filter((reader) => reader === person).length
  }

  /** Ends a person's streams as the service does when there are too many. */
  pushOut(person: number): void {
    for (const [stream, reader] of this.#streams)
      if (reader === person) stream.end('event: elsewhere\ndata: {}\n\n')
  }

  /** The streams open now stay open, but nothing goes through them any more, as after a phone has changed networks. */
  hangStreams(): void {
    this.#streams.clear()
  }

  #clock(): object {
    return { now: this.now(), timezone: 'Africa/Kigali', next: this.next }
  }

  #skip(step: string): void {
    const to = step === 'next' ? (this.next?.at ?? this.now()) : this.now() + (STEPS[step] ?? 0)
    this.#ahead += to - this.now()
    if (this.next !== null && this.next.at <= this.now()) {
      this.next = null
      for (const { id } of PEOPLE)
        this.say(id, { text: 'Good afternoon! Two questions are waiting for you.' })
    }
    for (const stream of this.#streams.keys())
      stream.write(`event: clock\ndata: ${JSON.stringify(this.#clock())}\n\n`)
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method, url = '/' } = request
    const session = this.sessions.get((request.headers.authorization ?? '').replace('Bearer ', ''))
    if (url === '/chat/events' && session) return this.#stream(request, response, session.person)
    if (method === 'GET' && (url === '/chat' || extname(url) !== '')) return sendFile(response, url)
    const body = bodySchema.parse(method === 'POST' ? JSON.parse(await textOf(request)) : {})
    const answer = this.#answer(`${method} ${url}`, body, session)
    if (url === '/chat/messages' && answer[0] === 202 && this.loseAnswers > 0) {
      this.loseAnswers -= 1
      response.destroy()
      return
    }
    response.writeHead(answer[0], { 'content-type': 'application/json', 'cache-control': 'no-store' })
    response.end(JSON.stringify(answer[1]))
  }

  #answer(what: string, body: Body, session: Session | undefined): Answer {
    if (what === 'GET /chat/people')
      return this.demo ? [200, { people: PEOPLE }] : problem(404, 'not_found', 'There is no such thing here.')
    if (what === 'POST /chat/session') return this.#signIn(body)
    if (!session) return problem(401, 'not_signed_in', 'Open the chat with your own link.')
    switch (what) {
      case 'GET /chat/me':
        return [200, this.#me(session)]
      case 'POST /chat/messages':
        return this.#receive(body, session.person)
      case 'POST /chat/clock':
        this.#skip(body.skip)
        return [200, this.#clock()]
      case 'GET /chat/clock':
        return this.demo ? [200, this.#clock()] : problem(404, 'not_found', 'There is no such thing here.')
      default:
        return problem(404, 'not_found', 'There is no such thing here.')
    }
  }

  #me(session: Pick<Session, 'person' | 'demo'>): object {
    const name = this.names.get(session.person) ?? PEOPLE.find(({ id }) => id === session.person)?.name
    return { name, language: this.language, demo: session.demo }
  }

  #signIn({ person, link }: Body): Answer {
    const id = link === undefined ? (person ?? 0) : 1
    if (link !== undefined && !this.links.has(link))
      return problem(401, 'not_signed_in', 'This link is used up.')
    const session = { person: id, language: this.language, demo: link === undefined }
    const token = randomUUID()
    this.sessions.set(token, session)
    if (!this.#bubbles.has(id)) this.say(id, ...WELCOME)
    return [200, { token, me: this.#me(session) }]
  }

  #receive({ id, text, choice }: Body, person: number): Answer {
    this.posted.push(id)
    if (this.refuseWith) return this.refuseWith
    if (this.received.some((message) => message.id === id)) return [202, {}]
    this.received.push({ person, id, text, choice })
    // After the 202 is on its way, as the service answers when the turn is committed.
    setTimeout(() => this.say(person, ...replyTo(choice ?? text ?? '')), 20)
    return [202, {}]
  }

  #stream(request: IncomingMessage, response: ServerResponse, person: number): void {
    const last = request.headers['last-event-id']?.toString()
    this.resumedAfter.push(last)
    const all = this.#bubbles.get(person) ?? []
    const missed =
      last === undefined || this.forgetful ? all.slice(-50) : all.filter(({ id }) => id > Number(last))
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
    response.write(`: here\n\n${missed.map(eventOf).join('')}${this.#known(person)}`)
    this.#streams.set(response, person)
    const beat = setInterval(() => response.write(': beat\n\n'), BEAT)
    response.on('close', () => {
      clearInterval(beat)
      this.#streams.delete(response)
    })
  }
}

const eventOf = (bubble: Bubble): string =>
  `event: bubble\nid: ${bubble.id}\ndata: ${JSON.stringify(bubble)}\n\n`

async function sendFile(response: ServerResponse, url: string): Promise<void> {
  const name = url === '/chat' ? 'chat.html' : basename(url)
  const content = await readFile(join(FILES, name)).catch(() => undefined)
  response.writeHead(content ? 200 : 404, {
    'content-type': `${TYPES[extname(name)] ?? 'text/plain'}; charset=utf-8`,
    'content-security-policy': CSP,
    'x-content-type-options': 'nosniff',
  })
  response.end(content)
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const part of request.setEncoding('utf8')) text += String(part)
  return text
}
