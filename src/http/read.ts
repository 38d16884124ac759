import type { z } from 'zod'
import { Problem } from '../words/problem.ts'

/** What a caller sent, as the schema has it. @throws Problem `bad_request` when it is something else. */
export function read<Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> {
  const parsed = schema.safeParse(body)
  if (!parsed.success) throw new Problem('bad_request')
  return parsed.data
}
