// The ledger of reviews: which clinician read which words of which flow, when, and what they said.
import { z } from 'zod'
import { LANGUAGES } from '../words/language.ts'
import { name } from './schema-parts.ts'

const review = z.strictObject({
  /** The flow, by the name of its file without its ending. */
  flow: name,
  /** The question, step or word, as the review sheet names it; the version is what counts. */
  item: z.string().min(1),
  /** What was read, as `versionOf` the item in these languages: once a word changes, the review holds no more. */
  version: z.string().regex(/^[0-9a-f]{12}$/, 'write the twelve digits of the review sheet'),
  /** The languages it was read in. */
  languages: z.array(z.enum(LANGUAGES)).min(1),
  /** `approved`: it may be served as it is. `change`: it may not before the comment is answered. */
  verdict: z.enum(['approved', 'change']),
  /** Name and profession, as they stand for it. */
  by: z.string().trim().min(1),
  on: z.iso.date(),
  comment: z.string().trim().min(1).optional(),
})

export const reviewsSchema = z.strictObject({
  kind: z.literal('reviews'),
  /** The oldest first; of two of one day the later line counts. */
  reviews: z.array(review).default([]),
})

export type Review = z.infer<typeof review>
