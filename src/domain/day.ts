// Days as people say and write them.
import { DateTime } from 'luxon'
import type { Day } from '../words/clock.ts'
import { type Language, LANGUAGES, LOCALES, type LocalText } from '../words/language.ts'

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
const NAMED =
  /^(?:\p{L}+\.?,?\s+)?(\d{1,2})(?:er|st|nd|rd|th)?\s+(?:\p{L}{2}\s+)?(\p{L}{3,})\.?,?(?:\s+(\d{4}))?$/u
const MONTH_FIRST = /^(\p{L}{3,})\.?\s+(\d{1,2})(?:st|nd|rd|th)?(?:,?\s+(\d{4}))?$/u

/** What a day near today is called in each language, plain. In Kinyarwanda one word is the day before, too. */
const NEAR: ReadonlyMap<string, number> = new Map([
  ...['today', "aujourd'hui", 'uyu munsi', 'leo'].map((word) => [word, 0] as const),
  ...['tomorrow', 'demain', 'ejo', 'kesho'].map((word) => [word, 1] as const),
])

/** Without capitals, accents and the marks a telephone puts for an apostrophe. */
const plain = (text: string): string =>
  text
    .trim()
    .toLowerCase()
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[\u2018\u2019]/g, "'")

/** The names of months, plain, with their numbers: "decembre", "dec", "ukuboza", "desemba". */
const MONTH_NAMES: ReadonlyMap<string, number> = new Map(
  (['long', 'short'] as const).flatMap((month) =>
    LANGUAGES.flatMap((language) => {
      const format = new Intl.DateTimeFormat(LOCALES[language], { month, timeZone: 'UTC' })
      return Array.from({ length: 12 }, (_, at) => {
        const name = plain(format.format(DateTime.utc(2000, at + 1, 1).toMillis())).replace(/\.$/, '')
        return [name, at + 1] as const
      })
    }),
  ),
)

/**
 * The day somebody writes, such as `29/2`, `29-02-2028`, `2028-02-29`, `29 February` or `tomorrow`: day before month, and
 * without a year the next such day from `today` on. Undefined where there is no such day within four years, the way of
 * leap days.
 */
export function dayMeant(text: string, today: Day): Day | undefined {
  const said = plain(text)
  const ahead = NEAR.get(said)
  if (ahead !== undefined)
    return DateTime.fromISO(today, { zone: 'utc' }).plus({ days: ahead }).toISODate() as Day
  const [, year, month, date, shortDate, shortMonth, lateYear] = WRITTEN.exec(said) ?? []
  const [, dateFirst, nameLast, yearOne] = NAMED.exec(said) ?? []
  const [, nameFirst, dateLast, yearTwo] = MONTH_FIRST.exec(said) ?? []
  const named = MONTH_NAMES.get(nameLast ?? nameFirst ?? '')?.toString()
  const ending = `${two(month ?? shortMonth ?? named)}-${two(date ?? shortDate ?? dateFirst ?? dateLast)}`
  const given = year ?? lateYear ?? yearOne ?? yearTwo
  if (given !== undefined) return real(`${given}-${ending}`)
  const first = Number(today.slice(0, 4))
  return Array.from({ length: 5 }, (_, later) => real(`${first + later}-${ending}`)).find(
    (day) => day !== undefined && day >= today,
  )
}

const two = (digits = ''): string => digits.padStart(2, '0')

/** Luxon takes no 29 February where there is none. */
const real = (text: string): Day | undefined =>
  DateTime.fromISO(text, { zone: 'utc' }).isValid ? (text as Day) : undefined
