// `report table1|table2 --fy FY21`: the programme's tables, to read, as CSV or as a spreadsheet.
import { writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import type { Language } from '../words/language.ts'
import { openShelf, readFlows } from '../usecases/open-shelf.ts'
import { contentState, draftNote } from '../usecases/review-flows.ts'
import { reportTable, rowsOf, type TableName, TABLES, type TableReport } from '../usecases/report-tables.ts'
import type { Office } from './delivery.ts'
import { table as columns } from './table.ts'
import { FORMATS, type Format, writeTable } from './write-table.ts'

/** Writes one table; the exit code. */
export async function report({ visit, config, say }: Office, args: readonly string[]): Promise<number> {
  const asked = read(args)
  if (typeof asked === 'string') {
    say(asked)
    return 1
  }
  const files = await readFlows(config.flowsDir)
  const { shelf } = await openShelf(visit.database, files, config.language satisfies Language)
  const counted = await reportTable(shelf, visit.database, { table: asked.table, year: asked.year })
  if (!counted) {
    say(`${asked.year} is no fiscal year: write it such as FY21, which is October 2020 to September 2021.`)
    return 1
  }
  const draft = draftNote(contentState(files, config.content))
  const made = { ...counted, notes: [...counted.notes, ...(draft === undefined ? [] : [draft])] }
  const { format, out, year } = asked
  if (format !== 'text') {
    const name = `${made.table}-${year.toUpperCase()}`
    await writeTable({ name, rows: rowsOf(made), notes: made.notes, format, out, say })
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

interface Asked {
  readonly table: TableName
  readonly year: string
  readonly format: Format
  readonly out: string | undefined
}

const USE = `Usage: report ${TABLES.join('|')} --fy FY21 [--format ${FORMATS.join('|')}] [--out FILE]`

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
    const table = TABLES.find((name) => name === positionals[0])
    const format = FORMATS.find((name) => name === values.format)
    if (!table || !format || positionals.length !== 1 || values.fy === undefined) return USE
    return { table, year: values.fy, format, out: values.out }
  } catch {
    return USE
  }
}

function textOf(made: TableReport): string[] {
  const rows = rowsOf(made).map((row) => row.map((cell) => String(cell ?? '')))
  return [made.title, '', ...columns(rows), '', ...made.notes]
}
