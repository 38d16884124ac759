// The words of an XLSForm in the languages of the service, without markup, and with answers where the form puts them.
import { type Language, type LocalText } from '../words/language.ts'
import { languageCalled, type Notes } from './draft-steps.ts'
import type { Row } from './xlsform-sheet.ts'

export class FormTexts {
  /** The languages the form has texts in. */
  readonly spoken = new Set<Language>()
  readonly #base: Language
  readonly #notes: Notes
  /** What an answer that was given before is called in the dialogue. */
  readonly #nameOf: (name: string) => string | undefined

  constructor(base: Language, notes: Notes, nameOf: (name: string) => string | undefined) {
    this.#base = base
    this.#notes = notes
    this.#nameOf = nameOf
  }

  label(row: Row, where: string): LocalText {
    const text = this.text(row, 'label', where)
    if (text) return text
    this.#notes.add(where, 'it has no label: its name is asked')
    return { [this.#base]: row.cells.get('name') ?? '?' }
  }

  /** A column of texts in the languages of the service; other languages are noted. */
  text({ cells }: Row, column: string, where: string): LocalText | undefined {
    const found = [...cells].flatMap(([name, words]): (readonly [Language, string])[] => {
      if (name === column) return [[this.#base, this.#readable(words, where)]]
      if (!name.startsWith(`${column}::`)) return []
      const called = name.slice(column.length + 2)
      const language = languageCalled(called)
      if (!language)
        this.#notes.add(
          'survey',
          `"${called}" is no language of the service: its column ${column} is left out`,
        )
      if (language) this.spoken.add(language)
      return language ? [[language, this.#readable(words, where)]] : []
    })
    return found.length > 0 ? Object.fromEntries(found) : undefined
  }

  /** The words without markup, and with answers where the form puts them. */
  #readable(words: string, where: string): string {
    const parts = words.split(/\$\{\s*([^}]+?)\s*\}/)
    return parts
      .map((part, at) => {
        // Every other part is the name of an answer.
        if (at % 2 === 0) return part.replaceAll('{', '(').replaceAll('}', ')')
        const name = this.#nameOf(part)
        if (name !== undefined) return `{${name}}`
        this.#notes.add(where, `\${${part}} in its words is not known there: it shows as …`)
        return '…'
      })
      .join('')
      .replaceAll(/<\/?[a-z][^>]*>|\*\*|__/gi, '')
      .replaceAll(/'(?=[{}])/g, '’')
      .trim()
  }
}
