// The same message many times, in any order, to two processes at once: one answer, one reply.
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { IncomingMessage } from '../../src/words/message.ts'
import { MENU } from '../programme.ts'
import { freshDatabase, type FreshDatabase } from '../database.ts'
import {
  heardBy,
  letIn,
  message,
  type Process,
  putOnRoster,
  type Sent,
  settled,
  startProcess,
} from './process.ts'

const rest = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** How many statements of this database wait for a lock. */
async function waiters(fresh: FreshDatabase): Promise<number> {
  const { rows } = await fresh.pool.query<{ n: number }>(
    `select count(*)::int n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
  )
  return rows[0]?.n ?? 0
}

async function untilWaiting(fresh: FreshDatabase, count: number): Promise<void> {
  for (const until = Date.now() + 10_000; (await waiters(fresh)) < count; await rest(5)) {
    if (Date.now() > until) throw new Error(`${count} statements never waited`)
  }
}

describe('two processes on one database', () => {
  let fresh: FreshDatabase
  let sent: Sent[]
  let processes: readonly [Process, Process]

  beforeAll(async () => {
    fresh = await freshDatabase()
    sent = []
    processes = [
      await startProcess({ database: fresh.db, owner: 'one', sent }),
      await startProcess({ database: fresh.db, owner: 'two', sent }),
    ]
  })
  afterAll(async () => {
    await Promise.all(processes.map((process) => process.stop()))
    await fresh.close()
  })

  let people = 0
  /** Nurses in the middle of their first quiz, with question 1 before them. */
  async function inAQuiz(count: number): Promise<string[]> {
    const names = Array.from({ length: count }, () => `nurse-${people++}`)
    await letIn(fresh.db, names)
    for (const text of ['menu', MENU.newborn]) {
      await processes[0].receiver.receive(names.map((name) => message(name, `${name}-${text}`, text)))
    }
    await settled(fresh.db)
    return names
  }

  interface Counted {
    readonly answers: number
    readonly ordinals: number
    readonly turns: number
  }

  async function countOf(name: string): Promise<Counted> {
    const [row] = await fresh.db.query(
      `select (select count(*) from answer n join attempt t on t.id = n.attempt_id where t.person_id = p.id) answers,
         (select count(distinct ordinal) from answer n join attempt t on t.id = n.attempt_id where t.person_id = p.id) ordinals,
         s.turn turns from person p join session s on s.person_id = p.id where p.invite_code = $1`,
      [name],
    )
    return row as Counted
  }

  it('counts a message once that comes three times at once, to either or both', async () => {
    const names = await inAQuiz(3)
    const turns = [
      [0, 0, 0],
      [0, 1, 0],
      [1, 1, 1],
    ] as const
    await Promise.all(
      names.map((name, index) =>
        Promise.all(
          (turns[index] ?? []).map((to) => processes[to].receiver.receive([message(name, `${name}-a`, 'A')])),
        ),
      ),
    )
    await settled(fresh.db)
    for (const name of names) {
      expect(await countOf(name)).toEqual({ answers: 1, ordinals: 1, turns: 3 })
      expect(heardBy(sent, name).filter((text) => text.startsWith('Question 2 of'))).toHaveLength(1)
    }
  })

  it('counts each message once, whatever the order, the number of copies and the process', async () => {
    const copy = fc.record({
      message: fc.nat(4),
      person: fc.nat(2),
      to: fc.constantFrom(0, 1),
      after: fc.nat(15),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(copy, { minLength: 1, maxLength: 30 }), async (copies) => {
        const names = await inAQuiz(3)
        const distinct = new Map<string, IncomingMessage>()
        await Promise.all(
          copies.map(async ({ message: number, person, to, after }) => {
            const name = names[person] ?? ''
            const id = `${name}-m${number}`
            const one = distinct.get(id) ?? message(name, id, 'ABCD'[number % 4] ?? 'A')
            distinct.set(id, one)
            await rest(after)
            await processes[to].receiver.receive([one])
          }),
        )
        await settled(fresh.db)
        for (const name of names) {
          const mine = [...distinct.values()].filter(({ sender }) => sender === name).length
          expect(await countOf(name)).toEqual({ answers: mine, ordinals: mine, turns: 2 + mine })
          const asked = heardBy(sent, name).flatMap((text) => /Question (\d+) of/.exec(text)?.[1] ?? [])
          // Once each, and in order: whichever process took them in, whichever sends.
          expect(asked.map(Number)).toEqual(Array.from({ length: mine + 1 }, (_, index) => index + 1))
        }
      }),
      { numRuns: 25 },
    )
  }, 90_000)

  it('does not lose what a stranger writes to one process while the other lets them in', async () => {
    await putOnRoster(fresh.db, ['grace'])
    for (const [at, text] of ['hello', 'English'].entries()) {
      await processes[0].receiver.receive([message('chat-of-grace', `grace-${at}`, text)])
    }
    // Both take their message in while the conversation is held; the first to get it gives it away.
    const client = await fresh.pool.connect()
    await client.query('begin')
    await client.query(
      `select from session where person_id = (select person_id from address where external_id = 'chat-of-grace') for update`,
    )
    const code = processes[0].receiver.receive([message('chat-of-grace', 'grace-code', 'grace')])
    await untilWaiting(fresh, 1)
    const help = processes[1].receiver.receive([message('chat-of-grace', 'grace-help', 'HELP')])
    await untilWaiting(fresh, 2)
    await client.query('commit')
    client.release()
    await Promise.all([code, help])
    await settled(fresh.db)
    expect(heardBy(sent, 'chat-of-grace').at(-2)).toContain('Do you agree?')
    expect(heardBy(sent, 'chat-of-grace').at(-1)).toContain('You can send at any time')
  })

  it('sends in order when one process owes a reply and the other, which sends, takes in the next message', async () => {
    const names = await inAQuiz(20)
    for (const name of names) {
      await processes[1].receiver.receive([message(name, `${name}-x`, 'A')])
      await processes[0].receiver.receive([message(name, `${name}-y`, 'A')])
    }
    await settled(fresh.db)
    for (const name of names) {
      const asked = heardBy(sent, name).flatMap((text) => /Question (\d+) of/.exec(text)?.[1] ?? [])
      expect(asked).toEqual(['1', '2', '3'])
    }
  })
})

describe('a batch', () => {
  const WORDS = [
    'menu',
    ...Object.values(MENU),
    '1',
    '2',
    '3',
    'A',
    'b',
    'C',
    'd',
    'back',
    'help',
    'language',
    'English',
    'stop',
    'start',
    '👍',
    '1.0',
  ] as const
  const TABLES = {
    sessions: `select p.invite_code who, s.turn, s.state::text from session s join person p on p.id = s.person_id order by 1`,
    attempts: `select p.invite_code who, t.flow, t.purpose, t.score, t.passed, t.left_frame is not null "left"
      from attempt t join person p on p.id = t.person_id order by p.invite_code, t.id`,
    answers: `select p.invite_code who, n.ordinal, n.attempt_try, n.question, n.option, n.correct
      from answer n join attempt t on t.id = n.attempt_id join person p on p.id = t.person_id order by p.invite_code, t.id, n.ordinal, n.attempt_try`,
    followUps: `select p.invite_code who, f.kind, f.state from follow_up f join person p on p.id = f.person_id order by p.invite_code, f.kind, f.id`,
  }

  /** What a conversation of several people comes to when their messages are handed over in these portions. */
  async function outcome(
    people: readonly string[],
    portions: readonly (readonly IncomingMessage[])[],
  ): Promise<object> {
    const fresh = await freshDatabase()
    // Nobody's time depends on how the messages were grouped, so that the two can be compared.
    const process = await startProcess({ database: fresh.db, owner: 'one' })
    try {
      await letIn(fresh.db, people)
      for (const portion of portions) await process.receiver.receive(portion)
      await settled(fresh.db)
      const tables: Record<string, unknown> = {}
      for (const [name, query] of Object.entries(TABLES)) tables[name] = await fresh.db.query(query)
      // Attempts are numbered as they come, which depends on who was first.
      const text = JSON.stringify(tables).replaceAll(/\\"attempt\\":\d+/g, 'attempt')
      return { tables: JSON.parse(text) as object, heard: people.map((name) => heardBy(process.sent, name)) }
    } finally {
      await process.stop()
      await fresh.close()
    }
  }

  it('comes to the same as its messages one by one', async () => {
    const people = ['grace', 'eric', 'aline']
    const line = fc.record({ person: fc.nat(2), word: fc.constantFrom(...WORDS) })
    await fc.assert(
      fc.asyncProperty(fc.array(line, { minLength: 2, maxLength: 40 }), async (lines) => {
        const messages = lines.map(({ person, word }, index) =>
          message(people[person] ?? '', `m${index}`, word),
        )
        expect(await outcome(people, [messages])).toEqual(
          await outcome(
            people,
            messages.map((one) => [one]),
          ),
        )
      }),
      { numRuns: 12 },
    )
  }, 120_000)

  it('keeps the place of a quiz that was begun and left within one batch', async () => {
    const lines = ['menu', MENU.newborn, 'A', 'menu', MENU.newborn, 'Go on']
    const messages = lines.map((word, index) => message('grace', `m${index}`, word))
    const heard = await outcome(['grace'], [messages])
    expect(heard).toEqual(
      await outcome(
        ['grace'],
        messages.map((one) => [one]),
      ),
    )
    expect(JSON.stringify(heard)).toContain('You have answered 1 of')
  })
})

describe('one person with two chats', () => {
  let fresh: FreshDatabase
  let process: Process
  beforeEach(async () => {
    fresh = await freshDatabase()
    process = await startProcess({ database: fresh.db, owner: 'one' })
    await letIn(fresh.db, ['grace'])
    await fresh.db.query(
      `insert into address (channel, external_id, person_id) select 'web', 'other', id from person where invite_code = 'grace'`,
    )
  })
  afterEach(async () => {
    await process.stop()
    await fresh.close()
  })

  it('is answered where each message was written, also when both come in one batch', async () => {
    for (let round = 0; round < 10; round++) {
      await process.receiver.receive([
        message('grace', `a${round}`, 'help'),
        message('other', `b${round}`, 'menu'),
      ])
    }
    await settled(fresh.db)
    expect(heardBy(process.sent, 'grace')).toHaveLength(10)
    expect(heardBy(process.sent, 'other')).toHaveLength(10)
    expect(heardBy(process.sent, 'grace').every((text) => text.startsWith('You can send at any time'))).toBe(
      true,
    )
    expect(
      heardBy(process.sent, 'other').every((text) => text.startsWith('What would you like to do?')),
    ).toBe(true)
  })

  it('is not left waiting with a message that comes in the very moment a batch ends', async () => {
    // Each is handed over by whoever was just told that the one before is kept.
    for (let round = 0; round < 50; round++)
      await process.receiver.receive([message('grace', `n${round}`, 'help')])
    await settled(fresh.db)
    expect(heardBy(process.sent, 'grace')).toHaveLength(50)
  })

  it('goes on with one quiz in both', async () => {
    await process.receiver.receive([message('grace', 'm', 'menu')])
    await process.receiver.receive([message('grace', 'quiz', MENU.newborn)])
    for (let at = 0; at < 4; at++) {
      await process.receiver.receive([message('grace', `a${at}`, 'A'), message('other', `b${at}`, 'B')])
    }
    await settled(fresh.db)
    const answers = await fresh.db.query('select ordinal from answer order by ordinal')
    expect(answers).toHaveLength(8)
    expect(heardBy(process.sent, 'grace').filter((text) => text.startsWith('Question'))).toHaveLength(4)
    expect(heardBy(process.sent, 'other').filter((text) => text.startsWith('Question'))).toHaveLength(4)
  })
})
