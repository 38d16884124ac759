// Whom somebody may observe, and with which checklists: their own mentees, in the areas they mentor them in.
import { may } from '../domain/rights.ts'
import type { Checklist } from '../engine/schema-checklist.ts'
import type { ListItem } from '../engine/session.ts'
import type { Flow } from '../engine/shelf.ts'
import type { Db } from '../store/db.ts'
import { menteesOf } from '../store/pairings.ts'
import { personById } from '../store/people.ts'
import type { PersonId } from '../words/ids.ts'
import type { Desk } from './desk.ts'
import { actorOf, whomFor } from './relate.ts'

/** The mentees somebody may observe now, by name, to be picked from. */
export async function menteesToObserve(db: Db, observer: PersonId): Promise<ListItem[]> {
  const actor = await actorOf(db, observer)
  const paired = await menteesOf(db, observer)
  const names = new Map<PersonId, string>()
  for (const { menteeId, mentee } of paired) {
    const mentoredIn = paired.filter((one) => one.menteeId === menteeId).map(({ area }) => area)
    if (may(actor, 'observe', { personId: menteeId, mentoredIn, places: [] })) names.set(menteeId, mentee)
  }
  return [...names].map(([id, name]) => ({ id: String(id), text: { en: name } }))
}

/** The checklists one may score the other by: their cadre's, in the areas one mentors the other in. */
export async function checklistsFor(
  desk: Desk,
  db: Db,
  { observer, mentee }: { observer: PersonId; mentee: PersonId },
): Promise<Flow<Checklist>[]> {
  const actor = await actorOf(db, observer)
  const whom = await whomFor(db, observer, mentee)
  const cadre = (await personById(db, mentee))?.cadre
  return desk.shelf.flows.filter(
    (flow): flow is Flow<Checklist> =>
      flow.content.kind === 'checklist' &&
      (cadre == null || flow.content.cadres.some((one) => one === cadre)) &&
      may(actor, 'observe', whom, desk.shelf.competencies.named(flow.content.competency).area),
  )
}
