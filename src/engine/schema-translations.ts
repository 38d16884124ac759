// What each translation was made from: the hashes of every item in each language when both were last in step.
import { z } from 'zod'
import { LANGUAGES } from '../words/language.ts'
import { name } from './schema-parts.ts'

/** By flow and item, as the ledger of reviews names them. */
export const inStepSchema = z.record(
  name,
  z.record(z.string(), z.partialRecord(z.enum(LANGUAGES), z.string().regex(/^[0-9a-f]{12}$/))),
)

export type InStep = z.infer<typeof inStepSchema>
