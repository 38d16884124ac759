// A Telegram channel on its stand: the real channel, a Bot API server, and somebody who notes what comes in.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { buffer as readBuffer } from 'node:stream/consumers'
import { expect } from 'vitest'
import type { Channel } from '../../../src/channels/channel.ts'
import type { ChannelRoute } from '../../../src/words/route.ts'
import type { Timing } from '../../../src/channels/telegram/patience.ts'
import { createTelegram, type TelegramOptions } from '../../../src/channels/telegram/telegram.ts'
import type { FileId } from '../../../src/words/ids.ts'
import type { IncomingMessage as Incoming } from '../../../src/words/message.ts'
import { startBotApi, TOKEN } from './bot-api.ts'
import { close, listen } from './loopback.ts'

export const SECRET = 'webhook-secret_that-nobody-may-see'
/** The time on the service's own clock. */
const NOW = 1_790_000_000_000

/** As short as a test likes to wait; nothing here decides whether a test passes. */
const QUICK: Partial<Timing> = { firstRetry: 5, lastRetry: 20, paused: 20, standby: 10, watch: 20 }

export type Stand = Awaited<ReturnType<typeof setUp>>

export async function setUp(mode: TelegramOptions['mode'], change: Partial<TelegramOptions> = {}) {
  const api = await startBotApi()
  const logged: string[] = []
  const note = (fields: object, message: string): void =>
    void logged.push(`${message} ${JSON.stringify(fields)}`)
  const routes: ChannelRoute[] = []
  const files = new Map<FileId, Uint8Array>()
  const door = await serveRoutes(routes)
  const make = (more: Partial<TelegramOptions> = {}): Channel =>
    createTelegram({
      token: TOKEN,
      apiRoot: api.apiRoot,
      mode,
      ...(mode === 'webhook' && { webhookSecret: SECRET, publicUrl: door.url }),
      clock: { now: () => NOW },
      readFile: (file) => Promise.resolve(files.get(file)),
      log: { info: note, warn: note, error: note },
      ...change,
      ...more,
      timing: { ...QUICK, ...change.timing, ...more.timing },
    })
  const channel = make()
  routes.push(...channel.routes)

  /** What was committed, and how often a commit shall still fail. */
  const kept: Incoming[] = []
  const failing = { times: 0, tried: new Array<Incoming[]>() }
  async function receive(messages: readonly Incoming[]): Promise<void> {
    if (failing.times > 0) {
      failing.times -= 1
      failing.tried.push([...messages])
      throw new Error('no database, and this error quotes a message')
    }
    kept.push(...messages)
  }

  return {
    api,
    channel,
    /** Another channel on the same bot: a second process. */
    make,
    url: door.url,
    logged,
    kept,
    /** What goes out as a bubble's attachment. */
    files,
    failing,
    receive,
    texts: () => kept.map(({ content }) => (content.kind === 'text' ? content.text : content.kind)),
    async write(text: string, id = 42): Promise<void> {
      const person = api.person(id)
      await person.sendMessage(person.makeMessage(text))
    },
    /** Somebody writes in a group, through the core. */
    async writeIn(group: number, text: string, id = 42): Promise<void> {
      const member = api.member(id, group)
      await member.sendMessage(member.makeMessage(text))
    },
    async tap(token: string, id = 42): Promise<void> {
      const person = api.person(id)
      await person.sendCallback(person.makeCallbackQuery(token))
    },
    async close(): Promise<void> {
      await channel.stop()
      await door.close()
      await api.close()
      const said = logged.join('\n')
      expect(said).not.toContain(TOKEN)
      expect(said).not.toContain(SECRET)
      expect(said).not.toContain('quotes a message')
    },
  }
}

/** Serves the routes as the service's own HTTP door would. */
async function serveRoutes(routes: readonly ChannelRoute[]) {
  async function handle(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const body = await readBuffer(req)
    const route = routes.find(({ method, path }) => method === req.method && path === req.url)
    const answer = (await route?.handle({ headers: req.headers, query: {}, body })) ?? { status: 404 }
    res.writeHead(answer.status).end(answer.body)
  }
  const server = createServer((req, res) => {
    handle(req, res).catch(() => res.destroy())
  })
  const url = `http://127.0.0.1:${await listen(server)}`
  return { url, close: () => close(server) }
}
