// What an author may write in a checklist, which an observer scores.
import { z } from 'zod'
import {
  cadres,
  competency,
  factsNamed,
  languages,
  name,
  notFacts,
  numbers,
  passPercent,
  review,
  sourced,
  text,
} from './schema-parts.ts'

const item = z.strictObject({
  id: name,
  /** What the observer looks for, as one thing that is done or is not. */
  observe: text,
  /** Left out or done badly it would harm: without it nothing else counts. */
  critical: z.boolean().default(false),
  /** Whether it may be that this step does not apply, such as a second twin. */
  may_not_apply: z.boolean().default(false),
  /** Whether it can be judged from far away, by telephone or in a call. */
  remote: z.boolean().default(false),
  /** What it cannot be done without, such as oxytocin: the name of a supply. A stock-out of it is counted as the same. */
  supply: z
    .string()
    .regex(/^[a-z_]+$/, 'write the name of a supply, such as oxytocin')
    .optional(),
  facts: factsNamed,
  not_facts: notFacts,
})

/** What an observer scores at the bedside, on a manikin or from a chart. */
export const checklistSchema = z.strictObject({
  kind: z.literal('checklist'),
  title: text,
  competency,
  cadres,
  languages,
  ...review,
  ...sourced,
  pass_percent: passPercent,
  numbers,
  /** Points of an item: `done` gives 0 or 1; `three-point` gives 0 omitted, 1 partly or out of order, 2 properly. */
  scale: z.enum(['done', 'three-point']).default('done'),
  /** Whether a patient is asked first; drills on a manikin need nobody's leave. */
  consent: z.boolean().default(true),
  /** Whether the work itself is done in the records, so that it is watched there; else they only tell of it. */
  in_records: z.boolean().default(false),
  items: z.array(item).min(1).max(60),
})

export type Checklist = z.infer<typeof checklistSchema>
