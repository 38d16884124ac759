// What the model programme has printed of itself (clinical mentorship technical brief of the USAID Ingobyi Activity,
// IntraHealth, about 2022, tables 1 and 2), as it stands there: nothing is corrected, what does not add up is flagged.
import { DateTime } from 'luxon'
import type { Instant } from '../words/clock.ts'

/** One line of a printed table; a percentage as printed. */
export interface PrintedLine {
  readonly year: string
  /** Table 1: the association. Table 2: the technical area. */
  readonly of: string
  readonly mentors?: number
  readonly mentees: number
  readonly validated: number
  readonly percent: number
}

type Counts = readonly [mentees: number, validated: number, percent: number]

const line = (year: string, of: string, [mentees, validated, percent]: Counts): PrintedLine => ({
  year,
  of,
  mentees,
  validated,
  percent,
})

/** Validated mentees in 26 district hospitals and 2 upgraded health centres. */
export const PRINTED_TABLE_1: readonly PrintedLine[] = [
  line('FY19', 'RPA', [137, 80, 58]),
  line('FY20', 'RPA', [84, 71, 85]),
  line('FY21', 'RPA', [201, 174, 87]),
  line('FY19', 'RAM', [155, 143, 92]),
  line('FY20', 'RAM', [139, 124, 89]),
  line('FY21', 'RAM', [266, 79, 27]),
  line('FY19', 'RSOG', [85, 47, 55]),
  line('FY20', 'RSOG', [73, 39, 53]),
  line('FY21', 'RSOG', [130, 70, 54]),
]

/** Mentees validated in at least one competency, in 323 health centres. */
export const PRINTED_TABLE_2: readonly PrintedLine[] = [
  { ...line('FY21', 'MNH', [1008, 739, 73]), mentors: 183 },
  { ...line('FY21', 'IMCI', [2392, 1277, 53]), mentors: 164 },
  { ...line('FY21', 'FP', [1239, 1007, 81]), mentors: 214 },
  { ...line('FY21', 'Neonatal health', [2057, 1057, 51]), mentors: 173 },
]

/** A whole percentage as tables print it, a half rounded up, in integers; undefined of nothing. */
export function percentPrinted(part: number, whole: number): number | undefined {
  return whole === 0 ? undefined : Math.floor((200 * part + whole) / (2 * whole))
}

const october = (year: number): Instant => DateTime.utc(year, 10, 1).toMillis()

/**
 * The fiscal year of the United States government, in which the programme counts: FY21 is October 2020 to September
 * 2021, in UTC. Undefined when it is none.
 */
export function fiscalYear(name: string): { from: Instant; to: Instant } | undefined {
  const year = /^FY(\d{2})$/i.exec(name)?.[1]
  if (year === undefined) return undefined
  const last = 2000 + Number(year)
  return { from: october(last - 1), to: october(last) }
}
