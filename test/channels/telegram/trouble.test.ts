import { afterEach, describe, expect, it, vi } from 'vitest'
import type { TelegramOptions } from '../../../src/channels/telegram/telegram.ts'
import type { Fault } from './answers.ts'
import { setUp, type Stand } from './stand.ts'

const stands: Stand[] = []

async function polling(change: Partial<TelegramOptions> = {}): Promise<Stand> {
  const stand = await setUp('polling', change)
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

const FAULTS: [name: string, fault: Fault, words: RegExp][] = [
  ['401', { status: 401, description: 'Unauthorized' }, /TELEGRAM_BOT_TOKEN.*BotFather/],
  ['404', { status: 404, description: 'Not Found' }, /TELEGRAM_BOT_TOKEN and TELEGRAM_API_ROOT/],
  [
    '409',
    { status: 409, description: 'Conflict: terminated by other getUpdates request' },
    /Another program/,
  ],
  ['500', { status: 500, description: 'Internal Server Error' }, /trouble of its own \(500/],
  ['502', { status: 502, description: 'Bad Gateway' }, /trouble of its own \(502/],
  ['a reset', 'reset', /cannot be reached/],
  ['a dead socket', 'hang', /does not answer \(no answer within/],
  // node-fetch under telegraf does not notice this one: it would wait on, so our own timer ends it.
  ['half an answer', 'half', /does not answer|cannot be reached/],
  ['half an answer in chunks', 'half in chunks', /cannot be reached \(the answer broke off\)/],
  ['half an answer and then nothing', 'stall', /does not answer \(no answer within/],
  ['a log-in page', 'html', /is not Telegram's Bot API.*log-in page/],
  ['JSON of somebody else', 'null', /is not Telegram's Bot API/],
]

describe('a provider in trouble', { timeout: 90_000 }, () => {
  it.each(FAULTS)(
    '%s on a poll: it says what is wrong, keeps trying, and loses nothing',
    async (_name, fault, words) => {
      const stand = await polling({ timing: { grace: 250 } })
      stand.api.fault('getUpdates', fault, Infinity)
      await stand.channel.start(stand.receive)
      await stand.write('patience')
      await eventually(() => expect(stand.channel.state().detail).toMatch(words))
      expect(stand.channel.state().phase).toBe('lost')
      stand.api.mend()
      await eventually(() => expect(stand.texts()).toContain('patience'))
      await ready(stand)
    },
  )

  it.each(FAULTS)('%s at the start: it says what is wrong and keeps trying', async (_name, fault, words) => {
    const stand = await polling({ timing: { answer: 250 } })
    stand.api.fault('deleteWebhook', fault, Infinity)
    await stand.channel.start(stand.receive)
    await eventually(() => expect(stand.channel.state().detail).toMatch(words))
    expect(stand.api.callsOf('getUpdates')).toEqual([])
    stand.api.mend()
    await ready(stand)
  })

  it('429: it says for how long it waits, and goes on', async () => {
    const stand = await polling()
    const parameters = { retry_after: 1 }
    stand.api.fault('getUpdates', {
      status: 429,
      description: 'Too Many Requests: retry after 1',
      parameters,
    })
    await stand.channel.start(stand.receive)
    await stand.write('slowly')
    await eventually(() => expect(stand.channel.state().detail).toContain('slow down for 1 s'))
    await eventually(() => expect(stand.texts()).toEqual(['slowly']))
  })

  it('a poll that hangs in the middle of a quiet day is given up and asked anew', async () => {
    const stand = await polling({ timing: { longPoll: 1, grace: 250 } })
    await stand.channel.start(stand.receive)
    await ready(stand)
    stand.api.fault('getUpdates', 'hang')
    await eventually(() => expect(stand.channel.state().detail).toContain('does not answer'))
    await stand.write('anybody there?')
    await eventually(() => expect(stand.texts()).toEqual(['anybody there?']))
    await ready(stand)
  })

  it('the network goes away and comes back', async () => {
    const stand = await polling()
    await stand.channel.start(stand.receive)
    await ready(stand)
    stand.api.setDown(true)
    await eventually(() => expect(stand.channel.state().detail).toContain('cannot be reached'))
    await stand.write('written meanwhile')
    stand.api.setDown(false)
    await eventually(() => expect(stand.texts()).toEqual(['written meanwhile']))
    await ready(stand)
  })

  it('nobody listens at the address at all', async () => {
    const stand = await polling({ apiRoot: 'http://127.0.0.1:9' })
    await stand.channel.start(stand.receive)
    await eventually(() => expect(stand.channel.state().detail).toContain('ECONNREFUSED'))
  })

  it('a token Telegram does not know', async () => {
    const wrong = '7000000002:AAanother-token_that_nobody_may_ever_see'
    const stand = await polling({ token: wrong })
    await stand.channel.start(stand.receive)
    await eventually(() => expect(stand.channel.state().detail).toContain('Check TELEGRAM_BOT_TOKEN'))
    expect(stand.logged.join('\n')).not.toContain(wrong)
  })

  it('says the same trouble once in the log, not at each try', async () => {
    const stand = await polling()
    stand.api.fault('getUpdates', { status: 502, description: 'Bad Gateway' }, Infinity)
    await stand.channel.start(stand.receive)
    await eventually(() => expect(stand.api.callsOf('getUpdates').length).toBeGreaterThan(3))
    expect(stand.logged.filter((line) => line.includes('502'))).toHaveLength(1)
  })
})
