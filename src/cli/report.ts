// `report table1|table2|near-misses|… --fy FY21`: the programme's reports, to read, as CSV or as a spreadsheet.
import { writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import type { Language } from '../words/language.ts'
import type { Shelf } from '../engine/shelf.ts'
import type { Db } from '../store/db.ts'
import { openShelf, readFlows } from '../usecases/open-shelf.ts'
import { type Cell, type ReportName, reportProgramme, REPORTS } from '../usecases/report-programme.ts'
import { contentState, draftNote } from '../usecases/review-flows.ts'
import { reportTable, rowsOf, type TableName, TABLES } from '../usecases/report-tables.ts'
import type { Office } from './delivery.ts'
import { table as columns } from './table.ts'
import { FORMATS, type Format, writeTable } from './write-table.ts'

/** Writes one report; the exit code. */
export async function report({ visit, config, say }: Office, args: readonly string[]): Promise<number> {
  const asked = read(args)
  if (typeof asked === 'string') {
    say(asked)
    return 1
  }
  const files = await readFlows(config.flowsDir)
  const { shelf } = await openShelf(visit.database, files, config.language satisfies Language)
  const counted = await count(shelf, visit.database, { ...asked, timezone: config.timezone })
  if (!counted) {
    say(`${asked.year} is no fiscal year: write it such as FY21, which is October 2020 to September 2021.`)
    return 1
  }
  const draft = draftNote(contentState(files, config.content))
  const made = { ...counted, notes: [...counted.notes, ...(draft === undefined ? [] : [draft])] }
  const { format, out, year } = asked
  if (format !== 'text') {
    const name = `${asked.name}-${year.toUpperCase()}`
    await writeTable({ name, rows: made.rows.map((row) => [...row]), notes: made.notes, format, out, say })
    return 0
  }
  const text = textOf(made)
  if (out === undefined) text.forEach((line) => say(line))
  else {
    await writeFile(out, `${text.join('\n')}\n`)
    say(`Written: ${out}`)
  }
  return 0
}

const NAMES = [...TABLES, ...REPORTS] as const

interface Counted {
  readonly title: string
  readonly rows: readonly (readonly Cell[])[]
  readonly notes: readonly string[]
}

async function count(
  shelf: Shelf,
  db: Db,
  asked: Asked & { readonly timezone: string },
): Promise<Counted | undefined> {
  const { name, year, timezone } = asked
  if (isTable(name)) {
    const table = await reportTable(shelf, db, { table: name, year })
    return table && { ...table, rows: rowsOf(table) }
  }
  return reportProgramme(shelf, db, { report: name, year, timezone })
}

const isTable = (name: TableName | ReportName): name is TableName => TABLES.some((one) => one === name)

interface Asked {
  readonly name: TableName | ReportName
  readonly year: string
  readonly format: Format
  readonly out: string | undefined
}

const USE = `Usage: report ${NAMES.join('|')} --fy FY21 [--format ${FORMATS.join('|')}] [--out FILE]`

function read(args: readonly string[]): Asked | string {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        fy: { type: 'string' },
        format: { type: 'string', default: 'text' },
        out: { type: 'string' },
      },
    })
    const name = NAMES.find((one) => one === positionals[0])
    const format = FORMATS.find((one) => one === values.format)
    if (!name || !format || positionals.length !== 1 || values.fy === undefined) return USE
    return { name, year: values.fy, format, out: values.out }
  } catch {
    return USE
  }
}

function textOf({ title, rows, notes }: Counted): string[] {
  const cells = rows.map((row) => row.map((cell) => String(cell ?? '')))
  return [title, '', ...columns(cells), '', ...notes]
}
