// What an author may write in a template: a message that a provider approves beforehand, so that it may be sent to
// somebody who has not written for a while.
import { z } from 'zod'
import { LANGUAGES } from '../words/language.ts'
import { languages, nativeReview, text } from './schema-parts.ts'

/** A value of the message it stands for, or a word of the interface. */
const key = z.string().regex(/^[a-z][a-z_]*$/, 'use lower-case letters and underscores, such as "title"')

export const templateSchema = z.strictObject({
  kind: z.literal('template'),
  /** As it is called at the provider, which shows it to whoever approves it. */
  name: z
    .string()
    .regex(
      /^[a-z0-9_]{1,512}$/,
      'use lower-case letters, digits and underscores: the provider takes no others',
    ),
  /** What the provider counts it as. `utility` costs less, and says nothing that praises or sells. */
  category: z.enum(['utility', 'marketing']).default('utility'),
  /** The words of the interface that begin the messages it stands for, or `anything`: all that have none of their own. */
  instead_of: z.union([z.literal('anything'), z.array(key).min(1)], {
    error: 'write the words it stands for, such as [nudge], or anything',
  }),
  languages,
  ...nativeReview,
  /** The languages the provider has approved it in; it is sent in no other. */
  approved: z.array(z.enum(LANGUAGES)).default([]),
  /** The provider's names of languages, where they differ from the service's. */
  codes: z
    .partialRecord(
      z.enum(LANGUAGES),
      z.string().regex(/^[a-z]{2,3}(_[A-Z]{2})?$/, 'write a code such as rw_RW'),
    )
    .default({ rw: 'rw_RW' }),
  /** The values in it, in the order the provider numbers them: the first is {{1}}. */
  variables: z.array(key).max(10).default([]),
  /** As approved, with the values by name: `Your quiz “{title}” waits.` */
  text,
  /** The words on a button that brings the person back into the chat. */
  button: text.optional(),
})

export type Template = z.infer<typeof templateSchema>
