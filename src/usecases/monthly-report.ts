// A mentor's monthly report writes itself from the records; the mentor adds what no record knows and sends it; their
// supervisor's answer comes back.
import { type Month, monthOf, reportAskedAt, REPORTS_TO } from '../domain/monthly-report.ts'
import { instantOf, localDay, nextOwnHour } from '../domain/rhythm.ts'
import { subjectCode } from '../engine/offer.ts'
import type { Db } from '../store/db.ts'
import { holdersAnywhere, holdersAt } from '../store/duties.ts'
import { placesAbove } from '../store/facilities.ts'
import { planFollowUps } from '../store/follow-ups.ts'
import { figuresOf, type MentorFigures } from '../store/mentor-figures.ts'
import { mentorsWithoutReportClock, monthsOwed, reportFor } from '../store/monthly-reports.ts'
import { placeOf } from '../store/people.ts'
import { rhythmsOf } from '../store/rhythms.ts'
import type { Instant } from '../words/clock.ts'
import type { PersonId, ReportId } from '../words/ids.ts'
import { LANGUAGES, LOCALES, type LocalText } from '../words/language.ts'
import type { Desk } from './desk.ts'

export const reportCode = (id: ReportId): string => subjectCode('R', id)

/** A month as people call it: `November 2026`. */
export function monthSaid(desk: Desk, at: Instant): LocalText {
  const options = { month: 'long', year: 'numeric', timeZone: desk.programme.timezone } as const
  return Object.fromEntries(
    LANGUAGES.map((language) => [language, new Intl.DateTimeFormat(LOCALES[language], options).format(at)]),
  )
}

/** The figures of a month of a mentor as the records have them now. */
export function figuresFor(
  desk: Desk,
  db: Db,
  { mentor, month, now }: { mentor: PersonId; month: Month; now: Instant },
): Promise<MentorFigures> {
  return figuresOf(db, {
    mentor,
    from: month.from,
    to: month.to,
    fromDay: month.first,
    toDay: monthOf(month.to, desk.programme).first,
    today: localDay(now, desk.programme),
  })
}

/** A month that was never sent is asked for so many months back: older figures serve nobody's next visit. */
const OWED_FOR = 12

/** The months a mentor may send the report of, the oldest first: what they owe, and the month that is not over yet. */
export async function monthsToSend(
  desk: Desk,
  db: Db,
  { mentor, now }: { mentor: PersonId; now: Instant },
): Promise<{ owed: Month[]; current: Month | undefined }> {
  const { programme } = desk
  const [current, oldest] = [monthOf(now, programme), monthOf(now, programme, OWED_FOR)]
  const span = { from: oldest.first, until: current.first, timezone: programme.timezone }
  const owed = await monthsOwed(db, { mentor, ...span })
  return {
    owed: owed.map((first) => monthOf(instantOf(first, 0, programme), programme)),
    current: (await reportFor(db, { mentor, month: current.first })) ? undefined : current,
  }
}

/** Who reads a mentor's report: the nearest supervisor there is. */
export async function readersOf(db: Db, mentor: PersonId): Promise<PersonId[]> {
  const place = await placeOf(db, mentor)
  const above = place === undefined ? [] : await placesAbove(db, place)
  for (const role of REPORTS_TO) {
    const holders =
      role === 'programme_supervisor' ? await holdersAnywhere(db, [role]) : await holdersAt(db, above, [role])
    const others = holders.filter((person) => person !== mentor)
    if (others.length > 0) return others.slice(0, 3)
  }
  return []
}

/** Plans when a mentor is asked for the report of the month that is now, or of the last one when `last`. */
export async function planReport(
  desk: Desk,
  db: Db,
  { mentor, now, last = false }: { mentor: PersonId; now: Instant; last?: boolean },
): Promise<void> {
  const month = monthOf(now, desk.programme, last ? 1 : 0)
  const asked = reportAskedAt(month, now, desk.programme)
  const rhythm = (await rhythmsOf(db, [mentor])).get(mentor)
  if (asked === undefined || !rhythm) return
  await planFollowUps(db, [
    {
      kind: 'report_due',
      key: `report_due:${mentor}`,
      person_id: mentor,
      subject: month.from,
      due_at: nextOwnHour(asked, rhythm, desk.programme),
    },
  ])
}

/** Plans the next report of every mentor for whom nothing is planned. How many there were. */
export async function planReports(desk: Desk, db: Db, now: Instant): Promise<number> {
  const mentors = await mentorsWithoutReportClock(db, 1_000)
  for (const mentor of mentors) await planReport(desk, db, { mentor, now })
  return mentors.length
}
