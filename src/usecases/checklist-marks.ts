// A checklist at the bedside: which items are asked for together, what has been marked, and how it is read back.
import { percentShown } from '../domain/assessment.ts'
import { type Tally, tally } from '../domain/observation.ts'
import type { Say } from '../engine/events.ts'
import type { MarkForm, MarksRead } from '../engine/marks.ts'
import type { Checklist } from '../engine/schema-checklist.ts'
import type { Shelf } from '../engine/shelf.ts'
import type { Observation } from '../store/observations.ts'
import type { FlowVersion } from '../words/ids.ts'
import type { Language } from '../words/language.ts'
import { type Mark, marksIn, marksKept } from '../words/marks.ts'

/** Items asked for in one message, at most: what fits a screen. Seventeen are two messages. */
const MOST_TOGETHER = 9

/** An observation with the words it is scored by. */
export interface Sheet {
  readonly version: FlowVersion
  readonly checklist: Checklist
  readonly marks: readonly (Mark | undefined)[]
}

/** @throws UnknownVersion when another process has begun it on a version this one has not read. */
export function sheetOf(shelf: Shelf, { version, marks }: Pick<Observation, 'version' | 'marks'>): Sheet {
  const { content } = shelf.version(version)
  if (content.kind !== 'checklist') throw new Error(`${version} is no checklist`)
  return { version, checklist: content, marks: marksIn(marks) }
}

/** The items asked for next, as indexes: those without a mark of the first group that has any; groups are of one size. */
export function itemsAsked({ checklist, marks }: Sheet): number[] {
  const count = checklist.items.length
  const size = Math.ceil(count / Math.ceil(count / MOST_TOGETHER))
  const open = checklist.items.flatMap((_, index) => (marks[index] === undefined ? [index] : []))
  const [first] = open
  if (first === undefined) return []
  const group = Math.floor(first / size)
  return open.filter((index) => Math.floor(index / size) === group)
}

/** What may be written now, for `readMarks`. */
export function formOf(sheet: Sheet, language: Language): MarkForm {
  const { items, scale } = sheet.checklist
  return {
    asked: itemsAsked(sheet).map((index) => index + 1),
    known: (item) => item >= 1 && item <= items.length,
    fits: (item, mark) =>
      (mark !== 'partly' || scale === 'three-point') &&
      (mark !== 'not_applicable' || items[item - 1]?.may_not_apply === true),
    language,
  }
}

/** The sheet with more marks on it, by number from 1. */
export function marked(sheet: Sheet, marks: ReadonlyMap<number, Mark>): Sheet {
  return { ...sheet, marks: sheet.marks.map((mark, index) => marks.get(index + 1) ?? mark) }
}

export const keptOf = ({ marks }: Sheet): string => marksKept(marks)

/** Puts the next items before the observer; how to mark them is told with the first. */
export function askItems(sheet: Sheet): Say[] {
  const items = itemsSay(sheet)
  // What cannot be seen from far away is marked so before the observer has begun.
  const hasBegun = sheet.marks.some((mark) => mark !== undefined && mark !== 'not_observed')
  return hasBegun ? [items] : [items, ...howTo(sheet)]
}

/** What is said of marks that were not taken: why, and what is asked for still. */
export function notTaken(
  { words }: Pick<Shelf, 'words'>,
  sheet: Sheet,
  read: Exclude<MarksRead, { read: 'marks' }>,
): Say[] {
  if (read.read === 'unfit') {
    const values = { item: read.item, mark: words[`mark_${read.mark}`] ?? {} }
    return [{ say: 'word', word: 'observe_unfit', values }]
  }
  const items = itemsAsked(sheet).length > 0 ? [itemsSay(sheet)] : []
  return [{ say: 'word', word: 'observe_unclear' }, ...items, ...howTo(sheet)]
}

/** The items asked for next, as they stand in the checklist. */
export const itemsSay = (sheet: Sheet): Say => ({
  say: 'items',
  flow: sheet.version,
  items: itemsAsked(sheet),
})

/** How marks are written. */
export function howTo({ checklist }: Sheet): Say[] {
  const how: Say = { say: 'word', word: 'observe_how' }
  return checklist.scale === 'three-point' ? [how, { say: 'word', word: 'observe_how_partly' }] : [how]
}

export const tallyOf = ({ checklist, marks }: Sheet): Tally => tally(checklist.items, marks, checklist.scale)

/** Reads a full sheet back: what was done in numbers, everything else in words, and what it comes to. */
export function readBack(sheet: Sheet): Say[] {
  const { marks, checklist, version } = sheet
  const done = marks.flatMap((mark, index) => (mark === 'done' ? [index] : []))
  const others = marks.flatMap((mark, index) => (mark === 'done' ? [] : [index]))
  return [
    ...(done.length > 0
      ? [{ say: 'word', word: 'observe_done', values: { items: numbersOf(done) } } as const]
      : []),
    ...(others.length > 0
      ? [{ say: 'items', flow: version, items: others, marks: marksKept(marks) } as const]
      : []),
    resultSay(tallyOf(sheet), checklist.items.length),
  ]
}

/** What a sheet comes to, before anybody's judgement. */
export function resultSay(
  { score, max, complete, judged, criticalMissed, criticalOut }: Tally,
  of: number,
): Say {
  if (criticalOut.length > 0)
    return { say: 'word', word: 'observe_stock_out', values: { items: numbersOf(criticalOut) } }
  if (!complete) return { say: 'word', word: 'observe_incomplete', values: { judged, of } }
  const values = { score, max, percent: percentShown(score, max), missed: criticalMissed.length }
  return { say: 'word', word: criticalMissed.length > 0 ? 'observe_critical' : 'observe_score', values }
}

/** Indexes as numbers people read: "1–5, 8". */
export function numbersOf(indexes: readonly number[]): string {
  const parts: string[] = []
  let from: number | undefined
  indexes.forEach((index, at) => {
    from ??= index
    if (indexes[at + 1] === index + 1) return
    parts.push(from === index ? String(index + 1) : `${from + 1}–${index + 1}`)
    from = undefined
  })
  return parts.join(', ')
}
