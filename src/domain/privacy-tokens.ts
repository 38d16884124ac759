/** One word of a message with its place in it. */
export interface Token {
  /** Without accents and capitals. */
  readonly plain: string
  readonly from: number
  readonly to: number
  readonly capital: boolean
  /** Whether it begins the message, a line or a sentence, where a capital letter says nothing. */
  readonly first: boolean
  /** What stands between the word before and this one. */
  readonly gap: string
}

const WORD = /(?<![\p{L}\p{N}])\p{L}[\p{L}\p{M}'’-]*(?![\p{N}])/gu
const MARKS = /\p{M}/gu
const SENTENCE_END = /[.!?:;\n•*]/u

/** Lower case and without accents, as lists of names are compared. */
export function withoutAccents(text: string): string {
  return text.normalize('NFD').replace(MARKS, '').replaceAll('’', "'").toLowerCase()
}

/** The words of a message. Numbers, and letters grown together with them such as `G3P2`, are none. */
export function tokensOf(text: string): Token[] {
  // In a message all in capitals a capital letter tells nothing.
  const shouted = !/\p{Ll}{2}/u.test(text)
  let end = 0
  return Array.from(text.matchAll(WORD), (match): Token => {
    const gap = text.slice(end, match.index)
    const first = end === 0 || SENTENCE_END.test(gap)
    // "Nsengimana's" is the name and what English hangs on it.
    const word = match[0].replace(/['’]s$/u, '')
    end = match.index + word.length
    return {
      plain: withoutAccents(word),
      from: match.index,
      to: end,
      capital: !shouted && /^\p{Lu}/u.test(word),
      first,
      gap,
    }
  })
}
