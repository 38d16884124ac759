// Somebody is told that nobody may travel where they work, or that it is over.
import { decideReminder, type Decision, type Situation } from '../domain/follow-up.ts'
import type { Db } from '../store/db.ts'
import { type FollowUp, settleFollowUp } from '../store/follow-ups.ts'
import { restrictionById } from '../store/travel-restrictions.ts'
import { type Ledger, owe } from './converse.ts'
import type { Desk } from './desk.ts'
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
  const { facility: district, because, from } = restriction
  const word = restriction.liftedAt === undefined ? 'travel_declared' : 'travel_lifted'
  owe(desk, ledger, talk, {
    says: [{ say: 'word', word, values: { district, because, from } }],
    unasked: true,
  })
  return decision
}
