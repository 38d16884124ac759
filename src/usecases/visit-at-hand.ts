// The visit a dialogue is about, as far as it is somebody's to see, and what they may do about it.
import { may } from '../domain/rights.ts'
import { placesAbove } from '../store/facilities.ts'
import { visitPeople, type VisitPerson } from '../store/visit-people.ts'
import { type Visit, visitById, visitForUpdate } from '../store/visits.ts'
import type { VisitId } from '../words/ids.ts'
import { type DeedOrder, wordIn } from './deeds/deed.ts'
import { actorOf } from './relate.ts'

export interface AtVisit {
  readonly visit: Visit
  readonly people: readonly VisitPerson[]
  /** What the person who asks is to it, if they belong to it. */
  readonly self: VisitPerson | undefined
  readonly mayPlan: boolean
  readonly mayHold: boolean
}

/** The visit a dialogue is about, as far as it is this person's to see. */
export async function visitAtHand(
  { db, talk, vars }: Pick<DeedOrder, 'db' | 'talk' | 'vars'>,
  how: 'seen' | 'locked' = 'seen',
): Promise<AtVisit | undefined> {
  const id = Number(wordIn(vars, 'subject')) as VisitId
  if (!Number.isSafeInteger(id) || id < 1) return undefined
  const visit = await (how === 'locked' ? visitForUpdate(db, id) : visitById(db, id))
  if (!visit) return undefined
  const people = await visitPeople(db, id)
  const self = people.find(({ personId }) => personId === talk.personId)
  const actor = await actorOf(db, talk.personId)
  const whom = {
    personId: undefined,
    mentoredIn: self?.part === 'mentor' ? [''] : [],
    places: await placesAbove(db, visit.facilityId),
  }
  if (!self && !may(actor, 'see_visit', whom)) return undefined
  return {
    visit,
    people,
    self,
    mayPlan: may(actor, 'plan_visit', whom),
    mayHold: may(actor, 'hold_visit', whom),
  }
}
