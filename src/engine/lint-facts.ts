// Whether the numbers that are taught stand in the table of facts.
import { type Language, LANGUAGES, type LocalText } from '../words/language.ts'
import { lintDoses, type Statement } from './lint-doses.ts'
import type { Path, Report } from './lint-texts.ts'
import { type Measure, measureShown, measuresIn, sameMeasure } from './measures.ts'
import type { Checklist } from './schema-checklist.ts'
import type { Emergency } from './schema-emergency.ts'
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
    const known = [...named.flatMap(measuresOf), ...worked(question), ...excused(question)]
    const right = question.options[question.answer]
    const read = right ? [question.ask, right.text, right.because] : [question.ask]
    question.options.forEach((option) => {
      const at = [...path, 'options', option.key]
      const own = option === right ? known : [...known, ...measuresInAll(option.text)]
      if (option === right)
        lintTaught({ path: [...at, 'text'], text: option.text, beside: read, facts: named }, known, fault)
      lintTaught({ path: [...at, 'because'], text: option.because, beside: read, facts: named }, own, fault)
    })
  })
}

export function lintChecklistFacts({ items, numbers }: Checklist, facts: Facts, fault: Report): void {
  items.forEach((item, index) => {
    const path = ['items', index]
    const named = lintNamed(item.facts, facts, [...path, 'facts'], fault)
    if (numbers === 'unchecked') return
    const known = [...named.flatMap(measuresOf), ...excused(item)]
    lintTaught({ path: [...path, 'observe'], text: item.observe, facts: named }, known, fault)
  })
}

/** What a packet teaches stands in its facts or in its case; it is held to what quizzes may ask. */
export function lintPacketFacts(packet: Packet, facts: Facts, fault: Report): void {
  const named = lintNamed(packet.facts, facts, ['facts'], fault)
  lintAskable(named, ['facts'], fault)
  if (packet.numbers === 'unchecked') return
  const known = [
    ...named.flatMap(measuresOf),
    ...worked({ ask: packet.case, worked_out: packet.worked_out }),
    ...excused(packet),
  ]
  packet.points.forEach((text, index) =>
    lintTaught({ path: ['points', index], text, facts: named }, known, fault),
  )
  lintTaught({ path: ['task'], text: packet.task, facts: named }, known, fault)
}

/** A card is acted on at once: it says nothing that quizzes may not ask. */
export function lintEmergencyFacts(card: Emergency, facts: Facts, fault: Report): void {
  const named = lintNamed(card.facts, facts, ['facts'], fault)
  lintAskable(named, ['facts'], fault)
  if (card.numbers === 'unchecked') return
  const known = [...named.flatMap(measuresOf), ...excused(card)]
  card.steps.forEach((text, index) =>
    lintTaught({ path: ['steps', index], text, facts: named }, known, fault),
  )
}

/** Its numbers are known, and its doses say how they are given. */
function lintTaught(statement: Statement, known: readonly Measure[], fault: Report): void {
  lintNumbers(statement.text, statement.path, known, fault)
  lintDoses(statement, fault)
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
        `${[...new Set(strange.map(measureShown))].join(', ')} is in no fact named here: add the fact's id to "facts", and the fact to the table if it is missing; a number that is no clinical fact goes under not_facts with its reason`,
      )
  }
}

/** Numbers that are no clinical facts, with a reason that their author has written. */
const excused = ({ not_facts: numbers }: Pick<Question, 'not_facts'>): Measure[] =>
  numbers.flatMap(({ number }) => measuresIn(number, 'en'))

const worked = ({ ask, worked_out: out }: Pick<Question, 'ask' | 'worked_out'>): Measure[] => [
  ...measuresInAll(ask),
  ...out.flatMap((text) => measuresIn(text, 'en')),
]

const measuresInAll = (text: LocalText): Measure[] =>
  (Object.entries(text) as [Language, string | undefined][]).flatMap(([language, words]) =>
    measuresIn(words ?? '', language),
  )
