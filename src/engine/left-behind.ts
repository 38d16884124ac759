// Translations that were left behind when the words they were made from changed.
import { type Language, LANGUAGES } from '../words/language.ts'
import { asRead, itemsOf, type ReviewItem, type VersionOf } from './reviews.ts'
import type { InStep } from './schema-translations.ts'

export interface LeftBehind {
  readonly item: ReviewItem
  /** The language whose words changed, and those whose words did not. */
  readonly from: Language
  readonly behind: readonly Language[]
}

type Hashes = InStep[string]

/** Items whose first language has changed since `before` while another has not. */
export function leftBehind(written: unknown, before: Hashes = {}, versionOf: VersionOf): LeftBehind[] {
  return itemsOf(written).flatMap((item) => {
    const noted = before[item.id]
    const now = hashesOf(item, versionOf)
    const from = LANGUAGES.find((language) => now[language] !== undefined)
    if (!noted || from === undefined || noted[from] === undefined || noted[from] === now[from]) return []
    const behind = LANGUAGES.filter(
      (language) => language !== from && now[language] !== undefined && noted[language] === now[language],
    )
    return behind.length > 0 ? [{ item, from, behind }] : []
  })
}

/** What is to be noted of a flow now. An item left behind keeps its old note, unless `all` are declared looked at. */
export function inStepNow(
  written: unknown,
  before: Hashes = {},
  { versionOf, all }: { versionOf: VersionOf; all: boolean },
): Hashes {
  const behind = new Set(all ? [] : leftBehind(written, before, versionOf).map(({ item }) => item.id))
  return Object.fromEntries(
    itemsOf(written).flatMap((item) => {
      const hashes = behind.has(item.id) ? (before[item.id] ?? {}) : hashesOf(item, versionOf)
      return Object.keys(hashes).length > 1 ? [[item.id, hashes]] : []
    }),
  )
}

/** The file as JSON, an item a line, so that two who change different items do not meet. */
export function writeInStep(inStep: InStep): string {
  const flows = Object.entries(inStep)
    .filter(([, items]) => Object.keys(items).length > 0)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([flow, items]) => {
      const lines = Object.entries(items).map(
        ([item, hashes]) => `    ${JSON.stringify(item)}: ${JSON.stringify(hashes)}`,
      )
      return `  ${JSON.stringify(flow)}: {\n${lines.join(',\n')}\n  }`
    })
  return `{\n${flows.join(',\n')}\n}\n`
}

/** The texts of an item in each language, without anything that is said in none. */
function hashesOf(item: ReviewItem, versionOf: VersionOf): Partial<Record<Language, string>> {
  const spoken = asRead(item, [])
  return Object.fromEntries(
    LANGUAGES.flatMap((language) => {
      const read = asRead({ ...item, written: textsOnly(item.written, language) }, [language])
      return read === EMPTY || spoken === asRead(item, [language]) ? [] : [[language, versionOf(read)]]
    }),
  )
}

const EMPTY = '[]'

/** Every text of a language in an item, in order. */
function textsOnly(value: unknown, language: Language): string[] {
  if (typeof value !== 'object' || value === null) return []
  const keys = Object.keys(value)
  if (!Array.isArray(value) && keys.length > 0 && keys.every((key) => LANGUAGES.some((one) => one === key))) {
    const text: unknown = (value as Record<string, unknown>)[language]
    return typeof text === 'string' ? [text] : []
  }
  return Object.values(value).flatMap((child) => textsOnly(child, language))
}
