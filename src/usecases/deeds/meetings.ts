// A district's quarterly meeting in the chat: agenda and figures, its day, and what is decided, each with an owner and a day.
import { agendaOn } from '../../domain/coordination.ts'
import { dayMeant, dayWords } from '../../domain/day.ts'
import { localDay } from '../../domain/rhythm.ts'
import { isWorkingDay, nextPeriod, plusDays } from '../../domain/visit-calendar.ts'
import type { ListItem } from '../../engine/session.ts'
import {
  closeMeeting,
  type Meeting,
  meetingForUpdate,
  moveMeeting,
  openMeetings,
} from '../../store/meetings.ts'
import { holdersAnywhere } from '../../store/duties.ts'
import { peopleAt } from '../../store/people.ts'
import { ownersOfDecisions } from '../../store/promises.ts'
import { DAY } from '../../words/clock.ts'
import type { FlowId, MeetingId, PersonId } from '../../words/ids.ts'
import {
  agendaSays,
  arrangeNext,
  decisionSays,
  meetingCode,
  meetingValues,
  planAgenda,
  tellParticipants,
} from '../coordinate.ts'
import { promiseAction } from '../promise-action.ts'
import { actorOf, isAllowedAt, supervisedPlaces } from '../relate.ts'
import { type Deed, type DeedOrder, type DeedSet, type Tell, wordIn } from './deed.ts'
import { numberIn } from './projects.ts'

const GONE = { outcome: 'gone' } as const
const MOST_OWNERS = 9
/** A meeting is moved at most so many days ahead. */
const MOVED_AT_MOST = 60

const listMeetings: Deed = async ({ db, talk }) => {
  const meetings = await openMeetings(db, supervisedPlaces(await actorOf(db, talk.personId), 'lead_meeting'))
  if (meetings.length === 0) return { outcome: 'none' }
  const items = meetings.map(({ id, facility, heldOn }): ListItem => ({
    id: String(id),
    text: dayWords(heldOn, facility),
  }))
  return { outcome: 'some', found: { meetings: items } }
}

/** The meeting in the variables, if its speaker may lead it. */
async function meetingIn({ db, talk, vars }: DeedOrder): Promise<Meeting | undefined> {
  const id = Number(wordIn(vars, 'subject'))
  const at = Number.isSafeInteger(id) && id > 0 ? await meetingForUpdate(db, id as MeetingId) : undefined
  const allowed =
    at && (await isAllowedAt(db, { actor: talk.personId, act: 'lead_meeting', place: at.facilityId }))
  return allowed ? at : undefined
}

const open: Deed = async (order) => {
  const at = await meetingIn(order)
  if (!at) return GONE
  const { desk, db, now } = order
  const found = { code: meetingCode(at.id), subject: String(at.id) }
  return { outcome: at.closed ? 'closed' : 'open', found, says: await agendaSays(desk, db, at, now) }
}

const move: Deed = async (order) => {
  const at = await meetingIn(order)
  if (!at || at.closed) return GONE
  const { desk, db, vars, now } = order
  const today = localDay(now, desk.programme)
  const day = dayMeant(wordIn(vars, 'day'), today)
  if (day === undefined) return { outcome: 'unclear' }
  const fits =
    day >= today &&
    day >= nextPeriod(at.quarter, 'quarter') &&
    day <= plusDays(today, MOVED_AT_MOST) &&
    isWorkingDay(day, desk.programme.calendar)
  if (!fits) return { outcome: 'unfit' }
  await moveMeeting(db, at.id, day)
  const moved = { ...at, heldOn: day }
  await planAgenda(desk, db, moved)
  // Whoever was not told of the first day hears of the new one with the agenda.
  const isKnown = today >= agendaOn(at.heldOn)
  const says = [{ say: 'word', word: 'meeting_moved', values: meetingValues(moved) }] as const
  const tells = isKnown ? await tellParticipants(db, moved, says) : []
  return { outcome: 'moved', found: { held: dayWords(day) }, tells }
}

async function ownersAt({ db, desk, talk }: DeedOrder, at: Meeting): Promise<ListItem[]> {
  const people = await peopleAt(db, { places: [at.facilityId], search: '', limit: 80 })
  const me: ListItem = { id: String(talk.personId), text: desk.shelf.words['owner_me'] ?? {} }
  const leading = await holdersAnywhere(db, ['hospital_supervisor', 'facility_manager'])
  const rank = (id: PersonId): number => (leading.includes(id) ? 0 : 1)
  const others = people
    .filter(({ id }) => id !== talk.personId)
    .toSorted((a, b) => rank(a.id) - rank(b.id))
    .map(({ id, name }): ListItem => ({ id: String(id), text: { en: name } }))
  return [me, ...others].map((item, index) => (index < MOST_OWNERS ? item : { ...item, hidden: true }))
}

const listOwners: Deed = async (order) => {
  const at = await meetingIn(order)
  return at && !at.closed ? { outcome: 'listed', found: { owners: await ownersAt(order, at) } } : GONE
}

const decide: Deed = async (order) => {
  const at = await meetingIn(order)
  const { desk, db, talk, vars, now } = order
  const [text, days] = [wordIn(vars, 'text'), numberIn(vars, 'days')]
  const owner = at && !at.closed && (await ownersAt(order, at)).find(({ id }) => id === wordIn(vars, 'owner'))
  if (!at || !owner || text === '' || Number.isNaN(days)) return GONE
  const { tells } = await promiseAction(desk, db, {
    facilityId: at.facilityId,
    meetingId: at.id,
    owner: Number(owner.id) as PersonId,
    text,
    dueAt: now + days * DAY,
    by: talk.personId,
    at: now,
  })
  return { outcome: 'decided', found: { text: '' }, tells }
}

/**
 * Closes it, once the quarter it looks back on is over, and arranges the next: whoever belongs to the meeting or owns a
 * decision reads all of them together.
 */
const close: Deed = async (order) => {
  const at = await meetingIn(order)
  const { desk, db, talk, now } = order
  if (!at || at.closed) return GONE
  const earliest = nextPeriod(at.quarter, 'quarter')
  if (localDay(now, desk.programme) < earliest)
    return { outcome: 'early', found: { earliest: dayWords(earliest) } }
  await closeMeeting(db, at.id, now)
  const leader = at.leaderId ?? talk.personId
  await arrangeNext(desk, db, { leader, district: at.facilityId, from: plusDays(at.heldOn, 1) })
  const says = await decisionSays(db, at)
  const head = { say: 'word', word: 'meeting_closed', values: { facility: at.facility } } as const
  const told = [head, ...says]
  const tells = (await tellParticipants(db, at, told)).filter(({ person }) => person !== talk.personId)
  const others = (await ownersOfDecisions(db, at.id)).filter(
    (owner) => owner !== talk.personId && !tells.some(({ person }) => person === owner),
  )
  return {
    outcome: 'closed',
    says: told,
    tells: [...tells, ...others.map((person): Tell => ({ person, says: told }))],
  }
}

export const meetingDeeds: DeedSet = {
  deeds: {
    'list-meetings': listMeetings,
    'show-meeting': ({ vars }) =>
      Promise.resolve({
        input: { kind: 'open', flow: 'meeting' as FlowId, vars: { subject: wordIn(vars, 'meeting') } },
      }),
    'open-meeting': open,
    'move-meeting': move,
    'list-meeting-owners': listOwners,
    'decide-at-meeting': decide,
    'close-meeting': close,
  },
  audited: { 'move-meeting': 'meeting.move', 'close-meeting': 'meeting.close' },
}
