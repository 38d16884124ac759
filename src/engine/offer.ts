// What a dialogue can be opened about, by a button or by its code: "C-142"; and buttons that say a command. None belongs
// to a question.

/** One thing of those a dialogue is about: by the dialogue's letter (people write it) or its name (buttons carry it). */
export interface Subject {
  readonly letter?: string | undefined
  readonly flow?: string | undefined
  /** As digits, without zeros before it. */
  readonly number: string
  /** What a button has said already to the dialogue's first question. */
  readonly said?: string | undefined
}

// A button's token has at most 64 bytes on Telegram.
const TOKEN = /^>([a-z][a-z0-9-]{0,30})\.([1-9]\d{0,14})(?:\.([a-z][a-z-]{0,15}))?$/
const CODE = /^\s*\[?([A-Za-z])\s*[-–—]\s*0{0,6}([1-9]\d{0,14})\]?\s*$/

/** The token of a button that opens `flow` about number `subject`, having `said` something. */
export const offerToken = (flow: string, subject: number, said?: string): string =>
  `>${flow}.${subject}${said === undefined ? '' : `.${said}`}`

/** What a token opens; undefined when it is the token of something else, or nobody's. */
export function offeredBy(token: string): Subject | undefined {
  const [, flow, number, said] = TOKEN.exec(token) ?? []
  return flow !== undefined && number !== undefined ? { flow, number, said } : undefined
}

/** The token of a button that says a command: its own word, as somebody would write it. */
export const commandToken = (word: string): string => `!${word}`

/** What a button says; undefined when its token is of something else. */
export const commandSaid = (token: string): string | undefined =>
  token.startsWith('!') ? token.slice(1) : undefined

/** What a text asks to open: "C-142", "c - 0142", "[C-142]". */
export function subjectMeant(text: string): Subject | undefined {
  if (text.length > 40) return undefined
  const [, letter, number] = CODE.exec(text) ?? []
  return letter !== undefined && number !== undefined ? { letter: letter.toUpperCase(), number } : undefined
}

/** How a thing is called among people: "C-0142". */
export const subjectCode = (letter: string, number: number): string =>
  `${letter}-${String(number).padStart(4, '0')}`
