// A coordinator says that nobody may travel in a district, or that it is over.
import { dayMeant, dayWords } from '../../domain/day.ts'
import { may } from '../../domain/rights.ts'
import { dayNamed } from '../../domain/rhythm.ts'
import { plusDays } from '../../domain/visit-calendar.ts'
import type { ListItem, Vars } from '../../engine/session.ts'
import type { Db } from '../../store/db.ts'
import { type Facility, placesAbove, placesBelow } from '../../store/facilities.ts'
import { changeRestriction, openRestriction, openRestrictionsAt } from '../../store/travel-restrictions.ts'
import type { Day } from '../../words/clock.ts'
import type { PersonId } from '../../words/ids.ts'
import { actorOf } from '../relate.ts'
import { endRestriction, followRestriction } from '../restrict-travel.ts'
import { type DeedResult, type DeedSet, wordIn } from './deed.ts'

const MOST_PLACES = 2_000

const REFUSED: DeedResult = { outcome: 'refused' }

export const travelDeeds: DeedSet = {
  deeds: {
    async 'list-districts'({ db, talk }) {
      const districts = await districtsOf(db, talk.personId)
      if (districts.length === 0) return REFUSED
      const list = districts.map(({ id, name }): ListItem => ({ id: String(id), text: { en: name } }))
      return { outcome: 'pick', found: { districts: list } }
    },

    async 'look-at-travel'({ db, talk, vars }) {
      const district = await districtIn(db, talk.personId, wordIn(vars, 'place'))
      if (!district) return REFUSED
      return standing(db, district)
    },

    /** The first day, before more is asked: a button says today. */
    'note-first-day'({ desk, vars, now }) {
      const today = dayNamed(now, desk.programme)
      const said = wordIn(vars, 'from')
      const from = said === '' ? today : dayMeant(said, today)
      return Promise.resolve(
        from === undefined || from < today ? { outcome: 'unclear' } : { outcome: 'clear', found: { from } },
      )
    },

    async 'declare-travel'({ desk, db, talk, vars, now }) {
      const district = await districtIn(db, talk.personId, wordIn(vars, 'place'))
      if (!district) return REFUSED
      const from = (wordIn(vars, 'from') || dayNamed(now, desk.programme)) as Day
      const said = { ...saidIn(vars), until: untilIn(vars, from) }
      const id = await openRestriction(db, { ...said, place: district.id, from, by: talk.personId, at: now })
      // Somebody else was quicker: nothing of theirs is overwritten unseen.
      if (id === undefined) return standing(db, district)
      await followRestriction(desk, db, { id, by: talk.personId, now })
      return { outcome: 'declared' }
    },

    async 'change-travel'({ desk, db, talk, vars, now }) {
      const district = await districtIn(db, talk.personId, wordIn(vars, 'place'))
      if (!district) return REFUSED
      const [open] = await openRestrictionsAt(db, [district.id])
      if (!open) return standing(db, district)
      const today = dayNamed(now, desk.programme)
      const until = untilIn(vars, open.from > today ? open.from : today)
      await changeRestriction(db, open.id, { ...saidIn(vars), until })
      await followRestriction(desk, db, { id: open.id, by: talk.personId, now })
      return { outcome: 'declared' }
    },

    async 'lift-travel'({ desk, db, talk, vars, now }) {
      const district = await districtIn(db, talk.personId, wordIn(vars, 'place'))
      if (!district) return REFUSED
      for (const { id } of await openRestrictionsAt(db, [district.id]))
        await endRestriction(desk, db, { id, by: talk.personId, now })
      return { outcome: 'lifted' }
    },
  },
  audited: {
    'declare-travel': 'travel.restrict',
    'change-travel': 'travel.change',
    'lift-travel': 'travel.lift',
  },
}

/** Whether a restriction holds in a district, or will, and why. */
async function standing(db: Db, { id, name }: Facility): Promise<DeedResult> {
  const [open] = await openRestrictionsAt(db, [id])
  if (!open) return { outcome: 'free', found: { district: name, over: '' } }
  const { because, from, until } = open
  const ends = { ends: until === undefined ? 'no' : 'yes', until: until === undefined ? {} : dayWords(until) }
  return { outcome: 'restricted', found: { district: name, because, since: dayWords(from), ...ends } }
}

/** The last of so many days; undefined when nobody knows. */
function untilIn(vars: Vars, from: Day): Day | undefined {
  const days = Number(vars['days'])
  return days > 0 ? plusDays(from, days - 1) : undefined
}

const saidIn = (vars: Vars): { because: string; call: string | undefined } => ({
  because: wordIn(vars, 'because').slice(0, 300),
  call: wordIn(vars, 'call').trim().slice(0, 200) || undefined,
})

/** The districts in which somebody may say so. */
async function districtsOf(db: Db, person: PersonId): Promise<Facility[]> {
  const actor = await actorOf(db, person)
  const held = actor.duties.flatMap(({ facilityId }) => (facilityId === undefined ? [] : [facilityId]))
  const found: Facility[] = []
  for (const place of await placesBelow(db, held, MOST_PLACES)) {
    if (place.level !== 'district') continue
    const places = await placesAbove(db, place.id)
    if (may(actor, 'restrict_travel', { personId: undefined, mentoredIn: [], places })) found.push(place)
  }
  return found
}

const districtIn = async (db: Db, person: PersonId, id: string): Promise<Facility | undefined> =>
  (await districtsOf(db, person)).find((district) => String(district.id) === id)
