import { caseForUpdate, type ClinicalCase } from '../../store/cases.ts'
import type { CaseId } from '../../words/ids.ts'
import { type CaseRole, roleIn } from '../case-parts.ts'
import { type DeedOrder, wordIn } from './deed.ts'

/** The case a dialogue is about, and what this person is to it. */
export async function caseAtHand({
  db,
  talk,
  vars,
}: DeedOrder): Promise<{ asked: ClinicalCase; role: CaseRole } | undefined> {
  const id = Number(wordIn(vars, 'subject'))
  if (!Number.isSafeInteger(id) || id < 1) return undefined
  const asked = await caseForUpdate(db, id as CaseId)
  if (!asked || asked.hidden) return undefined
  return { asked, role: await roleIn(db, asked, talk.personId) }
}
