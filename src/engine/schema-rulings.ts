// What becomes of a question that was found wanting after people had answered it. It stays in its file with what was
// decided, so that everybody sees it; what people had scored with it is worked out anew.
import { z } from 'zod'
import { text } from './schema-parts.ts'

const decided = {
  /** The day it was decided. */
  on: z.iso.date(),
  /** Why, as people are told it: one short sentence. */
  reason: text,
}

/** The question is asked no more, and counts for nobody who has answered it. */
export const withdrawn = z.strictObject(decided).optional()

/** The right option had been `was`; it is `answer` now, and whoever has answered is judged by that. */
export const corrected = z.strictObject({ ...decided, was: z.string() }).optional()
