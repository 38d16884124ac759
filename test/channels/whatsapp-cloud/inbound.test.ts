// Payloads as Meta's reference of webhooks shows them, and what nobody promises.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { COME_BACK, readPost } from '../../../src/channels/whatsapp-cloud/inbound.ts'
import { envelope, PHONE_NUMBER_ID } from './graph.ts'

const FROM = '250788123456'

const read = (value: object, number = PHONE_NUMBER_ID) =>
  readPost(JSON.parse(envelope(value, number)), PHONE_NUMBER_ID)

const message = (fields: object): object => ({
  from: FROM,
  id: 'wamid.A',
  timestamp: '1764000000',
  ...fields,
})

const contentOf = (fields: object) => read({ messages: [message(fields)] }).messages[0]?.content

describe('a message', () => {
  it('is read with its sender, number, time and what it answers', () => {
    const quoted = {
      type: 'text',
      text: { body: '  Muraho\u0000 👋 ' },
      context: { from: '1', id: 'wamid.OURS' },
    }
    expect(read({ messages: [message(quoted)] })).toEqual({
      messages: [
        {
          channel: 'whatsapp-cloud',
          messageId: 'wamid.A',
          sender: FROM,
          phone: '+250788123456',
          replyTo: 'wamid.OURS',
          at: 1_764_000_000_000,
          content: { kind: 'text', text: 'Muraho 👋' },
        },
      ],
      reports: [],
      unreadable: [],
      foreign: false,
    })
  })

  it.each([
    [
      'a button',
      {
        type: 'interactive',
        interactive: { type: 'button_reply', button_reply: { id: '7.0', title: 'Yes' } },
      },
      { kind: 'choice', token: '7.0' },
    ],
    [
      'a row',
      {
        type: 'interactive',
        interactive: { type: 'list_reply', list_reply: { id: '7.3', title: 'D', description: 'x' } },
      },
      { kind: 'choice', token: '7.3' },
    ],
    [
      'a template’s button',
      { type: 'button', button: { payload: COME_BACK, text: 'Continue' } },
      { kind: 'opened' },
    ],
    [
      'another template’s button',
      { type: 'button', button: { payload: '3.1', text: 'Yes' } },
      { kind: 'choice', token: '3.1' },
    ],
    [
      'a picture',
      { type: 'image', image: { id: '99', mime_type: 'image/jpeg', sha256: 'x', caption: 'the chart' } },
      { kind: 'media', media: 'image', ref: '99', mime: 'image/jpeg', caption: 'the chart' },
    ],
    [
      'a voice note',
      { type: 'audio', audio: { id: '98', mime_type: 'audio/ogg; codecs=opus', voice: true } },
      { kind: 'media', media: 'audio', ref: '98', mime: 'audio/ogg; codecs=opus', caption: '' },
    ],
    [
      'a document',
      { type: 'document', document: { id: '97', mime_type: 'application/pdf', filename: 'x.pdf' } },
      { kind: 'media', media: 'document', ref: '97', mime: 'application/pdf', caption: '' },
    ],
    [
      'a place',
      { type: 'location', location: { latitude: -1.95, longitude: 30.06, name: 'Kigali' } },
      { kind: 'place', latitude: -1.95, longitude: 30.06 },
    ],
    [
      'a place nowhere',
      { type: 'location', location: { latitude: 200, longitude: 0 } },
      { kind: 'other', type: 'location' },
    ],
    ['a sticker', { type: 'sticker', sticker: { id: '1' } }, { kind: 'other', type: 'sticker' }],
    [
      'a type WhatsApp does not pass on',
      { type: 'unsupported', errors: [{ code: 131051 }] },
      { kind: 'other', type: 'unsupported' },
    ],
    [
      'a type nobody knows',
      { type: 'hologram', hologram: { secret: 'x' } },
      { kind: 'other', type: 'unknown' },
    ],
    ['a first hello', { type: 'request_welcome' }, { kind: 'opened' }],
    ['a text of nothing', { type: 'text', text: { body: ' \n' } }, { kind: 'other', type: 'text' }],
    ['a text of another shape', { type: 'text', text: 'x' }, { kind: 'other', type: 'text' }],
  ])('that is %s', (_what, fields, content) => {
    expect(contentOf(fields)).toEqual(content)
  })

  it('of somebody who goes by a username comes from their id, without a number', () => {
    const [one] = read({
      messages: [
        {
          from_user_id: 'RW.13491208655302741918',
          id: 'wamid.B',
          timestamp: '1764000000',
          type: 'text',
          text: { body: 'hi' },
        },
      ],
    }).messages
    expect(one?.sender).toBe('RW.13491208655302741918')
    expect(one?.phone).toBeUndefined()
  })

  it.each([
    ['a thumb under a message', { type: 'reaction', reaction: { message_id: 'wamid.OURS', emoji: '👍' } }],
    ['a number that has changed', { type: 'system', system: { type: 'user_changed_number' } }],
    ['a group', { type: 'text', text: { body: 'hi' }, group_id: 'G1' }],
  ])('that is %s is nothing said to the service', (_what, fields) => {
    expect(read({ messages: [message(fields)] })).toEqual({
      messages: [],
      reports: [],
      unreadable: [],
      foreign: false,
    })
  })

  it('for another number of the account, or of another field, is left to whom it concerns', () => {
    const text = message({ type: 'text', text: { body: 'hi' } })
    expect(read({ messages: [text] }, '999')).toMatchObject({ messages: [], foreign: true })
    const post = JSON.parse(
      envelope({ messages: [text] }).replace('"messages"', '"account_update"'),
    ) as unknown
    expect(readPost(post, PHONE_NUMBER_ID)).toEqual({
      messages: [],
      reports: [],
      unreadable: [],
      foreign: false,
    })
  })
})

it('puts what a post holds into the order it was sent in, and reads it around what is broken', () => {
  const at = (seconds: number, id: string): object =>
    message({ id, timestamp: String(seconds), type: 'text', text: { body: id } })
  const found = read({
    messages: [at(30, 'c'), { type: 'text' }, at(10, 'a'), at(20, 'b')],
    errors: [{ code: 130429 }],
  })
  expect(found.messages.map(({ messageId }) => messageId)).toEqual(['a', 'b', 'c'])
  expect(found.unreadable).toEqual(['text', 'error 130429'])
})

describe('what became of ours', () => {
  const status = (fields: object) =>
    read({ statuses: [{ id: 'wamid.OURS', timestamp: '1764000000', recipient_id: FROM, ...fields }] }).reports

  it.each(['sent', 'delivered', 'read'] as const)('%s', (state) => {
    expect(status({ status: state })).toEqual([{ ref: 'wamid.OURS', state, at: 1_764_000_000_000 }])
  })

  it.each([
    [131026, 'blocked'],
    [131047, 'closed'],
    [131049, 'closed'],
    [131056, 'limited'],
    [131000, 'unavailable'],
    [131053, 'refused'],
  ])('failed with %i, which is %s', (code, reason) => {
    const [report] = status({
      status: 'failed',
      errors: [{ code, title: 'x', error_data: { details: FROM } }],
    })
    expect(report?.fault?.reason).toBe(reason)
    expect(report?.fault?.detail).toMatch(new RegExp(`^${code} `))
    expect(report?.fault?.detail).not.toContain(FROM)
  })

  it('failed without a reason is tried again', () => {
    expect(status({ status: 'failed' })[0]?.fault?.reason).toBe('unavailable')
  })

  it('of a kind to come is left out', () => {
    expect(status({ status: 'pondered' })).toEqual([])
  })
})

it('never throws, whatever is posted', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => {
      const found = read({ messages: [one, message({ type: 'text', text: one }), other], statuses: [other] })
      expect(found.messages.length).toBeLessThanOrEqual(3)
      readPost(one, PHONE_NUMBER_ID)
    }),
  )
})
