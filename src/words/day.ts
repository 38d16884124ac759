import type { Day } from './clock.ts'
import { type Language, LANGUAGES, type LocalText } from './language.ts'

/** Where languages are spoken tells the order of day and month: English here is not that of the United States. */
const LOCALES: Readonly<Record<Language, string>> = { en: 'en-GB', fr: 'fr', rw: 'rw-RW', sw: 'sw-KE' }

const formats = LANGUAGES.map((language) => {
  const options = { weekday: 'short', day: 'numeric', month: 'long', timeZone: 'UTC' } as const
  return [language, new Intl.DateTimeFormat(LOCALES[language], options)] as const
})

/** A day as people say it in each language: `Tue 2 December`; with `before`, a name that stands before it. */
export function dayWords(day: Day, before = ''): LocalText {
  const at = Date.parse(`${day}T00:00:00Z`)
  const named = before === '' ? '' : `${before}, `
  return Object.fromEntries(formats.map(([language, format]) => [language, `${named}${format.format(at)}`]))
}

const WRITTEN = /^(?:(\d{4})-(\d{1,2})-(\d{1,2})|(\d{1,2})\s*[-/.\s]\s*(\d{1,2})(?:\s*[-/.\s]\s*(\d{4}))?)$/

/**
 * The day somebody writes, such as `29/2`, `29-02-2028` or `2028-02-29`: day before month, and without a year the next
 * such day from `today` on. Undefined where there is no such day within four years, the way of leap days.
 */
export function dayMeant(text: string, today: Day): Day | undefined {
  const [, year, month, date, shortDate, shortMonth, lateYear] = WRITTEN.exec(text.trim()) ?? []
  const named = year ?? lateYear
  const ending = `${two(month ?? shortMonth)}-${two(date ?? shortDate)}`
  if (named !== undefined) return real(`${named}-${ending}`)
  const first = Number(today.slice(0, 4))
  return Array.from({ length: 5 }, (_, ahead) => real(`${first + ahead}-${ending}`)).find(
    (day) => day !== undefined && day >= today,
  )
}

const two = (digits = ''): string => digits.padStart(2, '0')

function real(text: string): Day | undefined {
  const at = Date.parse(`${text}T00:00:00Z`)
  return Number.isNaN(at) || new Date(at).toISOString().slice(0, 10) !== text ? undefined : (text as Day)
}
