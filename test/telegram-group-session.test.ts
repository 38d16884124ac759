// The whole service with a bot in a group of CHWs: a session is opened from the chat, nine tap the card and vote in Telegram's
// own quiz polls, and the service stops in the middle of it.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Service } from '../src/service.ts'
import { importRoster } from '../src/usecases/import-roster.ts'
import { startBotApi } from './channels/telegram/bot-api.ts'
import type { ShownMessage } from './channels/telegram/chats.ts'
import { freshDatabase, type FreshDatabase } from './database.ts'
import { startOverTelegram } from './telegram-service.ts'

const GROUP = -1_001_234_567
const AMOS = 5_000
const NINE = Array.from({ length: 9 }, (_, index) => 5_001 + index)

let fresh: FreshDatabase
let api: Awaited<ReturnType<typeof startBotApi>>
let service: Service
let directory: string

beforeAll(async () => {
  fresh = await freshDatabase()
  api = await startBotApi()
  directory = await mkdtemp(join(tmpdir(), 'preceptor-telegram-group-'))
  const common = { language: 'en', district: 'Bugesera' }
  const chw = {
    role: 'mentee',
    cadre: 'chw',
    facility: 'CHWs of Nyamata',
    level: 'village_chw_group',
    mentor: 'amos',
  }
  const rows: Record<string, string>[] = [
    {
      ...common,
      name: 'Amos',
      role: 'community_mentor',
      facility: 'Nyamata HC',
      level: 'health_centre',
      invite_code: 'amos',
      telegram: String(AMOS),
    },
    ...NINE.map((id) => ({ ...common, ...chw, name: `CHW ${id}`, telegram: String(id) })),
  ]
  await importRoster(
    fresh.db,
    rows.map((cells, index) => ({ line: index + 2, cells })),
  )
  await fresh.db.query('update person set joined_at = now()')
  service = await start()
}, 60_000)
afterAll(async () => {
  await service.stop()
  await api.close()
  await fresh.close()
  await rm(directory, { recursive: true, force: true })
})

const start = (): Promise<Service> => startOverTelegram({ url: fresh.url, directory, apiRoot: api.apiRoot })

const group = { id: GROUP, type: 'supergroup', title: 'CHWs of Nyamata' }
const user = (id: number): object => ({ id, is_bot: false, first_name: `Person ${id}` })
let messages = 100
const date = (): number => Math.floor(Date.now() / 1000)

function write(
  from: number,
  text: string,
  chat: object = { id: from, type: 'private', first_name: 'P' },
): void {
  api.push({ message: { message_id: messages++, date: date(), chat, from: user(from), text } })
}

/** The first message of a chat, as it stands there now, that holds these words. */
async function shown(chat: number, words: string): Promise<ShownMessage> {
  const find = (): ShownMessage | undefined => api.shown(chat).findLast(({ text }) => text.includes(words))
  await expect.poll(find, { timeout: 60_000 }).toBeDefined()
  return find() as ShownMessage
}

const poll = async (count: number): Promise<NonNullable<ShownMessage['poll']>> => {
  const polls = (): ShownMessage['poll'][] => api.shown(GROUP).flatMap((one) => (one.poll ? [one.poll] : []))
  await expect.poll(() => polls().length, { timeout: 60_000 }).toBe(count)
  return polls().at(-1) as NonNullable<ShownMessage['poll']>
}

const vote = (from: number, poll_id: string, option: number): void =>
  void api.push({
    poll_answer: { poll_id, user: user(from), option_ids: [option], option_persistent_ids: ['x'] },
  })

const kept = async (): Promise<number> =>
  ((await fresh.db.query('select count(*)::int n from group_answer')) as { n: number }[])[0]?.n ?? 0

it('is opened from the chat, attended by tap, answered by quiz poll, and goes on after a restart', async () => {
  const bot = { id: 7_000_000_001, is_bot: true, first_name: 'Preceptor' }
  api.push({
    my_chat_member: {
      chat: group,
      from: user(AMOS),
      date: date(),
      old_chat_member: { user: bot, status: 'left' },
      new_chat_member: { user: bot, status: 'member' },
    },
  })
  write(AMOS, '/group', group)
  await shown(AMOS, 'Which group of your roster')
  write(AMOS, '1')
  await shown(AMOS, '0 of 9 CHWs')
  write(AMOS, '/session', group)
  await shown(AMOS, 'What is the session of CHWs of Nyamata about?')
  write(AMOS, '1')
  await shown(AMOS, 'Do you meet in one place')
  write(AMOS, '1')
  await shown(AMOS, 'supervisor with you')
  write(AMOS, '2')
  await shown(AMOS, 'who is validated in it with you')
  write(AMOS, '1')
  await shown(AMOS, '0 of 9 are here')

  const card = await shown(GROUP, '0 of 9 CHWs are here')
  const here = card.buttons[0]?.token
  for (const id of NINE.slice(0, 5))
    api.push({
      callback_query: {
        id: `tap-${id}`,
        from: user(id),
        chat_instance: '1',
        data: here,
        message: { message_id: card.id, date: date(), chat: group, from: bot, text: card.text },
      },
    })
  await expect
    .poll(async () => await fresh.db.query('select count(*)::int n from group_attendance'), {
      timeout: 60_000,
    })
    .toEqual([{ n: 5 }])

  write(AMOS, '1')
  const first = await poll(1)
  expect(first.options.length).toBeGreaterThanOrEqual(2)
  for (const id of NINE) {
    write(id, 'What do you think?', group)
    vote(id, first.id, first.correct)
  }
  await expect.poll(kept, { timeout: 60_000 }).toBe(9)

  // What is voted while the service is away is kept when it is back, once.
  await service.stop()
  write(AMOS, '1')
  service = await start()
  const second = await poll(2)
  for (const id of NINE.slice(0, 4)) vote(id, second.id, second.correct === 0 ? 1 : 0)
  api.again()
  await expect.poll(kept, { timeout: 60_000 }).toBe(13)

  write(AMOS, '5')
  const feedback = await shown(GROUP, '9 of you have answered, and 69 % of the answers were right')
  expect(feedback.text).toContain('To practise')
  await shown(NINE[0] ?? 0, '1 of 2 right')
  await shown(NINE[8] ?? 0, '1 of 1 right')
  // One card, two polls, the totals: the group is left in peace.
  expect(api.shown(GROUP).filter(({ text }) => text.includes('CHWs are here'))).toHaveLength(1)

  // Closed, its polls take no more votes.
  write(AMOS, '6')
  await shown(AMOS, 'What have you agreed on')
  write(AMOS, 'Nothing')
  await shown(AMOS, 'When do you meet again')
  write(AMOS, 'Not yet fixed')
  await shown(GROUP, 'is over. Thank you.')
  await expect
    .poll(() => api.shown(GROUP).flatMap((one) => (one.poll ? [one.poll.over] : [])), { timeout: 60_000 })
    .toEqual([true, true])
}, 180_000)
