import fc from 'fast-check'
import { expect, it } from 'vitest'
import {
  BASELINE_ITEMS,
  BASELINE_PARTS,
  type BaselineScores,
  changesSince,
  nextItem,
  partScores,
} from '../../src/domain/baseline.ts'

const scores = fc
  .array(fc.constantFrom(0, 1, 2, undefined), {
    minLength: BASELINE_ITEMS.length,
    maxLength: BASELINE_ITEMS.length,
  })
  .map((all): BaselineScores => new Map(BASELINE_ITEMS.map((item, index) => [item, all[index]])))

it('asks for every item once, in the order of the parts', () => {
  const asked = new Map<(typeof BASELINE_ITEMS)[number], number | undefined>()
  for (let item = nextItem(asked); item !== undefined; item = nextItem(asked)) asked.set(item, undefined)
  expect([...asked.keys()]).toEqual(BASELINE_ITEMS)
  expect(partScores(asked)).toEqual(BASELINE_PARTS.map((part) => ({ part, score: 0, max: 0 })))
})

it('never counts what could not be seen as worse or better', () => {
  fc.assert(
    fc.property(scores, scores, fc.constantFrom(...BASELINE_ITEMS), (before, now, item) => {
      const blind = new Map([...now, [item, undefined] as const])
      const changed = changesSince(before, blind).flatMap(({ better, worse }) => [...better, ...worse])
      expect(changed).not.toContain(item)
      expect(changesSince(now, now).flatMap(({ better, worse }) => [...better, ...worse])).toEqual([])
    }),
  )
})

it('is the other way round looked at from the other end', () => {
  fc.assert(
    fc.property(scores, scores, (before, now) => {
      const back = changesSince(now, before)
      changesSince(before, now).forEach(({ part, better, worse }, index) => {
        expect(back[index]).toEqual({ part, better: worse, worse: better })
      })
    }),
  )
})
