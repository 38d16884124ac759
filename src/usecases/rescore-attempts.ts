// A question was withdrawn, or its key corrected: whoever was scored by it is judged anew from the answers as they stand
// in the database. What they were told then stays; what it comes to now stands beside it and moves their record.
import {
  type CountedAnswer,
  isPassed,
  judgedAnew,
  resultAnew,
  type Result,
  type Ruling,
} from '../domain/assessment.ts'
import { hasRulings, rulingsOn } from '../engine/rulings.ts'
import type { Quiz } from '../engine/schema.ts'
import { type Flow, UnknownVersion } from '../engine/shelf.ts'
import { writeAudit } from '../store/audit.ts'
import { testEvidence } from '../store/competency-records.ts'
import type { Db } from '../store/db.ts'
import { keptVersions } from '../store/flows.ts'
import { planFollowUps } from '../store/follow-ups.ts'
import { addRescores, countedAnswers, type JudgedAttempt, lockAttemptsWith } from '../store/rescores.ts'
import type { Instant } from '../words/clock.ts'
import type { AttemptId } from '../words/ids.ts'
import type { Ledger } from './converse.ts'
import type { Desk } from './desk.ts'
import { FIRST_TOLD, followEvidence } from './follow-evidence.ts'
import { recordEvidence } from './record-evidence.ts'
import { reviewAnswers } from './review-answers.ts'

/** Attempts in one transaction. */
const BATCH = 200

/** Works in all that today's quizzes decide; whoever was judged by it already is left alone. How many were judged anew. */
export async function rescoreAttempts(desk: Desk): Promise<number> {
  desk.shelf.learn(await keptVersions(desk.database))
  let done = 0
  for (const flow of desk.shelf.flows.filter(isRuledQuiz)) {
    let after = 0
    while (after >= 0) {
      const batch = await desk.database.inTransaction((db) =>
        rescoreBatch(desk, db, flow, { after, now: desk.clock.now() }),
      )
      done += batch.rescored
      after = batch.last ?? -1
    }
  }
  return done
}

/** Tests that have ended on an older version than today's: what was decided since is worked in at once. */
export async function rescoreFinished(desk: Desk, db: Db, { finished, now }: Ledger): Promise<void> {
  for (const { event } of finished) {
    const flow = desk.shelf.current(event.flow)
    if (flow && flow.version !== event.version && isRuledQuiz(flow))
      await rescoreBatch(desk, db, flow, { after: 0, now, only: [event.attempt] })
  }
}

const isRuledQuiz = (flow: Flow): flow is Flow<Quiz> =>
  flow.content.kind === 'quiz' && hasRulings(flow.content)

interface Rescored {
  readonly attempt: JudgedAttempt
  readonly rulings: readonly Ruling[]
  readonly result: Result
  /** Questions whose wrong answer was called right. */
  readonly misled: readonly string[]
}

/** One batch of a quiz's attempts; `last`: where the next begins, undefined when there is none. */
async function rescoreBatch(
  desk: Desk,
  db: Db,
  flow: Flow<Quiz>,
  { after, now, only }: { after: number; now: Instant; only?: readonly AttemptId[] },
): Promise<{ rescored: number; last: number | undefined }> {
  const questions = flow.content.questions.flatMap(({ id, withdrawn, corrected }) =>
    withdrawn || corrected ? [id] : [],
  )
  const attempts = await lockAttemptsWith(db, { flow: flow.id, questions, only, after, limit: BATCH })
  const answers = await countedAnswers(
    db,
    attempts.map(({ id }) => id),
  )
  const rescored = attempts.flatMap(
    (attempt) => judge(desk, flow.content, attempt, answers.get(attempt.id) ?? []) ?? [],
  )
  if (rescored.length > 0) await keep(desk, db, { flow, rescored, now })
  const last = attempts.length === BATCH ? attempts.at(-1)?.id : undefined
  return { rescored: rescored.length, last }
}

/** What an attempt comes to now; undefined when nothing was decided that has not been worked in. */
function judge(
  desk: Desk,
  today: Quiz,
  attempt: JudgedAttempt,
  given: readonly Omit<CountedAnswer, 'critical'>[],
): Rescored | undefined {
  const then = quizThen(desk, attempt)
  if (!then) return undefined
  const asked = new Set(given.map(({ question }) => question))
  const decided = rulingsOn(then, today).filter(({ question }) => asked.has(question))
  const fresh = decided.filter((ruling) => !attempt.rulings.some((known) => isSame(known, ruling)))
  if (fresh.length === 0) return undefined
  // What was worked in before holds on, also of a question that has left the file since.
  const earlier = attempt.rulings.filter(
    (known) => !fresh.some(({ question }) => question === known.question),
  )
  const rulings = [...earlier, ...fresh]
  const critical = new Set(then.questions.flatMap((one) => (one.critical ? [one.id] : [])))
  const answers = given.map((answer) => ({ ...answer, critical: critical.has(answer.question) }))
  const { score, max, passPercent, criticalMissed } = attempt
  // With nothing left to judge by, the verdict of then stands.
  const result = resultAnew(answers, rulings, passPercent) ?? { score, max, passPercent, criticalMissed }
  const misled = answers.flatMap((answer) =>
    answer.correct && judgedAnew(answer, fresh)?.correct === false ? [answer.question] : [],
  )
  return { attempt, rulings, result, misled }
}

const isSame = (one: Ruling, other: Ruling): boolean => JSON.stringify(one) === JSON.stringify(other)

function quizThen({ shelf, log }: Desk, { version, id }: JudgedAttempt): Quiz | undefined {
  try {
    const { content } = shelf.version(version)
    return content.kind === 'quiz' ? content : undefined
  } catch (error) {
    if (!(error instanceof UnknownVersion)) throw error
    // Its words cannot be read by this service any more: nothing is known of what was asked.
    log.warn({ attempt: id, version }, 'an attempt cannot be judged anew: its version cannot be read')
    return undefined
  }
}

async function keep(
  desk: Desk,
  db: Db,
  { flow, rescored, now }: { flow: Flow<Quiz>; rescored: readonly Rescored[]; now: Instant },
): Promise<void> {
  await addRescores(
    db,
    rescored.map(({ attempt, rulings, result }) => ({
      attempt_id: attempt.id,
      rulings,
      score: result.score,
      max: result.max,
      critical_missed: result.criticalMissed,
      passed: isPassed(result),
    })),
    now,
  )
  for (const { attempt } of rescored)
    await writeAudit(db, {
      at: now,
      actor: 'service',
      deed: 'attempt.rescore',
      subject: `person:${attempt.personId}`,
    })
  await moveRecords(desk, db, rescored, now)
  const misled = rescored.filter((one) => one.misled.length > 0)
  await reviewAnswers(
    db,
    misled.map(({ attempt, misled: questions }) => ({
      personId: attempt.personId,
      flow: flow.id,
      at: now,
      results: questions.map((question) => ({ question, correct: false })),
    })),
    now,
  )
  const due = (kind: 'rescored' | 'refresher', people: readonly Rescored[], at: Instant) =>
    [...new Set(people.map(({ attempt }) => attempt.personId))].map((person) => ({
      kind,
      key: `${kind}:${person}`,
      person_id: person,
      subject: null,
      due_at: at,
    }))
  await planFollowUps(db, [...due('rescored', rescored, now), ...due('refresher', misled, now + FIRST_TOLD)])
}

/** Post-tests judged anew are evidence, beside what they were. */
async function moveRecords(desk: Desk, db: Db, rescored: readonly Rescored[], now: Instant): Promise<void> {
  const tests = await testEvidence(
    db,
    rescored.map(({ attempt }) => attempt.id),
  )
  const shown = rescored.flatMap(({ attempt, result }) => {
    const test = tests.get(attempt.id)
    if (!test) return []
    const { score, max, passPercent: bar, criticalMissed } = result
    const { personId, competency, id } = attempt
    const passed = isPassed(result)
    return [
      {
        kind: 'rescored' as const,
        personId,
        competency,
        attempt: id,
        test,
        score,
        max,
        bar,
        criticalMissed,
        passed,
      },
    ]
  })
  for (const moved of await recordEvidence(db, now, shown))
    if (moved.shown.kind === 'rescored' && moved.shown.test.newest)
      await followEvidence(desk, db, { moved, weak: [], now })
}
