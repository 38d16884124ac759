// What a CHW means who reports in one line: "fever 4 rdt 4 pos 2", in any order, in four languages, spelled by thumb.
// Nobody guesses: what could mean two things, or nothing, is named and asked for again.
import type { Language } from '../words/language.ts'
import { plain } from './match.ts'
import { nearest, type Names, namesOf } from './report-names.ts'
import { AND, NO, NOISE, NUMBERS, REST, STOCK, ZERO } from './report-words.ts'
import type { ReportForm } from './schema-report.ts'

export interface LineRead {
  /**
   * `values`: all of it was understood. `unclear`: some was not, and `words` names it. `nothing`: it is no report; it has
   * neither figures nor the name of anything on the form.
   */
  readonly read: 'values' | 'unclear' | 'nothing'
  /** The counts that were understood, by item. */
  readonly values: ReadonlyMap<string, number>
  /** Every count that was not named is 0; what is on the shelf is never meant. */
  readonly rest: boolean
  /** What was not understood, as it was written, at most a few parts of the line. */
  readonly words: readonly string[]
  /** It has the name of something on the form. */
  readonly named: boolean
}

/** Longer is a story. */
const LONGEST = 600
const MOST_PARTS = 5

type Token =
  | { readonly is: 'name'; readonly item: string; readonly said: string }
  | { readonly is: 'number'; readonly value: number; readonly said: string; readonly no: boolean }
  | { readonly is: 'rest'; readonly said: string }
  | { readonly is: 'end' }
  | { readonly is: 'unknown'; readonly said: string }

const known = new WeakMap<ReportForm, Names>()

/** Reads a line. Total, and the same for the same line: what it comes to is shown to its writer before it counts. */
export function readLine(text: string, form: ReportForm, language: Language): LineRead {
  const nothing: LineRead = { read: 'nothing', values: new Map(), rest: false, words: [], named: false }
  if (text.length > LONGEST) return nothing
  let names = known.get(form)
  if (!names) known.set(form, (names = namesOf(form)))
  const tokens = tokensOf(text, names, language)
  // Side talk has no figures, and no name of anything that is counted.
  const named = tokens.some(({ is }) => is === 'name')
  return /\d/.test(text) || named || isNothingElse(tokens) ? { ...counted(tokens, form), named } : nothing
}

/** "None", "all zero": who says no more than that reports, and is asked what. */
const isNothingElse = (tokens: readonly Token[]): boolean => {
  const said = tokens.filter(({ is }) => is !== 'end')
  return said.length > 0 && said.every((one) => one.is === 'rest' || (one.is === 'number' && one.value === 0))
}

/** A number that is more than digits and spaces: "4/2", "1.5", "-3", "4?". What it means is not for us to say. */
const STRANGE = /\d\s*[/.:*x×+%–—-]\s*\d|(?<![a-z\d])[-–—+]\s*\d|\d\s*%|\?/
/** Between digits a comma may be a decimal one. */
const COMMA = /\d,\d/

function tokensOf(text: string, names: Names, language: Language): Token[] {
  const simple = text
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[’'`´]/g, ' ')
    .replaceAll(/\ble reste\b/g, 'lereste')
    .replaceAll(/\ball (?:the )?(others?|rest)\b/g, '$1')
    .replaceAll(/\b(?:tous|toutes) les autres\b/g, 'autres')
  const tokens: Token[] = []
  let inStock = false
  let lastStock = false
  /** Where the last name stands, if it could mean what is on the shelf as well. */
  let lastEither: number | undefined
  const name = (meant: { count: string | undefined; stock: string | undefined }, said: string): void => {
    const { count, stock } = meant
    // "al 4 rdt 10": on the shelf, or done? After something on the shelf nobody knows.
    if (!inStock && lastStock && count !== undefined && stock !== undefined)
      return void tokens.push({ is: 'unknown', said })
    const item = inStock ? (stock ?? count) : (count ?? stock)
    if (item === undefined) return
    // "rdt 10 al 4": the same question, the other way round.
    const before = lastEither === undefined ? undefined : tokens[lastEither]
    if (!inStock && item === stock && lastEither !== undefined && before?.is === 'name')
      tokens[lastEither] = { is: 'unknown', said: before.said }
    if (item !== stock) inStock = false
    lastStock = item === stock
    lastEither = item === count && stock !== undefined ? tokens.length : undefined
    tokens.push({ is: 'name', item, said })
  }
  // Marked names first: those with digits or signs in them would fall apart.
  const marked = names.marked.reduce(
    (line, { sign, pattern }) => line.replaceAll(pattern, ` ${sign} `),
    simple,
  )
  for (const piece of marked.split(/[\n;|]+|,(?!\d)|(?<!\d),|\.(?!\d)|(?<!\d)\./)) {
    const strange = STRANGE.exec(piece)?.[0] ?? COMMA.exec(piece)?.[0]
    if (strange !== undefined) tokens.push({ is: 'unknown', said: strange.trim() })
    else {
      const words = piece.match(/§\d+§|\d+|\p{L}+/gu) ?? []
      for (let at = 0; at < words.length;) {
        const [token, length] = tokenAt(words, at, { names, language })
        at += length
        if (token === 'stock') inStock = true
        else if (token === 'noise') continue
        // "All others" says it twice.
        else if (token.is === 'rest' && tokens.at(-1)?.is === 'rest') continue
        else if (token.is === 'meant') name(token, token.said)
        else tokens.push(token)
      }
    }
    tokens.push({ is: 'end' })
  }
  return tokens
}

type Meant = {
  readonly is: 'meant'
  readonly count: string | undefined
  readonly stock: string | undefined
  readonly said: string
}

function tokenAt(
  words: readonly string[],
  at: number,
  { names, language }: { names: Names; language: Language },
): [Token | Meant | 'stock' | 'noise', number] {
  const word = words[at] ?? ''
  const sign = names.marked.find((one) => one.sign === word)
  if (sign) return [{ is: 'meant', ...sign.meant, said: sign.said }, 1]
  if (/^\d+$/.test(word)) return [{ is: 'number', value: Number(word), said: word, no: false }, 1]
  for (let size = Math.min(names.longest, words.length - at); size >= 1; size--) {
    const said = words.slice(at, at + size).join(' ')
    const meant = names.exact.get(said)
    if (meant) return [{ is: 'meant', ...meant, said }, size]
  }
  if (STOCK.has(word)) return ['stock', 1]
  if (AND[language].has(word)) return [{ is: 'end' }, 1]
  if (NO[language].has(word)) return [{ is: 'number', value: 0, said: word, no: true }, 1]
  if (ZERO.has(word)) return [{ is: 'number', value: 0, said: word, no: false }, 1]
  if (REST.has(word)) return [{ is: 'rest', said: word }, 1]
  if (NOISE.has(word)) return ['noise', 1]
  const number = NUMBERS.get(word)
  if (number !== undefined) return [{ is: 'number', value: number, said: word, no: false }, 1]
  for (let size = Math.min(names.longest, words.length - at); size >= 1; size--) {
    const said = words.slice(at, at + size)
    // A misspelling spans no word that is known for something else, and no number.
    if (said.some((one) => /\d/.test(one) || (size > 1 && isKnown(one, language)))) continue
    const meant = nearest(said.join(' '), names)
    if (meant) return [{ is: 'meant', ...meant, said: said.join(' ') }, size]
  }
  return [{ is: 'unknown', said: word }, 1]
}

const isKnown = (word: string, language: Language): boolean =>
  NO[language].has(word) || ZERO.has(word) || AND[language].has(word) || STOCK.has(word) || NUMBERS.has(word)

interface Pair {
  /** An item's id, or `rest`. */
  readonly item: string
  readonly value: number
  readonly said: string
}

function counted(tokens: readonly Token[], form: ReportForm): Omit<LineRead, 'named'> {
  const parts = partsOf(tokens)
  const single = parts.every((part) => part.length === 1)
  // "fever, 4, rdt, 4": the commas part nothing.
  const pairs = single && parts.length > 1 ? [pairsIn(parts.flat())] : parts.map((part) => pairsIn(part))
  const values = new Map<string, number>()
  const words: string[] = []
  let rest = false
  for (const { found, lost } of pairs) {
    words.push(...lost)
    for (const { item, value, said } of found) {
      const most = form.items.find(({ id }) => id === item)?.most ?? 0
      if (item === 'rest') {
        if (value === 0) rest = true
        else words.push(said)
      } else if (value > most || (values.has(item) && values.get(item) !== value))
        words.push(`${said} ${value}`)
      else values.set(item, value)
    }
  }
  if (words.length > 0)
    // What stands twice with two counts is no count.
    return { read: 'unclear', values, rest: false, words: [...new Set(words)].slice(0, MOST_PARTS) }
  return values.size > 0 || rest
    ? { read: 'values', values, rest, words: [] }
    : { read: 'unclear', values, rest, words: saidIn(tokens).slice(0, MOST_PARTS) }
}

const saidIn = (tokens: readonly Token[]): string[] =>
  tokens.flatMap((token) => ('said' in token ? [token.said] : []))

function partsOf(tokens: readonly Token[]): Token[][] {
  const parts: Token[][] = [[]]
  for (const token of tokens)
    if (token.is === 'end') parts.push([])
    else parts.at(-1)?.push(token)
  return parts.filter((part) => part.length > 0)
}

interface Pairs {
  readonly found: readonly Pair[]
  readonly lost: readonly string[]
}

/** Nobody looks up their own line in more words than these. */
const LONGEST_PART = 10

/** A part is read one way throughout: each name before its number, or each number before its name. */
function pairsIn(part: readonly Token[]): Pairs {
  // All of it is named: of "sorry pos 3" nothing was taken, and whoever reads "sorry" would think that the rest was.
  const said = saidIn(part)
  const shown = said.length > LONGEST_PART ? [...said.slice(0, LONGEST_PART), '…'] : said
  const lost = (): Pairs => ({ found: [], lost: [shown.join(' ')] })
  if (part.length % 2 === 1 || part.some(({ is }) => is === 'unknown')) return lost()
  const found: Pair[] = []
  let nameFirst: boolean | undefined
  for (let at = 0; at < part.length; at += 2) {
    const [one, two] = [part[at], part[at + 1]]
    const named = one?.is === 'number' ? two : one
    const number = one?.is === 'number' ? one : two
    if ((named?.is !== 'name' && named?.is !== 'rest') || number?.is !== 'number') return lost()
    const first = number === two
    // "No deaths fever 4" can be read; "fever no rdt 3" cannot: no fever, or no test?
    if (number.no) {
      if (first && at + 2 < part.length) return lost()
    } else if (nameFirst !== undefined && nameFirst !== first) return lost()
    else nameFirst = first
    const item = named.is === 'name' ? named.item : 'rest'
    found.push({ item, value: number.value, said: named.said })
  }
  return { found, lost: [] }
}

/** Whether somebody answers a single question with nothing but a number or a word for one. */
export function readCount(text: string, language: Language): number | undefined {
  const said = plain(text)
  if (/^\d{1,4}$/.test(said) && !STRANGE.test(text)) return Number(said)
  if (ZERO.has(said) || NO[language].has(said)) return 0
  return NUMBERS.get(said)
}
