// What was decided on questions after people had answered them, as it touches an older version of their quiz.
import type { Language, LocalText } from '../words/language.ts'
import type { Question, Quiz } from './schema.ts'

/** Of a question as it stood in an older version. */
export type Ruling =
  | { readonly question: string; readonly ruling: 'withdrawn' }
  /** `right`: the option, by its letter in that version, that is right now. */
  | { readonly question: string; readonly ruling: 'corrected'; readonly right: string }

/** Whether two versions of a question are the same to whoever reads them in a language, whatever the key says. */
export function readsAlike(one: Question, other: Question, language: Language): boolean {
  return (
    one.ask[language] === other.ask[language] &&
    one.options.length === other.options.length &&
    one.options.every(
      ({ key, text }, index) =>
        key === other.options[index]?.key && text[language] === other.options[index].text[language],
    )
  )
}

/** What today's quiz decides on the questions of an older version of it. */
export function rulingsOn(then: Quiz, now: Quiz): Ruling[] {
  const today = new Map(now.questions.map((question) => [question.id, question]))
  return then.questions.flatMap((old): Ruling[] => {
    const question = today.get(old.id)
    if (question?.withdrawn) return [{ question: old.id, ruling: 'withdrawn' }]
    if (!question?.corrected) return []
    const right = keyThen(old, question)
    return right === undefined || right === old.options[old.answer]?.key
      ? []
      : [{ question: old.id, ruling: 'corrected', right }]
  })
}

/** Whether anything in a quiz has been decided. */
export const hasRulings = (quiz: Quiz): boolean =>
  quiz.questions.some(({ withdrawn, corrected }) => withdrawn !== undefined || corrected !== undefined)

/**
 * The letter that today's right option had then. Known by its words, for options may have changed places since; where
 * the words were mended, too, by its letter.
 */
function keyThen(then: Question, now: Question): string | undefined {
  const right = now.options[now.answer]
  if (!right) return undefined
  const same = then.options.find(({ text }) => sharesWords(text, right.text))
  return (same ?? then.options.find(({ key }) => key === right.key))?.key
}

const sharesWords = (one: LocalText, other: LocalText): boolean =>
  Object.entries(one).some(
    ([language, words]) => words !== undefined && other[language as Language] === words,
  )
