// What a visit found at its place, part by part in words, and what has changed since the place's baseline.
import {
  type BaselineItem,
  type BaselineScores,
  changesSince,
  type PartChange,
  partScores,
} from '../domain/baseline.ts'
import { dayWords } from '../domain/day.ts'
import type { Say, WordSay } from '../engine/events.ts'
import type { ListItem, Vars } from '../engine/session.ts'
import { baselineScores, baselineVisit, isAssessed } from '../store/baselines.ts'
import type { Db } from '../store/db.ts'
import { type Visit, visitById } from '../store/visits.ts'
import type { Desk } from './desk.ts'

/** Nothing when the place was not assessed at this visit. */
export async function baselineSays(desk: Desk, db: Db, visit: Visit): Promise<Say[]> {
  if (!(await isAssessed(db, visit.id))) return []
  const now = await baselineScores(db, visit.id)
  const first = await baselineVisit(db, visit.facilityId)
  const at = first === undefined || first === visit.id ? undefined : await visitById(db, first)
  if (!at)
    return [
      word('baseline_first', { place: visit.facility }),
      { say: 'lines', lines: partScores(now).map((one) => word('baseline_line', scored(desk, one))) },
    ]
  const before = await baselineScores(db, at.id)
  return [
    word('baseline_since', { place: visit.facility, day: dayWords(at.startsOn) }),
    { say: 'lines', lines: changedLines(desk, before, now) },
  ]
}

const word = (name: string, values: Vars = {}): WordSay => ({ say: 'word', word: name, values })

const scored = (desk: Desk, { part, score, max }: ReturnType<typeof partScores>[number]): Vars => ({
  part: desk.shelf.words[`baseline_part_${part}`] ?? {},
  score,
  max,
})

/** Each part with its points then and now, and under it what is better and what is worse. */
function changedLines(desk: Desk, before: BaselineScores, now: BaselineScores): WordSay[] {
  const [was, changes] = [partScores(before), changesSince(before, now)]
  return partScores(now).flatMap((one, index) => [
    word('baseline_line_since', {
      ...scored(desk, one),
      score_before: was[index]?.score ?? 0,
      max_before: was[index]?.max ?? 0,
    }),
    ...changeLines(desk, changes[index]),
  ])
}

function changeLines(desk: Desk, change: PartChange | undefined): WordSay[] {
  const named = (name: string, which: readonly BaselineItem[] = []): WordSay[] => {
    const items = which.map((id): ListItem => ({ id, text: desk.shelf.words[`baselined_${id}`] ?? {} }))
    return items.length === 0 ? [] : [word(name, { items })]
  }
  const lines = [...named('baseline_better', change?.better), ...named('baseline_worse', change?.worse)]
  return lines.length === 0 ? [word('baseline_same')] : lines
}
