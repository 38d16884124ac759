// Numbers with a unit as people write them: "10 IU", "one to three minutes", « 36,5 °C », "iminsi 10 kugeza kuri 14".
import type { Language } from '../words/language.ts'
import { inFigures } from './number-words.ts'

/** A number and its unit; `1,0` and `1.0` are 1. */
export interface Measure {
  readonly value: number
  readonly unit: Unit
}

/** How each unit is written, as patterns, in any language of the service. Longer names stand before their beginnings. */
const UNITS = {
  'mL/kg/day': ['ml\\/kg\\/(?:day|jour|j)'],
  'mg/kg': ['mg\\/kg'],
  'mL/kg': ['ml\\/kg'],
  'mL/h': ['ml\\/h', 'ml (?:an hour|par heure)'],
  'g/day': ['g (?:a day|per day|par jour)', 'g\\/(?:day|jour|j)'],
  'g/h': ['g\\/h', 'g (?:an hour|par heure)'],
  'g/L': ['g\\/l'],
  'mg/dL': ['mg\\/dl'],
  'mmol/L': ['mmol\\/l'],
  mmHg: ['mm ?hg'],
  cmH2O: ['cm ?h2o', "cm (?:of water|d[’']eau)"],
  mm: ['mm', 'millim[eè]tres?'],
  cm: ['cm', 'centim[eè]tres?', 'sentimita'],
  IU: ['iu', 'ui'],
  mg: ['mg', 'milligram(?:me)?s?'],
  microgram: ['micrograms?', 'microgrammes?', 'µg', 'mcg'],
  mL: ['ml', 'millilit(?:re|er)s?', 'mililita'],
  kg: ['kg', 'kilos?', 'kilograms?', 'ibiro', 'biro', 'kilo'],
  gauge: ['gauge'],
  g: ['g', 'grams?', 'grammes?', 'garama', 'gramu'],
  L: ['l', 'lit(?:re|er)s?', 'litiro', 'lita'],
  C: ['°c', 'degrees?', 'degrés?'],
  '%': ['%', '‰'],
  'drops/min': ['(?:drops|gouttes)(?: a minute| par minute|\\/min)'],
  '/min': [
    '\\/min',
    '(?:\\p{L}+ )?(?:a|per|par) minute',
    '(?:[km]u munota|kwa dakika)',
    '(?:breaths?|respirations?|insufflations?|beats?|battements?|compressions?)',
  ],
  dose: ['doses?', 'doze', 'dozi'],
  tablet: ['tablets?', 'comprimés?', 'ibinini', 'ikinini', 'vidonge', 'kidonge', 'tembe'],
  s: ['s', 'sec', 'seconds?', 'secondes?', 'amasegonda', 'masegonda', 'i?segonda', 'sekunde'],
  min: ['min', 'minutes?', 'i?minota', 'u?munota', 'dakika'],
  h: ['h', 'hours?', 'heures?', 'a?masaha', 'i?saha', 'masaa', 'saa'],
  day: ['days?', 'jours?', 'i?minsi', 'u?munsi', 'siku'],
  week: ['weeks?', 'semaines?', 'i?byumweru', 'i?cyumweru', 'wiki'],
  month: ['months?', 'mois', 'a?mezi', 'u?kwezi', 'miezi', 'mwezi'],
  year: ['years?', 'ans?', 'années?', 'i?myaka', 'u?mwaka', 'miaka'],
} as const satisfies Record<string, readonly string[]>

export type Unit = keyof typeof UNITS
export const UNIT_NAMES = Object.keys(UNITS) as [Unit, ...Unit[]]

const NUMBER = '\\d+(?:[.,]\\d+)?'
const BETWEEN = '(?:,? ?(?:to|or|and|à|et|ou|kugeza kuri|kugera kuri|na|cyangwa|hadi|au) ?|, | ?[-–/] ?)'
const NUMBERS = `${NUMBER}(?:${BETWEEN}${NUMBER})*`
const FILLER =
  '(?: ?(?:or more|or less|ou plus|ou moins|full|whole|first|last|more|premi[eè]re?s?|derni[eè]re?s?|autres?)(?!\\p{L}))?'
const anyOf = (units: readonly Unit[]): string =>
  units.map((unit) => `(?<u${UNIT_NAMES.indexOf(unit)}>${UNITS[unit].join('|')})`).join('|')

// A unit is a word of its own: the "g" of "10 girls" is none.
const UNIT_AFTER = new RegExp(
  `(?<![\\p{L}\\d.,])(?<n>${NUMBERS})${FILLER}[ -]?(?:${anyOf(UNIT_NAMES)})(?![\\p{L}\\d])`,
  'giu',
)
/** In Kinyarwanda and Kiswahili what is counted stands first; “mu munota 1” is a minute, and no rate. */
const UNIT_BEFORE = new RegExp(
  `(?<![\\p{L}\\d])(?:${anyOf(UNIT_NAMES.filter((unit) => unit !== '/min'))}) (?<n>${NUMBERS})(?![\\p{L}\\d])`,
  'giu',
)

/** A blood pressure is known by its stroke; who writes one leaves its unit out. */
const PRESSURE = /(?<![\d/.,])(?<n>[12]\d{2}\/\d{2,3})(?![\d/]| ?(?:mm|mg|kg|%))/g

/** Every number with a unit in a text, in order; each number of a range or series has the unit of the whole. */
export function measuresIn(text: string, language: Language): Measure[] {
  // No-break spaces stand before French signs and in numbers.
  const plain = inFigures(text.replace(/[\u00a0\u2009\u202f]/g, ' '), language)
  // Most texts have no number, and there are many of them.
  if (!/\d/.test(plain)) return []
  const counted = language === 'rw' || language === 'sw'
  const found = [...plain.matchAll(UNIT_AFTER)]
  const before = counted ? [...plain.matchAll(UNIT_BEFORE)] : []
  return [...found, ...before, ...plain.matchAll(PRESSURE)].flatMap(({ 0: match, groups = {} }) => {
    const named = UNIT_NAMES.find((_, index) => groups[`u${index}`] !== undefined) ?? 'mmHg'
    // A capital G is the size of a needle.
    const unit = named === 'g' && match.endsWith('G') ? 'gauge' : named
    const numbers = [...(groups['n'] ?? '').matchAll(new RegExp(NUMBER, 'g'))]
    return numbers.map(([number]) => ({ value: Number(number.replace(',', '.')), unit }))
  })
}

/** Two measures are the same: also where a minute is told as 60 seconds, a day as 24 hours. */
export const sameMeasure = (one: Measure, other: Measure): boolean => {
  const [a, b] = [inSmallest(one), inSmallest(other)]
  return a.unit === b.unit && Math.abs(a.value - b.value) < 1e-9
}

const SMALLER: Partial<Record<Unit, { unit: Unit; times: number }>> = {
  min: { unit: 's', times: 60 },
  h: { unit: 's', times: 3600 },
  day: { unit: 's', times: 86_400 },
  week: { unit: 's', times: 604_800 },
  g: { unit: 'mg', times: 1000 },
  kg: { unit: 'mg', times: 1_000_000 },
  L: { unit: 'mL', times: 1000 },
  cm: { unit: 'mm', times: 10 },
  year: { unit: 'month', times: 12 },
}

function inSmallest({ value, unit }: Measure): Measure {
  const smaller = SMALLER[unit]
  return smaller ? { value: value * smaller.times, unit: smaller.unit } : { value, unit }
}

/** As an author would write it: `10 IU`. */
export const measureShown = ({ value, unit }: Measure): string => `${value} ${unit === 'C' ? '°C' : unit}`
