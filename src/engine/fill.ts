// Texts with values in them: ICU messages such as "{count, plural, one {# question} other {# questions}}".
import { IntlMessageFormat } from 'intl-messageformat'
import type { Language } from '../words/language.ts'

interface Message {
  readonly format: IntlMessageFormat
  readonly names: ReadonlySet<string>
  /** The words and the names of values in turn, when there is nothing else in it: no plural, no date. */
  readonly plain: readonly { readonly words?: string; readonly name?: string }[] | undefined
}

// Parsing a message is some hundred times dearer than filling it in; texts come from flow files, so they are few.
const parsed = new Map<Language, Map<string, Message | undefined>>()

/**
 * The text with its values filled in. What is wrong with it is the author's to mend (`lint.ts` tells them); the person
 * still gets their message: with a gap for a value nobody has, or as written when its braces cannot be read.
 */
export function fill(
  text: string,
  language: Language,
  values: Readonly<Record<string, string | number>>,
): string {
  if (!text.includes('{')) return text
  const message = messageOf(text, language)
  if (!message) return text
  // Most messages are words and values and nothing else: joining them is some ten times cheaper than the formatter.
  if (message.plain) {
    let filled = ''
    for (const { words, name } of message.plain) filled += words ?? values[name ?? ''] ?? '…'
    return filled
  }
  const given: Record<string, string | number> = { ...values }
  for (const name of message.names) given[name] ??= '…'
  return String(message.format.format(given))
}

/** By language and then by the text itself: a key made of both would have to be made, and hashed, each time. */
function messageOf(text: string, language: Language): Message | undefined {
  let known = parsed.get(language)
  if (!known) parsed.set(language, (known = new Map<string, Message | undefined>()))
  let message = known.get(text)
  if (message === undefined && !known.has(text)) known.set(text, (message = read(text, language)))
  return message
}

/** The names of the values a text is filled with, or undefined when its braces cannot be read. */
export function namesIn(text: string, language: Language): ReadonlySet<string> | undefined {
  return text.includes('{') || text.includes('}') ? read(text, language)?.names : new Set()
}

function read(text: string, language: Language): Message | undefined {
  try {
    // People's texts hold "<" as a sign of its own, not as a tag.
    const format = new IntlMessageFormat(text, language, undefined, { ignoreTag: true })
    return { format, names: new Set(valuesIn(format.getAst())), plain: plainParts(format.getAst()) }
  } catch {
    return undefined
  }
}

type Part = ReturnType<IntlMessageFormat['getAst']>[number]
/** Kinds of part that are no value: plain words, and the "#" of a plural. */
const LITERAL = 0
const POUND = 7
/** A value shown as it is. */
const ARGUMENT = 1

function plainParts(parts: readonly Part[]): Message['plain'] {
  const plain = parts.map((part) =>
    part.type === LITERAL ? { words: part.value } : part.type === ARGUMENT ? { name: part.value } : undefined,
  )
  return plain.every((part) => part !== undefined) ? plain : undefined
}

function valuesIn(parts: readonly Part[]): string[] {
  return parts.flatMap((part) => [
    ...(part.type !== LITERAL && part.type !== POUND ? [part.value] : []),
    ...('options' in part ? Object.values(part.options).flatMap((option) => valuesIn(option.value)) : []),
  ])
}
