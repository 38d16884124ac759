import { describe, expect, it } from 'vitest'
import type { Day } from '../../src/words/clock.ts'
import { dayMeant, dayWords } from '../../src/domain/day.ts'

const TODAY = '2026-11-23' as Day

describe('a day somebody writes', () => {
  it.each([
    ['2/12', '2026-12-02'],
    ['2.12.', undefined],
    [' 02-12 ', '2026-12-02'],
    ['23/11', '2026-11-23'],
    ['22/11', '2027-11-22'],
    ['29/2', '2028-02-29'],
    ['29/2/2027', undefined],
    ['31/4', undefined],
    ['2027-02-28', '2027-02-28'],
    ['13/13', undefined],
    ['tomorrow', '2026-11-24'],
    ['Aujourd’hui', '2026-11-23'],
    ['ejo', '2026-11-24'],
    ['leo', '2026-11-23'],
    ['5 December', '2026-12-05'],
    ['Sat 5 Dec 2026', '2026-12-05'],
    ['December 5th', '2026-12-05'],
    ['1er déc.', '2026-12-01'],
    ['5 ukuboza', '2026-12-05'],
    ['5 ya Desemba', '2026-12-05'],
    ['30 February', undefined],
    ['5 someday', undefined],
    ['0/12', undefined],
    ['2026-02-30', undefined],
  ])('%s is %s', (text, expected) => {
    expect(dayMeant(text, TODAY)).toBe(expected)
  })
})

it('says a day in each language, with a name before it', () => {
  expect(dayWords('2028-02-29' as Day, 'Rubavu HC').en).toMatch(/^Rubavu HC, Tue,? 29 February$/)
  expect(dayWords('2028-02-29' as Day).fr).toBe('mar. 29 février')
})
