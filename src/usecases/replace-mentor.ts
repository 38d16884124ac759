// A mentor has left: each of their mentees gets the best of the mentors who may take them on.
import { maySite } from '../domain/cascade.ts'
import type { Db } from '../store/db.ts'
import { holdersAt } from '../store/duties.ts'
import { facilityById, placesAbove } from '../store/facilities.ts'
import { mentorsAt, pair, type Pairing } from '../store/pairings.ts'
import { placeOf } from '../store/people.ts'
import type { Instant } from '../words/clock.ts'
import type { PersonId } from '../words/ids.ts'
import type { Role } from '../words/roles.ts'
import type { Tell } from './deeds/deed.ts'

const SUPERVISORS: readonly Role[] = ['hospital_supervisor', 'district_coordinator']

/**
 * Pairs mentees anew, in the areas they were paired in. The best is who looks after the fewest people and may still take
 * on their place; who finds nobody waits, and their supervisors are told.
 */
export async function replaceMentor(
  db: Db,
  about: { mentor: PersonId; mentees: readonly Pairing[]; now: Instant },
): Promise<Tell[]> {
  const { mentor, mentees, now } = about
  const tells: Tell[] = []
  for (const { menteeId, mentee: name, area } of mentees) {
    const place = await placeOf(db, menteeId)
    const facility = place === undefined ? undefined : await facilityById(db, place)
    const places = place === undefined ? [] : await placesAbove(db, place)
    const best = (await mentorsAt(db, { places, without: mentor })).find(
      ({ id, role, place: own, sites }) =>
        id !== menteeId &&
        (!facility ||
          maySite(role, { id: facility.id, level: facility.level, own: own === facility.id }, sites) ===
            'yes'),
    )
    const values = { name, mentor: best?.name ?? '' }
    if (!best) {
      for (const person of await holdersAt(db, places, SUPERVISORS))
        tells.push({ person, says: [{ say: 'word', word: 'replaced_nobody', values }] })
      continue
    }
    await pair(db, { mentor: best.id, mentee: menteeId, area, at: now })
    tells.push(
      { person: best.id, says: [{ say: 'word', word: 'replaced_mentor', values }] },
      { person: menteeId, says: [{ say: 'word', word: 'replaced_mentee', values }] },
    )
  }
  return tells
}
