// A visit that a mentor adds to those of the cadence: at a place they mentor at, on a day on which nothing stands in the way.
import { dayMeant, dayWords } from '../../domain/day.ts'
import { instantOf, localDay } from '../../domain/rhythm.ts'
import { CADENCES, isVisited, type Stream, streamOf } from '../../domain/visit.ts'
import {
  canStart,
  isAhead,
  periodOf,
  plusDays,
  startsWithin,
  VISIT_HOUR,
} from '../../domain/visit-calendar.ts'
import type { ListItem } from '../../engine/session.ts'
import { heldDuties } from '../../store/duties.ts'
import type { Db } from '../../store/db.ts'
import { facilityById } from '../../store/facilities.ts'
import { gatherPeople, sitesOf } from '../../store/visit-people.ts'
import { changeVisit, proposeVisit, visitForUpdate } from '../../store/visits.ts'
import type { Day } from '../../words/clock.ts'
import type { FacilityId, PersonId } from '../../words/ids.ts'
import { isMentorRole } from '../../words/roles.ts'
import { announceVisit } from '../announce-visit.ts'
import { daysOff } from '../plan-visits.ts'
import { type Deed, type DeedOrder, type DeedSet, NO_SUCH_DAY, wordIn } from './deed.ts'

const GONE = { outcome: 'gone' } as const
/** An extra visit is for a need of now: within two months. */
const AHEAD_AT_MOST = 60
const MOST_DAYS = 8
/** The team plans its stay together; what somebody adds is a day. */
const DAYS = 1

interface Place {
  readonly id: FacilityId
  readonly name: string
  readonly stream: Stream
}

/** Where somebody visits as a mentor, each place once. */
export async function placesVisited(db: Db, mentor: PersonId): Promise<Place[]> {
  const places = new Map<FacilityId, Place>()
  for (const { role, facilityId, ready } of await heldDuties(db, mentor)) {
    if (!ready || !isMentorRole(role)) continue
    const stream = streamOf(role)
    for (const { facilityId: id } of await sitesOf(db, mentor, role)) {
      const place = await facilityById(db, id)
      const own = id === facilityId && stream !== 'association'
      if (place && !own && isVisited(stream, place.level)) places.set(id, { id, name: place.name, stream })
    }
  }
  return [...places.values()]
}

const where: Deed = async ({ db, talk }) => {
  const places = (await placesVisited(db, talk.personId)).map(({ id, name }): ListItem => ({
    id: String(id),
    text: { en: name },
  }))
  return places.length === 0 ? { outcome: 'nowhere' } : { outcome: 'some', found: { places } }
}

const placeIn = async ({ db, talk, vars }: DeedOrder): Promise<Place | undefined> =>
  (await placesVisited(db, talk.personId)).find(({ id }) => String(id) === wordIn(vars, 'place'))

const off = ({ desk, db, talk, now }: DeedOrder, { id }: Place): ReturnType<typeof daysOff> =>
  daysOff(desk, db, { facility: id, mentors: [talk.personId], now })

const listDays: Deed = async (order) => {
  const place = await placeIn(order)
  if (!place) return GONE
  const { desk, now } = order
  const today = localDay(now, desk.programme)
  const span = { from: plusDays(today, 1), until: plusDays(today, AHEAD_AT_MOST) }
  const days = startsWithin(span, DAYS, await off(order, place))
    .slice(0, MOST_DAYS)
    .map((day): ListItem => ({ id: day, text: dayWords(day) }))
  const other: ListItem = { id: 'other', text: desk.shelf.words['visit_do_type_day'] ?? {} }
  return { outcome: 'some', found: { days: [...days, other] } }
}

/** Adds the visit, confirmed: whoever adds it has decided. Mentees and manager hear of it as of any other. */
const add: Deed = async (order) => {
  const place = await placeIn(order)
  if (!place) return GONE
  const { desk, db, talk, vars, now } = order
  const today = localDay(now, desk.programme)
  const day = dayMeant(wordIn(vars, 'day'), today)
  if (day === undefined) return NO_SUCH_DAY
  if (!(await fits(order, place, day))) return { outcome: 'unfit' }
  const { id: facility, stream } = place
  const period = periodOf(day, CADENCES[stream].every)
  const added = {
    facility,
    lead: talk.personId,
    stream,
    area: '',
    period,
    startsOn: day,
    days: DAYS,
    at: now,
  }
  const id = await proposeVisit(db, { ...added, extra: true })
  const visit = id === undefined ? undefined : await visitForUpdate(db, id)
  if (!visit) return GONE
  await gatherPeople(db, visit.id, [talk.personId])
  await changeVisit(db, visit, { state: 'confirmed' }, now)
  await announceVisit(desk, db, { visit: visit.id, by: talk.personId, now })
  const at = { at: instantOf(day, VISIT_HOUR, desk.programme) }
  return { outcome: 'added', found: { at, place: visit.facility } }
}

async function fits(order: DeedOrder, place: Place, day: Day): Promise<boolean> {
  const { desk, now } = order
  const today = localDay(now, desk.programme)
  return (
    isAhead(day, now, desk.programme) &&
    day <= plusDays(today, AHEAD_AT_MOST) &&
    canStart(day, DAYS, await off(order, place))
  )
}

export const extraVisitDeeds: DeedSet = {
  deeds: { 'extra-where': where, 'list-extra-days': listDays, 'add-visit': add },
  audited: { 'add-visit': 'visit.add' },
}
