// A roster as people save it from a spreadsheet: parted by commas, semicolons or tabs, in UTF-8 or in what Excel calls
// Unicode, with or without a mark at its beginning.
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
  const delimiter = delimiterOf(text)
  // Excel's own line is no row; an empty one in its place keeps the numbers of the lines.
  const told = text.replace(SEPARATOR_LINE, '\n')
  const whole = parted(told, delimiter)
  if (whole) return { rows: whole, astray: [] }
  const lines = told.split('\n').map((line, index) => ({ line: index + 1, rows: parted(line, delimiter) }))
  return {
    rows: lines.flatMap(({ line, rows }) => rows?.map(({ cells }) => ({ line, cells })) ?? []),
    astray: lines.filter(({ rows }) => !rows).map(({ line }) => line),
  }
}

const SEPARATOR_LINE = /^sep=(.)\n/i

/** What parts the cells: what Excel's own first line says, else what the header has most of. */
function delimiterOf(text: string): string {
  const named = SEPARATOR_LINE.exec(text)?.[1]
  if (named !== undefined) return named
  const header = text.trimStart().split('\n', 1)[0] ?? ''
  // Spreadsheets of French and other offices part cells with semicolons, whatever is copied out of one with tabs.
  const cells = (delimiter: string): number => header.split(delimiter).length
  return [';', '\t'].reduce((best, other) => (cells(other) > cells(best) ? other : best), ',')
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

/** The text without the mark spreadsheets put before it, lines ended alike; undefined when it is in no Unicode. */
function decoded(bytes: Buffer): string | undefined {
  const [first, second] = bytes
  const encoding =
    first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8'
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes).replaceAll(/\r\n?/g, '\n')
  } catch {
    return undefined
  }
}
