import { afterEach, describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import type { TelegramOptions } from '../../../src/channels/telegram/telegram.ts'
import { gate } from '../gate.ts'
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

const commandList = z.object({
  commands: z.array(z.object({ command: z.string(), description: z.string() })),
})

const share = (user_id: number) => ({
  message: {
    message_id: 1,
    date: 1_780_000_000,
    chat: { id: 42, type: 'private' },
    from: { id: 42 },
    contact: { phone_number: '250788123456', first_name: 'Joseph', user_id },
  },
})

describe('polling', { timeout: 90_000 }, () => {
  it('takes the webhook away first, keeps what waits, and asks for the kinds it reads', async () => {
    const stand = await polling()
    await stand.write('before the start')
    await stand.channel.start(stand.receive)
    await eventually(() => expect(stand.texts()).toEqual(['before the start']))
    expect(stand.api.calls[0]).toEqual({ method: 'deleteWebhook', payload: { drop_pending_updates: false } })
    expect(stand.api.callsOf('getUpdates')[0]).toMatchObject({
      allowed_updates: ['message', 'edited_message', 'callback_query', 'my_chat_member', 'poll_answer'],
      limit: 100,
    })
  })

  it('tells Telegram the commands in each language', async () => {
    const stand = await polling()
    await stand.channel.start(stand.receive)
    await eventually(() => expect(stand.api.callsOf('setMyCommands')).toHaveLength(5))
    const lists = stand.api.callsOf('setMyCommands')
    expect(lists.map((list) => list['language_code'])).toEqual([undefined, 'en', 'fr', 'sw', 'rw'])
    for (const list of lists) {
      const { commands } = commandList.parse(list)
      expect(commands.map(({ command }) => command)).toEqual(['menu', 'help', 'language', 'back', 'stop'])
      for (const { command, description } of commands) expect(description).not.toBe(command)
    }
  })

  it('goes on when the commands are not taken', async () => {
    const stand = await polling()
    stand.api.fault('setMyCommands', { status: 400, description: 'Bad Request: BOT_COMMAND_INVALID' })
    await stand.channel.start(stand.receive)
    await stand.write('still here')
    await eventually(() => expect(stand.texts()).toEqual(['still here']))
    await eventually(() =>
      expect(stand.logged.join('\n')).toMatch(/the menu of commands was not set.*INVALID/),
    )
  })

  it('loses nothing and keeps the order when messages cannot be stored', async () => {
    const stand = await polling()
    stand.failing.times = 4
    const written = ['one', 'two', 'three', 'four', 'five']
    for (const text of written) await stand.write(text)
    await stand.channel.start(stand.receive)
    await eventually(() => expect(stand.channel.state().detail).toContain('check the database'))
    await eventually(() => expect(stand.texts()).toEqual(written))
    expect(stand.failing.tried).toHaveLength(4)
    expect(stand.failing.tried.at(-1)).toEqual(stand.kept)
    await ready(stand)
  })

  it('confirms only what is committed', async () => {
    const stand = await polling()
    const commit = gate()
    let begun = false
    await stand.channel.start(async (messages) => {
      begun = true
      await commit.opened
      await stand.receive(messages)
    })
    await stand.write('slow')
    await eventually(() => expect(begun).toBe(true))
    const polls = stand.api.callsOf('getUpdates').length
    await stand.write('next')
    expect(stand.api.callsOf('getUpdates')).toHaveLength(polls)
    expect(stand.api.confirmed).toEqual([])
    commit.open()
    await eventually(() => expect(stand.texts()).toEqual(['slow', 'next']))
    await eventually(() => expect(stand.api.confirmed).toEqual([1, 2]))
  })

  it('hands the same updates over after a crash before the commit', async () => {
    const stand = await polling()
    const crashed: string[] = []
    await stand.channel.start(async (messages) => {
      crashed.push(...messages.map(({ messageId }) => messageId))
      throw new Error('the process dies here')
    })
    await stand.write('precious')
    await eventually(() => expect(crashed.length).toBeGreaterThan(0))
    await stand.channel.stop()
    const second = stand.make()
    await second.start(stand.receive)
    await eventually(() => expect(stand.texts()).toEqual(['precious']))
    expect(stand.kept[0]?.messageId).toBe(crashed[0])
    await second.stop()
  })

  it('forgets the offset once Telegram has answered it, since the numbers may start anew after a quiet week', async () => {
    const stand = await polling({ timing: { longPoll: 1 } })
    await stand.channel.start(stand.receive)
    await stand.write('hello')
    await eventually(() => {
      const offsets = stand.api.callsOf('getUpdates').map((call) => call['offset'])
      const first = offsets.indexOf(2)
      expect(first).toBeGreaterThan(-1)
      expect(offsets.length).toBeGreaterThan(first + 1)
      expect(offsets.at(-1)).toBeUndefined()
    })
    expect(stand.api.confirmed).toEqual([1])
  })

  it('confirms what it cannot read, says so once, and hands over its neighbours', async () => {
    const stand = await polling()
    stand.failing.times = 3
    await stand.write('before')
    await stand.channel.start(async (messages) => {
      if (messages.length > 0) await stand.receive(messages)
    })
    const strange = stand.api.push({ message: { text: 'no chat, no date' } })
    const edited = stand.api.push({ edited_message: { text: 'B' } })
    await stand.write('after')
    await eventually(() => expect(stand.texts()).toEqual(['before', 'after']))
    await eventually(() => expect(stand.api.confirmed).toHaveLength(4))
    const told = stand.logged.filter((line) => line.includes('cannot be read'))
    expect(told.map((line) => line.slice(line.indexOf('{')))).toEqual([
      `{"update":${strange.update_id},"type":"message"}`,
      `{"update":${edited.update_id},"type":"edited_message"}`,
    ])
    expect(stand.logged.join('\n')).not.toContain('no chat, no date')
  })

  it('passes over channels and inline taps quietly', async () => {
    const stand = await polling()
    await stand.channel.start(stand.receive)
    const chat = { id: -100_123, type: 'channel' }
    stand.api.push({
      message: { message_id: 1, date: 1, chat, sender_chat: { id: -100_123 }, text: 'hello all' },
    })
    stand.api.push({ callback_query: { id: 'c', from: { id: 42 }, inline_message_id: 'i', data: 'x' } })
    await stand.write('private')
    await eventually(() => expect(stand.api.confirmed).toEqual([1, 2, 3]))
    expect(stand.texts()).toEqual(['private'])
    expect(stand.logged.filter((line) => line.includes('cannot be read'))).toEqual([])
  })

  it('hands over the phone a person shares as their own, and not the one of somebody else', async () => {
    const stand = await polling()
    await stand.channel.start(stand.receive)
    stand.api.push(share(42))
    stand.api.push(share(43))
    await eventually(() =>
      expect(stand.kept.map(({ content }) => content)).toEqual([
        { kind: 'phone', phone: '+250788123456' },
        { kind: 'other', type: 'contact' },
      ]),
    )
    expect(stand.logged.join('\n')).not.toContain('788123456')
  })

  it('answers a tap only after it is stored, and does not mind when Telegram refuses that', async () => {
    const stand = await polling()
    stand.api.fault('answerCallbackQuery', { status: 400, description: 'Bad Request: query is too old' })
    stand.failing.times = 2
    const order: string[] = []
    await stand.channel.start(async (messages) => {
      order.push(
        `${messages.length} handed over, ${stand.api.callsOf('answerCallbackQuery').length} answered`,
      )
      await stand.receive(messages)
    })
    await stand.tap('q1:b')
    await eventually(() =>
      expect(stand.api.callsOf('answerCallbackQuery')).toEqual([{ callback_query_id: '1' }]),
    )
    expect(stand.kept.map(({ content }) => content)).toEqual([{ kind: 'choice', token: 'q1:b' }])
    expect(order).toEqual(Array.from({ length: 3 }, () => '1 handed over, 0 answered'))
    await stand.tap('q2:a')
    await eventually(() => expect(stand.api.callsOf('answerCallbackQuery')).toHaveLength(2))
    await ready(stand)
  })
})

describe('one poller at a time', { timeout: 90_000 }, () => {
  it('does not poll while it may not, and begins when it may', async () => {
    let mine = false
    const stand = await polling({ mayPoll: async () => mine })
    await stand.channel.start(stand.receive)
    await stand.write('waiting')
    await eventually(() => expect(stand.channel.state().detail).toContain('Another process of this service'))
    expect([stand.channel.state().phase, stand.api.calls]).toEqual(['ready', []])
    mine = true
    await eventually(() => expect(stand.texts()).toEqual(['waiting']))
    await ready(stand)
    mine = false
    await stand.write('the last of this poll')
    await eventually(() => expect(stand.channel.state().detail).toContain('Another process of this service'))
  })

  it('says so when nobody can tell whether it may, and goes on', async () => {
    let broken = true
    const stand = await polling({
      mayPoll: async () => {
        if (broken) throw new Error('database password wrong')
        return true
      },
    })
    await stand.channel.start(stand.receive)
    await eventually(() =>
      expect(stand.channel.state().detail).toContain('which process may take messages in'),
    )
    expect(stand.api.calls).toEqual([])
    broken = false
    await ready(stand)
    expect(stand.logged.join('\n')).not.toContain('password')
  })

  it('loses nothing when two processes poll against each other, and recovers when one ends', async () => {
    const stand = await polling()
    const other = stand.make()
    await stand.channel.start(stand.receive)
    await other.start(stand.receive)
    const conflicts = /Another program takes this bot's messages/
    await eventually(() =>
      expect(
        [stand.channel.state().detail, other.state().detail].some((detail) => conflicts.test(detail ?? '')),
      ).toBe(true),
    )
    for (const text of ['one', 'two', 'three']) await stand.write(text)
    await eventually(() => expect(new Set(stand.texts())).toEqual(new Set(['one', 'two', 'three'])))
    await other.stop()
    await ready(stand)
    await stand.write('four')
    await eventually(() => expect(stand.texts()).toContain('four'))
  })

  it('takes a webhook away that somebody has set meanwhile', async () => {
    const stand = await polling()
    await stand.channel.start(stand.receive)
    await ready(stand)
    const stranger = stand.make({ mode: 'webhook', webhookSecret: 'x', publicUrl: `${stand.url}/elsewhere` })
    await stranger.start(stand.receive)
    await eventually(() => expect(stand.api.callsOf('setWebhook')).toHaveLength(1))
    await stranger.stop()
    await stand.write('mine')
    await eventually(() => expect(stand.texts()).toEqual(['mine']))
    expect(stand.api.webhook()).toBeUndefined()
  })
})

describe('stopping', { timeout: 90_000 }, () => {
  it('gives up a long poll at once and lets Telegram keep what comes', async () => {
    const stand = await polling()
    await stand.channel.start(stand.receive)
    await eventually(() => expect(stand.api.callsOf('getUpdates').at(-1)).toMatchObject({ timeout: 25 }))
    await stand.channel.stop()
    expect(stand.channel.state()).toEqual({ phase: 'off' })
    await stand.write('for the next start')
    await stand.channel.start(stand.receive)
    await eventually(() => expect(stand.texts()).toEqual(['for the next start']))
  })

  it('ends a wait between two tries', async () => {
    const stand = await polling({ timing: { firstRetry: 3_600_000, lastRetry: 3_600_000 } })
    stand.api.fault('deleteWebhook', { status: 502, description: 'Bad Gateway' })
    await stand.channel.start(stand.receive)
    await eventually(() => expect(stand.channel.state().phase).toBe('lost'))
    await stand.channel.stop()
    expect(stand.channel.state()).toEqual({ phase: 'off' })
  })

  it('a second start without a stop is a bug', async () => {
    const stand = await polling()
    await stand.channel.start(stand.receive)
    await expect(stand.channel.start(stand.receive)).rejects.toThrow('started before')
  })
})
