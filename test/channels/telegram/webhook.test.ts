import { afterEach, describe, expect, it, vi } from 'vitest'
import { SendError } from '../../../src/channels/channel.ts'
import type { TelegramOptions } from '../../../src/channels/telegram/telegram.ts'
import { SECRET, setUp, type Stand } from './stand.ts'

const stands: Stand[] = []

async function webhook(change: Partial<TelegramOptions> = {}): Promise<Stand> {
  const stand = await setUp('webhook', change)
  stands.push(stand)
  return stand
}

afterEach(async () => {
  for (const stand of stands.splice(0)) await stand.close()
})

const eventually = async (check: () => unknown): Promise<void> => {
  await vi.waitFor(check, { timeout: 60_000, interval: 5 })
}
const ready = async ({ channel }: Stand): Promise<void> =>
  eventually(() => expect(channel.state()).toEqual({ phase: 'ready' }))

const chat = { id: 42, type: 'private' }
const update = (text: string) => ({
  update_id: 900,
  message: { date: 1_780_000_000, chat, from: { id: 42 }, text },
})

/** Posts as Telegram does, or as somebody who would like to be Telegram. */
async function post(
  stand: Stand,
  body: string | object,
  headers: Record<string, string> = {},
): Promise<number> {
  const answer = await fetch(`${stand.url}/webhooks/telegram`, {
    method: 'POST',
    headers: { 'x-telegram-bot-api-secret-token': SECRET, ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
  return answer.status
}

describe('the webhook', { timeout: 90_000 }, () => {
  it('is registered with its secret and the kinds it reads', async () => {
    const stand = await webhook()
    await stand.channel.start(stand.receive)
    await ready(stand)
    expect(stand.api.callsOf('setWebhook')).toEqual([
      {
        url: `${stand.url}/webhooks/telegram`,
        secret_token: SECRET,
        allowed_updates: ['message', 'edited_message', 'callback_query', 'my_chat_member', 'poll_answer'],
        max_connections: 40,
      },
    ])
    expect(stand.api.callsOf('getUpdates')).toEqual([])
    await eventually(() => expect(stand.api.callsOf('setMyCommands')).toHaveLength(5))
  })

  it('is registered again and again until Telegram takes it, and says what is wrong', async () => {
    const stand = await webhook()
    const refusal = { status: 400, description: 'Bad Request: bad webhook: An HTTPS URL must be provided' }
    stand.api.fault('setWebhook', refusal, Infinity)
    await stand.channel.start(stand.receive)
    await eventually(() =>
      expect(stand.channel.state().detail).toMatch(/HTTPS URL must be provided.*PUBLIC_URL/),
    )
    await eventually(() => expect(stand.api.callsOf('setWebhook').length).toBeGreaterThan(2))
    stand.api.mend()
    await ready(stand)
    await stand.write('at last')
    await eventually(() => expect(stand.texts()).toEqual(['at last']))
  })

  it.each([
    ['forgotten', undefined, /had forgotten/],
    ['pointed elsewhere', 'https://elsewhere.example/hook', /to another address.*another program/],
  ])('is set again when it was %s, and nothing is lost', async (_how, elsewhere, words) => {
    const stand = await webhook()
    await stand.channel.start(stand.receive)
    await ready(stand)
    await stand.write('before')
    await eventually(() => expect(stand.texts()).toEqual(['before']))
    stand.api.takeWebhook(elsewhere)
    await eventually(() => expect(stand.api.webhook()?.url).toBe(`${stand.url}/webhooks/telegram`))
    await ready(stand)
    await stand.write('after')
    await eventually(() => expect(stand.texts()).toEqual(['before', 'after']))
    expect(stand.logged.filter((line) => words.test(line))).toHaveLength(1)
  })

  it('shows when Telegram cannot reach the service, until it can', async () => {
    const stand = await webhook()
    await stand.channel.start(stand.receive)
    await ready(stand)
    const last_error_message = 'Wrong response from the webhook: 502 Bad Gateway'
    const trouble = { last_error_date: 1_790_000_000, last_error_message, pending_update_count: 3 }
    stand.api.setTrouble(trouble)
    await eventually(() =>
      expect(stand.channel.state().detail).toMatch(/cannot hand 3 messages over.*502.*PUBLIC_URL/),
    )
    // Long ago, or nothing waits: it is over.
    stand.api.setTrouble({ ...trouble, last_error_date: 1_780_000_000 })
    await ready(stand)
    stand.api.setTrouble({ ...trouble, pending_update_count: 0 })
    await eventually(() => expect(stand.channel.state()).toEqual({ phase: 'ready' }))
  })

  it('answers 200 only when the message is committed; until then Telegram sends it again', async () => {
    const stand = await webhook()
    stand.failing.times = 3
    await stand.channel.start(stand.receive)
    for (const text of ['one', 'two']) await stand.write(text)
    await eventually(() => expect(stand.texts()).toEqual(['one', 'two']))
    await eventually(() => expect(stand.api.confirmed).toEqual([1, 2]))
    expect(stand.api.posts.map(({ id, status }) => [id, status])).toEqual([
      [1, 500],
      [1, 500],
      [1, 500],
      [1, 200],
      [2, 200],
    ])
  })

  it('shows that messages cannot be stored, until they can', async () => {
    const stand = await webhook()
    await stand.channel.start(stand.receive)
    await ready(stand)
    stand.failing.times = 1
    expect(await post(stand, update('x'))).toBe(500)
    expect(stand.channel.state()).toMatchObject({
      phase: 'lost',
      detail: expect.stringContaining('check the database'),
    })
    expect(await post(stand, update('x'))).toBe(200)
    expect(stand.channel.state()).toEqual({ phase: 'ready' })
  })

  it.each([
    ['a wrong secret', { 'x-telegram-bot-api-secret-token': 'wrong' }],
    ['an empty secret', { 'x-telegram-bot-api-secret-token': '' }],
    ['half the secret', { 'x-telegram-bot-api-secret-token': SECRET.slice(0, 8) }],
  ])('turns %s away', async (_what, headers) => {
    const stand = await webhook()
    await stand.channel.start(stand.receive)
    expect(await post(stand, update('let me in'), headers)).toBe(403)
    expect(stand.kept).toEqual([])
  })

  it('turns a caller without a secret away, and one with two', async () => {
    const stand = await webhook()
    await stand.channel.start(stand.receive)
    const [route] = stand.channel.routes
    const body = Buffer.from(JSON.stringify(update('let me in')))
    const name = 'x-telegram-bot-api-secret-token'
    expect(await route?.handle({ headers: {}, query: {}, body })).toEqual({ status: 403 })
    expect(await route?.handle({ headers: { [name]: [SECRET, SECRET] }, query: {}, body })).toEqual({
      status: 403,
    })
    expect(await route?.handle({ headers: { [name]: SECRET }, query: {}, body })).toEqual({ status: 200 })
    expect(stand.texts()).toEqual(['let me in'])
  })

  it.each([
    ['no JSON', 'not json at all', 'not JSON'],
    ['nothing', '', 'not JSON'],
    ['null', 'null', 'unknown'],
    ['a list', '[1,2]', 'unknown'],
    ['an empty update', '{"update_id":5}', 'unknown'],
    ['a message without a chat', '{"update_id":5,"message":{"text":"quietly"}}', 'message'],
    ['bytes that are no text', '\u0000\ufffd{', 'not JSON'],
  ])('drops %s without asking for it again, and says so', async (_what, body, type) => {
    const stand = await webhook()
    await stand.channel.start(stand.receive)
    expect(await post(stand, body)).toBe(200)
    expect(stand.kept).toEqual([])
    const told = stand.logged.filter((line) => line.includes('cannot be read'))
    expect(told).toHaveLength(1)
    expect(told[0]).toContain(`"type":"${type}"`)
    expect(told[0]).not.toContain('quietly')
  })

  it('cuts a huge text and takes no body over 1 MB', async () => {
    const stand = await webhook()
    await stand.channel.start(stand.receive)
    expect(await post(stand, update('x'.repeat(900_000)))).toBe(200)
    expect(stand.texts()).toEqual(['x'.repeat(4000)])
    expect(stand.channel.routes[0]?.bodyLimit).toBe(1_048_576)
  })

  it('takes nothing before the start and after the stop, so that Telegram keeps it', async () => {
    const stand = await webhook()
    expect(await post(stand, update('too early'))).toBe(503)
    await stand.channel.start(stand.receive)
    expect(await post(stand, update('in time'))).toBe(200)
    await stand.channel.stop()
    expect(await post(stand, update('too late'))).toBe(503)
    expect(stand.texts()).toEqual(['in time'])
  })

  it('answers a tap after it is stored', async () => {
    const stand = await webhook()
    stand.failing.times = 1
    await stand.channel.start(stand.receive)
    await stand.tap('q1:a')
    await eventually(() => expect(stand.api.callsOf('answerCallbackQuery')).toHaveLength(1))
    expect(stand.kept.map(({ content }) => content)).toEqual([{ kind: 'choice', token: 'q1:a' }])
  })

  it('shows a token that was refused on sending, until one is taken', async () => {
    const stand = await webhook()
    await stand.channel.start(stand.receive)
    await ready(stand)
    stand.api.fault('sendMessage', { status: 401, description: 'Unauthorized' })
    await expect(stand.channel.send('42', { text: 'x' })).rejects.toBeInstanceOf(SendError)
    expect(stand.channel.state()).toMatchObject({
      phase: 'lost',
      detail: expect.stringContaining('TELEGRAM_BOT_TOKEN'),
    })
    await stand.channel.send('42', { text: 'x' })
    expect(stand.channel.state()).toEqual({ phase: 'ready' })
  })
})

describe('settings that cannot work', () => {
  it.each<[string, Partial<TelegramOptions>, string]>([
    ['no secret', { webhookSecret: undefined }, 'TELEGRAM_WEBHOOK_SECRET must be set'],
    ['a secret Telegram refuses', { webhookSecret: 'with spaces' }, '1 to 256 letters'],
    ['no public address', { publicUrl: undefined }, 'PUBLIC_URL must be set'],
    ['an address that is none', { publicUrl: 'my computer' }, 'PUBLIC_URL must be set'],
    ['a Bot API that is none', { apiRoot: 'telegram' }, 'TELEGRAM_API_ROOT must be a URL'],
  ])('%s: it says which and how to mend it', async (_what, change, words) => {
    const stand = await webhook()
    expect(() => stand.make(change)).toThrow(words)
  })

  it('polling has no route', async () => {
    const stand = await webhook()
    expect(stand.make({ mode: 'polling' }).routes).toEqual([])
  })
})
