// The house is put together here: each room is built, handed what it needs, started in order and stopped in reverse.
import fastifyPostgres from '@fastify/postgres'
import { randomBytes, randomInt } from 'node:crypto'
import { hostname } from 'node:os'
import { join } from 'node:path'
import type { Logger } from 'pino'
import type { Channel, ReadFile } from './channels/channel.ts'
import { createTelegram } from './channels/telegram/telegram.ts'
import { createWebChat } from './channels/web/web.ts'
import { createWhatsAppCloud } from './channels/whatsapp-cloud/whatsapp-cloud.ts'
import { BrowserMissing, findChromium } from './channels/whatsapp-web/chromium.ts'
import { createWhatsAppWeb } from './channels/whatsapp-web/whatsapp-web.ts'
import type { Config } from './config/config.ts'
import { cannotListen } from './config/cannot-listen.ts'
import { serveAdmin } from './http/admin.ts'
import { type Demo, serveChat } from './http/chat.ts'
import { serveCalendars } from './http/calendar.ts'
import { serveChecks } from './http/check.ts'
import { serveHealth } from './http/health.ts'
import { makeMetrics } from './http/metrics.ts'
import { makeServer } from './http/server.ts'
import { serveWebhooks } from './http/webhooks.ts'
import { startFollowUps } from './jobs/follow-ups.ts'
import { repeat } from './jobs/repeat.ts'
import { startRescoring } from './jobs/rescoring.ts'
import { createAlarmClock } from './queue/alarm-clock.ts'
import { codeOf } from './queue/remedy.ts'
import { columnTypes, type Database, isTransient, overPool } from './store/db.ts'
import { startEmbeddedPostgres } from './store/embedded.ts'
import { readFile } from './store/files.ts'
import { endLeases, holdLeases } from './store/leases.ts'
import { migrate } from './store/migrate.ts'
import { forget } from './store/retention.ts'
import { makeSeals } from './store/seals.ts'
import { readSecretKey } from './store/secret-key.ts'
import { keepWebBubble } from './store/web-bubbles.ts'
import { calendarFeed } from './usecases/calendar-feed.ts'
import { checkCertificate } from './usecases/check-certificate.ts'
import { makeDelivery } from './usecases/deliver-messages.ts'
import type { Desk } from './usecases/desk.ts'
import { fetchMedia } from './usecases/fetch-media.ts'
import { hearReports } from './usecases/hear-reports.ts'
import { keepLines } from './usecases/keep-lines.ts'
import { planAhead } from './usecases/plan-ahead.ts'
import { openShelf, readFlows } from './usecases/open-shelf.ts'
import { makeReceiver } from './usecases/receive-messages.ts'
import { contentState, draftNote, servedFiles } from './usecases/review-flows.ts'
import { beginDue, endOverdue } from './usecases/restrict-travel.ts'
import { readBack } from './usecases/read-back.ts'
import { seedDemo } from './usecases/seed-demo.ts'
import { showCards } from './usecases/show-cards.ts'
import { makeMovableClock, skipAhead } from './usecases/skip-ahead.ts'
import { type Clock, HOUR, MINUTE, SECOND } from './words/clock.ts'

const MIGRATIONS = join(import.meta.dirname, '../migrations')
/** Connections of the pool: two lanes of turns, delivery's notes, follow-ups, and room for the doors. */
const CONNECTIONS = 12
/** A statement that takes longer has met something that must not hold a conversation up. */
const LONGEST_STATEMENT = 30_000
const LEASE_SECONDS = 15
/** What people have sent and ticked is looked for this often: they are told that it takes a moment. */
const FETCH = 2 * SECOND

export interface Service {
  /** Where it listens, such as `http://127.0.0.1:3000`. */
  readonly url: string
  /** Takes nothing new, finishes what it has, hands back its leases; ten seconds at most. */
  stop(): Promise<void>
}

/** Starts the whole service. @throws an error with words for the operator when it cannot. */
export async function startService(config: Config, log: Logger): Promise<Service> {
  const stops: (() => Promise<void>)[] = []
  const stop = async (): Promise<void> => {
    for (const end of stops.splice(0).toReversed())
      await end().catch((error: unknown) =>
        log.error({ error: nameOf(error) }, 'a part did not stop cleanly'),
      )
  }
  try {
    // What an author got wrong is said before anything is started.
    const files = await readFlows(config.flowsDir)
    const content = contentState(files, config.content)
    const draft = draftNote(content)
    if (draft !== undefined) log.warn(draft)
    const databaseUrl = config.databaseUrl ?? (await ownDatabase(config, log, stops))
    await migrate(databaseUrl, MIGRATIONS)

    const app = await makeServer(log, config.trustedProxies)
    stops.push(() => app.close())
    await app.register(fastifyPostgres, {
      connectionString: databaseUrl,
      max: CONNECTIONS,
      types: columnTypes,
      statement_timeout: LONGEST_STATEMENT,
      // A database host that vanishes says nothing any more: then it is this side that must stop waiting.
      query_timeout: LONGEST_STATEMENT + 5_000,
      connectionTimeoutMillis: 5_000,
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
      application_name: 'preceptor',
    })
    app.pg.pool.on('error', (error) => log.warn({ error: error.name }, 'a database connection was lost'))
    const database = overPool(app.pg.pool)

    // The built-in database belongs to one process: whoever held a lease there has died, and need not be waited for.
    if (config.databaseUrl === undefined) await endLeases(database)
    if (config.demo) await seedDemo(database)
    const real: Clock = { now: () => Date.now() }
    const movable = config.demo ? await makeMovableClock(database, real) : undefined
    const clock = movable ?? real
    const { shelf, calendar } = await openShelf(database, servedFiles(files, content), config.language)
    const programme = { timezone: config.timezone, quiet: config.quietHours, calendar }
    const metrics = makeMetrics(database, clock)
    const owner = `${hostname()}:${process.pid}:${randomBytes(3).toString('hex')}`
    const web = createWebChat({ keep: (to, bubble) => keepWebBubble(database, to, bubble, clock.now()) })
    const channels: Channel[] = [
      ...(config.roles.includes('web') ? [web] : []),
      ...(config.roles.includes('channel')
        ? providersOf(config, {
            log,
            clock,
            real,
            database,
            owner,
            readFile: (file) => readFile(database, file),
          })
        : []),
    ]
    const core = {
      database,
      shelf,
      programme,
      clock,
      chance: () => randomInt(2 ** 31),
      log,
      meter: metrics.meter,
      publicUrl: config.publicUrl,
    }
    const delivery = makeDelivery(core, channels, owner)
    const desk: Desk = { ...core, outTray: delivery }
    const receiver = makeReceiver(desk)
    const alarm = createAlarmClock({ redisUrl: config.redisUrl, databaseUrl, log })

    await delivery.start()
    stops.push(() => delivery.stop())
    // Whoever has a channel fetches what people have sent there, and agreed to.
    const fetching = repeat(FETCH, async () => void (await fetchMedia(desk, channels)), log)
    stops.push(() => fetching.stop())
    if (config.roles.includes('worker')) {
      const followUps = await startFollowUps(desk, alarm)
      const cards = repeat(
        2 * SECOND,
        async () => {
          await readBack(desk)
          await showCards(desk, channels)
        },
        log,
      )
      const upkeep = repeat(
        HOUR,
        async () => {
          await beginDue(desk)
          await endOverdue(desk)
          await forget(database)
        },
        log,
      )
      const ahead = repeat(10 * MINUTE, () => planAhead(desk), log)
      const rescoring = startRescoring(desk)
      stops.push(
        () => followUps.stop(),
        () => cards.stop(),
        () => upkeep.stop(),
        () => ahead.stop(),
        () => rescoring.stop(),
      )
    }
    stops.push(() => receiver.drain())

    serveHealth(app, {
      database,
      registry: metrics.registry,
      measure: () =>
        metrics.measure(channels.map((channel) => ({ name: channel.name, phase: channel.state().phase }))),
      parts: () => ({
        ...(config.roles.includes('worker') && { queue: alarm.state() }),
        ...Object.fromEntries(channels.map((channel) => [channel.name, channel.state()])),
      }),
    })
    await serveWebhooks(
      app,
      channels.flatMap((channel) => channel.routes),
    )
    if (config.roles.includes('web')) {
      const seals = makeSeals(await readSecretKey(config.dataDir, config.secretKey))
      const demo: Demo | undefined = movable && {
        skip: (by, person) => skipAhead(desk, movable, by, person),
      }
      const { timezone } = config
      serveCalendars(app, (secret) => calendarFeed(desk, secret))
      serveChecks(app, { check: (code) => checkCertificate(desk, code), timezone })
      const whatsappWeb = config.whatsappWeb !== undefined
      await serveAdmin(app, { database, seals, clock, timezone, whatsappWeb, content })
      await serveChat(app, {
        database,
        receive: web.receive,
        seals,
        clock,
        timezone,
        demo,
        watch: (to, look) => web.watch(to, look),
      })
    }
    const open = async (channel: Channel): Promise<void> => {
      await channel.start(
        (messages) => receiver.receive(messages),
        (reports) => hearReports(desk, channel.name, reports),
      )
      stops.push(() => channel.stop())
    }
    // The page may write the moment the service listens; a provider may be told only then where it does.
    const [own, others] = [
      channels.filter(({ name }) => name === 'web'),
      channels.filter(({ name }) => name !== 'web'),
    ]
    for (const channel of own) await open(channel)
    const url = await app.listen({ host: config.host, port: config.port }).catch((error: unknown) => {
      throw cannotListen(codeOf(error)) ?? error
    })
    for (const channel of others) await open(channel)
    return { url, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** Whether a fault passes by itself: whatever met it tries again. */
export const isPassing = (error: unknown): boolean => isTransient(error)

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : 'unknown')

async function ownDatabase(config: Config, log: Logger, stops: (() => Promise<void>)[]): Promise<string> {
  const own = await startEmbeddedPostgres({ dataDir: config.dataDir, log })
  stops.push(() => own.stop())
  return own.url
}

interface ProviderNeeds {
  readonly log: Logger
  readonly clock: Clock
  /** The clock nobody moves: browsers and QR codes live by it, also in the demo. */
  readonly real: Clock
  readonly database: Database
  readonly owner: string
  readonly readFile: ReadFile
}

/** The channels of messaging providers that are configured. */
function providersOf(config: Config, needs: ProviderNeeds): Channel[] {
  const { telegram, whatsappCloud, whatsappWeb } = config
  const { log, clock, database, owner } = needs
  // Telegram serves one poller a bot: whoever holds the lease polls, the others wait.
  const mayPoll = async (): Promise<boolean> =>
    (await holdLeases(database, ['telegram:poller'], owner, LEASE_SECONDS * 3)).size > 0
  return [
    ...(telegram
      ? [
          createTelegram({
            ...telegram,
            publicUrl: config.publicUrl,
            mayPoll,
            readFile: needs.readFile,
            log,
            clock,
          }),
        ]
      : []),
    ...(whatsappCloud
      ? [createWhatsAppCloud({ ...whatsappCloud, readFile: needs.readFile, log, clock })]
      : []),
    ...(whatsappWeb ? [whatsappWebOf(config, whatsappWeb, needs)] : []),
  ]
}

function whatsappWebOf(
  config: Config,
  settings: NonNullable<Config['whatsappWeb']>,
  needs: ProviderNeeds,
): Channel {
  const { log, real, database, owner } = needs
  const chromium = findChromium(settings.chromiumPath)
  if (chromium === undefined) throw new BrowserMissing(settings.chromiumPath)
  return createWhatsAppWeb({
    ...settings,
    chromium,
    folder: join(config.dataDir, 'whatsapp-web'),
    timezone: config.timezone,
    book: keepLines(database),
    // A number belongs to one process: two pages with one number take it away from each other.
    hold: async (lease) => (await holdLeases(database, ['whatsapp-web'], owner, lease / SECOND)).size > 0,
    readFile: needs.readFile,
    clock: real,
    log,
  })
}
