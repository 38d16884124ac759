import { describe, expect, it } from 'vitest'
import type { Surroundings } from '../../src/engine/lint-texts.ts'
import { lintFlow } from '../../src/engine/lint.ts'
import { parseFlow } from '../../src/engine/parse.ts'
import { COLOURS, INTERVIEW, KINDS } from './talk.ts'

const AROUND: Surroundings = {
  deeds: new Set(['stop', 'list-menu']),
  dialogues: new Set(['menu', 'language', 'stop', 'start']),
  commands: new Set(['menu', 'help', 'stop', 'back', 'retour']),
}

function wrong(source: string): string[] {
  return lintFlow('x.yaml', parseFlow('x.yaml', source), AROUND).map(({ file, line, column, message }) => {
    expect(file).toBe('x.yaml')
    return `${line}:${column} ${message}`
  })
}

const dialogue = (...steps: string[]): string =>
  `kind: dialogue\ntitle: { en: T, fr: T }\nlanguages: [en, fr]\nstatus: draft\nsteps:\n${steps.map((step) => `  - ${step}\n`).join('')}`

const question = (id: string, more = ''): string => `
  - id: ${id}
    ask: { en: Ask, fr: Question }
    source: Book
    guideline_year: 2020
    answer: a
    options:
      a: { text: { en: Red, fr: Rouge }, because: { en: B, fr: B } }
      b: { text: { en: Blue, fr: Bleu }, because: { en: B, fr: B } }${more}`
const quiz = (questions: string, draw = 1): string =>
  `kind: quiz\ntitle: { en: T, fr: T }\ncompetency: NB-HBB\ncadres: [nurse]\nlanguages: [en, fr]\nstatus: draft\ndraw: ${draw}\nquestions:${questions}\n`

describe('a flow that is right', () => {
  it.each([COLOURS, INTERVIEW, quiz(question('one')), dialogue('say: { en: x, fr: x }', 'end: true')])(
    'has no faults',
    (source) => {
      expect(wrong(source)).toEqual([])
    },
  )

  it('with faults of shape has these and no others', () => {
    expect(wrong('kind: quizz')).toEqual([`1:7 kind: should be one of ${KINDS}`])
  })
})

describe('a text', () => {
  it('stands in every language of its flow', () => {
    expect(wrong(dialogue('say: { en: x }'))).toEqual([
      '6:10 the text is missing in fr: write it, or take the language out of "languages"',
    ])
    const french = question('one').replace(', fr: Question', '').replace('en: Red, ', '')
    expect(wrong(quiz(french))).toEqual([
      '10:10 the text is missing in fr: write it, or take the language out of "languages"',
      '15:18 the text is missing in en: write it, or take the language out of "languages"',
    ])
    expect(
      wrong(
        dialogue(
          'ask: { en: x, fr: x }\n    answer: { as: choice, options: { red: { en: Red } } }\n    save: colour',
        ),
      ),
    ).toEqual(['7:43 the text is missing in fr: write it, or take the language out of "languages"'])
    expect(wrong(quiz(question('one')).replace('title: { en: T, fr: T }', 'title: { en: T }'))).toEqual([
      '2:8 the text is missing in fr: write it, or take the language out of "languages"',
    ])
  })

  it.each([
    [
      '{name',
      'the message cannot be read: check its braces, such as {name} or {count, plural, one {…} other {…}}',
    ],
    ['name}', undefined],
    [
      '{a b}',
      'the message cannot be read: check its braces, such as {name} or {count, plural, one {…} other {…}}',
    ],
    [
      '{count, plural, one {x}}',
      'the message cannot be read: check its braces, such as {name} or {count, plural, one {…} other {…}}',
    ],
    ['{nobody}', 'nobody fills in {nobody}: use {name}, {code}, {language-known}, {subject}'],
    ["l''{name}", "an apostrophe before a brace hides the value: write ’ instead of '"],
    ['Fewer than <5 of <your> {name}', undefined],
  ])('with the braces %j', (text, fault) => {
    expect(wrong(dialogue(`say: { en: x, fr: '${text}' }`))).toEqual(
      fault === undefined ? [] : [`6:23 ${fault}`],
    )
    expect(
      wrong(
        dialogue(
          `ask: { en: x, fr: x }\n    answer: { as: text, screened: true }\n    save: said\n    unclear: { en: x, fr: '${text}' }`,
        ),
      ),
    ).toHaveLength(fault === undefined ? 0 : 1)
  })

  it('may use what an earlier answer saved, and what a deed may have found', () => {
    const ask = 'ask: { en: x, fr: x }\n    answer: { as: text, screened: true }\n    save: village'
    expect(wrong(dialogue(ask, 'say: { en: "{village}", fr: "{name}" }'))).toEqual([])
    expect(wrong(dialogue('do: list-menu', 'say: { en: "{found}", fr: "{found}" }'))).toEqual([])
  })
})

describe('a reviewed flow', () => {
  it('says who reviewed it and when', () => {
    const reviewed = dialogue('end: true').replace('status: draft', 'status: reviewed')
    expect(wrong(reviewed)).toEqual([
      '4:9 a reviewed flow names who reviewed it and when: add reviewed_by and review_date, or set status to draft',
    ])
    expect(
      wrong(reviewed.replace('reviewed\n', 'reviewed\nreviewed_by: Amina\nreview_date: 2026-11-01\n')),
    ).toEqual([])
  })
})

describe('a quiz', () => {
  it.each([
    [
      quiz(question('one'), 2),
      '7:7 draw is 2, and practice holds 1: write more questions, move some there, or draw fewer',
    ],
    [
      quiz(question('one') + question('two') + question('kept', '\n    form: a'), 2),
      '7:7 draw is 2, and form a holds 1: write more questions, move some there, or draw fewer',
    ],
    [quiz(question('one') + question('one')), '17:9 "one" is the id of two questions: give each its own'],
    [
      quiz(question('one').replace('Ask', 'x'.repeat(601))),
      '10:16 the question has 601 characters; 600 are read on a phone: shorten it',
    ],
    [
      quiz(
        question('one').replace('because: { en: B, fr: B }', `because: { en: B, fr: ${'x'.repeat(301)} }`),
      ),
      '15:64 the explanation has 301 characters; at most 300 are read: shorten it',
    ],
    [
      quiz(question('one').replace('en: Blue', `en: ${'x'.repeat(101)}`)),
      '16:24 the option has 101 characters; 100 fit into a poll: shorten it',
    ],
    [
      quiz(question('one').replace('en: Blue', 'en: "  RED! "')),
      '16:10 two options say the same: make them differ',
    ],
    [
      quiz(question('one').replace('fr: Bleu', 'fr: Rouge')),
      '16:10 two options say the same: make them differ',
    ],
    [
      quiz(question('one').replace('fr: Bleu', 'fr: Red')),
      '16:10 two options say the same: make them differ',
    ],
    [
      quiz(question('one').replace('en: Blue', 'en: Stop')),
      '16:10 "stop" is what people send at any time for something else: say it otherwise',
    ],
    [
      quiz(question('one').replace('en: Blue', 'en: "4"')),
      '16:10 "4" would be taken for the place of an option: add a word to it',
    ],
    [
      quiz(question('one').replace('en: Blue', 'en: B')),
      '16:10 "b" would be taken for the place of an option: add a word to it',
    ],
  ])('%#: is told where and what', (source, fault) => {
    expect(wrong(source)).toEqual([fault])
  })

  it('may say 300 characters of explanation and 600 of question', () => {
    expect(
      wrong(
        quiz(
          question('one')
            .replace('Ask', 'x'.repeat(600))
            .replace('en: B,', `en: ${'x'.repeat(300)},`),
        ),
      ),
    ).toEqual([])
  })
})

describe('a dialogue', () => {
  const say = 'say: { en: x, fr: x }'
  const ask = 'ask: { en: x, fr: x }\n    answer: { as: text, screened: true }\n    save: said'
  it.each([
    [[say, 'goto: nowhere'], '7:11 there is no step "nowhere": write the id of a step of this dialogue'],
    [
      ['do: stop\n    then: { done: nowhere }'],
      '7:19 there is no step "nowhere": write the id of a step of this dialogue',
    ],
    [
      [ask, 'if: said\n    is: x\n    goto: nowhere'],
      '11:11 there is no step "nowhere": write the id of a step of this dialogue',
    ],
    [['end: true', say], '7:5 no way leads to this step: go to it or take it out'],
    [
      ['open: menu', `id: lonely\n    ${say}`],
      '7:5 no way leads to this step "lonely": go to it or take it out',
    ],
    [
      [ask.replace(', screened: true', '')],
      '7:13 what is written may tell who a patient is: add screened: true, so that it is looked at before it is kept, or unscreened with the reason why it need not be',
    ],
    [
      [ask.replace('screened: true', 'screened: true, unscreened: only a day')],
      '7:53 it is screened all the same: take one of the two out',
    ],
    [['goto: there', say, `id: there\n    ${say}`], '7:5 no way leads to this step: go to it or take it out'],
    [[`id: x\n    ${say}`, `id: x\n    ${say}`], '8:9 "x" is the id of two steps: give each its own'],
    [['do: fly'], '6:9 the programme knows no deed "fly": use one of list-menu, stop'],
    [
      ['say: { en: Bye, fr: Adieu }\n    offer: { en: COME BACK, fr: RETOUR }'],
      '7:18 "COME BACK" is no command: write a word of commands in words.yaml',
    ],
    [['open: nowhere'], '6:11 there is no dialogue "nowhere": write the name of a file in flows, or home'],
    [
      ['if: sad\n    is: x\n    goto: y', `id: y\n    ${say}`],
      '6:9 no step saves "sad": write one of name, code, language-known, subject',
    ],
    [
      [ask.replace('{ as: text, screened: true }', '{ as: pick, from: list }')],
      '7:31 no step saves "list": write one of name, code, language-known, subject, said',
    ],
    [
      [
        ask.replace(
          '{ as: text, screened: true }',
          '{ as: choice, options: { a: { en: Red, fr: Rouge }, b: { en: Blue, fr: rouge } } }',
        ),
      ],
      '7:68 two options say the same: make them differ',
    ],
    [
      [ask.replace('{ as: text, screened: true }', '{ as: choice, options: { a: { en: Back, fr: Dos } } }')],
      '7:41 "back" is what people send at any time for something else: say it otherwise',
    ],
    [
      [`id: x\n    ${say}`, 'goto: x'],
      '8:11 this goes round for ever without asking anything: ask something on the way, or end',
    ],
    [
      ['id: x\n    goto: x'],
      '7:11 this goes round for ever without asking anything: ask something on the way, or end',
    ],
    [
      [ask, `id: x\n    ${say}`, 'if: said\n    is: y\n    goto: x'],
      '13:11 this goes round for ever without asking anything: ask something on the way, or end',
    ],
  ])('%#: is told where and what', (steps, fault) => {
    expect(wrong(dialogue(...steps))).toEqual([fault])
  })

  it('may go round over a question or a deed, and go home', () => {
    expect(wrong(dialogue(`id: x\n    ${ask}`, 'goto: x'))).toEqual([])
    expect(wrong(dialogue(`id: x\n    ${say}`, 'do: stop\n    then: { no: x }', 'open: home'))).toEqual([])
  })
})
