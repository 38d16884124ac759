// What is wrong with the shape of a flow file, in an author's words: each says what would mend it.
import type { z } from 'zod'

const KINDS: Readonly<Record<string, string>> = {
  string: 'a text; if it is one, put it in quotes',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list, each line beginning with "- "',
  object: 'keys with values, such as "en: …"',
  record: 'keys with values, such as "a: …"',
}

/** One complaint of the schema in words, where the schema itself says nothing better. */
export function inWords(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined
        ? 'is missing: write it'
        : `should be ${KINDS[issue.expected] ?? issue.expected}`
    case 'invalid_value':
      return `should be ${listed(issue.values)}`
    case 'invalid_union':
      return `should be ${listed(Array.isArray(issue.options) ? issue.options : [])}`
    case 'unrecognized_keys':
      return `${quoted(issue.keys)} means nothing here: correct it or take it out`
    case 'too_small':
      return issue.origin === 'string' || issue.origin === 'array'
        ? 'is empty: write something'
        : `is too small: write ${issue.minimum} or more`
    case 'too_big':
      return `is too big: write ${issue.maximum} or less`
    case 'invalid_format':
      return issue.format === 'date'
        ? 'is not a date: write one such as 2026-04-07'
        : 'is not written as it should be'
    case 'invalid_key':
      return issue.issues[0]?.message
    default:
      return undefined
  }
}

/**
 * A key written wrongly is one mistake, though it shows twice: the wrong one means nothing, the right one is missing.
 * Of those two only the first is told, with the name of the other.
 */
export function withoutEchoes(issues: readonly z.core.$ZodIssue[]): z.core.$ZodIssue[] {
  const strange = issues.filter((issue) => issue.code === 'unrecognized_keys')
  const lost = issues.filter((issue) => isMissing(issue) && strange.some((other) => isIn(issue, other)))
  return issues
    .filter((issue) => !lost.includes(issue))
    .map((issue) => {
      const missing = lost.filter((other) => isIn(other, issue)).map((other) => String(other.path.at(-1)))
      return issue.code === 'unrecognized_keys' && missing.length > 0
        ? {
            ...issue,
            message: `${quoted(issue.keys)} means nothing here, and ${quoted(missing)} is missing: correct the name`,
          }
        : issue
    })
}

const isMissing = (issue: z.core.$ZodIssue): boolean => issue.message.startsWith('is missing')

/** Whether `issue` is about a key of the very map that `other` is about. */
const isIn = (issue: z.core.$ZodIssue, other: z.core.$ZodIssue): boolean =>
  issue.path.length === other.path.length + 1 && other.path.every((key, at) => key === issue.path[at])

const quoted = (keys: readonly string[]): string => keys.map((key) => `"${key}"`).join(', ')

const listed = (values: readonly unknown[]): string =>
  values.length === 1 ? String(values[0]) : `one of ${values.map(String).join(', ')}`
