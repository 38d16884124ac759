// The whole service with a number at WhatsApp: settings, the real HTTP door, and a stand-in for Meta's servers.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { readConfig } from '../src/config/config.ts'
import { type Service, startService } from '../src/service.ts'
import { importRoster } from '../src/usecases/import-roster.ts'
import {
  APP_SECRET,
  envelope,
  offered,
  PHONE_NUMBER_ID,
  startGraph,
  textOf,
  TOKEN,
  VERIFY_TOKEN,
  VERSION,
} from './channels/whatsapp-cloud/graph.ts'
import { freshDatabase, type FreshDatabase } from './database.ts'
import { FLOWS } from './programme.ts'

const JOSEPH = '250788000001'

let fresh: FreshDatabase
let graph: Awaited<ReturnType<typeof startGraph>>
let service: Service
let directory: string
const logged: string[] = []

beforeAll(async () => {
  fresh = await freshDatabase()
  graph = await startGraph()
  directory = await mkdtemp(join(tmpdir(), 'preceptor-whatsapp-'))
  await importRoster(fresh.db, [
    {
      line: 2,
      cells: { name: 'Joseph Nshuti', role: 'mentee', cadre: 'nurse', language: 'en', phone: `+${JOSEPH}` },
    },
  ])
  const config = readConfig({
    DATABASE_URL: fresh.url,
    DATA_DIR: directory,
    FLOWS_DIR: FLOWS,
    PORT: '0',
    WHATSAPP_CLOUD_TOKEN: TOKEN,
    WHATSAPP_CLOUD_NUMBER_ID: PHONE_NUMBER_ID,
    WHATSAPP_CLOUD_APP_SECRET: APP_SECRET,
    WHATSAPP_CLOUD_VERIFY_TOKEN: VERIFY_TOKEN,
    WHATSAPP_CLOUD_API_ROOT: graph.root,
    WHATSAPP_CLOUD_API_VERSION: VERSION,
  })
  const log = pino({ level: 'trace' }, { write: (line: string) => void logged.push(line) })
  service = await startService(config, log)
  graph.pointAt(`${service.url}/webhooks/whatsapp`)
})
afterAll(async () => {
  await service.stop()
  await graph.close()
  await fresh.close()
  await rm(directory, { recursive: true, force: true })
})

/** Waits for a message to joseph that holds these words. */
async function heard(words: string) {
  const find = () => graph.to(JOSEPH).findLast((message) => textOf(message).includes(words))
  await expect.poll(find, { timeout: 60_000 }).toBeDefined()
  const message = find()
  if (!message) throw new Error('it was there a moment ago')
  return message
}

it('is set up, known by its number, spoken with, and says what became of its messages', async () => {
  const asked = new URLSearchParams({
    'hub.mode': 'subscribe',
    'hub.verify_token': VERIFY_TOKEN,
    'hub.challenge': '1158201444',
  })
  const answer = await fetch(`${service.url}/webhooks/whatsapp?${asked.toString()}`)
  expect([answer.status, await answer.text()]).toEqual([200, '1158201444'])
  expect(answer.headers.get('content-type')).toContain('text/plain')

  // Signed over the bytes as they come through the real door, with letters that JSON could write otherwise.
  const hello = envelope(graph.incoming(JOSEPH, { type: 'text', text: { body: 'Muraho é' } }))
  expect(await graph.post(hello, 'sha256=00')).toBe(403)
  expect(await graph.post(hello.replace('é', '\\u00e9'))).toBe(200)
  const language = await heard('Which language')
  await graph.tap(JOSEPH, offered(language)[0]?.token ?? '')
  const consent = await heard('Do you agree')
  expect(offered(consent).length).toBeGreaterThan(1)
  await graph.tap(JOSEPH, offered(consent)[0]?.token ?? '')
  await heard('What would you like to do?')

  const last = graph.delivered.at(-1)?.ref ?? ''
  await graph.status(last, 'delivered')
  const state = () => fresh.db.query('select state from receipt where ref = $1', [last])
  await expect.poll(state).toEqual([{ state: 'delivered' }])
  const ready = await (await fetch(`${service.url}/readyz`)).text()
  expect(JSON.parse(ready)).toMatchObject({ parts: { 'whatsapp-cloud': { phase: 'ready' } } })

  for (const secret of [TOKEN, APP_SECRET, VERIFY_TOKEN, JOSEPH, 'Muraho'])
    expect(logged.join('\n') + ready).not.toContain(secret)
  expect(graph.refused).toEqual([])
})
