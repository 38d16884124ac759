// The bounds of an answer in a form's constraint, where these are all it says.
import { SCREENED, type Written } from './draft-steps.ts'
import { type Expression, NotCarried } from './xlsform-expression.ts'

/** Five text messages: more is no answer to a question. */
const LONGEST_TEXT = 500

export interface Bounds {
  readonly min?: number | undefined
  readonly max?: number | undefined
}

/** @throws NotCarried when it asks for more than bounds. `note` hears of bounds the service cannot have. */
export function boundsOf(expression: Expression, type: string, note: (what: string) => void): Bounds {
  if (type === 'date') throw new NotCarried('a date has no bounds')
  if (expression.is !== 'both') throw new NotCarried('only smallest and largest values are carried over')
  const { sign, left, right } = expression
  if (sign === 'and') {
    const [one, other] = [boundsOf(left, type, note), boundsOf(right, type, note)]
    return { min: one.min ?? other.min, max: one.max ?? other.max }
  }
  const ofText = left.is === 'call' && left.name === 'string-length' && left.given[0]?.is === 'answer'
  const own = (left.is === 'answer' && left.name === '') || (type === 'text' && ofText)
  if (!own || right.is !== 'number' || (type === 'text') !== ofText)
    throw new NotCarried('only smallest and largest values are carried over')
  const { value } = right
  const step = type === 'decimal' ? 0 : 1
  if (sign === '>=' || sign === '>') {
    const min = sign === '>' ? value + step : value
    if (sign === '>' && step === 0) note(`"more than ${value}" has become "${value} or more"`)
    if (min < 0) note('an answer below 0 cannot be given')
    return { min: Math.max(0, min) }
  }
  if (sign === '<=' || sign === '<') {
    if (sign === '<' && step === 0) note(`"less than ${value}" has become "${value} or less"`)
    return { max: Math.min(999_999, sign === '<' ? value - step : value) }
  }
  throw new NotCarried('only smallest and largest values are carried over')
}

/** An answer in words of its own: what people write in a form may tell who a patient is. */
export function wordsWithin({ min, max }: Bounds, note: (what: string) => void): Written {
  if (min !== undefined && min > 1) note(`its shortest length of ${min} is not carried over`)
  if (max === undefined) note(`it has no longest length of its own: ${LONGEST_TEXT} letters are taken`)
  note(SCREENED)
  return { as: 'text', max: max ?? LONGEST_TEXT, screened: true }
}
