import { describe, expect, it } from 'vitest'
import {
  fiscalYear,
  percentPrinted,
  PRINTED_TABLE_1,
  PRINTED_TABLE_2,
} from '../../src/domain/printed-tables.ts'

describe('a whole percentage', () => {
  it('rounds a half up, in integers', () => {
    expect(percentPrinted(1, 8)).toBe(13)
    expect(percentPrinted(1, 200)).toBe(1)
    expect(percentPrinted(0, 5)).toBe(0)
    expect(percentPrinted(5, 5)).toBe(100)
    expect(percentPrinted(0, 0)).toBeUndefined()
    for (let whole = 1; whole <= 300; whole++)
      for (let part = 0; part <= whole; part += 7) {
        const got = percentPrinted(part, whole) ?? -1
        // Within a half of the exact value, compared in integers.
        expect(Math.abs(200 * part - 2 * got * whole)).toBeLessThanOrEqual(whole)
      }
  })

  it('is what was printed in every line but one', () => {
    const wrong = [...PRINTED_TABLE_1, ...PRINTED_TABLE_2].filter(
      ({ validated, mentees, percent }) => percentPrinted(validated, mentees) !== percent,
    )
    expect(wrong).toEqual([{ year: 'FY21', of: 'RAM', mentees: 266, validated: 79, percent: 27 }])
  })
})

it('knows the fiscal years of October to September, and nothing else', () => {
  expect(fiscalYear('FY21')).toEqual({ from: Date.parse('2020-10-01'), to: Date.parse('2021-10-01') })
  expect(fiscalYear('fy27')?.to).toBe(Date.parse('2027-10-01'))
  for (const no of ['', '21', 'FY2021', 'FY1', 'XY21', 'FY21 ']) expect(fiscalYear(no)).toBeUndefined()
})
