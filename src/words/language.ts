/** The languages people read the service in. English is the last resort for a missing text. */
export const LANGUAGES = ['en', 'fr', 'rw', 'sw'] as const

export type Language = (typeof LANGUAGES)[number]

/** Where languages are spoken tells the order of day and month: English here is not that of the United States. */
export const LOCALES: Readonly<Record<Language, string>> = { en: 'en-GB', fr: 'fr', rw: 'rw-RW', sw: 'sw-KE' }

/** One text in the languages it has been written in. */
export type LocalText = { readonly [language in Language]?: string | undefined }

/**
 * The text in the language wanted, else in the programme's language, else in English, else in any.
 *
 * @example inLanguage({ en: 'Yes', fr: 'Oui' }, 'rw', 'fr') // 'Oui'
 */
export function inLanguage(text: LocalText, wanted: Language, programme: Language = 'en'): string {
  return text[wanted] ?? text[programme] ?? text.en ?? Object.values(text)[0] ?? ''
}

/** What somebody has written in one language stands in all: it is theirs, and nobody translates it. */
export const sameInAll = (words: string): LocalText =>
  Object.fromEntries(LANGUAGES.map((language) => [language, words]))
