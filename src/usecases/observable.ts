// Whom somebody may observe, and with which checklists: their own mentees, in the areas they mentor them in; and, for
// whoever supervises, the sessions that others have begun, so that two scores of one session can be compared.
import { may } from '../domain/rights.ts'
import { dayNamed } from '../domain/rhythm.ts'
import type { Checklist } from '../engine/schema-checklist.ts'
import type { ListItem } from '../engine/session.ts'
import type { Flow } from '../engine/shelf.ts'
import { type BegunSession, sessionsAt } from '../store/begun-sessions.ts'
import type { Db } from '../store/db.ts'
import { beforeLeader } from '../store/group-attendance.ts'
import { unseenOnSite } from '../store/seen-from-afar.ts'
import { menteesOf } from '../store/pairings.ts'
import { awayAmong, personById } from '../store/people.ts'
import { whereVisiting } from '../store/visit-people.ts'
import { DAY, type Instant } from '../words/clock.ts'
import type { FlowId, PersonId } from '../words/ids.ts'
import type { Desk } from './desk.ts'
import { actorOf, watchedBy, whomFor } from './relate.ts'

/** A second observer joins a session that was begun at most this long ago. */
export const SAME_SESSION = DAY

/** The people somebody may observe now, by name, to be picked from; and whether they may rate sessions of others. */
export async function menteesToObserve(
  desk: Desk,
  db: Db,
  { observer, now }: { observer: PersonId; now: Instant },
): Promise<{ mentees: ListItem[]; rates: boolean }> {
  const actor = await actorOf(db, observer)
  const paired = await menteesOf(db, observer)
  const names = new Map<PersonId, string>()
  for (const { menteeId, mentee } of paired) {
    const mentoredIn = paired.filter((one) => one.menteeId === menteeId).map(({ area }) => area)
    if (may(actor, 'observe', { personId: menteeId, mentoredIn, places: [] })) names.set(menteeId, mentee)
  }
  for (const { menteeId, mentee } of await sessionsToRate(desk, db, { observer, now }))
    names.set(menteeId, mentee)
  const all = [...names.keys()]
  // Those who are there in a session come first, then those of the place one visits, then those who could not be seen on
  // the spot so far; whoever is away comes last.
  const there = await beforeLeader(db, observer)
  const visited = await whereVisiting(db, observer, all)
  const unseen = await unseenOnSite(db, all, dayNamed(now, desk.programme))
  const away = await awayAmong(db, all)
  const first = (id: PersonId): number =>
    there.has(id) ? 0 : away.has(id) ? 4 : visited.has(id) ? 1 : unseen.has(id) ? 2 : 3
  const inOrder = [...names].toSorted(([a], [b]) => first(a) - first(b))
  const mentees = inOrder.map(([id, name]) => ({ id: String(id), text: { en: name } }))
  const places = watchedBy(actor)
  return { mentees, rates: places === 'everywhere' || places.length > 0 }
}

/** Sessions that others have begun and somebody may rate, too, the newest first; with `mentee`, theirs alone. */
export async function sessionsToRate(
  desk: Desk,
  db: Db,
  about: { observer: PersonId; now: Instant; mentee?: PersonId },
): Promise<BegunSession[]> {
  const { observer, now, mentee } = about
  const actor = await actorOf(db, observer)
  const mentees = (await menteesOf(db, observer)).map(({ menteeId }) => menteeId)
  const since = now - SAME_SESSION
  const begun = await sessionsAt(db, { places: watchedBy(actor), mentees, observer, since })
  const rated: BegunSession[] = []
  for (const one of begun) {
    if (mentee !== undefined && one.menteeId !== mentee) continue
    const { area } = desk.shelf.competencies.named(one.competency)
    if (may(actor, 'co_rate', await whomFor(db, observer, one.menteeId), area)) rated.push(one)
  }
  return rated
}

/** A checklist one may score the other by. */
export interface Scorable {
  readonly flow: Flow<Checklist>
  /** False: only together with whoever has begun. */
  readonly alone: boolean
}

/** Their cadre's in the areas one mentors the other in, and those of sessions that one may rate, too. */
export async function checklistsFor(
  desk: Desk,
  db: Db,
  { observer, mentee, now }: { observer: PersonId; mentee: PersonId; now: Instant },
): Promise<Scorable[]> {
  const actor = await actorOf(db, observer)
  const whom = await whomFor(db, observer, mentee)
  const cadre = (await personById(db, mentee))?.cadre
  const begun = await sessionsToRate(desk, db, { observer, now, mentee })
  const joinable = new Set<FlowId>(begun.map(({ flow }) => flow))
  return desk.shelf.flows
    .filter((flow): flow is Flow<Checklist> => flow.content.kind === 'checklist')
    .map((flow) => {
      const { competency, cadres } = flow.content
      const area = desk.shelf.competencies.named(competency).area
      const theirs = cadre == null || cadres.some((one) => one === cadre)
      return { flow, alone: theirs && may(actor, 'observe', whom, area) }
    })
    .filter(({ flow, alone }) => alone || joinable.has(flow.id))
}
