// Moments as people say them.
import { type Language, LOCALES } from '../words/language.ts'

const moments = new Map<string, Intl.DateTimeFormat>()

/** A moment as people say it: weekday, date and 24-hour time, always in digits where languages count hours apart. */
export function moment(
  at: number,
  { language, timezone }: { readonly language: Language; readonly timezone: string },
): string {
  const key = `${language} ${timezone}`
  let format = moments.get(key)
  if (!format) {
    const options = {
      weekday: 'long',
      day: 'numeric',
      month: 'long',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    } as const
    moments.set(
      key,
      (format = new Intl.DateTimeFormat(LOCALES[language], { ...options, timeZone: timezone })),
    )
  }
  return format.format(at)
}
