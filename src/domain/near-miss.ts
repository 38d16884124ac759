// Near-misses the programme counts: its own list, and what is counted by. Counts of the two definitions are never added
// up. Source of the list: clinical mentorship technical brief of the USAID Ingobyi Activity.
export const NEAR_MISSES = [
  'pph_shock',
  'ectopic',
  'uterine_rupture',
  'caesarean_sepsis',
  'abortion_sepsis',
  'eclampsia',
  'other',
] as const

export type NearMiss = (typeof NEAR_MISSES)[number]

/** `programme`: identified and managed, by the programme's list. `who`: with a sign of organ dysfunction. */
export const DEFINITIONS = ['programme', 'who'] as const

export type Definition = (typeof DEFINITIONS)[number]

/** More than this at once is a slip of the thumb. */
export const MOST_CASES = 50
