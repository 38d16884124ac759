// What may be said to somebody who must not be written to freely: a text the provider has approved.
import { inLanguage, type Language } from '../words/language.ts'
import type { Bubble } from '../words/message.ts'
import type { Say } from './events.ts'
import type { Template } from './schema-template.ts'
import type { Shelf } from './shelf.ts'
import { type Listener, Voice } from './voice.ts'

/**
 * The template that stands for the word these says begin with, or else for anything, filled in and in a language it is
 * approved in: the listener's, the programme's, or another. Undefined when there is none.
 */
export function speakTemplate(shelf: Shelf, says: readonly Say[], listener: Listener): Bubble | undefined {
  const [first] = says
  const word = first?.say === 'word' ? first.word : undefined
  const usable = shelf.templates.filter(({ approved }) => approved.length > 0)
  const template =
    usable.find(
      ({ instead_of: words }) => word !== undefined && words !== 'anything' && words.includes(word),
    ) ?? usable.find(({ instead_of: words }) => words === 'anything')
  if (!template) return undefined
  const { approved, name, codes } = template
  const wanted = [listener.language, shelf.programmeLanguage, 'en' as const]
  const language = wanted.find((one) => approved.includes(one)) ?? approved[0]
  if (language === undefined) return undefined
  const values = first?.say === 'word' ? (first.values ?? {}) : {}
  const voice = new Voice(shelf, { ...listener, language })
  return {
    text: voice.filled(template.text[language] ?? '', values),
    template: {
      name,
      language: codes[language] ?? language,
      values: template.variables.map((variable) => voice.shown(values[variable] ?? '…')),
      button: template.button !== undefined,
    },
  }
}

/** A template as it is typed into the provider's form: its code of the language, and the values as numbers. */
export function asSubmitted(
  { text, variables, codes, button }: Template,
  language: Language,
): { code: string; text: string; button: string | undefined } {
  const numbered = variables.reduce(
    (words, name, index) => words.replaceAll(`{${name}}`, `{{${index + 1}}}`),
    inLanguage(text, language),
  )
  return { code: codes[language] ?? language, text: numbered, button: button && inLanguage(button, language) }
}
