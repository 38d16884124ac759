// What a CHW has counted: what in it cannot be or is unlike before, and what the counts of a group come to. Doubts are asked
// about; nothing is refused.

/** Counts by item. */
export type Counts = Readonly<Record<string, number>>

interface Item {
  readonly id: string
  readonly stock: boolean
}

export interface Rule {
  readonly sum: readonly string[]
  readonly than: readonly string[]
}

/** The rules a report breaks, as indexes. What was not said breaks none. */
export function broken(rules: readonly Rule[], counts: Counts): number[] {
  return rules.flatMap(({ sum, than }, index) => {
    const [lesser, greater] = [sumOf(sum, counts), sumOf(than, counts)]
    return lesser !== undefined && greater !== undefined && lesser > greater ? [index] : []
  })
}

function sumOf(ids: readonly string[], counts: Counts): number | undefined {
  let sum = 0
  for (const id of ids) {
    const count = counts[id]
    if (count === undefined) return undefined
    sum += count
  }
  return sum
}

/** Three times as many as before, and more than a few: a slip, or something to be looked at. */
const JUMP = { times: 3, least: 6 }

/** The items that have jumped against the report before. */
export function jumped(items: readonly Item[], counts: Counts, before: Counts): string[] {
  return items.flatMap(({ id, stock }) => {
    const [now, then] = [counts[id], before[id]]
    return !stock && now !== undefined && then !== undefined && isJump(now, then) ? [id] : []
  })
}

const isJump = (now: number, before: number): boolean =>
  now >= JUMP.least && now >= JUMP.times * Math.max(1, before)

/** What a group comes to. */
export interface GroupTotal {
  /** The sum of each item that somebody counted; nothing that is on a shelf. */
  readonly sums: Counts
  /** How many CHWs have nothing left of what is on the shelf. */
  readonly outOf: Counts
  readonly reported: number
}

export function totalOf(items: readonly Item[], reports: readonly Counts[]): GroupTotal {
  const sums: Record<string, number> = {}
  const outOf: Record<string, number> = {}
  for (const counts of reports)
    for (const { id, stock } of items) {
      const count = counts[id]
      if (count === undefined) continue
      if (!stock) sums[id] = (sums[id] ?? 0) + count
      else if (count === 0) outOf[id] = (outOf[id] ?? 0) + 1
    }
  return { sums, outOf, reported: reports.length }
}

/** A sum of a whole group that has doubled, and is no handful: a trend. */
const TREND = { times: 2, least: 5 }

/** The items of danger whose sum over the group has grown so that somebody should look. */
export function rising(ids: readonly string[], now: Counts, before: Counts): string[] {
  return ids.filter((id) => {
    const [sum, then] = [now[id] ?? 0, before[id] ?? 0]
    return sum >= TREND.least && sum >= TREND.times * Math.max(1, then)
  })
}
