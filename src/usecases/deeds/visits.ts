// Visits as they are planned: looked at, confirmed, moved, called off, and answered by who belongs to them.
import { instantOf, localDay } from '../../domain/rhythm.ts'
import { canChange, type VisitChange } from '../../domain/visit.ts'
import { canStart, isAhead, plusDays, startsWithin, VISIT_HOUR } from '../../domain/visit-calendar.ts'
import type { Say } from '../../engine/events.ts'
import type { ListItem, Vars } from '../../engine/session.ts'
import type { Db } from '../../store/db.ts'
import { planFollowUps } from '../../store/follow-ups.ts'
import { meetingsLed } from '../../store/meetings.ts'
import { forgetAnswers, gatherPeople, noteTold, type VisitPerson } from '../../store/visit-people.ts'
import {
  changeVisit,
  type Visit,
  type VisitDecision,
  visitsMadeBy,
  visitsOf,
  visitsPlannedAt,
} from '../../store/visits.ts'
import type { Day } from '../../words/clock.ts'
import { dayMeant, dayWords } from '../../domain/day.ts'
import type { FlowId, PersonId } from '../../words/ids.ts'
import { announceVisit, remoteSays, visitSay, visitValues } from '../announce-visit.ts'
import { daysOff, nextPlanning, planning, planVisits } from '../plan-visits.ts'
import { actorOf } from '../relate.ts'
import { type AtVisit, visitAtHand } from '../visit-at-hand.ts'
import { briefSays } from '../visit-brief.ts'
import { answersOf, answerTo } from './answer-visit.ts'
import { placesVisited } from './extra-visit.ts'
import { managedPlace } from './visit-days.ts'
import { type Deed, type DeedOrder, type DeedResult, type DeedSet, NO_SUCH_DAY, wordIn } from './deed.ts'

/** What a list shows on every telephone, with room for what else may be done. */
const MOST_LISTED = 7
const MOST_DAYS = 8
/** Visits are moved at most so many days ahead. */
const MOVED_AT_MOST = 60
/** How far ahead one looks: a quarter and what is left of this one. */
const AHEAD = 130
/** A visit that was not written down yet is still shown for a while. */
const BEHIND = 14

const GONE: DeedResult = { outcome: 'gone' }

/** The reasons that are offered by `visit.yaml`. */
export const REASONS = [
  'road',
  'transport',
  'staff',
  'emergency',
  'ill',
  'meeting',
  'travel',
  'other',
] as const

const listVisits: Deed = async ({ desk, db, talk, now }) => {
  const today = localDay(now, desk.programme)
  // Whoever looks before it is time sees the plan at once; from then on it comes by itself.
  const proposed = await planVisits(desk, db, talk.personId, now)
  if (proposed.length > 0) await planFollowUps(db, [planning(talk.personId, nextPlanning(desk, now))])
  const visits = await theirVisits(db, talk.personId, today)
  const items = visits.map(({ id, facility, startsOn }): ListItem => ({
    id: String(id),
    text: dayWords(startsOn, facility),
  }))
  const calendar: ListItem = { id: 'calendar', text: desk.shelf.words['visits_calendar'] ?? {} }
  const managed = await managedPlace(db, talk.personId)
  const days: ListItem[] = managed ? [{ id: 'days', text: desk.shelf.words['visits_days'] ?? {} }] : []
  // Whoever leads a district's meeting has it in the same calendar.
  const leads =
    (await meetingsLed(db, talk.personId, { from: today, until: plusDays(today, AHEAD) })).length > 0
  const extra: ListItem[] =
    (await placesVisited(db, talk.personId)).length > 0
      ? [{ id: 'extra', text: desk.shelf.words['visits_extra'] ?? {} }]
      : []
  const shown = items.slice(0, MOST_LISTED)
  const hidden = items.slice(MOST_LISTED).map((item) => ({ ...item, hidden: true }))
  const found = { visits: [...shown, ...extra, calendar, ...days, ...hidden], count: visits.length }
  return { outcome: visits.length === 0 && !managed && !leads && extra.length === 0 ? 'none' : 'some', found }
}

async function theirVisits(db: Db, person: PersonId, today: Day): Promise<Visit[]> {
  const span = { from: plusDays(today, -BEHIND), until: plusDays(today, AHEAD) }
  const made = await visitsMadeBy(db, person, span)
  const own = (await visitsOf(db, person, span)).filter(({ id, state, startsOn, days }) => {
    const coming = plusDays(startsOn, days) > today
    // Its mentors also see what is proposed to them, and what is not written down yet.
    return made.has(id)
      ? state === 'begun' || state === 'confirmed' || (state === 'proposed' && coming)
      : (state === 'begun' || state === 'confirmed') && coming
  })
  if (own.length > 0) return own
  const { duties } = await actorOf(db, person)
  const places = duties.flatMap(({ role, facilityId }) =>
    role.endsWith('supervisor') || role === 'district_coordinator' ? (facilityId ?? []) : [],
  )
  return places.length === 0 ? [] : visitsPlannedAt(db, places, { ...span, from: today })
}

/** Tells how a visit stands and what may be done about it. */
const openVisit: Deed = async (order) => {
  const at = await visitAtHand(order)
  if (!at) return GONE
  const { desk, now } = order
  const { visit, people } = at
  const values: Vars = {
    ...visitValues(desk, visit, { people, reader: order.talk.personId }),
    state: desk.shelf.words[`visit_state_${visit.state}`] ?? {},
  }
  const says: Say[] = [visitSay('visit_head', values), ...remoteSays(visit, values)]
  const doings = doingsOf(at, localDay(now, desk.programme)).map((id): ListItem => ({
    id,
    text: desk.shelf.words[`visit_do_${id.replaceAll('-', '_')}`] ?? {},
  }))
  const found = { doings, edition: visit.edition, place: visit.facility, at: values['at'] ?? '', said: '' }
  if (doings.length === 0) return { outcome: 'over', says, found }
  // A button under a reminder has said already what is to be done.
  const said = wordIn(order.vars, 'said')
  return doings.some(({ id }) => id === said)
    ? { outcome: 'said', found: { ...found, doing: said } }
    : { outcome: 'open', says, found }
}

/** What somebody may do about a visit, in the order it is offered. */
function doingsOf({ visit, self, mayPlan, mayHold }: AtVisit, today: Day): string[] {
  const is = (what: VisitChange): boolean => canChange(visit.state, what)
  const hold = mayHold && (visit.state === 'begun' || (is('begin') && visit.startsOn <= today))
  const doings = [
    ...(hold ? (visit.state === 'begun' ? ['go-on', 'baseline'] : ['begin']) : []),
    ...(mayPlan && is('confirm') ? ['confirm'] : []),
    ...(self && visit.startsOn >= today ? answersOf(visit, mayPlan) : []),
    ...(mayPlan && is('move') ? ['move', 'cancel'] : []),
    ...(mayPlan && visit.state !== 'cancelled' && visit.state !== 'closed' ? ['people'] : []),
    ...(mayHold && visit.state !== 'cancelled' && visit.state !== 'closed' ? ['brief'] : []),
  ]
  return doings.length === 0 ? [] : [...doings, 'later']
}

const doVisit: Deed = async (order) => {
  const doing = wordIn(order.vars, 'doing')
  switch (doing) {
    case 'begin':
    case 'go-on':
    case 'baseline':
      return {
        input: {
          kind: 'open',
          flow: (doing === 'baseline' ? 'baseline' : 'visit-hold') as FlowId,
          vars: { subject: wordIn(order.vars, 'subject') },
        },
      }
    case 'confirm':
      return change(order, 'confirm', { state: 'confirmed' })
    case 'move':
    case 'cancel':
      return { outcome: doing }
    case 'people':
      return tellPeople(order)
    case 'brief': {
      const at = await visitAtHand(order)
      return at?.mayHold ? { outcome: 'open', says: await briefSays(order.desk, order.db, at.visit) } : GONE
    }
    case 'later':
      return { outcome: 'over' }
    default:
      return answerTo(order, doing)
  }
}

async function tellPeople(order: DeedOrder): Promise<DeedResult> {
  const at = await visitAtHand(order)
  if (!at?.mayPlan) return GONE
  const asked = at.people.filter(({ part }) => part !== 'mentor')
  const groups = [
    ['visit_coming', (one: VisitPerson) => one.answer === 'coming'],
    ['visit_not_coming', (one: VisitPerson) => one.answer === 'not_coming'],
    ['visit_other_day', (one: VisitPerson) => one.answer === 'other_day'],
    ['visit_silent', (one: VisitPerson) => one.answer === undefined],
  ] as const
  const says = groups.flatMap(([word, belongs]): Say[] => {
    const names = asked
      .filter(belongs)
      .map(({ personId, name }): ListItem => ({ id: String(personId), text: { en: name } }))
    return names.length === 0 ? [] : [visitSay(word, { names, count: names.length })]
  })
  return { outcome: 'open', says }
}

/**
 * Changes a visit, if it still stands as whoever decides has seen it. Of two who decide at once the first decides, and
 * the second hears how it stands now.
 */
async function change(order: DeedOrder, what: VisitChange, decision: VisitDecision): Promise<DeedResult> {
  const { desk, db, talk, vars, now } = order
  const at = await visitAtHand(order, 'locked')
  if (!at?.mayPlan) return GONE
  const { visit } = at
  if (visit.edition !== vars['edition'] || !canChange(visit.state, what)) {
    const state = desk.shelf.words[`visit_state_${visit.state}`] ?? {}
    // They hear it now, and not once more as news.
    const on = visit.state === 'confirmed' ? visit.startsOn : undefined
    await noteTold(db, visit.id, { person: talk.personId, on, remote: visit.remote, at: now })
    return {
      outcome: 'changed',
      says: [visitSay('visit_changed', { ...visitValues(desk, visit), state })],
    }
  }
  if (what === 'confirm' && !(await isFree(order, at, visit.startsOn))) return { outcome: 'unfit' }
  const wasKnown = visit.state === 'confirmed'
  await changeVisit(db, visit, decision, now)
  const mentors = at.people.filter(({ part }) => part === 'mentor').map(({ personId }) => personId)
  await gatherPeople(db, visit.id, mentors)
  if (decision.state === 'moved' && wasKnown) await forgetAnswers(db, visit.id)
  await announceVisit(desk, db, { visit: visit.id, by: talk.personId, now })
  const day = decision.state === 'moved' ? decision.to : visit.startsOn
  const when = { at: { at: instantOf(day, VISIT_HOUR, desk.programme) } }
  return { outcome: decision.state, found: { ...when, place: visit.facility } }
}

async function isFree({ desk, db, now }: DeedOrder, { visit, people }: AtVisit, day: Day): Promise<boolean> {
  const mentors = people.filter(({ part }) => part === 'mentor').map(({ personId }) => personId)
  const off = await daysOff(desk, db, { facility: visit.facilityId, mentors, now, but: visit.id })
  return isAhead(day, now, desk.programme) && canStart(day, visit.days, off)
}

const listDays: Deed = async (order) => {
  const { desk, db, now } = order
  const at = await visitAtHand(order)
  if (!at?.mayPlan) return GONE
  const { visit, people } = at
  const mentors = people.filter(({ part }) => part === 'mentor').map(({ personId }) => personId)
  const off = await daysOff(desk, db, { facility: visit.facilityId, mentors, now, but: visit.id })
  const today = localDay(now, desk.programme)
  const span = { from: plusDays(today, 1), until: plusDays(today, MOVED_AT_MOST) }
  const starts = startsWithin(span, visit.days, off).filter((day) => day !== visit.startsOn)
  const near = starts.filter((day) => day >= plusDays(visit.startsOn, -4)).slice(0, MOST_DAYS)
  const days = (near.length > 0 ? near : starts.slice(0, MOST_DAYS)).map((day): ListItem => ({
    id: day,
    text: dayWords(day),
  }))
  const other: ListItem = { id: 'other', text: desk.shelf.words['visit_do_type_day'] ?? {} }
  return { outcome: 'some', found: { days: [...days, other] } }
}

/** A day that was picked or written: it must be one on which the visit can begin. */
const checkDay: Deed = async (order) => {
  const { desk, vars, now } = order
  const at = await visitAtHand(order)
  if (!at?.mayPlan) return GONE
  const today = localDay(now, desk.programme)
  const day = dayMeant(wordIn(vars, 'day'), today)
  if (day === undefined) return NO_SUCH_DAY
  if (day > plusDays(today, MOVED_AT_MOST) || !(await isFree(order, at, day))) return { outcome: 'unfit' }
  return { outcome: 'fits', found: { day } }
}

const moveVisit: Deed = async (order) => {
  const { desk, vars, now } = order
  const to = dayMeant(wordIn(vars, 'day'), localDay(now, desk.programme))
  const at = await visitAtHand(order)
  // Days may have been taken since it was chosen.
  if (to === undefined || !at || !(await isFree(order, at, to))) return { outcome: 'unfit' }
  return change(order, 'move', { state: 'moved', to, because: reasonIn(vars) })
}

const cancelVisit: Deed = (order) =>
  change(order, 'cancel', { state: 'cancelled', because: reasonIn(order.vars) })

const reasonIn = (vars: Vars): string => REASONS.find((one) => one === wordIn(vars, 'because')) ?? 'other'

const showVisit: Deed = ({ vars }) => {
  const picked = wordIn(vars, 'visit')
  if (['calendar', 'days', 'extra'].includes(picked)) return Promise.resolve({ outcome: picked })
  return Promise.resolve({ input: { kind: 'open', flow: 'visit' as FlowId, vars: { subject: picked } } })
}

export const visitDeeds: DeedSet = {
  deeds: {
    'list-visits': listVisits,
    'show-visit': showVisit,
    'open-visit': openVisit,
    'do-visit': doVisit,
    'list-days': listDays,
    'check-day': checkDay,
    'move-visit': moveVisit,
    'cancel-visit': cancelVisit,
  },
  audited: { 'move-visit': 'visit.move', 'cancel-visit': 'visit.cancel' },
}
