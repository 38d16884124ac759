// Advice to authors: it is given where it should be, and nowhere else.
import { describe, expect, it } from 'vitest'
import { adviseCompetency, adviseFlow } from '../../src/engine/advise.ts'
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
      c: { text: { en: 'Rather long' }, because: { en: It is not. } }
      d: { text: { en: 'Longer' }, because: { en: It is not. } }
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

  it('with another number of options than four', () => {
    const three = bank(0).replace(/^ {6}d: .*\n/m, '')
    expect(advice(three)).toEqual(['16 it has 3 options: write 4, of which one is best'])
  })

  it('with an option that is cut where it is tapped', () => {
    const long = (length: number): string => bank(0).replace('Quite long', 'x'.repeat(length))
    expect(advice(long(72))).toEqual([])
    expect(advice(long(73))).toEqual([
      '17 the option has 73 characters, and 72 are shown where it is tapped: shorten it',
    ])
  })

  it('that asks the same twice', () => {
    expect(advice(bank(0).replace('Question 4?', 'question  2 ?'))).toEqual([
      expect.stringContaining('in the same words as "qc"'),
    ])
  })
})

it('a code that the catalogue does not have', () => {
  const parsed = parseFlow('x.yaml', bank(0))
  const told = (...codes: string[]): string[] =>
    adviseCompetency('x.yaml', parsed, new Set(codes)).map(({ line, message }) => `${line} ${message}`)
  expect(told('NB-HBB', 'NB-ECEB')).toEqual([])
  expect(told('NB-ECEB')).toEqual([
    '3 the catalogue has no competency NB-HBB: correct the code, or add it to catalogue.yaml',
  ])
  // A programme without a catalogue keeps no records of competencies.
  expect(told()).toEqual([])
})

it.each([
  ['mg', '', true],
  ['mg', 'route: IM', false],
  ['h', '', false],
  ['h', "with: ['10 IU']", true],
  ['mg', 'until_decided: No source names the route', false],
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

it('a dialogue with a button that is cut', () => {
  const source = `kind: dialogue
title: { en: Talk }
languages: [en]
status: draft
steps:
  - ask: { en: Which? }
    answer: { as: choice, options: { one: { en: ${'x'.repeat(73)} } } }
    save: which
  - ask: { en: How long? }
    answer: { as: number, min: 1, max: 3, or: { skip: { en: ${'y'.repeat(80)} } } }
    save: long
`
  expect(advice(source)).toEqual([
    '7 the option has 73 characters, and 72 are shown where it is tapped: shorten it',
    '10 the option has 80 characters, and 72 are shown where it is tapped: shorten it',
  ])
})

it.each([
  ['[en, rw, sw]', '', ['3 nothing says whether a native speaker has read it in rw, sw']],
  [
    '[en, rw, sw]',
    'awaiting_native_review: [rw]',
    ['3 nothing says whether a native speaker has read it in sw'],
  ],
  ['[en, rw, sw]', 'awaiting_native_review: [rw]\nnative_review: { sw: { by: Chidi, on: 2026-12-01 } }', []],
  ['[en, fr]', '', []],
])('in %s, "%s" is marked for native speakers or not', (languages, more, advised) => {
  const source = `kind: dialogue
title: { en: Talk, fr: Mots, rw: Ikiganiro, sw: Mazungumzo }
languages: ${languages}
status: draft
${more}
steps:
  - end: true
`
  expect(advice(source)).toEqual(advised.map((words) => expect.stringContaining(words) as string))
})

describe('how hard it is to read', () => {
  const story = (sentence: string, cadre: string): string => `kind: checklist
title: { en: Steps }
competency: NB-HBB
cadres: [${cadre}]
languages: [en]
status: draft
source: Handbook
guideline_year: 2020
items:
${Array.from({ length: 12 }, (_, index) => `  - { id: i${'abcdefghijkl'[index]}, observe: { en: '${sentence} ${index}' } }`).join('\n')}
`
  const easy = 'The mother and the baby stay warm, skin to skin, and the mother feeds it'
  const hard =
    'Administer prophylactic antimicrobial medication intravenously immediately preceding anaesthetic administration'

  it('is advised by the schooling of its readers', () => {
    expect(advice(story(easy, 'chw'))).toEqual([])
    expect(advice(story(hard, 'nurse'))).toEqual([
      expect.stringMatching(/^2 its English reads like year \d+ of school, and 12 is what its readers have/),
    ])
    // What a nurse reads easily may be too hard for who was never trained at a school.
    const middling =
      'Before the injection verify the name of the medicine and its expiry date; discard an unlabelled ampoule immediately'
    expect(advice(story(middling, 'nurse'))).toEqual([])
    expect(advice(story(middling, 'chw'))).toEqual([
      expect.stringMatching(/^2 its English reads like year \d+ of school, and 9 is what its readers have/),
    ])
  })

  it('a sentence whose end nobody reaches is advised where it stands', () => {
    const endless = `He ${'washes and '.repeat(20)}dries his hands`
    expect(advice(story(easy, 'nurse').replace(`${easy} 3`, endless))).toEqual([
      expect.stringMatching(/^13 a sentence has \d+ words: make two of it$/),
    ])
  })
})
