// A validation has grown old: it stands, and its holder is reminded to refresh it, with a few questions at once.
import {
  decideRefresher,
  type Decision,
  refresherAt,
  type Situation,
  refreshKey,
} from '../domain/follow-up.ts'
import { refreshDueAt } from '../domain/competency.ts'
import type { Say } from '../engine/events.ts'
import type { Quiz } from '../engine/schema.ts'
import { shuffled } from '../engine/seed.ts'
import type { Flow } from '../engine/shelf.ts'
import { newAttemptId } from '../store/attempts.ts'
import { competencyOfEvidence, recordsOf } from '../store/competency-records.ts'
import type { Db } from '../store/db.ts'
import { type FollowUp, planFollowUps, settleFollowUp } from '../store/follow-ups.ts'
import { DAY } from '../words/clock.ts'
import type { EvidenceId } from '../words/ids.ts'
import { converse, type Ledger, owe } from './converse.ts'
import type { Desk } from './desk.ts'
import type { Talk } from './talk.ts'

/** Low dose: three questions of a working day. */
const QUESTIONS = 3
/** Who does not refresh it is reminded once a month, not more. */
const AGAIN = 30 * DAY

/** Reminds somebody whose validation is due for refresh; stale when it has been refreshed meanwhile. */
export async function refreshValidation(
  desk: Desk,
  db: Db,
  ledger: Ledger,
  about: { talk: Talk; situation: Situation; followUp: FollowUp },
): Promise<Decision> {
  const { talk, situation, followUp } = about
  const code = await competencyOfEvidence(db, (followUp.subject ?? 0) as EvidenceId)
  const { title, shelfLife } = desk.shelf.competencies.named(code ?? '')
  const record = (await recordsOf(db, talk.personId)).find(({ competency }) => competency === code)
  const due = record && refreshDueAt(record, shelfLife)
  const decision = decideRefresher(due, situation)
  if (decision.decision !== 'act' || code === undefined) return decision
  await settleFollowUp(db, followUp.id, 'done', situation.now)
  const says: Say[] = [{ say: 'word', word: 'refresh_due', values: { title } }]
  const quiz = desk.shelf.flows.find(
    (flow): flow is Flow<Quiz> => flow.content.kind === 'quiz' && flow.content.competency === code,
  )
  if (quiz) {
    const seed = desk.chance()
    const questions = quiz.content.questions.filter(({ withdrawn }) => !withdrawn)
    const practised = questions.filter(({ form }) => form === 'practice')
    const bank = practised.length > 0 ? practised : questions
    const asked = shuffled(bank.length, seed)
      .slice(0, QUESTIONS)
      .flatMap((place) => bank[place]?.id ?? [])
    const attempt = await newAttemptId(db)
    await converse(desk, db, ledger, {
      talk,
      input: { kind: 'quiz', flow: quiz.id, attempt, purpose: 'refresher', seed, questions: asked },
      unasked: true,
      first: says,
    })
  } else owe(desk, ledger, talk, { says, unasked: true })
  const { now, rhythm } = situation
  await planFollowUps(db, [
    {
      kind: 'refresh_due',
      key: refreshKey(talk.personId, code),
      person_id: talk.personId,
      subject: followUp.subject ?? null,
      due_at: refresherAt(now + AGAIN, now, rhythm, desk.programme),
    },
  ])
  return decision
}
