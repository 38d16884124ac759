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
  readonly line: number
  readonly cells: readonly string[]
}

/** Reads a roster file, or says in one sentence why it is none. */
export async function readRosterFile(file: string): Promise<RosterFile | string> {
  const bytes = await readFile(file).catch(() => undefined)
  if (!bytes) return `There is no file ${file} that can be read.`
  const text = decoded(bytes)
  if (text === undefined)
    return `${file} is not written in UTF-8: save it as “CSV UTF-8”, or the names in it come out broken.`
  const { rows, astray } = rowsOf(text)
  const header = rows.shift()?.cells.map((name) => name.toLowerCase()) ?? []
  const twice = header.find((name, index) => name !== '' && header.indexOf(name) !== index)
  if (twice !== undefined) return `${file} has two columns called ${twice}: take one out.`
  if (rows.length + astray.length === 0 || !header.includes('name') || !header.includes('role'))
    return `${file} needs a first line with the names of its columns, name and role among them, and a line for each person.`
  const isTorn = ({ cells }: Row): boolean => cells.length > header.length
  return {
    lines: rows
      .filter((row) => !isTorn(row))
      .map(({ line, cells }) => ({
        line,
        cells: Object.fromEntries(header.map((name, index) => [name, cells[index] ?? ''])),
      })),
    torn: [
      ...rows.filter(isTorn).map(({ line }) => ({
        line,
        reason: 'it has more cells than the first line: put a cell that holds a comma in quotes',
      })),
      ...astray.map((line) => ({
        line,
        reason:
          'a quote is astray: put the whole cell in quotes and write each quote within it twice, or take it out',
      })),
    ],
    strange: header.filter((name) => name !== '' && !ROSTER_COLUMNS.some((known) => known === name)),
  }
}

/** All rows; where a quote is astray, line by line, so that it tears its own row and none of those behind it. */
function rowsOf(text: string): { rows: Row[]; astray: number[] } {
  // Spreadsheets of French and other offices part cells with semicolons.
  const delimiter = /^[^\n,]*;/.test(text) ? ';' : ','
  const whole = parted(text, delimiter)
  if (whole) return { rows: whole, astray: [] }
  const lines = text.split('\n').map((line, index) => ({ line: index + 1, rows: parted(line, delimiter) }))
  return {
    rows: lines.flatMap(({ line, rows }) => rows?.map(({ cells }) => ({ line, cells })) ?? []),
    astray: lines.filter(({ rows }) => !rows).map(({ line }) => line),
  }
}

/** The text parted into cells; undefined when a quote in it is opened or closed where it may not be. */
function parted(text: string, delimiter: string): Row[] | undefined {
  const rows: Row[] = []
  try {
    parse(text, {
      delimiter,
      trim: true,
      skip_empty_lines: true,
      skip_records_with_empty_values: true,
      relax_column_count: true,
      on_record: (cells: string[], { lines }) => {
        rows.push({ line: lines, cells })
        return null
      },
    })
    return rows
  } catch (error) {
    if (error instanceof CsvError) return undefined
    throw error
  }
}

/** The text without the mark spreadsheets put before it, lines ended alike; undefined when it is not UTF-8. */
function decoded(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes).replaceAll(/\r\n?/g, '\n')
  } catch {
    return undefined
  }
}
