// Whom a case goes to next, and by when they must have said something. It moves on by itself when nobody does.
import {
  advisorFor,
  caseDueAt,
  type CaseStep,
  mayWake,
  nextTier,
  type Tier,
  TIERS,
  type Urgency,
} from '../domain/case.ts'
import { isQuietAt, nightOf, quietEndAfter } from '../domain/rhythm.ts'
import { advisorsFor, answerOffer, offerCase, offersOf } from '../store/case-offers.ts'
import {
  caseForUpdate,
  casesWith,
  changeCase,
  type ClinicalCase,
  emergenciesWaiting,
} from '../store/cases.ts'
import type { Db } from '../store/db.ts'
import { dropFollowUps, planFollowUps } from '../store/follow-ups.ts'
import { DAY, HOUR, type Instant } from '../words/clock.ts'
import type { CaseId, PersonId } from '../words/ids.ts'
import { caseSay, codeOf, tellAsker } from './case-parts.ts'
import type { Tell } from './deeds/deed.ts'
import type { Desk } from './desk.ts'

/**
 * What the asker is told when a case has left whoever it was with: why, and where it is now. The case, when nobody can be
 * asked at this moment, is tried again by its clock.
 */
export function tellWhere(asked: ClinicalCase, { outcome }: Routed, left: 'late' | 'passed'): Tell[] {
  const offered = left === 'passed' ? 'case_passed_on' : 'case_moved_on'
  const words = { offered, morning: 'case_waits', nobody: 'case_nobody_yet' } as const
  return tellAsker(asked, words[outcome])
}

/** Why a case comes to somebody. */
export type Why = 'yours' | 'area' | 'late' | 'passed' | 'second' | 'association'

export interface Routed {
  readonly outcome: 'offered' | 'morning' | 'nobody'
  readonly tells: readonly Tell[]
}

/** Who was asked and said nothing is asked again after this, when nobody else is left. */
const ASKED_ANEW: Readonly<Record<Urgency, number>> = { emergency: HOUR, today: DAY, advice: 2 * DAY }

/** Offers a case to the next who could answer it. */
export async function routeCase(
  desk: Desk,
  db: Db,
  about: { readonly asked: ClinicalCase; readonly from: Tier; readonly why: Why; readonly now: Instant },
): Promise<Routed> {
  const { asked, now } = about
  if (asked.askerId === undefined) return { outcome: 'nobody', tells: [] }
  const onlyOnCall = isQuietAt(now, desk.programme)
  // At night only an emergency wakes somebody, and only who is on call.
  if (onlyOnCall && asked.urgency !== 'emergency') return waitForMorning(desk, db, asked.id, now)
  const advisors = await advisorsFor(db, {
    asker: asked.askerId,
    area: asked.area,
    at: now,
    night: nightOf(now, desk.programme),
  })
  const offers = await offersOf(db, asked.id)
  const before = new Set(offers.map(({ person }) => person))
  // Where nobody is left, those who were silent are asked anew: they may have been busy, or away.
  const silent = offers.filter(({ answer, at }) => answer === 'late' && at <= now - ASKED_ANEW[asked.urgency])
  const anew = new Set([...before].filter((person) => !silent.some((offer) => offer.person === person)))
  const rounds = [
    ...TIERS.slice(TIERS.indexOf(about.from)).map((tier) => ({ tier, before })),
    ...TIERS.map((tier) => ({ tier, before: anew })),
  ]
  for (const { tier, before: asBefore } of rounds) {
    const choice = { language: asked.language, before: asBefore, onlyOnCall }
    const advisor = advisorFor(tier, choice, advisors)
    if (!advisor) continue
    await offerCase(db, asked.id, { person: advisor.personId, tier, at: now })
    await changeCase(db, asked.id, { state: 'waiting', tier, mentorId: null, at: now })
    await setClock(desk, db, { asked, step: 'first_answer', now })
    const why = about.why === 'yours' && !advisor.own ? 'area' : about.why
    return { outcome: 'offered', tells: [offering(desk, asked, advisor.personId, why)] }
  }
  if (onlyOnCall) return waitForMorning(desk, db, asked.id, now)
  await changeCase(db, asked.id, { state: 'waiting', tier: 'supervisor', mentorId: null, at: now })
  await setClock(desk, db, { asked, step: 'first_answer', now })
  return { outcome: 'nobody', tells: [] }
}

/** Somebody has left: the cases they have, and those they were asked about and have said nothing to, go to the next. */
export async function passCasesOf(desk: Desk, db: Db, person: PersonId, now: Instant): Promise<Tell[]> {
  const tells: Tell[] = []
  for (const { id } of await casesWith(db, person)) {
    const asked = await caseForUpdate(db, id)
    if (!asked) continue
    await answerOffer(db, id, { person, answer: 'passed', at: now })
    await changeCase(db, id, { state: 'waiting', mentorId: null, at: now })
    const routed = await routeCase(desk, db, { asked, from: asked.tier, why: 'passed', now })
    tells.push(...routed.tells, ...tellWhere(asked, routed, 'passed'))
  }
  return tells
}

/** Somebody goes on call at night: the emergencies that wait for the morning wait no longer. */
export async function routeWaiting(desk: Desk, db: Db, now: Instant): Promise<Tell[]> {
  if (!isQuietAt(now, desk.programme)) return []
  const tells: Tell[] = []
  for (const { id } of await emergenciesWaiting(db)) {
    const asked = await caseForUpdate(db, id)
    if (!asked || asked.state !== 'waiting') continue
    const routed = await routeCase(desk, db, { asked, from: 'own', why: 'area', now })
    if (routed.outcome === 'offered') tells.push(...routed.tells, ...tellAsker(asked, 'case_on_call'))
  }
  return tells
}

/** What somebody is told who is asked. */
export function offering(desk: Desk, asked: ClinicalCase, person: PersonId, why: Why): Tell {
  const say = caseSay(asked.id, 'case_comes', {
    urgency: desk.shelf.words[`case_urgency_${asked.urgency}`] ?? {},
    why: desk.shelf.words[`case_why_${why}`] ?? {},
  })
  return {
    person,
    says: [say],
    open: opening(asked.id),
    awaited: mayWake(asked.urgency),
  }
}

/** The case as a dialogue that opens, or a button that opens it. */
export function opening(id: CaseId): NonNullable<Tell['open']> {
  return { flow: 'case', subject: id, word: 'case_open', values: { code: codeOf(id) } }
}

/** Sets the clock of what a case waits for now. */
export async function setClock(
  desk: Desk,
  db: Db,
  { asked, step, now }: { asked: ClinicalCase; step: CaseStep; now: Instant },
): Promise<void> {
  await ring(db, asked, caseDueAt(now, asked.urgency, step, desk.programme))
}

async function ring(
  db: Db,
  { id, askerId }: Pick<ClinicalCase, 'id' | 'askerId'>,
  at: Instant,
): Promise<void> {
  if (askerId === undefined) return
  await planFollowUps(db, [
    { kind: 'case_clock', key: `case_clock:${id}`, person_id: askerId, subject: id, due_at: at },
  ])
}

export async function stopClock(db: Db, id: CaseId, now: Instant): Promise<void> {
  await dropFollowUps(db, [`case_clock:${id}`], now)
}

async function waitForMorning(desk: Desk, db: Db, id: CaseId, now: Instant): Promise<Routed> {
  const asked = await caseForUpdate(db, id)
  if (asked) await ring(db, asked, quietEndAfter(now, desk.programme))
  return { outcome: 'morning', tells: [] }
}

/**
 * The clock of a case has run out: whoever it was with has said nothing. It goes to the next, and everybody it
 * concerns is told why. A case that is resolved, or hidden, does nothing.
 */
export async function ringCase(desk: Desk, db: Db, id: CaseId, now: Instant): Promise<readonly Tell[]> {
  const asked = await caseForUpdate(db, id)
  if (!asked || asked.state === 'resolved' || asked.hidden || asked.askerId === undefined) return []
  const offers = await offersOf(db, id)
  const first = offers.length === 0
  const wasAsked = await answerOffer(db, id, { answer: 'late', at: now })
  // Nobody has it and nobody was asked: somebody may have come back since.
  const from = wasAsked ? nextTier(asked.tier) : asked.mentorId === undefined ? 'own' : asked.tier
  const routed = await routeCase(desk, db, { asked, from, why: first ? 'yours' : 'late', now })
  // At night, with nobody on call, it stays with who has it: they may be asleep, and are asked first in the morning.
  if (routed.outcome === 'morning' && asked.mentorId !== undefined)
    return tellAsker(asked, 'case_mentor_sleeps')
  const tells: Tell[] = [...routed.tells]
  // That still nobody is there is told once, and not every few hours.
  if (!first && (routed.outcome === 'offered' || wasAsked || asked.mentorId !== undefined))
    tells.push(...tellWhere(asked, routed, 'late'))
  if (first && routed.outcome === 'offered') tells.push(...tellAsker(asked, 'case_is_out'))
  if (asked.mentorId !== undefined)
    tells.push({ person: asked.mentorId, says: [caseSay(id, 'case_taken_back')] })
  return tells
}
