import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Bubble } from '../../src/words/message.ts'
import { makeSeals } from '../../src/store/seals.ts'
import { DAY, HOUR, MINUTE } from '../../src/words/clock.ts'
import type { PersonId } from '../../src/words/ids.ts'
import {
  Client,
  count,
  errorOf,
  type Heard,
  type House,
  KEY,
  listen,
  startHouse,
  type Stream,
} from './client.ts'

vi.setConfig({ testTimeout: 60_000 })

/** Somebody who has joined and stands before their menu, listening. */
async function joined(
  house: House,
  name: string,
): Promise<{ client: Client; stream: Stream; id: number; menu: Heard }> {
  const client = new Client(house.service.url)
  const id = await client.be(name)
  const stream = await listen(client)
  // In their own language, whichever it is.
  await stream.until('Preceptor')
  await client.say('English')
  await stream.until('Do you agree?')
  await client.say('yes')
  const menu = (await stream.until('What would you like to do?')).at(-1)
  if (!menu) throw new Error('there is no menu')
  return { client, stream, id, menu }
}

describe('the chat of the demo', () => {
  let house: House
  beforeAll(async () => {
    house = await startHouse()
  })
  afterAll(() => house.close())
  it('offers the people of the demo, and nothing about them that is nobody’s business', async () => {
    const { body } = await new Client(house.service.url).ask('/chat/people')
    const { people } = body as { people: object[] }
    expect(people).toHaveLength(8)
    for (const person of people)
      expect(Object.keys(person)).toEqual(['id', 'name', 'role', 'cadre', 'facility'])
  })

  it('greets whoever opens the chat for the first time, once', async () => {
    const client = new Client(house.service.url)
    await client.be('Espérance')
    const stream = await listen(client)
    const [greeting] = await stream.until('Preceptor')
    expect(greeting?.text).toContain('Bonjour Espérance Uwase')
    const again = new Client(house.service.url)
    await again.be('Espérance')
    const other = await listen(again)
    await other.until('Preceptor')
    await again.say('Français')
    await other.until('Êtes-vous')
    expect(other.heard.filter(({ text }) => text.includes('Bonjour'))).toHaveLength(1)
  })

  it('says who somebody is to nobody else', async () => {
    const client = new Client(house.service.url)
    expect(await client.ask('/chat/me')).toMatchObject({ status: 401, body: errorOf('not_signed_in') })
    await client.be('Ruth')
    expect(await client.ask('/chat/me')).toMatchObject({
      status: 200,
      body: { name: 'Ruth Keza', language: 'fr', demo: true },
    })
    for (const token of [
      '',
      'x',
      `${client.token}x`,
      client.token?.split('.')[0] ?? '',
      makeSeals('another key').seal('talk', 1 as PersonId, Date.now() + DAY),
    ]) {
      const stranger = new Client(house.service.url)
      stranger.token = token
      for (const path of ['/chat/me', '/chat/events'])
        expect(await stranger.ask(path)).toMatchObject({ status: 401, body: errorOf('not_signed_in') })
      expect(await stranger.say('hello')).toMatchObject({ status: 401 })
    }
  })

  it('answers 202 only when a message is committed, and takes the same id once', async () => {
    const { client, stream, id } = await joined(house, 'Chidi')
    const message = randomUUID()
    const before = await count(house, 'received_message')
    const answers = await Promise.all(Array.from({ length: 5 }, () => client.say('HELP', message)))
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202, 202, 202])
    expect(await count(house, 'received_message')).toBe(before + 1)
    expect(await count(house, `received_message where message_id = '${id}:${message}'`)).toBe(1)
    await stream.until('You can send at any time')
    expect((await client.say('HELP', message)).status).toBe(202)
    await client.say('MENU')
    await stream.until('What would you like to do?')
    expect(stream.heard.filter(({ text }) => text.includes('You can send at any time'))).toHaveLength(1)
    // The same id of somebody else is another message.
    const other = new Client(house.service.url)
    await other.be('Ruth')
    const theirs = await listen(other)
    await other.say('HELP', message)
    await theirs.until('Vous pouvez envoyer')
  })

  it('goes on with the stream after the last one heard, without doubles and without gaps', async () => {
    const { client, stream } = await joined(house, 'Claudine')
    const last = stream.heard.at(-1)?.id ?? 0
    stream.close()
    for (let at = 0; at < 60; at++) await client.say('HELP')
    const second = await listen(client, last)
    await vi.waitFor(
      () => expect(second.heard.filter(({ text }) => text.includes('You can send'))).toHaveLength(60),
      { timeout: 60_000 },
    )
    expect(second.heard.every(({ id }) => id > last)).toBe(true)
    const middle = second.heard[30]?.id ?? 0
    const third = await listen(client, middle)
    await vi.waitFor(() => expect(third.heard).toHaveLength(29), { timeout: 60_000 })
    expect(third.heard).toEqual(second.heard.slice(31))
    // Both go on with what is new; without an id it is the last fifty.
    await client.say('MENU')
    await vi.waitFor(() => expect([second.heard.length, third.heard.length]).toEqual([61, 30]), {
      timeout: 60_000,
    })
    const fresh = await listen(client)
    await vi.waitFor(() => expect(fresh.heard).toHaveLength(50), { timeout: 60_000 })
    expect(fresh.heard).toEqual(second.heard.slice(-50))
    for (const one of [second, third, fresh])
      expect(new Set(one.heard.map(({ id }) => id)).size).toBe(one.heard.length)
    for (const senseless of [-1, 0, 1.5]) {
      const odd = await listen(client, senseless)
      await vi.waitFor(() => expect(odd.heard).toHaveLength(50), { timeout: 60_000 })
    }
  })

  it('takes a quiz to its end, and the refresher arrives by skipping ahead', async () => {
    const { client, stream, menu } = await joined(house, 'Joseph')
    const tokenOf = (bubble: Bubble | undefined, wanted: string): string =>
      bubble?.choices?.find(({ label }) => label === wanted)?.token ?? ''
    await client.tap(tokenOf(menu, 'Learn'))
    await client.tap(tokenOf((await stream.until('Which one?')).at(-1), 'Newborns'))
    const quizzes = (await stream.until('Which one?')).at(-1)
    await client.tap(tokenOf(quizzes, 'Newborn resuscitation'))
    let asked = (await stream.until('Question 1 of')).at(-1)
    const of = Number(/Question 1 of (\d+)/.exec(asked?.text ?? '')?.[1])
    expect(of).toBeGreaterThanOrEqual(8)
    for (let at = 1; at <= of; at++) {
      await client.tap(asked?.choices?.[0]?.token ?? '')
      asked = (await stream.until(at < of ? `Question ${at + 1} of ${of}` : 'Next: on')).at(-1)
    }
    expect(asked?.text).toMatch(/\d+ of \d+ right/)
    expect(await count(house, 'answer')).toBe(of)

    const clock = await client.ask('/chat/clock')
    const told = clock.body as { now: number; timezone: string; next: { at: number; kind: string } }
    expect(told.timezone).toBe('Africa/Kigali')
    expect(Math.abs(told.now - Date.now())).toBeLessThan(MINUTE)
    const hour = (await client.ask('/chat/clock', { skip: 'hour' })).body as typeof told
    expect(Math.abs(hour.now - told.now - HOUR)).toBeLessThan(MINUTE)
    const next = (await client.ask('/chat/clock', { skip: 'next' })).body as typeof told
    expect(next.now).toBeGreaterThan(hour.now)
    const refresher = (await stream.until('A short refresher on “Newborn resuscitation”')).at(-1)
    expect(refresher?.text).toContain('Question 1 of')
    expect(refresher?.choices?.length).toBeGreaterThan(1)
    // At five in the afternoon of another day.
    expect(new Date(refresher?.at ?? 0).toISOString()).toMatch(/T15:00/)
    const day = (await client.ask('/chat/clock', { skip: 'day' })).body as typeof told
    expect(day.now - next.now).toBeGreaterThanOrEqual(DAY)
    // Moving the demo's time signs nobody out.
    expect((await client.ask('/chat/me')).status).toBe(200)
  })

  it('goes to the next message of whoever asks, past those of the others', async () => {
    const [amina, ruth] = [new Client(house.service.url), new Client(house.service.url)]
    await amina.be('Amina')
    const id = await ruth.be('Ruth')
    const plan = (key: string, person: number, hours: number): Promise<unknown> =>
      house.fresh.db.query(
        `insert into follow_up (kind, key, person_id, subject, due_at)
         select 'nudge', $1, $2, 0, to_timestamp($3::float8 / 1000)`,
        [key, person, hours],
      )
    const { now } = (await ruth.ask('/chat/clock')).body as { now: number }
    const [aminas] = (await house.fresh.db.query(`select id from person where name like 'Amina%'`)) as {
      id: number
    }[]
    await plan('a', aminas?.id ?? 0, now + HOUR)
    await plan('r', id, now + 3 * HOUR)
    // Hers is the one she is told of, though another comes before it.
    const told = (await ruth.ask('/chat/clock')).body as { next: { at: number } }
    expect(told.next.at).toBe(now + 3 * HOUR)
    await ruth.ask('/chat/clock', { skip: 'next' })
    const after = (await ruth.ask('/chat/clock')).body as { now: number; next: unknown }
    expect(after.now).toBeGreaterThanOrEqual(now + 3 * HOUR)
    expect(after.next).toBeNull()
    expect(await count(house, `follow_up where key = 'a' and state = 'stale'`)).toBe(1)
    // Nothing more is to come for her: the time stays where it is.
    await plan('b', aminas?.id ?? 0, after.now + HOUR)
    const still = (await ruth.ask('/chat/clock', { skip: 'next' })).body as { now: number }
    expect(still.now - after.now).toBeLessThan(MINUTE)
    await house.fresh.db.query('delete from follow_up')
  })

  it('tells its figures, by channel and kind, and nothing personal', async () => {
    const { status, headers, body } = await new Client(house.service.url).ask('/metrics')
    expect(status).toBe(200)
    expect(headers.get('content-type')).toContain('text/plain')
    const figures = String(body)
    expect(figures).toMatch(/preceptor_messages_received_total\{channel="web",what="fresh"\} [1-9]/)
    expect(figures).toMatch(/preceptor_messages_received_total\{channel="web",what="seen"\} [1-9]/)
    expect(figures).toMatch(/preceptor_messages_sent_total\{channel="web",what="accepted"\} [1-9]/)
    expect(figures).toMatch(/preceptor_turn_seconds_count [1-9]/)
    expect(figures).toMatch(/preceptor_batch_messages_count [1-9]/)
    expect(figures).toMatch(/preceptor_follow_ups_total\{kind="refresher",what="done"\} 1/)
    for (const name of [
      'outbox_waiting',
      'outbox_oldest_seconds',
      'outbox_failed',
      'messages_set_aside',
      'follow_ups_late',
      'follow_ups_failed',
    ])
      expect(figures).toMatch(new RegExp(`^# TYPE preceptor_${name} gauge`, 'm'))
    expect(figures).toMatch(/^preceptor_follow_ups_late 0$/m)
    for (const word of ['Joseph', 'Claudine', 'JOSEPH-1', '+250', 'resuscitation'])
      expect(figures).not.toContain(word)
    // Labels are few and known, however many people there are.
    const labels = new Set(
      [...figures.matchAll(/^preceptor_\w+\{([^}]*)\}/gm)].flatMap((match) =>
        (match[1] ?? '').split(',').map((label) => label.split('=')[0]),
      ),
    )
    expect([...labels].toSorted((a = '', b = '') => a.localeCompare(b))).toEqual([
      'channel',
      'kind',
      'le',
      'phase',
      'what',
    ])
  })

  it.each([
    ['/chat/messages', '{'],
    ['/chat/messages', '[]'],
    ['/chat/messages', {}],
    ['/chat/messages', { id: 'not-a-uuid', text: 'x' }],
    ['/chat/messages', { id: randomUUID() }],
    ['/chat/messages', { id: randomUUID(), text: 'x', choice: '1.1' }],
    ['/chat/messages', { id: randomUUID(), text: 3 }],
    ['/chat/messages', { id: randomUUID(), text: 'x'.repeat(20_001) }],
    ['/chat/messages', { id: randomUUID(), choice: 'x'.repeat(101) }],
    ['/chat/session', {}],
    ['/chat/session', { person: 'Joseph' }],
    ['/chat/session', { person: -1 }],
    ['/chat/session', { person: 1, link: 'x' }],
    ['/chat/clock', { skip: 'year' }],
    ['/chat/clock', { skip: -1 }],
  ])('%s refuses %j and says no more than that', async (path, body) => {
    const client = new Client(house.service.url)
    await client.be('Ruth')
    expect(await client.ask(path, body)).toMatchObject({ status: 400, body: errorOf('bad_request') })
  })

  it.each([
    '👍',
    '\u0000',
    '',
    '   ',
    'مرحبا بالعالم',
    '\ud800',
    'x'.repeat(20_000),
    '<script>alert(1)</script>',
    '🏳️‍🌈'.repeat(500),
  ])('takes %j and answers', async (text) => {
    const client = new Client(house.service.url)
    await client.be('Amina')
    const stream = await listen(client)
    await stream.until('Preceptor')
    const heard = stream.heard.length
    expect((await client.say(text)).status).toBe(202)
    await vi.waitFor(() => expect(stream.heard.length).toBeGreaterThan(heard), { timeout: 5000 })
    expect(stream.heard.at(-1)?.text).toContain('Which language')
    expect(await count(house, 'failed_message')).toBe(0)
  })

  it('writes nothing of it into its log', () => {
    const log = house.log.join('')
    for (const word of [
      'Joseph',
      'Keza',
      'HELP',
      'Bearer',
      'alert(1)',
      'JOSEPH-1',
      KEY,
      '203.0.113',
      'postgres://',
    ])
      expect(log).not.toContain(word)
    expect(house.log.filter((line) => /"level":[56]0/.test(line))).toEqual([])
  })
})
