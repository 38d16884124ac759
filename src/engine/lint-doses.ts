// Whether a dose that is taught says how it is given and in what unit: a number alone can kill.
import { type Language, LANGUAGES, type LocalText } from '../words/language.ts'
import type { Path, Report } from './lint-texts.ts'
import { type Measure, measureShown, measuresIn, sameMeasure, type Unit } from './measures.ts'
import type { Fact } from './schema-facts.ts'

/** Units that only medicines have. */
export const OF_MEDICINES: readonly Unit[] = ['mg', 'mg/kg', 'IU', 'microgram']
/** Units that doses share with weights and volumes: a dose where a fact says by which route it is given. */
const SHARED: readonly Unit[] = ['g', 'g/h', 'g/day', 'mL', 'mL/kg', 'mL/h', 'drops/min']

/**
 * Ways into the body, as people write them. A tablet is swallowed, an infusion runs into a vein; an IV line lies there,
 * whatever is given, and « voie basse » is how a baby is born.
 */
const ROUTES: Readonly<Record<Language, string>> = {
  en: '(?:iv|intravenous(?:ly)?)(?! (?:lines?|access|cannulas?|catheters?|fluids?)(?!\\p{L}))|im|intramuscular(?:ly)?|inject\\p{L}*|infusion|(?:in|into) (?:a|the|each|one) (?:vein|muscle|buttock|thigh)|drip|by mouth|oral(?:ly)?|swallow\\p{L}*|tablets?|rectal(?:ly)?|suppositor\\p{L}*|sublingual(?:ly)?|under the tongue|route',
  fr: '(?<!(?:voies|une voie|la voie|liquides|solutés) )(?:iv|intraveineu\\p{L}*)|im|intramusculaire|injec\\p{L}*|perfusion|dans (?:la|une|chaque) (?:veine|cuisse|fesse)|dans le muscle|par (?:la )?(?:bouche|voie orale)|oral\\p{L}*|avaler?|comprimés?|rectal\\p{L}*|suppositoires?|sublingual\\p{L}*|sous la langue|par voie (?!basse)\\p{L}+',
  rw: "iv|im|mu mutsi|mu kanwa|kunywa|anywe|ibinini|ikinini|munsi y[ ’']?ururimi|urushinge",
  sw: 'iv|im|mshipa\\p{L}*|kwa mdomo|kunywa|anywe|kumeza|ameze|vidonge|kidonge|chini ya ulimi|sindano',
}
const ROUTE = new Map(
  LANGUAGES.map((language) => [
    language,
    new RegExp(`(?<![\\p{L}\\d])(?:${ROUTES[language]})(?![\\p{L}\\d])`, 'iu'),
  ]),
)

const MEDICINES =
  'oxytocine?|ocytocine|magnesium sulfate|sulfate de magnésium|art[eé]sunate|misoprostol|carb[eé]tocine?|tranexamic acid|acide tranexamique|ampicillin[e]?|c[eé]fazolin[e]?|amoxicillin[e]?|calcium gluconate|gluconate de calcium|vitamine? k|dexamethasone|dexaméthasone|ergom[eé]trine|zinc|diazepam|diazépam'
const NAMED = new RegExp(`(?<![\\p{L}])(?:${MEDICINES}):? (?<dose>\\d[\\d.,]*(?<unit>.{0,16}))`, 'giu')

/** Texts that are read together: a route that one of them names holds for the doses of all. */
export interface Statement {
  readonly path: Path
  readonly text: LocalText
  /** What is read along with it. */
  readonly beside?: readonly LocalText[]
  /** The facts it rests on. */
  readonly facts: readonly Fact[]
}

/** A dose without a route, or a medicine with a number and no unit. */
export function lintDoses({ path, text, beside = [], facts }: Statement, fault: Report): void {
  for (const language of LANGUAGES) {
    const words = text[language]
    if (words === undefined) continue
    const doses = measuresIn(words, language).filter((measure) => isDose(measure, facts))
    const together = [text, ...beside].map((one) => one[language] ?? '').join(' ')
    if (doses.length > 0 && ROUTE.get(language)?.test(together) !== true)
      fault(
        [...path, language],
        `${[...new Set(doses.map(measureShown))].join(', ')} is a dose without a route: say how it is given, such as IM or by mouth`,
      )
    for (const { groups: { dose = '', unit = '' } = {} } of words.matchAll(NAMED))
      if (measuresIn(dose, language).length === 0)
        fault(
          [...path, language],
          `a medicine has the number ${dose.slice(0, dose.length - unit.length)} without a unit: write it, such as mg or IU`,
        )
  }
}

const isDose = (measure: Measure, facts: readonly Fact[]): boolean =>
  OF_MEDICINES.includes(measure.unit) ||
  (SHARED.includes(measure.unit) &&
    facts.some(
      ({ value, unit, route }) =>
        route !== undefined && [value].flat().some((number) => sameMeasure(measure, { value: number, unit })),
    ))
