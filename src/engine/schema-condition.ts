// What a dialogue may look at before it goes on, and the sums it may make: a few words, and no language of expressions.
import { z } from 'zod'
import { name } from './schema-parts.ts'

const tests = {
  /** It is this word or number; the empty word: nobody has said anything. */
  is: z.string().optional(),
  at_least: z.number().optional(),
  at_most: z.number().optional(),
  above: z.number().optional(),
  below: z.number().optional(),
  /** Among the several that were chosen is this one. */
  has: name.optional(),
}

const TESTS = Object.keys(tests) as (keyof typeof tests)[]

const oneTest = (written: object): boolean => TESTS.filter((test) => test in written).length === 1
const ONE = { error: `is missing: write it, or one of ${TESTS.slice(1).join(', ')}`, path: ['is'] }

export const ifStep = z
  .strictObject({ id: name.optional(), if: name, ...tests, goto: name })
  .refine(oneTest, ONE)

/** Goes on below where it is so, and elsewhere where it is not. */
export const unlessStep = z
  .strictObject({ id: name.optional(), unless: name, ...tests, goto: name })
  .refine(oneTest, ONE)

/** A number, what was answered with one (times something), or points for an answer. What was not asked counts 0. */
const term = z.union([
  z.number(),
  name,
  z.strictObject({ value: name, times: z.number() }),
  z.strictObject({ if: name, ...tests, add: z.number() }).refine(oneTest, ONE),
  z.strictObject({ unless: name, ...tests, add: z.number() }).refine(oneTest, ONE),
])

export const totalStep = z.strictObject({
  id: name.optional(),
  /** The name of the sum. */
  total: name,
  of: z.array(term).min(1),
  /** To the nearest whole number; a pass mark is held against the sum itself. */
  round: z.boolean().default(false),
})

export type Test = Omit<z.infer<typeof ifStep>, 'id' | 'if' | 'goto'>
export type Total = z.infer<typeof totalStep>
