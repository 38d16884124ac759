// The day on which a group of CHWs meets again, as it has agreed: a visit of its mentor like any other, so that it stands in
// their calendar and everybody is reminded of it.
import { localDay } from '../domain/rhythm.ts'
import { CADENCES, canChange } from '../domain/visit.ts'
import { nextPeriod, periodOf, plusDays } from '../domain/visit-calendar.ts'
import type { Db } from '../store/db.ts'
import { gatherPeople, noteTold } from '../store/visit-people.ts'
import { changeVisit, proposeVisit, type Visit, visitForUpdate, visitsPlannedAt } from '../store/visits.ts'
import type { Day, Instant } from '../words/clock.ts'
import type { FacilityId, PersonId } from '../words/ids.ts'
import { announceVisit } from './announce-visit.ts'
import type { Desk } from './desk.ts'

const { every, days } = CADENCES.community

interface Meeting {
  readonly place: FacilityId
  readonly lead: PersonId
  readonly area: string
  readonly on: Day
  /** They know of it already. */
  readonly know: readonly PersonId[]
  readonly now: Instant
}

/** Plans it: what was planned for that quarter is moved to the day; where that is over or was another's, it is one more. */
export async function planMeeting(desk: Desk, db: Db, meeting: Meeting): Promise<void> {
  const { lead, on, know, now } = meeting
  const visit = (await plannedFor(desk, db, meeting)) ?? (await proposed(db, meeting))
  if (!visit) return
  if (visit.startsOn !== on) await changeVisit(db, visit, { state: 'moved', to: on, because: undefined }, now)
  else if (canChange(visit.state, 'confirm')) await changeVisit(db, visit, { state: 'confirmed' }, now)
  await gatherPeople(db, visit.id, [lead])
  await announceVisit(desk, db, { visit: visit.id, by: undefined, now })
  const { remote } = (await visitForUpdate(db, visit.id)) ?? visit
  for (const person of know) await noteTold(db, visit.id, { person, on, remote, at: now })
}

/** The group's visit in this area that is planned for the quarter and still to come. */
async function plannedFor(
  desk: Desk,
  db: Db,
  { place, lead, area, on, now }: Meeting,
): Promise<Visit | undefined> {
  const period = periodOf(on, every)
  const tomorrow = plusDays(localDay(now, desk.programme), 1)
  const span = { from: period > tomorrow ? period : tomorrow, until: plusDays(nextPeriod(period, every), -1) }
  const found = (await visitsPlannedAt(db, [place], span)).find(
    (visit) => visit.stream === 'community' && visit.leadId === lead && ['', area].includes(visit.area),
  )
  return found && visitForUpdate(db, found.id)
}

async function proposed(db: Db, { place, lead, area, on, now }: Meeting): Promise<Visit | undefined> {
  const period = periodOf(on, every)
  const visit = {
    facility: place,
    lead,
    stream: 'community',
    area,
    period,
    startsOn: on,
    days,
    at: now,
  } as const
  const id = (await proposeVisit(db, visit)) ?? (await proposeVisit(db, { ...visit, extra: true }))
  return id === undefined ? undefined : visitForUpdate(db, id)
}
