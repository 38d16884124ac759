import { dateMeant } from '../engine/understood.ts'
import { HOUR } from '../words/clock.ts'

/** Content of this version is not refused by a machine whose clock is behind. */
const THIS_VERSION = '2026-11-27'
/** How far the easternmost places are ahead of UTC. */
const EASTERNMOST = 14 * HOUR

/** Today, wherever on Earth its author sits: what is dated later has not come yet. */
export function latestDay(): string {
  const today = new Date(Date.now() + EASTERNMOST).toISOString().slice(0, 10)
  return today > THIS_VERSION ? today : THIS_VERSION
}

/** A date as people write it, 2026-11-26 or 26/11/2026, that is not yet to come. */
export function dayCome(text: string): string | undefined {
  const day = dateMeant(text)
  return day !== undefined && day <= latestDay() ? day : undefined
}
