// The page for administrators: who may see it, what it shows, and that it keeps itself up to date in a real browser.
import { join } from 'node:path'
import { env } from 'node:process'
import type { FastifyInstance } from 'fastify'
import { pino } from 'pino'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { serveAdmin } from '../../src/http/admin.ts'
import { makeServer } from '../../src/http/server.ts'
import { reportChannels } from '../../src/store/channel-reports.ts'
import { ANYBODY, makeSeals } from '../../src/store/seals.ts'
import { noteLine, noteTrouble } from '../../src/store/whatsapp-lines.ts'
import type { PersonId } from '../../src/words/ids.ts'
import { openBrowser } from '../browser.ts'
import { freshDatabase, type FreshDatabase } from '../database.ts'

const SOON = { timeout: 60_000 }
const seals = makeSeals('k'.repeat(32))
const linkFor = (time: number): string => seals.seal('admin-link', ANYBODY, Date.now() + time)

let fresh: FreshDatabase
let app: FastifyInstance
let url: string

beforeAll(async () => {
  fresh = await freshDatabase()
  app = await makeServer(pino({ level: 'silent' }), 'loopback')
  const clock = { now: () => Date.now() }
  await serveAdmin(app, {
    database: fresh.db,
    seals,
    clock,
    timezone: 'Africa/Kigali',
    whatsappWeb: true,
    content: { served: 'all', reviewed: ['small-babies'], drafts: ['pre-eclampsia'] },
  })
  url = await app.listen({ host: '127.0.0.1', port: 0 })
})
afterAll(async () => {
  await app.close()
  await fresh.close()
})
beforeEach(() => noteMain({}))

/** How the number in use is, as the process that holds it would note it. */
async function noteMain(state: Partial<Parameters<typeof noteLine>[2]>): Promise<void> {
  const empty = { linkedAt: undefined, heardUntil: undefined, sentOn: '', sent: 0, qr: undefined }
  await noteLine(
    fresh.db,
    'main',
    { ...empty, phase: 'unpaired', detail: 'Pair a telephone.', ...state },
    Date.now(),
  )
}

/** A turn that Telegram has refused for good. */
const giveUp = (): Promise<unknown> =>
  fresh.db.query(
    `with someone as (insert into person (name) values ('Chantal') returning id
     ), place as (
       insert into address (channel, external_id, person_id, unreachable_at)
       select 'telegram', 'chat-' || id, id, now() from someone returning id
     )
     insert into outbox (address_id, turn, channel, shard, lane, language, says, created_at, handed, attempts, failed_at, failure)
     select id, 1, 'telegram', 0, 0, 'en', '[]', now(), true, 9, now(), 'Forbidden: bot was blocked' from place`,
  )

async function tokenFor(link: string): Promise<{ status: number; token: string }> {
  const answer = await app.inject({ method: 'POST', url: '/admin/session', payload: { link } })
  return { status: answer.statusCode, token: String(answer.json<{ token?: string }>().token) }
}

const look = (token: string, path = 'state'): Promise<{ statusCode: number; body: string }> =>
  app.inject({
    method: path === 'state' ? 'GET' : 'POST',
    url: `/admin/channels/${path}`,
    headers: { authorization: `Bearer ${token}` },
    ...(path === 'pair' && { payload: { line: 'main' } }),
    ...(path === 'retry' && { payload: { channel: 'telegram' } }),
  })

it('shows nothing without a link that is good', async () => {
  const person = 1 as PersonId
  const bad = ['', 'x', linkFor(-1), seals.seal('link', person, Date.now() + 1000), `${linkFor(1000)}x`]
  for (const link of bad) expect((await tokenFor(link)).status).toBe(401)
  const others = [
    '',
    linkFor(1000),
    seals.seal('talk', person, Date.now() + 1000),
    seals.seal('admin', person, 9e15),
  ]
  for (const token of others) {
    expect((await look(token)).statusCode).toBe(401)
    expect((await look(token, 'pair')).statusCode).toBe(401)
    expect((await look(token, 'retry')).statusCode).toBe(401)
  }
  const asked = await fresh.db.query('select from whatsapp_line where pairing_until is not null')
  expect(asked).toEqual([])
})

it('says how channels and numbers are, and lets a number be paired', async () => {
  const { token } = await tokenFor(linkFor(1000))
  await noteTrouble(fresh.db, 'main', 'logout', Date.now())
  const state = JSON.parse((await look(token)).body) as object
  expect(state).toMatchObject({
    lines: [
      { name: 'main', phase: 'unpaired', qr: null, trouble: { words: expect.stringContaining('unlinked') } },
    ],
  })
  expect((await look(token, 'pair')).statusCode).toBe(202)
  const asked = await fresh.db.query('select pairing_until > now() asked from whatsapp_line')
  expect(asked).toEqual([{ asked: true }])
  expect(await fresh.db.query('select deed, actor from audit')).toEqual([
    { deed: 'whatsapp.pair', actor: 'administrator' },
  ])
  await noteMain({ phase: 'ready', linkedAt: Date.now() })
  expect((await look(token, 'pair')).statusCode).toBe(404)
})

it('lists what was given up with the reason, and sends it again', async () => {
  const { token } = await tokenFor(linkFor(1000))
  expect((await look(token, 'retry')).statusCode).toBe(404)
  await giveUp()
  const state = JSON.parse((await look(token)).body) as object
  expect(state).toMatchObject({
    failed: [
      { channel: 'telegram', name: 'Chantal', reason: 'Forbidden: bot was blocked', unreachable: true },
    ],
  })
  expect((await look(token, 'retry')).statusCode).toBe(202)
  expect(await fresh.db.query('select attempts, failure from outbox')).toEqual([
    { attempts: 0, failure: null },
  ])
  expect(await fresh.db.query(`select subject from audit where deed = 'outbox.retry'`)).toEqual([
    { subject: 'turns:telegram' },
  ])
  await fresh.db.query('delete from outbox')
})

it('says when no process holds the numbers', async () => {
  await fresh.db.query(`update whatsapp_line set at = now() - interval '1 hour', qr = 'old'`)
  const { token } = await tokenFor(linkFor(1000))
  const state = JSON.parse((await look(token)).body) as object
  expect(state).toMatchObject({ lines: [{ phase: 'silent', qr: null }] })
})

it('keeps itself up to date, draws the code, and hides the link', async (context) => {
  const browser = await openBrowser(context)
  await reportChannels(
    fresh.db,
    [
      {
        channel: 'telegram',
        phase: 'lost',
        detail: 'Telegram cannot be reached.',
        error: { words: 'away', at: 1 },
      },
      { channel: 'web', phase: 'ready', detail: undefined, error: undefined },
    ],
    Date.now(),
  )
  const page = await browser.newPage({ viewport: { width: 390, height: 844 }, locale: 'en' })
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('console', (message) => {
    // The icon is the whole service's to give, which is not here.
    const isIcon = message.location().url.endsWith('/favicon.ico')
    if (['error', 'warning'].includes(message.type()) && !isIcon) complaints.push(message.text())
  })
  await page.goto(`${url}/admin/channels#link=${linkFor(60_000)}`)
  await page.getByRole('button', { name: 'Pair a telephone' }).click(SOON)
  expect(page.url()).toBe(`${url}/admin/channels`)
  await page.getByText('Telegram cannot be reached.').waitFor(SOON)
  await noteMain({ phase: 'pairing', detail: undefined, qr: `2@${'abcdefgh'.repeat(24)}` })
  const code = page.getByRole('img', { name: 'QR code' })
  await code.waitFor(SOON)
  if (env['SHOTS']) await page.screenshot({ path: join(env['SHOTS'], 'admin-pairing.png'), fullPage: true })
  await noteMain({ phase: 'ready', detail: undefined, linkedAt: Date.now() })
  await code.waitFor({ ...SOON, state: 'detached' })
  await page.getByText('Paired since').waitFor(SOON)
  await giveUp()
  await page.getByText('1 given up').click(SOON)
  await page.getByText('Forbidden: bot was blocked').waitFor(SOON)
  expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
  if (env['SHOTS']) await page.screenshot({ path: join(env['SHOTS'], 'admin-ready.png'), fullPage: true })
  await page.getByRole('button', { name: 'Send them again' }).click(SOON)
  await page.getByText('1 given up').waitFor({ ...SOON, state: 'detached' })
  expect(complaints).toEqual([])
  await page.evaluate('sessionStorage.clear()')
  await page.getByText('admin-link').waitFor(SOON)
  await page.close()
})
