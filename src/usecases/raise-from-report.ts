// What a report says is missing or rising becomes a challenge at the health centre, once: whoever else runs out adds a
// voice.
import { type Counts, rising } from '../domain/chw-report.ts'
import type { ReportForm, ReportItem } from '../engine/schema-report.ts'
import type { MemberReport } from '../store/chw-reports.ts'
import type { Db } from '../store/db.ts'
import { placesAbove } from '../store/facilities.ts'
import type { Instant } from '../words/clock.ts'
import type { FacilityId, PersonId } from '../words/ids.ts'
import { inLanguage } from '../words/language.ts'
import type { Tell } from './deeds/deed.ts'
import type { Desk } from './desk.ts'
import { raiseChallenge } from './raise-challenge.ts'

interface From {
  readonly form: ReportForm
  /** The group. */
  readonly facility: FacilityId
  readonly now: Instant
}

/** Raises what cannot wait for the others: what somebody has nothing left of, and that of which even one means danger. */
export async function raiseAtOnce(
  desk: Desk,
  db: Db,
  { form, facility, by, now, counts, before }: From & { by: PersonId; counts: Counts; before: Counts },
): Promise<Tell[]> {
  // What they had nothing left of before was raised then: a correction of something else says nothing new.
  const out = form.items.filter(({ id, stock }) => stock && counts[id] === 0 && before[id] !== 0)
  const each = form.items.filter(({ id, each: one }) => one && (counts[id] ?? 0) > (before[id] ?? 0))
  if (out.length + each.length === 0) return []
  const place = await supplierOf(db, facility)
  const items = new Set(
    out.map(({ supply, label }) => supply ?? inLanguage(label, desk.shelf.programmeLanguage)),
  )
  const raised = [
    ...[...items].map((item) => ({ kind: 'stock_out' as const, item })),
    ...each.map((item) => ({
      kind: 'other' as const,
      item: dangerNamed(desk, form, item),
      note: String(counts[item.id]),
    })),
  ]
  const tells: Tell[] = []
  for (const one of raised)
    tells.push(...(await raiseChallenge(desk, db, { ...one, facilityId: place, by, now })).tells)
  return tells
}

/** Raises what has grown over the whole group so that somebody should look, with the voice of each CHW who has counted any. */
export async function raiseTrends(
  desk: Desk,
  db: Db,
  about: From & {
    reports: readonly Pick<MemberReport, 'personId' | 'items'>[]
    sums: Counts
    before: Counts
  },
): Promise<Tell[]> {
  const { form, facility, reports, now, sums, before } = about
  const watched = form.items.flatMap(({ id, danger }) => (danger ? [id] : []))
  const tells: Tell[] = []
  for (const id of rising(watched, sums, before)) {
    const risen = form.items.find((item) => item.id === id)
    const [by, ...others] = reports.flatMap(({ personId, items }) =>
      (items?.[id] ?? 0) > 0 ? [personId] : [],
    )
    if (!risen || by === undefined) continue
    const raised = {
      facilityId: await supplierOf(db, facility),
      kind: 'other' as const,
      item: dangerNamed(desk, form, risen),
      note: `${before[id] ?? 0} → ${sums[id] ?? 0}`,
    }
    tells.push(...(await raiseChallenge(desk, db, { ...raised, by, others, now })).tells)
  }
  return tells
}

/** What is counted, with the form it stands in, in the language the programme keeps its records in. */
function dangerNamed(desk: Desk, form: ReportForm, { label }: ReportItem): string {
  const language = desk.shelf.programmeLanguage
  return `${inLanguage(form.title, language)}: ${inLanguage(label, language)}`
}

/** The place that supplies a group and looks after it: the one above it. */
async function supplierOf(db: Db, facility: FacilityId): Promise<FacilityId> {
  const [own = facility, above] = await placesAbove(db, facility)
  return above ?? own
}
