// A mentor leads a session of their group.
import { dayMeant } from '../../domain/day.ts'
import { dayNamed } from '../../domain/rhythm.ts'
import type { Say } from '../../engine/events.ts'
import { shuffled } from '../../engine/seed.ts'
import type { Quiz } from '../../engine/schema.ts'
import type { ListItem } from '../../engine/session.ts'
import type { Flow } from '../../engine/shelf.ts'
import { changeCards, type ChwGroup } from '../../store/chw-groups.ts'
import { recordsOf } from '../../store/competency-records.ts'
import {
  type GroupSession,
  openGroupSession,
  sessionOfMember,
  sessionUnderWay,
  tieToVisit,
} from '../../store/group-sessions.ts'
import { personById } from '../../store/people.ts'
import type { AddressId } from '../../words/ids.ts'
import type { Desk } from '../desk.ts'
import { endSession, planEnd, tellTotals } from '../end-session.ts'
import { act, QUESTIONS, questionSay, quizOf, sessionCard, stateOf } from '../group-session.ts'
import { groupLedBy, groupPlacesOf, groupsLedBy, watchersOf } from '../lead-group.ts'
import { restrictionAt } from '../restrictions.ts'
import { beginVisitOf } from '../visit-of-session.ts'
import { type DeedOrder, type DeedResult, type DeedSet, wordIn } from './deed.ts'
import { subjectIn } from './groups.ts'

const REFUSED: DeedResult = { outcome: 'refused' }
const GONE: DeedResult = { outcome: 'gone' }

export const groupSessionDeeds: DeedSet = {
  deeds: {
    'look-at-session': lookAtSession,

    async 'open-session'(order) {
      const { desk, db, talk, vars, now } = order
      const group = await ledIn(order)
      const flow = quizzesFor(desk).find(({ id }) => id === wordIn(vars, 'area'))
      if (!group || !flow) return REFUSED
      if (!group.reachable) return silent(group)
      const seed = desk.chance()
      const restricted = await restrictionAt(desk, db, { place: group.facilityId, now })
      const beside = wordIn(vars, 'beside')
      const own = await isValidatedIn(order, flow.content.competency)
      if (!own && beside === '') return { outcome: 'beside', found: { title: flow.content.title } }
      const opened = await openGroupSession(db, {
        addressId: group.addressId,
        facilityId: group.facilityId,
        mentorId: talk.personId,
        flow: flow.id,
        version: flow.version,
        seed,
        questions: drawn(flow.content, seed),
        remote: restricted !== undefined || wordIn(vars, 'where') === 'remote',
        supervised: wordIn(vars, 'supervised') === 'yes',
        validated: own || beside === 'yes',
        openedAt: now,
      })
      if (opened !== undefined) {
        const { area } = desk.shelf.competencies.named(flow.content.competency)
        const visit = await beginVisitOf(desk, db, { place: group.facilityId, area, now })
        if (visit !== undefined) await tieToVisit(db, opened, visit)
        await planEnd(db, opened, talk.personId, now)
      }
      const session = await sessionUnderWay(db, group.facilityId)
      if (!session) return GONE
      await changeCards(db, [{ address: group.addressId, name: sessionCard(session.id) }])
      return joined(order, { session, group })
    },

    async 'lead-session'(order) {
      const led = await underWay(order)
      if (!led) return REFUSED
      const { session, group } = led
      // What nobody could read was not put: the session waits until the chat can be written to.
      if (!group.reachable) return silent(group)
      switch (wordIn(order.vars, 'next')) {
        case 'warm':
          return warmUp(order, led)
        case 'ask': {
          const moved = await act(order.desk, order.db, session, 'ask')
          if (!moved) return { ...(await standing(order, led)), outcome: 'not-now' }
          const groups = [{ group: group.addressId, says: [questionSay(moved)], awaited: true }]
          return { ...(await standing(order, { session: moved, group })), groups }
        }
        case 'tell': {
          const moved = await act(order.desk, order.db, session, 'tell')
          if (!moved) return notNow(order, led)
          const told = await tellTotals(order.desk, order.db, { session: moved, group, now: order.now })
          return { ...(await standing(order, { session: moved, group })), ...told }
        }
        default:
          return standing(order, led)
      }
    },

    async 'close-session'(order) {
      const { desk, db, talk, vars, now } = order
      const led = await underWay(order)
      if (!led) return REFUSED
      const today = dayNamed(now, desk.programme)
      const skipped = wordIn(vars, 'picked') === 'skip'
      const nextOn = skipped ? undefined : dayMeant(wordIn(vars, 'when'), today)
      if (!skipped && nextOn === undefined) return { outcome: 'unclear-day' }
      const agreed = wordIn(vars, 'agreed').slice(0, 600)
      const end = { ...led, agreed, nextOn, by: talk.personId, now }
      const watchers = await watchersOf(db, led.group.facilityId, ['hospital_supervisor'])
      const reached = led.group.reachable ? 'yes' : 'no'
      const found = { reached, watched: watchers.length > 0 ? 'yes' : 'no' }
      return { outcome: 'closed', found, ...(await endSession(desk, db, end)) }
    },
  },
  audited: { 'open-session': 'session.open', 'close-session': 'session.close' },
}

/** The quizzes that CHWs learn by. */
const quizzesFor = ({ shelf }: Pick<Desk, 'shelf'>): Flow<Quiz>[] =>
  shelf.flows.filter(
    (flow): flow is Flow<Quiz> => flow.content.kind === 'quiz' && flow.content.cadres.includes('chw'),
  )

/** Of what is kept for practice: a session gives nothing away of the tests of record. */
function drawn({ questions }: Quiz, seed: number): number[] {
  const pool = questions.flatMap(({ form, withdrawn }, index) =>
    form === 'practice' && !withdrawn ? [index] : [],
  )
  return shuffled(pool.length, seed)
    .slice(0, QUESTIONS)
    .flatMap((place) => pool[place] ?? [])
}

/** Whether whoever leads is validated in some competency of the area that this one lies in. */
async function isValidatedIn({ desk, db, talk }: DeedOrder, competency: string): Promise<boolean> {
  const { competencies } = desk.shelf
  const { area } = competencies.named(competency)
  const records = await recordsOf(db, talk.personId)
  return records.some(
    (record) => record.validatedAt !== undefined && competencies.named(record.competency).area === area,
  )
}

export interface Led {
  readonly session: GroupSession
  readonly group: ChwGroup
}

/** The group a dialogue is about, if the person may lead it. */
function ledIn({ db, talk, vars }: DeedOrder): Promise<ChwGroup | undefined> {
  const picked = Number(wordIn(vars, 'chat'))
  const address = picked > 0 ? (picked as AddressId) : subjectIn(vars)
  return address === undefined ? Promise.resolve(undefined) : groupLedBy(db, talk.personId, address)
}

export async function underWay(order: DeedOrder): Promise<Led | undefined> {
  const group = await ledIn(order)
  const session = group && (await sessionUnderWay(order.db, group.facilityId))
  return session && { session, group }
}

/** Who leads a group leads its session, who belongs to one answers: one word opens both. */
async function lookAtSession(order: DeedOrder): Promise<DeedResult> {
  const { desk, db, talk, now } = order
  const group = await ledIn(order)
  if (!group) return choose(order)
  const session = await sessionUnderWay(db, group.facilityId)
  if (session) return joined(order, { session, group })
  if (!group.reachable) return silent(group)
  const areas = quizzesFor(desk).map(({ id, content }): ListItem => ({ id, text: content.title }))
  const restricted = await restrictionAt(desk, db, { place: group.facilityId, now })
  const away = restricted === undefined ? '' : 'yes'
  const found = { subject: String(group.addressId), group: group.facility, areas, away }
  if (areas.length === 0 || talk.home !== 'menu') return REFUSED
  return { outcome: 'begin', found }
}

async function choose({ db, talk }: DeedOrder): Promise<DeedResult> {
  const groups = await groupsLedBy(db, talk.personId)
  if (groups.length > 0) {
    const chats = groups.map(({ addressId, facility }): ListItem => ({
      id: String(addressId),
      text: { en: facility },
    }))
    return { outcome: 'several', found: { chats } }
  }
  if (await sessionOfMember(db, talk.personId)) return { outcome: 'answer' }
  // Whoever may lead a group whose chat nobody has linked yet is told what comes first.
  return (await groupPlacesOf(db, talk.personId)).length > 0 ? REFUSED : { outcome: 'none' }
}

/** How it stands, to whoever leads it; in which part of it they are decides nothing but what is of use. */
export async function standing(
  { desk, db }: DeedOrder,
  { session, group }: Led,
): Promise<DeedResult & { outcome: string }> {
  const state = await stateOf(desk, db, { session, group })
  return { outcome: 'lead', found: { subject: String(group.addressId), ...state } }
}

/** The same; whoever comes to a session that somebody else has opened is told so. */
async function joined(order: DeedOrder, led: Led): Promise<DeedResult> {
  const { mentorId } = led.session
  const other =
    mentorId === order.talk.personId || mentorId === undefined
      ? undefined
      : await personById(order.db, mentorId)
  const values = { name: other?.name ?? '', group: led.group.facility }
  return {
    ...(await standing(order, led)),
    ...(other && { says: [{ say: 'word', word: 'session_of_other', values }] }),
  }
}

export const notNow = async (order: DeedOrder, led: Led): Promise<DeedResult> => ({
  ...(await standing(order, led)),
  outcome: 'not-now',
})

const silent = ({ facility }: ChwGroup): DeedResult => ({ outcome: 'silent', found: { group: facility } })

/** A case to talk about before the questions, where there is one. */
async function warmUp(order: DeedOrder, led: Led): Promise<DeedResult> {
  const { desk, db } = order
  const { session, group } = led
  const [packet] = desk.shelf.packetsOf(quizOf(desk, session).competency)
  if (!packet || !(await act(desk, db, session, 'warm_up'))) return notNow(order, led)
  const says: Say[] = [{ say: 'word', word: 'session_warm_up', values: { story: packet.content.case } }]
  return { ...(await standing(order, led)), groups: [{ group: group.addressId, says, awaited: true }] }
}
