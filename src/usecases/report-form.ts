// A report's form with what a CHW has counted: what is asked next, how it is read back, what is in doubt.
import { broken, type Counts, jumped } from '../domain/chw-report.ts'
import type { Period } from '../domain/report-period.ts'
import type { Say, WordSay } from '../engine/events.ts'
import { fill } from '../engine/fill.ts'
import type { ReportForm, ReportItem } from '../engine/schema-report.ts'
import type { Shelf } from '../engine/shelf.ts'
import { inLanguage, LANGUAGES, type LocalText } from '../words/language.ts'
import type { Desk } from './desk.ts'

/** The form of a technical area. */
export const formOf = ({ shelf }: Desk, area: string): ReportForm | undefined =>
  shelf.reports.find((form) => form.area === area)

/** A period as its first day: the same in every language. */
export const periodName = ({ every, first }: Period): string =>
  every === 'month' ? first.slice(0, 7) : first

/** Every count as 0; what is on the shelf is not counted. */
export const zeros = (form: ReportForm): Counts =>
  Object.fromEntries(form.items.flatMap(({ id, stock }) => (stock ? [] : [[id, 0]])))

/** What has not been said. */
export const unsaid = (form: ReportForm, counts: Counts): ReportItem[] =>
  form.items.filter(({ id }) => counts[id] === undefined)

/** The next to be asked for, after the one that was asked last. */
export function nextItem(form: ReportForm, counts: Counts, after: string): ReportItem | undefined {
  const from = form.items.findIndex(({ id }) => id === after) + 1
  return form.items.slice(from).find(({ id }) => counts[id] === undefined)
}

/**
 * The one count that is in question when a report is read back: the one that is unlike before, or the one that was not
 * said. Undefined where there are several, or where counts speak against one another.
 */
export function inQuestion(
  form: ReportForm,
  { counts, before }: { counts: Counts; before: Counts | undefined },
): ReportItem | undefined {
  if (broken(form.not_more, counts).length > 0) return undefined
  const jumps = before === undefined ? [] : jumped(form.items, counts, before)
  const missing = unsaid(form, counts)
  const asked = form.items.filter(({ id }) => jumps.includes(id))
  // Of many that were not said a number alone names none.
  const [one, ...others] = missing.length === 1 ? [...asked, ...missing] : asked
  return others.length === 0 ? one : undefined
}

/** Reads a report back: each count, what was not said, what was not understood and what is in doubt. */
export function readBackSays(
  form: ReportForm,
  {
    period,
    counts,
    before,
    unclear,
  }: { period: Period; counts: Counts; before: Counts | undefined; unclear: readonly string[] },
  words: Shelf['words'],
): Say[] {
  const lines = form.items.flatMap(({ id, label, stock }): WordSay[] => {
    const count = counts[id]
    if (count === undefined) return []
    return [{ say: 'word', word: stock ? 'report_left' : 'report_count', values: { item: label, count } }]
  })
  const missing = unsaid(form, counts).map((item) => ({ id: item.id, text: nameOf(item, words) }))
  const says: Say[] = [
    { say: 'word', word: 'report_read', values: { title: form.title, from: periodName(period) } },
  ]
  if (lines.length > 0) says.push({ say: 'lines', lines })
  if (missing.length > 0) says.push({ say: 'word', word: 'report_unsaid', values: { items: missing } })
  if (unclear.length > 0)
    says.push({ say: 'word', word: 'report_unclear', values: { words: unclear.join(' · ') } })
  return [...says, ...doubts(form, { counts, before }, words)]
}

/** Its name where no count stands beside it: "RDT left" is on the shelf, and "RDT" is a test that was done. */
function nameOf({ label, stock }: ReportItem, { report_left_name: left = {} }: Shelf['words']): LocalText {
  if (!stock) return label
  const inEach = LANGUAGES.map((language) => [
    language,
    fill(inLanguage(left, language), language, { item: inLanguage(label, language) }),
  ])
  return Object.fromEntries(inEach) as LocalText
}

function doubts(
  form: ReportForm,
  { counts, before }: { counts: Counts; before: Counts | undefined },
  words: Shelf['words'],
): Say[] {
  const rules = broken(form.not_more, counts).map((index): Say => ({
    say: 'word',
    word: 'report_doubt',
    values: { because: form.not_more[index]?.because ?? {} },
  }))
  const jumps = before === undefined ? [] : jumped(form.items, counts, before)
  return [
    ...rules,
    ...form.items
      .filter(({ id }) => jumps.includes(id))
      .map((item): Say => ({
        say: 'word',
        word: 'report_jump',
        values: {
          item: nameOf(item, words),
          count: counts[item.id] ?? 0,
          before: before?.[item.id] ?? 0,
        },
      })),
  ]
}
