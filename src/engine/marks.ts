// What an observer means who types marks with a thumb, at a bedside: "1 d 2 n 3 d", "1-5 done, 6 not", "all done but 4 7".
// Nobody guesses: whatever could mean two things is not understood, and is asked for again.
import type { Language } from '../words/language.ts'
import type { Mark } from '../words/marks.ts'

/** What can be marked now. Items are numbered as shown, from 1. */
export interface MarkForm {
  /** The items asked for: what "all" and "the rest" mean. */
  readonly asked: readonly number[]
  /** Every item there is, so that one marked before can be corrected. */
  readonly known: (item: number) => boolean
  /** Whether this mark fits this item: not every scale knows `partly`, not every item may not apply. */
  readonly fits: (item: number, mark: Mark) => boolean
  /** The language letters are read in: the n of "no" is the n of "ndiyo". */
  readonly language: Language
}

export type MarksRead =
  | { readonly read: 'marks'; readonly marks: ReadonlyMap<number, Mark> }
  | { readonly read: 'unclear' }
  /** Clear, but this item cannot be marked so. */
  | { readonly read: 'unfit'; readonly item: number; readonly mark: Mark }

type Word =
  | { readonly is: 'items'; readonly items: readonly number[] }
  | { readonly is: 'mark'; readonly mark: Mark }
  | { readonly is: 'all' | 'rest' | 'but' }

const UNCLEAR: MarksRead = { read: 'unclear' }
/** Longer than sixty items with their marks: a story, not marks. */
const LONGEST = 400

/** Words of every language, without accents; the longest that fits is taken first. */
const PHRASES: readonly (readonly [string, Mark | 'all' | 'rest' | 'but'])[] = (
  [
    ['done', 'done|ok|okay|yes|fait|faits|faite|faites|oui|byakozwe|yego|imefanyika|zimefanyika|ndiyo|sawa'],
    ['partly', 'partly|partially|partial|partiel|partiellement|en partie|igice|kiasi|kwa sehemu'],
    [
      'not_done',
      'not done|not|no|non fait|non faits|pas fait|pas faits|non|ntibyakozwe|oya|haikufanyika|hazikufanyika|hapana',
    ],
    ['not_applicable', 'not applicable|n/a|non applicable|sans objet|ntibireba|haihusiki|hazihusiki'],
    [
      'not_observed',
      'not observed|not seen|unseen|non observe|pas observe|pas vu|ntibyabonetse|sinabibonye|haikuonekana|sikuona',
    ],
    [
      'stock_out',
      'stock-out|stock out|stockout|out of stock|no stock|rupture de stock|en rupture|rupture|byashize|imeisha|zimeisha',
    ],
    ['all', 'all|everything|tout|tous|toutes|byose|zose|zote|yote|vyote'],
    [
      'rest',
      'the rest|rest|others|the others|le reste|reste|les autres|ibisigaye|ibindi|zilizobaki|nyingine',
    ],
    ['but', 'but|except|but not|sauf|excepte|mais pas|uretse|isipokuwa|ila'],
  ] as const
)
  .flatMap(([meaning, words]) => words.split('|').map((word) => [word, meaning] as const))
  .toSorted(([a], [b]) => b.length - a.length)

/** Letters a language lets stand for a mark. X stands for none: to some it is "wrong", to others "does not apply". */
const LETTERS: Readonly<Record<Language, Readonly<Record<string, Mark>>>> = {
  en: { d: 'done', y: 'done', p: 'partly', n: 'not_done', na: 'not_applicable', s: 'stock_out' },
  fr: { d: 'done', f: 'done', p: 'partly', n: 'not_done', na: 'not_applicable', s: 'stock_out' },
  // "na" is "and" in Kinyarwanda and Kiswahili, and n is the first letter of yes in the one and of no in the other.
  rw: { d: 'done', y: 'done', p: 'partly', n: 'not_done', s: 'stock_out' },
  sw: { d: 'done', f: 'done', p: 'partly', h: 'not_done', s: 'stock_out' },
}

/** Marks and nothing else, one after the other: "ddnd" for four items. No letters that make words together. */
const RUN: Readonly<Record<Language, RegExp>> = {
  en: /^[dnp?]{2,60}$/,
  fr: /^[dfnp?]{2,60}$/,
  rw: /^[dnp?]{2,60}$/,
  sw: /^[dfhp?]{2,60}$/,
}

const SIGNS: readonly (readonly [RegExp, string])[] = [
  [/[✓✔✅☑👍]/gu, ' done '],
  [/[✗✘❌👎]/gu, ' not done '],
  [/[–—−]/gu, '-'],
  [/[’']/gu, ''],
]

/** Reads marks. Total: whatever somebody writes comes to marks, to an item they do not fit, or to `unclear`. */
export function readMarks(text: string, form: MarkForm): MarksRead {
  if (text.length > LONGEST) return UNCLEAR
  const said = simple(text)
  const run = inOrder(said.replaceAll(/[\s,;]/g, ''), form)
  const words = run ? undefined : wordsOf(said, form.language)
  const marks = run ?? (words && (exceptions(words, form) ?? pairs(words, form)))
  if (!marks || marks.size === 0) return UNCLEAR
  for (const [item, mark] of marks) {
    if (!form.known(item)) return UNCLEAR
    if (!form.fits(item, mark)) return { read: 'unfit', item, mark }
  }
  return fromElsewhere([...marks.keys()], form) ? UNCLEAR : { read: 'marks', marks }
}

/** Who numbers the items shown from 1 again does not mean the first ones: none of those asked, and several of others. */
function fromElsewhere(items: readonly number[], { asked }: MarkForm): boolean {
  return asked.length > 0 && items.length > 2 && !items.some((item) => asked.includes(item))
}

/** Lower case and without accents, with the signs that matter here. */
function simple(text: string): string {
  let said = text
  for (const [sign, word] of SIGNS) said = said.replaceAll(sign, word)
  return said.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase().trim()
}

/** "ddnd": as many marks as items are asked for, in their order. */
function inOrder(said: string, { asked, language }: MarkForm): Map<number, Mark> | undefined {
  if (said.length !== asked.length || !RUN[language].test(said)) return undefined
  return new Map(asked.map((item, at) => [item, letterMark(said[at] ?? '', language) ?? 'not_observed']))
}

const letterMark = (letter: string, language: Language): Mark | undefined =>
  letter === '?' ? 'not_observed' : LETTERS[language][letter]

/** The text as words that mean something here; undefined when any of it means nothing. */
function wordsOf(said: string, language: Language): Word[] | undefined {
  const words: Word[] = []
  let rest = said
  while (rest !== '') {
    const gap = /^(?:[\s,;.:=()]|-(?=[a-z]))+/.exec(rest)?.[0]
    if (gap !== undefined) {
      rest = rest.slice(gap.length)
      continue
    }
    const found = itemsAt(rest, language) ?? markAt(rest, language)
    if (!found) return undefined
    words.push(found.word)
    rest = rest.slice(found.length)
  }
  return words
}

interface Found {
  readonly word: Word
  readonly length: number
}

/** "to", in each language. */
const TO: Readonly<Record<Language, RegExp>> = {
  en: /^\s*(?:-|to\b)\s*(?=\d)/,
  fr: /^\s*(?:-|a\b)\s*(?=\d)/,
  rw: /^\s*(?:-|kugeza(?:\s+kuri)?\b)\s*(?=\d)/,
  sw: /^\s*(?:-|hadi\b)\s*(?=\d)/,
}

/** "4", "1-5", "1 to 5". */
function itemsAt(rest: string, language: Language): Found | undefined {
  const begin = /^\d{1,3}(?!\d)/.exec(rest)?.[0]
  if (begin === undefined) return undefined
  const to = TO[language].exec(rest.slice(begin.length))?.[0] ?? ''
  const end = to === '' ? begin : /^\d{1,3}(?!\d)/.exec(rest.slice(begin.length + to.length))?.[0]
  if (end === undefined) return undefined
  const [first, last] = [Number(begin), Number(end)]
  // Backwards is a slip of the thumb.
  if (last < first) return undefined
  const items = Array.from({ length: last - first + 1 }, (_, index) => first + index)
  return {
    word: { is: 'items', items },
    length: to === '' ? begin.length : begin.length + to.length + end.length,
  }
}

function markAt(rest: string, language: Language): Found | undefined {
  if (rest.startsWith('?')) return { word: { is: 'mark', mark: 'not_observed' }, length: 1 }
  for (const [phrase, meaning] of PHRASES) {
    const length = phraseLength(rest, phrase)
    if (length === 0) continue
    if (meaning === 'all' || meaning === 'rest' || meaning === 'but') return { word: { is: meaning }, length }
    return { word: { is: 'mark', mark: meaning }, length }
  }
  const letters = /^[a-z]+(?![a-z])/.exec(rest)?.[0]
  const mark = letters === undefined ? undefined : LETTERS[language][letters]
  return letters !== undefined && mark ? { word: { is: 'mark', mark }, length: letters.length } : undefined
}

/** How much of the text is this phrase, its words parted by spaces or a hyphen; 0 when it begins otherwise. */
function phraseLength(rest: string, phrase: string): number {
  let at = 0
  for (const [index, word] of phrase.split(' ').entries()) {
    if (index > 0) {
      const gap = /^(?:\s+|-)/.exec(rest.slice(at))?.[0]
      if (gap === undefined) return 0
      at += gap.length
    }
    if (!rest.startsWith(word, at)) return 0
    at += word.length
  }
  return /^[a-z]/.test(rest.slice(at)) ? 0 : at
}

const OPPOSITE: Partial<Record<Mark, Mark>> = { done: 'not_done', not_done: 'done' }

/** "all done but 4 7", "all done except 4 n 7 ?", "all done, 4 not": everything asked for, and some otherwise. */
function exceptions(words: readonly Word[], form: MarkForm): Map<number, Mark> | undefined {
  const [all, main, ...more] = words
  if (all?.is !== 'all' || main?.is !== 'mark') return undefined
  const marks = new Map(form.asked.map((item) => [item, main.mark] as const))
  if (more.length === 0) return marks
  const others = more[0]?.is === 'but' ? more.slice(1) : more
  const bare = others !== more && others.every(({ is }) => is === 'items')
  const opposite = OPPOSITE[main.mark]
  const named = bare
    ? opposite &&
      assign(
        others.flatMap((word) => (word.is === 'items' ? [...word.items] : [])),
        opposite,
      )
    : pairs(others, form)
  if (!named || named.size === 0) return undefined
  // An exception from what is asked for stands among what is asked for.
  if ([...named].some(([item, mark]) => !marks.has(item) || mark === main.mark)) return undefined
  for (const [item, mark] of named) marks.set(item, mark)
  return marks
}

const assign = (items: readonly number[], mark: Mark): Map<number, Mark> | undefined =>
  new Set(items).size === items.length ? new Map(items.map((item) => [item, mark])) : undefined

/** "1 2 d 3 n rest d", or the other way round "done 1 2, not 3": whichever it begins with, it stays so to the end. */
function pairs(words: readonly Word[], form: MarkForm): Map<number, Mark> | undefined {
  if (words.some(({ is }) => is === 'but' || is === 'all')) return undefined
  const ordered = words[0]?.is === 'mark' ? words.toReversed() : words
  const marks = new Map<number, Mark>()
  let waiting: Word[] = []
  let marked = true
  let restMark: Mark | undefined
  for (const word of ordered) {
    if (word.is !== 'mark') {
      if (marked) waiting = []
      marked = false
      waiting.push(word)
      continue
    }
    // A mark without items.
    if (marked) return undefined
    marked = true
    for (const one of waiting) {
      if (one.is === 'rest') {
        if (restMark !== undefined) return undefined
        restMark = word.mark
      } else if (one.is === 'items') {
        for (const item of one.items) {
          if (marks.has(item)) return undefined
          marks.set(item, word.mark)
        }
      }
    }
  }
  // Items without a mark.
  if (!marked) return undefined
  if (restMark !== undefined) for (const item of form.asked) if (!marks.has(item)) marks.set(item, restMark)
  return marks
}
