// The person a dialogue about becoming a mentor is about, and what its speaker may do.
import { may } from '../../domain/rights.ts'
import { writeAudit } from '../../store/audit.ts'
import type { Db } from '../../store/db.ts'
import { type Orientation, orientationOf } from '../../store/orientations.ts'
import { type Person, personById } from '../../store/people.ts'
import type { PersonId } from '../../words/ids.ts'
import type { Desk } from '../desk.ts'
import { actorOf, whomFor } from '../relate.ts'
import { type DeedOrder, wordIn } from './deed.ts'

export interface MetCandidate {
  readonly person: Person
  /** Where they are on their way; undefined when nobody has proposed them. */
  readonly way: Orientation | undefined
  readonly mayName: boolean
  readonly mayAgree: boolean
  readonly mayOrient: boolean
}

export async function candidateIn(
  desk: Desk,
  db: Db,
  speaker: PersonId,
  vars: DeedOrder['vars'],
): Promise<MetCandidate | undefined> {
  const id = Number(wordIn(vars, 'subject'))
  const person = Number.isSafeInteger(id) ? await personById(db, id as PersonId) : undefined
  if (!person || person.role === null) return undefined
  const actor = await actorOf(db, speaker)
  const whom = await whomFor(db, speaker, person.id)
  return {
    person,
    way: await orientationOf(db, person.id, desk.shelf.competencies.orientationPercent),
    mayName: may(actor, 'name_candidate', whom),
    mayAgree: may(actor, 'agree_mentor', whom),
    mayOrient: may(actor, 'orient_mentor', whom),
  }
}

/** Notes a deed about somebody else. */
export async function auditAbout(
  db: Db,
  { talk, now }: Pick<DeedOrder, 'talk' | 'now'>,
  deed: string,
  whom: PersonId,
): Promise<void> {
  await writeAudit(db, { at: now, actor: `person:${talk.personId}`, deed, subject: `person:${whom}` })
}
