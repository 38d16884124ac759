// What somebody promised is due soon, or today: they are asked how far it is.
import { actionReminderAt } from '../domain/action.ts'
import { decideReminder, type Decision, type Situation } from '../domain/follow-up.ts'
import { dayOf } from '../domain/rhythm.ts'
import type { Input } from '../engine/run.ts'
import type { Db } from '../store/db.ts'
import { type FollowUp, planFollowUps, settleFollowUp } from '../store/follow-ups.ts'
import { promiseForUpdate } from '../store/promises.ts'
import type { ActionId, FlowId } from '../words/ids.ts'
import { converse, type Ledger } from './converse.ts'
import type { Desk } from './desk.ts'
import { actionValues } from './promise-action.ts'
import type { Talk } from './talk.ts'

/** Reminds the owner, before the day and on it. */
export async function remindOfAction(
  desk: Desk,
  db: Db,
  ledger: Ledger,
  { talk, situation, followUp }: { talk: Talk; situation: Situation; followUp: FollowUp },
): Promise<Decision> {
  const { now } = situation
  const id = followUp.subject as ActionId
  const action = await promiseForUpdate(db, desk.programme.timezone, id)
  if (action?.state !== 'open' || action.ownerId !== talk.personId) return { decision: 'stale' }
  const decision = decideReminder(situation)
  if (decision.decision !== 'act') return decision
  await settleFollowUp(db, followUp.id, 'done', now)
  const again = actionReminderAt(action.dueAt, now)
  if (again !== undefined)
    await planFollowUps(db, [
      { kind: 'action_due', key: `action_due:${id}`, person_id: talk.personId, subject: id, due_at: again },
    ])
  // What came on a holiday is told the day after, and then it is not due today.
  const word = dayOf(now, desk.programme) === action.dueAt ? 'action_today' : 'action_soon'
  const input: Input = { kind: 'open', flow: 'action' as FlowId, vars: { subject: String(id) }, over: true }
  const first = [{ say: 'word', word, values: actionValues(desk, action) } as const]
  await converse(desk, db, ledger, { talk, input, unasked: true, first })
  return decision
}
