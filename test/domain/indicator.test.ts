// Figures that cannot be, and figures that are only unusual.
import { describe, expect, it } from 'vitest'
import { doubtOf, trendOf } from '../../src/domain/indicator.ts'

describe('a figure', () => {
  it.each([
    [41, 38, undefined, undefined],
    [410, 41, undefined, 'jump'],
    [4, 41, undefined, 'jump'],
    [123, 41, undefined, undefined],
    [124, 41, undefined, 'jump'],
    // Few cases go up and down by chance.
    [4, 1, undefined, undefined],
    [0, 9, undefined, undefined],
    [42, undefined, 41, 'more_than_whole'],
    [41, undefined, 41, undefined],
    [0, undefined, 0, undefined],
  ] as const)('of %d after %s, of %s in all: %s', (value, before, whole, expected) => {
    expect(doubtOf(value, { before, whole, unlikelyAbove: undefined })).toBe(expected)
  })

  it('is doubted when it is corrected to less than a part of it', () => {
    const against = { before: undefined, whole: undefined, unlikelyAbove: undefined }
    expect(doubtOf(3, { ...against, part: 9 })).toBe('less_than_part')
    expect(doubtOf(9, { ...against, part: 9 })).toBeUndefined()
  })

  it('is doubted by what others count only while the place has none of its own', () => {
    expect(doubtOf(251, { before: undefined, whole: undefined, unlikelyAbove: 250 })).toBe('unlikely')
    expect(doubtOf(250, { before: undefined, whole: undefined, unlikelyAbove: 250 })).toBeUndefined()
    expect(doubtOf(300, { before: 280, whole: undefined, unlikelyAbove: 250 })).toBeUndefined()
  })
})

it('goes up, down or nowhere', () => {
  expect([trendOf(2, 1), trendOf(1, 2), trendOf(1, 1)]).toEqual(['up', 'down', 'same'])
})
