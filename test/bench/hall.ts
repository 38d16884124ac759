// A programme of any size for measuring: its own PostgreSQL with everything durable, and a channel that accepts at once.
import { mkdtemp, rm, chmod } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import type { Channel } from '../../src/channels/channel.ts'
import { CAPABILITIES } from '../../src/channels/web/web.ts'
import { optionOrder } from '../../src/engine/quiz.ts'
import type { QuizFrame } from '../../src/engine/session.ts'
import { columnTypes, overPool } from '../../src/store/db.ts'
import { startEmbeddedPostgres } from '../../src/store/embedded.ts'
import { migrate } from '../../src/store/migrate.ts'
import { makeDelivery } from '../../src/usecases/deliver-messages.ts'
import type { Desk } from '../../src/usecases/desk.ts'
import { openShelf, readFlows } from '../../src/usecases/open-shelf.ts'
import { makeReceiver, type Receiver } from '../../src/usecases/receive-messages.ts'
import type { FlowId } from '../../src/words/ids.ts'
import { NO_LOG } from '../../src/words/log.ts'
import type { Bubble } from '../../src/words/message.ts'
import { NO_METER } from '../../src/words/meter.ts'

const NEVER_SILENT = { every_year: [], dates: [], pauses: [] }

// Compiled or not, it is run from the project's folder.
const ROOT = process.cwd()

export interface Hall {
  readonly url: string
  readonly pool: pg.Pool
  readonly desk: Desk
  readonly receiver: Receiver
  readonly channel: Channel
  sends: number
  /** Told of each bubble as it is handed to the channel, by address. */
  onSend: ((to: string, bubble: Bubble) => void) | undefined
  /** Adds people up to this number, joined and ready. */
  people(count: number): Promise<void>
  /** Brings everybody named into a new attempt of the quiz, waiting at its first question. */
  beginQuiz(senders: readonly string[]): Promise<void>
  settled(): Promise<void>
  close(): Promise<void>
}

const QUIZ = 'newborn-resuscitation' as FlowId

export interface HallOptions {
  /** What takes bubbles instead; it may be unlike the one that accepts at once. */
  readonly channel?: Channel
  /** Whether broadcasts may go out at any hour and on any day. */
  readonly open?: boolean
}

export async function openHall({ channel: other, open = false }: HallOptions = {}): Promise<Hall> {
  const directory = await mkdtemp(join(tmpdir(), 'preceptor-bench-'))
  await chmod(directory, 0o711)
  const server = await startEmbeddedPostgres({ dataDir: directory, log: NO_LOG })
  await migrate(server.url, join(ROOT, 'migrations'))
  const pool = new pg.Pool({ connectionString: server.url, max: 8, types: columnTypes })
  pool.on('error', () => undefined)
  const database = overPool(pool)
  const { shelf, calendar } = await openShelf(database, await readFlows(join(ROOT, 'flows')), 'en')
  const title = shelf.current(QUIZ)?.content.title.en ?? ''
  let seed = 1
  let message = 0
  const hall = { sends: 0, onSend: undefined as Hall['onSend'] }
  const channel: Channel = other ?? {
    name: 'telegram',
    capabilities: CAPABILITIES,
    routes: [],
    start: () => Promise.resolve(),
    stop: () => Promise.resolve(),
    send(to, bubble) {
      hall.sends += 1
      hall.onSend?.(to, bubble)
      return Promise.resolve()
    },
    state: () => ({ phase: 'ready' }),
  }
  const core = {
    database,
    shelf,
    programme: open
      ? { timezone: 'Africa/Kigali', quiet: { from: 1439, to: 0 }, calendar: NEVER_SILENT }
      : { timezone: 'Africa/Kigali', quiet: { from: 1230, to: 390 }, calendar },
    clock: { now: () => Date.now() },
    chance: () => seed++,
    log: NO_LOG,
    meter: NO_METER,
  }
  const delivery = makeDelivery(core, [channel], 'bench')
  await delivery.start()
  const desk: Desk = { ...core, outTray: delivery }
  const receiver = makeReceiver(desk)
  const say = (sender: string, text: string): Promise<void> =>
    receiver.receive([
      {
        channel: 'telegram',
        messageId: `s${message++}`,
        sender,
        at: Date.now(),
        content: { kind: 'text', text },
      },
    ])

  return Object.assign(hall, {
    url: server.url,
    pool,
    desk,
    receiver,
    channel,
    async people(count: number) {
      await pool.query(
        `with there as (select count(*) n from person),
         new as (
           insert into person (name, role, cadre, language, joined_at)
           select 'Person ' || i, 'mentee', 'nurse', 'en', now() from there, generate_series(there.n + 1, $1::bigint) i returning id
         ), talking as (insert into session (person_id) select id from new)
         insert into address (channel, external_id, person_id) select 'telegram', id::text, id from new`,
        [count],
      )
      await pool.query('vacuum analyze')
    },
    async beginQuiz(senders: readonly string[]) {
      await Promise.all(
        senders.map(async (sender) => {
          await say(sender, 'menu')
          await say(sender, title)
          // The second time the menu asks whether to practise; the question is then already this one for the first.
          const state = await firstState(pool, sender)
          if (state === 'dialogue') await say(sender, 'practise')
        }),
      )
      const [row] = (
        await pool.query(
          `select count(*) n from session s where state->'stack'->0->>'kind' = 'quiz' and person_id = any($1::bigint[])`,
          [senders],
        )
      ).rows as { n: number }[]
      if (row?.n !== senders.length) throw new Error(`only ${row?.n} of ${senders.length} stand in the quiz`)
      await nothingOwed(pool)
    },
    settled: () => nothingOwed(pool),
    async close() {
      await receiver.drain()
      await delivery.stop()
      await pool.end()
      await server.stop()
      await rm(directory, { recursive: true, force: true })
    },
  })
}

async function firstState(pool: pg.Pool, sender: string): Promise<unknown> {
  const { rows } = await pool.query(
    `select state->'stack'->0->>'kind' kind from session where person_id = $1`,
    [sender],
  )
  return (rows[0] as { kind: unknown }).kind
}

async function nothingOwed(pool: pg.Pool): Promise<void> {
  for (;;) {
    const { rows } = await pool.query('select exists (select from outbox where failed_at is null) owed')
    if (!(rows[0] as { owed: boolean }).owed) return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** The letters that answer each question of everybody's quiz: right, or wrong at every fifth. */
export async function lettersFor(hall: Hall, senders: readonly string[]): Promise<Map<string, string[]>> {
  const content = hall.desk.shelf.current(QUIZ)?.content
  if (content?.kind !== 'quiz') throw new Error('the quiz is gone')
  const { rows } = await hall.pool.query(
    `select person_id, state->'stack'->0 frame from session where person_id = any($1::bigint[])`,
    [senders],
  )
  return new Map(
    (rows as { person_id: number; frame: QuizFrame }[]).map(({ person_id, frame }) => {
      const letters = frame.questions.map((index, at) => {
        const right = optionOrder(content, index, frame.seed).indexOf(content.questions[index]?.answer ?? 0)
        return String.fromCharCode(65 + (at % 5 === 4 ? (right + 1) % 4 : right))
      })
      return [String(person_id), letters]
    }),
  )
}
