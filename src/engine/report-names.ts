// What the items of a report are called, and which of them a misspelled word means.
import { plain } from './match.ts'
import type { ReportForm, ReportItem } from './schema-report.ts'

/** What a name means: what is counted, what is on the shelf, or either, as with "rdt". */
export interface Meaning {
  readonly count: string | undefined
  readonly stock: string | undefined
}

export interface Names {
  readonly exact: ReadonlyMap<string, Meaning>
  /** Names with digits or signs in them, such as "2-11 months" and "rdt+": found in the text as written. */
  readonly marked: readonly {
    readonly sign: string
    readonly pattern: RegExp
    readonly meant: Meaning
    readonly said: string
  }[]
  /** The words of the longest name. */
  readonly longest: number
}

/** All names of a form's items. */
export function namesOf({ items }: ReportForm): Names {
  const exact = new Map<string, Meaning>()
  const written = new Map<string, Meaning>()
  for (const item of items)
    for (const text of textsOf(item)) {
      const marked = /[\d+<>]/.test(text)
      const name = marked ? simple(text) : plain(text)
      const names = marked ? written : exact
      const meant = names.get(name)
      names.set(name, {
        count: item.stock ? meant?.count : item.id,
        stock: item.stock ? item.id : meant?.stock,
      })
    }
  const marked = [...written]
    .toSorted(([a], [b]) => b.length - a.length)
    .map(([said, meant], index) => ({ sign: `§${index}§`, pattern: patternOf(said), meant, said }))
  return { exact, marked, longest: Math.max(1, ...[...exact.keys()].map((name) => name.split(' ').length)) }
}

const textsOf = ({ label, also }: ReportItem): string[] =>
  [...Object.values(label), ...Object.values(also).flat()].filter((text) => text !== undefined)

const simple = (text: string): string => text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase().trim()

/** "2-11 months" as people write it: "2 – 11months". */
function patternOf(name: string): RegExp {
  const body = name
    .split(/(\s+|-|–)/)
    .map((piece) =>
      /^\s+$/.test(piece)
        ? '\\s*'
        : /^[-–]$/.test(piece)
          ? '\\s*[-–—]\\s*'
          : piece.replaceAll(/[+<>.()]/g, String.raw`\$&`),
    )
    .join('')
  const begin = /^\d/.test(name)
    ? String.raw`(?<![\d.,/-])`
    : /^\p{L}/u.test(name)
      ? String.raw`(?<!\p{L})`
      : ''
  const end = /\d$/.test(name) ? String.raw`(?![\d/])` : /\p{L}$/u.test(name) ? String.raw`(?!\p{L})` : ''
  return new RegExp(begin + body + end, 'gu')
}

/**
 * What a misspelled name means: the one name it is nearest to, by at most one slip in four to seven letters and two in
 * more. Undefined when another meaning is as near, or nearly.
 */
export function nearest(said: string, { exact }: Names): Meaning | undefined {
  const most = said.length < 4 ? 0 : said.length < 8 ? 1 : 2
  if (most === 0) return undefined
  let best: { meant: Meaning; slips: number } | undefined
  let rival = Infinity
  for (const [name, meant] of exact) {
    // Slips are rarely made in the first letter, and a short name is too near to others.
    if (name[0] !== said[0] || name.length < 4 || Math.abs(name.length - said.length) > most) continue
    const slips = distance(said, name)
    if (slips > most) continue
    if (best && isSame(best.meant, meant))
      best = { meant: both(best.meant, meant), slips: Math.min(slips, best.slips) }
    else if (!best || slips < best.slips) {
      rival = Math.min(rival, best?.slips ?? Infinity)
      best = { meant, slips }
    } else rival = Math.min(rival, slips)
  }
  return best && rival > best.slips + 1 ? best.meant : undefined
}

/** The same thing, though one name is only used of what is done or of what is on the shelf. */
const isSame = (a: Meaning, b: Meaning): boolean =>
  (a.count ?? b.count) === (b.count ?? a.count) &&
  (a.stock ?? b.stock) === (b.stock ?? a.stock) &&
  (a.count === b.count || a.stock === b.stock)

const both = (a: Meaning, b: Meaning): Meaning => ({ count: a.count ?? b.count, stock: a.stock ?? b.stock })

/** Slips between two words: a letter left out, too much, another one, or two that changed places. */
function distance(a: string, b: string): number {
  const rows: number[][] = Array.from({ length: a.length + 1 }, (_, row) => [row])
  for (let column = 1; column <= b.length; column++) (rows[0] as number[])[column] = column
  const at = (row: number, column: number): number => rows[row]?.[column] ?? Infinity
  for (let row = 1; row <= a.length; row++)
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1]
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]
      ;(rows[row] as number[])[column] = Math.min(
        at(row - 1, column) + 1,
        at(row, column - 1) + 1,
        at(row - 1, column - 1) + (same ? 0 : 1),
        swapped ? at(row - 2, column - 2) + 1 : Infinity,
      )
    }
  return at(a.length, b.length)
}
