// What an author may write in the catalogue: the competencies of the programme, by technical area.
import { z } from 'zod'
import { LEVELS } from '../words/roles.ts'
import { cadres, competency, languages, name, passPercent, review, text } from './schema-parts.ts'

/** Whose training a competency belongs to. */
export const STREAMS = ['rpa', 'ram', 'rsog', 'district', 'health_post', 'chw'] as const

/** Days after which a validation is worth refreshing; it stays valid. */
const shelfLife = z.int().min(30).max(3650)

const entry = z.strictObject({
  code: competency,
  title: text,
  streams: z.array(z.enum(STREAMS)).min(1),
  cadres,
  /** At which places it is needed; everywhere when nothing is said. */
  levels: z
    .array(z.enum(LEVELS))
    .min(1)
    .default([...LEVELS]),
  /** Whether somebody of these cadres and places needs it to be fully validated. */
  assigned: z.boolean().default(true),
  shelf_life_days: shelfLife.optional(),
})

/** A figure that a place counts each month and reviews when its mentors come. */
const indicator = z
  .strictObject({
    id: name,
    title: text,
    levels: z.array(z.enum(LEVELS)).min(1),
    /** More than so many in a month are rare at a level: a first figure above it is asked about once more. */
    unlikely_above: z.partialRecord(z.enum(LEVELS), z.int().min(1).max(999_999)),
    /** The indicator whose cases these are some of: there cannot be more of them. */
    part_of: name.optional(),
  })
  .refine(({ levels, unlikely_above }) => levels.every((level) => unlikely_above[level] !== undefined), {
    path: ['unlikely_above'],
    error: 'a level has no number of its own: write from where on a figure is asked about',
  })

/** The technical areas and their competencies; there is one such file. */
export const catalogueSchema = z.strictObject({
  kind: z.literal('catalogue'),
  languages,
  ...review,
  /** The percentage of a mentor's orientation to reach, in theory. */
  orientation_percent: passPercent,
  shelf_life_days: shelfLife.default(365),
  areas: z
    .array(z.strictObject({ id: name, title: text, competencies: z.array(entry).min(1) }))
    .min(1)
    // A menu has ten places on some telephones, and two of them are for other things.
    .max(8),
  indicators: z.array(indicator).default([]),
})

export type Catalogue = z.infer<typeof catalogueSchema>
