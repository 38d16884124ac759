// What of a flow is reviewed, and whether a review in the ledger still holds: it is for the very words that were read.
import { type Language, LANGUAGES } from '../words/language.ts'
import type { Review } from './schema-reviews.ts'

/** What is read and approved as one: a question with its options, a step, a word of the interface. */
export interface ReviewItem {
  /** Its id where it has one, else its place: `steps.3`. */
  readonly id: string
  /** Where it stands in the file. */
  readonly path: readonly (string | number)[]
  readonly written: unknown
}

/** An item with what the ledger says of it as it stands. */
export interface ItemStanding extends ReviewItem {
  /** The languages in which it is approved word for word. */
  readonly approved: readonly Language[]
  /** What somebody wants changed in it as it stands. */
  readonly wanted: readonly Review[]
}

/** Twelve digits that change with the text. */
export type VersionOf = (text: string) => string

const LISTS: Readonly<Record<string, string>> = {
  quiz: 'questions',
  checklist: 'items',
  dialogue: 'steps',
  facts: 'facts',
}

/** What of a card, a packet or a template somebody answers for; the rest is about its file. */
const CARD = [
  'sign',
  'title',
  'source',
  'guideline_year',
  'steps',
  'case',
  'points',
  'task',
  'facts',
  'text',
  'button',
  'variables',
]

/** The items of a flow as it is written in its file, in order; none where there is nothing to review. */
export function itemsOf(written: unknown): ReviewItem[] {
  if (!isMap(written)) return []
  const { kind, words } = written
  const list = LISTS[String(kind)]
  if (list !== undefined) {
    const entries: unknown = written[list]
    return (Array.isArray(entries) ? (entries as unknown[]) : []).flatMap((entry, index) => {
      if (!isMap(entry) || (kind === 'dialogue' && !('say' in entry) && !('ask' in entry))) return []
      const id = typeof entry['id'] === 'string' ? entry['id'] : `${list}.${index}`
      return [{ id, path: [list, index], written: entry }]
    })
  }
  if (kind === 'words' && isMap(words))
    return Object.entries(words).map(([id, word]) => ({ id, path: ['words', id], written: word }))
  if (kind !== 'emergency' && kind !== 'packet' && kind !== 'template') return []
  const card = Object.fromEntries(CARD.flatMap((key) => (key in written ? [[key, written[key]]] : [])))
  return [{ id: 'card', path: [], written: card }]
}

/** The item as it reads in these languages, as one text that is the same whatever the order of its keys. */
export const asRead = ({ written }: ReviewItem, languages: readonly Language[]): string =>
  JSON.stringify(only(written, new Set(languages)))

/** Each item of the flow with the languages it is approved in. Of several reviews of one language the last one counts. */
export function standingOf(
  flow: string,
  written: unknown,
  reviews: readonly Review[],
  versionOf: VersionOf,
): ItemStanding[] {
  const own = reviews
    .filter((review) => review.flow === flow)
    .toSorted((one, other) => one.on.localeCompare(other.on))
  return itemsOf(written).map((item) => {
    const versions = new Map<string, string>()
    const holding = own.filter(({ languages, version }) => {
      const key = languages.join()
      if (!versions.has(key)) versions.set(key, versionOf(asRead(item, languages)))
      return versions.get(key) === version
    })
    const last = LANGUAGES.flatMap((language) => {
      const review = holding.findLast(({ languages }) => languages.includes(language))
      return review ? [{ language, review }] : []
    })
    const said = (verdict: Review['verdict']) => last.filter(({ review }) => review.verdict === verdict)
    return {
      ...item,
      approved: said('approved').map(({ language }) => language),
      wanted: [...new Set(said('change').map(({ review }) => review))],
    }
  })
}

/** Whether all of a flow may be served to who reads this language as reviewed. */
export const isReviewedIn = (items: readonly ItemStanding[], language: Language): boolean =>
  items.length > 0 && items.every(({ approved }) => approved.includes(language))

function only(value: unknown, languages: ReadonlySet<Language>): unknown {
  if (Array.isArray(value)) return value.map((entry) => only(entry, languages))
  if (!isMap(value)) return value
  const keys = Object.keys(value).toSorted()
  const isText = keys.length > 0 && keys.every((key) => LANGUAGES.some((language) => language === key))
  return Object.fromEntries(
    keys
      .filter((key) => !isText || LANGUAGES.some((language) => language === key && languages.has(language)))
      .map((key) => [key, only(value[key], languages)]),
  )
}

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
