// What an author may write on a card of first steps, which somebody reads with a patient who may die before them.
import { z } from 'zod'
import { factsNamed, languages, name, notFacts, numbers, review, sourced, text } from './schema-parts.ts'

export const emergencySchema = z.strictObject({
  kind: z.literal('emergency'),
  /** The sign it is found by, as people see it: bleeding, fits. */
  sign: name,
  title: text,
  languages,
  ...review,
  ...sourced,
  numbers,
  facts: factsNamed,
  not_facts: notFacts,
  /** In the order in which they are done; short enough to be read at a bedside. */
  steps: z.array(text).min(2).max(8),
})

export type Emergency = z.infer<typeof emergencySchema>
