import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type Advisor,
  advisorFor,
  caseDueAt,
  MOST_OPEN,
  nextTier,
  TIERS,
  URGENCIES,
} from '../../src/domain/case.ts'
import { type Programme, workingTimeAfter } from '../../src/domain/rhythm.ts'
import { HOUR, MINUTE } from '../../src/words/clock.ts'
import type { PersonId } from '../../src/words/ids.ts'

const programme: Programme = {
  timezone: 'Africa/Kigali',
  quiet: { from: 20 * 60 + 30, to: 6 * 60 + 30 },
  calendar: {
    every_year: ['07-01'],
    dates: ['2026-04-03'],
    pauses: [{ from: '04-07', to: '04-13' }],
  },
}
/** Local time in Kigali. */
const at = (day: string, time: string): number => Date.parse(`${day}T${time}:00+02:00`)

describe('working time', () => {
  it('passes between 7 and 17, Monday to Friday, and not on holidays', () => {
    const after = (day: string, time: string, hours: number): number =>
      workingTimeAfter(at(day, time), hours * HOUR, programme)
    expect(after('2026-11-23', '10:00', 2)).toBe(at('2026-11-23', '12:00'))
    expect(after('2026-11-23', '16:00', 2)).toBe(at('2026-11-24', '08:00'))
    expect(after('2026-11-27', '16:30', 1)).toBe(at('2026-11-30', '07:30'))
    expect(after('2026-11-28', '12:00', 1)).toBe(at('2026-11-30', '08:00'))
    expect(after('2026-11-23', '03:00', 10)).toBe(at('2026-11-23', '17:00'))
    // Good Friday, the weekend, Easter Monday is worked here; then the week of commemoration.
    expect(after('2026-04-02', '16:00', 2)).toBe(at('2026-04-06', '08:00'))
    expect(after('2026-04-06', '16:00', 2)).toBe(at('2026-04-14', '08:00'))
    expect(after('2026-06-30', '16:00', 2)).toBe(at('2026-07-02', '08:00'))
  })

  it('never runs backwards, and more of it ends later', () => {
    const start = at('2026-01-01', '00:00')
    fc.assert(
      fc.property(fc.nat(300 * 24 * 60), fc.nat(6000), fc.nat(600), (from, length, more) => {
        const begin = start + from * MINUTE
        const end = workingTimeAfter(begin, length * MINUTE, programme)
        expect(end).toBeGreaterThanOrEqual(begin + length * MINUTE)
        expect(workingTimeAfter(begin, (length + more) * MINUTE, programme)).toBeGreaterThanOrEqual(end)
      }),
    )
  })
})

it('an emergency counts by the clock on the wall, the rest in working hours', () => {
  const evening = at('2026-11-27', '19:00')
  expect(caseDueAt(evening, 'emergency', 'first_answer', programme)).toBe(evening + 10 * MINUTE)
  for (const urgency of URGENCIES.filter((other) => other !== 'emergency'))
    expect(caseDueAt(evening, urgency, 'first_answer', programme)).toBeGreaterThanOrEqual(
      at('2026-11-30', '07:00'),
    )
})

describe('whom a case goes to', () => {
  const advisor = (id: number, more: Partial<Advisor> = {}): Advisor => ({
    personId: id as PersonId,
    own: false,
    tier: 'mentor',
    language: 'en',
    open: 0,
    away: false,
    onCall: false,
    ...more,
  })
  const asked = { language: 'rw' as const, before: new Set<PersonId>(), onlyOnCall: false }

  it('is the own mentor, unless away, drowned, or asked before', () => {
    const own = advisor(9, { own: true })
    expect(advisorFor('own', asked, [advisor(1), own])?.personId).toBe(9)
    expect(advisorFor('own', asked, [advisor(1), { ...own, away: true }])?.personId).toBe(1)
    expect(
      advisorFor('own', { ...asked, before: new Set([own.personId]) }, [advisor(1), own])?.personId,
    ).toBe(1)
    const two = [advisor(8, { own: true, open: MOST_OPEN }), advisor(9)]
    expect(advisorFor('own', asked, two)?.personId).toBe(9)
    // Drowned is better than nobody, and the own mentor than whoever is on call.
    expect(advisorFor('own', asked, two.slice(0, 1))?.personId).toBe(8)
    expect(advisorFor('own', asked, [advisor(1, { onCall: true }), own])?.personId).toBe(9)
  })

  it('is else who speaks the language, then who has least to do', () => {
    const all = [advisor(1), advisor(2, { language: 'rw', open: 3 }), advisor(3, { language: 'rw', open: 2 })]
    expect(advisorFor('second', asked, all)?.personId).toBe(3)
  })

  it('is at night who is on call, or nobody', () => {
    const night = { ...asked, onlyOnCall: true }
    expect(advisorFor('own', night, [advisor(1, { own: true })])).toBeUndefined()
    expect(
      advisorFor('own', night, [advisor(1, { own: true }), advisor(2, { onCall: true })])?.personId,
    ).toBe(2)
  })

  it('climbs from mentors to masters to supervisors, and stays there', () => {
    const all = [advisor(1), advisor(2, { tier: 'master' }), advisor(3, { tier: 'supervisor' })]
    expect(TIERS.map((tier) => advisorFor(tier, asked, all)?.personId)).toEqual([1, 1, 2, 3])
    expect(TIERS.map(nextTier)).toEqual(['second', 'master', 'supervisor', 'supervisor'])
  })
})
