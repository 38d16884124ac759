// The built service sends to a provider on a bad day and is killed at random. Every message must be accepted once and in
// order for each chat; one may come twice only when the service died between sending it and noting it.
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as rest } from 'node:timers/promises'
import { Pool } from 'pg'
import { numbersFrom } from '../../src/engine/seed.ts'
import { findEmbeddedPostgres } from '../../src/store/embedded.ts'
import { TOKEN } from '../channels/telegram/bot-api.ts'
import {
  APP_SECRET,
  PHONE_NUMBER_ID,
  TOKEN as GRAPH_TOKEN,
  VERIFY_TOKEN,
  VERSION,
} from '../channels/whatsapp-cloud/graph.ts'
import { freePort } from '../redis.ts'
import { type Accepted, type RoughFault, startRoughProvider } from './rough-provider.ts'
import { startService } from './service.ts'

export interface DeliverySoakOptions {
  /** The folder of the flows. */
  readonly flows: string
  readonly main: string
  readonly seed: number
  /** How long messages are sent for, about; the end takes a little longer. */
  readonly seconds: number
  readonly progress: (line: string) => void
}

export interface DeliverySoakReport {
  readonly seed: number
  readonly messages: number
  readonly accepted: number
  /** Accepted a second time, each after a death. */
  readonly repeated: number
  readonly kills: number
  readonly provider: Readonly<Record<RoughFault, number>>
  /** The most tries that arrived in any second of one life; the limit is 30, and a busy machine delays some. */
  readonly mostInASecond: number
  readonly seconds: number
  readonly faults: readonly string[]
}

const CHANNELS = ['telegram', 'whatsapp-cloud']
const CHATS = 40
/** Half of the people are on WhatsApp; the others on Telegram. */
const onWhatsApp = (chat: number): boolean => chat % 2 === 0
/** The share of messages the provider breaks down over. */
const ROUGH = 0.15
/** What gets through in a second, with all that goes wrong. */
const PER_SECOND = 12
/** Longest time between two kills. */
const PEACE = 8_000

export async function soakDelivery(options: DeliverySoakOptions): Promise<DeliverySoakReport> {
  const dataDir = await mkdtemp(join(tmpdir(), 'preceptor-soak-'))
  await chmod(dataDir, 0o711)
  const chance = numbersFrom(options.seed)
  let life = 0
  const provider = await startRoughProvider({
    share: ROUGH,
    chance: numbersFrom(options.seed + 1),
    life: () => life,
  })
  const port = await freePort()
  const service = startService({
    main: options.main,
    dataDir,
    env: {
      PORT: String(port),
      DEMO: 'on',
      LOG_LEVEL: 'warn',
      FLOWS_DIR: options.flows,
      TELEGRAM_BOT_TOKEN: TOKEN,
      TELEGRAM_API_ROOT: provider.apiRoot,
      WHATSAPP_CLOUD_TOKEN: GRAPH_TOKEN,
      WHATSAPP_CLOUD_NUMBER_ID: PHONE_NUMBER_ID,
      WHATSAPP_CLOUD_APP_SECRET: APP_SECRET,
      WHATSAPP_CLOUD_VERIFY_TOKEN: VERIFY_TOKEN,
      WHATSAPP_CLOUD_API_ROOT: provider.apiRoot,
      WHATSAPP_CLOUD_API_VERSION: VERSION,
    },
    born: () => void (life += 1),
  })
  const began = Date.now()
  try {
    const work = run(options, {
      dataDir,
      chance,
      service,
      provider,
      hook: `http://127.0.0.1:${port}/webhooks/whatsapp`,
    })
    const { kills, turns } = await Promise.race([service.collapse, work])
    const { repeated, faults } = judgeDelivery(turns, provider.accepted)
    return {
      seed: options.seed,
      messages: turns * CHATS,
      accepted: provider.accepted.length,
      repeated,
      kills,
      provider: provider.faults,
      mostInASecond: mostInASecond(provider.tried),
      seconds: Math.round((Date.now() - began) / 1000),
      faults,
    }
  } catch (error) {
    options.progress(`what the service said last:\n${service.said.slice(-20).join('\n')}`)
    throw error
  } finally {
    await service.stop()
    await provider.close()
    await rm(dataDir, { recursive: true, force: true })
  }
}

interface Trial {
  readonly dataDir: string
  readonly chance: () => number
  readonly service: ReturnType<typeof startService>
  readonly provider: Awaited<ReturnType<typeof startRoughProvider>>
  readonly hook: string
}

async function run(
  { seconds, progress }: DeliverySoakOptions,
  { dataDir, chance, service, provider, hook }: Trial,
): Promise<{ kills: number; turns: number }> {
  await service.ready()
  const turns = Math.ceil((seconds * PER_SECOND) / CHATS)
  // People write, so that there are chats; what they are answered is owed once, however often their message comes.
  for (let chat = 1; chat <= CHATS; chat++)
    if (onWhatsApp(chat)) await provider.post(hook, `2507880000${chat + 10}`, 'help')
    else provider.write(chat, 'help')
  const pool = await poolOf(dataDir)
  await until(
    async () =>
      (await owed(pool, 'select count(*)::int n from address where channel = any($1)', [CHANNELS])) === CHATS,
  )
  await pool.query(
    `insert into outbox (address_id, turn, channel, shard, lane, language, says, created_at, handed)
     select a.id, 100 + n, a.channel, a.id % 8, n % 2, 'en',
       json_build_array(json_build_object('say', 'word', 'word', 'refresher_done', 'values', json_build_object('score', n, 'max', $1::int))),
       now(), false
     from address a, generate_series(1, $1::int) n where a.channel = any($2)`,
    [turns, CHANNELS],
  )
  await pool.end()
  let kills = 0
  const end = Date.now() + seconds * 1000
  while (Date.now() < end) {
    await rest(Math.min(end - Date.now(), PEACE * (0.2 + 0.8 * chance())))
    if (Date.now() >= end) break
    await service.killService()
    kills += 1
    await service.ready()
    progress(`seed: ${kills} killed, ${provider.accepted.length} of ${turns * CHATS} accepted`)
  }
  provider.mend()
  await nothingOwed(dataDir)
  return { kills, turns }
}

const owed = async (pool: Pool, sql: string, values: unknown[] = []): Promise<number> =>
  (await pool.query<{ n: number }>(sql, values)).rows[0]?.n ?? 0

async function until(isSo: () => Promise<boolean>, patience = 60_000): Promise<void> {
  for (const end = Date.now() + patience; !(await isSo()); await rest(100))
    if (Date.now() > end) throw new Error('it never came')
}

/** Waits until the outbox is empty, for as long as it gets emptier. */
async function nothingOwed(dataDir: string): Promise<void> {
  const pool = await poolOf(dataDir)
  try {
    let least = Number.POSITIVE_INFINITY
    for (let end = 0; ; await rest(200)) {
      const left = await owed(pool, 'select count(*)::int n from outbox')
      if (left === 0) return
      if (left < least) end = Date.now() + 60_000
      least = Math.min(least, left)
      if (Date.now() > end) throw new Error(`${left} turns are owed for ever`)
    }
  } finally {
    await pool.end()
  }
}

async function poolOf(dataDir: string): Promise<Pool> {
  for (const end = Date.now() + 30_000; ; await rest(100)) {
    const connectionString = await findEmbeddedPostgres(dataDir)
    if (connectionString === undefined && Date.now() < end) continue
    const pool = new Pool({ connectionString })
    pool.on('error', () => undefined)
    return pool
  }
}

const numberIn = (text: string): number | undefined => {
  const read = /Refresher done: (\d+) of/.exec(text)
  return read ? Number(read[1]) : undefined
}

/**
 * Follows what each chat accepted: 1 to `turns`, in order, and before them one answer to what was written. A life of the
 * service begins where the last one ended or a little before: those are repeated. Anything else is a fault.
 */
export function judgeDelivery(
  turns: number,
  accepted: readonly Accepted[],
): { repeated: number; faults: string[] } {
  const faults: string[] = []
  let repeated = 0
  const chats = new Map<string, Accepted[]>()
  for (const message of accepted) chats.set(message.chat, [...(chats.get(message.chat) ?? []), message])
  if (chats.size !== CHATS) faults.push(`${chats.size} chats were written to instead of ${CHATS}`)
  for (const [chat, got] of chats) {
    // The answer to what they wrote is number 0.
    const numbers = got.map(({ text, life }) => ({ number: numberIn(text) ?? 0, life }))
    const lives = new Map<number, number>()
    let last = -1
    for (const { number, life } of numbers) {
      const before = lives.get(number)
      if (before !== undefined && before < life) repeated += 1
      else if (before !== undefined) faults.push(`chat ${chat} got ${number} twice in life ${life}`)
      else if (number !== last + 1) faults.push(`chat ${chat} got ${number} after ${last} in life ${life}`)
      lives.set(number, life)
      last = number
    }
    for (let number = 0; number <= turns; number++)
      if (!lives.has(number)) faults.push(`chat ${chat} never got ${number}`)
  }
  return { repeated, faults: faults.slice(0, 20) }
}

function mostInASecond(tried: readonly { at: number; life: number }[]): number {
  let most = 0
  let from = 0
  for (const [index, { at, life }] of tried.entries()) {
    while ((tried[from]?.at ?? 0) <= at - 1_000 || tried[from]?.life !== life) from += 1
    most = Math.max(most, index - from + 1)
  }
  return most
}
