// A roster as people save it from a spreadsheet: commas or semicolons, with or without a mark at its beginning.
import { readFile } from 'node:fs/promises'
import { CsvError, parse } from 'csv-parse/sync'
import { ROSTER_COLUMNS, type RosterLine } from '../usecases/import-roster.ts'

export interface RosterFile {
  readonly lines: readonly RosterLine[]
  /** Lines that cannot be told apart into cells. */
  readonly torn: readonly { readonly line: number; readonly reason: string }[]
  /** Names of columns nobody reads. */
  readonly strange: readonly string[]
}

interface Row {
  readonly info: { readonly lines: number; readonly index: number }
  readonly record: Record<string, string>
}

/** Reads a roster file, or says in one sentence why it is none. */
export async function readRosterFile(file: string): Promise<RosterFile | string> {
  const bytes = await readFile(file).catch(() => undefined)
  if (!bytes) return `There is no file ${file} that can be read.`
  const text = decoded(bytes)
  if (text === undefined)
    return `${file} is not written in UTF-8: save it as “CSV UTF-8”, or the names in it come out broken.`
  let header: string[] = []
  let rows: Row[]
  try {
    rows = parse(text, {
      columns: (names: string[]) => (header = names.map((name) => name.trim().toLowerCase())),
      // Spreadsheets of French and other offices part cells with semicolons.
      delimiter: /^[^\n,]*;/.test(text) ? ';' : ',',
      trim: true,
      skip_empty_lines: true,
      skip_records_with_empty_values: true,
      info: true,
      relax_column_count: true,
    })
  } catch (error) {
    return `${file} is no CSV file that can be read: ${error instanceof CsvError ? error.message : 'unknown'}`
  }
  const twice = header.find((name, index) => name !== '' && header.indexOf(name) !== index)
  if (twice !== undefined) return `${file} has two columns called ${twice}: take one out.`
  if (rows.length === 0 || !header.includes('name') || !header.includes('role'))
    return `${file} needs a first line with the names of its columns, name and role among them, and a line for each person.`
  const isTorn = ({ info }: Row): boolean => info.index > header.length
  return {
    lines: rows
      .filter((row) => !isTorn(row))
      .map(({ info, record }) => ({ line: info.lines, cells: record })),
    torn: rows.filter(isTorn).map(({ info }) => ({
      line: info.lines,
      reason: 'it has more cells than the first line: put a cell that holds a comma in quotes',
    })),
    strange: header.filter((name) => name !== '' && !ROSTER_COLUMNS.some((known) => known === name)),
  }
}

/** The text without the mark spreadsheets put before it, lines ended alike; undefined when it is not UTF-8. */
function decoded(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes).replaceAll('\r\n', '\n')
  } catch {
    return undefined
  }
}
