// What an author can get wrong in one text, wherever it stands.
import { LANGUAGES, type LocalText } from '../words/language.ts'
import { namesIn } from './fill.ts'
import { plain } from './match.ts'
import type { Fact } from './schema-facts.ts'

/** What a flow may refer to: the deeds the programme can do, the dialogues that exist, and what people may always say. */
export interface Surroundings {
  readonly deeds: ReadonlySet<string>
  readonly dialogues: ReadonlySet<string>
  /** The words of commands, as `commandWord` has them. */
  readonly commands: ReadonlySet<string>
  /** The table of facts by id; without one no number is looked up. */
  readonly facts?: ReadonlyMap<string, Fact> | undefined
}

export type Path = readonly (string | number)[]
export type Report = (path: Path, message: string) => void

/** Options that could not be chosen by their words. */
export function lintOptions(
  options: readonly { path: Path; text: LocalText }[],
  around: Surroundings,
  fault: Report,
): void {
  const seen = new Set<string>()
  for (const { path, text } of options) {
    const said = new Set(Object.values(text).map((words) => plain(words ?? '')))
    if ([...said].some((words) => seen.has(words))) fault(path, 'two options say the same: make them differ')
    for (const words of said) {
      seen.add(words)
      if (around.commands.has(words))
        fault(path, `"${words}" is what people send at any time for something else: say it otherwise`)
      if (/^(\d|[a-f])$/.test(words))
        fault(path, `"${words}" would be taken for the place of an option: add a word to it`)
    }
  }
}

/** A text with values: its braces can be read, and somebody fills in each of them. `known` undefined: nobody can tell. */
export function lintFilled(
  { path, text }: { path: Path; text: LocalText },
  known: ReadonlySet<string> | undefined,
  fault: Report,
): void {
  for (const language of LANGUAGES) {
    const message = text[language]
    if (message === undefined) continue
    const names = namesIn(message, language)
    const here = [...path, language]
    if (!names)
      fault(
        here,
        'the message cannot be read: check its braces, such as {name} or {count, plural, one {…} other {…}}',
      )
    else if (/'[{}]/.test(message))
      fault(here, "an apostrophe before a brace hides the value: write ’ instead of '")
    const strange = [...(names ?? [])].filter((name) => known?.has(name) === false)
    if (strange.length > 0)
      fault(
        here,
        `nobody fills in {${strange.join('}, {')}}: use ${[...(known ?? [])].map((name) => `{${name}}`).join(', ') || 'none'}`,
      )
  }
}
