// How hard a text is to read, for those who read it on the way, in a language that is often not their first.
import { CADRES } from '../words/roles.ts'
import { LANGUAGES, type LocalText } from '../words/language.ts'
import type { Path, Report } from './lint-texts.ts'
import type { FlowContent } from './parse.ts'

/** In a sentence of more words than this, its beginning is forgotten before its end is read. */
const LONGEST_SENTENCE = 35
/** Fewer words than this say nothing about a file. */
const ENOUGH_WORDS = 100
/** Years of school in English, by the formula of Flesch and Kincaid (1975), for who is trained at a school and who is not. */
const MOST_YEARS = 12
const MOST_YEARS_CHW = 9

/** More than WhatsApp takes in one message with buttons. */
const LONGEST_MESSAGE = 1024
/** What a row of WhatsApp's lists shows under its letter; the rest of an option is read in the text above alone. */
const LONGEST_ROW = 72

export function adviseReading(
  content: FlowContent,
  texts: readonly { path: Path; text: LocalText }[],
  advise: Report,
): void {
  for (const { path, text } of texts)
    for (const language of LANGUAGES) {
      const words = text[language] ?? ''
      const longest = Math.max(0, ...sentencesIn(words).map((sentence) => wordsIn(sentence).length))
      if (longest > LONGEST_SENTENCE)
        advise([...path, language], `a sentence has ${longest} words: make two of it`)
      if (isOption(path) && words.length > LONGEST_ROW)
        advise(
          [...path, language],
          `the option has ${words.length} characters, and ${LONGEST_ROW} are shown where it is tapped: shorten it`,
        )
      if (content.kind === 'dialogue' && words.length > LONGEST_MESSAGE)
        advise(
          [...path, language],
          `the message has ${words.length} characters and comes in pieces: ${LONGEST_MESSAGE} fit into one`,
        )
    }
  if (!('cadres' in content)) return
  const years = yearsOfSchool(texts.map(({ text }) => text.en ?? ''))
  const most = content.cadres.every((cadre) => CHW.includes(cadre)) ? MOST_YEARS_CHW : MOST_YEARS
  if (years !== undefined && years > most)
    advise(
      ['title'],
      `its English reads like year ${years} of school, and ${most} is what its readers have: shorter sentences and words`,
    )
}

/** What is chosen: the words of an option, or of a button beside a question. */
const isOption = (path: Path): boolean =>
  path.at(-3) === 'options' ? path.at(-1) === 'text' : path.at(-2) === 'options' || path.at(-2) === 'or'

const CHW: readonly string[] = CADRES.filter((cadre) => cadre === 'chw')

const sentencesIn = (text: string): string[] =>
  text.split(/[.!?:;]+(?:\s|$)|\n/).filter((one) => wordsIn(one).length > 0)
const wordsIn = (text: string): string[] => text.match(/\p{L}[\p{L}’'-]*/gu) ?? []

/** Groups of vowels, without a silent e at the end. */
const syllablesIn = (word: string): number =>
  Math.max(
    1,
    (
      word
        .toLowerCase()
        .replace(/(?:[^l]e|es|ed)$/, '')
        .match(/[aeiouy]+/g) ?? []
    ).length,
  )

function yearsOfSchool(texts: readonly string[]): number | undefined {
  const sentences = texts.flatMap(sentencesIn)
  const words = sentences.flatMap(wordsIn)
  if (words.length < ENOUGH_WORDS) return undefined
  const syllables = words.reduce((sum, word) => sum + syllablesIn(word), 0)
  return Math.round(0.39 * (words.length / sentences.length) + 11.8 * (syllables / words.length) - 15.59)
}
