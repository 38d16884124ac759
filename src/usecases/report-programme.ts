// The programme's reports of a fiscal year beside its two tables: near-misses, outcomes, the cascade, visits. Each is a
// table of its own with what its reader must know.
import { fiscalYear } from '../domain/printed-tables.ts'
import type { Shelf } from '../engine/shelf.ts'
import type { Db } from '../store/db.ts'
import {
  cascadeByRole,
  nearMissesByMonth,
  outcomesByCompetency,
  reasonsCancelled,
  visitsByMonth,
} from '../store/report-counts.ts'
import type { Instant } from '../words/clock.ts'
import { inLanguage } from '../words/language.ts'

export const REPORTS = ['near-misses', 'outcomes', 'cascade', 'visits'] as const

export type ReportName = (typeof REPORTS)[number]

export type Cell = string | number | undefined

export interface ProgrammeReport {
  readonly name: ReportName
  readonly title: string
  /** The heads first: numbers stay numbers, what is not known is empty. */
  readonly rows: readonly (readonly Cell[])[]
  readonly notes: readonly string[]
}

interface Asked {
  readonly year: string
  readonly from: Instant
  readonly to: Instant
  readonly timezone: string
}

type Write = (shelf: Shelf, db: Db, asked: Asked) => Promise<Omit<ProgrammeReport, 'name'>>

/** Means of fewer people than this say nothing of a programme, and something of a person. */
const LEAST_FOR_MEAN = 5

const english = (shelf: Shelf, word: string): string =>
  inLanguage(shelf.words[word] ?? {}, 'en', shelf.programmeLanguage)

const nearMisses: Write = async (shelf, db, asked) => {
  const found = await nearMissesByMonth(db, asked)
  const of = (definition: string): number =>
    found.filter((one) => one.definition === definition).reduce((sum, { cases }) => sum + cases, 0)
  return {
    title: `Near-misses identified and managed, ${asked.year}`,
    rows: [
      ['Month', 'Category', 'Definition', 'Cases', 'Places'],
      ...found.map(({ month, category, definition, cases, places }) => [
        month,
        english(shelf, `near_miss_${category}`),
        definition === 'who' ? 'WHO' : 'programme',
        cases,
        places,
      ]),
    ],
    notes: [
      `Cases by the programme's list: ${of('programme')}; by WHO's signs of organ dysfunction: ${of('who')}. The two are not added up.`,
      'Source: counts of the facilities. Months are those in which a case was counted.',
    ],
  }
}

const outcomes: Write = async (shelf, db, asked) => {
  const found = await outcomesByCompetency(db, asked)
  const mean = (value: number | null, people: number): number | undefined =>
    value === null || people < LEAST_FOR_MEAN ? undefined : Math.floor(value)
  return {
    title: `Outcomes by competency, ${asked.year}`,
    rows: [
      ['Code', 'Competency', 'Observed', 'Seen again', 'Baseline %', 'Latest %', 'Validated'],
      ...found.map((one) => [
        one.competency,
        inLanguage(shelf.competencies.named(one.competency).title, 'en', shelf.programmeLanguage),
        one.mentees,
        one.again,
        mean(one.baseline, one.again),
        mean(one.latest, one.again),
        one.validated,
      ]),
    ],
    notes: [
      `Baseline and latest are mean scores, rounded down, of the same people: those seen more than once. Below ${LEAST_FOR_MEAN} of them no mean is given.`,
      'Validated is who was so in the year. Source: the records.',
    ],
  }
}

const cascade: Write = async (shelf, db, asked) => {
  const found = await cascadeByRole(db, asked)
  return {
    title: `The cascade, ${asked.year}`,
    rows: [
      ['Role', 'Mentors', 'Observing', 'Mentees', 'Places', 'Were mentees', 'Mentees per mentor'],
      ...found.map((one) => [
        english(shelf, `role_${one.role}`),
        one.mentors,
        one.active,
        one.mentees,
        one.places,
        one.from_mentees,
        one.mentors === 0 ? undefined : Math.round((10 * one.mentees) / one.mentors) / 10,
      ]),
    ],
    notes: [
      'A mentor counts who was admitted and mentored in the year; observing is who scored a checklist in it.',
      'Somebody in two roles is in two lines. Source: the records.',
    ],
  }
}

const visits: Write = async (shelf, db, asked) => {
  const found = await visitsByMonth(db, asked)
  const reasons = (await reasonsCancelled(db, asked)).map(
    ({ because, visits: count }) => `${english(shelf, `visit_because_${because}`)} ${count}`,
  )
  const sum = (of: (one: (typeof found)[number]) => number): number =>
    found.reduce((all, one) => all + of(one), 0)
  return {
    title: `Visits, ${asked.year}`,
    rows: [
      ['Month', 'Stream', 'Planned', 'Done', 'Cancelled', 'Passed', 'Moved', 'From afar', 'Places'],
      ...found.map((one) => [
        one.month,
        one.stream,
        one.planned,
        one.done,
        one.cancelled,
        one.passed,
        one.moved,
        one.remote,
        one.places,
      ]),
    ],
    notes: [
      `All lines: ${sum(({ done }) => done)} done of ${sum(({ planned }) => planned)} planned, ${sum(({ cancelled }) => cancelled)} cancelled.`,
      ...(reasons.length === 0 ? [] : [`Why visits were cancelled: ${reasons.join(', ')}.`]),
      'Planned counts every visit that was proposed for the month, those cancelled too; done, those that were begun. The day of those passed went by without them. Source: the records.',
    ],
  }
}

const WRITERS: Readonly<Record<ReportName, Write>> = { 'near-misses': nearMisses, outcomes, cascade, visits }

/** A report of a fiscal year such as FY21; undefined when that is no year. */
export async function reportProgramme(
  shelf: Shelf,
  db: Db,
  asked: { readonly report: ReportName; readonly year: string; readonly timezone: string },
): Promise<ProgrammeReport | undefined> {
  const year = asked.year.toUpperCase()
  const span = fiscalYear(year)
  if (!span) return undefined
  const { timezone } = asked
  return { name: asked.report, ...(await WRITERS[asked.report](shelf, db, { year, ...span, timezone })) }
}
