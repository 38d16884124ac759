// What makes content worse without making it wrong: it is said to its author and stops nothing.
import type { Language } from '../words/language.ts'
import { adviseReading } from './advise-reading.ts'
import { OF_MEDICINES } from './lint-doses.ts'
import { textsIn } from './lint.ts'
import type { Report } from './lint-texts.ts'
import { plain } from './match.ts'
import { measuresIn, type Unit } from './measures.ts'
import type { Fault, ParsedFlow } from './parse.ts'
import { formShown, formsIn, type Quiz } from './schema.ts'
import type { Fact } from './schema-facts.ts'

/** A bank of fewer questions shows no habit of its author. */
const ENOUGH = 8
/** By chance the right one of four is the longest, or stands at one place, in a quarter of the questions. */
const TOO_OFTEN = 0.6

/** Advice on a flow that is in order. */
export function adviseFlow(file: string, parsed: ParsedFlow): Fault[] {
  const advice: Fault[] = []
  const advise: Report = (path, message) => void advice.push({ file, ...parsed.at(path), message })
  const { content } = parsed
  if (content?.kind === 'quiz') {
    adviseLengths(content, advise)
    advisePlaces(content, advise)
    adviseOptions(content, advise)
    adviseTwins(content, advise)
    adviseWithdrawn(content, advise)
  }
  if (content?.kind === 'facts') content.facts.forEach((fact, index) => adviseRoute(fact, index, advise))
  if (content && 'languages' in content) adviseNative(content, advise)
  if (content) adviseReading(content, textsIn(content, []), advise)
  return advice
}

/** A code that the catalogue does not have: nobody is assigned it, and it lies in no area. */
export function adviseCompetency(file: string, parsed: ParsedFlow, known: ReadonlySet<string>): Fault[] {
  const { content } = parsed
  if (!content || !('competency' in content) || known.size === 0 || known.has(content.competency)) return []
  const message = `the catalogue has no competency ${content.competency}: correct the code, or add it to catalogue.yaml`
  return [{ file, ...parsed.at(['competency']), message }]
}

/** The languages that whoever writes for the service has mostly learnt from books. */
export const OF_OTHERS: readonly Language[] = ['rw', 'sw']

/** What no native speaker has read is marked, so that nobody takes it for read. */
function adviseNative(
  {
    languages,
    awaiting_native_review: awaiting,
    native_review: read = {},
  }: Pick<Quiz, 'languages' | 'awaiting_native_review' | 'native_review'>,
  advise: Report,
): void {
  const unmarked = languages.filter(
    (language) => OF_OTHERS.includes(language) && !awaiting.includes(language) && !read[language],
  )
  if (unmarked.length > 0)
    advise(
      ['languages'],
      `nothing says whether a native speaker has read it in ${unmarked.join(', ')}: name them under awaiting_native_review, or write who read it and when under native_review`,
    )
}

/** Whoever knows nothing and takes the longest option must not pass. */
function adviseLengths({ questions, languages }: Quiz, advise: Report): void {
  if (questions.length < ENOUGH) return
  for (const language of languages) {
    const longest = questions.filter(({ options, answer }) => {
      const lengths = options.map(({ text }) => (text[language] ?? '').length)
      return lengths.every((length, at) => at === answer || length < (lengths[answer] ?? 0))
    }).length
    if (longest > TOO_OFTEN * questions.length)
      advise(
        ['questions'],
        `the right option is the longest in ${longest} of ${questions.length} questions (${language}): shorten it, or lengthen others`,
      )
  }
}

/** Where options keep their order, the right one must not keep its place. */
function advisePlaces({ questions, shuffle }: Quiz, advise: Report): void {
  if (shuffle || questions.length < ENOUGH) return
  for (const place of new Set(questions.map(({ answer }) => answer))) {
    const there = questions.filter(({ answer }) => answer === place).length
    if (there > TOO_OFTEN * questions.length)
      advise(
        ['questions'],
        `the right option is number ${place + 1} in ${there} of ${questions.length} questions: take out "shuffle: false", or move them`,
      )
  }
}

/** Half of those who know nothing are right of two options, and a quarter of four. */
const OPTIONS = 4

function adviseOptions({ questions }: Quiz, advise: Report): void {
  questions.forEach(({ options }, index) => {
    if (options.length !== OPTIONS)
      advise(
        ['questions', index, 'options'],
        `it has ${options.length} options: write ${OPTIONS}, of which one is best`,
      )
  })
}

function adviseTwins({ questions }: Quiz, advise: Report): void {
  const seen = new Map<string, string>()
  questions.forEach(({ id, ask }, index) => {
    for (const [language, words] of Object.entries(ask)) {
      const stem = `${language} ${plain(words ?? '')}`
      const other = seen.get(stem)
      if (other !== undefined)
        advise(
          ['questions', index, 'ask', language],
          `the question is asked in the same words as "${other}": make them differ, or take one out`,
        )
      else seen.set(stem, id)
    }
  })
}

/** Where nobody writes another, a test asks fewer than it should, and one mistake weighs more. */
function adviseWithdrawn({ questions, draw }: Quiz, advise: Report): void {
  for (const form of formsIn(questions)) {
    const asked = questions.filter((question) => question.form === form && !question.withdrawn).length
    const held = questions.filter((question) => question.form === form).length
    if (asked < draw && draw <= held)
      advise(
        ['draw'],
        `${formShown(form)} has ${asked} left that are not withdrawn, and draws ${draw}: write another question`,
      )
  }
}

const DOSES: readonly Unit[] = [...OF_MEDICINES, 'tablet']

/** A route that no source names is said to be open; no text may then give the dose. */
function adviseRoute(
  { id, unit, with: more, route, until_decided: decided }: Fact,
  index: number,
  advise: Report,
): void {
  if (decided !== undefined) return
  const units = [unit, ...more.flatMap((words) => measuresIn(words, 'en').map((measure) => measure.unit))]
  if (route === undefined && units.some((one) => DOSES.includes(one)))
    advise(['facts', index], `"${id}" is a dose without a route: add "route", such as IM or by mouth`)
}
