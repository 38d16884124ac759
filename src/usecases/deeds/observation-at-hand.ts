// The observation a dialogue is about, and what is asked of it next.
import type { Vars } from '../../engine/session.ts'
import type { Db } from '../../store/db.ts'
import { type Observation, openObservation } from '../../store/observations.ts'
import type { ObservationId, PersonId } from '../../words/ids.ts'
import { askItems, itemsAsked, numbersOf, readBack, type Sheet, sheetOf } from '../checklist-marks.ts'
import type { Desk } from '../desk.ts'
import { isAllowed } from '../relate.ts'
import { type DeedOrder, type DeedResult } from './deed.ts'

/**
 * The observation a dialogue is about, if it is the observer's own and not recorded, and they may still score the mentee:
 * whoever has been transferred since is somebody else's to score.
 */
export async function theirs(order: DeedOrder): Promise<Observation | undefined> {
  const observation = await begunBy(order.db, order.talk.personId, order.vars)
  return observation && (await mayScore(order, observation)) ? observation : undefined
}

/** Whether the speaker may score what they have begun, now. */
export async function mayScore(
  { desk, db, talk }: DeedOrder,
  { menteeId: whom, competency, second }: Observation,
): Promise<boolean> {
  const { area } = desk.shelf.competencies.named(competency)
  return isAllowed(db, { actor: talk.personId, act: second ? 'co_rate' : 'observe', whom, area })
}

/** The same, whoever may score the mentee by now: what somebody has begun they may throw away. */
export async function begunBy(db: Db, observer: PersonId, vars: Vars): Promise<Observation | undefined> {
  const id = vars['observation']
  return typeof id === 'number' ? openObservation(db, observer, id as ObservationId) : undefined
}

export function goOn(desk: Desk, observation: Observation): DeedResult {
  return next(sheetOf(desk.shelf, observation), {
    observation: observation.id,
    person: observation.mentee,
  })
}

/** Asks for the next items, or reads all back. */
export function next(sheet: Sheet, found: Vars = {}): DeedResult {
  const asked = itemsAsked(sheet)
  if (asked.length === 0) return { outcome: 'confirm', says: readBack(sheet), found }
  const which = { which: numbersOf(asked), of: sheet.marks.length }
  return { outcome: 'items', says: askItems(sheet), found: { ...found, ...which } }
}
