// A mentor has left: each of their mentees gets the best of the mentors who may take them on.
import { CASCADE, maySite } from '../domain/cascade.ts'
import type { Say } from '../engine/events.ts'
import type { Db } from '../store/db.ts'
import { holdersAt } from '../store/duties.ts'
import { facilityById, placesAbove } from '../store/facilities.ts'
import { mentorsAt, pair, type Pairing } from '../store/pairings.ts'
import { placeOf } from '../store/people.ts'
import type { Instant } from '../words/clock.ts'
import type { FacilityId, PersonId } from '../words/ids.ts'
import type { Level, Role } from '../words/roles.ts'
import type { Tell } from './deeds/deed.ts'
import type { Desk } from './desk.ts'
import { type Candidate, candidatesAt } from './find-candidates.ts'

const SUPERVISORS: readonly Role[] = ['hospital_supervisor', 'district_coordinator']

/**
 * Pairs mentees anew, in the areas they were paired in. The best is who looks after the fewest people and may still take
 * on their place; who finds nobody waits and is told so, and their supervisors are told, with the best candidate there is
 * for it.
 */
export async function replaceMentor(
  desk: Desk,
  db: Db,
  about: { mentor: PersonId; mentees: readonly Pairing[]; now: Instant },
): Promise<Tell[]> {
  const { mentor, mentees, now } = about
  const tells: Tell[] = []
  const waiting = new Set<PersonId>()
  for (const { menteeId, mentee: name, area } of mentees) {
    const place = await placeOf(db, menteeId)
    const facility = place === undefined ? undefined : await facilityById(db, place)
    const places = place === undefined ? [] : await placesAbove(db, place)
    const best = (await mentorsAt(db, { places, without: mentor })).find(
      ({ id, role, place: own, sites }) =>
        id !== menteeId &&
        (!facility || maySite(role, { ...facility, own: own === facility.id }, sites) === 'yes'),
    )
    const values = { name, mentor: best?.name ?? '' }
    if (!best) {
      // Who was mentored in two areas waits once.
      if (waiting.has(menteeId)) continue
      waiting.add(menteeId)
      const says: Say[] = [{ say: 'word', word: 'replaced_nobody', values }]
      const candidate = await candidateFor(desk, db, { places, level: facility?.level ?? null, menteeId })
      if (candidate) says.push(naming(candidate, name))
      for (const person of await holdersAt(db, places, SUPERVISORS)) tells.push({ person, says })
      tells.push({ person: menteeId, says: [{ say: 'word', word: 'replaced_waits' }] })
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

/** The best candidate of the district who could mentor people of that level. */
async function candidateFor(
  desk: Desk,
  db: Db,
  about: { places: readonly FacilityId[]; level: Level | null; menteeId: PersonId },
): Promise<Candidate | undefined> {
  const district = about.places.at(-1)
  if (district === undefined) return undefined
  return (await candidatesAt(desk, db, { places: [district] })).find(
    ({ id, roles }) =>
      id !== about.menteeId &&
      roles.some((role) => about.level === null || CASCADE[role].below.includes(about.level)),
  )
}

const naming = ({ id, name: candidate }: Candidate, name: string): Say => ({
  say: 'word',
  word: 'replaced_candidate',
  values: { name, candidate },
  offers: [{ flow: 'become', subject: id, word: 'proposal_look' }],
})
