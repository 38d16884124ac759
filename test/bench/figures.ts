/** The middle of several runs, with the ends: one run on a shared machine says little. */
export interface Figures {
  readonly min: number
  readonly median: number
  readonly max: number
}

export function figuresOf(runs: readonly number[]): Figures {
  const sorted = runs.toSorted((a, b) => a - b)
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN
  return { min: at(0), median: at(0.5), max: at(1) }
}

/** The value below which `share` of the values lie. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN
}

const rows: string[][] = []

/** Adds a line to the table that is printed at the end, and says it at once. */
export function report(what: string, figures: Figures, unit: string, wanted: string): void {
  const shown = (value: number): string =>
    value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3)
  const row = [what, shown(figures.median), shown(figures.min), shown(figures.max), unit, wanted]
  rows.push(row)
  process.stderr.write(`${what}: ${row[1]} ${unit}\n`)
}

export function printTable(): void {
  const all = [['what', 'median', 'min', 'max', 'unit', 'wanted'], ...rows]
  const widths = (all[0] ?? []).map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)))
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) =>
        column === 0 || column > 3 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
  process.stdout.write(`\n${all.map(line).join('\n')}\n`)
}
