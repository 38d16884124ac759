// The months and weeks of a group's reports by the calendar. Each has a clock of its own: when nobody may travel any more, or
// may again, the period under way is brought to its end beside the one that begins.
import {
  asksAt,
  beginOf,
  dueAt,
  nextStepAt,
  type Period,
  periodAfter,
  periodAt,
  stepDue,
} from '../domain/report-period.ts'
import { type ChwGroup, chwGroupOf, membersOf } from '../store/chw-groups.ts'
import type { Db } from '../store/db.ts'
import { planFollowUps } from '../store/follow-ups.ts'
import {
  beginPeriod,
  type GroupPeriod,
  groupsWithoutPeriod,
  notePeriodAsked,
  notePeriodDone,
  periodForUpdate,
  periodsAsked,
} from '../store/report-periods.ts'
import { DAY, type Instant } from '../words/clock.ts'
import type { FacilityId, PersonId } from '../words/ids.ts'
import { doStep } from './ask-reports.ts'
import type { Tell } from './deeds/deed.ts'
import type { Desk } from './desk.ts'
import { everyAt } from './restrictions.ts'

/** What is due sooner than this is not begun: nobody could report in time who has not been asked before. */
const LEAST_TIME = DAY
/** Groups of one transaction. */
const MOST_AT_ONCE = 200

/**
 * The period that is running in a group begins, unless it has, or the next where it is due too soon; it is asked for when its
 * time comes, or `asked` now.
 */
export async function beginReports(
  desk: Desk,
  db: Db,
  { group, now, asked = false }: { group: ChwGroup; now: Instant; asked?: boolean },
): Promise<Period> {
  const { programme } = desk
  const every = await everyAt(desk, db, { place: group.facilityId, now })
  const begin = (period: Period): Promise<GroupPeriod> =>
    beginPeriod(db, { ...period, facility: group.facilityId, doneUntil: beginOf(period, programme) })
  const running = periodAt(now, every, programme)
  const isLate = dueAt(running, programme) - now < LEAST_TIME
  let period = await begin(isLate ? periodAfter(running, programme) : running)
  while (period.closedAt !== undefined) period = await begin(periodAfter(period, programme))
  if (asked) await notePeriodAsked(db, period.id, now)
  await setClock(desk, db, { group, period })
  return period
}

/** Does what is due about a period and plans what comes next; whom it concerns is told in private. */
export async function ringReports(
  desk: Desk,
  db: Db,
  { id, now }: { id: number; now: Instant },
): Promise<Tell[]> {
  const period = await periodForUpdate(db, id)
  const group = period && (await chwGroupOf(db, period.facilityId))
  if (!group || period.closedAt !== undefined) return []
  const step = stepDue(period, { after: period.doneUntil, until: now }, desk.programme)
  if (step === undefined) return []
  const every = await everyAt(desk, db, { place: group.facilityId, now })
  // Reported by the week instead, or by the month again, before anybody was asked.
  const isVoid = every !== period.every && period.askedAt === undefined
  const tells: Tell[] = []
  if (!isVoid)
    for (const area of group.areas)
      tells.push(...(await doStep(desk, db, { group, step, now, key: { area, ...period } })))
  if (step === 'ask' && !isVoid) await notePeriodAsked(db, id, now)
  const closed = isVoid || step === 'close'
  await notePeriodDone(db, id, { at: now, closed })
  if (!closed) await setClock(desk, db, { group, period: { ...period, doneUntil: now } })
  await beginReports(desk, db, { group, now })
  return tells
}

async function setClock(
  desk: Desk,
  db: Db,
  { group, period }: { group: ChwGroup; period: GroupPeriod },
): Promise<void> {
  const at = nextStepAt(period, period.doneUntil, desk.programme)
  const person = await bearerOf(db, group)
  if (at === undefined || person === undefined) return
  const key = `report_clock:${period.id}`
  await planFollowUps(db, [{ kind: 'report_clock', key, person_id: person, subject: period.id, due_at: at }])
}

/** In whose name the clock runs: the mentor's, or a member's where there is none. */
async function bearerOf(db: Db, group: ChwGroup): Promise<PersonId | undefined> {
  return group.mentorId ?? (await membersOf(db, group))[0]?.id
}

/** What is reported at a place now: what is asked for, the first due first, or else the period that is running. */
export async function periodNow(
  desk: Desk,
  db: Db,
  { place, now }: { place: FacilityId; now: Instant },
): Promise<Period> {
  const { programme } = desk
  const [first] = (await periodsAsked(db, place))
    .filter((period) => asksAt(period, programme) <= now)
    .toSorted((a, b) => dueAt(a, programme) - dueAt(b, programme))
  if (first) return { every: first.every, first: first.first }
  return periodAt(now, await everyAt(desk, db, { place, now }), programme)
}

/** Sees to it that each group that reports has a period that will end. */
export async function keepReports(desk: Desk): Promise<void> {
  const now = desk.clock.now()
  await desk.database.inTransaction(async (db) => {
    for (const place of await groupsWithoutPeriod(db, MOST_AT_ONCE)) {
      const group = await chwGroupOf(db, place)
      if (group) await beginReports(desk, db, { group, now })
    }
  })
}
