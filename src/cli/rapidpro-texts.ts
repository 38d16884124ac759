// Words of a RapidPro flow in the languages of the service, with the expressions in them as the names of a dialogue.
import { type Language, type LocalText } from '../words/language.ts'
import { languageCalled, type Names, type Notes } from './draft-steps.ts'
import type { RapidproFlow } from './rapidpro-export.ts'

/** Where a text stands: the thing it belongs to, which of its texts, and which of several. */
export interface Place {
  readonly uuid: string
  readonly key: 'text' | 'name' | 'quick_replies'
  readonly index?: number
}

export class RapidproTexts {
  readonly base: Language
  /** Names of the dialogue that texts or routers use. */
  readonly used = new Set<string>()
  readonly #flow: RapidproFlow
  readonly #names: Names
  readonly #notes: Notes
  /** The name the latest answer was saved under, for `@input`. */
  #latest = ''

  constructor(flow: RapidproFlow, names: Names, notes: Notes) {
    this.#flow = flow
    this.#names = names
    this.#notes = notes
    const own = languageCalled(flow.language)
    if (!own)
      notes.add(
        flow.name,
        `its language "${flow.language}" is none of the service: its texts are taken as English`,
      )
    this.base = own ?? 'en'
    for (const code of Object.keys(flow.localization))
      if (!languageCalled(code))
        notes.add(flow.name, `the translation "${code}" is in no language of the service`)
  }

  heard(name: string): void {
    this.#latest = name
  }

  /** A text by the thing it belongs to, in every language it is written in. */
  text({ uuid, key, index = 0 }: Place, written: string, where: string): LocalText {
    const inLanguages: Partial<Record<Language, string>> = { [this.base]: this.#filled(written, where) }
    for (const [code, things] of Object.entries(this.#flow.localization)) {
      const language = languageCalled(code)
      const words = things[uuid]?.[key]
      const word: unknown = Array.isArray(words) ? (words as unknown[])[index] : undefined
      if (language && language !== this.base && typeof word === 'string' && word.trim() !== '')
        inLanguages[language] = this.#filled(word, where)
    }
    return inLanguages
  }

  /** Every way a thing is said, in any language. */
  all(uuid: string, key: string, written: readonly string[]): string[] {
    const others = Object.values(this.#flow.localization).flatMap((things) => {
      const words = things[uuid]?.[key]
      return Array.isArray(words) ? words.map(String) : []
    })
    return [...written, ...others]
  }

  /** The name of a dialogue behind `@results.age`, `@fields.district`, `@contact.name`; undefined when there is none. */
  nameOf(expression: string): string | undefined {
    const path = expression
      .trim()
      .replace(/^@\(?\s*/, '')
      .replace(/\s*\)?$/, '')
      .toLowerCase()
    if (/^contact(?:\.(?:name|first_name))?$/.test(path)) return 'name'
    if (/^input(?:\.text|\.value)?$/.test(path)) return this.#latest || undefined
    const [, result] =
      /^(?:results|run\.results|legacy_extra|flow)\.([\w]+)(?:\.(?:value|category|input|text))?$/.exec(
        path,
      ) ?? []
    if (result !== undefined) return this.result(result)
    const [, field] = /^(?:contact\.fields|fields|contact)\.([\w]+)$/.exec(path) ?? []
    if (
      field === undefined ||
      ['urn', 'urns', 'groups', 'language', 'id', 'uuid', 'created_on'].includes(field)
    )
      return undefined
    return this.field(field)
  }

  result(name: string): string {
    return this.#names.of(`result ${key(name)}`.replace('result ', ''))
  }

  field(name: string): string {
    return this.#names.of(`field ${key(name)}`)
  }

  group(name: string): string {
    return this.#names.of(`group ${key(name)}`)
  }

  #filled(words: string, where: string): string {
    return words
      .replaceAll(/[{}]/g, (brace) => (brace === '{' ? '(' : ')'))
      .replaceAll('@@', AT)
      .replaceAll(/@\([^()]*(?:\([^()]*\)[^()]*)*\)|@[a-z][\w]*(?:\.[a-z][\w]*)*/gi, (expression) => {
        // An address of electronic mail, or the end of a sentence, is no expression.
        if (
          !/^@(?:\(|contact|fields|results|input|run|flow|legacy_extra|urns|globals|child|parent|trigger|webhook|node|resume|ticket)/i.test(
            expression,
          )
        )
          return expression
        const name = this.nameOf(expression)
        if (name === undefined) {
          this.#notes.add(where, `${expression} in its words is not carried over: it shows as …`)
          return '…'
        }
        this.used.add(name)
        return `{${name}}`
      })
      .replaceAll(AT, '@')
      .replaceAll(/'(?=[{}])/g, '’')
      .trim()
  }
}

/** Stands for a doubled sign while expressions are looked for; no keyboard has it. */
const AT = '\uE000'

const key = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '_')
