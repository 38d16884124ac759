import fc from 'fast-check'
import { expect, it } from 'vitest'
import { agendaOn, nextMeeting, nextSupervisionReminder } from '../../src/domain/coordination.ts'
import { daysBetween, isWorkingDay, plusDays } from '../../src/domain/visit-calendar.ts'
import type { Day } from '../../src/words/clock.ts'

const day = (text: string): Day => text as Day
/** New Year, and Commemoration week. */
const calendar = { every_year: ['01-01'], dates: [], pauses: [{ from: '04-07', to: '04-13' }] }

it('meets about the quarter before, on the first working day from the tenth on', () => {
  expect(nextMeeting(day('2026-11-23'), calendar)).toEqual({ quarter: '2026-10-01', on: '2027-01-11' })
  expect(nextMeeting(day('2027-01-11'), calendar)).toEqual({ quarter: '2026-10-01', on: '2027-01-11' })
  expect(nextMeeting(day('2027-01-12'), calendar)).toMatchObject({ quarter: '2027-01-01' })
  // A leap year's first quarter ends with the last of March all the same.
  expect(nextMeeting(day('2028-02-29'), calendar)).toEqual({ quarter: '2028-01-01', on: '2028-04-14' })
})

it('never meets on a weekend, never reminds on one, and each quarter has one meeting', () => {
  const days = fc.integer({ min: 0, max: 3000 }).map((ahead) => plusDays(day('2024-01-01'), ahead))
  fc.assert(
    fc.property(days, (today) => {
      const { on, quarter } = nextMeeting(today, calendar)
      expect(on >= today).toBe(true)
      expect(isWorkingDay(on, calendar)).toBe(true)
      expect(daysBetween(agendaOn(on), on)).toBe(4)
      const after = nextMeeting(plusDays(on, 1), calendar)
      expect(after.quarter > quarter).toBe(true)
      expect(daysBetween(on, after.on)).toBeLessThan(110)
      const reminded = nextSupervisionReminder(today, calendar)
      expect(reminded > today && isWorkingDay(reminded, calendar)).toBe(true)
      expect(daysBetween(today, reminded)).toBeLessThan(110)
    }),
  )
})
