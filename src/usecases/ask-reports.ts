// The reports of a group by the calendar: asked for, the missing reminded in private, and handed on when they are due, to the
// health centre and the district, with how many have reported and how many in time.
import { totalOf } from '../domain/chw-report.ts'
import { dueAt, periodBefore, type ReportStep } from '../domain/report-period.ts'
import type { Say, WordSay } from '../engine/events.ts'
import type { ListItem } from '../engine/session.ts'
import { changeCards, type ChwGroup, hasCard } from '../store/chw-groups.ts'
import { cardOf, type MemberReport, type ReportKey, reportsAt } from '../store/chw-reports.ts'
import type { Db } from '../store/db.ts'
import type { Instant } from '../words/clock.ts'
import type { Tell } from './deeds/deed.ts'
import type { Desk } from './desk.ts'
import { watchersOf } from './lead-group.ts'
import { raiseTrends } from './raise-from-report.ts'
import { formOf, periodName } from './report-form.ts'

/** Does one thing about a group's reports; whom it concerns is told in private. */
export async function doStep(
  desk: Desk,
  db: Db,
  { group, step, key, now }: { group: ChwGroup; step: ReportStep; key: ReportKey; now: Instant },
): Promise<Tell[]> {
  if (step === 'ask') {
    await changeCards(db, [{ address: group.addressId, name: cardOf(key) }])
    return []
  }
  const reports = await reportsAt(db, group.facilityId, key)
  // A technical area that has come too late to this period is asked for with the next.
  const isAsked = await hasCard(db, group.addressId, cardOf(key))
  if (!isAsked && reports.every(({ items }) => items === undefined)) return []
  const missing = missingTells(desk, { group, reports, key })
  if (step === 'remind') return [...reminders(desk, { reports, key }), ...missing]
  return [
    ...(await handOn(desk, db, { group, reports, key })),
    ...missing,
    ...(await raiseRising(desk, db, { group, reports, key, now })),
  ]
}

/** Those who have not reported, and those who have not confirmed; nobody hears of anybody else. */
function reminders(
  desk: Desk,
  { reports, key }: { reports: readonly MemberReport[]; key: ReportKey },
): Tell[] {
  const title = formOf(desk, key.area)?.title ?? {}
  return reports
    .filter(({ items }) => items === undefined)
    .map(({ personId, waiting }) => ({
      person: personId,
      says: [
        {
          say: 'word',
          word: waiting
            ? 'report_remind_confirm'
            : key.every === 'week'
              ? 'report_remind_week'
              : 'report_remind',
          values: { title, from: periodName(key) },
        },
      ],
    }))
}

/** The mentor alone hears by name who has not reported: they know whom to call. */
function missingTells(
  desk: Desk,
  { group, reports, key }: { group: ChwGroup; reports: readonly MemberReport[]; key: ReportKey },
): Tell[] {
  const names = reports
    .filter(({ items }) => items === undefined)
    .map(({ personId, name }): ListItem => ({ id: String(personId), text: { en: name } }))
  if (group.mentorId === undefined || names.length === 0) return []
  const title = formOf(desk, key.area)?.title ?? {}
  const values = { group: group.facility, title, from: periodName(key), names }
  return [{ person: group.mentorId, says: [{ say: 'word', word: 'report_missing', values }] }]
}

/**
 * The group's report, with its completeness and timeliness, to those who look after it; and the one before once more, where
 * somebody has reported after it was handed on.
 */
async function handOn(
  desk: Desk,
  db: Db,
  { group, reports, key }: { group: ChwGroup; reports: readonly MemberReport[]; key: ReportKey },
): Promise<Tell[]> {
  const earlier = { ...key, ...periodBefore(key, desk.programme) }
  const before = await reportsAt(db, group.facilityId, earlier)
  const isLate = before.some(({ confirmedAt = 0 }) => confirmedAt > dueAt(earlier, desk.programme))
  const says = [
    ...reportSays(desk, { group, reports, key }),
    ...(isLate ? reportSays(desk, { group, reports: before, key: earlier }) : []),
  ]
  const people = await watchersOf(db, group.facilityId, ['facility_manager', 'district_coordinator'])
  if (group.mentorId !== undefined && !people.includes(group.mentorId)) people.push(group.mentorId)
  return people.map((person) => ({ person, says }))
}

/** What has risen against the period before. */
async function raiseRising(
  desk: Desk,
  db: Db,
  about: { group: ChwGroup; reports: readonly MemberReport[]; key: ReportKey; now: Instant },
): Promise<Tell[]> {
  const { group, reports, key, now } = about
  const form = formOf(desk, key.area)
  if (!form) return []
  const earlier = await reportsAt(db, group.facilityId, { ...key, ...periodBefore(key, desk.programme) })
  const sumsOf = (of: readonly MemberReport[]) =>
    totalOf(
      form.items,
      of.flatMap(({ items }) => (items === undefined ? [] : [items])),
    )
  const before = sumsOf(earlier)
  // Without a report before, nobody knows what is usual.
  if (before.reported === 0) return []
  const { sums } = sumsOf(reports)
  return raiseTrends(desk, db, { form, facility: group.facilityId, reports, now, sums, before: before.sums })
}

/** What a group has reported, in figures. */
export function reportSays(
  desk: Desk,
  { group, reports, key }: { group: ChwGroup; reports: readonly MemberReport[]; key: ReportKey },
): Say[] {
  const form = formOf(desk, key.area)
  if (!form) return []
  const due = dueAt(key, desk.programme)
  const confirmed = reports.filter(({ items }) => items !== undefined)
  const onTime = confirmed.filter(({ confirmedAt }) => confirmedAt !== undefined && confirmedAt <= due).length
  const of = reports.length
  const percent = (part: number): number => (of === 0 ? 0 : Math.floor((100 * part) / of))
  const values = {
    group: group.facility,
    title: form.title,
    from: periodName(key),
    done: confirmed.length,
    of,
    complete: percent(confirmed.length),
    timely: percent(onTime),
  }
  const says: Say[] = [{ say: 'word', word: 'report_group', values }]
  const lines = totalLines(desk, key, confirmed)
  return lines.length > 0 ? [...says, { say: 'lines', lines }] : says
}

/** The sums of a group, and who has nothing left, in numbers of CHWs. */
export function totalLines(desk: Desk, key: ReportKey, reports: readonly MemberReport[]): WordSay[] {
  const form = formOf(desk, key.area)
  if (!form) return []
  const { sums, outOf } = totalOf(
    form.items,
    reports.flatMap(({ items }) => (items === undefined ? [] : [items])),
  )
  return form.items.flatMap(({ id, label, stock }): WordSay[] => {
    const count = stock ? outOf[id] : sums[id]
    if (count === undefined) return []
    return [{ say: 'word', word: stock ? 'report_out' : 'report_count', values: { item: label, count } }]
  })
}
