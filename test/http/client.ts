// The service as a browser sees it: requests, and the stream of what is said.
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { onTestFinished } from 'vitest'
import { type Config, readConfig } from '../../src/config/config.ts'
import { type Service, startService } from '../../src/service.ts'
import type { Bubble } from '../../src/words/message.ts'
import { type ProblemCode, PROBLEMS } from '../../src/words/problem.ts'
import { freshDatabase, type FreshDatabase } from '../database.ts'

export const KEY = 'a key of the tests, long enough for anybody'

export interface House {
  readonly service: Service
  readonly fresh: FreshDatabase
  readonly config: Config
  /** Every line of the log so far. */
  readonly log: string[]
  close(): Promise<void>
}

/** The real service on a database of its own. */
export async function startHouse(more: Partial<Config> = {}): Promise<House> {
  const fresh = await freshDatabase()
  const dataDir = await mkdtemp(join(tmpdir(), 'preceptor-house-'))
  const usual = {
    ...readConfig({}),
    port: 0,
    databaseUrl: fresh.url,
    dataDir,
    flowsDir: join(import.meta.dirname, '../../flows'),
    secretKey: KEY,
  }
  const config: Config = { ...usual, demo: true, ...more }
  const log: string[] = []
  const logger = pino({ level: 'info' }, { write: (line: string) => void log.push(line) })
  const forget = async (): Promise<void> => {
    await fresh.close()
    await rm(dataDir, { recursive: true, force: true })
  }
  try {
    const service = await startService(config, logger)
    const close = async (): Promise<void> => {
      await service.stop()
      await forget()
    }
    return { service, fresh, config, log, close }
  } catch (error) {
    await forget()
    throw error
  }
}

export interface Heard extends Bubble {
  readonly id: number
  readonly at: number
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: unknown
}

export const errorOf = (code: ProblemCode): object => ({ error: { code, message: PROBLEMS[code] } })

/** How many rows there are of `what`: a table, and a condition if need be. */
export async function count({ fresh }: Pick<House, 'fresh'>, what: string): Promise<number> {
  const { rows } = await fresh.pool.query<{ n: number }>(`select count(*) n from ${what}`)
  return rows[0]?.n ?? -1
}

let addresses = 0

/** One browser. Each has an address of its own, as behind a proxy, so that limits count it alone. */
export class Client {
  token: string | undefined
  readonly url: string
  readonly #address = `203.0.113.${(addresses += 1)}`

  constructor(url: string) {
    this.url = url
  }

  async ask(path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const response = await fetch(this.url + path, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        ...this.headers(),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = await response.text()
    const isJson = response.headers.get('content-type')?.includes('json') === true
    const read: unknown = isJson ? JSON.parse(text) : text
    return { status: response.status, headers: response.headers, body: read }
  }

  /** Becomes the person of the demo with this name. */
  async be(name: string): Promise<number> {
    const { body } = await this.ask('/chat/people')
    const { people } = body as { people: { id: number; name: string }[] }
    const person = people.find((one) => one.name.startsWith(name))
    if (!person) throw new Error(`nobody is called ${name}`)
    await this.signIn({ person: person.id })
    return person.id
  }

  async signIn(by: { person: number } | { link: string }): Promise<Answer> {
    const answer = await this.ask('/chat/session', by)
    if (answer.status === 200) this.token = (answer.body as { token: string }).token
    return answer
  }

  say(text: string, id: string = randomUUID()): Promise<Answer> {
    return this.ask('/chat/messages', { id, text })
  }

  tap(choice: string, id: string = randomUUID()): Promise<Answer> {
    return this.ask('/chat/messages', { id, choice })
  }

  async listen(after?: number): Promise<Stream> {
    const stop = new AbortController()
    const headers = { ...this.headers(), ...(after !== undefined && { 'last-event-id': String(after) }) }
    const response = await fetch(`${this.url}/chat/events`, { headers, signal: stop.signal })
    return new Stream(response, stop)
  }

  headers(): Record<string, string> {
    return {
      'x-forwarded-for': this.#address,
      ...(this.token !== undefined && { authorization: `Bearer ${this.token}` }),
    }
  }
}

/** Listens to what is said until the test is over. */
export async function listen(client: Client, after?: number): Promise<Stream> {
  const stream = await client.listen(after)
  onTestFinished(() => stream.close())
  return stream
}

/** What is said to somebody, as it comes. */
export class Stream {
  readonly heard: Heard[] = []
  readonly response: Response
  ended = false
  /** Everything that came, as it came. */
  told = ''
  readonly #stop: AbortController
  #wake: () => void = () => undefined
  #taken = 0

  constructor(response: Response, stop: AbortController) {
    this.response = response
    this.#stop = stop
    void this.#read().catch(() => undefined)
  }

  /** The next bubbles up to and with one whose text holds `words`. */
  async until(words: string, patience = 60_000): Promise<Heard[]> {
    const late = performance.now() + patience
    for (;;) {
      const at = this.heard.findIndex(({ text }, index) => index >= this.#taken && text.includes(words))
      if (at !== -1) {
        const taken = this.heard.slice(this.#taken, at + 1)
        this.#taken = at + 1
        return taken
      }
      const left = late - performance.now()
      if (left <= 0)
        throw new Error(
          `nobody said “${words}”, but: ${this.heard
            .slice(this.#taken)
            .map(({ text }) => text)
            .join(' | ')}`,
        )
      await new Promise<void>((resolve) => {
        this.#wake = resolve
        setTimeout(resolve, Math.min(left, 200))
      })
    }
  }

  close(): void {
    this.#stop.abort()
  }

  async #read(): Promise<void> {
    try {
      let rest = ''
      for await (const chunk of this.response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
        this.told += chunk
        const blocks = (rest + chunk).split('\n\n')
        rest = blocks.pop() ?? ''
        for (const block of blocks) {
          const id = /^id: (.*)$/m.exec(block)?.[1]
          const data = /^data: (.*)$/m.exec(block)?.[1]
          if (data === undefined || !block.includes('event: bubble')) continue
          const bubble = JSON.parse(data) as Heard
          if (String(bubble.id) !== id) throw new Error('the id of the event is not that of the bubble')
          this.heard.push(bubble)
        }
        this.#wake()
      }
    } finally {
      this.ended = true
      this.#wake()
    }
  }
}
