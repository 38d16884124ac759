// A WhatsApp channel on its stand: the real channel, a stand-in for the Graph API, and somebody who notes what comes in.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { buffer as readBuffer } from 'node:stream/consumers'
import { expect } from 'vitest'
import type { Channel, Report } from '../../../src/channels/channel.ts'
import {
  createWhatsAppCloud,
  type WhatsAppCloudOptions,
} from '../../../src/channels/whatsapp-cloud/whatsapp-cloud.ts'
import type { IncomingMessage as Incoming } from '../../../src/words/message.ts'
import { close, listen } from '../telegram/loopback.ts'
import { APP_SECRET, PHONE_NUMBER_ID, startGraph, TOKEN, VERIFY_TOKEN, VERSION } from './graph.ts'

export const PNG = Buffer.from('89504e470d0a1a0a', 'hex')

export type Stand = Awaited<ReturnType<typeof setUp>>

export async function setUp(change: Partial<WhatsAppCloudOptions> = {}) {
  const graph = await startGraph()
  const logged: string[] = []
  const note = (fields: object, message: string): void =>
    void logged.push(`${message} ${JSON.stringify(fields)}`)
  const channel = createWhatsAppCloud({
    token: TOKEN,
    phoneNumberId: PHONE_NUMBER_ID,
    appSecret: APP_SECRET,
    verifyToken: VERIFY_TOKEN,
    apiRoot: graph.root,
    version: VERSION,
    readFile: () => Promise.resolve(PNG),
    clock: { now: () => Date.now() },
    log: { info: note, warn: note, error: note },
    ...change,
    timing: { firstRetry: 5, lastRetry: 20, again: 20, ...change.timing },
  })
  const door = await serveRoutes(channel)
  graph.pointAt(`${door.url}/webhooks/whatsapp`)

  /** What was committed, and how often a commit shall still fail. */
  const kept: Incoming[] = []
  const reports: Report[] = []
  const failing = { times: 0 }

  return {
    graph,
    channel,
    url: door.url,
    logged,
    kept,
    reports,
    failing,
    start: () =>
      channel.start(
        async (messages) => {
          if (failing.times > 0) {
            failing.times -= 1
            throw new Error('no database, and this error quotes a message')
          }
          kept.push(...messages)
        },
        async (told) => void reports.push(...told),
      ),
    async close(): Promise<void> {
      await channel.stop()
      await door.close()
      await graph.close()
      const said = logged.join('\n')
      for (const secret of [TOKEN, APP_SECRET, VERIFY_TOKEN, 'quotes a message', '250788'])
        expect(said).not.toContain(secret)
      expect(graph.strangeAuth()).toBe(0)
      // Whatever a test sends, the reference allows it.
      expect(graph.refused).toEqual([])
    },
  }
}

/** Serves the routes as the service's own HTTP door would. */
export async function serveRoutes(channel: Channel) {
  async function handle(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const body = await readBuffer(req)
    const { pathname, searchParams } = new URL(req.url ?? '/', 'http://door')
    const route = channel.routes.find(({ method, path }) => method === req.method && path === pathname)
    const query = Object.fromEntries(searchParams)
    const answer = (await route?.handle({ headers: req.headers, query, body })) ?? { status: 404 }
    res.writeHead(answer.status).end(answer.body)
  }
  const server = createServer((req, res) => {
    handle(req, res).catch(() => res.destroy())
  })
  const url = `http://127.0.0.1:${await listen(server)}`
  return { url, close: () => close(server) }
}
