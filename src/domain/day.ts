// Days as people say and write them.
import { DateTime } from 'luxon'
import type { Day } from '../words/clock.ts'
import { type Language, LANGUAGES, type LocalText } from '../words/language.ts'

/** Where languages are spoken tells the order of day and month: English here is not that of the United States. */
const LOCALES: Readonly<Record<Language, string>> = { en: 'en-GB', fr: 'fr', rw: 'rw-RW', sw: 'sw-KE' }

const formatsOf = (options: Intl.DateTimeFormatOptions): (readonly [Language, Intl.DateTimeFormat])[] =>
  LANGUAGES.map((language) => [
    language,
    new Intl.DateTimeFormat(LOCALES[language], { ...options, timeZone: 'UTC' }),
  ])

const DAYS = formatsOf({ weekday: 'short', day: 'numeric', month: 'long' })
const MONTHS = formatsOf({ month: 'long', year: 'numeric' })

const millis = (day: Day): number => DateTime.fromISO(day, { zone: 'utc' }).toMillis()

/** A day as people say it in each language: `Tue 2 December`; with `before`, a name that stands before it. */
export function dayWords(day: Day, before = ''): LocalText {
  const named = before === '' ? '' : `${before}, `
  return Object.fromEntries(
    DAYS.map(([language, format]) => [language, `${named}${format.format(millis(day))}`]),
  )
}

/** The month a day lies in, as people say it in each language: `February 2028`. */
export const monthWords = (day: Day): LocalText =>
  Object.fromEntries(MONTHS.map(([language, format]) => [language, format.format(millis(day))]))

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

/** Luxon takes no 29 February where there is none. */
const real = (text: string): Day | undefined =>
  DateTime.fromISO(text, { zone: 'utc' }).isValid ? (text as Day) : undefined
