// What the server itself promises, whatever its routes are: limits, and how a fault is told.
import type { FastifyInstance } from 'fastify'
import { pino } from 'pino'
import { describe, expect, it, onTestFinished } from 'vitest'
import { z } from 'zod'
import { read } from '../../src/http/read.ts'
import { makeServer } from '../../src/http/server.ts'
import { serveWebhooks } from '../../src/http/webhooks.ts'
import { errorOf } from './client.ts'

async function serverWith(proxies = 'loopback'): Promise<{ app: FastifyInstance; log: string[] }> {
  const log: string[] = []
  const app = await makeServer(pino({}, { write: (line: string) => void log.push(line) }), proxies)
  onTestFinished(() => app.close())
  return { app, log }
}

interface Asking {
  readonly path: string
  readonly address?: string
  readonly times?: number
  readonly from?: string
}

/** How often each status was the answer. */
async function statuses(app: FastifyInstance, asking: Asking): Promise<Record<number, number>> {
  const found: Record<number, number> = {}
  for (let at = 0; at < (asking.times ?? 1); at++) {
    const { statusCode } = await app.inject({
      url: asking.path,
      remoteAddress: asking.from ?? '127.0.0.1',
      headers: { 'x-forwarded-for': asking.address ?? '203.0.113.1' },
    })
    found[statusCode] = (found[statusCode] ?? 0) + 1
  }
  return found
}

describe('limits', () => {
  it('count an address, also at paths there are not, and let the others in', async () => {
    const { app } = await serverWith()
    app.get('/here', () => ({}))
    expect(await statuses(app, { path: '/nothing', times: 700 })).toEqual({ 404: 700 })
    expect(await statuses(app, { path: '/here', times: 500 })).toEqual({ 200: 500 })
    expect(await statuses(app, { path: '/nothing' })).toEqual({ 429: 1 })
    expect(await statuses(app, { path: '/webhooks/nothing' })).toEqual({ 429: 1 })
    expect(await statuses(app, { path: '/here' })).toEqual({ 429: 1 })
    expect(await statuses(app, { path: '/here', address: '203.0.113.2' })).toEqual({ 200: 1 })
  })

  it('do not count the webhooks there are', async () => {
    const { app } = await serverWith()
    const handle = (): Promise<{ status: number }> => Promise.resolve({ status: 200 })
    await serveWebhooks(app, [{ method: 'GET', path: '/webhooks/one', bodyLimit: 1000, handle }])
    expect(await statuses(app, { path: '/webhooks/one', times: 1300 })).toEqual({ 200: 1300 })
  })

  it.each([
    ['loopback', '127.0.0.1', '203.0.113.7'],
    ['loopback', '172.18.0.1', '172.18.0.1'],
    ['loopback,uniquelocal', '172.18.0.1', '203.0.113.7'],
    ['10.0.0.0/8', '10.1.2.3', '203.0.113.7'],
    ['10.0.0.0/8', '127.0.0.1', '127.0.0.1'],
  ])('with %s trusted, a request from %s comes from %s', async (proxies, from, expected) => {
    const { app } = await serverWith(proxies)
    app.get('/ip', (request) => ({ ip: request.ip }))
    const headers = { 'x-forwarded-for': '203.0.113.7' }
    const answer = await app.inject({ url: '/ip', remoteAddress: from, headers })
    expect(answer.json()).toEqual({ ip: expected })
  })
})

describe('a fault', () => {
  it.each<[string, number, () => unknown]>([
    ['a body of another kind', 400, () => read(z.strictObject({ a: z.int() }), { a: 'x' })],
    ['a row of another kind', 500, () => z.object({ a: z.int() }).parse({ a: 'x' })],
    ['a lost connection', 503, () => fail(Object.assign(new Error('secret'), { code: 'ECONNREFUSED' }))],
    ['a database that is going', 503, () => fail(Object.assign(new Error('secret'), { code: '57P01' }))],
    ['a bug', 500, () => fail(new TypeError('secret'))],
  ])('such as %s is answered with %i', async (_name, status, work) => {
    const { app, log } = await serverWith()
    app.get('/work', () => work())
    const answer = await app.inject('/work')
    expect(answer.statusCode).toBe(status)
    expect(answer.json()).toEqual(errorOf(status === 400 ? 'bad_request' : 'unavailable'))
    expect(log).toHaveLength(status === 400 ? 0 : 1)
  })

  it('is logged by where it was, without a word of its own', async () => {
    const { app, log } = await serverWith()
    app.get('/work', () => fail(new RangeError('secret one\nsecret two\n    at secret three')))
    await app.inject('/work')
    const [line = ''] = log
    expect(line).not.toContain('secret')
    expect(line).not.toContain('/work"')
    const told = z.object({ error: z.string(), stack: z.array(z.string()) }).parse(JSON.parse(line))
    expect(told.error).toBe('RangeError')
    expect(told.stack[0]).toMatch(/limits\.test\.ts:\d+/)
  })
})

function fail(error: Error): never {
  throw error
}
