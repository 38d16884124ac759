// Whether the numbers that are taught stand in the table of facts.
import { type Language, LANGUAGES, type LocalText } from '../words/language.ts'
import type { Path, Report } from './lint-texts.ts'
import { type Measure, measureShown, measuresIn, sameMeasure } from './measures.ts'
import type { Checklist } from './schema-checklist.ts'
import type { Packet } from './schema-packet.ts'
import { type Fact, mayBeAsked } from './schema-facts.ts'
import type { Question, Quiz } from './schema.ts'

export type Facts = ReadonlyMap<string, Fact>

/** All numbers a fact has, in any of its ways of being said. */
export const measuresOf = ({ value, unit, with: more }: Fact): Measure[] => [
  ...[value].flat().map((number) => ({ value: number, unit })),
  ...more.flatMap((text) => measuresIn(text, 'en')),
]

/**
 * The numbers of the right option and of every explanation come from the facts the question names, from the case itself
 * or from what is worked out for it; a wrong option may say anything, and its explanation may repeat it.
 */
export function lintQuizFacts(quiz: Quiz, facts: Facts, fault: Report): void {
  quiz.questions.forEach((question, index) => {
    const path = ['questions', index]
    const named = lintNamed(question.facts, facts, [...path, 'facts'], fault)
    lintAskable(named, [...path, 'facts'], fault)
    if (quiz.numbers === 'unchecked') return
    const known = [...named.flatMap(measuresOf), ...worked(question)]
    question.options.forEach(({ key, text, because }, option) => {
      const right = option === question.answer
      const own = right ? known : [...known, ...measuresInAll(text)]
      const at = [...path, 'options', key]
      if (right) lintNumbers(text, [...at, 'text'], known, fault)
      lintNumbers(because, [...at, 'because'], own, fault)
    })
  })
}

export function lintChecklistFacts({ items, numbers }: Checklist, facts: Facts, fault: Report): void {
  items.forEach((item, index) => {
    const path = ['items', index]
    const named = lintNamed(item.facts, facts, [...path, 'facts'], fault)
    if (numbers !== 'unchecked')
      lintNumbers(item.observe, [...path, 'observe'], named.flatMap(measuresOf), fault)
  })
}

/** What a packet teaches stands in its facts or in its case; it is held to what quizzes may ask. */
export function lintPacketFacts(packet: Packet, facts: Facts, fault: Report): void {
  const named = lintNamed(packet.facts, facts, ['facts'], fault)
  lintAskable(named, ['facts'], fault)
  if (packet.numbers === 'unchecked') return
  const known = [...named.flatMap(measuresOf), ...worked({ ask: packet.case, worked_out: packet.worked_out })]
  packet.points.forEach((point, index) => lintNumbers(point, ['points', index], known, fault))
  lintNumbers(packet.task, ['task'], known, fault)
}

function lintAskable(named: readonly Fact[], path: Path, fault: Report): void {
  for (const fact of named)
    if (!mayBeAsked(fact))
      fault(
        path,
        `the fact "${fact.id}" is not yet read in its source (tag ${fact.tag}): ask for something else, or write in the table what is taught until it is decided`,
      )
}

function lintNamed(ids: readonly string[], facts: Facts, path: Path, fault: Report): Fact[] {
  return ids.flatMap((id) => {
    const fact = facts.get(id)
    if (!fact) fault(path, `there is no fact "${id}": write it into the table of facts, or correct its name`)
    return fact ? [fact] : []
  })
}

function lintNumbers(text: LocalText, path: Path, known: readonly Measure[], fault: Report): void {
  for (const language of LANGUAGES) {
    const strange = measuresIn(text[language] ?? '', language).filter(
      (measure) => !known.some((other) => sameMeasure(measure, other)),
    )
    if (strange.length > 0)
      fault(
        [...path, language],
        `${[...new Set(strange.map(measureShown))].join(', ')} is in no fact named here: add the fact's id to "facts", and the fact to the table if it is missing`,
      )
  }
}

const worked = ({ ask, worked_out: out }: Pick<Question, 'ask' | 'worked_out'>): Measure[] => [
  ...measuresInAll(ask),
  ...out.flatMap((text) => measuresIn(text, 'en')),
]

const measuresInAll = (text: LocalText): Measure[] =>
  (Object.entries(text) as [Language, string | undefined][]).flatMap(([language, words]) =>
    measuresIn(words ?? '', language),
  )
