import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readUpdate, updateIdOf } from '../../../src/channels/telegram/inbound.ts'
import type { Content } from '../../../src/words/message.ts'

const NOW = 1_790_000_000_000
const BOT = { id: 7, username: undefined }
const joseph = { id: 42, is_bot: false, first_name: 'Joseph' }
const chat = { id: 42, type: 'private', first_name: 'Joseph' }
const group = { id: -100_123, type: 'supergroup', title: 'CHWs of Rwamagana' }

const messageUpdate = (fields: object) => ({
  update_id: 7,
  message: { message_id: 1, date: 1_780_000_000, chat, from: joseph, ...fields },
})

function contentOf(fields: object): Content | undefined {
  const inbound = readUpdate(messageUpdate(fields), NOW, BOT)
  return inbound.kind === 'message' ? inbound.message.content : undefined
}

const contact = (fields: object) => contentOf({ contact: { phone_number: '+250788123456', ...fields } })

const tap = (fields: object) => ({ update_id: 8, callback_query: { id: 'cb1', from: joseph, ...fields } })

function unreadable(updateId: number | undefined, type: string) {
  return { kind: 'unreadable', updateId, type }
}

describe('a private message', () => {
  it('becomes a message with the number of its update, its sender and its time', () => {
    expect(readUpdate(messageUpdate({ text: 'Muraho' }), NOW, BOT)).toEqual({
      kind: 'message',
      updateId: 7,
      message: {
        channel: 'telegram',
        messageId: '7',
        sender: '42',
        ref: '1',
        at: 1_780_000_000_000,
        content: { kind: 'text', text: 'Muraho' },
      },
    })
  })

  it.each([
    ['/start', 'START'],
    ['/start AB12cd', 'START AB12cd'],
    ['/menu', 'MENU'],
    ['/menu@PreceptorBot', 'MENU'],
    ['/start@PreceptorBot AB12', 'START AB12'],
    [' /help ', 'HELP'],
    ['/Language', 'LANGUAGE'],
    ['/', '/'],
    ['/ menu', '/ menu'],
    ['/120 over 80', '120 over 80'],
    ['/120/80', '/120/80'],
    ['120/80', '120/80'],
    ['see /menu', 'see /menu'],
    ['👍🏽', '👍🏽'],
    ['مرحبا بكم', 'مرحبا بكم'],
    ['\u202eabc', '\u202eabc'],
    ['a\u0000b', 'ab'],
    ['lone \ud83d half', 'lone \ufffd half'],
    ['  B  ', 'B'],
  ])('text %j is read as %j', (text, read) => {
    expect(contentOf({ text })).toEqual({ kind: 'text', text: read })
  })

  it('is cut when it is huge', () => {
    expect(contentOf({ text: 'x'.repeat(100_000) })).toEqual({ kind: 'text', text: 'x'.repeat(4000) })
  })

  it.each(['', '   ', '\u0000'])('text %j has nothing to read', (text) => {
    expect(contentOf({ text })).toEqual({ kind: 'other', type: 'text' })
  })

  it.each([
    ['sticker', { sticker: { file_id: 'x' } }],
    ['photo', { photo: [], caption: 'nothing to see' }],
    ['video', { video: { file_id: 'x' }, caption: 'how we do it' }],
    ['animation', { document: { file_id: 'x' }, animation: { file_id: 'x' } }],
    ['location', { location: { latitude: 91, longitude: 0 } }],
    ['document', { document: { file_id: 12 } }],
    ['unknown', { something_of_next_year: {} }],
  ])('%s is something else', (type, fields) => {
    expect(contentOf(fields)).toEqual({ kind: 'other', type })
  })
})

describe('a picture, a sound, a document, a place', () => {
  const media = (fields: object) => ({ kind: 'media', caption: '', ...fields })

  it.each([
    [
      'the largest size of a picture, with its caption',
      {
        photo: [
          { file_id: 's', width: 90 },
          { file_id: 'l', width: 1280 },
        ],
        caption: ' Is it clean? ',
      },
      media({ media: 'image', ref: 'l', mime: 'image/jpeg', caption: 'Is it clean?' }),
    ],
    [
      'a voice note',
      { voice: { file_id: 'v', duration: 3, mime_type: 'audio/ogg' } },
      media({ media: 'audio', ref: 'v', mime: 'audio/ogg' }),
    ],
    [
      'a document',
      { document: { file_id: 'd', file_name: 'plan.pdf', mime_type: 'application/pdf' } },
      media({ media: 'document', ref: 'd', mime: 'application/pdf' }),
    ],
    [
      'a picture sent as a file',
      { document: { file_id: 'd', mime_type: 'image/png' } },
      media({ media: 'image', ref: 'd', mime: 'image/png' }),
    ],
    [
      'a document of a kind that is none',
      { document: { file_id: 'd', mime_type: 'text/html; <script>' } },
      media({ media: 'document', ref: 'd', mime: 'application/octet-stream' }),
    ],
    [
      'a place, and a venue at it',
      { location: { latitude: -1.94, longitude: 30.06 }, venue: { title: 'Health post' } },
      { kind: 'place', latitude: -1.94, longitude: 30.06 },
    ],
  ])('%s', (_what, fields, content) => {
    expect(contentOf(fields)).toEqual(content)
  })
})

describe('a reply', () => {
  const reply = (from: object) => messageUpdate({ text: 'Yes', reply_to_message: { message_id: 55, from } })

  it('to a message of the bot points at it', () => {
    expect(readUpdate(reply({ id: BOT.id, is_bot: true }), NOW, BOT)).toMatchObject({
      message: { replyTo: '55' },
    })
  })

  it('to anybody else points at nothing', () => {
    const inbound = readUpdate(reply({ id: 43 }), NOW, BOT)
    expect(inbound.kind === 'message' && 'replyTo' in inbound.message).toBe(false)
  })
})

describe('a shared contact', () => {
  it.each([
    ['+250788123456', '+250788123456'],
    ['250788123456', '+250788123456'],
    ['254712345678', '+254712345678'],
    [' +250 788 123 456 ', '+250788123456'],
  ])('of the sender is their phone: %j', (phone_number, phone) => {
    expect(contact({ phone_number, user_id: 42 })).toEqual({ kind: 'phone', phone })
  })

  it('of another person is not', () => {
    expect(contact({ user_id: 43 })).toEqual({ kind: 'other', type: 'contact' })
  })

  it('of somebody who is not on Telegram is not', () => {
    expect(contact({})).toEqual({ kind: 'other', type: 'contact' })
  })

  it('of nobody, from nobody, is not', () => {
    expect(contentOf({ from: undefined, contact: { phone_number: '+250788123456' } })).toEqual({
      kind: 'other',
      type: 'contact',
    })
  })

  it('with a number that cannot be one is not', () => {
    expect(contact({ phone_number: '12', user_id: 42 })).toEqual({ kind: 'other', type: 'contact' })
  })
})

describe('a tap', () => {
  it('becomes a choice, timed by our own clock', () => {
    expect(readUpdate(tap({ message: { message_id: 1, date: 1, chat }, data: 'q1:b' }), NOW, BOT)).toEqual({
      kind: 'message',
      updateId: 8,
      message: {
        channel: 'telegram',
        messageId: '8',
        sender: '42',
        replyTo: '1',
        at: NOW,
        content: { kind: 'choice', token: 'q1:b' },
      },
      callbackId: 'cb1',
    })
  })

  it('on a message Telegram no longer shows the bot counts too', () => {
    const inaccessible = { chat, message_id: 1, date: 0 }
    expect(readUpdate(tap({ message: inaccessible, data: 'q1:b' }), NOW, BOT).kind).toBe('message')
  })

  it.each([
    [
      'under a post of a channel',
      { message: { chat: { id: -9, type: 'channel' } }, data: 'q1:b' },
      'ignored',
    ],
    ['through inline mode', { inline_message_id: 'i', data: 'q1:b' }, 'ignored'],
    ['on a game', { message: { chat }, game_short_name: 'g' }, 'unreadable'],
    ['with more than a button can carry', { message: { chat }, data: 'x'.repeat(65) }, 'unreadable'],
  ])('%s is left out', (_what, fields, kind) => {
    expect(readUpdate(tap(fields), NOW, BOT).kind).toBe(kind)
  })
})

describe('what is not for us', () => {
  it.each([
    [
      'a post in a channel that comes as a message',
      messageUpdate({ chat: { id: -9, type: 'channel' }, text: 'hello all' }),
      { kind: 'ignored', updateId: 7 },
    ],
    [
      'a standing without a chat',
      { update_id: 9, my_chat_member: { chat } },
      unreadable(9, 'my_chat_member'),
    ],
    [
      'a vote of nobody',
      { update_id: 9, poll_answer: { poll_id: 'P', option_ids: [0], voter_chat: group } },
      { kind: 'ignored', updateId: 9 },
    ],
    ['a vote for no poll', { update_id: 9, poll_answer: { user: joseph } }, unreadable(9, 'poll_answer')],
    [
      'an edited message',
      { update_id: 9, edited_message: { chat, text: 'B' } },
      unreadable(9, 'edited_message'),
    ],
    ['a kind of next year', { update_id: 9, hologram: {} }, unreadable(9, 'unknown')],
    ['a message without a chat', { update_id: 9, message: { date: 1, text: 'x' } }, unreadable(9, 'message')],
    ['a text that is no text', messageUpdate({ text: { $gt: '' } }), unreadable(7, 'message')],
    ['a date that is none', messageUpdate({ date: 'now', text: 'x' }), unreadable(7, 'message')],
    ['a date beyond all calendars', messageUpdate({ date: 9e12, text: 'x' }), unreadable(7, 'message')],
    [
      'a chat id no number can hold',
      messageUpdate({ chat: { id: 1e20, type: 'private' } }),
      unreadable(7, 'message'),
    ],
    ['no number', { message: { chat, date: 1, text: 'x' } }, unreadable(undefined, 'message')],
    ['a number that is none', { update_id: '9', message: {} }, unreadable(undefined, 'message')],
    ['null', null, unreadable(undefined, 'unknown')],
    ['a string', 'update', unreadable(undefined, 'unknown')],
    ['a list', [], unreadable(undefined, 'unknown')],
  ])('%s is named and left out', (_what, update, expected) => {
    expect(readUpdate(update, NOW, BOT)).toEqual(expected)
  })
})

it('never throws, and keeps the number whatever else is wrong', () => {
  const field = fc.constantFrom('message', 'callback_query', 'my_chat_member', 'poll_answer', 'other')
  fc.assert(
    fc.property(fc.nat(), field, fc.anything(), (update_id, name, value) => {
      const update = { update_id, [name]: value }
      expect(readUpdate(update, NOW, BOT).updateId).toBe(update_id)
      expect(updateIdOf(update)).toBe(update_id)
    }),
  )
  fc.assert(fc.property(fc.anything(), (anything) => void readUpdate(anything, NOW, BOT)))
})

it('reads any text a person can write as text the service can keep', () => {
  const anyUnit = fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit))
  fc.assert(
    fc.property(fc.string({ unit: anyUnit, maxLength: 200 }), (text) => {
      const content = contentOf({ text })
      const kept = content?.kind === 'text' ? content.text : ''
      expect(content).toEqual(kept === '' ? { kind: 'other', type: 'text' } : { kind: 'text', text: kept })
      expect(kept.isWellFormed()).toBe(true)
      expect(kept).not.toContain('\u0000')
    }),
  )
})
