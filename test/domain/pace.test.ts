import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { channelGate, chatGate, type Gate, type Pace } from '../../src/domain/pace.ts'
import { MINUTE, SECOND } from '../../src/words/clock.ts'

const TELEGRAM: Pace = { perSecond: 30, perSecondPerChat: 1, burstPerChat: 1, perMinutePerGroup: 20 }
const CLOUD: Pace = { perSecond: 80, perSecondPerChat: 1 / 6, burstPerChat: 45, perMinutePerGroup: Infinity }
const FREE: Pace = {
  perSecond: Infinity,
  perSecondPerChat: Infinity,
  burstPerChat: Infinity,
  perMinutePerGroup: Infinity,
}

/** How much later than asked a timer fires on a busy machine, and how long nothing is there to send. */
interface Moment {
  readonly late: number
  readonly lull: number
}

const moments = (least: number, lull: number): fc.Arbitrary<Moment[]> =>
  fc.array(
    fc.record({ late: fc.double({ min: 0, max: 5, noNaN: true }), lull: fc.constantFrom(0, 0, 0, 0, lull) }),
    {
      minLength: least,
      maxLength: 2 * least,
    },
  )

/** When each message passes, from the start on, each as early as the gate and the timers allow. */
function passes(gate: Gate, offered: readonly Moment[]): number[] {
  let now = 0
  return offered.map(({ late, lull }) => {
    now += lull
    const open = gate.opensAt(now)
    expect(open).toBeGreaterThanOrEqual(now)
    now = open > now ? open + late : now
    gate.pass(now)
    return now
  })
}

/** The most that pass in any stretch of `window` milliseconds, its end not counted. */
function mostIn(window: number, at: readonly number[]): number {
  let from = 0
  return Math.max(
    ...at.map((end, index) => {
      while ((at[from] ?? 0) <= end - window) from += 1
      return index - from + 1
    }),
  )
}

const backlog = (count: number): Moment[] =>
  Array.from({ length: count }, (_, index) => ({ late: (index * 7) % 4, lull: 0 }))
const span = (at: readonly number[]): number => (at.at(-1) ?? 0) - (at[0] ?? 0)

describe('a channel', () => {
  it.each([
    ['Telegram', TELEGRAM],
    ['the Cloud API', CLOUD],
    ['one message in two seconds', { ...TELEGRAM, perSecond: 0.5 }],
  ])('%s: never more than allowed in any window, whatever comes when', (_, pace) => {
    const window = pace.perSecond < 1 ? SECOND / pace.perSecond : SECOND
    fc.assert(
      fc.property(moments(200, 700), (offered) => {
        expect(mostIn(window, passes(channelGate(pace), offered))).toBeLessThanOrEqual(
          Math.max(1, pace.perSecond),
        )
      }),
    )
  })

  it.each([
    ['Telegram', TELEGRAM],
    ['the Cloud API', CLOUD],
  ])('%s: uses 95 % and more of what is allowed while there is a backlog and timers are late', (_, pace) => {
    const at = passes(channelGate(pace), backlog(30 * pace.perSecond))
    expect((at.length - 1) / (span(at) / SECOND)).toBeGreaterThanOrEqual(0.95 * pace.perSecond)
  })

  it('spreads a backlog, so that a reply waits a tenth of a second and not a whole one', () => {
    const at = passes(channelGate(TELEGRAM), backlog(300))
    const gaps = at.slice(60).map((one, index) => one - (at[index + 59] ?? 0))
    expect(Math.max(...gaps)).toBeLessThan(115)
  })

  it('lets a few go at once after a lull', () => {
    const gate = channelGate(TELEGRAM)
    passes(gate, backlog(30))
    expect(span(passes(gate, [{ late: 0, lull: 5_000 }, ...backlog(2)]))).toBe(0)
  })

  it('has no limit where the provider has none', () => {
    expect(span(passes(channelGate(FREE), backlog(1_000)))).toBe(0)
    expect(span(passes(chatGate(FREE, { group: true }), backlog(1_000)))).toBe(0)
  })
})

describe('a chat', () => {
  it('hears once a second from Telegram at most, and 95 % of that with a backlog', () => {
    fc.assert(
      fc.property(moments(20, 1_500), (offered) => {
        expect(mostIn(SECOND, passes(chatGate(TELEGRAM, { group: false }), offered))).toBe(1)
      }),
    )
    expect(span(passes(chatGate(TELEGRAM, { group: false }), backlog(101)))).toBeLessThan(
      (100 * SECOND) / 0.95,
    )
  })

  it('hears 45 at once on the Cloud API, then one in six seconds, and never more than that comes to', () => {
    const at = passes(chatGate(CLOUD, { group: false }), backlog(100))
    expect(at.filter((one) => one === 0)).toHaveLength(45)
    expect((at[99] ?? 0) / 55).toBeGreaterThan(6_000)
    expect((at[99] ?? 0) / 55).toBeLessThan(6_000 / 0.95)
    fc.assert(
      fc.property(moments(120, 40_000), (offered) => {
        const passed = passes(chatGate(CLOUD, { group: false }), offered)
        for (const minutes of [0.1, 1, 3])
          expect(mostIn(minutes * MINUTE, passed)).toBeLessThanOrEqual(45 + minutes * 10)
      }),
    )
  })

  it('of a group hears 20 a minute and one a second at most, and 95 % of that with a backlog', () => {
    fc.assert(
      fc.property(moments(60, 20_000), (offered) => {
        const passed = passes(chatGate(TELEGRAM, { group: true }), offered)
        expect(mostIn(MINUTE, passed)).toBeLessThanOrEqual(20)
        expect(mostIn(SECOND, passed)).toBe(1)
      }),
    )
    const at = passes(chatGate(TELEGRAM, { group: true }), backlog(201))
    expect(200 / (span(at) / MINUTE)).toBeGreaterThanOrEqual(0.95 * 20)
  })
})

describe('isRested', () => {
  it('says when a new gate would open no earlier', () => {
    fc.assert(
      fc.property(moments(30, 3_000), fc.integer({ min: 0, max: 120_000 }), (offered, wait) => {
        for (const group of [false, true]) {
          const gate = chatGate(TELEGRAM, { group })
          const now = (passes(gate, offered).at(-1) ?? 0) + wait
          if (gate.isRested(now)) expect(passes(gate, [{ late: 0, lull: now }])).toEqual([now])
        }
      }),
    )
    const gate = chatGate(TELEGRAM, { group: true })
    gate.pass(0)
    expect([gate.isRested(1_000), gate.isRested(2 * MINUTE)]).toEqual([false, true])
  })
})
