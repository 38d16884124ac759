// What a reviewer reads of one item: its words in the languages they know, what it rests on, and nothing of the file's form.
import { type Language, LANGUAGES } from '../words/language.ts'
import type { ItemStanding } from './reviews.ts'
import type { Fact } from './schema-facts.ts'

/** One item on a review sheet. Lines within a cell are parted by line breaks. */
export interface ReviewRow {
  readonly item: string
  readonly critical: boolean
  /** The question, step or text; one paragraph a language. */
  readonly text: string
  /** The options with their letters, the right one ticked. */
  readonly options: string
  /** Why each option is right or wrong. */
  readonly because: string
  readonly source: string
  /** The facts it names, each in words with its value and source. */
  readonly facts: string
}

type Written = Readonly<Record<string, unknown>>

/** `head` is the file as written: a checklist and a card have one source for all. */
export function reviewRow(
  { id, written }: ItemStanding,
  head: Written,
  languages: readonly Language[],
  facts: ReadonlyMap<string, Fact>,
): ReviewRow {
  const entry = mapOf(written)
  const said = (value: unknown): string => inLanguages(value, languages)
  const options = mapOf(entry['options'])
  const letters = Object.keys(options)
  const lines = (of: string): string =>
    letters
      .map((letter) => {
        const tick = of === 'text' && entry['answer'] === letter ? '✔ ' : ''
        return `${tick}${letter}. ${said(mapOf(options[letter])[of])}`
      })
      .join('\n')
  const named = Array.isArray(entry['facts']) ? entry['facts'].map(String) : []
  const source = entry['source'] ?? head['source']
  const year = entry['guideline_year'] ?? head['guideline_year']
  const worked = Array.isArray(entry['worked_out']) ? [`worked out: ${entry['worked_out'].join(', ')}`] : []
  return {
    item: id,
    critical: entry['critical'] === true,
    text: letters.length > 0 ? said(entry['ask']) : otherTexts(written, languages),
    options: letters.length > 0 ? lines('text') : '',
    because: letters.length > 0 ? lines('because') : '',
    source: typeof source === 'string' ? `${source}${typeof year === 'number' ? ` (${year})` : ''}` : '',
    facts: [...named.map((fact) => factInWords(fact, facts.get(fact))), ...worked].join('\n'),
  }
}

/** Everything said in an item that is no question of a quiz: a step with its choices, a card with its lines, a fact. */
function otherTexts(written: unknown, languages: readonly Language[]): string {
  if (typeof written !== 'object' || written === null) return ''
  if (isText(written)) return inLanguages(written, languages)
  const entry = written as Written
  if (typeof entry['says'] === 'string' && 'unit' in entry) return factInWords('', entry as unknown as Fact)
  const parts = Array.isArray(written) ? (written as unknown[]) : Object.values(written)
  return parts
    .map((part) => otherTexts(part, languages))
    .filter((text) => text !== '')
    .join('\n')
}

function factInWords(id: string, fact: Fact | undefined): string {
  if (!fact) return id
  const values = [[fact.value].flat().join(', '), fact.unit, ...(fact.with ?? []), fact.route ?? '']
  return `${fact.says}: ${values.filter(Boolean).join(' ')} [${fact.source}, ${fact.guideline_year}; ${fact.tag}]`
}

/** The text in each of the languages; with several, each says which it is. */
function inLanguages(value: unknown, languages: readonly Language[]): string {
  const text = mapOf(value)
  const there = languages.filter((language) => typeof text[language] === 'string')
  return there
    .map((language) => (languages.length > 1 ? `[${language}] ` : '') + String(text[language]))
    .join('\n')
}

const isText = (value: object): boolean => {
  const keys = Object.keys(value)
  return keys.length > 0 && keys.every((key) => LANGUAGES.some((language) => language === key))
}

const mapOf = (value: unknown): Written =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Written) : {}
