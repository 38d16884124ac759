// Somebody is told that nobody may travel where they work, or that it is over.
import { dayWords } from '../domain/day.ts'
import { dayNamed } from '../domain/rhythm.ts'
import { decideReminder, type Decision, type Situation } from '../domain/follow-up.ts'
import type { Say } from '../engine/events.ts'
import type { ListItem } from '../engine/session.ts'
import type { Db } from '../store/db.ts'
import { type FollowUp, settleFollowUp } from '../store/follow-ups.ts'
import { unseenOnSite } from '../store/seen-from-afar.ts'
import { menteesOf } from '../store/pairings.ts'
import { restrictionById } from '../store/travel-restrictions.ts'
import { type Ledger, owe } from './converse.ts'
import type { Desk } from './desk.ts'
import type { Day, Instant } from '../words/clock.ts'
import type { PersonId } from '../words/ids.ts'
import type { LocalText } from '../words/language.ts'
import type { Talk } from './talk.ts'

/** Tells one of them how it stands now. */
export async function tellTravel(
  desk: Desk,
  db: Db,
  ledger: Ledger,
  { talk, situation, followUp }: { talk: Talk; situation: Situation; followUp: FollowUp },
): Promise<Decision> {
  const restriction = followUp.subject === undefined ? undefined : await restrictionById(db, followUp.subject)
  if (!restriction) return { decision: 'stale' }
  const decision = decideReminder(situation)
  if (decision.decision !== 'act') return decision
  await settleFollowUp(db, followUp.id, 'done', situation.now)
  const { facility: district, because, from, until } = restriction
  const word = restriction.liftedAt === undefined ? 'travel_declared' : 'travel_lifted'
  const says: Say[] = [
    { say: 'word', word, values: { district, because, from: dayWords(from), ...untilSaid(until) } },
  ]
  if (restriction.liftedAt !== undefined)
    says.push(...(await missedSays(desk, db, { mentor: talk.personId, now: situation.now })))
  owe(desk, ledger, talk, { says, unasked: true })
  return decision
}

/** Until when it holds, where anybody knows. */
const untilSaid = (until: Day | undefined): { ends: string; until: LocalText } =>
  until === undefined ? { ends: 'no', until: {} } : { ends: 'yes', until: dayWords(until) }

/** Whom a mentor could not see on the spot, and sees first now. */
async function missedSays(
  desk: Desk,
  db: Db,
  { mentor, now }: { mentor: PersonId; now: Instant },
): Promise<Say[]> {
  const names = new Map((await menteesOf(db, mentor)).map(({ menteeId, mentee }) => [menteeId, mentee]))
  const unseen = await unseenOnSite(db, [...names.keys()], dayNamed(now, desk.programme))
  const people = [...unseen.keys()].map((id): ListItem => ({
    id: String(id),
    text: { en: names.get(id) ?? '' },
  }))
  return people.length === 0 ? [] : [{ say: 'word', word: 'travel_seen_first', values: { names: people } }]
}
