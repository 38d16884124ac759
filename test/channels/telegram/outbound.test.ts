import { inspect } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { SendError } from '../../../src/channels/channel.ts'
import type { Bubble } from '../../../src/words/message.ts'
import type { Fault } from './answers.ts'
import { TOKEN } from './bot-api.ts'
import { setUp, type Stand } from './stand.ts'

const SAID = 'a text nobody else may read'
let stand: Stand

beforeEach(async () => {
  stand = await setUp('polling')
})
afterEach(async () => {
  await stand.close()
})

async function failure(
  bubble: Bubble = { text: SAID },
  to = '42',
  channel = stand.channel,
): Promise<unknown> {
  return channel.send(to, bubble).then(
    () => expect.unreachable('it was sent'),
    (error: unknown) => error,
  )
}

describe('sending a bubble', () => {
  it('sends plain text without link previews', async () => {
    await stand.channel.send('42', { text: 'See <b>https://example.org</b> *now*' })
    expect(stand.api.calls).toEqual([
      {
        method: 'sendMessage',
        payload: {
          chat_id: 42,
          text: 'See <b>https://example.org</b> *now*',
          link_preview_options: { is_disabled: true },
        },
      },
    ])
  })

  it('puts the choices on an inline keyboard', async () => {
    const choices = [
      { token: 'y', label: 'Yes' },
      { token: 'n', label: 'No' },
    ]
    await stand.channel.send('42', { text: 'Go on?', choices })
    expect(stand.api.callsOf('sendMessage')[0]).toMatchObject({
      text: 'Go on?',
      reply_markup: {
        inline_keyboard: [
          [
            { text: 'Yes', callback_data: 'y' },
            { text: 'No', callback_data: 'n' },
          ],
        ],
      },
    })
  })

  it('offers a button that shares the phone, under the last part', async () => {
    await stand.channel.send('42', { text: 'Who are you?', sharePhone: 'Share my number' })
    await stand.channel.send('42', {
      text: `${'x'.repeat(4090)}\n\nWho are you?`,
      sharePhone: 'Share my number',
    })
    const reply_markup = {
      keyboard: [[{ text: 'Share my number', request_contact: true }]],
      one_time_keyboard: true,
      resize_keyboard: true,
    }
    const markups = stand.api.callsOf('sendMessage').map((call) => call['reply_markup'])
    expect(markups).toEqual([reply_markup, undefined, reply_markup])
  })

  it('lets that button give way to choices, since Telegram takes one kind of keyboard', async () => {
    const choices = [{ token: 'y', label: 'Yes' }]
    await stand.channel.send('42', { text: 'Go on?', choices, sharePhone: 'Share my number' })
    expect(stand.api.callsOf('sendMessage')[0]?.['reply_markup']).toEqual({
      inline_keyboard: [[{ text: 'Yes', callback_data: 'y' }]],
    })
  })

  it('sends the parts of a long text in order, and stops at the first that is not accepted', async () => {
    const text = Array.from({ length: 3 }, (_, n) => `${n}`.repeat(4000)).join('\n\n')
    await stand.channel.send('42', { text })
    expect(stand.api.callsOf('sendMessage').map((call) => String(call['text'])[0])).toEqual(['0', '1', '2'])
    stand.api.calls.length = 0
    stand.api.fault('sendMessage', { status: 502, description: 'Bad Gateway' })
    expect(await failure({ text })).toBeInstanceOf(SendError)
    expect(stand.api.calls).toHaveLength(1)
  })

  it('takes a token of 64 bytes, and calls a longer one the bug it is', async () => {
    await stand.channel.send('42', { text: 'x', choices: [{ token: 'é'.repeat(32), label: 'Yes' }] })
    const error = await failure({ text: 'x', choices: [{ token: 'é'.repeat(32) + 'x', label: 'Yes' }] })
    expect(error).not.toBeInstanceOf(SendError)
    expect(String(error)).toContain('65 bytes')
    expect(stand.api.calls).toHaveLength(1)
  })

  it('calls an address that is no chat the bug it is, without repeating it', async () => {
    const error = await failure({ text: SAID }, '+250788123456@c.us')
    expect(error).not.toBeInstanceOf(SendError)
    expect(String(error)).not.toContain('788123456')
    expect(stand.api.calls).toEqual([])
  })
})

describe('a send that fails', () => {
  const slow = { retry_after: 17 }
  it.each<[string, Fault, SendError['reason'], number | undefined]>([
    ['429', { status: 429, description: 'Too Many Requests', parameters: slow }, 'limited', 17_000],
    ['429 without a time', { status: 429, description: 'Too Many Requests' }, 'limited', undefined],
    ['blocked', { status: 403, description: 'Forbidden: bot was blocked by the user' }, 'blocked', undefined],
    ['gone', { status: 403, description: 'Forbidden: user is deactivated' }, 'blocked', undefined],
    [
      'removed',
      { status: 403, description: 'Forbidden: bot was kicked from the group chat' },
      'blocked',
      undefined,
    ],
    [
      'silenced',
      { status: 400, description: 'Bad Request: not enough rights to send text messages to the chat' },
      'blocked',
      undefined,
    ],
    ['unknown chat', { status: 400, description: 'Bad Request: chat not found' }, 'blocked', undefined],
    [
      'deactivated by 400',
      { status: 400, description: 'Bad Request: user is deactivated' },
      'blocked',
      undefined,
    ],
    ['bad message', { status: 400, description: 'Bad Request: message is too long' }, 'refused', undefined],
    ['too large', { status: 413, description: 'Request Entity Too Large' }, 'refused', undefined],
    ['bad token', { status: 401, description: 'Unauthorized' }, 'paused', undefined],
    ['no such bot', { status: 404, description: 'Not Found' }, 'paused', undefined],
    ['conflict', { status: 409, description: 'Conflict' }, 'unavailable', undefined],
    ['500', { status: 500, description: 'Internal Server Error' }, 'unavailable', undefined],
    ['502', { status: 502, description: 'Bad Gateway' }, 'unavailable', undefined],
    ['a reset', 'reset', 'unavailable', undefined],
    ['no answer', 'hang', 'unavailable', undefined],
    ['half an answer', 'half', 'unavailable', undefined],
    ['half an answer in chunks', 'half in chunks', 'unavailable', undefined],
    ['half an answer and then nothing', 'stall', 'unavailable', undefined],
    ['a log-in page', 'html', 'unavailable', undefined],
    ['null', 'null', 'unavailable', undefined],
  ])('%s becomes what delivery can decide by', async (_name, fault, reason, retryAfter) => {
    const silent = fault === 'hang' || fault === 'half' || fault === 'stall'
    const channel = silent ? stand.make({ timing: { answer: 250 } }) : stand.channel
    stand.api.fault('sendMessage', fault)
    const error = await failure({ text: SAID }, '42', channel)
    expect(error).toBeInstanceOf(SendError)
    expect(error).toMatchObject({ reason, retryAfter })
    const everything = inspect(error, { depth: null, showHidden: true })
    expect(everything).not.toContain(SAID)
    expect(everything).not.toContain(TOKEN)
    expect(everything).not.toContain(TOKEN.slice(12))
    expect(everything).not.toContain(stand.api.apiRoot)
  })

  it('tries once only: delivery decides when again', async () => {
    stand.api.fault('sendMessage', { status: 502, description: 'Bad Gateway' })
    await failure()
    expect(stand.api.calls).toHaveLength(1)
    await stand.channel.send('42', { text: 'again' })
    expect(stand.api.shown(42)).toMatchObject([{ text: 'again', buttons: [] }])
  })

  it('passes on no token and no long number, should Telegram ever repeat one', async () => {
    const description = `Bad Request: ${TOKEN} may not write to 250788123456 ${'x'.repeat(500)}`
    stand.api.fault('sendMessage', { status: 400, description })
    const error = await failure()
    expect(error).toMatchObject({ reason: 'refused' })
    const detail = error instanceof SendError ? error.detail : ''
    expect(detail).toContain('[secret] may not write to [number]')
    expect(detail.length).toBeLessThanOrEqual(210)
  })

  it('nobody listens', async () => {
    const lost = stand.make({ apiRoot: 'http://127.0.0.1:9' })
    await expect(lost.send('42', { text: SAID })).rejects.toMatchObject({
      reason: 'unavailable',
      detail: 'ECONNREFUSED',
    })
  })
})
