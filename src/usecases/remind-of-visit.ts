// What is due about visits: their proposal, the news of one, a reminder, and the question how one went.
import {
  decideNews,
  decideReminder,
  decideVisitReminder,
  type Decision,
  type Situation,
} from '../domain/follow-up.ts'
import { instantOf, localDay, nextDay, nextOwnHour } from '../domain/rhythm.ts'
import { briefsNow, daysBetween, VISIT_HOUR } from '../domain/visit-calendar.ts'
import type { Say } from '../engine/events.ts'
import type { Input } from '../engine/run.ts'
import type { Vars } from '../engine/session.ts'
import type { Db } from '../store/db.ts'
import { type FollowUp, planFollowUps, settleFollowUp, waitingOf } from '../store/follow-ups.ts'
import { noteTold, visitPeople, type VisitPerson } from '../store/visit-people.ts'
import { type Visit, visitById, visitsOf } from '../store/visits.ts'
import { DAY } from '../words/clock.ts'
import type { FlowId, VisitId } from '../words/ids.ts'
import { NUMBERED } from '../words/message.ts'
import {
  answeringVisit,
  followUpOn,
  newsFor,
  openingVisit,
  remoteSays,
  visitSay,
  visitValues,
} from './announce-visit.ts'
import { closingSays } from './close-visit.ts'
import { converse, type Ledger } from './converse.ts'
import type { Desk } from './desk.ts'
import { nextPlanning, planning, planVisits } from './plan-visits.ts'
import type { Talk } from './talk.ts'
import { offering } from './tell.ts'
import { dayAhead } from './visit-brief.ts'

interface About {
  readonly talk: Talk
  readonly situation: Situation
  readonly followUp: FollowUp
}

/** Proposals that nobody has confirmed are shown again after this. */
const SHOWN_AGAIN = 3 * DAY
/** How far ahead proposals are looked for: a quarter and what is left of this one. */
const AHEAD_DAYS = 130

/** Proposes a mentor's next visits, and shows what waits for their word. */
export async function proposeVisits(desk: Desk, db: Db, ledger: Ledger, about: About): Promise<Decision> {
  const { talk, situation, followUp } = about
  const { now } = situation
  await planVisits(desk, db, talk.personId, now)
  const today = localDay(now, desk.programme)
  const until = localDay(now + AHEAD_DAYS * DAY, desk.programme)
  const waiting = (await visitsOf(db, talk.personId, { from: today, until })).filter(
    ({ state, leadId }) => state === 'proposed' && leadId === talk.personId,
  )
  if (waiting.length === 0) return { decision: 'move', to: nextPlanning(desk, now) }
  const decision = decideReminder(situation)
  // Whoever cannot be reached now may be able to next month.
  if (decision.decision === 'stale') return { decision: 'move', to: nextPlanning(desk, now) }
  if (decision.decision === 'move') return decision
  await settleFollowUp(db, followUp.id, 'done', now)
  await planFollowUps(db, [planning(talk.personId, now + SHOWN_AGAIN)])
  const first = [visitSay('visits_proposed', { count: waiting.length })]
  const input: Input = { kind: 'open', flow: 'visits' as FlowId, over: true }
  await converse(desk, db, ledger, { talk, input, unasked: true, first })
  return decision
}

/** Tells somebody how a visit stands, if they do not know. */
export async function tellVisit(desk: Desk, db: Db, ledger: Ledger, about: About): Promise<Decision> {
  const at = await theirs(db, about)
  const word = at && newsFor(at.visit, at.person)
  if (!at || word === undefined) return { decision: 'stale' }
  const decision = decideNews(about.situation)
  if (decision.decision !== 'act') return decision
  const { visit, person, people } = at
  const { now } = about.situation
  await settleFollowUp(db, about.followUp.id, 'done', now)
  const isOn = visit.state === 'confirmed'
  const on = isOn ? visit.startsOn : undefined
  await noteTold(db, visit.id, { person: person.personId, on, remote: visit.remote, at: now })
  const says =
    visit.state === 'closed'
      ? await closingSays(desk, db, visit)
      : newsSays(word, visit, visitValues(desk, visit, { people, reader: person.personId }))
  const busy = isOn && about.talk.session.stack.length > 0
  ledger.tells.push({
    person: person.personId,
    says: busy ? offering(says, answeringVisit(visit, person)) : says,
    ...(isOn && !busy && { open: openingVisit(visit.id) }),
  })
  return decision
}

/**
 * Reminds somebody of all visits they are to be reminded of today, in one turn: the nearest first, each with answers of its
 * own under it, which are good whatever else is being asked.
 */
export async function remindOfVisits(desk: Desk, db: Db, ledger: Ledger, about: About): Promise<Decision> {
  const { talk, situation, followUp } = about
  const { now } = situation
  const at = await theirs(db, about)
  const isOn = at?.visit.state === 'confirmed' && at.person.answer !== 'not_coming'
  const begins = isOn ? instantOf(at.visit.startsOn, VISIT_HOUR, desk.programme) : undefined
  const decision = decideVisitReminder(begins, situation)
  if (decision.decision !== 'act') return decision
  const until = nextDay(now, desk.programme)
  const today = await waitingOf(db, { person: talk.personId, kind: 'visit_reminder', until })
  const coming = new Map<VisitId, Theirs>()
  for (const one of [followUp, ...today]) {
    await settleFollowUp(db, one.id, 'done', now)
    const other = await theirs(db, { followUp: one })
    if (other?.visit.state === 'confirmed' && other.person.answer !== 'not_coming')
      coming.set(other.visit.id, other)
  }
  const inOrder = [...coming.values()].toSorted((a, b) => (a.visit.startsOn < b.visit.startsOn ? -1 : 1))
  // Where there is nothing to tap, one visit alone is asked about, so that a number answers it.
  const asked = NUMBERED.has(talk.channel) && inOrder.length === 1 && talk.session.stack.length === 0
  const says: Say[] = []
  for (const one of inOrder) {
    const said = await reminderSays(desk, db, about, one)
    says.push(...(asked ? said : offering(said, answeringVisit(one.visit, one.person))))
  }
  const open = asked && inOrder[0] ? openingVisit(inOrder[0].visit.id) : undefined
  ledger.tells.push({ person: talk.personId, says, ...(open && { open }) })
  return decision
}

async function reminderSays(desk: Desk, db: Db, { situation }: About, at: Theirs): Promise<Say[]> {
  const { visit, person, people } = at
  const { now, rhythm, programme } = situation
  const ahead = daysBetween(localDay(now, programme), visit.startsOn)
  const values = { ...visitValues(desk, visit, { people, reader: person.personId }), ahead }
  // A reminder is news, too, to somebody who could not be told before.
  await noteTold(db, visit.id, { person: person.personId, on: visit.startsOn, remote: visit.remote, at: now })
  const briefs = briefsNow(visit.startsOn, { now, hour: rhythm.hour, programme })
  return [
    visitSay('visit_reminder', values),
    ...(visit.remote ? remoteSays(visit, values) : [visitSay(`visit_bring_${person.part}`, {})]),
    ...(briefs ? await dayAhead(desk, db, { visit, person, now }) : []),
  ]
}

/** How often the lead is asked what became of a visit, and for how long after it: as long as it is listed. */
const ASKED_AGAIN = 3 * DAY
const ASKED_FOR = 14

/** Asks the lead of a visit that should be over how it went, until it is settled. */
export async function askAfterVisit(desk: Desk, db: Db, ledger: Ledger, about: About): Promise<Decision> {
  const { talk, situation, followUp } = about
  const { now, rhythm, programme } = situation
  const at = await theirs(db, about)
  if (at?.visit.state !== 'confirmed' && at?.visit.state !== 'begun') return { decision: 'stale' }
  const decision = decideReminder(situation)
  if (decision.decision !== 'act') return decision
  await settleFollowUp(db, followUp.id, 'done', now)
  const { visit } = at
  if (daysBetween(visit.startsOn, localDay(now + ASKED_AGAIN, programme)) <= ASKED_FOR)
    await planFollowUps(db, [
      followUpOn('visit_after', visit, {
        person: talk.personId,
        at: nextOwnHour(nextDay(now + ASKED_AGAIN - DAY, programme), rhythm, programme),
      }),
    ])
  const word = visit.state === 'begun' ? 'visit_not_closed' : 'visit_not_begun'
  const says = [visitSay(word, visitValues(desk, visit))]
  ledger.tells.push({ person: talk.personId, says, open: openingVisit(visit.id) })
  return decision
}

/** News of a visit from far away say how its people talk. */
const newsSays = (word: string, visit: Visit, values: Vars): Say[] => [
  visitSay(word, values),
  ...(visit.remoteCall === undefined || word !== 'visit_news_remote' ? [] : [visitSay('visit_call', values)]),
]

interface Theirs {
  readonly visit: Visit
  readonly person: VisitPerson
  readonly people: readonly VisitPerson[]
}

/** The visit a follow-up is about, if they still belong to it. */
async function theirs(db: Db, { followUp }: Pick<About, 'followUp'>): Promise<Theirs | undefined> {
  const visit = await visitById(db, (followUp.subject ?? 0) as VisitId)
  if (!visit) return undefined
  const people = await visitPeople(db, visit.id)
  const person = people.find(({ personId }) => personId === followUp.personId)
  return person && { visit, person, people }
}
