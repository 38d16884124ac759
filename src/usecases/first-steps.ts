// A card of first steps as it is said, to whoever has the patient before them.
import type { Say } from '../engine/events.ts'
import type { Emergency } from '../engine/schema-emergency.ts'

/** The steps in their order, and where they are written. */
export function firstSteps({ steps, source, guideline_year: year }: Emergency): Say[] {
  return [
    ...steps.map((text): Say => ({ say: 'word', word: 'case_first_step', values: { text } })),
    { say: 'word', word: 'case_source', values: { source, year: String(year) } },
  ]
}
