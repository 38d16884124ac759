// The whole service with a bot: what the browser chat can do, the same over Telegram.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Service } from '../src/service.ts'
import { importRoster } from '../src/usecases/import-roster.ts'
import { startBotApi } from './channels/telegram/bot-api.ts'
import { freshDatabase, type FreshDatabase } from './database.ts'
import { startOverTelegram } from './telegram-service.ts'
import { MENU } from './programme.ts'

const JOSEPH = 4_200_001

let fresh: FreshDatabase
let api: Awaited<ReturnType<typeof startBotApi>>
let service: Service
let directory: string

beforeEach(async () => {
  fresh = await freshDatabase()
  api = await startBotApi()
  directory = await mkdtemp(join(tmpdir(), 'preceptor-telegram-'))
  await importRoster(fresh.db, [
    {
      line: 2,
      cells: {
        name: 'Joseph Nshuti',
        role: 'mentee',
        cadre: 'nurse',
        language: 'en',
        telegram: String(JOSEPH),
      },
    },
    {
      line: 3,
      cells: {
        name: 'Amina Ingabire',
        role: 'district_based_mentor',
        language: 'en',
        invite_code: 'AMINA-7',
      },
    },
  ])
  service = await start()
})
afterEach(async () => {
  await service.stop()
  await api.close()
  await fresh.close()
  await rm(directory, { recursive: true, force: true })
})

const start = (): Promise<Service> => startOverTelegram({ url: fresh.url, directory, apiRoot: api.apiRoot })

interface Sent {
  readonly text: string
  readonly tokens: readonly string[]
  readonly labels: readonly string[]
}

/** What the bot has said to a chat so far. */
function saidTo(chat: number): Sent[] {
  return api.calls
    .filter(({ method, payload }) => method === 'sendMessage' && Number(payload['chat_id']) === chat)
    .map(({ payload }) => {
      const markup = payload['reply_markup'] as
        { inline_keyboard?: { text: string; callback_data: string }[][] } | undefined
      const buttons = (markup?.inline_keyboard ?? []).flat()
      return {
        text: String(payload['text']),
        tokens: buttons.map((button) => button.callback_data),
        labels: buttons.map((button) => button.text),
      }
    })
}

/** Waits for a message that holds these words and came after the first `seen`. */
async function heard(chat: number, words: string, seen = 0): Promise<Sent> {
  return expect
    .poll(
      () =>
        saidTo(chat)
          .slice(seen)
          .find(({ text }) => text.includes(words)),
      { timeout: 60_000 },
    )
    .toBeDefined()
    .then(() => {
      const found = saidTo(chat)
        .slice(seen)
        .find(({ text }) => text.includes(words))
      if (!found) throw new Error('it was there a moment ago')
      return found
    })
}

/** The button for a choice: its words, or the letter it has in the text when the words of one are too long. */
function tokenOf({ text, tokens, labels }: Sent, choice: string): string | undefined {
  const letter = text
    .split('\n')
    .find((line) => line.endsWith(`. ${choice}`))
    ?.split('.')[0]
  return tokens[labels.indexOf(letter ?? choice)]
}

async function write(chat: number, text: string): Promise<void> {
  const person = api.person(chat)
  await person.sendMessage(person.makeMessage(text))
}

async function tap(chat: number, token: string | undefined): Promise<void> {
  const person = api.person(chat)
  await person.sendCallback(person.makeCallbackQuery(token ?? ''))
}

it('takes joseph through joining and into a quiz by buttons, also over a restart', async () => {
  await write(JOSEPH, '/start')
  await tap(JOSEPH, (await heard(JOSEPH, 'Hello Joseph')).tokens[0])
  await tap(JOSEPH, (await heard(JOSEPH, 'Do you agree')).tokens[0])
  await tap(JOSEPH, tokenOf(await heard(JOSEPH, 'What would you like to do?'), MENU.newborn))
  const first = await heard(JOSEPH, 'Question 1 of 10')
  expect(first.tokens).toHaveLength(4)

  await service.stop()
  const before = saidTo(JOSEPH).length
  await tap(JOSEPH, first.tokens[0])
  service = await start()
  await heard(JOSEPH, 'Source:', before)
  const second = await heard(JOSEPH, 'Question 2 of 10', before)

  const now = saidTo(JOSEPH).length
  await tap(JOSEPH, first.tokens[1])
  expect((await heard(JOSEPH, 'belongs to an earlier question', now)).tokens).toEqual(second.tokens)
  const answers = await fresh.db.query('select ordinal from answer')
  expect(answers).toEqual([{ ordinal: 1 }])
})

it('lets somebody unknown ask for access and nothing else, and amina in with her code', async () => {
  const stranger = 4_200_999
  await write(stranger, 'quiz please')
  await tap(stranger, (await heard(stranger, 'Which language')).tokens[0])
  await heard(stranger, 'invite code')
  await write(stranger, 'AMINA-7')
  await heard(stranger, 'Amina Ingabire, this programme keeps your answers')

  const other = 4_200_998
  await write(other, '/start AMINA-7')
  await tap(other, (await heard(other, 'Which language')).tokens[1])
  // The code has been given to one person; it is hers until she has agreed, and then nobody's.
  await expect.poll(() => saidTo(other).length, { timeout: 60_000 }).toBeGreaterThan(1)
})

it('says nothing of anybody in a group, knows where it stands there, and follows it to a new id', async () => {
  const [old, now] = [-77, -1_001_234]
  const title = 'CHWs of Nyamata'
  const from = { id: JOSEPH, is_bot: false, first_name: 'Joseph' }
  const bot = { id: 7_000_000_001, is_bot: true, first_name: 'Preceptor' }
  const group = async (): Promise<unknown[]> =>
    fresh.db.query(
      `select external_id id, group_name "name", unreachable_at is null reachable from address where person_id is null`,
    )
  const stands = (status: string): void => {
    const new_chat_member = { user: bot, status }
    api.push({
      my_chat_member: { chat: { id: old, type: 'group', title }, from, date: 1_780_000_000, new_chat_member },
    })
  }
  await write(JOSEPH, '/start')
  await tap(JOSEPH, (await heard(JOSEPH, 'Hello Joseph')).tokens[0])
  await heard(JOSEPH, 'Do you agree')
  stands('member')
  await expect.poll(group, { timeout: 60_000 }).toEqual([{ id: String(old), name: title, reachable: true }])

  // What would be an answer in private is nobody's business here.
  for (const text of ['yes', '/menu', 'STOP'])
    api.push({
      message: { message_id: 5, date: 1_780_000_000, chat: { id: old, type: 'group', title }, from, text },
    })
  api.push({ poll_answer: { poll_id: 'unknown', user: from, option_ids: [1] } })
  stands('administrator')
  await expect.poll(() => api.confirmed.length, { timeout: 60_000 }).toBe(8)
  expect(saidTo(old)).toEqual([])
  expect(saidTo(JOSEPH).at(-1)?.text).toContain('Do you agree')
  expect(await fresh.db.query('select * from failed_message')).toEqual([])

  api.fault('sendMessage', {
    status: 400,
    description: 'Bad Request: group chat was upgraded to a supergroup chat',
    parameters: { migrate_to_chat_id: now },
  })
  await fresh.db.query(
    `insert into outbox (address_id, turn, channel, shard, lane, language, says, created_at, handed)
     select id, 1, 'telegram', id % 8, 0, 'en', '[{"say":"word","word":"help"}]', now(), false
     from address where person_id is null`,
  )
  await heard(now, 'You can send at any time')
  await expect.poll(group).toEqual([{ id: String(now), name: title, reachable: true }])
  expect(saidTo(now)).toHaveLength(1)
})
