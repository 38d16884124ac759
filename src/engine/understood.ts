// What people mean who answer with a number, a date, or several choices at once.
import { z } from 'zod'
import type { LocalText } from '../words/language.ts'
import { choiceMeant, plain } from './match.ts'

/** "2 weeks" are not two days and "7 pm" is not seven: such a number is asked for again. */
const OTHER_UNIT =
  /\b(weeks?|semaines?|wiki|ibyumweru|icyumweru|months?|mois|mwezi|miezi|amezi|ukwezi|pm|p m)\b/

/** A whole number at the beginning, its thousands parted or not; a part, a debt and a span such as "3-4" are none. */
const WHOLE = /^[^\p{L}\p{N}−–-]*([1-9]\d{0,2}[ .,]\d{3}|\d{1,6})(?!\s*[.,:/⁄−–-]?\s*\p{N})/u

/** The count somebody writes: "41", "1 204", "1,204 births". Undefined where it is no whole number: nobody guesses. */
export function wholeMeant(text: string): number | undefined {
  const [, written] = WHOLE.exec(text.normalize('NFKC')) ?? []
  return written === undefined ? undefined : Number(written.replace(/\D/, ''))
}

/** The number somebody writes, with its decimals where they are wanted: "36.5", "36,5". */
export function numberMeant(text: string, decimals: boolean): number | undefined {
  if (OTHER_UNIT.test(plain(text))) return undefined
  if (!decimals) return wholeMeant(text)
  const [, written] = /^\s*(\d{1,6}(?:[.,]\d{1,6})?)(?!\s*[\d.,])/.exec(text) ?? []
  return written === undefined ? undefined : Number(written.replace(',', '.'))
}

/** The day somebody writes, as `2026-04-07`: so, or day before month, as people here write it: 7/4/2026, 7.4.2026. */
export function dateMeant(text: string): string | undefined {
  const [, iso] = /^\s*(\d{4}-\d{2}-\d{2})\s*$/.exec(text) ?? []
  const [, day = '', month = '', year = ''] =
    /^\s*(\d{1,2})\s*[./-]\s*(\d{1,2})\s*[./-]\s*(\d{4})\s*$/.exec(text) ?? []
  const date = iso ?? (year === '' ? undefined : `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`)
  if (date === undefined) return undefined
  // 31 April is no day.
  return z.iso.date().safeParse(date).success ? date : undefined
}

/** All of the choices somebody names: "A C", "1, 3", "b and d", or their words parted by commas. Undefined when unclear. */
export function severalMeant(text: string, choices: readonly LocalText[]): number[] | undefined {
  const whole = choiceMeant(text, choices)
  if (whole !== undefined) return [whole]
  const places = plain(text)
    .split(' ')
    .filter((word) => !AND.has(word))
  const parts = places.every((word) => /^(?:[a-z]|\d{1,2})$/.test(word)) ? places : text.split(/[,;\n]+/)
  const meant = parts.filter((part) => part.trim() !== '').map((part) => choiceMeant(part, choices))
  return meant.length > 0 && meant.every((one) => one !== undefined)
    ? [...new Set(meant)].toSorted((one, other) => one - other)
    : undefined
}

const AND = new Set(['and', 'et', 'na', 'n'])
