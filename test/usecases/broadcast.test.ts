// One text to many: to those it is for, in their language and hours, behind every reply, and until it is stopped.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { preceptor } from '../../src/cli/preceptor.ts'
import { CAPABILITIES } from '../../src/channels/web/web.ts'
import { sendBroadcast } from '../../src/usecases/broadcast.ts'
import { SendError } from '../../src/channels/channel.ts'
import type { DeliveryTiming } from '../../src/usecases/deliver-messages.ts'
import { HOUR } from '../../src/words/clock.ts'
import { freshDatabase, type FreshDatabase } from '../database.ts'
import { MONDAY } from '../programme.ts'
import {
  heardBy,
  letIn,
  message,
  type Process,
  type ProcessOptions,
  settled,
  startProcess,
} from './process.ts'

const QUICK: DeliveryTiming = { lease: 5_000, renew: 500, look: 30 }
const TEXT = { en: 'The workshop is on Friday.', fr: "L'atelier est vendredi." }

let fresh: FreshDatabase
let process: Process | undefined
let now: number

beforeEach(async () => {
  fresh = await freshDatabase()
  now = MONDAY
})
afterEach(async () => {
  await process?.stop()
  process = undefined
  await fresh.close()
})

async function start(options: Partial<ProcessOptions> = {}): Promise<Process> {
  process = await startProcess({
    database: fresh.db,
    owner: 'one',
    timing: QUICK,
    now: () => now,
    ...options,
  })
  return process
}

async function operator(...args: string[]): Promise<{ code: number; lines: string[] }> {
  const lines: string[] = []
  const code = await preceptor(args, { DATABASE_URL: fresh.url }, (line) => lines.push(line))
  return { code, lines }
}

const numbers = (count: number): string[] => Array.from({ length: count }, (_, index) => `nurse${index}`)
const rest = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
const until = async (isSo: () => boolean): Promise<void> => {
  for (const end = Date.now() + 15_000; !isSo(); await rest(5))
    if (Date.now() > end) throw new Error('it never came')
}

describe('whom it reaches', () => {
  it('is those it is for who are in and can be reached, each once, where they wrote last, in their language', async () => {
    const names = ['grace', 'eric', 'aline', 'stopped', 'away', 'gone', 'mentor', 'elsewhere']
    await letIn(fresh.db, names)
    const set = (what: string, ...who: string[]): Promise<unknown> =>
      fresh.db.query(`update person set ${what} where invite_code = any($1)`, [who])
    await fresh.db.query(
      `insert into facility (name, district) values ('Lake HC', 'Rubavu'), ('Hill HC', 'Musanze')`,
    )
    await set(`facility_id = (select id from facility where name = 'Lake HC')`, ...names)
    await set(`facility_id = (select id from facility where name = 'Hill HC')`, 'elsewhere')
    await set(`language = 'fr'`, 'eric')
    await set(`language = 'rw'`, 'aline')
    await set(`stopped_at = now()`, 'stopped')
    await set(`leave_until = '2126-01-01'`, 'away')
    await set(`role = 'district_based_mentor'`, 'mentor')
    await fresh.db.query(`update address set unreachable_at = now() where external_id = 'gone'`)
    // Grace has another address, where she wrote last.
    await fresh.db.query(
      `with more as (insert into address (channel, external_id, person_id) select 'web', 'grace-again', id from person where name = 'grace' returning *)
       update session s set address_id = more.id from more where s.person_id = more.person_id`,
    )
    const { sent } = await start()
    const args = [
      '--en',
      TEXT.en,
      '--fr',
      TEXT.fr,
      '--role',
      'mentee',
      '--cadre',
      'nurse',
      '--district',
      'rubavu',
    ]
    const dry = await operator('broadcast', 'send', ...args)
    expect(dry).toEqual({
      code: 0,
      lines: [
        '3 would read this, each in their language where you wrote it, outside quiet hours and holidays.',
        'Nothing was sent. Write the command again with --yes to send it.',
      ],
    })
    expect(await fresh.db.query('select 1 from broadcast')).toEqual([])
    const { code, lines } = await operator('broadcast', 'send', ...args, '--yes')
    expect([code, lines[0]]).toEqual([0, expect.stringContaining('Broadcast 1 is on its way to 3.')])
    await settled(fresh.db)
    expect(sent).toHaveLength(3)
    expect(new Map(sent.map(({ to, bubble }) => [to, bubble.text]))).toEqual(
      new Map([
        ['aline', TEXT.en],
        ['eric', TEXT.fr],
        ['grace-again', TEXT.en],
      ]),
    )
    const list = await operator('broadcast', 'list')
    expect(list.lines[1]).toMatch(
      /^1 .* done +3, mentee, nurse, rubavu +3 +0 +0 +0 +The workshop is on Friday\.$/,
    )
  })

  it.each([
    [['--role', 'mentee'], 'There is no text'],
    [['--en', 'x', '--role', 'queen'], '"queen" is no role'],
    [['--en', 'x', '--cadre', 'queen'], '"queen" is no cadre'],
    [['--en', 'x', '--facility', 'Nowhere'], 'Nobody would read this'],
    [['--to', 'all'], 'Write the text by language'],
    [['hello', 'all'], 'Write the text by language'],
  ])('%j is refused', async (args, reason) => {
    const { code, lines } = await operator('broadcast', 'send', ...args, '--yes')
    expect([code, lines.join('\n')]).toEqual([1, expect.stringContaining(reason)])
  })
})

it('waits while people sleep, and goes out when they are up', async () => {
  await letIn(fresh.db, numbers(3))
  // 22:00 in Kigali.
  now = MONDAY + 12 * HOUR
  const { sent, receiver } = await start()
  await sendBroadcast(fresh.db, { text: TEXT, audience: {} }, now)
  await receiver.receive([message('nurse0', 'm1', 'help')])
  await until(() => sent.length > 0)
  await rest(10 * QUICK.look)
  expect(heardBy(sent, 'nurse0')).toHaveLength(1)
  expect(sent).toHaveLength(1)
  now = MONDAY + 21 * HOUR
  await settled(fresh.db)
  expect(sent.filter(({ bubble }) => bubble.text === TEXT.en)).toHaveLength(3)
})

it('lets every reply overtake it, also to somebody it has yet to reach', async () => {
  await letIn(fresh.db, numbers(150))
  const { sent, receiver } = await start({
    channel: { capabilities: { ...CAPABILITIES, perSecond: 100, perSecondPerChat: 5, burstPerChat: 2 } },
  })
  await sendBroadcast(fresh.db, { text: TEXT, audience: {} }, now)
  await until(() => sent.length >= 20)
  const reached = new Set(sent.map(({ to }) => to))
  const last = numbers(150)
    .filter((name) => !reached.has(name))
    .slice(-5)
  const before = sent.length
  await receiver.receive(last.map((name) => message(name, name, 'help')))
  await settled(fresh.db)
  const replies = sent.flatMap(({ to, bubble }, index) =>
    last.includes(to) && bubble.text.startsWith('You can ') ? [index] : [],
  )
  expect(replies).toHaveLength(5)
  // All that went out meanwhile was on its way already, or went while the messages were being taken in.
  expect(Math.max(...replies)).toBeLessThan(before + 90)
  for (const name of last) expect(heardBy(sent, name)).toEqual([expect.stringContaining('You can '), TEXT.en])
  expect(sent).toHaveLength(155)
})

it('can be stopped midway: nobody hears it after that, and the list says how many did', async () => {
  await letIn(fresh.db, numbers(200))
  const { sent } = await start({
    channel: { capabilities: { ...CAPABILITIES, perSecond: 50 } },
    async send(to) {
      if (to === 'nurse0' || to === 'nurse1') throw new SendError('refused', '400')
    },
  })
  const { id } = await sendBroadcast(fresh.db, { text: TEXT, audience: {} }, now)
  await until(() => sent.length >= 20)
  const stopped = await operator('broadcast', 'stop', String(id))
  expect(stopped).toEqual({ code: 0, lines: [expect.stringMatching(/^Stopped: \d+ will not get it/)] })
  await rest(1_500)
  const heard = sent.length
  expect(heard).toBeLessThan(150)
  await rest(500)
  expect(sent).toHaveLength(heard)
  expect((await operator('broadcast', 'stop', String(id))).code).toBe(1)
  expect((await operator('broadcast', 'stop', 'all')).code).toBe(1)
  const { lines } = await operator('broadcast', 'list')
  expect(lines[1]).toMatch(/^1 .* stopped +200 +/)
  const { rows } = await fresh.pool.query<{ people: number; dropped: number }>(
    'select people, dropped from broadcast',
  )
  expect(await fresh.db.query('select 1 from outbox where failed_at is null')).toEqual([])
  // Those whose message was on its way at that moment count as dropped and may have got it.
  const [row] = rows
  expect((row?.people ?? 0) - (row?.dropped ?? 0)).toBeLessThanOrEqual(heard + 2)
  // The next one is not held up by what lies behind it.
  await sendBroadcast(fresh.db, { text: { en: 'The next.' }, audience: {} }, now + 1)
  await until(() => sent.some(({ bubble }) => bubble.text === 'The next.'))
})
