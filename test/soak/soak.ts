// The built service under load, killed again and again at random moments, it and its PostgreSQL in turn. What it has
// confirmed must be applied once; what it owes must come, in order. A reply may come twice only over a death.
import { execFile } from 'node:child_process'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as rest } from 'node:timers/promises'
import { promisify } from 'node:util'
import { Pool } from 'pg'
import { z } from 'zod'
import type { Quiz } from '../../src/engine/schema.ts'
import { numbersFrom } from '../../src/engine/seed.ts'
import { findEmbeddedPostgres } from '../../src/store/embedded.ts'
import { readFlows } from '../../src/usecases/open-shelf.ts'
import { startBotApi, TOKEN } from '../channels/telegram/bot-api.ts'
import { freePort } from '../redis.ts'
import { askable, type Got, judge, type Verdict } from './judge.ts'
import { type Load, type Writer, writeInBrowsers, writeOnTelegram } from './load.ts'
import { makeScript } from './script.ts'
import { type ServiceUnderTest, startService } from './service.ts'

export interface SoakOptions {
  /** The folder of the flows. */
  readonly flows: string
  /** The built service's file. */
  readonly main: string
  readonly kills: number
  readonly seed: number
  readonly writers: { readonly web: number; readonly telegram: number }
  /** Told how it goes, every few seconds. */
  readonly progress: (line: string) => void
}

export interface SoakReport {
  readonly seed: number
  readonly killed: { readonly service: number; readonly postgres: number }
  /** Starts that ended since PostgreSQL was killed under them. */
  readonly failedStarts: number
  readonly acknowledged: number
  readonly again: number
  readonly answers: number
  readonly finished: number
  readonly bubbles: number
  readonly repeated: { readonly web: number; readonly telegram: number }
  readonly seconds: number
  readonly faults: readonly string[]
}

/** Longest wait between two kills, from the moment the service says that it runs. */
const PEACE = 1_500
/** Some lives end before they have begun. */
const STILLBORN = 0.2
const PROGRESS = 5_000

export async function soak(options: SoakOptions): Promise<SoakReport> {
  const dataDir = await mkdtemp(join(tmpdir(), 'preceptor-soak-'))
  await chmod(dataDir, 0o711)
  const api = await startBotApi()
  const chance = numbersFrom(options.seed)
  const quizzes = await nursesQuizzes(options.flows)
  const port = await freePort()
  const env = {
    PORT: String(port),
    DEMO: 'on',
    LOG_LEVEL: 'warn',
    FLOWS_DIR: options.flows,
    TELEGRAM_BOT_TOKEN: TOKEN,
    TELEGRAM_API_ROOT: api.apiRoot,
  }
  const deaths: Death[] = []
  let service: ServiceUnderTest | undefined
  try {
    const writers = await enrol(options, { dataDir, env, quizzes, chance })
    const note = (what: Death['what']): void =>
      void deaths.push({ at: Date.now(), calls: api.calls.length, what })
    service = startService({ main: options.main, dataDir, env, born: () => note('service') })
    const trial = { options, service, api, chance, note, deaths, dataDir, quizzes, writers }
    return await Promise.race([service.collapse, run(trial, `http://127.0.0.1:${port}`)])
  } catch (error) {
    options.progress(`what the service said last:\n${service?.said.slice(-20).join('\n')}`)
    throw error
  } finally {
    await service?.stop()
    await api.close()
    await rm(dataDir, { recursive: true, force: true })
  }
}

/** A beginning of the service or a death of its PostgreSQL, and how many calls Telegram had taken before it. */
interface Death {
  readonly at: number
  readonly calls: number
  readonly what: 'service' | 'postgres'
}

interface Trial {
  readonly options: SoakOptions
  readonly service: ServiceUnderTest
  readonly api: Awaited<ReturnType<typeof startBotApi>>
  readonly chance: () => number
  readonly note: (what: Death['what']) => void
  readonly deaths: readonly Death[]
  readonly dataDir: string
  readonly quizzes: ReadonlyMap<string, Quiz>
  readonly writers: Writer[]
}

async function run(trial: Trial, url: string): Promise<SoakReport> {
  const { options, service, api, chance, deaths, writers } = trial
  const began = Date.now()
  await service.ready()
  await findChats(url, writers)
  const on = (channel: Writer['channel']): Writer[] => writers.filter((writer) => writer.channel === channel)
  const loads = [writeInBrowsers(url, on('web'), chance), writeOnTelegram(api, on('telegram'), chance)]
  const tell = setInterval(() => options.progress(lineOf(trial, loads)), PROGRESS)
  try {
    await killAndFinish(trial, loads)
  } finally {
    clearInterval(tell)
    for (const load of loads) load.giveUp()
  }
  const failedStarts = service.failedStarts()
  const killed = killedBy(deaths, service)
  // Its database is still there: stopped in good order it would have ended as well.
  const verdicts = await judgeAll(trial)
  const code = await service.stop()
  const total = (what: 'answers' | 'finished' | 'bubbles' | 'repeated', channel?: string): number =>
    verdicts
      .filter(({ writer }) => channel === undefined || writer.channel === channel)
      .reduce((sum, { verdict }) => sum + verdict[what], 0)
  return {
    seed: options.seed,
    killed,
    failedStarts,
    acknowledged: loads.reduce((sum, { counts }) => sum + counts.acknowledged, 0),
    again: loads.reduce((sum, { counts }) => sum + counts.again, 0),
    answers: total('answers'),
    finished: total('finished'),
    bubbles: total('bubbles'),
    repeated: { web: total('repeated', 'web'), telegram: total('repeated', 'telegram') },
    seconds: Math.round((Date.now() - began) / 1000),
    faults: [
      ...verdicts.flatMap(({ verdict }) => verdict.faults),
      ...(code === 0 ? [] : [`SIGTERM ended it with ${code}`]),
    ],
  }
}

/** Quizzes a nurse is offered and the model can follow: four letters to every question. */
async function nursesQuizzes(flows: string): Promise<Map<string, Quiz>> {
  const files = await readFlows(flows)
  return new Map(
    files.flatMap(({ id, parsed: { content } }) =>
      content?.kind === 'quiz' && content.cadres.includes('nurse') && content.questions.every(isPlain)
        ? [[id, content]]
        : [],
    ),
  )
}

const isPlain = ({ options }: Quiz['questions'][number]): boolean => options.length === 4

interface Enrolment {
  readonly dataDir: string
  readonly env: Readonly<Record<string, string>>
  readonly quizzes: ReadonlyMap<string, Quiz>
  readonly chance: () => number
}

/** Puts everybody on the roster, as an operator does. */
async function enrol(options: SoakOptions, { dataDir, env, quizzes, chance }: Enrolment): Promise<Writer[]> {
  const facts = [...quizzes].map(([flow, quiz]) => {
    const draw = (purpose: 'pre_test' | 'practice'): number =>
      Math.min(quiz.draw, askable(quiz, purpose).length)
    return {
      flow,
      title: quiz.title.en ?? flow,
      draws: { pre_test: draw('pre_test'), practice: draw('practice') },
    }
  })
  const writer = (channel: Writer['channel'], number: number): Writer => ({
    name: `${channel}-${number}`,
    channel,
    to: channel === 'telegram' ? String(1_000 + number) : '',
    script: makeScript(facts, numbersFrom(Math.floor(chance() * 2 ** 31)), channel === 'web'),
  })
  const writers = [
    ...Array.from({ length: options.writers.web }, (_, number) => writer('web', number)),
    ...Array.from({ length: options.writers.telegram }, (_, number) => writer('telegram', number)),
  ]
  const roster = join(dataDir, 'roster.csv')
  const lines = writers.map(({ name, to }) => `${name},mentee,nurse,${to},CODE-${name}`)
  await writeFile(roster, `name,role,cadre,telegram,invite_code\n${lines.join('\n')}\n`)
  const cli = join(options.main, '../cli/run-preceptor.js')
  await promisify(execFile)(process.execPath, [cli, 'people', 'import', roster], {
    env: { ...env, DATA_DIR: dataDir, PATH: '/usr/bin:/bin' },
  })
  return writers
}

const people = z.object({ people: z.array(z.object({ id: z.int(), name: z.string() })) })

/** In the demo's chat people are known by their number. */
async function findChats(url: string, writers: Writer[]): Promise<void> {
  const known = new Map(
    people
      .parse(await (await fetch(`${url}/chat/people`)).json())
      .people.map(({ id, name }) => [name, String(id)]),
  )
  for (const [index, writer] of writers.entries()) {
    if (writer.channel === 'web') writers[index] = { ...writer, to: known.get(writer.name) ?? '' }
  }
}

/** Kills as often as wished, lets everything be confirmed and everything owed be sent. */
async function killAndFinish(
  { options, service, chance, note, dataDir }: Trial,
  loads: readonly Load[],
): Promise<void> {
  await killInTurn(options.kills, service, { chance, note })
  await service.ready()
  await Promise.all(loads.map((load) => load.finish()))
  const pool = await poolOf(dataDir)
  await nothingOwed(pool).finally(() => pool.end())
}

async function killInTurn(
  kills: number,
  service: ServiceUnderTest,
  { chance, note }: { chance: () => number; note: (what: 'postgres') => void },
): Promise<void> {
  for (let killed = 0; killed < kills;) {
    if (chance() > STILLBORN) await service.ready()
    await rest(PEACE * chance())
    if (killed % 2 === 0) {
      await service.killService()
      killed += 1
    } else if (await service.killPostgres()) {
      note('postgres')
      killed += 1
    }
  }
}

/** Connections to the service's database, which may just be coming up again. */
async function poolOf(dataDir: string): Promise<Pool> {
  for (const until = Date.now() + 30_000; ; await rest(100)) {
    const connectionString = await findEmbeddedPostgres(dataDir)
    if (connectionString === undefined && Date.now() < until) continue
    const pool = new Pool({ connectionString })
    pool.on('error', () => undefined)
    return pool
  }
}

/** Waits until the outbox is empty, as long as it gets emptier. Replies that were given up stay in it. */
async function nothingOwed(pool: Pool): Promise<void> {
  let least = Number.POSITIVE_INFINITY
  for (let until = 0; ; await rest(200)) {
    const { rows } = await pool.query<{ n: number; failed: boolean }>(
      'select channel, handed, attempts, failure, failed_at is not null failed, count(*)::int n from outbox group by 1, 2, 3, 4, 5',
    )
    const owed = rows.reduce((sum, { n }) => sum + n, 0)
    if (owed === 0) return
    if (owed < least) until = Date.now() + 60_000
    least = Math.min(least, owed)
    if (Date.now() > until || rows.some(({ failed }) => failed))
      throw new Error(`turns are owed for ever: ${JSON.stringify(rows)}`)
  }
}

async function judgeAll({
  dataDir,
  quizzes,
  writers,
  deaths,
  api,
}: Trial): Promise<{ writer: Writer; verdict: Verdict }[]> {
  const births = deaths.filter(({ what }) => what === 'service')
  const sent = api.calls.flatMap(({ method, payload }, index): (Got & { to: string })[] =>
    method === 'sendMessage'
      ? [
          {
            to: String(payload['chat_id']),
            text: String(payload['text']),
            life: births.filter((birth) => birth.calls <= index).length,
          },
        ]
      : [],
  )
  const pool = await poolOf(dataDir)
  try {
    const verdicts: { writer: Writer; verdict: Verdict }[] = []
    for (const writer of writers) {
      const got =
        writer.channel === 'telegram'
          ? sent.filter(({ to }) => to === writer.to)
          : await letterBox(pool, writer.to, deaths)
      verdicts.push({ writer, verdict: await judge(pool, quizzes, writer, got) })
    }
    return verdicts
  } finally {
    await pool.end()
  }
}

/** What lies in somebody's letter box. To put something there is a statement, so a death of PostgreSQL counts here too. */
async function letterBox(pool: Pool, to: string, deaths: readonly Death[]): Promise<Got[]> {
  const { rows } = await pool.query<{ text: string; at: Date }>(
    `select bubble->>'text' "text", at from web_bubble where external_id = $1 order by id`,
    [to],
  )
  return rows.map(({ text, at }) => ({
    text,
    life: deaths.filter((death) => death.at <= at.getTime()).length,
  }))
}

const killedBy = (deaths: readonly Death[], { failedStarts }: ServiceUnderTest): SoakReport['killed'] => ({
  // The first of its births follows no death, and those after a failed start no kill.
  service: deaths.filter(({ what }) => what === 'service').length - 1 - failedStarts(),
  postgres: deaths.filter(({ what }) => what === 'postgres').length,
})

function lineOf({ options, deaths, service }: Trial, loads: readonly Load[]): string {
  const { kills, seed } = options
  const killed = killedBy(deaths, service)
  const [web, telegram] = loads.map(({ counts }) => counts.acknowledged)
  return `seed ${seed}: ${killed.service + killed.postgres} of ${kills} killed (${killed.service} service, ${killed.postgres} PostgreSQL), ${web} messages confirmed in browsers, ${telegram} on Telegram`
}
