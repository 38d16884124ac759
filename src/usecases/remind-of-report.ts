// A mentor is asked for the report of a month that is over: it is written already, and waits for their words.
import { decideReminder, type Decision, type Situation } from '../domain/follow-up.ts'
import { monthOf } from '../domain/monthly-report.ts'
import type { Input } from '../engine/run.ts'
import type { Db } from '../store/db.ts'
import { type FollowUp, settleFollowUp } from '../store/follow-ups.ts'
import { reportFor } from '../store/monthly-reports.ts'
import type { FlowId } from '../words/ids.ts'
import { converse, type Ledger } from './converse.ts'
import type { Desk } from './desk.ts'
import { monthSaid, planReport } from './monthly-report.ts'
import type { Talk } from './talk.ts'

export async function remindOfReport(
  desk: Desk,
  db: Db,
  ledger: Ledger,
  { talk, situation, followUp }: { talk: Talk; situation: Situation; followUp: FollowUp },
): Promise<Decision> {
  const { now } = situation
  const mentor = talk.personId
  const month = monthOf(followUp.subject ?? now, desk.programme)
  // Sent, or so old that the next one is due: what comes next is planned anew.
  if (now >= monthOf(month.to, desk.programme).to || (await reportFor(db, { mentor, month: month.first })))
    return { decision: 'stale' }
  const decision = decideReminder(situation)
  if (decision.decision !== 'act') return decision
  await settleFollowUp(db, followUp.id, 'done', now)
  await planReport(desk, db, { mentor, now, last: true })
  const first = [
    { say: 'word', word: 'report_ready', values: { month: monthSaid(desk, month.from) } } as const,
  ]
  const input: Input = { kind: 'open', flow: 'report' as FlowId, vars: {}, over: true }
  await converse(desk, db, ledger, { talk, input, unasked: true, first })
  return decision
}
