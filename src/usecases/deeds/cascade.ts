// The cascade: who mentors whom, and what it has changed. Supervisors see it of their place and below, mentors from
// themselves down.
import { effectOf } from '../../domain/cascade.ts'
import type { Say, WordSay } from '../../engine/events.ts'
import { type CascadeMentor, changesOf, mentorsBelow } from '../../store/cascade.ts'
import type { PersonId } from '../../words/ids.ts'
import { actorOf, isMentor, watchedBy } from '../relate.ts'
import type { DeedSet } from './deed.ts'

const MOST_MENTORS = 40

export const cascadeDeeds: DeedSet = {
  deeds: {
    async 'tell-cascade'({ desk, db, talk }) {
      const actor = await actorOf(db, talk.personId)
      const mentors = await mentorsBelow(db, {
        places: watchedBy(actor),
        mentor: isMentor(actor) ? talk.personId : undefined,
        limit: MOST_MENTORS,
      })
      if (mentors.length === 0) return { outcome: 'done', says: [{ say: 'word', word: 'cascade_none' }] }
      const { competencies } = desk.shelf
      const areas = Object.fromEntries(
        competencies.areas.flatMap(({ id }) => competencies.inArea(id).map((code) => [code, id])),
      )
      const lines: WordSay[] = []
      for (const { mentor, depth } of asTree(mentors)) {
        const { name, facility, mentees, sites } = mentor
        const role = desk.shelf.words[`role_${mentor.role}`] ?? {}
        const effect = effectOf(await changesOf(db, mentor.id, areas))
        const values = { name, role, facility, mentees, sites, branch: branchOf(depth) }
        lines.push(
          effect === undefined
            ? { say: 'word', word: 'cascade_line', values }
            : { say: 'word', word: 'cascade_effect', values: { ...values, effect } },
        )
      }
      const says: Say[] = [
        { say: 'word', word: 'cascade_title', values: { count: mentors.length } },
        { say: 'lines', lines },
      ]
      return { outcome: 'done', says }
    },
  },
  audited: {},
}

/** A bullet, or how deep a mentor stands below another: plain signs, so that it reads on every telephone. */
const branchOf = (depth: number): string => (depth === 0 ? '•' : `${'\u2003'.repeat(depth)}↳`)

interface Placed {
  readonly mentor: CascadeMentor
  readonly depth: number
}

/** Each mentor under who mentors them, in the order given; who is mentored by none of them stands at the top. */
function asTree(mentors: readonly CascadeMentor[]): Placed[] {
  const known = new Set(mentors.map(({ id }) => id))
  const placed: Placed[] = []
  const seen = new Set<PersonId>()
  const place = (mentor: CascadeMentor, depth: number): void => {
    // Two who mentor one another would be a ring.
    if (seen.has(mentor.id)) return
    seen.add(mentor.id)
    placed.push({ mentor, depth })
    for (const one of mentors) if (one.mentors.includes(mentor.id)) place(one, depth + 1)
  }
  for (const mentor of mentors) if (!mentor.mentors.some((id) => known.has(id))) place(mentor, 0)
  for (const mentor of mentors) place(mentor, 0)
  return placed
}
