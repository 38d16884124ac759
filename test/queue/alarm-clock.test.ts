import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freePort, givenRedis, hasRedis } from '../redis.ts'
import { eventually, make, named, now, rest, started, stopAll, sweepUntilRung, WHEN as at } from './clocks.ts'
import { doorwayTo } from './doorway.ts'
import type { Ground } from './grounds.ts'
import { postgresGround, redisGround } from './grounds.ts'
import { spawnRinging } from './ringing.ts'

const redisRuns = hasRedis || givenRedis !== undefined

// oxlint-disable-next-line node/no-process-env -- where nothing may be left out is said there
it.runIf(process.env['CI'] !== undefined)('finds a Redis where everything must be tested', () => {
  expect(redisRuns, 'install redis-server or set REDIS_URL').toBe(true)
})

describe('on PostgreSQL', { timeout: 60_000 }, () => {
  contract('postgres', postgresGround)
})
describe.runIf(redisRuns)('on Redis', { timeout: 60_000 }, () => {
  contract('redis', redisGround)
})

function contract(backend: 'postgres' | 'redis', lay: () => Promise<Ground>): void {
  let ground: Ground

  beforeAll(async () => {
    ground = await lay()
  }, 30_000)
  afterAll(async () => {
    await stopAll()
    await ground.close()
  }, 30_000)

  // The slow ones first: those that are marked `concurrent` run side by side.
  it.concurrent('rings again when a process is killed in the middle of a ring', async () => {
    const options = { ...ground.options(), name: named('killed') }
    const ringing = await spawnRinging(options)
    const setter = make(options)
    await setter.clock.set([now(5)])
    await ringing.killOnce('ringing 5')
    const told = await started(options)
    await eventually(() => told.times(5) > 0, 30_000)
    expect(told.times(5)).toBe(1)
    await Promise.all([setter.clock.stop(), told.clock.stop()])
  })

  it.concurrent('notices a network that swallows everything, and recovers', async () => {
    const door = doorwayTo(ground, await freePort())
    await door.open()
    const told = await started(ground.options(door.port))
    door.silence()
    await told.clock.set([now(1)])
    await eventually(() => told.clock.state().phase === 'lost', 30_000)
    await door.open()
    await sweepUntilRung(told, 1)
    expect(told.clock.state()).toEqual({ phase: 'ready' })
    await told.clock.stop(1_000)
    await door.shut()
  })

  it.runIf(backend === 'postgres').concurrent(
    'rings soon when a NOTIFY is lost and the next alarm is far',
    async () => {
      const door = doorwayTo(ground, await freePort())
      door.swallowNotifications()
      await door.open()
      const told = await started(ground.options(door.port))
      await told.clock.set([{ id: 1, at, delay: 3_600_000 }])
      await rest(500)
      await told.clock.set([now(2)])
      await eventually(() => told.times(2) > 0, 15_000)
      expect(told.rung.map(({ id }) => id)).toEqual([2])
      await told.clock.stop(1_000)
      await door.shut()
    },
  )

  it.concurrent('rings once, at its time and not before', async () => {
    const told = await started(ground.options())
    expect(told.clock.backend).toBe(backend)
    expect(told.clock.state()).toEqual({ phase: 'ready' })
    const from = Date.now()
    await told.clock.set([
      { id: 1, at, delay: 700 },
      { id: 2, at, delay: 0 },
      { id: 3, at, delay: -5_000 },
    ])
    await eventually(() => told.rung.length === 3)
    expect(told.rung.find(({ id }) => id === 1)?.when).toBeGreaterThanOrEqual(from + 699)
    expect(told.rung.map(({ id }) => id).at(-1)).toBe(1)
    await rest(300)
    expect(told.rung).toHaveLength(3)
    await told.clock.stop()
  })

  it.concurrent('rings once when the same alarm is set again and again, by several clocks', async () => {
    const one = await started({ ...ground.options(), name: named('again') })
    const two = await started({ ...ground.options(), name: named('again') })
    const alarm = { id: 7, at, delay: 500 }
    await Promise.all([one.clock.set([alarm, alarm]), two.clock.set([alarm]), two.clock.set([alarm, now(8)])])
    await one.clock.set([alarm])
    await one.clock.set([{ id: 9, at, delay: 1_000 }])
    await eventually(() => one.times(9) + two.times(9) === 1)
    expect(one.times(7) + two.times(7)).toBe(1)
    expect(one.times(8) + two.times(8)).toBe(1)
    // What has rung leaves nothing behind: the row is still due, so the sweep sets the very same alarm.
    await two.clock.set([{ ...alarm, delay: 0 }])
    await eventually(() => one.times(7) + two.times(7) === 2)
    await Promise.all([one.clock.stop(), two.clock.stop()])
  })

  it.concurrent('rings at the new time when an alarm is moved', async () => {
    const told = await started(ground.options())
    await told.clock.set([{ id: 1, at, delay: 60_000 }])
    await told.clock.set([{ id: 1, at: at - 59_000, delay: 100 }])
    await eventually(() => told.times(1) > 0)
    expect(told.times(1)).toBe(1)
    await told.clock.stop()
  })

  it.concurrent('rings again when a ring is rejected, and logs no words of the error', async () => {
    const told = make(ground.options())
    await told.clock.start(async (id) => {
      told.rung.push({ id, when: Date.now() })
      if (told.rung.length < 3) throw new Error('the patient of nurse Joseph')
    })
    await told.clock.set([now(1)])
    await eventually(() => told.times(1) === 3)
    const [first, second, third] = told.rung.map(({ when }) => when)
    expect((second ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(900)
    expect((third ?? 0) - (second ?? 0)).toBeGreaterThanOrEqual(1_900)
    const rejected = told.log.filter(({ text }) => text === 'a ring was rejected')
    expect(rejected.map(({ fields }) => fields)).toEqual([
      expect.objectContaining({ alarm: 1, attempt: 1, code: 'Error' }),
      expect.objectContaining({ alarm: 1, attempt: 2, code: 'Error' }),
    ])
    expect(JSON.stringify(told.log)).not.toContain('Joseph')
    await told.clock.stop()
  })

  it.concurrent('shares many alarms between clocks that start at once, each rung once', async () => {
    const options = { ...ground.options(), name: named('shared'), concurrency: 8 }
    const all = await Promise.all([started(options), started(options), started(options)])
    await all[0].clock.set(Array.from({ length: 1_200 }, (_, id) => now(id)))
    const rung = () => all.flatMap((told) => told.rung.map(({ id }) => id))
    await eventually(() => rung().length >= 1_200)
    await rest(200)
    expect(rung().toSorted((a, b) => a - b)).toEqual(Array.from({ length: 1_200 }, (_, id) => id))
    await Promise.all(all.map(({ clock }) => clock.stop()))
  })

  it.concurrent('sets alarms without ringing them, and rings once it is started', async () => {
    const told = make(ground.options())
    expect(told.clock.state()).toEqual({ phase: 'off' })
    await told.clock.set([now(1)])
    expect(told.clock.state()).toEqual({ phase: 'ready' })
    await told.clock.start(async (id) => void told.rung.push({ id, when: 0 }))
    await eventually(() => told.times(1) === 1)
    await told.clock.stop()
  })

  it.concurrent('waits for the ring that runs when it stops, and rings no more', async () => {
    const name = named('stopped')
    const told = make({ ...ground.options(), name, concurrency: 1 })
    let ended = false
    await told.clock.start(async (id) => {
      told.rung.push({ id, when: 0 })
      await rest(600)
      ended = true
    })
    await told.clock.set([now(1), { id: 2, at, delay: 300 }])
    await eventually(() => told.times(1) === 1)
    await told.clock.stop()
    expect(ended).toBe(true)
    expect(told.clock.state()).toEqual({ phase: 'off' })
    await told.clock.set([now(3)])
    const next = await started({ ...ground.options(), name })
    await eventually(() => next.times(2) === 1)
    expect(next.rung.map(({ id }) => id)).toEqual([2])
    expect(told.rung.map(({ id }) => id)).toEqual([1])
    await next.clock.stop()
  })

  it.concurrent('stops in the time it is given when a ring never ends', async () => {
    const told = make(ground.options())
    await told.clock.start((id) => {
      told.rung.push({ id, when: 0 })
      return new Promise(() => {})
    })
    await told.clock.set([now(1)])
    await eventually(() => told.times(1) === 1)
    const from = Date.now()
    await told.clock.stop(300)
    expect(Date.now() - from).toBeLessThan(5_000)
  })

  it.concurrent(
    'starts when the backend is away, says what would mend it, and comes when it comes',
    async () => {
      const door = doorwayTo(ground, await freePort())
      const told = make(ground.options(door.port))
      await told.clock.start(async (id) => void told.rung.push({ id, when: 0 }))
      const variable = backend === 'redis' ? 'REDIS_URL' : 'DATABASE_URL'
      expect(told.clock.state()).toEqual({
        phase: 'connecting',
        detail: expect.stringMatching(`cannot be reached: check that it runs and that ${variable}`),
      })
      await told.clock.set([now(1)])
      await door.open()
      await eventually(() => told.clock.state().phase === 'ready')
      await sweepUntilRung(told, 1)
      await door.shut()
      await eventually(() => told.clock.state().phase === 'lost')
      await told.clock.set([now(2)])
      await told.clock.stop(500)
    },
  )

  it.concurrent('tells no secrets when it is refused', async () => {
    const told = await started(ground.refused)
    await told.clock.set([now(1)])
    expect(told.clock.state().phase).toBe('connecting')
    expect(told.clock.state().detail).toMatch(/refuses the user/)
    expect(JSON.stringify([told.clock.state(), told.log])).not.toMatch(/hunter2|nobody|127\.0\.0\.1/)
    await told.clock.stop()
  })

  it.runIf(backend === 'postgres' || hasRedis)(
    'holds two connections, one when it only sets, and none when it has stopped',
    async () => {
      await eventually(async () => (await ground.connections()) === 0)
      const setter = make(ground.options())
      await setter.clock.set([now(1)])
      expect(await ground.connections()).toBe(1)
      const told = await started({ ...ground.options(), concurrency: 8 })
      await told.clock.set(Array.from({ length: 50 }, (_, id) => now(id)))
      await eventually(() => told.rung.length === 50)
      expect(await ground.connections()).toBe(3)
      await Promise.all([setter.clock.stop(), told.clock.stop()])
      await eventually(async () => (await ground.connections()) === 0)
    },
  )

  it('goes on when its storage is wiped while it runs, between rings and in the middle of one', async () => {
    const told = make(ground.options())
    const held = { end: ignore }
    await told.clock.start(async (id) => {
      told.rung.push({ id, when: 0 })
      if (id === 2) await new Promise<void>((resolve) => (held.end = resolve))
    })
    await sweepUntilRung(told, 1)
    await ground.wipe()
    await sweepUntilRung(told, 1)
    await told.clock.set([now(2), { id: 3, at, delay: 500 }])
    await eventually(() => told.times(2) === 1)
    await ground.wipe()
    held.end()
    await sweepUntilRung(told, 3)
    await eventually(() => told.clock.state().phase === 'ready')
    expect(told.times(2)).toBe(1)
    await told.clock.stop()
  })

  it('goes on when the backend restarts', async () => {
    const told = await started(ground.options())
    await sweepUntilRung(told, 1)
    for (let round = 2; round < 5; round += 1) {
      await ground.restart()
      await sweepUntilRung(told, round)
    }
    await eventually(() => told.clock.state().phase === 'ready')
    // And it waits for the next ring as before, not only for the sweep.
    await told.clock.set([{ id: 9, at, delay: 200 }])
    await eventually(() => told.times(9) > 0)
    expect(told.times(9)).toBe(1)
    await told.clock.stop()
  })

  it.runIf(backend === 'redis' && hasRedis)('rings on a cluster', async () => {
    const cluster = await redisGround(true)
    try {
      const told = await started(cluster.options())
      await told.clock.set([now(1), now(2), { id: 3, at, delay: 200 }])
      await eventually(() => told.rung.length >= 3)
      expect(told.rung.map(({ id }) => id).toSorted((a, b) => a - b)).toEqual([1, 2, 3])
      await told.clock.stop()
    } finally {
      await cluster.close()
    }
  })
}

const ignore = (): void => {}
