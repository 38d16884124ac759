// How far somebody has come, in words: what is validated, what is on its way and what it lacks, and what is not begun.
import { percentShown } from '../domain/assessment.ts'
import { type CompetencyRecord, missingLegs, refreshDueAt, staleLegs } from '../domain/competency.ts'
import type { Competency } from '../engine/catalogue.ts'
import type { Say, WordSay } from '../engine/events.ts'
import type { ListItem, Vars } from '../engine/session.ts'
import { firstAndLast, type KeptRecord, recordsOf } from '../store/competency-records.ts'
import type { Db } from '../store/db.ts'
import { workingOf } from '../store/people.ts'
import type { Instant } from '../words/clock.ts'
import type { PersonId } from '../words/ids.ts'
import { dayWritten } from './day-said.ts'
import type { Desk } from './desk.ts'

/** One competency of somebody: where they stand, and how it is called. */
export interface Progress {
  readonly competency: Competency
  readonly record: KeptRecord | undefined
  /** When it is due for refresh; only what is validated is. */
  readonly refreshAt: Instant | undefined
}

/** Everything somebody is assigned or has begun, in the order of the catalogue. */
export async function progressIn(desk: Desk, db: Db, person: PersonId): Promise<Progress[]> {
  const { competencies } = desk.shelf
  const assigned = competencies.assignedTo(await workingOf(db, person))
  const records = new Map((await recordsOf(db, person)).map((record) => [record.competency, record]))
  const codes = new Set([...assigned.map(({ code }) => code), ...records.keys()])
  return [...codes].map((code) => {
    const competency = competencies.named(code)
    const record = records.get(code)
    return { competency, record, refreshAt: record && refreshDueAt(record, competency.shelfLife) }
  })
}

/** Whether all that somebody is assigned is validated. */
export async function isFullyValidated(desk: Desk, db: Db, person: PersonId): Promise<boolean> {
  const assigned = desk.shelf.competencies.assignedTo(await workingOf(db, person))
  const validated = new Set(
    (await recordsOf(db, person)).flatMap(({ competency, stage }) =>
      stage === 'validated' ? [competency] : [],
    ),
  )
  return assigned.length > 0 && assigned.every(({ code }) => validated.has(code))
}

/** Somebody's progress as they, or their mentor, read it. */
export async function sayProgress(
  desk: Desk,
  db: Db,
  about: { person: PersonId; name: string; now: Instant },
): Promise<Say[]> {
  const all = await progressIn(desk, db, about.person)
  const begun = all.filter(({ record }) => record !== undefined)
  const done = begun.filter(({ record }) => record?.stage === 'validated').length
  const values = { name: about.name, done, all: all.length }
  const full = (await isFullyValidated(desk, db, about.person)) ? 'progress_full' : 'progress_title'
  if (begun.length === 0) return [{ say: 'word', word: 'progress_none', values }]
  const scores = new Map((await firstAndLast(db, about.person)).map((one) => [one.competency, one]))
  const lines = begun.flatMap((one) => [
    progressLine(desk, one, about.now),
    ...scoreLines(desk, scores.get(one.competency.code)),
  ])
  const rest = all
    .filter(({ record }) => record === undefined)
    .map(({ competency: { code, title } }): ListItem => ({ id: code, text: title }))
  const unbegun: WordSay[] =
    rest.length > 0
      ? [{ say: 'word', word: 'progress_not_begun', values: { items: rest, count: rest.length } }]
      : []
  return [
    { say: 'word', word: full, values },
    { say: 'lines', lines: [...lines, ...unbegun] },
  ]
}

function progressLine(desk: Desk, { competency, record, refreshAt }: Progress, now: Instant): WordSay {
  const { title } = competency
  if (record?.stage === 'validated' && refreshAt !== undefined) {
    const on = dayWritten(desk, record.validatedAt ?? now)
    if (refreshAt > now) return { say: 'word', word: 'progress_validated', values: { title, on } }
    const legs = staleIn(desk, record, now)
    return { say: 'word', word: 'progress_due', values: { title, on, legs } }
  }
  const values: Vars = {
    title,
    stage: desk.shelf.words[`stage_${record?.stage ?? 'enrolled'}`] ?? {},
    round: record?.round ?? 0,
    legs: legsOf(desk, record),
  }
  return { say: 'word', word: 'progress_line', values }
}

/** Where they began and how they were seen last, each with its day. */
function scoreLines(
  desk: Desk,
  seen: Awaited<ReturnType<typeof firstAndLast>>[number] | undefined,
): WordSay[] {
  if (!seen) return []
  const first = percentShown(seen.first_score, seen.first_max)
  const values = { first, first_on: dayWritten(desk, seen.first_at) }
  if (seen.score === null || seen.max === null || seen.last_at === null || seen.last_at === seen.first_at)
    return [{ say: 'word', word: 'progress_first', values }]
  const last = { last: percentShown(seen.score, seen.max), last_on: dayWritten(desk, seen.last_at) }
  return [{ say: 'word', word: 'progress_scores', values: { ...values, ...last } }]
}

/** The legs of a validation that are due for refresh, as a list to read. */
export function staleIn(
  desk: Desk,
  record: CompetencyRecord & { readonly competency: string },
  now: Instant,
): ListItem[] {
  const { shelfLife } = desk.shelf.competencies.named(record.competency)
  return staleLegs(record, { shelfLife, now }).map((leg) => ({
    id: leg,
    text: desk.shelf.words[`leg_${leg}`] ?? {},
  }))
}

/** The legs that are missing, as a list to read. */
export function legsOf(desk: Desk, record: CompetencyRecord | undefined): ListItem[] {
  return missingLegs(record ?? { stage: 'enrolled', round: 0 }).map((leg) => ({
    id: leg,
    text: desk.shelf.words[`leg_${leg}`] ?? {},
  }))
}
