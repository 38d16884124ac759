// Days and years that have not come yet: nothing was decided, read or published on them.
import type { Path, Report } from './lint-texts.ts'
import type { Fault, ParsedFlow } from './parse.ts'

/** Where somebody writes what has happened; holidays and clocks of transcripts may well lie ahead. */
const HAPPENED: readonly string[] = ['on', 'review_date']
const DAY = /^\d{4}-\d\d-\d\d$/

/** Every day and every guideline's year of a file that is later than `today`, such as `2026-11-27`. */
export function lintDates(file: string, parsed: ParsedFlow, today: string): Fault[] {
  const faults: Fault[] = []
  if (parsed.written === '') return faults
  const fault: Report = (path, message) => void faults.push({ file, ...parsed.at(path), message })
  look(JSON.parse(parsed.written), [], (key, value, path) => {
    if (key === 'guideline_year' && typeof value === 'number' && value > Number(today.slice(0, 4)))
      fault(path, `${value} has not come yet: write the year in which the guideline came out`)
    if (HAPPENED.includes(key) && typeof value === 'string' && DAY.test(value) && value > today)
      fault(path, `${value} has not come yet: write the day on which it happened`)
  })
  return faults
}

function look(value: unknown, path: Path, see: (key: string, value: unknown, path: Path) => void): void {
  if (typeof value !== 'object' || value === null) return
  const list = Array.isArray(value)
  for (const [key, inner] of Object.entries(value)) {
    const at = [...path, list ? Number(key) : key]
    see(key, inner, at)
    look(inner, at, see)
  }
}
