// A table as an operator takes it along: as CSV on the screen or in a file, or as a spreadsheet.
import { writeFile } from 'node:fs/promises'
import { writeSpreadsheet } from '../pictures/spreadsheet.ts'
import type { Say } from './say.ts'

/** `text` is for each command to say in its own words. */
export const FORMATS = ['text', 'csv', 'xlsx'] as const

export type Format = (typeof FORMATS)[number]

export type Cell = string | number | undefined

/** Writes rows, the first of them the heading. A spreadsheet always goes into a file; it has the notes beneath. */
export async function writeTable(table: {
  readonly name: string
  readonly rows: readonly (readonly Cell[])[]
  readonly notes: readonly string[]
  readonly format: Exclude<Format, 'text'>
  readonly out: string | undefined
  readonly say: Say
}): Promise<void> {
  const { name, rows, notes, format, out, say } = table
  if (format === 'xlsx') {
    const file = out ?? `${name}.xlsx`
    const more = notes.length > 0 ? [[], ...notes.map((note) => [note])] : []
    await writeFile(file, await writeSpreadsheet(name.slice(0, 31), [...rows, ...more]))
    say(`Written: ${file}`)
    return
  }
  const lines = rows.map((row) => row.map(csvCell).join(','))
  if (out === undefined) lines.forEach((line) => say(line))
  else {
    await writeFile(out, `${lines.join('\r\n')}\r\n`)
    say(`Written: ${out}`)
  }
}

/** By RFC 4180; a cell that a spreadsheet would take for a formula cannot come: all texts are the program's own. */
function csvCell(cell: Cell): string {
  const text = String(cell ?? '')
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
