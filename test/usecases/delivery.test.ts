// Replies in this process's hands when the database goes away, or its answers get lost: none is lost, none repeated.
import { afterEach, beforeEach, expect, it } from 'vitest'
import { SendError } from '../../src/channels/channel.ts'
import { CommitUnknown, type Database } from '../../src/store/db.ts'
import type { DeliveryTiming } from '../../src/usecases/deliver-messages.ts'
import { MENU } from '../programme.ts'
import { freshDatabase, type FreshDatabase } from '../database.ts'
import {
  heardBy,
  letIn,
  message,
  type Process,
  type ProcessOptions,
  settled,
  startProcess,
} from './process.ts'

const QUICK: DeliveryTiming = { lease: 600, renew: 150, look: 40 }
const rest = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
const lost = (): Error => Object.assign(new Error('the connection broke'), { code: 'ECONNRESET' })

let fresh: FreshDatabase
let processes: Process[]
/** What goes wrong with the database at the moment. */
let trouble: 'none' | 'away' | 'commits lost' | 'claims lost'

/** The real database behind a wire that can be cut: before a statement arrives, or after it was done. */
function wired(database: Database): Database {
  return {
    async query(text, values) {
      if (trouble === 'away') throw lost()
      return database.query(text, values)
    },
    async inTransaction(work) {
      if (trouble === 'away') throw lost()
      let claimed = false
      const result = await database.inTransaction((db) =>
        work({
          query(text, values) {
            claimed ||= text.includes('set handed = true')
            return db.query(text, values)
          },
        }),
      )
      if (trouble === 'commits lost' || (trouble === 'claims lost' && claimed))
        throw new CommitUnknown('the connection broke in a commit')
      return result
    },
  }
}

async function start(options: Partial<ProcessOptions> = {}): Promise<Process> {
  const process = await startProcess({ database: wired(fresh.db), owner: 'one', timing: QUICK, ...options })
  processes.push(process)
  return process
}

beforeEach(async () => {
  trouble = 'none'
  processes = []
  fresh = await freshDatabase()
  await letIn(fresh.db, ['grace', 'eric', 'aline'])
})
afterEach(async () => {
  trouble = 'none'
  await Promise.all(processes.map((process) => process.stop()))
  await fresh.close()
})

it('sends what was in hand once the database is back after its lease ran out, once each', async () => {
  let open = (): void => undefined
  const gate = new Promise<void>((resolve) => (open = resolve))
  const process = await start({ send: () => gate })
  // One bubble each is on its way, the turns after it wait in line.
  for (const name of ['grace', 'eric', 'aline']) {
    for (let at = 0; at < 5; at++)
      await process.receiver.receive([message(name, `${name}-${at}`, at === 3 ? 'menu' : 'help')])
  }
  trouble = 'away'
  await rest(2 * QUICK.lease)
  open()
  await rest(2 * QUICK.look)
  trouble = 'none'
  await settled(fresh.db)
  for (const name of ['grace', 'eric', 'aline']) {
    const heard = heardBy(process.sent, name).map((text) => text.slice(0, 8))
    expect(heard).toEqual(['You can ', 'You can ', 'You can ', 'What wou', 'You can '])
  }
})

it('sends the reply of a transaction whose commit was not answered, before any later one', async () => {
  const process = await start()
  trouble = 'commits lost'
  await expect(process.receiver.receive([message('grace', 'm1', 'help')])).rejects.toThrow(
    'the connection broke',
  )
  trouble = 'none'
  // The provider was not told that it is kept, and delivers it again.
  await process.receiver.receive([message('grace', 'm1', 'help'), message('grace', 'm2', 'menu')])
  await settled(fresh.db)
  expect(heardBy(process.sent, 'grace').map((text) => text.slice(0, 8))).toEqual(['You can ', 'What wou'])
})

it('finds turns again that were claimed and the answer lost', async () => {
  // Another process owes a reply and is gone before it is accepted.
  const gone = await startProcess({
    database: fresh.db,
    owner: 'gone',
    timing: { lease: 60_000, look: 1e9, renew: 1e9 },
    send: () => new Promise(() => undefined),
  })
  await gone.receiver.receive([message('grace', 'm1', 'help')])
  const process = await start()
  trouble = 'claims lost'
  await fresh.db.query(`delete from lease where owner = 'gone'`)
  await rest(3 * QUICK.lease)
  expect(process.sent).toHaveLength(0)
  trouble = 'none'
  await settled(fresh.db)
  expect(heardBy(process.sent, 'grace')).toHaveLength(1)
})

it('goes on where it was in a turn of two bubbles when the database was away between them', async () => {
  const process = await start({
    async send(_to, bubble) {
      if (bubble.text.startsWith('✅') || bubble.text.startsWith('❌')) trouble = 'away'
    },
  })
  for (const text of ['menu', MENU.newborn]) await process.receiver.receive([message('grace', text, text)])
  await settled(fresh.db)
  await process.receiver.receive([message('grace', 'a', 'A')])
  await rest(3 * QUICK.lease)
  trouble = 'none'
  await settled(fresh.db)
  const heard = heardBy(process.sent, 'grace')
  expect(heard.filter((text) => text.startsWith('✅') || text.startsWith('❌'))).toHaveLength(1)
  expect(heard.filter((text) => text.startsWith('Question 2'))).toHaveLength(1)
})

it('notes a turn once whose bubbles go together, and by its first bubble one whose second is long on its way', async () => {
  let open = (): void => undefined
  const gate = new Promise<void>((resolve) => (open = resolve))
  let hang = false
  const noted: string[] = []
  const process = await start({
    database: {
      ...fresh.db,
      query(text, values = []) {
        if (text.includes('bubbles_sent = coalesce')) noted.push(String(values[0]))
        return fresh.db.query(text, values)
      },
    },
    send: (_to, bubble) =>
      hang && /^Question [23]/.test(bubble.text) ? gate : new Promise((resolve) => setTimeout(resolve, 30)),
  })
  for (const text of ['menu', MENU.newborn]) await process.receiver.receive([message('grace', text, text)])
  await settled(fresh.db)
  await process.receiver.receive([message('grace', 'a', 'A')])
  await settled(fresh.db)
  expect(noted.join('')).not.toContain('kept')
  hang = true
  await process.receiver.receive([message('grace', 'b', 'B')])
  await expect
    .poll(() => fresh.db.query('select bubbles_sent from outbox'), { timeout: 10_000 })
    .toEqual([{ bubbles_sent: 1 }])
  open()
  await settled(fresh.db)
  expect(heardBy(process.sent, 'grace').filter((text) => text.startsWith('Question 3'))).toHaveLength(1)
})

it('lets a chat rest as long as the provider asked, also when it was let go and found again meanwhile', async () => {
  const tries: number[] = []
  const process = await start({
    send() {
      tries.push(performance.now())
      return tries.length === 1 ? Promise.reject(new SendError('limited', '429', 2_000)) : Promise.resolve()
    },
  })
  await process.receiver.receive([message('grace', 'm1', 'help')])
  await rest(100)
  process.desk.outTray.doubt()
  await settled(fresh.db)
  expect(tries).toHaveLength(2)
  expect((tries[1] ?? 0) - (tries[0] ?? 0)).toBeGreaterThanOrEqual(1_990)
})

it('takes over what a process owed that has vanished, in order', async () => {
  let hold = true
  const first = await start({
    owner: 'first',
    send: () => (hold ? new Promise(() => undefined) : Promise.resolve()),
  })
  for (const [at, text] of ['help', 'menu', 'help'].entries())
    await first.receiver.receive([message('grace', `m${at}`, text)])
  // It stops renewing, as a process that has died: everything it says to the database from now on is lost.
  processes = []
  const second = await start({ database: fresh.db, owner: 'second' })
  trouble = 'away'
  await settled(fresh.db)
  expect(heardBy(second.sent, 'grace').map((text) => text.slice(0, 8))).toEqual([
    'You can ',
    'What wou',
    'You can ',
  ])
  hold = false
})

it('catches up with chats that are far behind at once, in order', async () => {
  const gone = await startProcess({
    database: fresh.db,
    owner: 'gone',
    timing: { ...QUICK, look: 1e9, renew: 1e9 },
    send: () => new Promise(() => undefined),
  })
  for (let at = 0; at < 25; at++) {
    const words = ['help', 'menu'][at % 2] ?? ''
    await gone.receiver.receive(
      ['grace', 'eric', 'aline'].map((name) => message(name, `${name}-${at}`, words)),
    )
  }
  // A turn of each chat a look would take it ten seconds, and longer while people go on writing.
  const process = await start({ timing: { ...QUICK, look: 400 } })
  await settled(fresh.db, 4_000)
  for (const name of ['grace', 'eric', 'aline']) {
    const heard = heardBy(process.sent, name).map((text) => text.slice(0, 8))
    expect(heard).toEqual(Array.from({ length: 25 }, (_, at) => ['You can ', 'What wou'][at % 2]))
  }
})

it('finds what a process that died had in hand, and says nothing twice that is on its way or half said', async () => {
  const monday = Date.parse('2026-11-23T08:00:00Z')
  let now = monday
  let open = (): void => undefined
  const gate = new Promise<void>((resolve) => (open = resolve))
  const process = await start({
    now: () => now,
    send: (to, bubble) => (to === 'eric' || bubble.text.startsWith('Question 2') ? gate : Promise.resolve()),
  })
  for (const text of ['menu', MENU.newborn, 'A'])
    await process.receiver.receive([message('aline', text, text)])
  await process.receiver.receive([message('eric', 'm1', 'help')])
  await fresh.db.query(
    `insert into outbox (address_id, turn, channel, shard, lane, language, says, created_at, handed)
     select id, 1, 'web', id % 8, 0, 'en', '[{"say":"word","word":"help"}]', to_timestamp($1::float8 / 1000), true
     from address where external_id = 'grace'`,
    [monday],
  )
  now += 3 * 60_000
  await expect.poll(() => heardBy(process.sent, 'grace')).toHaveLength(1)
  open()
  await settled(fresh.db)
  expect(heardBy(process.sent, 'eric')).toHaveLength(1)
  expect(heardBy(process.sent, 'aline').filter((text) => /^(✅|❌|Question 2)/u.test(text))).toHaveLength(2)
})

it('does not let a reply overtake the nudge before it, which another process is just writing', async () => {
  const process = await start()
  const owe = (turn: number, lane: number, word: string): Promise<unknown> =>
    fresh.db.query(
      `insert into outbox (address_id, turn, channel, shard, lane, language, says, created_at, handed)
       select id, $1, 'web', id % 8, $2, 'en', json_build_array(json_build_object('say', 'word', 'word', $3::text)), now(), false
       from address where external_id = 'grace'`,
      [turn, lane, word],
    )
  // Held by a transaction at the moment it is looked for, and not looked for before.
  const client = await fresh.pool.connect()
  trouble = 'away'
  await rest(2 * QUICK.look)
  await owe(1, 1, 'help')
  await client.query('begin')
  await client.query('update outbox set lane = 0 where turn = 1')
  await owe(2, 0, 'trouble')
  trouble = 'none'
  await rest(5 * QUICK.look)
  const early = heardBy(process.sent, 'grace').map((text) => text.slice(0, 8))
  await client.query('commit')
  client.release()
  await settled(fresh.db)
  expect(early).not.toContain('Somethin')
  expect(heardBy(process.sent, 'grace').map((text) => text.slice(0, 8))).toEqual(['You can ', 'Somethin'])
})

it('gives up one message that fails again and again while others get through, and goes on with its chat', async () => {
  const process = await start({
    send(_to, bubble) {
      // The provider breaks over this one, and asks for it again at once.
      return bubble.text.startsWith('What wou')
        ? Promise.reject(new SendError('unavailable', '500', 1))
        : Promise.resolve()
    },
  })
  await process.receiver.receive([message('grace', 'm1', 'menu')])
  await process.receiver.receive([message('grace', 'm2', 'help')])
  const given = async (): Promise<unknown[]> =>
    fresh.db.query('select turn, failure from outbox where failed_at is not null')
  for (let at = 0; at < 100 && (await given()).length === 0; at++) {
    await process.receiver.receive([message('eric', `e${at}`, 'help')])
    await rest(50)
  }
  expect(await given()).toEqual([{ turn: 1, failure: 'unavailable: 500' }])
  await settled(fresh.db)
  expect(heardBy(process.sent, 'grace')).toEqual([expect.stringContaining('You can send')])
})

it('waits for a provider that is away for everybody, and gives nothing up', async () => {
  let away = true
  const process = await start({
    send: () => (away ? Promise.reject(new SendError('unavailable', '502', 1)) : Promise.resolve()),
  })
  await process.receiver.receive([message('grace', 'm1', 'help'), message('eric', 'm2', 'help')])
  await rest(500)
  away = false
  await settled(fresh.db)
  expect(
    [heardBy(process.sent, 'grace'), heardBy(process.sent, 'eric')].map((heard) => heard.length),
  ).toEqual([1, 1])
})

it('sets aside a note that the database refuses for good, and writes the others', async () => {
  const logged: string[] = []
  const note = (_: object, words: string): void => void logged.push(words)
  const process = await start({
    log: { info: note, warn: note, error: note },
    // What a provider says may hold anything, also what no text of a database can.
    send: (to) => (to === 'grace' ? Promise.reject(new SendError('refused', 'no\u0000')) : Promise.resolve()),
  })
  await process.receiver.receive(['grace', 'eric', 'aline'].map((name) => message(name, name, 'help')))
  await settled(fresh.db)
  expect(await fresh.db.query('select failure from outbox')).toEqual([
    { failure: 'what became of it could not be noted (22021)' },
  ])
  expect(logged.filter((words) => words.includes('set aside'))).toHaveLength(1)
  await rest(5 * QUICK.look)
  expect(logged.filter((words) => words.includes('set aside'))).toHaveLength(1)
  for (const name of ['eric', 'aline']) expect(heardBy(process.sent, name)).toHaveLength(1)
})
