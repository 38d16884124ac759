// The review of data: the place's own figures of last month, one by one, each held against what was before.
import { monthWords } from '../../domain/day.ts'
import { doubtOf, trendOf } from '../../domain/indicator.ts'
import { localDay } from '../../domain/rhythm.ts'
import { periodOf, plusDays } from '../../domain/visit-calendar.ts'
import type { Say, WordSay } from '../../engine/events.ts'
import type { Indicator } from '../../engine/catalogue.ts'
import { wholeMeant } from '../../engine/understood.ts'
import { facilityById } from '../../store/facilities.ts'
import { dropReading, type IndicatorReading, keepReading, readingsOf } from '../../store/indicators.ts'
import { addNote, dropNote, notesOf } from '../../store/visit-steps.ts'
import type { Day } from '../../words/clock.ts'
import { visitSay } from '../announce-visit.ts'
import { type Deed, type DeedOrder, type DeedResult, type DeedSet, wordIn } from './deed.ts'
import { GONE, heldVisit } from './hold-visit.ts'
import { numberIn } from './projects.ts'
import type { AtVisit } from '../visit-at-hand.ts'

/** How far back a figure is compared. */
const MONTHS_SHOWN = 3

interface Figures {
  readonly month: Day
  readonly indicators: readonly Indicator[]
  readonly readings: readonly IndicatorReading[]
}

async function figuresOf({ desk, db, now }: DeedOrder, { visit }: AtVisit): Promise<Figures> {
  // Of a visit that goes on into another month the figures stay those of one.
  const begun = localDay(visit.begunAt ?? now, desk.programme)
  const month = monthBefore(periodOf(begun, 'month'))
  const place = await facilityById(db, visit.facilityId)
  let since = month
  for (let back = 0; back < MONTHS_SHOWN; back++) since = monthBefore(since)
  return {
    month,
    indicators: desk.shelf.competencies.indicatorsAt(place?.level),
    readings: await readingsOf(db, visit.facilityId, since),
  }
}

const monthBefore = (month: Day): Day => periodOf(plusDays(month, -1), 'month')

/** Asks for the first figure that was neither read in this visit nor found missing; then reads all back. */
const nextIndicator: Deed = async (order) => {
  const at = await heldVisit(order)
  if (!at) return GONE
  const figures = await figuresOf(order, at)
  const settled = await settledIn(order, at, figures)
  const next = figures.indicators.find(({ id }) => !settled.has(id))
  if (next) return asking(figures, next)
  if (figures.indicators.length === 0) return { outcome: 'finished' }
  const lines = figures.indicators.map(({ id, title }, index): WordSay => {
    const value = settled.get(id)
    return {
      say: 'word',
      word: value === undefined ? 'indicator_line_missing' : 'indicator_line',
      values: { number: index + 1, title, value: value ?? 0 },
    }
  })
  return { outcome: 'finished', says: [{ say: 'lines', lines }] }
}

/** What this visit has settled: the figures it has read, and nothing for those that nobody knows. */
async function settledIn(
  { db }: DeedOrder,
  { visit }: AtVisit,
  { month, indicators, readings }: Figures,
): Promise<Map<string, number | undefined>> {
  const settled = new Map<string, number | undefined>()
  const missing = (await notesOf(db, visit.id)).flatMap(({ kind, text }) => (kind === 'data_gap' ? text : []))
  for (const indicator of indicators) {
    const read = readings.find((one) => one.indicator === indicator.id && one.month === month)
    if (read?.visitId === visit.id) settled.set(indicator.id, read.value)
    else if (missing.includes(gapOf(indicator))) settled.set(indicator.id, undefined)
  }
  return settled
}

/** What a place does not know of itself is a gap of its data, noted by this name. */
const gapOf = ({ id, title }: Indicator): string => title.en ?? id

/** A figure is asked for once more, by the number it was read back with. */
const correctFigure: Deed = async (order) => {
  const at = await heldVisit(order)
  const figures = at && (await figuresOf(order, at))
  const indicator = figures?.indicators[numberIn(order.vars, 'number') - 1]
  return figures && indicator ? asking(figures, indicator) : GONE
}

/**
 * A number alone, where gaps are asked for after all is read back, is no gap: it is a figure's number in that list, or the
 * figure itself where there is one.
 */
const readNumber: Deed = async (order) => {
  const text = wordIn(order.vars, 'text')
  const number = /\p{L}/u.test(text) ? undefined : wholeMeant(text)
  if (number === undefined) return { outcome: 'words' }
  const at = await heldVisit(order)
  if (!at) return GONE
  const { indicators } = await figuresOf(order, at)
  const [only, ...others] = indicators
  if (only && others.length === 0)
    return { outcome: 'figure', found: { indicator: only.id, figure: text, text: '' } }
  const outcome = number > 0 && number <= indicators.length ? 'listed' : 'several'
  return { outcome, found: { number, text: '' } }
}

function asking({ month, readings }: Figures, next: Indicator): DeedResult {
  const past = readings.filter(({ indicator, month: when }) => indicator === next.id && when < month)
  const values = { title: next.title, month: monthWords(month), value: past[0]?.value ?? 0 }
  const before = past
    .toReversed()
    .map(({ value }) => String(value))
    .join(' → ')
  const says: Say[] = [
    before === '' ? visitSay('indicator_first', values) : visitSay('indicator_next', { ...values, before }),
  ]
  return { outcome: 'ask', says, found: { indicator: next.id } }
}

/** Keeps a figure that is plausible; asks once more about one that is not. */
const noteFigure: Deed = async (order) => {
  const at = await heldVisit(order)
  if (!at) return GONE
  const { vars, db, now } = order
  if (wordIn(vars, 'picked') === 'unknown') {
    const { month, indicators } = await figuresOf(order, at)
    const missing = indicators.find(({ id }) => id === wordIn(vars, 'indicator'))
    if (!missing) return { outcome: 'noted' }
    await dropReading(db, { indicator: missing.id, month, visit: at.visit.id })
    await dropNote(db, at.visit.id, { kind: 'data_gap', text: gapOf(missing) })
    await addNote(db, at.visit.id, { kind: 'data_gap', text: gapOf(missing), at: now })
    return { outcome: 'noted' }
  }
  const value = wholeMeant(wordIn(vars, 'figure'))
  if (value === undefined) return { outcome: 'unclear' }
  const { month, indicators, readings } = await figuresOf(order, at)
  const rule = indicators.find(({ id }) => id === wordIn(vars, 'indicator'))
  if (!rule) return { outcome: 'noted' }
  const valueOf = (id: string | undefined, when: (month: Day) => boolean): number | undefined =>
    readings.find((one) => one.indicator === id && when(one.month))?.value
  const parts = indicators.flatMap(({ id, partOf }) =>
    partOf === rule.id ? (valueOf(id, (one) => one === month) ?? []) : [],
  )
  const doubt = doubtOf(value, {
    before: valueOf(rule.id, (one) => one < month),
    whole: valueOf(rule.partOf, (one) => one === month),
    part: parts.length > 0 ? Math.max(...parts) : undefined,
    unlikelyAbove: rule.unlikelyAbove,
  })
  if (doubt)
    return {
      outcome: 'doubtful',
      says: [visitSay(`indicator_${doubt}`, { title: rule.title, value })],
      found: { value },
    }
  return keep(order, at, { value, doubted: false })
}

/** Whoever reads it says that it stands. */
const keepFigure: Deed = async (order) => {
  const at = await heldVisit(order)
  return at ? keep(order, at, { value: Number(order.vars['value']), doubted: true }) : GONE
}

async function keep(
  order: DeedOrder,
  at: AtVisit,
  { value, doubted }: { value: number; doubted: boolean },
): Promise<DeedResult> {
  const { db, vars, now } = order
  const indicator = wordIn(vars, 'indicator')
  const { month, indicators, readings } = await figuresOf(order, at)
  const known = indicators.find(({ id }) => id === indicator)
  if (known) await dropNote(db, at.visit.id, { kind: 'data_gap', text: gapOf(known) })
  const before = readings.find((one) => one.indicator === indicator && one.month < month)?.value
  await keepReading(db, at.visit.facilityId, {
    indicator,
    month,
    value,
    doubted,
    visitId: at.visit.id,
    at: now,
  })
  const says =
    before === undefined ? [] : [visitSay(`indicator_${trendOf(value, before)}`, { value, before })]
  return { outcome: 'noted', says }
}

export const visitDataDeeds: DeedSet = {
  deeds: {
    'next-indicator': nextIndicator,
    'note-figure': noteFigure,
    'keep-figure': keepFigure,
    'correct-figure': correctFigure,
    'read-number': readNumber,
  },
  audited: {},
}
