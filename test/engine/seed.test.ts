import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { numbersFrom, shuffled } from '../../src/engine/seed.ts'

const seeds = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })

describe('numbersFrom', () => {
  it('gives the same row for the same seed, on every machine', () => {
    const next = numbersFrom(42)
    // Written down once: a changed row would change every quiz that is running.
    expect([next(), next(), next()]).toEqual([0.6011037519201636, 0.44829055899754167, 0.8524657934904099])
  })

  it('stays in [0, 1) and is spread evenly', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const next = numbersFrom(seed)
        const numbers = Array.from({ length: 400 }, next)
        expect(numbers.every((number) => number >= 0 && number < 1)).toBe(true)
        const mean = numbers.reduce((sum, number) => sum + number, 0) / numbers.length
        // Six standard deviations of the mean of 400.
        expect(Math.abs(mean - 0.5)).toBeLessThan(0.09)
      }),
    )
  })
})

describe('shuffled', () => {
  it('is an order of all numbers, the same each time', () => {
    fc.assert(
      fc.property(fc.nat(60), seeds, (count, seed) => {
        const order = shuffled(count, seed)
        expect(order.toSorted((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, index) => index))
        expect(shuffled(count, seed)).toEqual(order)
      }),
    )
  })

  it('is written down: a changed order would change every quiz that is running', () => {
    expect(shuffled(6, 1)).toEqual([4, 1, 5, 2, 0, 3])
    expect(shuffled(0, 1)).toEqual([])
    expect(shuffled(1, 7)).toEqual([0])
  })

  it('puts each of four options in each place about as often', () => {
    const counts = Array.from({ length: 4 }, () => [0, 0, 0, 0])
    for (let seed = 0; seed < 4000; seed++)
      shuffled(4, seed).forEach((option, place) => {
        const row = counts[place]
        if (row) row[option] = (row[option] ?? 0) + 1
      })
    for (const count of counts.flat()) expect(Math.abs(count - 1000)).toBeLessThan(150)
  })
})
