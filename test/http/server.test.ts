import { randomUUID } from 'node:crypto'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { startService } from '../../src/service.ts'
import { FlowsBroken } from '../../src/usecases/open-shelf.ts'
import { freshDatabase } from '../database.ts'
import { freePort } from '../redis.ts'
import { cable } from './cable.ts'
import { Client, count, errorOf, type House, listen, startHouse } from './client.ts'

vi.setConfig({ testTimeout: 60_000 })

describe('the service', () => {
  let house: House
  beforeAll(async () => {
    house = await startHouse()
  })
  afterAll(() => house.close())
  it('is alive and ready', async () => {
    const client = new Client(house.service.url)
    expect(await client.ask('/healthz')).toMatchObject({ status: 200, body: { status: 'alive' } })
    expect(await client.ask('/readyz')).toMatchObject({
      status: 200,
      body: {
        status: 'ready',
        parts: { database: { phase: 'ready' }, queue: { phase: 'ready' }, web: { phase: 'ready' } },
      },
    })
  })

  it('counts what waits and what was set aside', async () => {
    await house.fresh.pool.query(
      `insert into outbox (address_id, turn, channel, shard, lane, language, says, created_at, handed, failed_at)
       values (0, 1, 'telegram', 0, 0, 'en', '[]', now() - interval '90 seconds', false, null), (0, 2, 'telegram', 0, 0, 'en', '[]', now(), false, now())`,
    )
    await house.fresh.pool.query(
      `insert into failed_message (channel, message_id, error, at) values ('telegram', 'x', 'TypeError', now())`,
    )
    const figures = String((await new Client(house.service.url).ask('/metrics')).body)
    expect(figures).toContain('preceptor_outbox_waiting{channel="telegram"} 1')
    expect(figures).toContain('preceptor_outbox_failed{channel="telegram"} 1')
    expect(figures).toContain('preceptor_messages_set_aside{channel="telegram"} 1')
    await house.fresh.pool.query(`delete from outbox where channel = 'telegram'`)
    // What is mended is no longer told.
    expect(String((await new Client(house.service.url).ask('/metrics')).body)).not.toContain(
      'preceptor_outbox_waiting{channel="telegram"}',
    )
  })

  it('takes no body that is too large, of another kind or at the wrong place', async () => {
    const client = new Client(house.service.url)
    await client.be('Ruth')
    expect(await client.ask('/chat/messages', { id: randomUUID(), text: 'x'.repeat(70_000) })).toMatchObject({
      status: 413,
      body: errorOf('bad_request'),
    })
    expect(
      await client.ask('/chat/messages', 'id=1', { 'content-type': 'application/x-www-form-urlencoded' }),
    ).toMatchObject({ status: 415, body: errorOf('bad_request') })
    const strange = [
      '/chat/',
      '/chat/nothing',
      '/chat/../package.json',
      '/chat/%2e%2e%2fserver.ts',
      '/chat/chat.html',
      '/.env',
    ]
    for (const path of [...strange, '/webhooks/telegram', '/constructor']) {
      const { status, body } = await client.ask(path)
      expect({ path, status, body }).toEqual({ path, status: 404, body: errorOf('not_found') })
    }
    expect(await client.ask('/chat/session', { person: 999_999 })).toMatchObject({
      status: 404,
      body: errorOf('not_found'),
    })
  })

  it('repeats nothing of an address that cannot be read', async () => {
    const client = new Client(house.service.url)
    for (const path of ['/chat/%', '/chat/%ff', `/check/${'A'.repeat(200)}`, '/webhooks/%c0%af..'])
      expect(await client.ask(path)).toMatchObject({ status: 400, body: errorOf('bad_request') })
  })

  it('sends safe headers with everything', async () => {
    const client = new Client(house.service.url)
    await client.be('Ruth')
    const stream = await listen(client)
    const all: [string, Headers][] = [['/chat/events', stream.response.headers]]
    for (const path of ['/chat', '/chat/chat.js', '/chat/me', '/healthz', '/nothing'])
      all.push([path, (await client.ask(path)).headers])
    for (const [path, headers] of all)
      expect({ path, ...Object.fromEntries(headers) }).toMatchObject({
        path,
        'content-security-policy':
          "default-src 'self';img-src 'self' blob:;base-uri 'none';form-action 'none';frame-ancestors 'none'",
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'x-frame-options': 'SAMEORIGIN',
      })
    expect(stream.response.headers.has('x-powered-by')).toBe(false)
    expect(stream.response.headers.get('content-type')).toBe('text/event-stream')
    expect(stream.response.headers.get('cache-control')).toBe('no-store')
  })

  it('serves the page with every file it asks for', async () => {
    const client = new Client(house.service.url)
    const page = await client.ask('/chat')
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8')
    const named = [...String(page.body).matchAll(/(?:href|src)="(\/chat\/[^"]+)"/g)].map(
      (match) => match[1] ?? '',
    )
    expect(named.length).toBeGreaterThan(5)
    for (const path of named) {
      const { status, headers, body } = await client.ask(path)
      const type = path.endsWith('.js') ? 'text/javascript; charset=utf-8' : 'text/css; charset=utf-8'
      expect({ path, status, type: headers.get('content-type') }).toEqual({ path, status: 200, type })
      expect(headers.get('content-encoding')).toBe('gzip')
      for (const [, other] of String(body).matchAll(/from '\.\/([a-z]+\.js)'/g))
        expect(named).toContain(`/chat/${other}`)
    }
  })

  it('answers kindly when it is asked too often, and only the one who asks', async () => {
    const [busy, other] = [new Client(house.service.url), new Client(house.service.url)]
    // Nobody who has asked for anything in the tests above: a person is counted, whatever their tab.
    await busy.be('Amina')
    await other.be('Chidi')
    const answers = []
    for (let at = 0; at < 31; at++)
      answers.push(...(await Promise.all(Array.from({ length: 10 }, () => busy.ask('/chat/people')))))
    const refused = answers.filter(({ status }) => status !== 200)
    expect(refused).toHaveLength(10)
    for (const { status, body, headers } of refused) {
      expect(status).toBe(429)
      expect(body).toEqual(errorOf('too_many'))
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
    }
    expect((await other.ask('/chat/people')).status).toBe(200)
    expect((await busy.ask('/healthz')).status).toBe(200)
    // From whichever address, and with whichever tab.
    const moved = new Client(house.service.url)
    await moved.be('Amina')
    expect((await moved.ask('/chat/me')).status).toBe(429)
  })
})

describe('a database that goes away', () => {
  it('is told by readyz and by nothing else, and the service goes on when it is back', async () => {
    const fresh = await freshDatabase()
    const line = await cable(fresh.url)
    const house = await startHouse({ databaseUrl: line.url })
    try {
      const client = new Client(house.service.url)
      await client.be('Joseph')
      const stream = await listen(client)
      await stream.until('Preceptor')
      await line.cut()
      expect(await client.ask('/readyz')).toMatchObject({
        status: 503,
        body: { status: 'not ready', parts: { database: { phase: 'lost' } } },
      })
      expect((await client.ask('/healthz')).status).toBe(200)
      const id = randomUUID()
      const refused = await client.say('English', id)
      expect(refused).toMatchObject({ status: 503, body: errorOf('unavailable') })
      expect((await client.ask('/metrics')).status).toBe(503)
      await line.mend()
      await vi.waitFor(async () => expect((await client.ask('/readyz')).status).toBe(200), {
        timeout: 60_000,
      })
      // The page sends it again under the same id, and its stream goes on.
      await vi.waitFor(async () => expect((await client.say('English', id)).status).toBe(202), {
        timeout: 60_000,
      })
      const again = await listen(client, stream.heard.at(-1)?.id)
      await again.until('Do you agree?')
      expect(house.log.join('')).not.toContain(fresh.url)
      line.clog()
      const began = performance.now()
      expect((await client.ask('/readyz')).status).toBe(503)
      expect(performance.now() - began).toBeLessThan(10_000)
    } finally {
      await line.close()
      await house.close()
      await fresh.close()
    }
  })
})

describe('starting and stopping', () => {
  it('stops within ten seconds, gives its leases back and loses nothing it has taken', async () => {
    const house = await startHouse()
    const client = new Client(house.service.url)
    await client.be('Joseph')
    const stream = await listen(client)
    await stream.until('Preceptor')
    expect(await count(house, 'lease')).toBeGreaterThan(0)
    let taken = 0
    const sending = Promise.all(
      Array.from({ length: 30 }, async () => {
        const answer = await client.say('HELP').catch(() => undefined)
        if (answer?.status === 202) taken += 1
      }),
    )
    await new Promise((resolve) => setTimeout(resolve, 20))
    const began = performance.now()
    await house.service.stop()
    expect(performance.now() - began).toBeLessThan(10_000)
    await sending
    expect(await count(house, 'lease')).toBe(0)
    await expect(fetch(`${house.service.url}/healthz`)).rejects.toThrow('fetch failed')
    await vi.waitFor(() => expect(stream.ended).toBe(true))
    // What was acknowledged is in the database; what was not yet sent goes out after the next start.
    expect(
      await count(house, `received_message where message_id not like '%:opened'`),
    ).toBeGreaterThanOrEqual(taken)
    const service = await startService(house.config, pino({ level: 'silent' }))
    try {
      await vi.waitFor(async () => expect(await count(house, 'outbox')).toBe(0), { timeout: 60_000 })
      expect(await count(house, `web_bubble where bubble::text like '%You can send at any time%'`)).toBe(
        await count(house, `received_message where message_id not like '%:opened'`),
      )
    } finally {
      await service.stop()
      await house.close()
    }
  })

  it('may be told to stop twice', async () => {
    const house = await startHouse()
    await Promise.all([house.service.stop(), house.service.stop()])
    expect(await count(house, 'lease')).toBe(0)
    await house.close()
  })

  it('does not start with a flow that has a fault: file, line and remedy, before anything listens', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'preceptor-broken-'))
    const port = await freePort()
    try {
      await cp(join(import.meta.dirname, '../../flows'), folder, { recursive: true })
      const file = join(folder, 'join.yaml')
      await writeFile(
        file,
        (await readFile(file, 'utf8')).replace('then: { given: welcome,', 'then: { given: wellcome,'),
      )
      // The flows come first: no database is needed to say what is wrong with them.
      const error: unknown = await startHouse({
        flowsDir: folder,
        port,
        databaseUrl: 'postgres://127.0.0.1:1/nowhere',
      }).catch((caught: unknown) => caught)
      expect(error).toBeInstanceOf(FlowsBroken)
      expect(String(error)).toMatch(
        /^FlowsBroken: join\.yaml:\d+:\d+ there is no step "wellcome": write the id of a step of this dialogue/,
      )
      await expect(fetch(`http://127.0.0.1:${port}/healthz`)).rejects.toThrow('fetch failed')
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  })

  it('lets go of everything when it cannot listen', async () => {
    const house = await startHouse()
    try {
      const port = Number(new URL(house.service.url).port)
      await expect(startHouse({ port })).rejects.toThrow('EADDRINUSE')
      // An address kept for examples, and one that is none: each was once said to be the database's.
      for (const host of ['192.0.2.1', 'nowhere.invalid'])
        await expect(startHouse({ host })).rejects.toThrow('HOST is no address of this machine')
      expect((await new Client(house.service.url).ask('/readyz')).status).toBe(200)
    } finally {
      await house.close()
    }
  })
})
