// Figures of a place, month by month: whether a new one can be, and where it goes.

/** `more_than_whole`: a part exceeds what it is a part of. `jump`: out of proportion to the month before. */
export type Doubt = 'more_than_whole' | 'jump'

/** Below this, chance alone triples or thirds a month's count. */
const ENOUGH = 10
const FACTOR = 3

/** Why a figure is asked about once more; undefined when it is plausible. */
export function doubtOf(
  value: number,
  { before, whole }: { before: number | undefined; whole: number | undefined },
): Doubt | undefined {
  if (whole !== undefined && value > whole) return 'more_than_whole'
  if (before === undefined || Math.max(value, before) < ENOUGH * FACTOR) return undefined
  return value > FACTOR * before || FACTOR * value < before ? 'jump' : undefined
}

/** Where a figure goes. */
export type Trend = 'up' | 'down' | 'same'

export const trendOf = (value: number, before: number): Trend =>
  value > before ? 'up' : value < before ? 'down' : 'same'
