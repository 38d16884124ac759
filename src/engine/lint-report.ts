// What an author can get wrong in a report's form that no single field shows: two items that are called the same.
import type { Report } from './lint-texts.ts'
import { plain } from './match.ts'
import type { ReportForm } from './schema-report.ts'

/** A name may stand for something counted and for the same on the shelf; for two things counted it may not. */
export function lintReport({ items }: ReportForm, fault: Report): void {
  const seen = new Map<string, string>()
  items.forEach(({ id, label, also, stock }, index) => {
    if (items.slice(0, index).some((other) => other.id === id))
      fault(['items', index, 'id'], `"${id}" is the id of two items: give each its own`)
    for (const text of [...Object.values(label), ...Object.values(also).flat()].filter(
      (one) => one !== undefined,
    )) {
      const name = `${stock ? 'stock' : 'count'} ${/[+<>]/.test(text) ? text : plain(text)}`
      const other = seen.get(name)
      if (other !== undefined && other !== id)
        fault(['items', index], `"${text}" is what ${other} is called too: call one of them otherwise`)
      seen.set(name, id)
    }
  })
}
