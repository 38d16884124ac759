// A programme with its queue, on one backend: time moves by the test's clock, the queue rings in real time.
import { Redis } from 'ioredis'
import { type AlarmClock, createAlarmClock } from '../../src/queue/alarm-clock.ts'
import { followUpsDue, nextFollowUp } from '../../src/store/follow-ups.ts'
import { fireFollowUp } from '../../src/usecases/fire-follow-up.ts'
import { sweepFollowUps } from '../../src/usecases/sweep-follow-ups.ts'
import { HOUR } from '../../src/words/clock.ts'
import type { FlowId, FollowUpId } from '../../src/words/ids.ts'
import { NO_LOG } from '../../src/words/log.ts'
import type { Bubble } from '../../src/words/message.ts'
import { freshDatabase } from '../database.ts'
import { MENU, rightLetter, wrongLetter } from '../programme.ts'
import { givenRedis, type RedisServer } from '../redis.ts'
import { letIn, message, type Process, settled, startProcess } from './process.ts'

/** Where the queue is kept: on a Redis, of the test's own or given, or on the programme's PostgreSQL. */
export type Backend =
  { readonly kind: 'postgres' } | { readonly kind: 'redis'; readonly own: RedisServer | undefined }

/** A moment by the clock on a wall in Kigali. */
export const at = (local: string): number => Date.parse(`${local}+02:00`)
export const rest = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

export const NUDGE = 'is waiting at question'
export const LAST = 'still waiting'
export const REFRESHER = 'short refresher'

export type QueueStand = Awaited<ReturnType<typeof queueStand>>

export async function queueStand(backend: Backend) {
  const fresh = await freshDatabase()
  const name = `follow-ups-${Math.random().toString(36).slice(2)}`
  const heard: { readonly at: number; readonly to: string; readonly bubble: Bubble }[] = []
  const processes: Process[] = []
  const alarms: AlarmClock[] = []
  // A Monday.
  const time = { now: at('2026-11-23T10:00'), rung: 0 }
  let messages = 0

  async function begin(owner: string): Promise<Process> {
    const process = await startProcess({
      database: fresh.db,
      owner,
      now: () => time.now,
      send(to, bubble) {
        heard.push({ at: time.now, to, bubble })
        return Promise.resolve()
      },
    })
    processes.push(process)
    return process
  }
  const one = await begin('one')

  const redisUrl = backend.kind === 'redis' ? (backend.own?.url ?? givenRedis ?? '') : undefined
  const clockAt = (where: { redisUrl: string | undefined; databaseUrl: string }): AlarmClock => {
    const alarm = createAlarmClock({ ...where, log: NO_LOG, name })
    alarms.push(alarm)
    return alarm
  }
  const lastTo = (who: string): Bubble | undefined => heard.findLast(({ to }) => to === who)?.bubble
  const nothingDue = async (): Promise<boolean> =>
    (await followUpsDue(fresh.db, time.now + 1, 1)).length === 0

  async function until(wanted: () => boolean | Promise<boolean>): Promise<void> {
    for (const end = Date.now() + 20_000; !(await wanted()); await rest(10)) {
      if (Date.now() > end) throw new Error(`never came true: ${wanted.toString()}`)
    }
  }

  const quiz = (): Parameters<typeof rightLetter>[0] => {
    const content = one.desk.shelf.current('newborn-resuscitation' as FlowId)?.content
    if (content?.kind !== 'quiz') throw new Error('the quiz is gone')
    return content
  }

  return Object.assign(time, {
    fresh,
    one,
    begin,
    until,
    nothingDue,
    lastTo,

    /** The queue of a process, ringing. */
    async clockOf({ desk }: Process): Promise<AlarmClock> {
      const alarm = clockAt({ redisUrl, databaseUrl: fresh.url })
      await alarm.start(async (id) => {
        time.rung += 1
        await fireFollowUp(desk, id as FollowUpId)
      })
      return alarm
    },

    /** A queue nobody can reach. */
    clockAway: (): AlarmClock =>
      clockAt({
        redisUrl: redisUrl === undefined ? undefined : 'redis://127.0.0.1:1',
        databaseUrl: 'postgres://127.0.0.1:1/x',
      }),

    /** Lets time pass. What comes due on the way is put on the queue by a sweep and rung by the queue. */
    async pass(ms: number, alarm: AlarmClock): Promise<void> {
      const end = time.now + ms
      for (
        let next = await nextFollowUp(fresh.db);
        next && next.dueAt <= end;
        next = await nextFollowUp(fresh.db)
      ) {
        time.now = Math.max(time.now, next.dueAt)
        await sweepFollowUps(one.desk, alarm)
        await until(nothingDue)
        await settled(fresh.db)
      }
      time.now = end
    },

    /** Everybody says this, at once. */
    async say(who: string | readonly string[], words: string): Promise<void> {
      const people = typeof who === 'string' ? [who] : who
      await one.receiver.receive(people.map((person) => message(person, `m${messages++}`, words)))
      await settled(fresh.db)
    },

    /** Answers what stands before them; `right` says how, question by question. */
    async answer(who: string, ...right: readonly boolean[]): Promise<void> {
      for (const is of right) {
        const asked = lastTo(who)
        if (!asked) throw new Error('nothing was asked')
        await this.say(who, is ? rightLetter(quiz(), asked) : wrongLetter(quiz(), asked))
      }
    },

    async beginQuiz(...people: readonly string[]): Promise<void> {
      await letIn(fresh.db, people)
      await this.say(people, 'menu')
      await this.say(people, MENU.newborn)
    },

    /** Sets something of a person's hours. */
    rhythm: (who: string, set: string): Promise<unknown> =>
      fresh.db.query(`update person set ${set} where invite_code = $1`, [who]),

    /** What came unasked to somebody, and when by the clock on their wall. */
    unasked: (who: string): string[] =>
      heard.flatMap(({ at: when, to, bubble }) => {
        const kind = [NUDGE, LAST, REFRESHER].find((words) => bubble.text.includes(words))
        const local = new Date(when + 2 * HOUR).toISOString().slice(0, 16)
        return to === who && kind !== undefined ? [`${local} ${kind}`] : []
      }),

    /** Throws away everything the queue keeps. */
    async wipe(): Promise<void> {
      if (backend.kind === 'postgres') {
        const drop = (): Promise<boolean> =>
          fresh.db.query('drop schema if exists bullmq cascade').then(
            () => true,
            () => false,
          )
        // It may lose against the clock's own locks; then once more.
        while (!(await drop())) await rest(20)
        return
      }
      const admin = new Redis(redisUrl ?? '')
      if (backend.own) await admin.flushall()
      else for (const key of await admin.keys(`{preceptor}:${name}*`)) await admin.del(key)
      admin.disconnect()
    },

    async close(): Promise<void> {
      await Promise.all(alarms.map((alarm) => alarm.stop(500)))
      await Promise.all(processes.map((process) => process.stop()))
      await fresh.close()
    },
  })
}
