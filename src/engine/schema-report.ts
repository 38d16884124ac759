// What an author may write in the form that CHWs report by: what is counted, what people call it, and what cannot be.
import { z } from 'zod'
import { LANGUAGES } from '../words/language.ts'
import { languages, name, review, text } from './schema-parts.ts'

const item = z.strictObject({
  id: name,
  /** The question, as it is asked one by one. */
  ask: text,
  /** What it is called in a total. */
  label: text,
  /** What else people call it in a line such as "fever 4 rdt 4", in each language. Spelling need not be exact. */
  also: z.partialRecord(z.enum(LANGUAGES), z.array(z.string().trim().min(1)).min(1)).default({}),
  /** More than this is a slip of the thumb. */
  most: z.int().min(1).max(9999).default(99),
  /** What is left on the shelf, and not what has been done: 0 is a stock-out, and it is not added up. */
  stock: z.boolean().default(false),
  /** The name under which what runs out is raised as a challenge, where it has one. */
  supply: z
    .string()
    .regex(/^[a-z_]+$/, 'write the name of a supply, such as malaria_tests')
    .optional(),
  /** Many more than usual in one village mean danger. */
  danger: z.boolean().default(false),
  /** Even one means danger, such as a death. */
  each: z.boolean().default(false),
})

export const reportSchema = z
  .strictObject({
    kind: z.literal('report'),
    title: text,
    /** The technical area; one form each. */
    area: name,
    languages,
    ...review,
    items: z.array(item).min(1).max(20),
    /** Sums that cannot be the greater ones: positive tests and tests. They are asked about, never refused. */
    not_more: z
      .array(z.strictObject({ sum: z.array(name).min(1), than: z.array(name).min(1), because: text }))
      .default([]),
  })
  .superRefine(({ items, not_more }, context) => {
    const ids = new Set(items.map(({ id }) => id))
    not_more.forEach(({ sum, than }, index) => {
      for (const id of [...sum, ...than])
        if (!ids.has(id))
          context.addIssue({
            code: 'custom',
            path: ['not_more', index],
            message: `"${id}" is none of the items: correct the name`,
          })
    })
  })

export type ReportForm = z.infer<typeof reportSchema>
export type ReportItem = ReportForm['items'][number]
