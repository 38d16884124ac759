// What the schemas of several kinds of flow share.
import { z } from 'zod'
import { LANGUAGES } from '../words/language.ts'
import { CADRES } from '../words/roles.ts'
import { measuresIn } from './measures.ts'

export const name = z
  .string()
  .regex(/^[a-z][a-z0-9-]*$/, 'use lower-case letters, digits and hyphens, such as "newborn-resuscitation"')

/** One text in several languages: `{ en: …, fr: … }`. */
export const text = z
  .strictObject(
    {
      en: z.string().trim().min(1).optional(),
      fr: z.string().trim().min(1).optional(),
      rw: z.string().trim().min(1).optional(),
      sw: z.string().trim().min(1).optional(),
    },
    {
      error: ({ code, keys }) =>
        code === 'unrecognized_keys'
          ? `"${String(keys)}" is no language of the service: write en, fr, rw or sw`
          : undefined,
    },
  )
  .refine((map) => Object.keys(map).length > 0, 'write the text in at least one language: en, fr, rw or sw')

/** Whether its languages have been looked over by somebody who grew up with them. */
export const nativeReview = {
  /** Languages of it that no native speaker has looked over yet. */
  awaiting_native_review: z.array(z.enum(LANGUAGES)).default([]),
  /** Who has looked it over in their own language, and when: `rw: { by: A. Mukamana, on: 2026-12-01 }`. */
  native_review: z
    .partialRecord(z.enum(LANGUAGES), z.strictObject({ by: z.string().min(1), on: z.iso.date() }))
    .optional(),
}

/** Where a clinical text comes from and who has looked at it. */
export const review = {
  status: z.enum(['draft', 'reviewed']),
  reviewed_by: z.string().min(1).optional(),
  review_date: z.iso.date().optional(),
  ...nativeReview,
}

export const languages = z.array(z.enum(LANGUAGES)).min(1)

export const competency = z
  .string()
  .regex(/^[A-Z]+(-[A-Z]+)+$/, 'write the competency code in capitals, such as NB-HBB')

/** Who is offered a flow: the cadres of the people, as in the roster. */
export const cadres = z.array(z.enum(CADRES)).min(1)

/** Pass is `100 * score >= pass_percent * max`, in integers, and everything critical right. */
export const passPercent = z.int().min(1).max(100).default(85)

/** The guideline or study a text rests on, as a person would look it up, and its year. */
export const sourced = { source: z.string().min(1), guideline_year: z.int().min(1990).max(2100) }

/** The facts of the table that a question or an item rests on, by id. */
export const factsNamed = z.array(name).default([])

/** `unchecked`: nobody has yet looked up its numbers in the table of facts, as after an import. */
export const numbers = z.enum(['in-facts', 'unchecked']).default('in-facts')

/** A number with its unit, as in a text. */
export const measured = z
  .string()
  .refine(
    (words) => measuresIn(words, 'en').length > 0,
    'write a number and its unit, such as "10 %" or "1 min"',
  )

/** Numbers that no guideline is asked for, and why: `[{ number: 10 min, reason: how long the drill takes }]`. */
export const notFacts = z.array(z.strictObject({ number: measured, reason: z.string().min(1) })).default([])
