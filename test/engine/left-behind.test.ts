// A translation whose source was changed without it is told, until somebody has looked.
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { inStepNow, leftBehind, writeInStep } from '../../src/engine/left-behind.ts'
import { inStepSchema } from '../../src/engine/schema-translations.ts'
import { versionOf } from '../../src/store/flows.ts'
import { COLOURS } from './talk.ts'

const was: unknown = parse(COLOURS)
const noted = inStepNow(was, {}, { versionOf, all: false })
const behindIn = (source: string): unknown[] =>
  leftBehind(parse(source), noted, versionOf).map(({ item, from, behind }) => [item.id, from, behind])
const english = COLOURS.replace('Colour of milk?', 'Which colour is milk?')

describe('a translation', () => {
  it.each([
    ['stays in step', COLOURS, []],
    ['is left behind by its source', english, [['milk', 'en', ['fr', 'rw', 'sw']]]],
    [
      'is not when it changes too',
      english.replace('Couleur milk ?', 'Le lait ?'),
      [['milk', 'en', ['rw', 'sw']]],
    ],
    ['is not by another language', COLOURS.replace('Ibara milk?', 'Amata?'), []],
    ['is not by what nobody reads', COLOURS.replace('guideline_year: 2020', 'guideline_year: 2021'), []],
    ['of something new waits for nobody', COLOURS.replace('id: milk', 'id: cream'), []],
  ])('%s', (_what, source, behind) => {
    expect(behindIn(source)).toEqual(behind)
  })

  it('stays left behind until it is said to be looked at', () => {
    const again = inStepNow(parse(english), noted, { versionOf, all: false })
    expect(again).toEqual(noted)
    const looked = inStepNow(parse(english), noted, { versionOf, all: true })
    expect(leftBehind(parse(english), looked, versionOf)).toEqual([])
  })
})

it('is written as a file that is read again as it was', () => {
  expect(inStepSchema.parse(JSON.parse(writeInStep({ colours: noted, empty: {} })))).toEqual({
    colours: noted,
  })
  expect(JSON.parse(writeInStep({}))).toEqual({})
})
