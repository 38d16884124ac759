// Groups, polls, files, edits and replies: Telegram's own payloads in, requests as documented out.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { readUpdate } from '../../../src/channels/telegram/inbound.ts'
import type { FileId } from '../../../src/words/ids.ts'
import type { Attachment } from '../../../src/words/message.ts'
import { setUp, type Stand } from './stand.ts'

const BOT = { id: 7_000_000_001, username: 'preceptor_bot' }
const NOW = 1_790_000_000_000
const chat = { id: -1_001_234, type: 'supergroup', title: 'CHWs of Nyamata' }
const old = { id: -77, type: 'group', title: 'CHWs of Nyamata' }
const joseph = { id: 42, is_bot: false, first_name: 'Joseph' }
const amina = { id: 43, is_bot: false, first_name: 'Amina' }
const bot = { id: BOT.id, is_bot: true, first_name: 'Preceptor', username: BOT.username }

function read(update: object) {
  const inbound = readUpdate({ update_id: 7, ...update }, NOW, BOT)
  return inbound.kind === 'message' ? inbound.message : inbound.kind
}
const message = (fields: object) => ({
  message: { message_id: 9, date: 1_780_000_000, chat, from: joseph, ...fields },
})

describe('a message in a group', () => {
  it('says who wrote it and where, and how it can be answered', () => {
    expect(read(message({ text: 'fever 4 rdt 4' }))).toEqual({
      channel: 'telegram',
      messageId: '7',
      sender: '42',
      group: '-1001234',
      ref: '9',
      at: 1_780_000_000_000,
      content: { kind: 'text', text: 'fever 4 rdt 4' },
    })
  })

  it('points at the message of ours that it answers', () => {
    const reply_to_message = { message_id: 5, date: 1, chat, from: bot, text: 'Your report' }
    expect(read(message({ text: 'fever 4', reply_to_message }))).toMatchObject({ replyTo: '5' })
  })

  it.each([
    ['/group', 'GROUP'],
    ['/group@preceptor_bot', 'GROUP'],
    ['/group@Preceptor_Bot Nyamata', 'GROUP Nyamata'],
  ])('the command %s is for us', (text, words) => {
    expect(read(message({ text }))).toMatchObject({ content: { kind: 'text', text: words } })
  })

  it('a command to another bot is not', () => {
    expect(read(message({ text: '/start@weather_bot' }))).toBe('ignored')
    const unknown = readUpdate({ update_id: 7, ...message({ text: '/start@weather_bot' }) }, NOW, {
      ...BOT,
      username: undefined,
    })
    expect(unknown.kind).toBe('message')
  })

  it('of an administrator who stays unnamed is of nobody we know', () => {
    const anonymous = { id: 1_087_968_824, is_bot: true, first_name: 'Group' }
    expect(read(message({ from: anonymous, sender_chat: chat, text: 'x' }))).toMatchObject({
      sender: '-1001234',
    })
  })

  it('an answer to a message of ours that is put right is heard again, and nothing else that is edited', () => {
    const reply_to_message = { message_id: 5, date: 1, chat, from: bot }
    const edited = (fields: object): unknown => {
      const { message: edited_message } = message(fields)
      return read({ edited_message })
    }
    expect(edited({ text: 'fever 5', reply_to_message })).toMatchObject({
      group: '-1001234',
      replyTo: '5',
      content: { kind: 'text', text: 'fever 5' },
    })
    expect(edited({ text: 'fever 5' })).toBe('ignored')
    expect(edited({ sticker: { file_id: 'x', file_unique_id: 'x' }, reply_to_message })).toBe('ignored')
    expect(edited({ text: 'fever 5', reply_to_message, chat: { id: 43, type: 'private' } })).toBe('ignored')
  })

  it('a tap says who tapped, and on which message', () => {
    const callback_query = { id: 'cb', from: amina, message: { message_id: 5, date: 1, chat }, data: 'here' }
    expect(read({ callback_query })).toMatchObject({
      sender: '43',
      group: '-1001234',
      replyTo: '5',
      content: { kind: 'choice', token: 'here' },
    })
  })
})

describe('what happens to a group', () => {
  it.each([
    ['a name', { new_chat_title: 'iCCM Nyamata' }, { kind: 'renamed', name: 'iCCM Nyamata' }],
    [
      'people who come',
      { new_chat_members: [amina, bot], new_chat_member: amina },
      { kind: 'members', joined: ['43'], left: [] },
    ],
    ['somebody who leaves', { left_chat_member: amina }, { kind: 'members', joined: [], left: ['43'] }],
  ])('%s', (_what, fields, content) => {
    expect(read(message(fields))).toMatchObject({ group: '-1001234', content })
  })

  it('becoming a supergroup is the same, told by the old chat or by the new one', () => {
    const content = { kind: 'moved', to: '-1001234' }
    expect(read(message({ chat: old, migrate_to_chat_id: chat.id }))).toMatchObject({ group: '-77', content })
    expect(read(message({ migrate_from_chat_id: old.id }))).toMatchObject({ group: '-77', content })
  })

  it('the bot’s own coming and going is told by my_chat_member alone', () => {
    expect(read(message({ new_chat_members: [bot] }))).toBe('ignored')
    expect(read(message({ left_chat_member: bot }))).toBe('ignored')
  })

  const member = (new_chat_member: object, where: object = chat) => ({
    my_chat_member: {
      chat: where,
      from: amina,
      date: 1_780_000_000,
      old_chat_member: { user: bot, status: 'left' },
      new_chat_member: { user: bot, ...new_chat_member },
    },
  })

  it.each([
    [{ status: 'member' }, 'member'],
    [{ status: 'administrator', can_manage_chat: true }, 'admin'],
    [{ status: 'restricted', is_member: true, can_send_messages: true }, 'member'],
    [{ status: 'restricted', is_member: true, can_send_messages: false }, 'silenced'],
    [{ status: 'restricted', is_member: false, can_send_messages: true }, 'out'],
    [{ status: 'left' }, 'out'],
    [{ status: 'kicked', until_date: 0 }, 'out'],
  ])('%j is a standing', (status, standing) => {
    expect(read(member(status))).toMatchObject({
      sender: '43',
      group: '-1001234',
      content: { kind: 'standing', standing, name: 'CHWs of Nyamata' },
    })
  })

  it('a standing in a group without a name says none, and so takes none away', () => {
    const nameless = read(member({ status: 'member' }, { id: -5, type: 'group' }))
    expect(nameless).toMatchObject({ group: '-5', content: { kind: 'standing', standing: 'member' } })
    expect(JSON.stringify(nameless)).not.toContain('name')
  })

  it('being blocked is a standing in a private chat, and in a channel it is nobody’s', () => {
    const blocked = read(
      member({ status: 'kicked', until_date: 0 }, { id: 42, type: 'private', first_name: 'J' }),
    )
    expect(blocked).toMatchObject({ sender: '42', content: { kind: 'standing', standing: 'out' } })
    expect(blocked).not.toHaveProperty('group')
    expect(read(member({ status: 'administrator' }, { id: -5, type: 'channel' }))).toBe('ignored')
  })

  it('a vote says who, in which poll and what; taken back it is nothing', () => {
    const poll_answer = { poll_id: 'P5001', user: joseph, option_ids: [2], option_persistent_ids: ['x'] }
    expect(read({ poll_answer })).toEqual({
      channel: 'telegram',
      messageId: '7',
      sender: '42',
      at: NOW,
      content: { kind: 'vote', poll: 'P5001', options: [2] },
    })
    expect(read({ poll_answer: { ...poll_answer, option_ids: [] } })).toMatchObject({
      content: { kind: 'vote', options: [] },
    })
  })
})

describe('sending', { timeout: 90_000 }, () => {
  let stand: Stand
  beforeEach(async () => {
    stand = await setUp('polling')
  })
  afterEach(() => stand.close())

  const picture: Attachment = {
    file: 1 as FileId,
    kind: 'image',
    name: 'progress "1".png',
    mime: 'image/png',
  }
  const bytes = Buffer.from('not really a picture, but bytes all the same')

  it('says each part of a long bubble under its own number', async () => {
    const text = Array.from({ length: 3 }, (_, n) => `${n}`.repeat(4000)).join('\n\n')
    expect(stand.channel.parts?.({ text })).toBe(3)
    const receipt = await stand.channel.send('42', { text }, 1)
    expect(stand.api.shown(42).map((shown) => [shown.id, shown.text[0]])).toEqual([
      [Number(receipt?.ref), '1'],
    ])
  })

  it('sends a quiz poll that shows who voted, to a group', async () => {
    const poll = {
      question: 'What comes first?',
      options: ['Dry', 'Call'],
      correct: 1,
      explanation: 'a\nb\nc\nd',
    }
    const receipt = await stand.channel.send('-1001234', { text: '', poll })
    const [shown] = stand.api.shown(-1_001_234)
    expect(receipt).toEqual({ ref: String(shown?.id), poll: shown?.poll?.id })
    expect(shown?.poll).toMatchObject({ ...poll, explanation: 'a b c d' })
    expect(stand.api.callsOf('sendPoll')[0]).toMatchObject({ type: 'quiz', is_anonymous: false })
  })

  it('ends its own poll, and says so where it is over or gone', async () => {
    const poll = { question: 'What comes first?', options: ['Dry', 'Call'], correct: 1, explanation: '' }
    const { ref = '' } = (await stand.channel.send('-1001234', { text: '', poll })) ?? {}
    const over = { text: '', notice: 'question:1:0', over: true, edits: ref }
    expect(await stand.channel.send('-1001234', over)).toEqual({ ref })
    expect(stand.api.shown(-1_001_234).at(-1)?.poll).toMatchObject({
      question: 'What comes first?',
      over: true,
    })
    for (const gone of [ref, '1'])
      await expect(stand.channel.send('-1001234', { ...over, edits: gone })).rejects.toMatchObject({
        reason: 'refused',
      })
  })

  it('sends a picture with its words and buttons under it', async () => {
    stand.files.set(picture.file, bytes)
    const choices = [{ token: 'y', label: 'Yes' }]
    await stand.channel.send('42', { text: 'Your progress', attachment: picture, choices, replyTo: '9' })
    const file = { kind: 'image', name: 'progress _1_.png', bytes: new Uint8Array(bytes) }
    expect(stand.api.shown(42)).toMatchObject([{ text: 'Your progress', buttons: choices, file, replyTo: 9 }])
  })

  it('sends a document, and a picture that Telegram cannot show as one', async () => {
    stand.files.set(picture.file, bytes)
    stand.api.fault('sendPhoto', { status: 400, description: 'Bad Request: PHOTO_INVALID_DIMENSIONS' })
    await stand.channel.send('42', { text: 'tall', attachment: picture })
    await stand.channel.send('42', {
      text: 'plan',
      attachment: { ...picture, kind: 'document', name: 'plan.pdf', mime: 'application/pdf' },
    })
    expect(stand.api.shown(42).map(({ text, file }) => [text, file?.kind])).toEqual([
      ['tall', 'document'],
      ['plan', 'document'],
    ])
  })

  it('sends words alone whose picture is no longer kept, and tries again when it cannot be read now', async () => {
    await stand.channel.send('42', { text: 'Your progress', attachment: picture })
    expect(stand.api.shown(42)).toMatchObject([{ text: 'Your progress' }])
    const away = stand.make({ readFile: () => Promise.reject(new Error('the database quotes 250788123456')) })
    await expect(away.send('42', { text: 'x', attachment: picture })).rejects.toMatchObject({
      reason: 'unavailable',
      detail: 'Error',
    })
  })

  it('edits its own message; the same words again are accepted, and one that is gone is refused', async () => {
    const choices = [{ token: 'here', label: 'I am here' }]
    const { ref } = (await stand.channel.send('-1001234', { text: 'Who is here? 0', choices })) ?? { ref: '' }
    for (const text of ['Who is here? 1', 'Who is here? 1'])
      expect(await stand.channel.send('-1001234', { text, choices, edits: ref })).toEqual({ ref })
    expect(stand.api.shown(-1_001_234)).toMatchObject([{ text: 'Who is here? 1', buttons: choices }])
    await expect(stand.channel.send('-1001234', { text: 'x', edits: '1' })).rejects.toMatchObject({
      reason: 'refused',
    })
    await expect(
      stand.channel.send('-1001234', { text: 'x'.repeat(5000), edits: ref }),
    ).rejects.toMatchObject({
      reason: 'refused',
    })
  })

  it('answers a given message, also one that is gone by then', async () => {
    await stand.channel.send('-1001234', { text: 'Understood', replyTo: '9' })
    expect(stand.api.callsOf('sendMessage')[0]).toMatchObject({
      reply_parameters: { message_id: 9, allow_sending_without_reply: true },
    })
  })

  it('asks nobody in a group for their number', async () => {
    await stand.channel.send('-1001234', { text: 'Who are you?', sharePhone: 'Share my number' })
    expect(stand.api.callsOf('sendMessage')[0]).not.toHaveProperty('reply_markup')
  })

  it('says where a group has moved to', async () => {
    stand.api.fault('sendMessage', {
      status: 400,
      description: 'Bad Request: group chat was upgraded to a supergroup chat',
      parameters: { migrate_to_chat_id: -1_001_234 },
    })
    await expect(stand.channel.send('-77', { text: 'x' })).rejects.toMatchObject({
      reason: 'moved',
      movedTo: '-1001234',
    })
  })

  it('fetches what somebody has sent; what is gone, too large or no path is refused', async () => {
    stand.api.keepFile('abc', bytes)
    expect(Buffer.from((await stand.channel.fetch?.('abc')) ?? [])).toEqual(bytes)
    await expect(stand.channel.fetch?.('gone')).rejects.toMatchObject({ reason: 'refused' })
    stand.api.keepFile('huge', new Uint8Array(20_000_001))
    await expect(stand.channel.fetch?.('huge')).rejects.toMatchObject({ reason: 'refused' })
    stand.api.keepFile('../up', bytes)
    await expect(stand.channel.fetch?.('../up')).rejects.toMatchObject({ reason: 'unavailable' })
    stand.api.fault('getFile', 'reset')
    await expect(stand.channel.fetch?.('abc')).rejects.toMatchObject({ reason: 'unavailable' })
  })

  it('knows its own name once it has asked for it', async () => {
    await stand.channel.start(stand.receive)
    await vi.waitFor(() => expect(stand.api.callsOf('getMe')).toHaveLength(1), { timeout: 60_000 })
    await stand.writeIn(chat.id, '/group@weather_bot')
    await stand.writeIn(chat.id, 'hello all')
    await vi.waitFor(() => expect(stand.texts()).toEqual(['hello all']), { timeout: 60_000 })
    expect(stand.kept[0]).toMatchObject({ sender: '42', group: String(chat.id) })
  })
})
