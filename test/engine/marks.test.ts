import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type MarkForm, readMarks } from '../../src/engine/marks.ts'
import { type Language, LANGUAGES } from '../../src/words/language.ts'
import { type Mark, MARKS } from '../../src/words/marks.ts'

/** Items 7 to 12 of 17 are asked for; item 12 always applies; the scale has two points unless said. */
const form = (language: Language = 'en', more: Partial<MarkForm> = {}): MarkForm => ({
  asked: [7, 8, 9, 10, 11, 12],
  known: (item) => item >= 1 && item <= 17,
  fits: (item, mark) => mark !== 'partly' && !(mark === 'not_applicable' && item === 12),
  language,
  ...more,
})
const first = (language: Language = 'en'): MarkForm => form(language, { asked: [1, 2, 3, 4, 5, 6] })

/** The marks as letters: d, p, n, a, ?; or what was wrong. */
function read(text: string, how: MarkForm): string {
  const got = readMarks(text, how)
  if (got.read === 'unclear') return 'unclear'
  if (got.read === 'unfit') return `unfit ${got.item} ${got.mark}`
  const letter: Record<Mark, string> = {
    done: 'd',
    partly: 'p',
    not_done: 'n',
    not_applicable: 'a',
    not_observed: '?',
    stock_out: 's',
  }
  return [...got.marks]
    .toSorted(([a], [b]) => a - b)
    .map(([item, mark]) => `${item}${letter[mark]}`)
    .join(' ')
}

describe('what a thumb types', () => {
  it.each([
    ['1 d 2 n 3 d', '1d 2n 3d'],
    ['1d 2n 3d', '1d 2n 3d'],
    ['1d,2n,3d,4d,5d,6d', '1d 2n 3d 4d 5d 6d'],
    ['1-5 done, 6 not', '1d 2d 3d 4d 5d 6n'],
    ['1–5 d 6 n', '1d 2d 3d 4d 5d 6n'],
    ['1 to 5 done; 6 not done', '1d 2d 3d 4d 5d 6n'],
    ['all done but 4 6', '1d 2d 3d 4n 5d 6n'],
    ['ALL DONE EXCEPT 4, 6', '1d 2d 3d 4n 5d 6n'],
    ['All done', '1d 2d 3d 4d 5d 6d'],
    ['all-done', '1d 2d 3d 4d 5d 6d'],
    ['all d but 4 n 6 ?', '1d 2d 3d 4n 5d 6?'],
    ['all done, 4 not', '1d 2d 3d 4n 5d 6d'],
    ['all not done except 2', '1n 2d 3n 4n 5n 6n'],
    ['done 1 2 3, not 4 5', '1d 2d 3d 4n 5n'],
    ['d 1-3 n 4', '1d 2d 3d 4n'],
    ['1 2 4 d rest n', '1d 2d 3n 4d 5n 6n'],
    ['4 n, the rest done', '1d 2d 3d 4n 5d 6d'],
    ['ddnddd', '1d 2d 3n 4d 5d 6d'],
    ['d d n d d ?', '1d 2d 3n 4d 5d 6?'],
    ['1 ✅ 2 ❌ 3 ?', '1d 2n 3?'],
    ['1️⃣ done 2️⃣ not', '1d 2n'],
    ['3 n/a', '3a'],
    ['3 na 4 not seen 5 not applicable', '3a 4? 5a'],
    ['1-3 d 4s 5 out of stock', '1d 2d 3d 4s 5s'],
    ['all done but 4 s', '1d 2d 3d 4s 5d 6d'],
    ['1 yes\n2 no\n3 yes', '1d 2n 3d'],
  ])('in English: %s', (text, marks) => {
    expect(read(text, first())).toBe(marks)
  })

  it.each([
    ['fr', 'tout fait sauf 4 6', '1d 2d 3d 4n 5d 6n'],
    ['fr', '1-5 fait, 6 non', '1d 2d 3d 4d 5d 6n'],
    ['fr', '1 à 5 faits 6 non fait', '1d 2d 3d 4d 5d 6n'],
    ['fr', '1 f 2 n 3 pas vu 4 non observé 5 sans objet', '1d 2n 3? 4? 5a'],
    ['fr', '2 n le reste fait', '1d 2n 3d 4d 5d 6d'],
    ['rw', 'byose byakozwe uretse 4 6', '1d 2d 3d 4n 5d 6n'],
    ['rw', '1 kugeza kuri 5 byakozwe, 6 ntibyakozwe', '1d 2d 3d 4d 5d 6n'],
    ['rw', '1 yego 2 oya 3 ntibireba 4 sinabibonye', '1d 2n 3a 4?'],
    ['rw', '3 n ibisigaye d', '1d 2d 3n 4d 5d 6d'],
    ['sw', 'zote zimefanyika isipokuwa 4 6', '1d 2d 3d 4n 5d 6n'],
    ['sw', '1 hadi 5 imefanyika, 6 haikufanyika', '1d 2d 3d 4d 5d 6n'],
    ['sw', '1 ndiyo 2 hapana 3 haihusiki 4 sikuona', '1d 2n 3a 4?'],
    ['fr', '1 s 2 rupture de stock 3 f', '1s 2s 3d'],
    ['rw', '1 s 2 byashize 3 d', '1s 2s 3d'],
    ['sw', '1 s 2 imeisha 3 f', '1s 2s 3d'],
    ['sw', 'ffhfff', '1d 2d 3n 4d 5d 6d'],
  ] as const)('in %s: %s', (language, text, marks) => {
    expect(read(text, first(language))).toBe(marks)
  })
})

describe('what could mean two things', () => {
  it.each([
    '',
    '1',
    'done',
    'ok',
    'all',
    'all but 4',
    'but 4',
    '1 d 2',
    'd 1 n',
    '1 d n',
    '1 x',
    '3 d 3 n',
    '1-3 d 2 n',
    '5-2 d',
    '0 d',
    '18 d',
    '999 d',
    '12345 d',
    'all done but 9',
    'all done but 4 d',
    'all done but',
    'all done but 4 n 5',
    'all done 4',
    'all 4 done',
    'dddd',
    'ddddddd',
    'she did 1 and 2',
    'rest d rest n',
    '1 dn',
    'no 4 was not done but 5 was',
    '-3 d',
    '1.5 hours',
    'd'.repeat(500),
  ])('is asked for again: %s', (text) => {
    expect(read(text, first())).toBe('unclear')
  })

  it('is a letter that means yes in one language and no in another', () => {
    expect(read('1 n', first('sw'))).toBe('unclear')
    expect(read('1 na 2 d', first('sw'))).toBe('unclear')
    expect(read('1 na 2 d', first('rw'))).toBe('unclear')
    expect(read('1 o', first('fr'))).toBe('unclear')
    expect(read('1 f', first('en'))).toBe('unclear')
    for (const language of LANGUAGES) expect(read('1 x', first(language))).toBe('unclear')
  })

  it('is counting from one again where the items go on from seven', () => {
    expect(read('1 d 2 n 3 d 4 d 5 d 6 d', form())).toBe('unclear')
    expect(read('1-6 done', form())).toBe('unclear')
    expect(read('7-12 done', form())).toBe('7d 8d 9d 10d 11d 12d')
  })
})

it('corrects an item marked before, alone or beside those asked for', () => {
  expect(read('3 n', form())).toBe('3n')
  expect(read('3 n, 7-12 done', form())).toBe('3n 7d 8d 9d 10d 11d 12d')
  expect(read('4 n', form('en', { asked: [] }))).toBe('4n')
  expect(read('1-17 done', form('en', { asked: [] }))).not.toBe('unclear')
})

it('says which item cannot be marked so', () => {
  expect(read('12 na', form())).toBe('unfit 12 not_applicable')
  expect(read('7 p', form())).toBe('unfit 7 partly')
  expect(read('7 partly', form('en', { fits: () => true }))).toBe('7p')
})

describe('anything', () => {
  const piece = fc.oneof(
    fc.integer({ min: 0, max: 20 }).map(String),
    fc.constantFrom(
      'd',
      'n',
      '?',
      'na',
      'x',
      '-',
      ',',
      'all',
      'but',
      'rest',
      'done',
      'not',
      'done',
      'to',
      '\n',
    ),
    fc.string({ maxLength: 3 }),
  )
  const text = fc.array(piece, { maxLength: 14 }).map((pieces) => pieces.join(' '))

  it('never throws, and marks only items there are, as they may be marked', () => {
    fc.assert(
      fc.property(
        fc.oneof(text, fc.string({ maxLength: 500 })),
        fc.constantFrom(...LANGUAGES),
        (said, language) => {
          const how = form(language)
          const got = readMarks(said, how)
          if (got.read !== 'marks') return
          expect(got.marks.size).toBeGreaterThan(0)
          for (const [item, mark] of got.marks) {
            expect(how.known(item)).toBe(true)
            expect(how.fits(item, mark)).toBe(true)
            expect(MARKS).toContain(mark)
          }
        },
      ),
      { numRuns: 2000 },
    )
  })

  it('means what it says when each item is named with its mark, in any order and with any gaps', () => {
    const words: Record<Language, Partial<Record<Mark, string[]>>> = {
      en: {
        done: ['d', 'done', 'yes', '✅'],
        not_done: ['n', 'not', 'not done', '❌'],
        not_observed: ['?', 'not seen'],
      },
      fr: {
        done: ['d', 'f', 'fait', 'oui'],
        not_done: ['n', 'non', 'pas fait'],
        not_observed: ['?', 'pas vu'],
      },
      rw: {
        done: ['d', 'y', 'yego', 'byakozwe'],
        not_done: ['n', 'oya', 'ntibyakozwe'],
        not_observed: ['?'],
      },
      sw: {
        done: ['d', 'f', 'ndiyo', 'imefanyika'],
        not_done: ['h', 'hapana'],
        not_observed: ['?', 'sikuona'],
      },
    }
    const said = fc.constantFrom(...LANGUAGES).chain((language) => {
      const kinds = Object.entries(words[language]) as [Mark, string[]][]
      const one = fc
        .constantFrom(...kinds)
        .chain(([mark, ways]) => fc.record({ mark: fc.constant(mark), way: fc.constantFrom(...ways) }))
      return fc.record({
        language: fc.constant(language),
        items: fc.shuffledSubarray([1, 2, 3, 4, 5, 6], { minLength: 1 }),
        marks: fc.array(one, { minLength: 6, maxLength: 6 }),
        gap: fc.constantFrom(' ', ', ', '\n', '; '),
        capitals: fc.boolean(),
      })
    })
    fc.assert(
      fc.property(said, ({ language, items, marks, gap, capitals }) => {
        const written = items.map((item, at) => `${item} ${marks[at]?.way}`).join(gap)
        const got = readMarks(capitals ? written.toUpperCase() : written, first(language))
        expect(got.read).toBe('marks')
        if (got.read === 'marks')
          expect(new Map(got.marks)).toEqual(new Map(items.map((item, at) => [item, marks[at]?.mark])))
      }),
    )
  })
})
