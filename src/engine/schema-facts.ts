// The table of facts: every dose, threshold and time that quizzes and checklists use, so that a changed guideline shows
// each question it touches.
import { z } from 'zod'
import { UNIT_NAMES } from './measures.ts'
import { measured, name, sourced } from './schema-parts.ts'

/** How a fact is known. */
export const TAGS = [
  /** Read in the source itself. */
  'V',
  /** Read in a text that quotes the source: to be looked up. */
  'V2',
  /** Known to stand in the source, not read there again: to be looked up. */
  'K',
] as const

const fact = z.strictObject({
  id: name,
  /** What the number is, for authors and reviewers. */
  says: z.string().min(1),
  /** One number, or the two ends of a range, or each of a series. */
  value: z.union([z.number(), z.array(z.number()).min(1)]),
  unit: z.enum(UNIT_NAMES),
  /** Numbers that belong to it (a concentration, how long it takes) or say the same otherwise: `['10 %', '1 min']`. */
  with: z.array(measured).default([]),
  /** How a medicine is given: `IV`, `IM`, `by mouth`. */
  route: z.string().min(1).optional(),
  ...sourced,
  /** Where the text can be read, as an address or the place in the source. */
  where: z.string().min(1).optional(),
  tag: z.enum(TAGS),
  /** Sources disagree or it is not yet looked up: what is taught until the national programme decides. */
  until_decided: z.string().min(1).optional(),
})

export const factsSchema = z.strictObject({ kind: z.literal('facts'), facts: z.array(fact).min(1) })

export type Fact = z.infer<typeof fact>

/** Whether a quiz may ask for it: read in its source, or a default says what is taught until it is decided. */
export const mayBeAsked = ({ tag, until_decided: decided }: Fact): boolean =>
  tag === 'V' || decided !== undefined
