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

/** The columns that are read, of each sheet that is; whatever else stands in a form is listed. */
const READ: Readonly<Record<string, RegExp>> = {
  survey:
    /^(?:type|name|(?:label|hint|constraint_message)(?:::.+)?|relevant|constraint|required|calculation)$/,
  choices: /^(?:name|list_name|list name|label(?:::.+)?)$/,
  settings: /^(?:form_title|form_id|default_language)$/,
}

/** How something is shown there changes no answer, but its author sees that it is gone. */
const SHOWN = new Set(['appearance', 'style', 'version'])

interface FormSheet {
  readonly name: string
  readonly rows: readonly Row[]
}

/** A form as it lies in its file. */
export interface FormRows {
  readonly sheets: readonly FormSheet[]
  readonly survey: readonly Row[]
  readonly choices: readonly Row[]
  readonly settings: Row | undefined
  readonly file: string
}

/** Lists what is in a form and never read: sheets, and columns with the rows that have something in them. */
export function listUnread(sheets: readonly FormSheet[], note: (where: string, what: string) => void): void {
  for (const { name, rows } of sheets) {
    const read = READ[name]
    for (const { row, cells } of rows) {
      if (!read) note(`${name}, row ${row}`, 'a sheet of this name is not read: the row is left out')
      for (const [column, value] of read ? cells : [])
        if (!read?.test(column))
          note(
            `${name}, row ${row}`,
            `the column "${column}"${SHOWN.has(column) ? ` (${value})` : ''} is not carried over`,
          )
    }
  }
}

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
