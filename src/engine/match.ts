// What did they mean? People answer with a thumb on a small phone: by letter, by number, in capitals, without accents.
import type { LocalText } from '../words/language.ts'

const MARKS = /\p{M}/gu
const NOT_WORD = /[^\p{L}\p{N}]+/gu
const PLAIN = /^[a-z0-9]*$/

/**
 * The text reduced to what matters: lower case, no accents, no punctuation, single spaces.
 *
 * @example plain(' Réanimation, 2 ! ') // 'reanimation 2'
 */
export function plain(text: string): string {
  if (PLAIN.test(text)) return text
  // Marks go first as nothing, so that "é" is "e"; the enclosing key of "1️⃣" is a mark too.
  return text.normalize('NFKD').replace(MARKS, '').toLowerCase().replace(NOT_WORD, ' ').trim()
}

/** The letter a choice is shown with: A for the first. */
export function letterOf(index: number): string {
  return String.fromCharCode(65 + index)
}

/**
 * Which of the choices a typed answer means: by number (1 …), by letter (A …), by its words in any language, by the
 * beginning of its words when no other choice begins so, or by a letter or number with words around it that say no more
 * ("answer b", "B: dry the baby"). Undefined when it is not clear: nobody guesses.
 */
export function choiceMeant(answer: string, choices: readonly LocalText[]): number | undefined {
  const said = plain(answer)
  if (said === '') return undefined
  const place = placeMeant(said)
  if (place !== undefined && place < choices.length) {
    // "3" may be the third choice or the choice that says "3". Longer texts are not looked at: this is the usual way.
    const other = theOnly(choices, (text) => text.length <= said.length + MOST_SIGNS && plain(text) === said)
    return other === undefined || other === place ? place : undefined
  }
  return wordsMeant(said, choices) ?? placeWithWords(said, choices)
}

/** The choice of these words, or the only one that begins with them. */
function wordsMeant(said: string, choices: readonly LocalText[]): number | undefined {
  const exact = theOnly(choices, (text) => plain(text) === said)
  return exact ?? (said.length < 3 ? undefined : theOnly(choices, (text) => plain(text).startsWith(said)))
}

/** What people write around a letter or a number without saying more, in any of the languages. */
const AROUND = new Set(
  (
    'answer option choice letter number nr is it its the my please ' +
    'reponse choix lettre numero est la le ma svp s il vous plait ' +
    'igisubizo inyuguti umubare nimero ni cya ya cyanjye ' +
    'jibu chaguo herufi namba langu tafadhali'
  ).split(' '),
)

/** "Answer b" and "réponse 2"; "b dry the baby" when those are the words of b. */
function placeWithWords(said: string, choices: readonly LocalText[]): number | undefined {
  // "C'est la b" is not about C.
  const [first = '', ...rest] = said
    .replace(/\bc est\b/g, 'est')
    .split(' ', MOST_WORDS)
    .filter((word) => !AROUND.has(word))
  const place = placeMeant(first)
  if (place === undefined || place >= choices.length) return undefined
  if (rest.length === 0) return first === said ? undefined : choiceMeant(first, choices)
  const words = said.slice(said.indexOf(`${first} `) + first.length + 1)
  return wordsMeant(words, choices) === place ? place : undefined
}

/** Nobody chooses in more words than the longest choice has. */
const MOST_WORDS = 80

/** Signs around a bare number or letter, such as "(3)." */
const MOST_SIGNS = 4

/** The place a number or a letter names, from 0. */
function placeMeant(said: string): number | undefined {
  if (/^[a-z]$/.test(said)) return said.charCodeAt(0) - 97
  return /^0*[1-9]\d{0,3}$/.test(said) ? Number(said) - 1 : undefined
}

function theOnly(choices: readonly LocalText[], fits: (text: string) => boolean): number | undefined {
  const found = choices.flatMap((choice, index) =>
    Object.values(choice).some((text) => text !== undefined && fits(text)) ? [index] : [],
  )
  return found.length === 1 ? found[0] : undefined
}
