// Numbers written as words, so that "thirty seconds" is held to the facts as "30 seconds" is.
import { type Language, LANGUAGES } from '../words/language.ts'

type Worth = readonly [pattern: string, worth: number]

interface Counting {
  /** Words that end a number, or are one. */
  readonly ones: readonly Worth[]
  /** Words that one of these may follow: the twenty of twenty-four. */
  readonly tens: readonly Worth[]
  /** What stands between the two. */
  readonly joint: string
  /** Left out where its count follows it. */
  readonly hundred?: string
}

const inTurn = (words: string, from: number, step = 1): Worth[] =>
  words.split(' ').map((word, index) => [word, from + index * step])

const COUNTING: Readonly<Record<Language, Counting>> = {
  en: {
    ones: [
      ['half(?: an?)?', 0.5],
      ...inTurn('one two three four five six seven eight nine ten eleven twelve thirteen fourteen', 1),
      ...inTurn('fifteen sixteen seventeen eighteen nineteen', 15),
    ],
    tens: inTurn('twenty thirty forty fifty sixty seventy eighty ninety', 20, 10),
    joint: '[ -](?:and )?',
    hundred: 'hundred',
  },
  fr: {
    ones: [
      ['demi', 0.5],
      ...inTurn('dix-sept dix-huit dix-neuf', 17),
      ...inTurn(
        'une? deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize',
        1,
      ),
    ],
    tens: [['quatre-vingts?', 80], ...inTurn('vingt trente quarante cinquante soixante', 20, 10)],
    joint: '[ -](?:et[ -])?',
    hundred: 'cents?',
  },
  // These two count in the class of the noun: "iminsi ibiri", "amasaha abiri"; "siku mbili", "miezi miwili".
  rw: {
    ones: [
      ['(?:u|i|ri|ki)mwe', 1],
      ...inTurn('(?:[ai]|bi|ka)biri (?:[ai]|bi|ga)tatu (?:[ai]|bi|ka)ne (?:[ai]|bi|ga)tanu', 2),
      ...inTurn('(?:[ai]|bi|ga)tandatu (?:[ai]|bi|ka)rindwi umunani icyenda', 6),
    ],
    tens: [
      ['i?cumi', 10],
      ['makumyabiri', 20],
      ['mirongo itatu', 30],
      ['mirongo ine', 40],
    ],
    joint: " n(?:a |['’])",
  },
  sw: {
    ones: [
      ...inTurn('m?moja mbili|(?:m[ai]|vi)wili (?:m[ai]|vi)?tatu (?:m[ai]|vi)?nne (?:m[ai]|vi)?tano', 1),
      ...inTurn('sita saba (?:m[ai]|vi)?nane tisa', 6),
    ],
    tens: inTurn('kumi ishirini thelathini arobaini hamsini sitini sabini themanini tisini', 10, 10),
    joint: ' na ',
  },
}

const anyOf = (words: readonly Worth[]): string => `(?:${words.map(([word]) => word).join('|')})`
const apart = (pattern: string): RegExp => new RegExp(`(?<![\\p{L}\\d])(?:${pattern})(?![\\p{L}\\d])`, 'giu')

const readerOf = ({
  ones,
  tens,
  joint,
  hundred,
}: Counting): { number: RegExp; word: RegExp; words: Worth[] } => {
  const [one, ten] = [anyOf(ones), anyOf(tens)]
  const below = `${ten}(?:${joint}${one})?|${one}`
  const words: Worth[] = [...tens, ...ones, ...(hundred === undefined ? [] : [[hundred, HUNDRED] as const])]
  return {
    number: apart(
      hundred === undefined ? below : `(?:${one}[ -])?${hundred}(?:${joint}(?:${below}))?|${below}`,
    ),
    word: apart(anyOf(words)),
    words: words.map(([word, worth]) => [`^(?:${word})$`, worth]),
  }
}
const HUNDRED = 100
const READERS = new Map(LANGUAGES.map((language) => [language, readerOf(COUNTING[language])]))

/** In French the number one is the article, too: "une heure" is "an hour" as often as "one hour". */
const ARTICLE = /^une?$/iu

/** The text with the numbers that its language writes as words in figures. */
export function inFigures(text: string, language: Language): string {
  const reader = READERS.get(language)
  if (!reader) return text
  const worthOf = (word: string): number =>
    reader.words.find(([pattern]) => new RegExp(pattern, 'iu').test(word))?.[1] ?? 0
  return text.replace(reader.number, (number) => {
    if (language === 'fr' && ARTICLE.test(number)) return number
    const worths = [...number.matchAll(reader.word)].map(([word]) => worthOf(word))
    return String(worths.reduce((sum, worth) => (worth === HUNDRED ? (sum || 1) * HUNDRED : sum + worth), 0))
  })
}
