import type { z } from 'zod'

/** A column that may be empty: undefined then, as everywhere in the house. */
export const maybe = <Column extends z.ZodType>(column: Column) =>
  column.nullable().transform((value) => value ?? undefined)
