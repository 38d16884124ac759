// Whoever was judged anew is told, once, at an hour that suits them: what was wrong with the question, what is right, and
// what their score comes to now. The mistake was the programme's, and it says so.
import { decideReminder, type Decision, type Situation } from '../domain/follow-up.ts'
import type { Say } from '../engine/events.ts'
import type { Question } from '../engine/schema.ts'
import { recordsOf } from '../store/competency-records.ts'
import type { Db } from '../store/db.ts'
import { type FollowUp, settleFollowUp } from '../store/follow-ups.ts'
import { markRescoresTold, type Untold, untoldRescores } from '../store/rescores.ts'
import type { FlowId, PersonId } from '../words/ids.ts'
import { type Ledger, owe } from './converse.ts'
import type { Desk } from './desk.ts'
import { tellValidation } from './follow-evidence.ts'
import type { Talk } from './talk.ts'

/** More are a list nobody reads; the scores are in the menu. */
const MOST_QUESTIONS = 3
const MOST_SCORES = 3

/** Stale when they have been told, or cannot be reached; then it stands in their scores all the same. */
export async function tellRescored(
  desk: Desk,
  db: Db,
  ledger: Ledger,
  { talk, situation, followUp }: { talk: Talk; situation: Situation; followUp: FollowUp },
): Promise<Decision> {
  const untold = await untoldRescores(db, talk.personId)
  if (untold.length === 0) return { decision: 'stale' }
  const decision = decideReminder(situation)
  if (decision.decision !== 'act') return decision
  const { now } = situation
  await settleFollowUp(db, followUp.id, 'done', now)
  await markRescoresTold(db, talk.personId, now)
  const says: Say[] = [...new Set(untold.map(({ flow }) => flow))].flatMap((flow) =>
    ofQuiz(
      desk,
      flow as FlowId,
      untold.filter((one) => one.flow === flow),
    ),
  )
  const { validations, tells } = await validatedBy(desk, db, talk.personId, { untold, now })
  ledger.tells.push(...tells)
  owe(desk, ledger, talk, { says: [...says, ...validations], unasked: true })
  return decision
}

function ofQuiz({ shelf }: Desk, flow: FlowId, untold: readonly Untold[]): Say[] {
  const content = shelf.current(flow)?.content
  const title = content?.title ?? { en: flow }
  const ruled = new Set(untold.flatMap(({ rulings }) => rulings.map(({ question }) => question)))
  const questions =
    content?.kind === 'quiz'
      ? content.questions.filter(({ id, withdrawn, corrected }) => ruled.has(id) && (withdrawn ?? corrected))
      : []
  const scores = untold.filter((one) => one.purpose !== 'refresher').slice(0, MOST_SCORES)
  return [
    { say: 'word', word: 'rescored_intro', values: { title } },
    ...questions.slice(0, MOST_QUESTIONS).map(ofQuestion),
    ...scores.map((one): Say => ({
      say: 'word',
      word: 'rescored_score',
      values: {
        purpose: shelf.words[`purpose_${one.purpose}`] ?? {},
        at: { at: one.finished_at },
        score: one.score,
        max: one.max,
        before: one.score_then,
        of: one.max_then,
      },
    })),
    ...scores
      .filter((one) => one.purpose === 'post_test' && one.passed !== one.passed_then)
      .slice(0, 1)
      .map(({ passed }): Say => ({ say: 'word', word: passed ? 'rescored_passed' : 'rescored_not_passed' })),
  ]
}

function ofQuestion({ ask, options, answer, withdrawn, corrected }: Question): Say {
  const values = { question: ask, reason: (withdrawn ?? corrected)?.reason ?? {} }
  return withdrawn
    ? { say: 'word', word: 'rescored_withdrawn', values }
    : { say: 'word', word: 'rescored_corrected', values: { ...values, answer: options[answer]?.text ?? {} } }
}

/** Whoever is validated since a test was judged anew hears it, with the certificate; so do their mentors. */
async function validatedBy(
  desk: Desk,
  db: Db,
  personId: PersonId,
  { untold, now }: { untold: readonly Untold[]; now: number },
): Promise<{ validations: Say[]; tells: Ledger['tells'] }> {
  const validations: Say[] = []
  const tells: Ledger['tells'] = []
  for (const { competency, validatedAt } of await recordsOf(db, personId)) {
    const byIt = untold.some(
      (one) => one.purpose === 'post_test' && one.competency === competency && one.at === validatedAt,
    )
    if (!byIt) continue
    const followed = await tellValidation(desk, db, { personId, competency, now })
    validations.push(...followed.says)
    tells.push(...followed.tells)
  }
  return { validations, tells }
}
