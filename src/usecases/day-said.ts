import type { Instant } from '../words/clock.ts'
import { LANGUAGES, LOCALES, type LocalText } from '../words/language.ts'
import type { Desk } from './desk.ts'

/** The local day of a moment with its year, such as `23 November 2026`: what is read years later. */
export const dayWritten = (desk: Pick<Desk, 'programme'>, at: Instant): LocalText =>
  inWords(desk, at, { day: 'numeric', month: 'long', year: 'numeric' })

/** The local day of a moment as people say it in each language, such as `Mon 30 November`: what has a day and no hour. */
export function daySaid(desk: Pick<Desk, 'programme'>, at: Instant): LocalText {
  return inWords(desk, at, { weekday: 'short', day: 'numeric', month: 'long' })
}

function inWords(
  desk: Pick<Desk, 'programme'>,
  at: Instant,
  options: Pick<Intl.DateTimeFormatOptions, 'weekday' | 'day' | 'month' | 'year'>,
): LocalText {
  const { timezone: timeZone } = desk.programme
  return Object.fromEntries(
    LANGUAGES.map((language) => [
      language,
      new Intl.DateTimeFormat(LOCALES[language], { ...options, timeZone }).format(at),
    ]),
  )
}
