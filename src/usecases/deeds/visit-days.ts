// The days that do not suit a place, as its manager says them.
import { dayMeant } from '../../domain/day.ts'
import { may } from '../../domain/rights.ts'
import { localDay } from '../../domain/rhythm.ts'
import type { Db } from '../../store/db.ts'
import { type Facility, facilityById, placesAbove } from '../../store/facilities.ts'
import { addBusy, setVisitDays, visitDaysOf } from '../../store/visit-days.ts'
import type { PersonId } from '../../words/ids.ts'
import { actorOf } from '../relate.ts'
import { type Deed, type DeedResult, type DeedSet, NO_SUCH_DAY, wordIn } from './deed.ts'

const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday']
const ALL = 31
const GONE: DeedResult = { outcome: 'gone' }

/** The place somebody manages, whose days they may set. */
export async function managedPlace(db: Db, person: PersonId): Promise<Facility | undefined> {
  const actor = await actorOf(db, person)
  for (const { role, facilityId } of actor.duties) {
    if (role !== 'facility_manager' || facilityId === undefined) continue
    const whom = { personId: undefined, mentoredIn: [], places: await placesAbove(db, facilityId) }
    if (may(actor, 'set_visit_days', whom)) return facilityById(db, facilityId)
  }
  return undefined
}

const tellVisitDays: Deed = async ({ db, talk }) => {
  const place = await managedPlace(db, talk.personId)
  return place ? { outcome: 'told', found: { place: place.name } } : GONE
}

const closeWeekday: Deed = async ({ db, talk, vars }) => {
  const place = await managedPlace(db, talk.personId)
  const weekday = WEEKDAYS.indexOf(wordIn(vars, 'weekday'))
  if (!place || weekday < 0) return GONE
  const left = (await visitDaysOf(db, place.id)) & ~(1 << weekday)
  if (left === 0) return { outcome: 'last' }
  await setVisitDays(db, place.id, left)
  return { outcome: 'noted' }
}

const noteBusyDay: Deed = async ({ desk, db, talk, vars, now }) => {
  const place = await managedPlace(db, talk.personId)
  if (!place) return GONE
  const day = dayMeant(wordIn(vars, 'day'), localDay(now, desk.programme))
  if (day === undefined) return NO_SUCH_DAY
  await addBusy(db, place.id, { from: day, until: day })
  return { outcome: 'noted' }
}

const freeWeekdays: Deed = async ({ db, talk }) => {
  const place = await managedPlace(db, talk.personId)
  if (!place) return GONE
  await setVisitDays(db, place.id, ALL)
  return { outcome: 'noted' }
}

export const visitDayDeeds: DeedSet = {
  deeds: {
    'tell-visit-days': tellVisitDays,
    'close-weekday': closeWeekday,
    'note-busy-day': noteBusyDay,
    'free-weekdays': freeWeekdays,
  },
  audited: { 'close-weekday': 'facility.visit-days', 'note-busy-day': 'facility.visit-days' },
}
