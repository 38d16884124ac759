// Who could become a mentor, the best first, and what speaks for each.
import { byMerit, candidateFor, type Merits } from '../domain/cascade.ts'
import { validatedMentees } from '../store/cascade.ts'
import type { Db } from '../store/db.ts'
import type { FacilityId, PersonId } from '../words/ids.ts'
import type { MentorRole } from '../words/roles.ts'
import type { Desk } from './desk.ts'

/** More are never compared. */
const MOST_COMPARED = 200

export interface Candidate extends Merits {
  readonly id: PersonId
  readonly name: string
  /** What they may be proposed for. */
  readonly roles: readonly MentorRole[]
}

/** Where candidates are looked for: at places and below them, among the mentees of one mentor, or one person alone. */
export interface Search {
  readonly places?: readonly FacilityId[] | 'everywhere'
  readonly mentor?: PersonId | undefined
  readonly person?: PersonId
}

export async function candidatesAt(desk: Desk, db: Db, search: Search): Promise<Candidate[]> {
  const found = await validatedMentees(db, { ...search, limit: MOST_COMPARED })
  const { competencies } = desk.shelf
  return found
    .flatMap(({ id, name, cadre, level, validated, last_percent, growth }): Candidate[] => {
      const assigned = competencies.assignedTo({ cadre, level })
      const areas = [...new Set(assigned.map(({ area }) => area))].filter((area) =>
        assigned.every((one) => one.area !== area || validated.includes(one.code)),
      )
      const merits: Merits = {
        assigned: assigned.length,
        validated: assigned.filter(({ code }) => validated.includes(code)).length,
        areas,
        lastPercent: last_percent ?? undefined,
        growth: growth ?? undefined,
      }
      const roles = candidateFor(level, merits)
      return roles.length === 0 ? [] : [{ id, name, roles, ...merits }]
    })
    .toSorted(byMerit)
}
