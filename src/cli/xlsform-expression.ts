// The expressions of an XLSForm that a dialogue can do as well: comparisons, and sums of points.
import type { Test } from '../engine/schema-condition.ts'
import type { DraftSteps, Written } from './draft-steps.ts'

/** It cannot be carried over; the message says what of it. */
export class NotCarried extends Error {
  override readonly name = 'NotCarried'
}

export type Expression =
  | { readonly is: 'number'; readonly value: number }
  | { readonly is: 'text'; readonly value: string }
  /** `${name}`; the name is empty for the question itself, written as a dot. */
  | { readonly is: 'answer'; readonly name: string }
  | { readonly is: 'call'; readonly name: string; readonly given: readonly Expression[] }
  | { readonly is: 'both'; readonly sign: string; readonly left: Expression; readonly right: Expression }

const TOKEN =
  /\s*(?:\$\{\s*([^}]+?)\s*\}|("[^"]*"|'[^']*')|(\d+(?:\.\d+)?)|([A-Za-z_][\w:-]*)|(!=|>=|<=|[=<>+*(),.-]))/y

/** @throws NotCarried when it cannot be read. */
export function readExpression(source: string): Expression {
  const tokens: { kind: 'answer' | 'text' | 'number' | 'word' | 'sign'; text: string }[] = []
  TOKEN.lastIndex = 0
  for (const text = source.trim(); TOKEN.lastIndex < text.length;) {
    const [match, answer, quoted, number, word, sign] = TOKEN.exec(text) ?? []
    if (match === undefined) throw new NotCarried('it cannot be read')
    if (answer !== undefined) tokens.push({ kind: 'answer', text: answer })
    else if (quoted !== undefined) tokens.push({ kind: 'text', text: quoted.slice(1, -1) })
    else if (number !== undefined) tokens.push({ kind: 'number', text: number })
    else if (word !== undefined) tokens.push({ kind: 'word', text: word })
    else if (sign !== undefined) tokens.push({ kind: 'sign', text: sign })
  }
  let at = 0
  const next = (...signs: string[]): string | undefined => {
    const token = tokens[at]
    if (!token || !['sign', 'word'].includes(token.kind) || !signs.includes(token.text)) return undefined
    at += 1
    return token.text
  }
  const expect = (sign: string): void => {
    if (next(sign) === undefined) throw new NotCarried(`"${sign}" is missing in it`)
  }
  const level = (below: () => Expression, ...signs: string[]): (() => Expression) => {
    return () => {
      let left = below()
      for (let sign = next(...signs); sign !== undefined; sign = next(...signs))
        left = { is: 'both', sign, left, right: below() }
      return left
    }
  }
  const single = (): Expression => {
    if (next('(') !== undefined) {
      const inner = all()
      expect(')')
      return inner
    }
    if (next('-') !== undefined)
      return { is: 'both', sign: '-', left: { is: 'number', value: 0 }, right: single() }
    const token = tokens[at]
    at += 1
    if (!token) throw new NotCarried('it ends too early')
    if (token.kind === 'number') return { is: 'number', value: Number(token.text) }
    if (token.kind === 'text') return { is: 'text', value: token.text }
    if (token.kind === 'answer') return { is: 'answer', name: token.text }
    if (token.text === '.') return { is: 'answer', name: '' }
    if (token.kind !== 'word' || next('(') === undefined)
      throw new NotCarried(`"${token.text}" is not known in it`)
    const given: Expression[] = []
    if (next(')') !== undefined) return { is: 'call', name: token.text, given }
    do given.push(all())
    while (next(',') !== undefined)
    expect(')')
    return { is: 'call', name: token.text, given }
  }
  const product = level(single, '*', 'div', 'mod')
  const sum = level(product, '+', '-')
  const compared = level(sum, '=', '!=', '>=', '<=', '>', '<')
  const all: () => Expression = level(level(compared, 'and'), 'or')
  const read = all()
  if (at < tokens.length) throw new NotCarried(`"${tokens[at]?.text}" is one too many in it`)
  return read
}

/** What a form's names are called in the dialogue, and which of them have options. */
export interface FormNames {
  /** @throws NotCarried when no question of the form is called so. */
  answer(name: string): string
  /** The option's name in the dialogue, where the question has options. */
  option(answer: string, value: string): string | undefined
  /** The options with the numbers they are called by in the form, where all are called by numbers. */
  points(answer: string): readonly (readonly [option: string, points: number])[] | undefined
  isMany(answer: string): boolean
}

export type Condition =
  | { readonly is: 'test'; readonly name: string; readonly test: Test }
  | { readonly is: 'not'; readonly of: Condition }
  | { readonly is: 'and' | 'or'; readonly left: Condition; readonly right: Condition }

/** @throws NotCarried when it asks for what no dialogue can do. */
export function conditionOf(expression: Expression, names: FormNames): Condition {
  if (expression.is === 'call') {
    const [first, second] = expression.given
    if (expression.name === 'not' && first) return { is: 'not', of: conditionOf(first, names) }
    if (expression.name === 'selected' && first?.is === 'answer' && second)
      return equal(first.name, plainOf(second), names)
    throw new NotCarried(`${expression.name}() is not carried over`)
  }
  if (expression.is !== 'both') throw new NotCarried('it compares nothing')
  const { sign, left, right } = expression
  if (sign === 'and' || sign === 'or')
    return { is: sign, left: conditionOf(left, names), right: conditionOf(right, names) }
  if (!(sign in TURNED)) throw new NotCarried(`"${sign}" is no comparison`)
  const turned = left.is === 'number' || left.is === 'text'
  const name = comparedName(turned ? right : left)
  const value = plainOf(turned ? left : right)
  const said = turned ? (TURNED[sign] ?? sign) : sign
  if (said === '=') return equal(name, value, names)
  if (said === '!=') return { is: 'not', of: equal(name, value, names) }
  const key = ({ '>=': 'at_least', '<=': 'at_most', '>': 'above', '<': 'below' } as const)[said]
  if (key === undefined || Number.isNaN(Number(value)))
    throw new NotCarried(`"${said} ${value}" compares no number`)
  return { is: 'test', name: names.answer(name), test: { [key]: Number(value) } }
}

const TURNED: Readonly<Record<string, string>> = {
  '=': '=',
  '!=': '!=',
  '>=': '<=',
  '<=': '>=',
  '>': '<',
  '<': '>',
}

function equal(name: string, value: string, names: FormNames): Condition {
  const answer = names.answer(name)
  if (value === '') return { is: 'test', name: answer, test: { is: '' } }
  const option = names.option(name, value)
  if (names.isMany(name)) return { is: 'test', name: answer, test: { has: option ?? value } }
  return { is: 'test', name: answer, test: { is: option ?? value } }
}

/** The question whose answer, length or count is compared. */
function comparedName(side: Expression): string {
  if (side.is === 'answer') return side.name
  const [first] =
    side.is === 'call' && ['count-selected', 'number', 'int', 'string'].includes(side.name) ? side.given : []
  if (first?.is === 'answer') return first.name
  throw new NotCarried('only the answer of one question is compared with one value')
}

function plainOf(side: Expression): string {
  if (side.is === 'number') return String(side.value)
  if (side.is === 'text') return side.value
  throw new NotCarried('a value worked out or asked elsewhere is not compared with')
}

/** Goes to `label` when the condition is not so, and on below when it is. */
export function skipUnless(steps: DraftSteps, condition: Condition, label: string): void {
  if (condition.is === 'not') return goIf(steps, condition.of, label)
  if (condition.is === 'test') return steps.add({ unless: condition.name, ...condition.test, goto: label })
  if (condition.is === 'and') {
    skipUnless(steps, condition.left, label)
    return skipUnless(steps, condition.right, label)
  }
  const so = steps.newLabel()
  goIf(steps, condition.left, so)
  skipUnless(steps, condition.right, label)
  steps.mark(so)
}

function goIf(steps: DraftSteps, condition: Condition, label: string): void {
  if (condition.is === 'not') return skipUnless(steps, condition.of, label)
  if (condition.is === 'test') return steps.add({ if: condition.name, ...condition.test, goto: label })
  if (condition.is === 'or') {
    goIf(steps, condition.left, label)
    return goIf(steps, condition.right, label)
  }
  const not = steps.newLabel()
  skipUnless(steps, condition.left, not)
  goIf(steps, condition.right, label)
  steps.mark(not)
}

/** A calculation as a `total` step; `note` hears what is rounded otherwise. @throws NotCarried when it is more than a sum of points. */
export function totalOf(
  name: string,
  expression: Expression,
  names: FormNames,
  note: (what: string) => void,
): Written {
  const rounds = expression.is === 'call' && ['round', 'int'].includes(expression.name)
  const [inner] = rounds && expression.is === 'call' ? expression.given : [expression]
  const [, digits] = rounds && expression.is === 'call' ? expression.given : []
  if (!inner || (digits && (digits.is !== 'number' || digits.value > 2)))
    throw new NotCarried('only rounding to whole numbers, or to two decimals, is carried over')
  const whole = rounds && (!digits || (digits.is === 'number' && digits.value === 0))
  if (digits?.is === 'number' && digits.value === 1) note('it keeps two decimals, and the form keeps one')
  if (rounds && expression.name === 'int')
    note('int() cuts off what stands behind the point, and here the nearest whole number is taken')
  return { total: name, of: termsOf(inner, 1, names), ...(whole && { round: true }) }
}

function termsOf(expression: Expression, times: number, names: FormNames): unknown[] {
  const constant = constantOf(expression)
  if (constant !== undefined) return [constant * times]
  if (expression.is === 'answer') {
    const name = names.answer(expression.name)
    const points = names.points(expression.name)
    if (points)
      return points.flatMap(([option, point]) =>
        point === 0 ? [] : [{ if: name, is: option, add: point * times }],
      )
    return [times === 1 ? name : { value: name, times }]
  }
  if (expression.is === 'both') {
    const { sign, left, right } = expression
    if (sign === '+') return [...termsOf(left, times, names), ...termsOf(right, times, names)]
    if (sign === '-') return [...termsOf(left, times, names), ...termsOf(right, -times, names)]
    const [one, other] = [constantOf(left), constantOf(right)]
    if (sign === '*' && one !== undefined) return termsOf(right, times * one, names)
    if (sign === '*' && other !== undefined) return termsOf(left, times * other, names)
    if (sign === 'div' && other) return termsOf(left, times / other, names)
    if (sign in TURNED) return [pointsFor(conditionOf(expression, names), times)]
    throw new NotCarried(`"${sign}" of two answers is no sum of points`)
  }
  if (expression.is !== 'call') throw new NotCarried('words cannot be added')
  const [first, second, third] = expression.given
  if (['number', 'int', 'coalesce', 'string'].includes(expression.name) && first)
    return termsOf(first, times, names)
  if (expression.name === 'count-selected' && first?.is === 'answer') {
    const name = names.answer(first.name)
    return [times === 1 ? name : { value: name, times }]
  }
  if (expression.name === 'selected') return [pointsFor(conditionOf(expression, names), times)]
  if (expression.name === 'if' && first && second && third) {
    const [so, not] = [constantOf(second), constantOf(third)]
    if (so === undefined || not === undefined) throw new NotCarried('if() gives something else than points')
    return [...(not === 0 ? [] : [not * times]), pointsFor(conditionOf(first, names), (so - not) * times)]
  }
  throw new NotCarried(`${expression.name}() is not carried over`)
}

function pointsFor(condition: Condition, add: number): Written {
  if (condition.is === 'test') return { if: condition.name, ...condition.test, add }
  if (condition.is === 'not' && condition.of.is === 'test')
    return { unless: condition.of.name, ...condition.of.test, add }
  throw new NotCarried('points for two answers together are not carried over')
}

function constantOf(expression: Expression): number | undefined {
  if (expression.is === 'number') return expression.value
  if (expression.is === 'text' && expression.value.trim() !== '' && !Number.isNaN(Number(expression.value)))
    return Number(expression.value)
  if (expression.is !== 'both') return undefined
  const [left, right] = [constantOf(expression.left), constantOf(expression.right)]
  if (left === undefined || right === undefined) return undefined
  const sums: Readonly<Record<string, number>> = {
    '+': left + right,
    '-': left - right,
    '*': left * right,
    div: left / right,
  }
  return sums[expression.sign]
}
