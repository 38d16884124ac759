// A visit is planned, moved or called off: everybody it concerns hears of it once, as it stands when they can be told,
// and is reminded of the day it is on and of no other.
import { lastDay, OVER_HOUR, reminderTimes, VISIT_HOUR } from '../domain/visit-calendar.ts'
import { instantOf } from '../domain/rhythm.ts'
import type { Offer, Say } from '../engine/events.ts'
import type { Vars } from '../engine/session.ts'
import { dropFollowUpsAbout, type FollowUpWrite, planFollowUps } from '../store/follow-ups.ts'
import type { Db } from '../store/db.ts'
import { rhythmsOf } from '../store/rhythms.ts'
import { noteTold, visitPeople, type VisitPerson } from '../store/visit-people.ts'
import { type Visit, visitById } from '../store/visits.ts'
import type { Instant } from '../words/clock.ts'
import type { PersonId, VisitId } from '../words/ids.ts'
import type { LocalText } from '../words/language.ts'
import type { Desk } from './desk.ts'
import { followTravel, showMeeting } from './restrictions.ts'

const USUAL_HOUR = 17

/** Plans who is told and reminded of a visit as it now stands; `by` knows already. */
export async function announceVisit(
  desk: Desk,
  db: Db,
  { visit: id, by, now }: { visit: VisitId; by: PersonId | undefined; now: Instant },
): Promise<void> {
  const planned = await visitById(db, id)
  if (!planned) return
  await followTravel(db, planned)
  const visit = (await visitById(db, id)) ?? planned
  // Whatever else has changed, those who meet in a chat see there.
  if (visit.remote) await showMeeting(db, visit)
  await dropFollowUpsAbout(db, { kinds: ['visit_reminder', 'visit_after'], subject: id }, now)
  const people = await visitPeople(db, id)
  const isOn = visit.state === 'confirmed'
  if (people.some(({ personId }) => personId === by) && by !== undefined)
    await noteTold(db, id, {
      person: by,
      on: isOn ? visit.startsOn : undefined,
      remote: visit.remote,
      at: now,
    })
  const ids = people.map(({ personId }) => personId)
  const followUps = ids
    .filter((person) => person !== by)
    .map((person) => followUpOn('visit_news', visit, { person, at: now }))
  if (isOn) {
    followUps.push(...(await reminders(desk, db, { visit, people: ids, now })))
    if (visit.leadId !== undefined) {
      const over = instantOf(lastDay(visit.startsOn, visit.days), OVER_HOUR, desk.programme)
      followUps.push(followUpOn('visit_after', visit, { person: visit.leadId, at: Math.max(over, now) }))
    }
  }
  if (followUps.length > 0) await planFollowUps(db, followUps)
}

/** Whoever came to belong to a visit later hears of it and is reminded; what is planned for the others stays. */
export async function announceTo(
  desk: Desk,
  db: Db,
  about: { visit: Visit; people: readonly PersonId[]; now: Instant },
): Promise<void> {
  const { visit, people, now } = about
  if (visit.state !== 'confirmed' || people.length === 0) return
  const news = people.map((person) => followUpOn('visit_news', visit, { person, at: now }))
  await planFollowUps(db, [...news, ...(await reminders(desk, db, about))])
}

async function reminders(
  desk: Desk,
  db: Db,
  { visit, people, now }: { visit: Visit; people: readonly PersonId[]; now: Instant },
): Promise<FollowUpWrite[]> {
  const rhythms = await rhythmsOf(db, people)
  return people.flatMap((person) => {
    const hour = rhythms.get(person)?.hour ?? USUAL_HOUR
    return reminderTimes(visit.startsOn, { now, hour, programme: desk.programme }).map(({ reminder, at }) =>
      followUpOn('visit_reminder', visit, { person, at, which: reminder }),
    )
  })
}

export function followUpOn(
  kind: FollowUpWrite['kind'],
  { id }: Visit,
  { person, at, which }: { person: PersonId; at: Instant; which?: string },
): FollowUpWrite {
  const key = [kind, id, person, ...(which === undefined ? [] : [which])].join(':')
  return { kind, key, person_id: person, subject: id, due_at: at }
}

/** What is new to somebody about a visit; undefined when they know how it stands. */
export function newsFor(visit: Visit, { toldOn, toldRemote, toldAt }: VisitPerson): string | undefined {
  const { closedAt } = visit
  if (closedAt !== undefined)
    return toldAt === undefined || toldAt < closedAt ? 'visit_news_closed' : undefined
  if (visit.state === 'cancelled') return toldOn === undefined ? undefined : 'visit_news_cancelled'
  if (visit.state !== 'confirmed') return undefined
  if (toldOn === undefined) return 'visit_news_planned'
  if (toldOn !== visit.startsOn) return 'visit_news_moved'
  if (toldRemote === visit.remote) return undefined
  return visit.remote ? 'visit_news_remote' : 'visit_news_on_site'
}

/** Whom a visit is told, among its people: whoever leads it does not read that they come with themselves. */
interface ToldOf {
  readonly people: readonly VisitPerson[]
  readonly reader: PersonId
}

/** What every word about a visit may be filled with; without `told` nobody is named in it. */
export function visitValues(desk: Desk, visit: Visit, told?: ToldOf): Vars {
  return {
    place: visit.facility,
    at: { at: instantOf(visit.startsOn, VISIT_HOUR, desk.programme) },
    days: visit.days,
    lead: told ? leadOf(visit, told.people) : '',
    reader: told?.reader === visit.leadId ? 'lead' : 'other',
    because: becauseWords(desk, visit.because),
    remote: visit.remoteBecause ?? '',
    call: visit.remoteCall ?? '',
  }
}

/** Why it was moved or called off, as one of the reasons there are. */
export const becauseWords = (desk: Desk, because: string | undefined): LocalText =>
  desk.shelf.words[`visit_because_${because ?? 'other'}`] ?? {}

/** Who leads a visit by name; empty when nobody is named any more. */
const leadOf = (visit: Visit, people: readonly VisitPerson[]): string =>
  people.find(({ personId }) => personId === visit.leadId)?.name ?? ''

/** Of a visit that is held from far away: why, how its people talk, and what can be done from there. */
export const remoteSays = ({ remote, remoteCall, inChat }: Visit, values: Vars): Say[] =>
  remote
    ? [
        visitSay('visit_is_remote', values),
        ...(remoteCall === undefined ? [] : [visitSay('visit_call', values)]),
        visitSay(inChat ? 'visit_remote_session' : 'visit_remote_agenda', values),
      ]
    : []

export const visitSay = (word: string, values: Vars): Say => ({ say: 'word', word, values })

/** The visit as a dialogue that opens, or a button that opens it. */
export const openingVisit = (id: VisitId): Offer => ({ flow: 'visit', subject: id, word: 'visit_open' })

/** What somebody answers a reminder with, by one tap each; mentors move the visit instead of asking for another day. */
export const answeringVisit = ({ id }: Visit, { part }: VisitPerson): Offer[] =>
  ['coming', 'not-coming', part === 'mentor' ? 'move' : 'other-day'].map((said) => ({
    flow: 'visit',
    subject: id,
    said,
    word: `visit_do_${said.replaceAll('-', '_')}`,
  }))
