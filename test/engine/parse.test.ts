import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseFlow } from '../../src/engine/parse.ts'
import { COLOURS, INTERVIEW, KINDS } from './talk.ts'

/** What is wrong with a file, as an author reads it: `line:column message`. */
const wrong = (source: string): string[] =>
  parseFlow('x.yaml', source).faults.map(({ line, column, message }) => `${line}:${column} ${message}`)

const dialogue = (...steps: string[]): string =>
  `kind: dialogue\ntitle: { en: T }\nlanguages: [en]\nstatus: draft\nsteps:\n${steps.map((step) => `  - ${step}\n`).join('')}`

const QUIZ = `kind: quiz
title: { en: T }
competency: NB-HBB
cadres: [nurse]
languages: [en]
status: draft
draw: 1
questions:
  - id: one
    ask: { en: Ask }
    source: Book
    guideline_year: 2020
    answer: a
    options:
      a: { text: { en: A1 }, because: { en: B } }
      b: { text: { en: A2 }, because: { en: B } }
`
/** The quiz with one thing changed. */
const quiz = (from: string | RegExp, to: string): string => {
  if (QUIZ.replace(from, to) === QUIZ) throw new Error(`${String(from)} is not in the quiz`)
  return QUIZ.replace(from, to)
}

describe('a file that is right', () => {
  it.each([QUIZ, COLOURS, INTERVIEW, dialogue('end: true')])('has no faults', (source) => {
    const { content, faults, written } = parseFlow('x.yaml', source)
    expect(faults).toEqual([])
    expect(content).toBeDefined()
    // Comments and spaces are no other version.
    expect(parseFlow('x.yaml', `# another comment\n${source.replace('kind: ', 'kind:   ')}`).written).toBe(
      written,
    )
  })

  it('says what an author may leave out', () => {
    const { content } = parseFlow('x.yaml', QUIZ)
    expect(content).toMatchObject({
      pass_percent: 85,
      shuffle: true,
      questions: [{ critical: false, answer: 0, options: [{ key: 'a' }, { key: 'b' }] }],
    })
  })
})

describe('YAML that cannot be read', () => {
  it.each([
    ['kind: quiz\nkind: quiz\n', '2:1 this key stands here twice: take one of them out'],
    ['kind: quiz\ntitle:\n\ten: T\n', '3:1 there is a tab here: indent with spaces'],
    [
      'kind: quiz\ntitle:\n  en: Stop: now\n',
      '3:7 Nested mappings are not allowed in compact mappings: look at the indentation here, and put a text that holds ": " or begins with a sign in quotes',
    ],
    [
      'kind: @x\n',
      '1:7 Plain value cannot start with reserved character @: look at the indentation here, and put a text that holds ": " or begins with a sign in quotes',
    ],
    ['kind: *x\n', '1:1 an alias (*name) leads nowhere or round in circles: write the text out'],
    ['', '1:1 should be keys with values, such as "en: …"'],
    ['Just a text.', '1:1 should be keys with values, such as "en: …"'],
  ])('%j', (source, fault) => {
    expect(wrong(source)).toEqual([fault])
  })

  it('tells one mistake once, whatever the reader makes of the rest', () => {
    expect(wrong(quiz('    answer: a', '\tanswer: a'))).toEqual([
      expect.stringMatching(/^\d+:1 there is a tab here: indent with spaces$/),
    ])
    expect(wrong(quiz('    answer: a', '   answer: a'))).toHaveLength(1)
  })

  it('names each duplicate in a question', () => {
    expect(wrong(quiz('    source: Book\n', '    source: Book\n    source: Film\n'))).toEqual([
      '12:5 this key stands here twice: take one of them out',
    ])
  })

  it('does not unfold aliases without end', () => {
    const layers = 'bcdefgh'
      .split('')
      .map(
        (name, index) =>
          `${name}: &${name} [${Array.from({ length: 10 }, () => `*${'abcdefgh'[index]}`).join(',')}]`,
      )
    expect(wrong(`a: &a [x]\n${layers.join('\n')}\n`)).toHaveLength(1)
  })
})

describe('a step', () => {
  it.each([
    ['say: { en: x }\n    gto: foo', '7:5 steps.0: "gto" means nothing here: correct it or take it out'],
    [
      'ask: { en: x }\n    answer: { as: text }\n    sve: foo',
      '8:5 steps.0: "sve" means nothing here, and "save" is missing: correct the name',
    ],
    ['ask: { en: x }\n    answer: { as: text }', '6:5 steps.0.save: is missing: write it'],
    ['ask: { en: x }\n    save: foo', '6:5 steps.0.answer: is missing: write it'],
    [
      'ask: { en: x }\n    answer: { as: txt }\n    save: foo',
      '7:19 steps.0.answer.as: should be one of text, number, date, many, phone, choice, pick',
    ],
    [
      'ask: { en: x }\n    answer: { as: text, maks: 3 }\n    save: foo',
      '7:25 steps.0.answer: "maks" means nothing here: correct it or take it out',
    ],
    [
      'ask: { en: x }\n    answer: { as: number, min: 5, max: 3 }\n    save: foo',
      '7:40 steps.0.answer.max: is less than min: no number would do, so correct one of them',
    ],
    [
      'ask: { en: x }\n    answer: { as: choice, options: {} }\n    save: foo',
      '7:36 steps.0.answer.options: write at least one option',
    ],
    [
      'ask: { en: x }\n    answer: { as: text }\n    save: Foo Bar',
      '8:11 steps.0.save: use lower-case letters, digits and hyphens, such as "newborn-resuscitation"',
    ],
    [
      'gtoo: menu',
      '6:11 steps.0.gtoo: a step has one of say, ask, do, if, unless, total, set, copy, goto, open, end: write one',
    ],
    [
      '{}',
      '6:5 steps.0: a step has one of say, ask, do, if, unless, total, set, copy, goto, open, end: write one',
    ],
    ['goto menu', '6:5 steps.0: should be keys with values, such as "a: …"'],
    ['say: hello', '6:10 steps.0.say: should be keys with values, such as "en: …"'],
    ['say: { en: 30 }', '6:16 steps.0.say.en: should be a text; if it is one, put it in quotes'],
    ['say: { en: "" }', '6:16 steps.0.say.en: is empty: write something'],
    ['say: {}', '6:10 steps.0.say: write the text in at least one language: en, fr, rw or sw'],
    [
      'if: drink\n    goto: x',
      '6:5 steps.0.is: is missing: write it, or one of at_least, at_most, above, below, has',
    ],
    [
      'if: drink\n    is: no\n    goto: x y',
      '8:11 steps.0.goto: use lower-case letters, digits and hyphens, such as "newborn-resuscitation"',
    ],
    ['do: stop\n    then: menu', '7:11 steps.0.then: should be keys with values, such as "a: …"'],
    ['end: yes', '6:10 steps.0.end: should be true'],
  ])('%j has one fault', (step, fault) => {
    expect(wrong(dialogue(step))).toEqual([fault])
  })

  it('in a language the service does not speak is told so', () => {
    expect(wrong(dialogue('say: { en: x, de: y }'))).toEqual([
      '6:19 steps.0.say: "de" is no language of the service: write en, fr, rw or sw',
    ])
  })

  it('with one wrong key has one fault, whichever it is', () => {
    const steps = [
      { say: '{ en: x }' },
      { ask: '{ en: x }', answer: '{ as: text }', save: 'foo' },
      { do: 'stop', then: '{ done: x }' },
      { if: 'drink', is: 'tea', goto: 'x' },
      { goto: 'x' },
      { open: 'menu' },
      { end: 'true' },
    ]
    for (const step of steps)
      for (const key of Object.keys(step)) {
        const lines = Object.entries(step).map(
          ([name, value]) => `${name === key ? `${name}x` : name}: ${value}`,
        )
        const faults = wrong(dialogue(lines.join('\n    ')))
        expect({ lines, faults }).toEqual({ lines, faults: [expect.any(String)] })
      }
  })
})

describe('a quiz', () => {
  it.each([
    [quiz('kind: quiz', 'kind: quizz'), `1:7 kind: should be one of ${KINDS}`],
    [quiz('kind: quiz\n', ''), `1:1 kind: should be one of ${KINDS}`],
    [
      quiz('answer: a', 'answer: e'),
      '13:13 questions.0.answer: "e" is none of the options (a, b): name the right one',
    ],
    [
      quiz('answer: a', 'answer: [a, b]'),
      '13:13 questions.0.answer: name one right option only, by its letter, such as "answer: a"',
    ],
    [quiz('    answer: a\n', ''), '9:5 questions.0.answer: is missing: write it'],
    [
      quiz('    answer: a\n', '    anwser: a\n'),
      '13:5 questions.0: "anwser" means nothing here, and "answer" is missing: correct the name',
    ],
    [quiz(/ {6}b:.*\n/, ''), '15:7 questions.0.options: write at least two options'],
    [quiz(' b: ', ' B: '), '16:10 questions.0.options.B: name the options a, b, c, d'],
    [
      quiz('because', 'becuase'),
      '15:30 questions.0.options.a: "becuase" means nothing here, and "because" is missing: correct the name',
    ],
    [quiz(', because: { en: B }', ''), '15:10 questions.0.options.a.because: is missing: write it'],
    [quiz('    source: Book\n', ''), '9:5 questions.0.source: is missing: write it'],
    [quiz('Book', '""'), '11:13 questions.0.source: is empty: write something'],
    [quiz('2020', '20'), '12:21 questions.0.guideline_year: is too small: write 1990 or more'],
    [quiz('2020', '20200'), '12:21 questions.0.guideline_year: is too big: write 2100 or less'],
    [quiz('2020', 'twenty'), '12:21 questions.0.guideline_year: should be a number'],
    [quiz('2020', '2020.5'), '12:21 questions.0.guideline_year: should be a whole number'],
    [
      quiz('id: one', 'id: One Two'),
      '9:9 questions.0.id: use lower-case letters, digits and hyphens, such as "newborn-resuscitation"',
    ],
    [quiz('draw: 1', 'draw: 0'), '7:7 draw: is too small: write 1 or more'],
    [quiz('draw: 1', 'draw: all'), '7:7 draw: should be a number'],
    [quiz('draw: 1', 'draw: 1\npass_percent: 101'), '8:15 pass_percent: is too big: write 100 or less'],
    [
      quiz('nurse', 'nurses'),
      '4:10 cadres.0: should be one of nurse, midwife, medical_doctor, intern_doctor, health_post_provider, chw',
    ],
    [quiz('[nurse]', '[]'), '4:9 cadres: is empty: write something'],
    [quiz('[nurse]', 'nurse'), '4:9 cadres: should be a list, each line beginning with "- "'],
    [quiz('NB-HBB', 'hbb'), '3:13 competency: write the competency code in capitals, such as NB-HBB'],
    [quiz('draft', 'done'), '6:9 status: should be one of draft, reviewed'],
    [
      quiz('draft', 'draft\nreview_date: soon'),
      '7:14 review_date: is not a date: write one such as 2026-04-07',
    ],
    [quiz('languages: [en]', 'languages: [en, de]'), '5:17 languages.1: should be one of en, fr, rw, sw'],
    [quiz('draft', 'draft\ncolour: red'), '7:1 "colour" means nothing here: correct it or take it out'],
    [quiz(/questions:[\s\S]*/, 'questions: []\n'), '8:12 questions: is empty: write something'],
    [
      quiz('    answer: a', '    critical: maybe\n    answer: a'),
      '13:15 questions.0.critical: should be true or false',
    ],
  ])('%#: is told where and what', (source, fault) => {
    expect(wrong(source)).toEqual([fault])
  })
})

describe('a calendar', () => {
  const calendar = (days: string, dates = '[]', pauses = '[]'): string =>
    `kind: calendar\nevery_year: ${days}\ndates: ${dates}\npauses: ${pauses}\n`

  it('has real days', () => {
    expect(
      wrong(
        calendar(
          "['01-01', '02-29', '12-31']",
          '[2026-12-28]',
          "[{ from: '12-20', to: '01-05', why: Rest }]",
        ),
      ),
    ).toEqual([])
    for (const day of ['13-01', '00-10', '04-31', '02-30', '4-7', 'Monday', '04-07-26'])
      expect(wrong(calendar(`['${day}']`))).toEqual([
        '2:14 every_year.0: write month and day, such as "04-07"',
      ])
    expect(wrong(calendar('[]', '[2026-02-30]'))).toEqual([
      '3:9 dates.0: is not a date: write one such as 2026-04-07',
    ])
    expect(wrong(calendar('[]', '[]', "[{ from: '04-07', to: '04-13' }]"))).toEqual([
      '4:10 pauses.0.why: is missing: write it',
    ])
  })
})

it('never throws, whatever stands in the file, and each fault has a place in it', () => {
  const sources = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc
      .constantFrom(QUIZ, COLOURS, INTERVIEW)
      .chain((source) =>
        fc
          .tuple(fc.nat(source.length), fc.nat(40), fc.string({ maxLength: 5 }))
          .map(([at, gone, put]) => source.slice(0, at) + put + source.slice(at + gone)),
      ),
  )
  fc.assert(
    fc.property(sources, (source) => {
      const { content, faults } = parseFlow('x.yaml', source)
      expect(content === undefined).toBe(faults.length > 0)
      for (const { line, column, message } of faults) {
        expect(line).toBeGreaterThanOrEqual(1)
        expect(line).toBeLessThanOrEqual(source.split('\n').length)
        expect(column).toBeGreaterThanOrEqual(1)
        expect(message).not.toBe('')
      }
    }),
    { numRuns: 500 },
  )
})
