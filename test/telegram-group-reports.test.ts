// A month of reports of nine CHWs over the Bot API: the whole service, its own clocks, all of them at once in the chat, with
// side talk, stickers, answers to the wrong message and a second telephone, and the service stops in the middle of it.
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

const GROUP = -1_001_234_568
const [AMOS, EMILE, SECOND_PHONE] = [6_000, 6_100, 6_200]
const NINE = Array.from({ length: 9 }, (_, index) => 6_001 + index)
const [FIRST = 0, ...OTHERS] = NINE

let fresh: FreshDatabase
let api: Awaited<ReturnType<typeof startBotApi>>
let service: Service
let directory: string

beforeAll(async () => {
  fresh = await freshDatabase()
  api = await startBotApi()
  directory = await mkdtemp(join(tmpdir(), 'preceptor-telegram-reports-'))
  const common = { language: 'en', district: 'Bugesera', facility: 'Nyamata HC', level: 'health_centre' }
  const group = { facility: 'CHWs of Nyamata', level: 'village_chw_group', mentor: 'amos' }
  const rows: Record<string, string>[] = [
    { ...common, name: 'Amos', role: 'community_mentor', invite_code: 'amos', telegram: String(AMOS) },
    { ...common, name: 'Emile', role: 'facility_manager', invite_code: 'emile', telegram: String(EMILE) },
    ...NINE.map((id) => ({
      ...common,
      ...group,
      role: 'mentee',
      cadre: 'chw',
      name: `CHW ${id}`,
      telegram: String(id),
    })),
  ]
  await importRoster(
    fresh.db,
    rows.map((cells, index) => ({ line: index + 2, cells })),
  )
  await fresh.db.query('update person set joined_at = now()')
  await fresh.db.query(
    `insert into address (channel, external_id, person_id) select 'telegram', $1, person_id from address where external_id = $2`,
    [String(SECOND_PHONE), String(FIRST)],
  )
  service = await start()
}, 60_000)
afterAll(async () => {
  await service.stop()
  await api.close()
  await fresh.close()
  await rm(directory, { recursive: true, force: true })
})

const start = (): Promise<Service> =>
  startOverTelegram({ url: fresh.url, directory, apiRoot: api.apiRoot, neverQuiet: true })

const bot = { id: 7_000_000_001, is_bot: true, first_name: 'Preceptor' }
const group = { id: GROUP, type: 'supergroup', title: 'CHWs of Nyamata' }
const user = (id: number): object => ({ id, is_bot: false, first_name: `Person ${id}` })
const date = (): number => Math.floor(Date.now() / 1000)
let messages = 100

/** Somebody writes in private, or with `card` in the chat in answer to it. */
function write(from: number, more: object, card?: ShownMessage | null): void {
  const chat = card === undefined ? { id: from, type: 'private', first_name: 'P' } : group
  const reply = card && {
    reply_to_message: { message_id: card.id, date: date(), chat: group, from: bot, text: card.text },
  }
  api.push({ message: { message_id: messages++, date: date(), chat, from: user(from), ...more, ...reply } })
}

async function shown(chat: number, words: string): Promise<ShownMessage> {
  const find = (): ShownMessage | undefined => api.shown(chat).findLast(({ text }) => text.includes(words))
  await expect.poll(find, { timeout: 60_000 }).toBeDefined()
  return find() as ShownMessage
}

/** Taps a button under a message in private. */
function tap(from: number, { id, buttons, text }: ShownMessage, label: string): void {
  const data = buttons.find((button) => button.label.startsWith(label))?.token
  const chat = { id: from, type: 'private', first_name: 'P' }
  const message = { message_id: id, date: date(), chat, from: bot, text }
  api.push({
    callback_query: { id: `tap-${from}-${id}`, from: user(from), chat_instance: '1', data, message },
  })
}

it('is asked for, written by nine at once, read back, confirmed, counted once and handed on when it is due', async () => {
  api.push({
    my_chat_member: {
      chat: group,
      from: user(AMOS),
      date: date(),
      old_chat_member: { user: bot, status: 'left' },
      new_chat_member: { user: bot, status: 'member' },
    },
  })
  write(AMOS, { text: '/group' }, null)
  await shown(AMOS, 'Which group of your roster')
  write(AMOS, { text: '1' })
  await shown(AMOS, '0 of 9 CHWs')
  write(AMOS, { text: '/report' }, null)
  await shown(AMOS, 'What does CHWs of Nyamata report?')
  write(AMOS, { text: 'Sick children' })
  const card = await shown(GROUP, 'Report “Sick children”')

  // All at once, in no order: the lines, and what goes on around them.
  const wrong = await shown(GROUP, 'CHWs have said who they are')
  for (const [index, id] of NINE.entries()) {
    write(id, { text: ['Good morning all', 'how is the road?', 'menu'][index % 3] }, null)
    if (index % 4 === 0)
      write(
        id,
        {
          sticker: {
            file_id: 's',
            file_unique_id: 's',
            type: 'regular',
            width: 1,
            height: 1,
            is_animated: false,
            is_video: false,
          },
        },
        card,
      )
    // Two of them answer another card of the bot: only one report can be meant.
    write(
      id,
      { text: `fever ${index + 1} rdt ${index + 1}, pos 1, no deaths` },
      index % 5 === 3 ? wrong : card,
    )
  }
  write(SECOND_PHONE, { text: 'referred 2' }, card)
  write(OTHERS[0] ?? 0, { text: 'thank you' }, card)
  write(6_999, { text: 'fever 9' }, card)
  const reports = (where: string): Promise<unknown[]> =>
    fresh.db.query(
      `select count(*)::int n, sum((coalesce(items, draft)->>'fever')::int)::int fever from chw_report where ${where}`,
    )
  await expect.poll(() => reports('true'), { timeout: 60_000 }).toEqual([{ n: 9, fever: 45 }])

  // The service stops while half have confirmed: what they wrote is not lost, and counts once.
  const readBack = new Map<number, ShownMessage>()
  for (const id of NINE) readBack.set(id, await shown(id, 'Is this right?'))
  const confirm = (id: number): void => tap(id, readBack.get(id) as ShownMessage, 'Right, all else is 0')
  for (const id of OTHERS.slice(0, 4)) confirm(id)
  await expect.poll(() => reports('items is not null'), { timeout: 60_000 }).toMatchObject([{ n: 4 }])
  await service.stop()
  for (const id of OTHERS.slice(4)) confirm(id)
  service = await start()
  await expect.poll(() => reports('items is not null'), { timeout: 60_000 }).toMatchObject([{ n: 8 }])
  const all = await shown(GROUP, '8 of 9 CHWs have reported; 1 still to confirm')
  expect(all.id).toBe(card.id)
  expect(all.text).toContain('fever: 44')

  // A month later it is due: the same rows, as if they were of the month before.
  await fresh.db.query(`update chw_report set period = period - interval '2 months'`)
  await fresh.db.query(
    `update report_period set period = period - interval '2 months', done_until = done_until - interval '2 months'`,
  )
  await fresh.db.query(
    `update follow_up set due_at = now() where kind = 'report_clock' and state = 'waiting'`,
  )
  const handed = await shown(EMILE, '8 of 9 CHWs have reported (88 %)')
  expect(handed.text).toContain('fever: 44')
  expect(handed.text).not.toContain('CHW 6001')
  expect((await shown(AMOS, 'not yet reported')).text).toContain(`CHW ${FIRST}.`)
  // The group saw its cards, one of another month at most, the question to a stranger and nothing else.
  expect(api.shown(GROUP).length).toBeLessThanOrEqual(4)
}, 180_000)
