// A follow-up's time has come: the row says whether it is still true. One transaction: whatever rings twice, or in two
// processes at once, acts once.
import {
  decideNudge,
  decideRefresher,
  decideReminder,
  type Decision,
  GIVES_WAY,
  lastNudgeAt,
  refresherAt,
  type Situation,
} from '../domain/follow-up.ts'
import { refresherSet } from '../domain/refresher.ts'
import { nextDay, nextOwnHour } from '../domain/rhythm.ts'
import type { Say } from '../engine/events.ts'
import { quizOf } from '../engine/at-hand.ts'
import { leaveQuiz } from '../engine/quiz.ts'
import type { Input } from '../engine/run.ts'
import type { QuizFrame } from '../engine/session.ts'
import { UnknownVersion } from '../engine/shelf.ts'
import { keptVersions } from '../store/flows.ts'
import { leaveAttempt, newAttemptId, unfinishedAttempt } from '../store/attempts.ts'
import { type Db, isTransient } from '../store/db.ts'
import {
  failFollowUp,
  type FollowUp,
  moveFollowUp,
  personOfFollowUp,
  planFollowUps,
  settleFollowUp,
  takeFollowUp,
  waitingOf,
} from '../store/follow-ups.ts'
import { markUnsolicited, reachOf, rhythmsOf } from '../store/rhythms.ts'
import { takeHeldTells } from '../store/held-tells.ts'
import { cardsOf, type KeptCard } from '../store/review-cards.ts'
import { takeUp } from '../store/turns.ts'
import { DAY, MINUTE } from '../words/clock.ts'
import type { ActionId, AttemptId, CaseId, ChallengeId, FlowId, FollowUpId } from '../words/ids.ts'
import { applyEvents } from './apply-events.ts'
import { converse, type Ledger, newLedger, owe } from './converse.ts'
import { type Talk, talkOf } from './talk.ts'
import type { Desk, Handed } from './desk.ts'
import { remindOfSupervision, sendAgenda } from './remind-of-meeting.ts'
import { endLeave } from './move-person.ts'
import { refreshValidation } from './refresh-validation.ts'
import { handOver } from './hand-over.ts'
import { reviewAnswers } from './review-answers.ts'
import { ringAction } from './promise-action.ts'
import { ringChallenge } from './raise-challenge.ts'
import { remindOfAction } from './remind-of-action.ts'
import { askAfterVisit, proposeVisits, remindOfVisits, tellVisit } from './remind-of-visit.ts'
import { remindOfReport } from './remind-of-report.ts'
import { tellTravel } from './tell-travel.ts'
import { ringReports } from './keep-periods.ts'
import { codeOf } from './case-parts.ts'
import { remindOfSession, ringSession } from './remind-of-session.ts'
import { ringCase } from './route-case.ts'
import { askLesson, tellCaseOfWeek } from './teach-lesson.ts'
import { tellRescored } from './tell-rescored.ts'

/** A follow-up that breaks is tried again this often, each time a while later, before people must look at it. */
const TRIES = 5

/** Acts on a follow-up if it is still due and still true; otherwise moves it or lets it rest. True when it acted. */
export async function fireFollowUp(desk: Desk, id: FollowUpId): Promise<boolean> {
  try {
    const { acted } = await handOver(desk, (db) => fire(desk, db, id))
    return acted
  } catch (error) {
    // A fault that passes by itself is nothing people could look at: the queue rings again, and the sweep after it.
    if (isTransient(error)) throw error
    if (error instanceof UnknownVersion) desk.shelf.learn(await keptVersions(desk.database))
    const attempts = await failFollowUp(desk.database, id, desk.clock.now() + 5 * MINUTE, TRIES)
    desk.meter.followUp('any', 'failed')
    desk.log.error(
      { followUp: id, attempts, error: error instanceof Error ? error.name : 'unknown' },
      'a follow-up failed',
    )
    throw error
  }
}

interface Fired {
  readonly acted: boolean
  readonly owed: readonly Handed[]
}

const RESTED: Fired = { acted: false, owed: [] }

async function fire(desk: Desk, db: Db, id: FollowUpId): Promise<Fired> {
  const person = await personOfFollowUp(db, id)
  if (person === undefined) return RESTED
  // The conversation is locked first: an answer being given at this moment is seen, and as that answer locks the
  // conversation and then the follow-ups it plans, neither waits for the other for ever.
  const arrival = await takeUp(db, person)
  const followUp = await takeFollowUp(db, id)
  const now = desk.clock.now()
  if (!followUp || followUp.dueAt > now) return RESTED
  if (isClock(followUp.kind)) return ring(desk, db, followUp, followUp.kind)
  const rhythm = (await rhythmsOf(db, [followUp.personId])).get(followUp.personId)
  if (!arrival || !rhythm) return settle(desk, db, followUp, { decision: 'stale' })
  const situation: Situation = {
    now,
    rhythm,
    programme: desk.programme,
    ...(await reachOf(db, followUp.personId)),
  }
  if (GIVES_WAY.has(followUp.kind) && (await hearsOfVisit(desk, db, situation, person))) {
    const to = nextOwnHour(nextDay(now, desk.programme), rhythm, desk.programme)
    return settle(desk, db, followUp, { decision: 'move', to })
  }
  const ledger = newLedger(now)
  const talk = talkOf(arrival)
  const decision = await ACTS[followUp.kind](desk, db, ledger, { talk, situation, followUp })
  if (decision.decision !== 'act') {
    if (ledger.sessions.size > 0) await applyEvents(desk, db, ledger)
    return settle(desk, db, followUp, decision)
  }
  // What somebody else has decided is no message of ours: the day's one is still free.
  if (followUp.kind !== 'visit_news') await markUnsolicited(db, followUp.personId, now)
  desk.meter.followUp(followUp.kind, 'done')
  return { acted: true, owed: await applyEvents(desk, db, ledger) }
}

async function settle(
  desk: Desk,
  db: Db,
  followUp: FollowUp,
  decision: Exclude<Decision, { decision: 'act' }>,
): Promise<Fired> {
  if (decision.decision === 'move') {
    await moveFollowUp(db, followUp.id, decision.to)
    desk.meter.followUp(followUp.kind, 'moved')
  } else {
    await settleFollowUp(db, followUp.id, 'stale', desk.clock.now())
    desk.meter.followUp(followUp.kind, 'stale')
  }
  return RESTED
}

/** What each kind of follow-up does when its time has come. */
const ACTS: Readonly<Record<Exclude<FollowUp['kind'], Clock>, typeof nudge>> = {
  nudge,
  nudge_last: nudge,
  refresher: refresh,
  refresh_due: refreshValidation,
  rescored: tellRescored,
  travel_notice: tellTravel,
  session_left: remindOfSession,
  case_check: checkCase,
  action_due: remindOfAction,
  report_due: remindOfReport,
  meeting_due: sendAgenda,
  supervision_due: remindOfSupervision,
  visit_plan: proposeVisits,
  visit_news: tellVisit,
  visit_reminder: remindOfVisits,
  visit_after: askAfterVisit,
  lesson: askLesson,
  case_of_week: tellCaseOfWeek,
}

/** Whether somebody is to be reminded of a visit on this day. */
async function hearsOfVisit(
  desk: Desk,
  db: Db,
  { now }: Situation,
  person: FollowUp['personId'],
): Promise<boolean> {
  const until = nextDay(now, desk.programme)
  return (await waitingOf(db, { person, kind: 'visit_reminder', until })).length > 0
}

/** What moves on by itself, whether or not the person it began with can be reached: what others are told then. */
const CLOCKS = {
  case_clock: (desk: Desk, db: Db, { subject }: FollowUp, { now }: Ledger) =>
    ringCase(desk, db, subject as CaseId, now),
  leave_over: (desk: Desk, db: Db, { personId }: FollowUp, { now }: Ledger) =>
    endLeave(desk, db, personId, now),
  tell: async (_desk: Desk, db: Db, { personId: person }: FollowUp) =>
    (await takeHeldTells(db, person)).map((one) => ({ ...one, person })),
  challenge_clock: (desk: Desk, db: Db, { subject, personId: by }: FollowUp, { now }: Ledger) =>
    ringChallenge(desk, db, { id: subject as ChallengeId, by, now }),
  action_late: (desk: Desk, db: Db, { subject }: FollowUp, { now }: Ledger) =>
    ringAction(desk, db, subject as ActionId, now),
  report_clock: (desk: Desk, db: Db, { subject }: FollowUp, { now }: Ledger) =>
    ringReports(desk, db, { id: subject ?? 0, now }),
  session_over: (desk: Desk, db: Db, followUp: FollowUp, ledger: Ledger) =>
    ringSession(desk, db, ledger, followUp),
} as const

type Clock = keyof typeof CLOCKS

const isClock = (kind: FollowUp['kind']): kind is Clock => kind in CLOCKS

async function ring(desk: Desk, db: Db, followUp: FollowUp, kind: Clock): Promise<Fired> {
  const now = desk.clock.now()
  await settleFollowUp(db, followUp.id, 'done', now)
  const ledger = newLedger(now)
  ledger.tells.push(...(await CLOCKS[kind](desk, db, followUp, ledger)))
  desk.meter.followUp(kind, 'done')
  return { acted: true, owed: await applyEvents(desk, db, ledger) }
}

/** Asks what came of a case, when its asker may be asked something. */
async function checkCase(
  desk: Desk,
  db: Db,
  ledger: Ledger,
  { talk, situation, followUp }: About,
): Promise<Decision> {
  const decision = decideReminder(situation)
  if (decision.decision !== 'act') return decision
  await settleFollowUp(db, followUp.id, 'done', situation.now)
  const vars = { subject: String(followUp.subject), code: codeOf(Number(followUp.subject)) }
  const input: Input = { kind: 'open', flow: 'case-check' as FlowId, vars, over: true }
  await converse(desk, db, ledger, { talk, input, unasked: true })
  return decision
}

interface About {
  readonly talk: Talk
  readonly situation: Situation
  readonly followUp: FollowUp
}

/** Reminds somebody of a quiz that lies unfinished, and puts its question before them again. */
async function nudge(desk: Desk, db: Db, ledger: Ledger, about: About): Promise<Decision> {
  const { talk, situation, followUp } = about
  const attempt = followUp.subject as AttemptId
  const unfinished = await unfinishedAttempt(db, attempt)
  const running = talk.session.stack.find(
    (frame): frame is QuizFrame => frame.kind === 'quiz' && frame.attempt === attempt,
  )
  const frame = running ?? unfinished?.left
  const decision = decideNudge(frame ? unfinished?.activeAt : undefined, situation)
  if (decision.decision !== 'act' || !frame) return decision
  await settleFollowUp(db, followUp.id, 'done', situation.now)
  if (!running) await leaveAttempt(db, attempt, null)
  // Everything else on the stack was a dialogue nobody has answered for hours.
  talk.session = { ...talk.session, stack: talk.session.stack.filter((other) => other !== running) }
  const { title } = desk.shelf.version(frame.version).content
  const values = { title, at: frame.answers.length + 1, of: frame.questions.length }
  const first: Say[] = [{ say: 'word', word: followUp.kind, values }]
  await converse(desk, db, ledger, { talk, input: { kind: 'return', frame }, unasked: true, first })
  if (followUp.kind === 'nudge') {
    const due = lastNudgeAt(situation.now, situation.rhythm, desk.programme)
    await planFollowUps(db, [
      {
        kind: 'nudge_last',
        key: `nudge_last:${attempt}`,
        person_id: talk.personId,
        subject: attempt,
        due_at: due,
      },
    ])
  }
  return decision
}

/** Counts what somebody has answered in a refresher that still stands before them, so that it is not asked again. */
async function countStanding(desk: Desk, db: Db, ledger: Ledger, talk: Talk): Promise<void> {
  const frame = talk.session.stack.find(
    (one): one is QuizFrame => one.kind === 'quiz' && one.purpose === 'refresher',
  )
  const left = frame && leaveQuiz(quizOf(desk.shelf, frame.version), frame)
  if (!left || left.results.length === 0) return
  const { flow, results } = left
  const at = Math.min(frame.askedAt, ledger.now)
  await reviewAnswers(db, [{ personId: talk.personId, flow, at, results }], ledger.now)
  const stack = talk.session.stack.map((one) => (one === frame ? left.frame : one))
  talk.session = { ...talk.session, stack }
  owe(desk, ledger, talk, { says: [], unasked: true })
}

/** Brings two or three missed questions of one quiz back. */
async function refresh(
  desk: Desk,
  db: Db,
  ledger: Ledger,
  { talk, situation, followUp }: About,
): Promise<Decision> {
  await countStanding(desk, db, ledger, talk)
  const cards = await cardsOf(db, [talk.personId])
  const askable = cards.filter((card) => isAskable(desk, card))
  const decision = decideRefresher(askable[0]?.dueAt, situation)
  if (decision.decision !== 'act' || !askable[0]) return decision
  await settleFollowUp(db, followUp.id, 'done', situation.now)
  const { flow } = askable[0]
  const set = refresherSet(askable, situation.now)
  const { title } = desk.shelf.current(flow)?.content ?? { title: {} }
  const input: Input = {
    kind: 'quiz',
    flow,
    attempt: await newAttemptId(db),
    purpose: 'refresher',
    seed: desk.chance(),
    questions: set.map((card) => card.question),
  }
  const first: Say[] = [{ say: 'word', word: 'refresher_intro', values: { title, count: set.length } }]
  await converse(desk, db, ledger, { talk, input, unasked: true, first })
  // Answered, it plans the next one itself. Left unanswered, it comes back in a week: asking daily would be nagging.
  const again = refresherAt(situation.now + 7 * DAY, situation.now, situation.rhythm, desk.programme)
  await planFollowUps(db, [
    {
      kind: 'refresher',
      key: `refresher:${talk.personId}`,
      person_id: talk.personId,
      subject: null,
      due_at: again,
    },
  ])
  return decision
}

/** A question may have been withdrawn or taken out of the bank since it was missed. */
function isAskable(desk: Desk, card: KeptCard): boolean {
  const content = desk.shelf.current(card.flow)?.content
  return (
    content?.kind === 'quiz' &&
    content.questions.some(({ id, withdrawn }) => id === card.question && !withdrawn)
  )
}
