// Messages out: how fast with the provider's limits off, how soon on an idle system, how a broadcast is prepared and
// overtaken, and how much of a provider's limits is used without ever passing them.
import type { Channel } from '../../src/channels/channel.ts'
import { createTelegram } from '../../src/channels/telegram/telegram.ts'
import { CAPABILITIES as TELEGRAM } from '../../src/channels/telegram/outbound.ts'
import { CAPABILITIES as FREE } from '../../src/channels/web/web.ts'
import { sendBroadcast } from '../../src/usecases/broadcast.ts'
import { NO_LOG } from '../../src/words/log.ts'
import { figuresOf, percentile, report } from './figures.ts'
import { type Hall, openHall } from './hall.ts'
import { type Arrivals, type Provider, startProvider } from './provider.ts'

const RUNS = 3
const rest = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
const TEXT = { text: { en: 'The workshop is on Friday.' }, audience: {} }

export async function benchDelivery(): Promise<void> {
  const provider = await startProvider()
  try {
    await inHall(throughTelegram(provider), (hall) => benchThroughput(hall, provider))
    await inHall(plain(provider, FREE), benchIdle)
    await inHall(plain(provider, TELEGRAM), benchBroadcast)
    await inHall(plain(provider, TELEGRAM), benchTelegramLimits)
    await inHall(plain(provider, CLOUD), benchCloudLimits)
  } finally {
    provider.close()
  }
}

/** What Meta allows a number by itself. */
const CLOUD = { ...FREE, perSecond: 80, perSecondPerChat: 1 / 6, burstPerChat: 45 }

async function inHall(channel: Channel, measure: (hall: Hall) => Promise<void>): Promise<void> {
  const hall = await openHall({ channel, open: true })
  try {
    await measure(hall)
  } finally {
    await hall.close()
  }
}

let onSend: ((to: string) => void) | undefined
/** When each message left: at the other end a busy machine sees some late, and then too many in one second. */
let departures: [chat: string, at: number][] = []

/** A channel that only hands on: what is measured is delivery. */
function plain(provider: Provider, capabilities: Channel['capabilities']): Channel {
  return {
    name: 'telegram',
    capabilities,
    routes: [],
    start: () => Promise.resolve(),
    stop: () => Promise.resolve(),
    send(to) {
      onSend?.(to)
      departures.push([to, performance.now()])
      return provider.post(to)
    },
    state: () => ({ phase: 'ready' }),
  }
}

/** The service's own Telegram channel, as it is but for the limits. */
function throughTelegram(provider: Provider): Channel {
  const telegram = createTelegram({
    token: '1:token',
    apiRoot: provider.url,
    mode: 'polling',
    clock: { now: () => Date.now() },
    log: NO_LOG,
    readFile: () => Promise.reject(new Error('no file is sent here')),
  })
  return { ...telegram, capabilities: { ...telegram.capabilities, ...limitsOf(FREE) } }
}

const limitsOf = ({
  perSecond,
  perSecondPerChat,
  burstPerChat,
  perMinutePerGroup,
}: Channel['capabilities']) => ({
  perSecond,
  perSecondPerChat,
  burstPerChat,
  perMinutePerGroup,
})

async function benchThroughput(hall: Hall, provider: Provider): Promise<void> {
  const people = 12_000
  await hall.people(people)
  const rates: number[] = []
  for (let run = 0; run < RUNS; run++) {
    await sendBroadcast(hall.desk.database, TEXT, Date.now())
    await hall.settled()
    const arrivals = await provider.arrivals()
    if (arrivals.length !== people) throw new Error(`${arrivals.length} of ${people} arrived`)
    rates.push(rateOf(arrivals))
  }
  report(
    'sends a second at a provider that takes 50 ms, limits off',
    figuresOf(rates),
    'a second',
    '>= 1,500',
  )
}

/** Without the first and the last tenth: beginning and ending are not what goes on. */
function rateOf(arrivals: Arrivals): number {
  const middle = arrivals.slice(Math.floor(arrivals.length / 10), Math.ceil(0.9 * arrivals.length))
  return (1000 * (middle.length - 1)) / ((middle.at(-1)?.[1] ?? 0) - (middle[0]?.[1] ?? 0))
}

let messages = 0

/** Milliseconds from a message being taken in until its reply leaves. */
async function replyTo(hall: Hall, sender: string): Promise<number> {
  const began = performance.now()
  const left = new Promise<number>((resolve) => {
    onSend = (to) => {
      if (to === sender) resolve(performance.now() - began)
    }
  })
  await hall.receiver.receive([
    {
      channel: 'telegram',
      messageId: `d${messages++}`,
      sender,
      at: Date.now(),
      content: { kind: 'text', text: 'help' },
    },
  ])
  return left
}

async function benchIdle(hall: Hall): Promise<void> {
  await hall.people(2_000)
  const runs: number[] = []
  for (let run = 0; run < RUNS; run++) {
    const waits: number[] = []
    for (let index = 0; index < 200; index++) {
      waits.push(await replyTo(hall, String(1 + run * 200 + index)))
      await rest(5)
    }
    runs.push(percentile(waits, 0.95))
  }
  onSend = undefined
  report('idle: reply leaves after the message, p95', figuresOf(runs), 'ms', '<= 50')
}

async function benchBroadcast(hall: Hall): Promise<void> {
  const people = 60_000
  await hall.people(people)
  const began = performance.now()
  const { people: owed } = await sendBroadcast(hall.desk.database, TEXT, Date.now())
  const seconds = (performance.now() - began) / 1000
  if (owed !== people) throw new Error(`${owed} of ${people} are owed`)
  report('60,000 rows of a broadcast prepared', figuresOf([seconds]), 's', '<= 10')
  await rest(3_000)
  const waits: number[] = []
  for (let index = 0; index < 60; index++) {
    waits.push(await replyTo(hall, String(people - index * 7)))
    await rest(150)
  }
  onSend = undefined
  report('  a reply overtakes them at 30 a second, p95', figuresOf([percentile(waits, 0.95)]), 'ms', '<= 200')
  await hall.pool.query('truncate outbox')
}

async function benchTelegramLimits(hall: Hall): Promise<void> {
  await hall.people(3_000)
  departures = []
  const { rows } = await hall.pool.query<{ id: number }>(
    `insert into address (channel, external_id, group_name) values ('telegram', '-100', 'Mothers') returning id`,
  )
  await owe(hall, 'id = $1', [rows[0]?.id, 40])
  await owe(hall, `person_id = 1`, [null, 100])
  await sendBroadcast(hall.desk.database, TEXT, Date.now())
  await rest(75_000)
  const arrivals = departures
  await hall.pool.query('truncate outbox')
  tell('Telegram, 30 a second', arrivals, { most: 30, window: 1_000 })
  tell('  one chat, 1 a second', only(arrivals, '1'), { most: 1, window: 1_000 })
  tell('  one group, 20 a minute', only(arrivals, '-100'), { most: 20, window: 60_000 })
}

async function benchCloudLimits(hall: Hall): Promise<void> {
  await hall.people(4_000)
  departures = []
  await owe(hall, `person_id = 1`, [null, 60])
  await sendBroadcast(hall.desk.database, TEXT, Date.now())
  await rest(30_000)
  const arrivals = departures
  await hall.pool.query('truncate outbox')
  tell('Cloud API, 80 a second', arrivals, { most: 80, window: 1_000 })
  const one = only(arrivals, '1').length
  report('  one person in 30 s: 45 at once, then 1 in 6 s', figuresOf([one]), 'of 50', '48 to 50')
}

/** Owes many turns to the addresses that fit. */
async function owe(hall: Hall, which: string, [id, turns]: readonly [unknown, number]): Promise<void> {
  await hall.pool.query(
    `insert into outbox (address_id, turn, channel, shard, lane, language, says, created_at, handed)
     select a.id, turn, a.channel, a.id % 8, 1, 'en', '[{"say":"word","word":"next_none"}]', now(), false
     from address a, generate_series(1, $2::int) turn where ($1::bigint is null or a.id = $1) and ${which.replace('$1', '$1::bigint')}`,
    [id, turns],
  )
}

const only = (arrivals: Arrivals, chat: string): Arrivals => arrivals.filter(([to]) => to === chat)

/** How much of a limit was used, and the most there was in any window. */
function tell(what: string, arrivals: Arrivals, { most, window }: { most: number; window: number }): void {
  const at = arrivals.map(([, time]) => time)
  // The first window may be full at once: what goes on is from the first to the one that fills the next.
  const gaps = at.flatMap((time, index) => (index < most ? [] : [time - (at[index - most] ?? 0)]))
  const used = (100 * window * gaps.length) / gaps.reduce((sum, gap) => sum + gap, 0)
  report(`${what}: used`, figuresOf([used]), '%', '>= 95')
  let from = 0
  const fullest = Math.max(
    ...at.map((time, index) => {
      while ((at[from] ?? 0) <= time - window) from += 1
      return index - from + 1
    }),
  )
  report(`${what}: most in any window`, figuresOf([fullest]), 'messages', `<= ${most}`)
}
