// Advice to authors: it is given where it should be, and nowhere else.
import { describe, expect, it } from 'vitest'
import { adviseFlow } from '../../src/engine/advise.ts'
import { parseFlow } from '../../src/engine/parse.ts'

const advice = (source: string): string[] => {
  const parsed = parseFlow('x.yaml', source)
  expect(parsed.faults).toEqual([])
  return adviseFlow('x.yaml', parsed).map(({ line, message }) => `${line} ${message}`)
}

/** Ten questions; `right` of them have the longest option as the right one. */
const bank = (right: number, head = ''): string => `kind: quiz
title: { en: Bank }
competency: NB-HBB
cadres: [nurse]
languages: [en]
status: draft
draw: 4
${head}
questions:
${Array.from(
  { length: 10 },
  (_, index) => `  - id: q${'abcdefghij'[index]}
    source: Handbook
    guideline_year: 2020
    ask: { en: 'Question ${index}?' }
    answer: a
    options:
      a: { text: { en: '${index < right ? 'The longest of all' : 'Short'}' }, because: { en: Yes it is. } }
      b: { text: { en: 'Quite long' }, because: { en: It is not. } }
`,
).join('')}`

describe('a quiz', () => {
  it('whose right option is too often the longest', () => {
    expect(advice(bank(6))).toEqual([])
    expect(advice(bank(7))).toEqual([
      '10 the right option is the longest in 7 of 10 questions (en): shorten it, or lengthen others',
    ])
  })

  it('whose right option keeps its place', () => {
    expect(advice(bank(0, 'shuffle: false'))).toEqual([
      '10 the right option is number 1 in 10 of 10 questions: take out "shuffle: false", or move them',
    ])
  })

  it('that asks the same twice', () => {
    expect(advice(bank(0).replace('Question 4?', 'question  2 ?'))).toEqual([
      expect.stringContaining('in the same words as "qc"'),
    ])
  })
})

it.each([
  ['mg', '', true],
  ['mg', 'route: IM', false],
  ['h', '', false],
  ['h', "with: ['10 IU']", true],
])('a fact in %s with "%s" is a dose without a route: %s', (unit, more, advised) => {
  const source = `kind: facts
facts:
  - id: some
    says: Something
    value: 5
    unit: ${unit}
    source: Handbook
    guideline_year: 2020
    tag: V
    ${more}
`
  expect(advice(source)).toEqual(advised ? [expect.stringContaining('"some" is a dose without a route')] : [])
})

it.each([
  ['What does the baby do?', '', true],
  ['What does the baby do?', ', screened: true', false],
  ['Where do you work?', '', false],
])('"%s" answered in words%s may tell who a patient is: %s', (ask, more, advised) => {
  const source = `kind: dialogue
title: { en: Talk }
languages: [en]
status: draft
steps:
  - ask: { en: '${ask}' }
    answer: { as: text${more} }
    save: words
`
  expect(advice(source)).toEqual(advised ? [expect.stringContaining('screened: true')] : [])
})
