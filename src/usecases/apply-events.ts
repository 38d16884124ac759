// What a batch of turns comes to is judged and written: verdicts, refreshers, follow-ups, and one reply a turn.
import { isPassed, percentShown } from '../domain/assessment.ts'
import { refresherAt } from '../domain/follow-up.ts'
import { refresherSet } from '../domain/refresher.ts'
import type { Weakness } from '../domain/coaching.ts'
import { EVERY_DAY, type Rhythm } from '../domain/rhythm.ts'
import type { Say, WordSay } from '../engine/events.ts'
import { finishAttempts, startAttempts } from '../store/attempts.ts'
import type { Db } from '../store/db.ts'
import { dropFollowUps, planFollowUps } from '../store/follow-ups.ts'
import { rhythmsOf } from '../store/rhythms.ts'
import type { KeptCard } from '../store/review-cards.ts'
import { askWho } from '../store/shared-addresses.ts'
import { writeTurns } from '../store/turns.ts'
import type { PersonId } from '../words/ids.ts'
import type { LocalText } from '../words/language.ts'
import type { Ledger } from './converse.ts'
import type { Desk, Handed } from './desk.ts'
import { followEvidence } from './follow-evidence.ts'
import { recordEvidence, type Shown } from './record-evidence.ts'
import { reviewAnswers } from './review-answers.ts'
import { rescoreFinished } from './rescore-attempts.ts'
import { oweGroups } from './owe-group.ts'
import { tell } from './tell.ts'

/** Writes the ledger. The replies come back, to be handed to delivery once the transaction is committed. */
export async function applyEvents(desk: Desk, db: Db, ledger: Ledger): Promise<Handed[]> {
  // Whoever is told may be asked something, whose deeds may tell others.
  while (ledger.tells.length > 0) await tell(desk, db, ledger, ledger.tells.splice(0))
  if (ledger.started.length > 0) await startAttempts(db, ledger.started)
  if (ledger.finished.length > 0 || ledger.left.length > 0) await finish(desk, db, ledger)
  while (ledger.tells.length > 0) await tell(desk, db, ledger, ledger.tells.splice(0))
  await oweGroups(desk, db, ledger)
  if (ledger.followUps.length > 0) await planFollowUps(db, ledger.followUps)
  if (ledger.calls.length > 0) await askWho(db, ledger.calls)
  const outbox = ledger.outbox.filter((turn) => turn.says.length > 0)
  const { now, answers } = ledger
  const found = await writeTurns(db, { now, sessions: [...ledger.sessions.values()], answers, outbox })
  await rescoreFinished(desk, db, ledger)
  const waiting = new Set(found.map((row) => `${row.address_id} ${row.turn}`))
  return outbox.flatMap((turn) => {
    const {
      address_id: addressId,
      turn: number,
      channel,
      to,
      shard,
      lane,
      group,
      language,
      says,
      pass,
    } = turn
    if (pass === undefined || waiting.has(`${addressId} ${number}`)) return []
    return [
      {
        addressId,
        turn: number,
        channel,
        to,
        shard,
        lane,
        group,
        language,
        says,
        createdAt: now,
        heardAt: turn.heardAt,
        bubblesSent: 0,
        attempts: 0,
        pass,
      },
    ]
  })
}

const USUAL: Rhythm = { hour: 17, days: EVERY_DAY, leaveUntil: undefined, unsolicitedAt: undefined }

type Finished = Ledger['finished'][number]['event']

/** Tests that have ended are judged, and refreshers that were left are counted as far as they went. */
async function finish(desk: Desk, db: Db, ledger: Ledger): Promise<void> {
  const { finished, left, now } = ledger
  const cards = await reviewAnswers(
    db,
    [
      ...left.map(({ personId, event: { flow, frame, results } }) => {
        return { personId, flow, at: Math.min(frame.askedAt, now), results }
      }),
      ...finished.map(({ personId, event: { flow, results } }) => ({ personId, flow, at: now, results })),
    ],
    now,
  )
  const rhythms = await rhythmsOf(db, [...cards.keys()])
  const planned = (personId: PersonId): WordSay =>
    nextSay(desk, ledger, {
      personId,
      rhythm: rhythms.get(personId) ?? USUAL,
      cards: cards.get(personId) ?? [],
    })
  for (const { personId } of left) planned(personId)
  if (finished.length === 0) return
  await finishAttempts(
    db,
    finished.map(({ event }) => ({
      id: event.attempt,
      score: event.score,
      max: event.max,
      critical_missed: event.criticalMissed,
      passed: isPassed(event),
      finished_at: now,
    })),
  )
  const shown = await showEvidence(desk, db, ledger)
  // A nudge would find the quiz over and do nothing; without it the person's next message is the one that will come.
  await dropFollowUps(
    db,
    finished.flatMap(({ event }) => [`nudge:${event.attempt}`, `nudge_last:${event.attempt}`]),
    now,
  )
  for (const { personId, event, says } of finished)
    says.push(...resultSays(event), ...(shown.get(event) ?? []), withPacket(desk, event, planned(personId)))
}

/** Tests of record move the records of those who took them; what each is told of it. */
async function showEvidence(desk: Desk, db: Db, ledger: Ledger): Promise<Map<Finished, readonly Say[]>> {
  const says = new Map<Finished, readonly Say[]>()
  const { finished, now } = ledger
  const shown = finished.flatMap((one) => shownBy(one).map((what) => ({ what, one })))
  const moved = await recordEvidence(
    db,
    now,
    shown.map(({ what }) => what),
  )
  for (const [index, { one }] of shown.entries()) {
    const mine = moved[index]
    // A first test changes nothing that anybody plans by.
    if (!mine || one.event.purpose !== 'post_test') continue
    const followed = await followEvidence(desk, db, { moved: mine, weak: weakIn(desk, one.event), now })
    says.set(one.event, followed.says)
    ledger.tells.push(...followed.tells)
  }
  return says
}

/** The questions that were missed, as what to work on. */
function weakIn(desk: Desk, { version, missed }: Finished): Weakness<LocalText>[] {
  const { content } = desk.shelf.version(version)
  if (content.kind !== 'quiz') return []
  return missed.flatMap((index) => {
    const question = content.questions[index]
    return question ? [{ text: question.ask, critical: question.critical }] : []
  })
}

/** What a finished test shows of somebody's competency; practice and refreshers show nothing that counts. */
function shownBy({ personId, event }: Ledger['finished'][number]): Shown[] {
  const { purpose, competency, attempt, score, max, passPercent: bar, criticalMissed } = event
  // Told again after a correction, a first test shows what it has shown before.
  if (event.again || (purpose !== 'pre_test' && purpose !== 'post_test')) return []
  const passed = isPassed(event)
  return [{ kind: purpose, personId, competency, attempt, score, max, bar, criticalMissed, passed }]
}

function resultSays(event: Ledger['finished'][number]['event']): Say[] {
  const { score, max, passPercent: bar, criticalMissed: missed } = event
  const percent = percentShown(score, max)
  if (event.purpose === 'refresher') return [{ say: 'word', word: 'refresher_done', values: { score, max } }]
  const verdict: Say = isPassed(event)
    ? { say: 'word', word: 'quiz_passed', values: { score, max, percent, bar } }
    : 100 * score >= bar * max
      ? { say: 'word', word: 'quiz_not_yet_critical', values: { score, max, percent, missed } }
      : { say: 'word', word: 'quiz_not_yet', values: { score, max, percent, bar } }
  // Three to practise are practised; ten are a list nobody reads. The rest comes back in refreshers.
  const practise: Say =
    event.missed.length > 0
      ? { say: 'practise', flow: event.version, questions: event.missed.slice(0, 3) }
      : { say: 'word', word: 'quiz_all_right' }
  return [verdict, practise]
}

/** What to do next, with a button for three minutes on what was tested; a refresher is such minutes itself. */
function withPacket(desk: Desk, { purpose, competency, attempt }: Finished, next: WordSay): Say {
  if (purpose === 'refresher' || desk.shelf.packetsOf(competency).length === 0) return next
  return { ...next, offers: [{ flow: 'packet', subject: attempt, word: 'packet_open' }] }
}

/** Says when missed questions come back, and plans it. */
function nextSay(
  desk: Desk,
  ledger: Ledger,
  about: { personId: PersonId; rhythm: Rhythm; cards: readonly KeptCard[] },
): WordSay {
  const { personId, rhythm, cards } = about
  if (cards.length === 0) return { say: 'word', word: 'next_none' }
  const at = refresherAt(Math.min(...cards.map((card) => card.dueAt)), ledger.now, rhythm, desk.programme)
  ledger.followUps.push({
    kind: 'refresher',
    key: `refresher:${personId}`,
    person_id: personId,
    subject: null,
    due_at: at,
  })
  return {
    say: 'word',
    word: 'next_refresher',
    values: { at: { at }, count: refresherSet(cards, at).length },
  }
}
