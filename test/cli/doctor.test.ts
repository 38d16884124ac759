import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { preceptor } from '../../src/cli/preceptor.ts'
import { FLOWS } from '../programme.ts'
import { freshDatabase, type FreshDatabase } from '../database.ts'
import { freePort, givenRedis, hasRedis, startRedis } from '../redis.ts'

const TOKEN = '123456:secret-token-of-a-bot'
const CLOUD = {
  WHATSAPP_CLOUD_TOKEN: 'EAA-secret-token-of-a-number',
  WHATSAPP_CLOUD_NUMBER_ID: '106540352242922',
  WHATSAPP_CLOUD_APP_SECRET: 'secret-of-the-whole-app',
  WHATSAPP_CLOUD_VERIFY_TOKEN: 'secret-word-for-the-webhook',
}

let fresh: FreshDatabase
let folder: string
let botApi: Server
let botApiRoot: string
let closed: number
beforeAll(async () => {
  fresh = await freshDatabase()
  folder = await mkdtemp(join(tmpdir(), 'preceptor-doctor-'))
  botApi = createServer((request, response) => {
    const isNumber = request.url === '/v25.0/106540352242922?fields=id'
    const known = isNumber
      ? request.headers.authorization === `Bearer ${CLOUD.WHATSAPP_CLOUD_TOKEN}`
      : request.url === `/bot${TOKEN}/getMe`
    response.writeHead(known ? 200 : 401, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ ok: known, result: { id: 1, is_bot: true } }))
  })
  await new Promise<void>((resolve) => botApi.listen(0, '127.0.0.1', resolve))
  const address = botApi.address()
  botApiRoot = `http://127.0.0.1:${address !== null && typeof address === 'object' ? address.port : 0}`
  closed = await freePort()
})
afterAll(async () => {
  await fresh.close()
  botApi.closeAllConnections()
  await new Promise((resolve) => botApi.close(resolve))
  await rm(folder, { recursive: true, force: true })
})
beforeEach(() =>
  fresh.pool.query('truncate person, outbox, follow_up, failed_message restart identity cascade'),
)

async function doctor(
  env: Record<string, string> = {},
): Promise<{ code: number; report: string; wrong: string[] }> {
  const lines: string[] = []
  const usual = { DATABASE_URL: fresh.url, DATA_DIR: join(folder, 'data'), FLOWS_DIR: FLOWS }
  const code = await preceptor(['doctor'], { ...usual, ...env }, (line) => void lines.push(line))
  const report = lines.join('\n')
  // Whatever is wrong: no secret, no stack of the program.
  expect(report).not.toContain('secret')
  expect(report).not.toMatch(/^\s+at /m)
  return {
    code,
    report,
    wrong: lines.filter((line) => line.includes('WRONG')).map((line) => line.replace(/^ *WRONG */, '')),
  }
}

describe('doctor', () => {
  it('finds nothing in a healthy set-up', async () => {
    const redis = givenRedis === undefined && hasRedis ? await startRedis() : undefined
    const redisUrl = givenRedis ?? redis?.url
    try {
      const { code, report } = await doctor({
        TELEGRAM_BOT_TOKEN: TOKEN,
        TELEGRAM_API_ROOT: botApiRoot,
        ...CLOUD,
        WHATSAPP_CLOUD_API_ROOT: botApiRoot,
        ...(redisUrl !== undefined && { REDIS_URL: redisUrl }),
      })
      expect(report.split('\n')).toEqual([
        `  ok     Node ${process.versions.node}`,
        '  ok     the settings can be read',
        expect.stringMatching(/^ {2}ok {5}the content is in order: \d+ files in /) as string,
        expect.stringMatching(
          /^ {2}ok {5}\d+ of \d+ .* are drafts, not yet clinically reviewed\. They are served/,
        ) as string,
        '  ok     DATA_DIR can be written',
        expect.stringMatching(/^ {2}ok {5}PostgreSQL \d+\S*.*, named by DATABASE_URL$/),
        '  ok     no reminder or refresher is late',
        `  ok     the queue works, in ${redisUrl === undefined ? 'PostgreSQL' : 'Redis'}`,
        '  ok     Telegram knows the bot',
        '  ok     WhatsApp knows the number',
        'Everything is in order.',
      ])
      expect(code).toBe(0)
    } finally {
      await redis?.close()
    }
  })

  it('keeps the queue in PostgreSQL when there is no Redis', async () => {
    const { code, report } = await doctor()
    expect(report).toContain('ok     the queue works, in PostgreSQL')
    expect(code).toBe(0)
  })

  it.each([
    [
      (): Record<string, string> => ({ PORT: 'x' }),
      'The settings have a mistake:\n  PORT is not a whole number.',
    ],
    [
      () => ({ DATABASE_URL: `postgres://preceptor:secret@127.0.0.1:${closed}/preceptor` }),
      'the database cannot be used. PostgreSQL cannot be reached: check that it runs and that DATABASE_URL names it.',
    ],
    [
      () => ({ DATABASE_URL: 'postgres://preceptor:secret@nowhere.invalid/preceptor' }),
      'the database cannot be used. The host name of PostgreSQL is not known here: check DATABASE_URL and the name service.',
    ],
    [
      () => ({ DATABASE_URL: fresh.url.replace(/[^/]+$/, 'no_such_database') }),
      'the database cannot be used. PostgreSQL has no database of this name: create it or check DATABASE_URL.',
    ],
    [
      () => ({ FLOWS_DIR: join(folder, 'nowhere') }),
      'there is no such folder: set FLOWS_DIR to the folder of the flows',
    ],
    [
      () => ({ DATA_DIR: join(FLOWS, 'words.yaml') }),
      "DATA_DIR cannot be written (EEXIST): name a folder that belongs to the service's user",
    ],
    [
      () => ({ TELEGRAM_BOT_TOKEN: TOKEN, TELEGRAM_API_ROOT: `http://127.0.0.1:${closed}` }),
      'Telegram cannot be reached at 127.0.0.1:',
    ],
    [
      () => ({ TELEGRAM_BOT_TOKEN: '999:wrong-secret', TELEGRAM_API_ROOT: botApiRoot }),
      'Telegram refuses the bot (401): copy TELEGRAM_BOT_TOKEN from @BotFather again',
    ],
    [
      () => ({ REDIS_URL: `redis://:secret@127.0.0.1:${closed}` }),
      'the queue in Redis: Redis cannot be reached: check that it runs and that REDIS_URL names it.',
    ],
    [
      () => ({ DEMO: 'on', HOST: '0.0.0.0' }),
      'DEMO is on and the service listens beyond this machine: anybody may be anybody. Set DEMO=off for a real programme.',
    ],
  ] satisfies [() => Record<string, string>, string][])(
    '%#: names the one thing that is broken',
    async (env, complaint) => {
      const { code, report, wrong } = await doctor(env())
      expect(report).toContain(complaint)
      expect(wrong).toHaveLength(1)
      expect(report).toContain('1 thing to mend.')
      expect(code).toBe(1)
    },
  )

  it('names a flow that is broken, with file, line and remedy', async () => {
    const flows = join(folder, 'flows')
    await cp(FLOWS, flows, { recursive: true })
    const menu = await readFile(join(flows, 'menu.yaml'), 'utf8')
    await writeFile(join(flows, 'menu.yaml'), menu.replace('- do: list-menu', '- do: list-meny'))
    const { code, report } = await doctor({ FLOWS_DIR: flows })
    expect(report).toContain('menu.yaml:7:9 the programme knows no deed "list-meny": use one of ')
    expect(code).toBe(1)
  })

  it('names what waits too long, what was given up and what was set aside', async () => {
    await fresh.pool.query(`insert into person (name, role) values ('Joseph', 'mentee')`)
    await fresh.pool.query(
      `insert into follow_up (kind, key, person_id, due_at, state) values
         ('nudge', 'a', 1, now() - interval '1 hour', 'waiting'), ('nudge', 'b', 1, now() - interval '1 minute', 'waiting'),
         ('nudge', 'c', 1, now() - interval '1 hour', 'failed'), ('nudge', 'd', 1, now() - interval '1 hour', 'done')`,
    )
    await fresh.pool.query(
      `insert into outbox (address_id, turn, channel, shard, lane, language, says, created_at, handed, failed_at) values
         (1, 1, 'telegram', 0, 0, 'en', '[]', now() - interval '45 minutes', false, null),
         (1, 2, 'telegram', 0, 0, 'en', '[]', now(), false, null),
         (2, 1, 'telegram', 0, 0, 'en', '[]', now() - interval '2 days', false, now())`,
    )
    await fresh.pool.query(
      `insert into failed_message (channel, message_id, error, at) values ('web', 'x', 'TypeError', now())`,
    )
    const { code, wrong } = await doctor()
    expect(code).toBe(1)
    expect(wrong.toSorted()).toEqual([
      'reminders and refreshers given up after several tries: 1. The log says where they broke.',
      'reminders and refreshers late by more than 5 minutes: 1. Is the service running with the role worker?',
      'telegram: replies given up: 1. For their reasons: npm run preceptor -- outbox failed',
      'telegram: replies that wait: 2, the oldest for 45 minutes. Is the service running, and can it reach telegram?',
      'web: messages set aside: 1. Where they broke stands in the table failed_message, column error.',
    ])
  })

  it('takes a database nobody has used yet for new, not for broken', async () => {
    const empty = await freshDatabase()
    try {
      await empty.pool.query('drop schema public cascade; create schema public')
      const { code, report } = await doctor({ DATABASE_URL: empty.url })
      expect(report).toContain('ok     the database is new: the first start fills it')
      expect(code).toBe(0)
    } finally {
      await empty.close()
    }
  })
})
