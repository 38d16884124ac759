// A dialogue drawn up step by step from somebody else's form or flow: names that fit, ways over what is left out, and a
// list of everything that was not carried over.
import { OF_OTHERS } from '../engine/advise.ts'
import { commandWord } from '../engine/shelf.ts'
import { plain } from '../engine/match.ts'
import { type Language, LANGUAGES, type LocalText } from '../words/language.ts'
import { counted } from './counted.ts'

export type Written = Record<string, unknown>

/** A flow as written, with the name it goes by and what was not carried over. */
export interface Imported {
  readonly id: string
  readonly flow: Written
  readonly notes: readonly string[]
}

/** Steps in order. A label stands for the step that comes next. */
export class DraftSteps {
  readonly #steps: Written[] = []
  readonly #waiting: string[] = []
  readonly #same = new Map<string, string>()
  #labels = 0

  /** A name for a place that is not yet come to. */
  newLabel(): string {
    this.#labels += 1
    return `go-${this.#labels}`
  }

  /** The next step is this place. */
  mark(label: string): void {
    this.#waiting.push(label)
  }

  add(step: Written): void {
    const [first, ...others] = this.#waiting.splice(0)
    for (const label of others) this.#same.set(label, first as string)
    this.#steps.push(first === undefined ? step : { id: first, ...step })
  }

  /** All steps, ended; names that stand for the same place have become one, and those nobody goes to are gone. */
  finish(): Written[] {
    const last = this.#steps.at(-1)
    if (
      this.#waiting.length > 0 ||
      !last ||
      !('end' in last || ('goto' in last && !('if' in last || 'unless' in last)))
    )
      this.add({ end: true })
    const straight = withoutDetours(
      this.#steps.map((step) =>
        'goto' in step ? { ...step, goto: this.#same.get(String(step['goto'])) ?? step['goto'] } : step,
      ),
    )
    const used = new Set(straight.map((step) => step['goto']))
    return straight.map(({ id, ...step }) => (used.has(id) ? { id, ...step } : step))
  }
}

const isJump = (step: Written | undefined): boolean =>
  step !== undefined && Object.keys(step).every((key) => key === 'id' || key === 'goto')

/** Whoever goes to a step that only goes on elsewhere goes there at once, and nobody goes to what comes next anyway. */
function withoutDetours(steps: readonly Written[]): Written[] {
  const jumps = new Map(steps.filter(isJump).map((step) => [step['id'], step['goto']]))
  const target = (label: unknown): unknown => {
    const seen = new Set<unknown>()
    let at = label
    for (; jumps.has(at) && !seen.has(at); at = jumps.get(at)) seen.add(at)
    return at
  }
  let left = steps.map((step) => ('goto' in step ? { ...step, goto: target(step['goto']) } : step))
  for (let before = -1; before !== left.length;) {
    before = left.length
    left = left.filter((step, at) => {
      if (!isJump(step)) return true
      const leadsNowhereElse = left[at + 1]?.['id'] === step['goto'] && step['goto'] !== undefined
      const previous = left[at - 1]
      const comesHere = previous === undefined || !(isJump(previous) || 'end' in previous)
      return !leadsNowhereElse && comesHere
    })
  }
  return left
}

/** Nobody knows who has written it: what is not English or French waits for a native speaker. */
export function awaitingIn(languages: readonly Language[]): Written {
  const awaiting = languages.filter((language) => OF_OTHERS.includes(language))
  return awaiting.length > 0 ? { awaiting_native_review: awaiting } : {}
}

/** What somebody reads who imports: what was left out or changed, and where it stood. */
export class Notes {
  readonly lines: string[] = []
  add(where: string, what: string): void {
    const line = `${where}: ${what}`
    if (!this.lines.includes(line)) this.lines.push(line)
  }
}

/** Names for values: letters and digits alone, for they stand in braces in texts. One for each original. */
export class Names {
  readonly #taken = new Map<string, string>()
  readonly #separator: '' | '-'

  constructor(separator: '' | '-') {
    this.#separator = separator
  }

  of(original: string): string {
    const known = this.#taken.get(original)
    if (known !== undefined) return known
    const words = plain(original)
      .replaceAll(/[^a-z0-9]+/g, this.#separator)
      .replaceAll(/^-+|-+$/g, '')
    const base = (/^[a-z]/.test(words) ? words : `v${words}`).slice(0, 40)
    let name = base
    for (let count = 2; [...this.#taken.values()].includes(name); count++)
      name = `${base}${this.#separator}${count}`
    this.#taken.set(original, name)
    return name
  }
}

/**
 * Options that can be chosen by their words: a label that is a bare number or letter, a word people send at any time,
 * or said twice gets its number before it. `changed` hears which.
 */
export function choosable(
  options: Readonly<Record<string, LocalText>>,
  commands: ReadonlySet<string>,
  changed: (label: string) => void,
): Record<string, LocalText> {
  const seen = new Set<string>()
  return Object.fromEntries(
    Object.entries(options).map(([key, text], index) => {
      const words = Object.values(text).map((label) => plain(label ?? ''))
      const taken = words.some(
        (word) => seen.has(word) || commands.has(commandWord(word)) || /^(\d|[a-f])?$/.test(word),
      )
      for (const word of words) seen.add(word)
      if (!taken) return [key, text]
      changed(Object.values(text)[0] ?? '')
      const numbered = LANGUAGES.flatMap((language) =>
        text[language] === undefined ? [] : [[language, `N° ${index + 1}: ${text[language]}`] as const],
      )
      return [key, Object.fromEntries(numbered) as LocalText]
    }),
  )
}

/** The languages in which nothing is missing; a text in others stays where it is written. */
export function completeIn(value: unknown): Language[] {
  const texts = textsOf(value)
  return LANGUAGES.filter((language) => texts.every((text) => text[language] !== undefined))
}

/** What somebody reads of a language in which some texts are there and others are not, such as the first of these. */
export function untranslated(value: unknown, language: Language): string {
  const missing = textsOf(value).filter((text) => text[language] === undefined)
  const first = Object.values(missing[0] ?? {})[0] ?? ''
  return `${counted(missing.length, 'text is', 'texts are')} not translated, such as “${first}”: until then the dialogue is offered in the other languages`
}

function textsOf(value: unknown): LocalText[] {
  const texts: LocalText[] = []
  const look = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return
    const keys = Object.keys(node)
    if (!Array.isArray(node) && keys.length > 0 && keys.every((key) => LANGUAGES.some((one) => one === key)))
      texts.push(node)
    else for (const child of Object.values(node)) look(child)
  }
  look(value)
  return texts
}

/** A language as other tools call it: `fr`, `fra`, `French (fr)`, `Kiswahili`. Undefined when it is none of ours. */
export function languageCalled(written: string): Language | undefined {
  const [, code = written] = /\(([\w-]+)\)\s*$/.exec(written) ?? []
  const word = plain(code)
  return LANGUAGES.find((language) => CALLED[language].split(' ').includes(word))
}

const CALLED: Readonly<Record<Language, string>> = {
  en: 'en eng english anglais',
  fr: 'fr fra fre french francais',
  rw: 'rw kin kinyarwanda ikinyarwanda',
  sw: 'sw swa swahili kiswahili',
}

/** Of a question that is answered in words. */
export const SCREENED =
  'its words are screened for what could name a patient; where they can tell of none, write "unscreened" and why in place of "screened"'

/** On a button by which a question is left unanswered. */
export const SKIP: LocalText = { en: 'Skip', fr: 'Passer', rw: 'Simbuka', sw: 'Ruka' }
