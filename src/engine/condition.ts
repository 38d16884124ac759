// Whether what somebody has answered is so, and what answers come to together.
import type { Test, Total } from './schema-condition.ts'
import type { Value, Vars } from './session.ts'

/** Whether a value passes a test; one that nobody has set is the empty word, and no number. */
export function holds(value: Value | undefined, test: Test): boolean {
  if (test.has !== undefined) return chosenIn(value).includes(test.has)
  if (test.is !== undefined)
    return (value === undefined || typeof value === 'object' ? single(value) : String(value)) === test.is
  const number = numberIn(value)
  if (number === undefined) return false
  if (test.at_least !== undefined) return number >= test.at_least
  if (test.at_most !== undefined) return number <= test.at_most
  if (test.above !== undefined) return number > test.above
  return test.below !== undefined && number < test.below
}

/** The sum of a `total` step. */
export function sumOf({ of, round }: Total, vars: Vars): number {
  const sum = of.reduce<number>((before, term) => {
    if (typeof term === 'number') return before + term
    if (typeof term === 'string') return before + (numberIn(vars[term]) ?? 0)
    if ('value' in term) return before + (numberIn(vars[term.value]) ?? 0) * term.times
    const so = 'if' in term ? holds(vars[term.if], term) : !holds(vars[term.unless], term)
    return before + (so ? term.add : 0)
  }, 0)
  // Two decimals are more than anybody scores by; what is behind them is noise of binary fractions.
  return round ? Math.round(sum) : Math.round(sum * 100) / 100
}

const chosenIn = (value: Value | undefined): string[] =>
  Array.isArray(value) ? value.map(({ id }: { id: string }) => id) : typeof value === 'string' ? [value] : []

/** Several chosen are the empty word when they are none, and no word when there are some. */
const single = (value: Value | undefined): string | undefined =>
  value === undefined || (Array.isArray(value) && value.length === 0) ? '' : undefined

/** A number, or a choice that is called by one. A list counts as how many were chosen. */
function numberIn(value: Value | undefined): number | undefined {
  if (typeof value === 'number') return value
  if (Array.isArray(value)) return value.length
  return typeof value === 'string' && /^-?\d+(?:\.\d+)?$/.test(value) ? Number(value) : undefined
}
