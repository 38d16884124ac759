// The schema of flow files as JSON Schema, for editors that complete and check while somebody writes.
import { z } from 'zod'
import { flowSchema, STEPS, stepAsWritten } from './schema.ts'
import { text } from './schema-parts.ts'

/** Numbers as they are shown: zod writes the largest safe integer wherever none is set. */
const SAFE = Number.MAX_SAFE_INTEGER

/**
 * What an author may write, as JSON Schema 2020-12. It refuses less than `parseFlow`: what one field cannot show by
 * itself, such as an answer that is none of the options, only the check knows.
 */
export function editorSchema(): Record<string, unknown> {
  const steps = z.union(Object.values(STEPS))
  const { $schema: _, ...stepsShown } = shown(steps)
  return {
    title: 'A flow of Preceptor',
    ...shown(flowSchema, (schema, json) => {
      // A step is read by its word, which no JSON Schema would follow from the reader: the kinds are written out.
      if (schema !== stepAsWritten) return
      for (const key of Object.keys(json)) Reflect.deleteProperty(json, key)
      Object.assign(json, stepsShown)
    }),
  }
}

function shown(
  schema: z.ZodType,
  override?: (schema: unknown, json: Record<string, unknown>) => void,
): Record<string, unknown> {
  return z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      if (jsonSchema.maximum === SAFE) delete jsonSchema.maximum
      if (jsonSchema.minimum === -SAFE) delete jsonSchema.minimum
      if (zodSchema === text) jsonSchema.minProperties = 1
      override?.(zodSchema, jsonSchema)
    },
  })
}
