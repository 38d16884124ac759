// What comes due, on the queue as it runs, with both of its backends.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { followUpsDue } from '../../src/store/follow-ups.ts'
import { fireFollowUp } from '../../src/usecases/fire-follow-up.ts'
import { sweepFollowUps } from '../../src/usecases/sweep-follow-ups.ts'
import { DAY, HOUR, MINUTE, SECOND } from '../../src/words/clock.ts'
import { MENU } from '../programme.ts'
import { givenRedis, hasRedis, type RedisServer, startRedis } from '../redis.ts'
import { letIn, settled } from './process.ts'
import { at, LAST, NUDGE, type QueueStand, queueStand, REFRESHER, rest } from './queue-stand.ts'

const redisRuns = hasRedis || givenRedis !== undefined

// oxlint-disable-next-line node/no-process-env -- where nothing may be left out is said there
it.runIf(process.env['CI'] !== undefined)('finds a Redis where everything must be tested', () => {
  expect(redisRuns, 'install redis-server or set REDIS_URL').toBe(true)
})

describe('on PostgreSQL', { timeout: 60_000 }, () => {
  contract('postgres')
})
describe.runIf(redisRuns)('on Redis', { timeout: 60_000 }, () => {
  contract('redis')
})

/** So many right answers after so many wrong ones. */
const inARow = (right: number, wrong: number): boolean[] => [
  ...Array<boolean>(wrong).fill(false),
  ...Array<boolean>(right).fill(true),
]

function contract(kind: 'postgres' | 'redis'): void {
  let redis: RedisServer | undefined
  let stand: QueueStand

  beforeAll(async () => {
    if (kind === 'redis' && hasRedis) redis = await startRedis()
  })
  afterAll(() => redis?.close())
  beforeEach(async () => {
    stand = await queueStand(kind === 'postgres' ? { kind } : { kind, own: redis })
  })
  afterEach(() => stand.close())

  describe('an unfinished quiz', () => {
    it('is nudged after four hours and the next day at the person’s hour, then never', async () => {
      const alarm = await stand.clockOf(stand.one)
      await stand.beginQuiz('grace')
      await stand.answer('grace', true)
      await stand.rhythm('grace', 'reminder_hour = 8')
      await stand.pass(20 * DAY, alarm)
      expect(stand.unasked('grace')).toEqual([`2026-11-23T14:00 ${NUDGE}`, `2026-11-24T08:00 ${LAST}`])
      expect(stand.rung).toBeGreaterThanOrEqual(2)
      // The question stands there again and can be answered.
      await stand.answer('grace', true)
      expect(await stand.fresh.db.query('select correct from answer')).toHaveLength(2)
    })

    it('is nudged four hours after the last answer, not after the first', async () => {
      const alarm = await stand.clockOf(stand.one)
      await stand.beginQuiz('grace')
      await stand.pass(3 * HOUR, alarm)
      await stand.answer('grace', true)
      await stand.pass(3 * HOUR, alarm)
      expect(stand.unasked('grace')).toEqual([])
      await stand.pass(HOUR, alarm)
      expect(stand.unasked('grace')).toEqual([`2026-11-23T17:00 ${NUDGE}`])
    })

    it('is not nudged when it was finished meanwhile', async () => {
      const alarm = await stand.clockOf(stand.one)
      await stand.beginQuiz('grace')
      await stand.answer('grace', ...inARow(10, 0))
      await stand.pass(10 * DAY, alarm)
      expect(stand.unasked('grace')).toEqual([])
      const states = await stand.fresh.db.query(`select distinct state from follow_up`)
      expect(states).toEqual([{ state: 'stale' }])
    })

    it('is not nudged a second time when it was finished after the first', async () => {
      const alarm = await stand.clockOf(stand.one)
      await stand.beginQuiz('grace')
      await stand.pass(5 * HOUR, alarm)
      await stand.answer('grace', ...inARow(10, 0))
      await stand.pass(10 * DAY, alarm)
      expect(stand.unasked('grace')).toEqual([`2026-11-23T14:00 ${NUDGE}`])
    })

    it('waits for the end of quiet hours', async () => {
      const alarm = await stand.clockOf(stand.one)
      await stand.pass(at('2026-11-23T18:00') - stand.now, alarm)
      await stand.beginQuiz('grace')
      await stand.pass(3 * DAY, alarm)
      expect(stand.unasked('grace')).toEqual([`2026-11-24T06:30 ${NUDGE}`, `2026-11-25T17:00 ${LAST}`])
    })

    it('waits for a pause in the talk', async () => {
      const alarm = await stand.clockOf(stand.one)
      await stand.beginQuiz('grace')
      await stand.pass(4 * HOUR - MINUTE, alarm)
      await stand.say('grace', 'help')
      await stand.pass(2 * MINUTE, alarm)
      expect(stand.unasked('grace')).toEqual([])
      await stand.pass(10 * MINUTE, alarm)
      expect(stand.unasked('grace')).toEqual([`2026-11-23T14:09 ${NUDGE}`])
    })

    it.each([
      ['after STOP', () => stand.say('grace', 'stop')],
      [
        'when the person cannot be reached',
        () => stand.fresh.db.query('update address set unreachable_at = now()'),
      ],
    ])('is let be %s', async (_, happens) => {
      const alarm = await stand.clockOf(stand.one)
      await stand.beginQuiz('grace')
      await happens()
      await stand.pass(10 * DAY, alarm)
      expect(stand.unasked('grace')).toEqual([])
    })
  })

  describe('missed questions', () => {
    it('come back in sets of two or three at the person’s hour and days, until they are known', async () => {
      const alarm = await stand.clockOf(stand.one)
      await letIn(stand.fresh.db, ['grace'])
      for (const words of ['menu', MENU.hours, 'Days and hour', 'Monday, Wednesday, Friday', '18'])
        await stand.say('grace', words)
      await stand.say('grace', 'menu')
      await stand.say('grace', MENU.newborn)
      await stand.answer('grace', ...inARow(5, 5))
      const sizes: number[] = []
      for (let day = 0; day < 90; day++) {
        const before = stand.unasked('grace').length
        await stand.pass(DAY, alarm)
        if (stand.unasked('grace').length === before) continue
        const size = Number(/of (\d+)/.exec(stand.lastTo('grace')?.text ?? '')?.[1])
        sizes.push(size)
        await stand.answer('grace', ...Array<boolean>(size).fill(true))
      }
      // Each of the five was answered right twice, and is known.
      expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(10)
      expect(sizes.every((size) => size === 2 || size === 3)).toBe(true)
      expect(
        await stand.fresh.db.query('select count(*) known from review_card where retired_at is not null'),
      ).toEqual([{ known: 5 }])
      const days = stand.unasked('grace').map((line) => ({
        day: new Date(`${line.slice(0, 10)}T12:00Z`).getUTCDay(),
        hour: line.slice(11, 16),
      }))
      expect(days.every(({ day, hour }) => [1, 3, 5].includes(day) && hour === '18:00')).toBe(true)
      expect(new Set(stand.unasked('grace').map((line) => line.slice(0, 10))).size).toBe(sizes.length)
    })

    it('come back again when they are missed again', async () => {
      const alarm = await stand.clockOf(stand.one)
      await stand.beginQuiz('grace')
      await stand.answer('grace', ...inARow(8, 2))
      await stand.pass(2 * DAY, alarm)
      expect(stand.unasked('grace')).toHaveLength(1)
      await stand.answer('grace', false, false)
      await stand.pass(3 * DAY, alarm)
      expect(stand.unasked('grace')).toHaveLength(2)
    })

    it('wait a week when nobody answers', async () => {
      const alarm = await stand.clockOf(stand.one)
      await stand.beginQuiz('grace')
      await stand.answer('grace', ...inARow(8, 2))
      await stand.pass(20 * DAY, alarm)
      expect(stand.unasked('grace')).toEqual(
        ['2026-11-24T17:00', '2026-12-01T17:00', '2026-12-08T17:00'].map((when) => `${when} ${REFRESHER}`),
      )
    })

    it.each([
      ['an hour inside quiet hours', '2026-11-23T10:00', 'reminder_hour = 22', undefined],
      ['leave', '2026-11-23T10:00', `leave_until = '2026-11-30T00:00+02:00'`, '2026-11-30T17:00'],
      ['a holiday', '2026-12-24T10:00', 'reminder_hour = 17', '2026-12-27T17:00'],
      ['Commemoration week', '2027-04-06T10:00', 'reminder_hour = 17', '2027-04-14T17:00'],
      ['days the person has not chosen', '2026-11-23T10:00', 'reminder_days = 96', '2026-11-28T17:00'],
    ])('respect %s', async (_, start, set, comes) => {
      const alarm = await stand.clockOf(stand.one)
      await stand.pass(at(start) - stand.now, alarm)
      await letIn(stand.fresh.db, ['grace'])
      await stand.rhythm('grace', set)
      await stand.say('grace', 'menu')
      await stand.say('grace', MENU.newborn)
      await stand.answer('grace', ...inARow(8, 2))
      await stand.pass(10 * DAY, alarm)
      const [first] = stand.unasked('grace')
      if (comes === undefined) expect(first?.slice(11, 16) ?? '').toMatch(/^06:30$/)
      else expect(first).toBe(`${comes} ${REFRESHER}`)
    })

    it('respect leave that was taken after they were planned', async () => {
      const alarm = await stand.clockOf(stand.one)
      await stand.beginQuiz('grace')
      await stand.answer('grace', ...inARow(8, 2))
      for (const words of ['menu', MENU.hours, 'I am on leave', '5']) await stand.say('grace', words)
      await stand.pass(10 * DAY, alarm)
      expect(stand.unasked('grace')[0]).toBe(`2026-11-28T17:00 ${REFRESHER}`)
    })
  })

  it('sends at most one unasked message a day', async () => {
    const alarm = await stand.clockOf(stand.one)
    await stand.beginQuiz('grace')
    await stand.answer('grace', ...inARow(8, 2))
    // A second quiz, left unfinished: its nudges and the refresher want the same days.
    await stand.say('grace', 'menu')
    await stand.say('grace', MENU.bleeding)
    await stand.pass(6 * DAY, alarm)
    await stand.say('grace', 'menu')
    await stand.pass(30 * DAY, alarm)
    const days = stand.unasked('grace').map((line) => line.slice(0, 10))
    expect(stand.unasked('grace').filter((line) => line.endsWith(REFRESHER)).length).toBeGreaterThan(0)
    expect(stand.unasked('grace').filter((line) => line.endsWith(NUDGE) || line.endsWith(LAST))).toHaveLength(
      2,
    )
    expect(new Set(days).size).toBe(days.length)
  })

  describe('when things go wrong', () => {
    const CROWD = Array.from({ length: 12 }, (_, index) => `nurse-${index}`)

    /** A crowd in the middle of a quiz, all of them to be nudged at the same moment. */
    const crowd = (): Promise<void> => stand.beginQuiz(...CROWD)
    const nudges = (): number[] => CROWD.map((who) => stand.unasked(who).length)
    const once = CROWD.map(() => 1)

    it('fires every follow-up once although the queue’s storage was wiped', async () => {
      const alarm = await stand.clockOf(stand.one)
      await crowd()
      stand.now += 4 * HOUR - 3 * SECOND
      await sweepFollowUps(stand.one.desk, alarm)
      await stand.wipe()
      // Time goes on, and the service sweeps as ever.
      stand.now += 4 * SECOND
      for (const end = Date.now() + 20_000; !(await stand.nothingDue()) && Date.now() < end; await rest(200))
        await sweepFollowUps(stand.one.desk, alarm)
      await settled(stand.fresh.db)
      expect(nudges()).toEqual(once)
      // It was the queue that rang: the sweep acts itself only later.
      expect(stand.rung).toBeGreaterThanOrEqual(CROWD.length)
      await rest(500)
      await sweepFollowUps(stand.one.desk, alarm)
      await settled(stand.fresh.db)
      expect(nudges()).toEqual(once)
    })

    it('fires every follow-up once although the queue never comes back', async () => {
      const away = stand.clockAway()
      await crowd()
      stand.now += 4 * HOUR + 31 * SECOND
      await sweepFollowUps(stand.one.desk, away)
      await settled(stand.fresh.db)
      expect(nudges()).toEqual(once)
      await sweepFollowUps(stand.one.desk, away)
      await settled(stand.fresh.db)
      expect(nudges()).toEqual(once)
    })

    it('fires once when two workers sweep and ring at once', async () => {
      const two = await stand.begin('two')
      const clocks = [await stand.clockOf(stand.one), await stand.clockOf(two)] as const
      await crowd()
      stand.now += 4 * HOUR
      for (let round = 0; round < 5; round++) {
        await Promise.all([sweepFollowUps(stand.one.desk, clocks[0]), sweepFollowUps(two.desk, clocks[1])])
        // And the sweeps' own deeds, as if both thought that the queue had let them lie.
        const due = await followUpsDue(stand.fresh.db, stand.now + 1, 100)
        await Promise.all(
          due.flatMap(({ id }) => [fireFollowUp(stand.one.desk, id), fireFollowUp(two.desk, id)]),
        )
      }
      await stand.until(stand.nothingDue)
      await rest(300)
      await settled(stand.fresh.db)
      expect(nudges()).toEqual(once)
      expect(await stand.fresh.db.query(`select count(*) n from follow_up where attempts > 0`)).toEqual([
        { n: 0 },
      ])
    })

    it('goes well when an answer ends a quiz at the moment its follow-ups fire', async () => {
      const alarm = await stand.clockOf(stand.one)
      await letIn(stand.fresh.db, CROWD)
      for (const words of [
        'menu',
        MENU.newborn,
        ...Array<string>(10).fill('A'),
        'menu',
        MENU.newborn,
        'practise',
        ...Array<string>(9).fill('A'),
      ]) {
        await stand.say(CROWD, words)
      }
      await settled(stand.fresh.db)
      // Two days on, after the first nudge: the refresher comes while the last answer plans it anew.
      stand.now += 2 * DAY + 8 * HOUR
      await Promise.all([
        stand.say(CROWD, 'A'),
        (async () => {
          for (const { id } of await followUpsDue(stand.fresh.db, stand.now + 1, 100))
            await fireFollowUp(stand.one.desk, id)
        })(),
      ])
      await settled(stand.fresh.db)
      expect(await stand.fresh.db.query('select * from failed_message')).toEqual([])
      expect(await stand.fresh.db.query('select count(*) n from follow_up where attempts > 0')).toEqual([
        { n: 0 },
      ])
      await stand.pass(DAY, alarm)
    })

    it('tries one that breaks again, and the others do not wait for it', async () => {
      const alarm = await stand.clockOf(stand.one)
      await crowd()
      await stand.fresh.db.query(
        `update session set state = '{"asked":1,"stack":[{"kind":"quiz","attempt":0}]}' where person_id = (select id from person where invite_code = 'nurse-3')`,
      )
      await stand.fresh.db.query(
        `update attempt set left_frame = '{"kind":"quiz","version":"0123456789ab","answers":[],"questions":[0]}' where person_id = (select id from person where invite_code = 'nurse-3')`,
      )
      await stand.pass(5 * HOUR, alarm)
      expect(nudges()).toEqual(CROWD.map((who) => (who === 'nurse-3' ? 0 : 1)))
      expect(
        await stand.fresh.db.query(
          `select kind, attempts, p.invite_code who from follow_up f join person p on p.id = f.person_id where f.state = 'failed'`,
        ),
      ).toEqual([{ kind: 'nudge', attempts: 5, who: 'nurse-3' }])
    })
  })
}
