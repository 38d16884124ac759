// Figures of a place, month by month: whether a new one can be, and where it goes.

/**
 * `more_than_whole`: a part exceeds what it is a part of. `less_than_part`: the whole, when it is corrected, is less. `jump`: out of proportion to the month before. `unlikely`: there
 * is no month before, and few places count as many.
 */
export type Doubt = 'more_than_whole' | 'less_than_part' | 'jump' | 'unlikely'

/** What a figure is held against. */
interface Against {
  readonly before: number | undefined
  readonly whole: number | undefined
  /** The greatest of its parts, where they were read before it. */
  readonly part?: number | undefined
  readonly unlikelyAbove: number | undefined
}

/** Below this, chance alone triples or thirds a month's count. */
const ENOUGH = 10
const FACTOR = 3

/** Why a figure is asked about once more; undefined when it is plausible. */
export function doubtOf(value: number, { before, whole, part, unlikelyAbove }: Against): Doubt | undefined {
  if (whole !== undefined && value > whole) return 'more_than_whole'
  if (part !== undefined && value < part) return 'less_than_part'
  // What a place has counted before is nearer to it than what others count.
  if (before === undefined) return value > (unlikelyAbove ?? value) ? 'unlikely' : undefined
  if (Math.max(value, before) < ENOUGH * FACTOR) return undefined
  return value > FACTOR * before || FACTOR * value < before ? 'jump' : undefined
}

/** Where a figure goes. */
export type Trend = 'up' | 'down' | 'same'

export const trendOf = (value: number, before: number): Trend =>
  value > before ? 'up' : value < before ? 'down' : 'same'
