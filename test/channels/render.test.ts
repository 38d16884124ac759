import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Frame, join, render, splitText } from '../../src/channels/render.ts'
import type { FileId } from '../../src/words/ids.ts'
import type { Choice } from '../../src/words/message.ts'

const plain = { attachments: [], maxCaption: 0 }
const buttons: Frame = { choices: 'buttons', maxText: 4096, maxLabel: 28, ...plain }
const numbers: Frame = { choices: 'numbers', maxText: 4096, maxLabel: 20, ...plain }

/** As WhatsApp's buttons and lists are, in small. */
const list: Frame = {
  ...buttons,
  choices: 'list',
  maxLabel: 8,
  list: { buttons: 3, maxTextOverButtons: 40, rows: 5, maxRow: 12, maxDetail: 16 },
}

const choicesOf = (...labels: string[]): Choice[] =>
  labels.map((label, index) => ({ token: `t${index}`, label }))
const rowsOf = (labels: string[], frame = buttons): string[][] | undefined =>
  render({ text: 'Choose', choices: choicesOf(...labels) }, frame)[0]?.buttons?.map((row) =>
    row.map(({ label }) => label),
  )

describe('a bubble without choices', () => {
  it('is its text, as it is', () => {
    expect(render({ text: '  Muraho\n\n👋 ' }, buttons)).toEqual([{ text: '  Muraho\n\n👋 ' }])
    expect(render({ text: 'Muraho', choices: [] }, numbers)).toEqual([{ text: 'Muraho' }])
  })

  it('gives no message when there is nothing to read', () => {
    expect(render({ text: '' }, buttons)).toEqual([])
    expect(render({ text: ' \n ' }, numbers)).toEqual([])
  })
})

describe('choices on buttons', () => {
  it('stand on the buttons when every label fits, and the text stays as it is', () => {
    expect(render({ text: 'Go on?', choices: choicesOf('Yes', 'No') }, buttons)).toEqual([
      {
        text: 'Go on?',
        buttons: [
          [
            { token: 't0', label: 'Yes' },
            { token: 't1', label: 'No' },
          ],
        ],
      },
    ])
  })

  it.each([
    [
      ['Newborn resuscitation', 'Postpartum haemorrhage'],
      [['Newborn resuscitation'], ['Postpartum haemorrhage']],
    ],
    [
      ['English', 'Français', 'Kinyarwanda', 'Kiswahili'],
      [
        ['English', 'Français'],
        ['Kinyarwanda', 'Kiswahili'],
      ],
    ],
    [
      ['1', '2', '3', '4', '5', '6'],
      [
        ['1', '2', '3'],
        ['4', '5', '6'],
      ],
    ],
    [
      ['x'.repeat(28), 'y'],
      [['x'.repeat(28)], ['y']],
    ],
  ])('stand in rows a thumb can hit: %j', (labels, rows) => {
    expect(rowsOf(labels)).toEqual(rows)
  })

  it.each([
    ['one label is too long', ['Yes', 'x'.repeat(29)]],
    ['one label is empty', ['Yes', '']],
    ['one label has two lines', ['Yes', 'No\nnever']],
  ])('are listed by letter when %s', (_why, labels) => {
    const [part] = render({ text: 'Choose', choices: choicesOf(...labels) }, buttons)
    expect(part?.text).toBe(`Choose\n\nA. ${labels[0]}\nB. ${labels[1]}`)
    expect(part?.buttons).toEqual([
      [
        { token: 't0', label: 'A' },
        { token: 't1', label: 'B' },
      ],
    ])
  })

  it('are listed when there is no text to stand under', () => {
    expect(render({ text: '', choices: choicesOf('Yes', 'No') }, buttons)[0]?.text).toBe('A. Yes\nB. No')
  })

  it('have letters after Z too', () => {
    const labels = Array.from({ length: 28 }, (_, index) => `${'a long label '.repeat(3)}${index}`)
    expect(rowsOf(labels)?.flat().slice(25)).toEqual(['Z', 'AA', 'AB'])
  })
})

describe('choices by number', () => {
  it('writes out what a number would not pick, since it answers the question itself', () => {
    const asked = {
      text: 'How many?',
      choices: choicesOf('Nobody knows'),
      written: '→ or write “Nobody knows”',
    }
    expect(render(asked, numbers)).toEqual([{ text: 'How many?\n\n→ or write “Nobody knows”' }])
  })

  it('are listed in the text, and there are no buttons', () => {
    expect(render({ text: 'Go on?', choices: choicesOf('Yes', 'No') }, numbers)).toEqual([
      { text: 'Go on?\n\n1. Yes\n2. No' },
    ])
  })
})

describe('a long text', () => {
  it.each([
    ['between paragraphs', 'One. Two.\n\nThree. Four.', 18, ['One. Two.', 'Three. Four.']],
    ['between lines', 'A. first one\nB. second one', 16, ['A. first one', 'B. second one']],
    [
      'between sentences',
      'Rub the back! Is it breathing? Call.',
      32,
      ['Rub the back! Is it breathing?', 'Call.'],
    ],
    [
      'after a closing quotation mark',
      'She said: "Now." Then he came.',
      20,
      ['She said: "Now."', 'Then he came.'],
    ],
    ['between words', 'keep the baby warm', 10, ['keep the', 'baby warm']],
    ['where a word ends exactly at the limit', 'keep the baby', 8, ['keep the', 'baby']],
    ['inside a word when there is no other way', 'abcdefgh', 3, ['abc', 'def', 'gh']],
    ['never inside an emoji', 'a👋👋', 2, ['a', '👋', '👋']],
  ])('is split %s', (_where, text, max, pieces) => {
    expect(splitText(text, max)).toEqual(pieces)
  })

  it('has its buttons under the last part only', () => {
    const parts = render({ text: 'word '.repeat(30), choices: choicesOf('Yes') }, { ...buttons, maxText: 60 })
    expect(parts.length).toBeGreaterThan(2)
    expect(parts.map((part) => part.buttons?.length)).toEqual([...parts.slice(1).map(() => undefined), 1])
  })
})

describe('choices that may open from a list', () => {
  const plainRows = (...labels: string[]) => labels.map((label, index) => ({ token: `t${index}`, label }))

  it('are buttons, one under the other, while they are few and short', () => {
    expect(render({ text: 'Go on?', choices: choicesOf('Yes', 'No') }, list)).toEqual([
      { text: 'Go on?', buttons: plainRows('Yes', 'No').map((choice) => [choice]) },
    ])
  })

  it('are letters on buttons when one is long, with all of it in the text', () => {
    const [part] = render({ text: 'When?', choices: choicesOf('Now', 'In an hour') }, list)
    expect(part?.text).toBe('When?\n\nA. Now\nB. In an hour')
    expect(part?.buttons?.flat()).toEqual(plainRows('A', 'B'))
  })

  it('are rows when they are more, or the text is too long for buttons', () => {
    expect(
      render({ text: 'Which?', choices: choicesOf('One', 'Two', 'Three', 'Thirty-three') }, list),
    ).toEqual([{ text: 'Which?', rows: plainRows('One', 'Two', 'Three', 'Thirty-three') }])
    const [part] = render({ text: 'word '.repeat(9), choices: choicesOf('Yes') }, list)
    expect(part?.rows).toEqual(plainRows('Yes'))
  })

  it('are lettered rows when one is too long for a row, shortened under the letter and whole in the text', () => {
    const [part] = render(
      { text: 'Which?', choices: choicesOf('One', 'Two', 'Three', 'Clear the airway first 👋') },
      list,
    )
    expect(part?.text).toContain('\nD. Clear the airway first 👋')
    expect(part?.rows?.at(-1)).toEqual({ token: 't3', label: 'D', detail: 'Clear the airwa…' })
    expect(part?.rows?.[0]).toEqual({ token: 't0', label: 'A', detail: 'One' })
  })

  it('are typed by number when a list cannot hold them', () => {
    const labels = ['a1', 'b2', 'c3', 'd4', 'e5', 'f6']
    expect(render({ text: 'Which?', choices: choicesOf(...labels) }, list)).toEqual([
      { text: 'Which?\n\n1. a1\n2. b2\n3. c3\n4. d4\n5. e5\n6. f6' },
    ])
  })

  it('never end a row in half a character', () => {
    const [part] = render({ text: 'Which?', choices: choicesOf('a', 'b', 'c', '👋'.repeat(9)) }, list)
    expect(part?.rows?.at(-1)?.detail).toBe(`${'👋'.repeat(7)}…`)
  })
})

describe('bubbles that are joined', () => {
  const question = { text: 'Question 2', choices: choicesOf('Yes', 'No') }

  it('are one message where one holds them, with the choices of the last', () => {
    expect(join([{ text: 'Right.' }, { text: 'Because.' }, question], list)).toEqual([
      { ...question, text: 'Right.\n\nBecause.\n\nQuestion 2' },
    ])
  })

  it('stay apart where one does not', () => {
    const long = { text: 'word '.repeat(8) }
    const small = { ...list, maxText: 45 }
    expect(join([long, question], small)).toEqual([long, question])
  })

  it('never lose what is tapped, shown or known again: it ends its message', () => {
    const attachment = { file: 1 as FileId, kind: 'image', name: 'a.png', mime: 'image/png' } as const
    const notice = { text: 'Session 12', notice: 'session:12' }
    const bubbles = [question, { text: 'Then' }, { text: 'See', attachment }, { text: 'End' }, notice]
    expect(join(bubbles, { ...list, attachments: ['image'], maxCaption: 100 })).toEqual(bubbles)
  })
})

describe('a picture', () => {
  const attachment = { file: 1 as FileId, kind: 'image', name: 'a.png', mime: 'image/png' } as const
  const frame: Frame = { ...buttons, attachments: ['image'], maxCaption: 10 }

  it('carries a text that fits under it, with its buttons', () => {
    expect(render({ text: 'Go on?', choices: choicesOf('Yes'), attachment }, frame)).toEqual([
      { text: 'Go on?', buttons: [[{ token: 't0', label: 'Yes' }]], attachment },
    ])
  })

  it('stands before a text that does not', () => {
    expect(render({ text: 'Shall we go on?', attachment }, frame)).toEqual([
      { text: '', attachment },
      { text: 'Shall we go on?' },
    ])
    expect(render({ text: '', attachment }, frame)).toEqual([{ text: '', attachment }])
  })

  it('is left out where the channel sends none', () => {
    expect(render({ text: 'Go on?', attachment }, numbers)).toEqual([{ text: 'Go on?' }])
  })
})

describe('a poll', () => {
  const polls = { maxQuestion: 40, maxOption: 12, options: 10, maxExplanation: 20 }
  const frame: Frame = { ...buttons, polls }
  const poll = { question: 'What comes first?', options: ['Dry', 'Call'], correct: 0, explanation: 'Warmth.' }

  it('is the provider’s own where all of it fits', () => {
    expect(render({ text: '', poll }, frame)).toEqual([{ text: '', poll }])
    expect(render({ text: 'Question 1', poll }, frame)).toEqual([{ text: 'Question 1' }, { text: '', poll }])
  })

  it('has its answers by letter when one is too long, and the whole of them before it', () => {
    const options = ['Dry and keep warm', 'Call']
    expect(render({ text: '', poll: { ...poll, options } }, frame)).toEqual([
      { text: 'What comes first?\n\nA. Dry and keep warm\nB. Call' },
      { text: '', poll: { ...poll, options: ['A', 'B'] } },
    ])
  })

  it('asks with the end of a question that is too long, and leaves out an explanation that is', () => {
    const question = 'A baby is born and does not cry at all. The cord is cut. What comes first?'
    const explanation = 'Warmth comes first, and then the breath.'
    const [text, asked] = render({ text: '', poll: { ...poll, question, explanation } }, frame)
    expect(text?.text).toContain(question)
    expect(asked?.poll).toEqual({
      question: 'The cord is cut. What comes first?',
      options: ['A', 'B'],
      correct: 0,
    })
  })

  it('is written out where the channel has none, with its choices if it has some', () => {
    expect(render({ text: 'One', poll }, numbers)).toEqual([
      { text: 'One\n\nWhat comes first?\n\n1. Dry\n2. Call' },
    ])
    expect(render({ text: '', poll }, buttons)).toEqual([{ text: 'What comes first?\n\nA. Dry\nB. Call' }])
    expect(render({ text: '', poll, choices: choicesOf('Dry', 'Call') }, buttons)).toEqual([
      {
        text: 'What comes first?',
        buttons: [
          [
            { token: 't0', label: 'Dry' },
            { token: 't1', label: 'Call' },
          ],
        ],
      },
    ])
  })
})

const bare = (text: string): string => text.replaceAll(/\s/g, '')

/** Texts as authors write them and as nobody would: emoji, right-to-left, white space of all kinds. */
const anyText = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 300 }),
  fc.string({
    unit: fc.constantFrom('a', 'é', '👋', 'م', '.', '! ', ' ', '\n', '\n\n', '\t', '"'),
    maxLength: 300,
  }),
)
const anyFrame = fc.record({
  choices: fc.constantFrom('buttons' as const, 'numbers' as const, 'list' as const),
  list: fc.record({
    buttons: fc.integer({ min: 1, max: 3 }),
    maxTextOverButtons: fc.integer({ min: 1, max: 80 }),
    rows: fc.integer({ min: 3, max: 10 }),
    maxRow: fc.integer({ min: 1, max: 30 }),
    maxDetail: fc.integer({ min: 2, max: 30 }),
  }),
  maxText: fc.integer({ min: 2, max: 80 }),
  maxLabel: fc.integer({ min: 1, max: 30 }),
  attachments: fc.constant([]),
  maxCaption: fc.constant(0),
})
const anyChoices = fc.array(
  fc.record({ token: fc.string(), label: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }) }),
  { maxLength: 30 },
)

describe('any text', () => {
  it('is split into pieces that fit, can be read, and together leave nothing out', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 2, max: 60 }), (text, max) => {
        const pieces = splitText(text, max)
        for (const piece of pieces) {
          expect(piece.length).toBeLessThanOrEqual(max)
          expect(piece.trim()).not.toBe('')
          expect(piece.isWellFormed()).toBe(true)
        }
        expect(bare(pieces.join(''))).toBe(bare(text))
      }),
    )
  })

  it('is left as it is when it fits', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(splitText(text, 10_000)).toEqual(text.trim() === '' ? [] : [text])
      }),
    )
  })
})

describe('any bubble', () => {
  it('shows every label, and offers every choice once, in order, under the last part', () => {
    fc.assert(
      fc.property(anyText, anyChoices, anyFrame, (text, choices, frame) => {
        const parts = render({ text, choices }, frame)
        const shown = bare(
          parts
            .flatMap(({ text: words, buttons: under = [], rows = [] }) => [
              words,
              ...[...under.flat(), ...rows].map(({ label }) => label),
            ])
            .join(''),
        )
        for (const { label } of choices) expect(shown).toContain(bare(label))
        expect(shown.startsWith(bare(text))).toBe(true)
        for (const part of parts) expect(part.text.length).toBeLessThanOrEqual(frame.maxText)
        for (const part of parts.slice(0, -1)) expect(part.buttons).toBeUndefined()
        for (const { detail = '' } of parts.at(-1)?.rows ?? [])
          expect([detail.length <= frame.list.maxDetail, detail.isWellFormed()]).toEqual([true, true])
        const offered = parts.at(-1)?.buttons?.flat() ?? parts.at(-1)?.rows ?? []
        const isTapped =
          frame.choices === 'buttons' || (frame.choices === 'list' && choices.length <= frame.list.rows)
        const expected = isTapped ? choices.map(({ token }) => token) : []
        expect(offered.map(({ token }) => token)).toEqual(expected)
        for (const row of parts.at(-1)?.buttons ?? []) {
          expect(row.length).toBeGreaterThan(0)
          expect(row.length).toBeLessThanOrEqual(5)
        }
      }),
    )
  })
})
