import fc from 'fast-check'
import { DateTime } from 'luxon'
import { describe, expect, it } from 'vitest'
import {
  decideNudge,
  decideRefresher,
  type Decision,
  lastNudgeAt,
  NUDGE_AFTER,
  refresherAt,
  type Situation,
} from '../../src/domain/follow-up.ts'
import { EVERY_DAY, type Programme, type Rhythm } from '../../src/domain/rhythm.ts'
import { DAY, HOUR, MINUTE } from '../../src/words/clock.ts'

const KIGALI: Programme = {
  timezone: 'Africa/Kigali',
  quiet: { from: 20 * 60 + 30, to: 6 * 60 + 30 },
  calendar: { every_year: ['12-25'], dates: [], pauses: [{ from: '04-07', to: '04-13' }] },
}
const USUAL: Rhythm = { hour: 17, days: EVERY_DAY, leaveUntil: undefined, unsolicitedAt: undefined }
const at = (local: string): number => DateTime.fromISO(local, { zone: 'Africa/Kigali' }).toMillis()
const shown = (decision: Decision): string =>
  decision.decision === 'move'
    ? DateTime.fromMillis(decision.to, { zone: 'Africa/Kigali' }).toFormat("yyyy-MM-dd'T'HH:mm")
    : decision.decision

function situation(
  now: string,
  more: Partial<Omit<Situation, 'rhythm' | 'now'>> & { rhythm?: Partial<Rhythm> } = {},
): Situation {
  return {
    now: at(now),
    programme: KIGALI,
    heardAt: undefined,
    reachable: true,
    ...more,
    rhythm: { ...USUAL, ...more.rhythm },
  }
}

describe('decideNudge', () => {
  // Begun at ten on a Monday.
  const begun = at('2026-11-23T10:00')
  it.each([
    ['four hours later: acts', situation('2026-11-23T14:00'), 'act'],
    ['a minute too soon: waits', situation('2026-11-23T13:59'), '2026-11-23T14:00'],
    ['unreachable, or stopped: says nothing', situation('2026-11-23T14:00', { reachable: false }), 'stale'],
    [
      'in the middle of something else: waits for a pause',
      situation('2026-11-23T14:00', { heardAt: at('2026-11-23T13:55') }),
      '2026-11-23T14:05',
    ],
    ['ten minutes after: acts', situation('2026-11-23T14:00', { heardAt: at('2026-11-23T13:50') }), 'act'],
    [
      'had their message of the day: the next day at their hour',
      situation('2026-11-23T14:00', { rhythm: { unsolicitedAt: at('2026-11-23T08:00') } }),
      '2026-11-24T17:00',
    ],
    ['in quiet hours: in the morning', situation('2026-11-23T22:00'), '2026-11-24T06:30'],
    [
      'on leave: after it',
      situation('2026-11-23T14:00', { rhythm: { leaveUntil: at('2026-11-30T00:00') } }),
      '2026-11-30T06:30',
    ],
    ['on a holiday: the day after', situation('2026-12-25T14:00'), '2026-12-26T06:30'],
    ['in Commemoration week: after it', situation('2027-04-08T14:00'), '2027-04-14T06:30'],
  ])('%s', (_name, now, expected) => {
    expect(shown(decideNudge(begun, now))).toBe(expected)
  })

  it('is stale when the quiz is over', () => {
    expect(decideNudge(undefined, situation('2026-11-23T14:00'))).toEqual({ decision: 'stale' })
  })

  it('counts the four hours from the last answer', () => {
    expect(shown(decideNudge(at('2026-11-23T12:30'), situation('2026-11-23T14:00')))).toBe('2026-11-23T16:30')
  })
})

describe('the last nudge', () => {
  it('comes at the person’s hour, on another day than the first', () => {
    const last = (now: string, rhythm: Partial<Rhythm> = {}): string =>
      shown({ decision: 'move', to: lastNudgeAt(at(now), { ...USUAL, ...rhythm }, KIGALI) })
    expect(last('2026-11-23T14:00')).toBe('2026-11-24T17:00')
    expect(last('2026-11-23T06:30')).toBe('2026-11-24T17:00')
    expect(last('2026-11-27T14:00', { days: 31 })).toBe('2026-11-30T17:00')
    expect(last('2026-12-24T14:00')).toBe('2026-12-26T17:00')
  })
})

describe('decideRefresher', () => {
  it.each([
    ['due: acts', at('2026-11-24T10:00'), situation('2026-11-24T17:00'), 'act'],
    [
      'due later this day: acts, since days are what is counted',
      at('2026-11-24T22:00'),
      situation('2026-11-24T17:00'),
      'act',
    ],
    [
      'due another day: waits for the hour of that day',
      at('2026-11-26T03:00'),
      situation('2026-11-24T17:00'),
      '2026-11-26T17:00',
    ],
    ['nothing left to ask: says nothing', undefined, situation('2026-11-24T17:00'), 'stale'],
    [
      'stopped: says nothing',
      at('2026-11-24T10:00'),
      situation('2026-11-24T17:00', { reachable: false }),
      'stale',
    ],
    [
      'just writing: waits for a pause',
      at('2026-11-24T10:00'),
      situation('2026-11-24T17:00', { heardAt: at('2026-11-24T16:58') }),
      '2026-11-24T17:08',
    ],
    [
      'had their message of the day: the next',
      at('2026-11-24T10:00'),
      situation('2026-11-24T17:00', { rhythm: { unsolicitedAt: at('2026-11-24T14:00') } }),
      '2026-11-25T17:00',
    ],
  ])('%s', (_name, dueAt, now, expected) => {
    expect(shown(decideRefresher(dueAt, now))).toBe(expected)
  })

  it('is planned for the hour of the day it is due, or the next that will do', () => {
    const planned = (dueAt: string, now: string, rhythm: Partial<Rhythm> = {}): string =>
      shown({ decision: 'move', to: refresherAt(at(dueAt), at(now), { ...USUAL, ...rhythm }, KIGALI) })
    expect(planned('2026-11-24T10:00', '2026-11-23T10:00')).toBe('2026-11-24T17:00')
    // A test late in the evening comes back the next afternoon, not the one after.
    expect(planned('2026-11-24T22:00', '2026-11-23T22:00')).toBe('2026-11-24T17:00')
    expect(planned('2026-11-20T10:00', '2026-11-23T18:00')).toBe('2026-11-24T17:00')
    expect(planned('2026-11-24T10:00', '2026-11-23T10:00', { days: 64 })).toBe('2026-11-29T17:00')
  })
})

it('what is moved is moved ahead, so that no follow-up goes round for ever', () => {
  const moment = fc.integer({ min: at('2026-06-01T00:00'), max: at('2028-06-01T00:00') })
  const cases = moment.chain((now) =>
    fc.record({
      now: fc.constant(now),
      subject: fc.option(fc.integer({ min: now - 100 * DAY, max: now + 10 * DAY }), { nil: undefined }),
      heardAt: fc.option(fc.integer({ min: now - 10 * HOUR, max: now + MINUTE }), { nil: undefined }),
      reachable: fc.boolean(),
      rhythm: fc.record({
        hour: fc.nat(23),
        days: fc.integer({ min: 1, max: 127 }),
        leaveUntil: fc.option(fc.integer({ min: now - DAY, max: now + 100 * DAY }), { nil: undefined }),
        unsolicitedAt: fc.option(fc.integer({ min: now - 2 * DAY, max: now }), { nil: undefined }),
      }),
    }),
  )
  fc.assert(
    fc.property(cases, fc.boolean(), ({ subject, ...rest }, isNudge) => {
      let now: Situation = { ...rest, programme: KIGALI }
      const decide = (): Decision => (isNudge ? decideNudge(subject, now) : decideRefresher(subject, now))
      let decision = decide()
      let moves = 0
      while (decision.decision === 'move') {
        expect(decision.to).toBeGreaterThan(now.now)
        now = { ...now, now: decision.to }
        moves += 1
        // Pause, day, quiet hours: each is waited out once.
        expect(moves).toBeLessThan(6)
        decision = decide()
      }
      if (subject === undefined || !rest.reachable) expect(decision).toEqual({ decision: 'stale' })
      else expect(decision).toEqual({ decision: 'act' })
      if (isNudge && subject !== undefined && decision.decision === 'act')
        expect(now.now - subject).toBeGreaterThanOrEqual(NUDGE_AFTER)
    }),
    { numRuns: 1000 },
  )
})
