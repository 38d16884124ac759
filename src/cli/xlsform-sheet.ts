// The sheets of an XLSForm, row by row.
import { LANGUAGES, type LocalText } from '../words/language.ts'

export interface Row {
  readonly row: number
  readonly cells: ReadonlyMap<string, string>
}

/** The rows below the heading, their filled cells by the names of the columns in small letters. */
export function rowsIn(data: readonly (readonly unknown[])[]): Row[] {
  const [head = [], ...body] = data
  const names = head.map((name) => textOf(name).replace(/:+/g, '::').toLowerCase())
  return body.flatMap((cells, index) => {
    const filled = new Map(
      cells.flatMap((cell, at) =>
        textOf(cell) === '' || !names[at] ? [] : [[names[at], textOf(cell)] as const],
      ),
    )
    return filled.size > 0 ? [{ row: index + 2, cells: filled }] : []
  })
}

const textOf = (cell: unknown): string => {
  if (typeof cell === 'string') return cell.trim()
  return typeof cell === 'number' || typeof cell === 'boolean' ? String(cell) : ''
}

/** Columns that are read, or say nothing about a talk. */
export const READ =
  /^(?:type|name|list_name|list name|(?:label|hint|constraint_message)(?:::.+)?|relevant|constraint|required|calculation|appearance|required_message(?:::.+)?)$/

/** What the service knows without asking. */
export const QUIET = new Set(
  'start end today deviceid subscriberid simserial phonenumber username email audit start-geopoint'.split(
    ' ',
  ),
)

/** Two texts under one another, in every language the first is in. */
export function joined(one: LocalText, other: LocalText): LocalText {
  const both = LANGUAGES.flatMap((language) =>
    one[language] === undefined
      ? []
      : [[language, [one[language], other[language]].filter(Boolean).join('\n\n')] as const],
  )
  return Object.fromEntries(both)
}
