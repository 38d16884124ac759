// A mentor goes: the visits they lead go to whoever mentors at the place now, or are called off, and everybody concerned is
// told. Whoever is only away for some days hears which of theirs fall into them.
import { localDay } from '../domain/rhythm.ts'
import { plusDays } from '../domain/visit-calendar.ts'
import type { Db } from '../store/db.ts'
import { mentorsVisiting } from '../store/pairings.ts'
import { gatherPeople, leaveVisit } from '../store/visit-people.ts'
import { changeVisit, giveLead, visitForUpdate, visitsOf } from '../store/visits.ts'
import type { Instant } from '../words/clock.ts'
import type { PersonId } from '../words/ids.ts'
import { announceVisit } from './announce-visit.ts'
import type { Tell } from './deeds/deed.ts'
import type { Desk } from './desk.ts'

/** Visits are planned this far ahead at most: a quarter, and what is left of the one before. */
const AHEAD_DAYS = 190

/** Those of a mentor who has left, or mentors at some places no more. */
export async function handOnVisits(desk: Desk, db: Db, mentor: PersonId, now: Instant): Promise<void> {
  const today = localDay(now, desk.programme)
  for (const { id } of await visitsOf(db, mentor, { from: today, until: plusDays(today, AHEAD_DAYS) })) {
    const visit = await visitForUpdate(db, id)
    if (!visit || (visit.state !== 'proposed' && visit.state !== 'confirmed')) continue
    const there = await mentorsVisiting(db, { place: visit.facilityId, area: visit.area })
    if (there.includes(mentor)) continue
    await leaveVisit(db, id, mentor)
    if (visit.leadId === mentor) {
      const [successor] = there
      const isGiven = successor !== undefined && (await giveLead(db, id, successor))
      if (isGiven) await gatherPeople(db, id, [successor])
      else await changeVisit(db, visit, { state: 'cancelled', because: 'staff' }, now)
    }
    await announceVisit(desk, db, { visit: id, by: undefined, now })
  }
}

/** What a mentor who goes on leave hears of the visits that fall into it; nothing when none does. */
export async function tellVisitsInLeave(
  desk: Desk,
  db: Db,
  { person, now, until }: { person: PersonId; now: Instant; until: Instant },
): Promise<Tell[]> {
  // A leave ends in the morning on which they are back.
  const span = { from: localDay(now, desk.programme), until: plusDays(localDay(until, desk.programme), -1) }
  const visits = (await visitsOf(db, person, span)).filter(
    ({ leadId, state }) => leadId === person && (state === 'confirmed' || state === 'proposed'),
  )
  if (visits.length === 0) return []
  return [{ person, says: [{ say: 'word', word: 'visits_in_leave', values: { count: visits.length } }] }]
}
