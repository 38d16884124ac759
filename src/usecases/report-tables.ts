// The programme's two tables: what it has printed of a year, and for later years what the records say.
import { fiscalYear, percentPrinted, PRINTED_TABLE_1, PRINTED_TABLE_2 } from '../domain/printed-tables.ts'
import type { Shelf } from '../engine/shelf.ts'
import type { Db } from '../store/db.ts'
import { countShown } from '../store/table-counts.ts'

export const TABLES = ['table1', 'table2'] as const

export type TableName = (typeof TABLES)[number]

/** One line of a report; percentages are whole, as tables print them. */
export interface TableLine {
  readonly year: string
  readonly of: string
  readonly mentors: number | undefined
  readonly mentees: number
  readonly validated: number
  /** As the programme printed it; undefined where the line comes from the records. */
  readonly printed: number | undefined
  readonly percent: number | undefined
  /** What is printed and what the counts give are not the same. */
  readonly flagged: boolean
}

export interface TableReport {
  readonly table: TableName
  readonly title: string
  readonly lines: readonly TableLine[]
  /** What whoever reads it must know. */
  readonly notes: readonly string[]
}

/** The streams of the associations, and the areas of the catalogue that table 2 has lines for. */
const ASSOCIATIONS: readonly (readonly [of: string, stream: string])[] = [
  ['RPA', 'rpa'],
  ['RAM', 'ram'],
  ['RSOG', 'rsog'],
]
const AREAS: readonly (readonly [of: string, area: string])[] = [
  ['MNH', 'mnh'],
  ['IMCI', 'imci'],
  ['FP', 'fp'],
  ['Neonatal health', 'neonatal'],
]

/** A table of a fiscal year such as FY21; undefined when that is no year. */
export async function reportTable(
  shelf: Shelf,
  db: Db,
  { table, year: named }: { table: TableName; year: string },
): Promise<TableReport | undefined> {
  const year = named.toUpperCase()
  const span = fiscalYear(year)
  if (!span) return undefined
  const title =
    table === 'table1'
      ? `Table 1: validated mentees in district hospitals and upgraded health centres, ${year}`
      : `Table 2: mentees validated in at least one competency in health centres, ${year}`
  const printed = (table === 'table1' ? PRINTED_TABLE_1 : PRINTED_TABLE_2).filter((one) => one.year === year)
  if (printed.length > 0) {
    const lines = printed.map((one): TableLine => {
      const percent = percentPrinted(one.validated, one.mentees)
      return { ...one, mentors: one.mentors, printed: one.percent, percent, flagged: percent !== one.percent }
    })
    const flags = lines
      .filter((one) => one.flagged)
      .map(
        (one) =>
          `${one.of}: ${one.validated} of ${one.mentees} is ${one.percent} %, printed is ${one.printed} %. The counts are shown as printed; nothing is corrected.`,
      )
    return {
      table,
      title,
      lines,
      notes: [...flags, ...totals(table, lines), 'Source: figures the programme printed.'],
    }
  }
  const groups =
    table === 'table1'
      ? ASSOCIATIONS.map(([of, stream]) => ({ of, competencies: shelf.competencies.inStream(stream) }))
      : AREAS.map(([of, area]) => ({ of, competencies: shelf.competencies.inArea(area) }))
  const counts = await countShown(db, {
    groups,
    places: table === 'table1' ? 'hospitals' : 'health_centres',
    ...span,
  })
  const lines = groups.map(({ of }): TableLine => {
    const { mentors, mentees, validated } = counts.get(of) ?? { mentors: 0, mentees: 0, validated: 0 }
    const percent = percentPrinted(validated, mentees)
    return { year, of, mentors, mentees, validated, printed: undefined, percent, flagged: false }
  })
  return {
    table,
    title,
    lines,
    notes: [
      ...totals(table, lines),
      'Source: the records. A mentee counts who was observed in the year; validated is who was so in at least one competency of the line by the end of it.',
    ],
  }
}

/** Sums count a person once for each line they are in, and say so. */
function totals(table: TableName, lines: readonly TableLine[]): string[] {
  const sum = (of: (line: TableLine) => number): number => lines.reduce((all, line) => all + of(line), 0)
  const [mentees, validated] = [sum((line) => line.mentees), sum((line) => line.validated)]
  const percent = percentPrinted(validated, mentees)
  if (percent === undefined) return []
  const what = table === 'table1' ? 'mentees by association' : 'mentee-areas'
  return [
    `All lines: ${validated} of ${mentees} ${what} (${percent} %); somebody in two lines is counted twice.`,
  ]
}

const HEADS = ['Year', 'Of', 'Mentors', 'Mentees', 'Validated', 'Printed %', 'Percent', 'Check'] as const

/** The report as rows of cells, its heads first: numbers stay numbers, what is not known is empty. */
export function rowsOf({ lines }: TableReport): (string | number | undefined)[][] {
  return [
    [...HEADS],
    ...lines.map((one) => [
      one.year,
      one.of,
      one.mentors,
      one.mentees,
      one.validated,
      one.printed,
      one.percent,
      one.printed === undefined ? '' : one.flagged ? 'MISMATCH' : 'ok',
    ]),
  ]
}
