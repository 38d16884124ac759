// What a report says is missing or rising becomes a challenge at the health centre, once: whoever else runs out adds a voice.
import { type Counts, rising } from '../domain/chw-report.ts'
import type { ReportForm } from '../engine/schema-report.ts'
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
  readonly by: PersonId
  readonly now: Instant
}

/** Raises what somebody has nothing left of. */
export async function raiseStockOuts(
  desk: Desk,
  db: Db,
  { form, facility, by, now, counts }: From & { counts: Counts },
): Promise<Tell[]> {
  const out = form.items.filter(({ id, stock }) => stock && counts[id] === 0)
  if (out.length === 0) return []
  const place = await supplierOf(db, facility)
  const items = new Set(
    out.map(({ supply, label }) => supply ?? inLanguage(label, desk.shelf.programmeLanguage)),
  )
  const tells: Tell[] = []
  for (const item of items)
    tells.push(
      ...(await raiseChallenge(desk, db, { facilityId: place, kind: 'stock_out', item, by, now })).tells,
    )
  return tells
}

/** Raises what has grown over the whole group so that somebody should look, with the voice of each CHW who has counted any. */
export async function raiseTrends(
  desk: Desk,
  db: Db,
  {
    form,
    facility,
    reports,
    now,
    sums,
    before,
  }: Omit<From, 'by'> & {
    reports: readonly Pick<MemberReport, 'personId' | 'items'>[]
    sums: Counts
    before: Counts
  },
): Promise<Tell[]> {
  const watched = form.items.flatMap(({ id, danger }) => (danger ? [id] : []))
  const tells: Tell[] = []
  for (const id of rising(watched, sums, before)) {
    const label = form.items.find((item) => item.id === id)?.label ?? {}
    const language = desk.shelf.programmeLanguage
    const item = `${inLanguage(form.title, language)}: ${inLanguage(label, language)}`
    const note = `${before[id] ?? 0} → ${sums[id] ?? 0}`
    const place = await supplierOf(db, facility)
    for (const { personId: by, items } of reports)
      if ((items?.[id] ?? 0) > 0)
        tells.push(
          ...(await raiseChallenge(desk, db, { facilityId: place, kind: 'other', item, note, by, now }))
            .tells,
        )
  }
  return tells
}

/** The place that supplies a group and looks after it: the one above it. */
async function supplierOf(db: Db, facility: FacilityId): Promise<FacilityId> {
  const [own = facility, above] = await placesAbove(db, facility)
  return above ?? own
}
