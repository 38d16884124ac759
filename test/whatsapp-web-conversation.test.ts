// The service as it is shipped, a process of its own, on a number of WhatsApp: paired at the command line, spoken with,
// killed, and found again.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { z } from 'zod'
import { preceptor } from '../src/cli/preceptor.ts'
import { browserPath, needBrowser } from './browser.ts'
import { countOn } from './channels/whatsapp-web/processes.ts'
import { WhatsAppStub } from './channels/whatsapp-web/stub/server.ts'
import { freshDatabase, type FreshDatabase } from './database.ts'
import { FLOWS } from './programme.ts'
import { builtMain } from './built.ts'

const SOON = { timeout: 60_000 }
const JOSEPH = '777000000001@lid'
const AMINA = '250788000002@c.us'

const stub = new WhatsAppStub()
let fresh: FreshDatabase
let folder: string
let service: ChildProcess | undefined
let port = ''

const settings = (): Record<string, string> => ({
  DATABASE_URL: fresh.url,
  DATA_DIR: folder,
  FLOWS_DIR: FLOWS,
  PORT: '0',
  WHATSAPP_WEB: 'on',
  CHROMIUM_PATH: browserPath ?? '',
  CHROMIUM_ARGS: stub.chromiumArgs.join(' '),
  LOG_LEVEL: 'silent',
})

async function start(): Promise<void> {
  const child = spawn(process.execPath, [await builtMain()], {
    env: { ...settings(), PATH: dirname(process.execPath) },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  service = child
  for await (const chunk of child.stdout) {
    port = /:(\d+)/.exec(String(chunk))?.[1] ?? ''
    if (port !== '') break
  }
  child.stdout.resume()
}

const readyz = z.object({ parts: z.record(z.string(), z.object({ phase: z.string() })) })
async function phase(): Promise<string | undefined> {
  const answer = await fetch(`http://127.0.0.1:${port}/readyz`)
  return readyz.parse(await answer.json()).parts['whatsapp-web']?.phase
}

/** What somebody was told that holds these words. */
const heard = (who: string, words: string): Promise<void> =>
  expect
    .poll(() => stub.sent.filter(({ to }) => to === who).map(({ text }) => text), SOON)
    .toContainEqual(expect.stringContaining(words))

async function operator(...args: string[]): Promise<{ code: number; lines: string[] }> {
  const lines: string[] = []
  const code = await preceptor(args, settings(), (line) => lines.push(line))
  return { code, lines }
}

/** Pairs a number as an operator does: scans what the terminal shows. */
async function pair(...name: string[]): Promise<{ code: number; last: string | undefined }> {
  const lines: string[] = []
  const pairing = preceptor(['channels', 'pair', ...name], settings(), (line) => lines.push(line))
  await expect.poll(() => lines, SOON).toContainEqual(expect.stringContaining('█'))
  await stub.act('pair')
  return { code: await pairing, last: lines.at(-1) }
}

beforeAll(async () => {
  if (browserPath === undefined) return
  fresh = await freshDatabase()
  folder = await mkdtemp(join(tmpdir(), 'preceptor-whatsapp-'))
  await builtMain()
  await stub.start()
  await fresh.db.query(
    `insert into person (name, role, cadre, invite_code) values ('Joseph Nshuti', 'mentee', 'nurse', 'JOSEPH-1')`,
  )
  await start()
})
beforeEach((context) => void needBrowser(context))
afterAll(async () => {
  if (browserPath === undefined) return
  if (service?.exitCode === null) {
    service.kill('SIGTERM')
    await once(service, 'exit')
  }
  await stub.close()
  await fresh.close()
  const left = await countOn(folder)
  await rm(folder, { recursive: true, force: true })
  if (left > 0) throw new Error(`${left} processes were left behind`)
})

it('is paired at the command line', async () => {
  await expect.poll(phase, SOON).toBe('unpaired')
  expect(await pair()).toEqual({ code: 0, last: 'main is paired and ready.' })
  expect(await phase()).toBe('ready')
  const [line] = (await fresh.db.query('select qr, pairing_until from whatsapp_line')) as object[]
  expect(line).toEqual({ qr: null, pairing_until: null })
  const figures = await fetch(`http://127.0.0.1:${port}/metrics`)
  expect(await figures.text()).toContain('preceptor_channel_phase{channel="whatsapp-web",phase="ready"} 1')
})

it('talks with joseph by numbers, and goes on after it was killed, with what he wrote meanwhile', async () => {
  await stub.write({ from: JOSEPH, text: 'hello' })
  await heard(JOSEPH, '1. English')
  await stub.write({ from: JOSEPH, text: '1' })
  await heard(JOSEPH, 'invite code')
  await stub.write({ from: JOSEPH, text: 'joseph-1' })
  await heard(JOSEPH, 'Do you agree')

  service?.kill('SIGKILL')
  await expect.poll(() => countOn(folder), SOON).toBe(0)
  // The dead process's leases run out by themselves; nobody needs to wait for that here.
  await fresh.db.query('delete from lease')
  // As it would lie at WhatsApp's servers until the page is there again.
  stub.leave([stub.message({ from: JOSEPH, text: '1' })])
  await start()
  await heard(JOSEPH, 'What would you like to do?')
  expect(stub.sent.filter(({ text }) => text.includes('What would you like to do?'))).toHaveLength(1)
  const [address] = (await fresh.db.query(
    `select external_id from address where channel = 'whatsapp-web'`,
  )) as object[]
  expect(address).toEqual({ external_id: JOSEPH })
})

it('is told of at the command line, and a spare takes over without losing who is who', async () => {
  const shown = await operator('channels')
  expect(shown.lines.join('\n')).toMatch(/whatsapp-web number main \(in use\): ready, paired since/)
  expect((await pair('spare')).last).toContain('channels promote spare')
  expect((await operator('channels', 'promote', 'nobody')).code).toBe(1)
  expect((await operator('channels', 'promote', 'spare')).code).toBe(0)
  const active = async (): Promise<unknown> =>
    (await fresh.db.query(`select name from whatsapp_line where active and phase = 'ready'`))[0]
  await expect.poll(active, SOON).toEqual({ name: 'spare' })
  await expect.poll(phase, SOON).toBe('ready')
  stub.sent.length = 0
  await stub.write({ from: JOSEPH, text: 'menu' })
  await heard(JOSEPH, 'What would you like to do?')
  await stub.write({ from: AMINA, text: 'hello' })
  await heard(AMINA, '1. English')
})
