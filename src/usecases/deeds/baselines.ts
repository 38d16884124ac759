// The baseline of a facility in the chat: a checklist item by item, within a visit, and what has changed since the first.
import { BASELINE_ITEMS, type BaselineItem, nextItem, partOf } from '../../domain/baseline.ts'
import type { WordSay } from '../../engine/events.ts'
import { baselineScores, beginBaseline, closeBaseline, scoreBaselineItem } from '../../store/baselines.ts'
import { baselineSays } from '../compare-baseline.ts'
import type { Desk } from '../desk.ts'
import type { AtVisit } from '../visit-at-hand.ts'
import { type Deed, type DeedOrder, type DeedResult, type DeedSet, wordIn } from './deed.ts'
import { GONE, heldVisit } from './hold-visit.ts'
import { numberIn } from './projects.ts'

/** By points; the last is what could not be seen. */
const MARKS = ['not_met', 'partly', 'met', 'unseen'] as const
const POINTS: Readonly<Record<string, number>> = { met: 2, partly: 1, 'not-met': 0 }

/** Asks for the next item; when all are scored they are read back, and one that is closed is told again. */
const nextBaselineItem: Deed = async (order) => {
  const at = await heldVisit(order)
  return at ? next(order, at) : GONE
}

async function next(order: DeedOrder, at: AtVisit): Promise<DeedResult> {
  const { desk, db } = order
  const { closed } = await begun(order, at)
  if (closed) return told(order, at)
  const scores = await baselineScores(db, at.visit.id)
  const item = nextItem(scores)
  if (item !== undefined) return asking(desk, item)
  const lines = BASELINE_ITEMS.map((one, index): WordSay => ({
    say: 'word',
    word: 'baseline_check_line',
    values: {
      number: index + 1,
      what: desk.shelf.words[`baselined_${one}`] ?? {},
      mark: desk.shelf.words[`baseline_mark_${MARKS[scores.get(one) ?? MARKS.length - 1]}`] ?? {},
    },
  }))
  return { outcome: 'check', says: [{ say: 'lines', lines }], found: { of: BASELINE_ITEMS.length } }
}

const begun = ({ db, now }: DeedOrder, { visit }: AtVisit): Promise<{ closed: boolean }> =>
  beginBaseline(db, { visit: visit.id, facility: visit.facilityId, at: now })

function asking({ shelf: { words } }: Desk, item: BaselineItem): DeedResult {
  const found = {
    item,
    at: BASELINE_ITEMS.indexOf(item) + 1,
    of: BASELINE_ITEMS.length,
    part: words[`baseline_part_${partOf(item)}`] ?? {},
    what: words[`baseline_${item}`] ?? {},
  }
  return { outcome: 'item', found }
}

/** What it came to. */
async function told({ desk, db }: DeedOrder, { visit }: AtVisit): Promise<DeedResult> {
  const offers = [{ flow: 'visit', subject: visit.id, word: 'visit_go_on' }]
  return {
    outcome: 'full',
    says: [
      ...(await baselineSays(desk, db, visit)),
      { say: 'word', word: 'visit_goes_on', values: { place: visit.facility }, offers },
    ],
  }
}

/** An item is asked for once more, by the number it was read back with. */
const correctItem: Deed = async (order) => {
  const at = await heldVisit(order)
  const item = BASELINE_ITEMS[numberIn(order.vars, 'number') - 1]
  if (!at || !item) return GONE
  return (await begun(order, at)).closed ? told(order, at) : asking(order.desk, item)
}

const recordBaseline: Deed = async (order) => {
  const at = await heldVisit(order)
  if (!at) return GONE
  const { closed } = await begun(order, at)
  if (!closed && nextItem(await baselineScores(order.db, at.visit.id)) !== undefined) return next(order, at)
  await closeBaseline(order.db, at.visit.id, order.now)
  return told(order, at)
}

const scoreItem: Deed = async (order) => {
  const at = await heldVisit(order)
  const item = BASELINE_ITEMS.find((one) => one === wordIn(order.vars, 'item'))
  if (!at || !item) return GONE
  const { db, vars } = order
  const { closed } = await begun(order, at)
  // What is closed has been told.
  if (!closed) await scoreBaselineItem(db, at.visit.id, { item, score: POINTS[wordIn(vars, 'score')] })
  return next(order, at)
}

export const baselineDeeds: DeedSet = {
  deeds: {
    'next-baseline-item': nextBaselineItem,
    'score-baseline-item': scoreItem,
    'correct-baseline-item': correctItem,
    'record-baseline': recordBaseline,
  },
  audited: {},
}
