// A small slice of `npm run soak -- --programme`: two hospitals and four health centres over Commemoration week.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { calendarSchema } from '../src/engine/schema.ts'
import { FLOWS } from './programme.ts'
import { type Scale, simulateProgramme } from './soak/programme.ts'

const calendar = calendarSchema.parse(parse(await readFile(join(FLOWS, 'calendar.yaml'), 'utf8')))
const SLICE: Scale = { hospitals: 2, healthCentres: 4, communityMentors: 4, months: 3, seed: 7, calendar }

describe('a programme over months of virtual time', () => {
  it('keeps every promise, through a leap day and Commemoration week', () => {
    const { faults, ...figures } = simulateProgramme({ ...SLICE, months: 8 })
    expect(faults).toEqual([])
    expect(figures.visits).toBeGreaterThan(50)
    expect(figures.missed).toBeGreaterThan(0)
    expect(figures.validated).toBeGreaterThan(0)
    expect(figures.left).toBeGreaterThan(0)
    expect(figures.reminders).toBeGreaterThan(figures.visits)
  })

  it('is the same with the same seed, and another with another', () => {
    expect(simulateProgramme(SLICE)).toEqual(simulateProgramme(SLICE))
    expect(simulateProgramme({ ...SLICE, seed: 8 })).not.toEqual(simulateProgramme(SLICE))
  })

  it.each([
    ['no_reminders', 'a visit without a reminder'],
    ['at_night', 'somebody messaged in quiet hours'],
    ['one_leg', 'a validation without both legs'],
    ['overload', 'a mentor over load'],
    ['one_a_day', 'a visit without a reminder'],
    ['nothing_waits', 'practice on the day of a visit’s reminder'],
  ] as const)('finds what is done wrong on purpose: %s', (sabotage, fault) => {
    const { faults } = simulateProgramme({ ...SLICE, months: 6, sabotage })
    expect(faults.join('\n')).toContain(fault)
  })
})
