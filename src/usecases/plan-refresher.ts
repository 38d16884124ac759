import { refresherAt } from '../domain/follow-up.ts'
import type { Db } from '../store/db.ts'
import { planFollowUps } from '../store/follow-ups.ts'
import { rhythmsOf } from '../store/rhythms.ts'
import { cardsOf } from '../store/review-cards.ts'
import type { Instant } from '../words/clock.ts'
import type { PersonId } from '../words/ids.ts'
import type { Desk } from './desk.ts'

/** Plans somebody's next refresher anew: their hours or their leave are no longer what it was planned by. */
export async function planRefresher(
  desk: Desk,
  db: Db,
  about: { person: PersonId; now: Instant },
): Promise<void> {
  const { person, now } = about
  const [first] = await cardsOf(db, [person])
  const rhythm = (await rhythmsOf(db, [person])).get(person)
  if (!first || !rhythm) return
  const due_at = refresherAt(first.dueAt, now, rhythm, desk.programme)
  await planFollowUps(db, [
    { kind: 'refresher', key: `refresher:${person}`, person_id: person, subject: null, due_at },
  ])
}
