// The texts of a flow file for translators, and their translations put back into it. What is not translated stays as it
// is written, to the last space: whoever reads the change in git sees the translation and nothing else.
import { isMap, isScalar, isSeq, type Pair, parse, parseDocument, type Scalar, type YAMLMap } from 'yaml'
import { type Language, LANGUAGES } from '../words/language.ts'

export interface Translatable {
  /** The keys that lead to it, joined by dots; of a list, the id of the entry where it has one: `questions.cord.ask`. */
  readonly path: string
  /** The text that is translated: the English, or the first language there is beside the one wanted. */
  readonly source: string
  readonly from: Language
  readonly translation: string | undefined
}

interface Place {
  readonly path: string
  readonly map: YAMLMap
  readonly texts: readonly Written[]
}

interface Written {
  readonly language: Language
  readonly key: Scalar
  readonly scalar: Scalar<string>
}

/** Every text of the file that can be translated into `language`, in its order; none when the file cannot be read. */
export function textsToTranslate(file: string, language: Language): Translatable[] {
  return placesIn(file).flatMap(({ path, texts }) => {
    const source = LANGUAGES.flatMap((from) =>
      from === language ? [] : texts.filter((text) => text.language === from),
    )[0]
    if (!source) return []
    const translation = texts.find((text) => text.language === language)?.scalar.value.trim()
    return [{ path, source: source.scalar.value.trim(), from: source.language, translation }]
  })
}

/** The file with these translations, by path, in it. Paths that lead nowhere are passed over. */
export function withTranslations(
  file: string,
  language: Language,
  translations: ReadonlyMap<string, string>,
): string {
  const changes = placesIn(file).flatMap(({ path, map, texts }) => {
    const words = translations.get(path)
    return words === undefined ? [] : [changeOf(file, { map, texts, language, words })]
  })
  return changes
    .toSorted((one, other) => other.from - one.from)
    .reduce((text, { from, to, written }) => text.slice(0, from) + written + text.slice(to), file)
}

interface Change {
  readonly from: number
  readonly to: number
  readonly written: string
}

function changeOf(
  file: string,
  wanted: Omit<Place, 'path'> & { readonly language: Language; readonly words: string },
): Change {
  const { map, texts, language, words } = wanted
  const there = texts.find((text) => text.language === language)
  if (there) {
    const [from, to] = rangeOf(there.scalar)
    // A block of lines ends with its last line break.
    const end = file[to - 1] === '\n' ? '\n' : ''
    return { from, to, written: quoted(words, there.scalar.type) + end }
  }
  const rank = LANGUAGES.indexOf(language)
  const before = texts.filter((text) => LANGUAGES.indexOf(text.language) < rank).at(-1) ?? texts.at(-1)
  if (!before) throw new Error('a text stands in no language')
  const [, end] = rangeOf(before.scalar)
  if (map.flow === true)
    return { from: end, to: end, written: `, ${language}: ${quoted(words, before.scalar.type)}` }
  const [keyAt] = rangeOf(before.key)
  const indent = ' '.repeat(keyAt - (file.lastIndexOf('\n', keyAt - 1) + 1))
  // Under the line, so that a comment at its end stays there; the first of a list entry stands behind its dash.
  const lineEnd = file[end - 1] === '\n' ? end - 1 : file.indexOf('\n', end)
  const at = lineEnd === -1 ? file.length : lineEnd
  return { from: at, to: at, written: `\n${indent}${language}: ${quoted(words, before.scalar.type)}` }
}

function rangeOf(node: Scalar): readonly [number, number] {
  if (!node.range) throw new Error('a node that was read has no place')
  return [node.range[0], node.range[1]]
}

/** The words as YAML, in the quotes their neighbour has, in none, or where these would not do in double ones. */
function quoted(words: string, like: string | null | undefined): string {
  const single = `'${words.replaceAll("'", "''")}'`
  const wanted = like === 'QUOTE_SINGLE' ? single : like === 'PLAIN' ? words : JSON.stringify(words)
  try {
    const read: unknown = words.includes('\n') ? undefined : parse(`{ a: ${wanted} }`)
    if (typeof read === 'object' && read !== null && 'a' in read && read.a === words) return wanted
  } catch {
    // Not without quotes, then.
  }
  return JSON.stringify(words)
}

function placesIn(file: string): Place[] {
  const document = parseDocument(file)
  if (document.errors.length > 0) return []
  return within(document.contents, [], document.get('kind') === 'template')
}

function within(node: unknown, path: readonly string[], template: boolean): Place[] {
  if (isSeq(node)) {
    const ids = node.items.map((item) => (isMap(item) ? item.get('id') : undefined))
    return node.items.flatMap((item, index) => {
      const id = ids[index]
      const own = typeof id === 'string' && ids.indexOf(id) === ids.lastIndexOf(id) ? id : String(index)
      return within(item, [...path, own], template)
    })
  }
  if (!isMap(node)) return []
  const texts = node.items.flatMap((pair) => writtenIn(pair))
  if (texts.length > 0 && texts.length === node.items.length)
    // The codes of a template's languages look like a text and are none.
    return template && path[0] === 'codes' ? [] : [{ path: path.join('.'), map: node, texts }]
  return node.items.flatMap(({ key, value }) =>
    isScalar(key) ? within(value, [...path, String(key.value)], template) : [],
  )
}

function writtenIn({ key, value }: Pair): Written[] {
  if (!isScalar(key) || !isScalar(value) || typeof value.value !== 'string') return []
  const language = LANGUAGES.find((one) => one === key.value)
  return language ? [{ language, key, scalar: value as Scalar<string> }] : []
}
