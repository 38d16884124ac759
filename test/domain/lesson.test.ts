import { describe, expect, it } from 'vitest'
import { caseOfWeekAt, lessonAt, lessonDay } from '../../src/domain/lesson.ts'
import { EVERY_DAY, type Programme } from '../../src/domain/rhythm.ts'
import { DAY, HOUR } from '../../src/words/clock.ts'

const programme: Programme = {
  timezone: 'Africa/Kigali',
  quiet: { from: 20 * 60 + 30, to: 6 * 60 + 30 },
  calendar: { every_year: ['12-25'], dates: [], pauses: [] },
}
const at = (day: string, time: string): number => Date.parse(`${day}T${time}:00+02:00`)
const rhythm = { hour: 17, days: EVERY_DAY, leaveUntil: undefined, unsolicitedAt: undefined }

describe('a lesson', () => {
  const approvedAt = at('2026-12-22', '10:00')

  it('comes at the own hour after 3, 10 and 30 days, and not on a holiday', () => {
    const when = (day: 3 | 10 | 30, now = approvedAt): number =>
      lessonAt({ approvedAt, day, now }, rhythm, programme)
    expect(when(3)).toBe(at('2026-12-26', '17:00'))
    expect(when(10)).toBe(at('2027-01-01', '17:00'))
    expect(when(30)).toBe(at('2027-01-21', '17:00'))
    // Late is not before now.
    expect(when(3, at('2027-01-04', '18:00'))).toBe(at('2027-01-05', '17:00'))
  })

  it('knows which asking it is, however late it comes', () => {
    expect(lessonDay(approvedAt, approvedAt + 3 * DAY)).toEqual({ day: 3, next: 10 })
    expect(lessonDay(approvedAt, approvedAt + 2 * DAY + 7 * HOUR)).toEqual({ day: 3, next: 10 })
    expect(lessonDay(approvedAt, approvedAt + 12 * DAY)).toEqual({ day: 10, next: 30 })
    expect(lessonDay(approvedAt, approvedAt + 90 * DAY)).toEqual({ day: 30, next: undefined })
  })
})

it('the case of the week comes on a Wednesday at noon, one a week', () => {
  const first = caseOfWeekAt(at('2026-11-23', '10:00'), undefined, programme)
  expect(first).toBe(at('2026-11-25', '12:00'))
  expect(caseOfWeekAt(at('2026-11-23', '11:00'), first, programme)).toBe(at('2026-12-02', '12:00'))
  expect(caseOfWeekAt(at('2026-11-25', '12:00'), undefined, programme)).toBe(at('2026-12-02', '12:00'))
  // Long after the last one the next Wednesday is free.
  expect(caseOfWeekAt(at('2027-03-01', '11:00'), first, programme)).toBe(at('2027-03-03', '12:00'))
})
