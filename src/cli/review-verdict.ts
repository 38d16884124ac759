// What a reviewer has written into the cells of a review sheet, as a verdict.
import type { Review } from '../engine/schema-reviews.ts'

const YES = new Set([
  'yes',
  'y',
  'ok',
  'x',
  '✔',
  '✓',
  'approved',
  'approve',
  'true',
  'oui',
  'approuvé',
  'yego',
  'ndiyo',
])
const NO = new Set(['no', 'n', 'change', 'false', 'non', 'oya', 'hapana'])

export type Said = Pick<Review, 'verdict' | 'comment'>

/** What a reviewer has said of a row: nothing, a verdict, or what cannot be understood. */
export function verdictOf(approve: string, comment: string): Said | string | undefined {
  const more = comment === '' ? {} : { comment }
  const word = approve.toLowerCase()
  if (YES.has(word)) return { verdict: 'approved', ...more }
  // Whoever only comments wants something changed.
  if (NO.has(word) || (word === '' && comment !== '')) return { verdict: 'change', ...more }
  return word === '' ? undefined : `“${approve}” is neither yes nor no: write one of them`
}
