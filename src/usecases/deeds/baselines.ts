// The baseline of a facility in the chat: a checklist item by item, within a visit, and what has changed since the first.
import { BASELINE_ITEMS, nextItem, partOf } from '../../domain/baseline.ts'
import { baselineScores, beginBaseline, closeBaseline, scoreBaselineItem } from '../../store/baselines.ts'
import { baselineSays } from '../compare-baseline.ts'
import type { AtVisit } from '../visit-at-hand.ts'
import { type Deed, type DeedOrder, type DeedResult, type DeedSet, wordIn } from './deed.ts'
import { GONE, heldVisit } from './hold-visit.ts'

const POINTS: Readonly<Record<string, number>> = { met: 2, partly: 1, 'not-met': 0 }

/** Asks for the next item; the last one closes the checklist and tells what it came to. */
const nextBaselineItem: Deed = async (order) => {
  const at = await heldVisit(order)
  return at ? next(order, at) : GONE
}

async function next({ desk, db, now }: DeedOrder, { visit }: AtVisit): Promise<DeedResult> {
  const { closed } = await beginBaseline(db, { visit: visit.id, facility: visit.facilityId, at: now })
  const item = closed ? undefined : nextItem(await baselineScores(db, visit.id))
  if (item !== undefined) {
    const found = {
      item,
      at: BASELINE_ITEMS.indexOf(item) + 1,
      of: BASELINE_ITEMS.length,
      part: desk.shelf.words[`baseline_part_${partOf(item)}`] ?? {},
      what: desk.shelf.words[`baseline_${item}`] ?? {},
    }
    return { outcome: 'item', found }
  }
  await closeBaseline(db, visit.id, now)
  const offers = [{ flow: 'visit', subject: visit.id, word: 'visit_go_on' }]
  return {
    outcome: 'full',
    says: [
      ...(await baselineSays(desk, db, visit)),
      { say: 'word', word: 'visit_goes_on', values: { place: visit.facility }, offers },
    ],
  }
}

const scoreItem: Deed = async (order) => {
  const at = await heldVisit(order)
  const item = BASELINE_ITEMS.find((one) => one === wordIn(order.vars, 'item'))
  if (!at || !item) return GONE
  const { db, vars, now } = order
  const { closed } = await beginBaseline(db, { visit: at.visit.id, facility: at.visit.facilityId, at: now })
  // What is closed has been told.
  if (!closed) await scoreBaselineItem(db, at.visit.id, { item, score: POINTS[wordIn(vars, 'score')] })
  return next(order, at)
}

export const baselineDeeds: DeedSet = {
  deeds: { 'next-baseline-item': nextBaselineItem, 'score-baseline-item': scoreItem },
  audited: {},
}
