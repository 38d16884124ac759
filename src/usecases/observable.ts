// Whom somebody may observe, and with which checklists: their own mentees, in the areas they mentor them in; and, for
// whoever supervises, the sessions that others have begun, so that two scores of one session can be compared.
import { may } from '../domain/rights.ts'
import { dayNamed } from '../domain/rhythm.ts'
import type { Checklist } from '../engine/schema-checklist.ts'
import type { ListItem } from '../engine/session.ts'
import type { Flow } from '../engine/shelf.ts'
import type { Db } from '../store/db.ts'
import { beforeLeader } from '../store/group-sessions.ts'
import { sessionsAt } from '../store/observations.ts'
import { unseenOnSite } from '../store/seen-from-afar.ts'
import { openPlans } from '../store/coaching-plans.ts'
import { recordsOf } from '../store/competency-records.ts'
import { menteesOf } from '../store/pairings.ts'
import { personById } from '../store/people.ts'
import { DAY, type Instant } from '../words/clock.ts'
import type { FlowId, PersonId } from '../words/ids.ts'
import type { LocalText } from '../words/language.ts'
import type { Desk } from './desk.ts'
import { actorOf, watchedBy, whomFor } from './relate.ts'

/** A second observer joins a session that was begun at most this long ago. */
export const SAME_SESSION = DAY

/** The people somebody may observe now, by name, to be picked from; and whether they may rate sessions of others. */
export async function menteesToObserve(
  desk: Pick<Desk, 'programme'>,
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
  const places = watchedBy(actor)
  for (const { menteeId, mentee } of await sessionsAt(db, { places, observer, since: now - SAME_SESSION }))
    if (may(actor, 'co_rate', await whomFor(db, observer, menteeId))) names.set(menteeId, mentee)
  // Those who are there in a session come first, then those who could not be seen on the spot so far.
  const there = await beforeLeader(db, observer)
  const unseen = await unseenOnSite(db, [...names.keys()], dayNamed(now, desk.programme))
  const first = (id: PersonId): number => (there.has(id) ? 0 : unseen.has(id) ? 1 : 2)
  const inOrder = [...names].toSorted(([a], [b]) => first(a) - first(b))
  const mentees = inOrder.map(([id, name]) => ({ id: String(id), text: { en: name } }))
  return { mentees, rates: places === 'everywhere' || places.length > 0 }
}

/** Of so many the next checklist is looked for: what a list shows first. */
const MOST_NEXT = 3

/**
 * What is to be observed next of the first mentees, one each: what their coaching plan is about, else what they are on
 * their way in and have not been seen to do properly, else what they have not begun. Nothing of who has nothing left.
 */
export async function nextToObserve(
  desk: Desk,
  db: Db,
  about: { observer: PersonId; mentees: readonly ListItem[]; now: Instant },
): Promise<ListItem[]> {
  const next: ListItem[] = []
  for (const { id, text: name } of about.mentees.slice(0, MOST_NEXT)) {
    const mentee = Number(id) as PersonId
    const scorable = await checklistsFor(desk, db, { observer: about.observer, mentee, now: about.now })
    const flows = scorable.filter(({ alone }) => alone).map(({ flow }) => flow)
    const planned = (await openPlans(db, mentee)).map(({ competency }) => competency)
    const records = new Map((await recordsOf(db, mentee)).map((record) => [record.competency, record]))
    const rank = ({ content: { competency } }: (typeof flows)[number]): number => {
      const record = records.get(competency)
      if (record?.technique) return 3
      return planned.includes(competency) ? 0 : record ? 1 : 2
    }
    const [first] = flows.toSorted((one, other) => rank(one) - rank(other))
    if (!first || rank(first) === 3) continue
    const text = titled(first.content.title, (title) => `${name.en ?? ''} · ${title}`)
    next.push({ id: `${id} ${first.id}`, text })
  }
  return next
}

/** A title with something beside it in each language: no sentence. */
export const titled = (title: LocalText, write: (title: string) => string): LocalText =>
  Object.fromEntries(Object.entries(title).map(([language, text]) => [language, write(text ?? '')]))

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
  const places = watchedBy(actor)
  const begun = may(actor, 'co_rate', whom)
    ? await sessionsAt(db, { places, observer, since: now - SAME_SESSION })
    : []
  const joinable = new Set<FlowId>(begun.flatMap(({ menteeId, flow }) => (menteeId === mentee ? [flow] : [])))
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
