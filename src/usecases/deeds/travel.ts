// A coordinator says that nobody may travel in a district, or that it is over.
import { may } from '../../domain/rights.ts'
import { dayNamed } from '../../domain/rhythm.ts'
import type { ListItem } from '../../engine/session.ts'
import type { Db } from '../../store/db.ts'
import { type Facility, placesAbove, placesBelow } from '../../store/facilities.ts'
import { openRestriction, openRestrictionsAt } from '../../store/travel-restrictions.ts'
import { DAY } from '../../words/clock.ts'
import type { PersonId } from '../../words/ids.ts'
import { actorOf } from '../relate.ts'
import { beginRestriction, endRestriction } from '../restrict-travel.ts'
import { type DeedSet, wordIn } from './deed.ts'

const MOST_PLACES = 2_000

export const travelDeeds: DeedSet = {
  deeds: {
    async 'list-districts'({ db, talk }) {
      const districts = await districtsOf(db, talk.personId)
      if (districts.length === 0) return { outcome: 'refused' }
      const list = districts.map(({ id, name }): ListItem => ({ id: String(id), text: { en: name } }))
      return { outcome: 'pick', found: { districts: list } }
    },

    async 'look-at-travel'({ db, talk, vars }) {
      const district = await districtIn(db, talk.personId, wordIn(vars, 'place'))
      if (!district) return { outcome: 'refused' }
      const [open] = await openRestrictionsAt(db, [district.id])
      const found = { district: district.name, because: open?.because ?? '', since: open?.from ?? '' }
      return { outcome: open ? 'restricted' : 'free', found }
    },

    async 'declare-travel'({ desk, db, talk, vars, now }) {
      const district = await districtIn(db, talk.personId, wordIn(vars, 'place'))
      if (!district) return { outcome: 'refused' }
      const days = Number(vars['days'])
      const id = await openRestriction(db, {
        place: district.id,
        from: dayNamed(now, desk.programme),
        until: days > 0 ? dayNamed(now + (days - 1) * DAY, desk.programme) : undefined,
        because: wordIn(vars, 'because').slice(0, 300),
        call: wordIn(vars, 'call').trim().slice(0, 200) || undefined,
        by: talk.personId,
        at: now,
      })
      if (id !== undefined) await beginRestriction(desk, db, { id, now })
      return { outcome: 'declared' }
    },

    async 'lift-travel'({ desk, db, talk, vars, now }) {
      const district = await districtIn(db, talk.personId, wordIn(vars, 'place'))
      if (!district) return { outcome: 'refused' }
      for (const { id } of await openRestrictionsAt(db, [district.id]))
        await endRestriction(desk, db, { id, now })
      return { outcome: 'lifted' }
    },
  },
  audited: { 'declare-travel': 'travel.restrict', 'lift-travel': 'travel.lift' },
}

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
