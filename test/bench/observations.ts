// What observing costs a mentor in messages, and a picture of progress the service in time.
import type { Checklist } from '../../src/engine/schema-checklist.ts'
import { drawProgress, type Progress } from '../../src/pictures/progress.ts'
import { itemsAsked, marked, type Sheet } from '../../src/usecases/checklist-marks.ts'
import type { FlowVersion } from '../../src/words/ids.ts'
import { figuresOf, percentile, report } from './figures.ts'

const ITEMS = 17
const RUNS = 5
const PICTURES = 40
/** As many as a picture shows. */
const COMPETENCIES = 12

export async function benchObservations(): Promise<void> {
  // OBSERVE, whom and what, where and by whose leave, and the judgement come beside the items; test/usecases/observe.test.ts
  // lives it.
  report(`messages for a checklist of ${ITEMS} items`, figuresOf([groupsOf(ITEMS) + 4]), '', '<= 6')
  // The first one starts the program that draws.
  await drawProgress(progress(0))
  const runs: number[] = []
  for (let run = 0; run < RUNS; run++) {
    const times: number[] = []
    for (let picture = 0; picture < PICTURES; picture++) {
      const began = performance.now()
      await drawProgress(progress(picture))
      times.push(performance.now() - began)
    }
    runs.push(percentile(times, 0.95))
  }
  report(`picture of progress in ${COMPETENCIES} competencies, p95`, figuresOf(runs), 'ms', '<= 150')
}

/** How often items are put before the observer who marks all of them each time. */
function groupsOf(count: number): number {
  const item = { observe: {}, critical: false, may_not_apply: false, remote: false }
  const items = Array.from({ length: count }, (_, index) => ({ ...item, id: `i${index}` }))
  let sheet: Sheet = {
    version: '' as FlowVersion,
    checklist: { items, scale: 'done' } as unknown as Checklist,
    marks: items.map(() => undefined),
  }
  let groups = 0
  for (let asked = itemsAsked(sheet); asked.length > 0; asked = itemsAsked(sheet), groups++)
    sheet = marked(sheet, new Map(asked.map((index) => [index + 1, 'done'])))
  return groups
}

const progress = (seed: number): Progress => ({
  title: 'Marie-Claire Nyirahabimana',
  subtitle: '25 November 2026',
  bar: 85,
  words: { bar: '85 %', first: 'first score', none: '–' },
  rows: Array.from({ length: COMPETENCIES }, (_, row) => ({
    title: `Newborn resuscitation and care ${row}`,
    stage: 'Being coached, for the second time',
    first: (seed * 7 + row * 11) % 60,
    last: 40 + ((seed * 13 + row * 17) % 61),
    validated: row === 0,
  })),
})
