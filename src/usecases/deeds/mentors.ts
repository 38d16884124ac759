// Who could become a mentor: candidates with their reasons, the proposal, their own yes and their manager's.
import { type Ground, missingForMentor, rolesFrom } from '../../domain/cascade.ts'
import type { Say, WordSay } from '../../engine/events.ts'
import type { ListItem } from '../../engine/session.ts'
import { onTheWay } from '../../store/cascade.ts'
import type { Db } from '../../store/db.ts'
import { holdersAt } from '../../store/duties.ts'
import { facilityById } from '../../store/facilities.ts'
import { agreeMentor, answerProposal, propose } from '../../store/orientations.ts'
import { placeOf } from '../../store/people.ts'
import type { PersonId } from '../../words/ids.ts'
import type { MentorRole } from '../../words/roles.ts'
import type { Desk } from '../desk.ts'
import { candidatesAt } from '../find-candidates.ts'
import { actorOf, isMentor, watchedBy } from '../relate.ts'
import { auditAbout, candidateIn, type MetCandidate } from './candidate.ts'
import { type DeedOrder, type DeedResult, type DeedSet, type Tell, wordIn } from './deed.ts'

/** What a list shows on every telephone. */
const MOST_SHOWN = 9

export const mentorDeeds: DeedSet = {
  deeds: {
    'list-candidates': listCandidates,

    /** Where somebody is on their way, and what may be done about it next. */
    async 'tell-way'({ desk, db, talk, vars }) {
      const met = await candidateIn(desk, db, talk.personId, vars)
      if (!met || !(met.mayName || met.mayAgree)) return { outcome: 'refused' }
      const { person, way } = met
      const words = (ids: readonly string[]): ListItem[] =>
        ids.map((id) => ({ id, text: desk.shelf.words[`become_${id}`] ?? {} }))
      if (!way) {
        const below = await rolesBelow(db, person.id)
        if (below.length === 0) return { outcome: 'no-level' }
        const roles = met.mayName ? await rolesOpen(desk, db, met) : []
        if (roles.length === 0) return { outcome: 'not-shown', found: { who: person.name } }
        const items = roles.map(({ role }): ListItem => ({
          id: role,
          text: desk.shelf.words[`role_${role}`] ?? {},
        }))
        return { outcome: 'new', found: { who: person.name, roles: items } }
      }
      if (way.admitted) return { outcome: 'admitted', found: { who: person.name } }
      const missing = missingForMentor(way)
      const next = [
        ...(met.mayAgree && missing.includes('agreed') ? ['agree'] : []),
        ...(met.mayOrient && missing.includes('criteria') ? ['criteria'] : []),
        ...(met.mayOrient && missing.includes('topics') ? ['topic'] : []),
        // An evaluation counts from the manager's yes on.
        ...(met.mayOrient && !missing.includes('agreed') ? ['evaluate'] : []),
        ...(met.mayOrient && missing.length === 0 ? ['admit'] : []),
        'back',
      ]
      const list = missing.map((id): ListItem => ({ id, text: desk.shelf.words[`missing_${id}`] ?? {} }))
      const outcome = missing.length === 0 ? 'ready' : 'on-way'
      return { outcome, found: { who: person.name, missing: list, next: words(next) } }
    },

    /** Whether what somebody has shown here is enough for a role, or a supervisor has to say on what it rests. */
    async 'ground-of'({ desk, db, talk, vars }) {
      const met = await candidateIn(desk, db, talk.personId, vars)
      const open = met?.mayName === true ? await rolesOpen(desk, db, met) : []
      const chosen = open.find(({ role }) => role === wordIn(vars, 'role'))
      if (!chosen) return { outcome: 'refused' }
      return chosen.shown ? { outcome: 'shown', found: { ground: 'validated' } } : { outcome: 'ask' }
    },

    'propose-mentor': proposeMentor,

    async 'answer-proposal'({ db, talk, vars, now }) {
      const willing = wordIn(vars, 'willing') === 'yes'
      const by = await answerProposal(db, talk.personId, { willing, at: now })
      if (by === undefined) return { outcome: 'gone' }
      const word = willing ? 'proposal_accepted' : 'proposal_declined'
      const tells: Tell[] =
        by === 0 ? [] : [{ person: by, says: [{ say: 'word', word, values: { name: talk.name } }] }]
      return { outcome: willing ? 'willing' : 'declined', tells }
    },

    async 'agree-mentor'({ desk, db, talk, vars, now }) {
      const met = await candidateIn(desk, db, talk.personId, vars)
      if (!met?.mayAgree) return { outcome: 'refused' }
      const { id, name } = met.person
      const proposer = await agreeMentor(db, id, { by: talk.personId, at: now })
      if (proposer === undefined) return { outcome: 'refused' }
      await auditAbout(db, { talk, now }, 'mentor.agree', id)
      const others = new Set([id, ...(proposer > 0 && proposer !== talk.personId ? [proposer] : [])])
      const says: Say[] = [{ say: 'word', word: 'proposal_agreed', values: { name } }]
      return { outcome: 'agreed', tells: [...others].map((person) => ({ person, says })) }
    },
  },
  audited: { 'answer-proposal': 'mentor.answer' },
}

interface OpenRole {
  readonly role: MentorRole
  /** What they have shown here is enough. */
  readonly shown: boolean
}

/**
 * What somebody may be proposed for: by what they have shown, and, by who may orient mentors, by what they have done
 * before. Nobody else is proposed.
 */
async function rolesOpen(desk: Desk, db: Db, { person, mayOrient }: MetCandidate): Promise<OpenRole[]> {
  const [candidate] = await candidatesAt(desk, db, { person: person.id })
  return (await rolesBelow(db, person.id))
    .map((role) => ({ role, shown: candidate?.roles.includes(role) === true }))
    .filter(({ shown }) => shown || mayOrient)
}

/** What people of somebody's place can become mentors as. */
async function rolesBelow(db: Db, person: PersonId): Promise<MentorRole[]> {
  const place = await placeOf(db, person)
  return rolesFrom((place === undefined ? undefined : await facilityById(db, place))?.level ?? null)
}

/** Grounds that a supervisor may name. A health officer mentors community health workers. */
function groundIn(vars: DeedOrder['vars'], { role, shown }: OpenRole): Ground | undefined {
  if (shown) return 'validated'
  const named = wordIn(vars, 'ground')
  if (named === 'ceho') return role === 'community_mentor' ? 'ceho' : undefined
  return named === 'peer' ? 'peer' : undefined
}

async function proposeMentor({ desk, db, talk, vars, now }: DeedOrder): Promise<DeedResult> {
  const met = await candidateIn(desk, db, talk.personId, vars)
  if (!met?.mayName) return { outcome: 'refused' }
  const { person } = met
  const open = (await rolesOpen(desk, db, met)).find(({ role }) => role === wordIn(vars, 'role'))
  const ground = open && groundIn(vars, open)
  if (!open || !ground) return { outcome: 'refused' }
  const { role } = open
  if (!(await propose(db, { person: person.id, role, ground, by: talk.personId, at: now })))
    return { outcome: 'refused' }
  await auditAbout(db, { talk, now }, 'mentor.propose', person.id)
  const roleText = desk.shelf.words[`role_${role}`] ?? {}
  const asked: Say = {
    say: 'word',
    word: 'proposed_you',
    values: { role: roleText },
    offers: [{ flow: 'candidate', subject: person.id, word: 'proposal_answer' }],
  }
  const theirs: Say = {
    say: 'word',
    word: 'proposed_theirs',
    values: { name: person.name, role: roleText },
    offers: [{ flow: 'become', subject: person.id, word: 'proposal_look' }],
  }
  const managers = (await managersOf(db, person.id)).filter((manager) => manager !== talk.personId)
  const tells: Tell[] = [
    { person: person.id, says: [asked] },
    ...managers.map((manager) => ({ person: manager, says: [theirs] })),
  ]
  return { outcome: 'proposed', tells }
}

async function managersOf(db: Db, person: PersonId): Promise<PersonId[]> {
  const place = await placeOf(db, person)
  return place === undefined ? [] : holdersAt(db, [place], ['facility_manager'])
}

async function listCandidates({ desk, db, talk }: DeedOrder): Promise<DeedResult> {
  const actor = await actorOf(db, talk.personId)
  const mentor = isMentor(actor) ? talk.personId : undefined
  const places = watchedBy(actor)
  const best = (await candidatesAt(desk, db, { places, mentor })).slice(0, MOST_SHOWN)
  const coming = await onTheWay(db, { places, mentor, limit: MOST_SHOWN })
  if (best.length + coming.length === 0) return { outcome: 'none' }
  const roleOf = (role: MentorRole): ListItem => ({ id: role, text: desk.shelf.words[`role_${role}`] ?? {} })
  const lines = best.map(({ name, roles, validated, assigned, lastPercent, growth }): WordSay => ({
    say: 'word',
    word: 'candidate_line',
    values: {
      name,
      roles: roles.map(roleOf),
      validated,
      assigned,
      percent: lastPercent ?? 0,
      growth: growth ?? 0,
    },
  }))
  const ways = coming.map(({ name, role }): WordSay => ({
    say: 'word',
    word: 'candidate_way',
    values: { name, role: roleOf(role).text },
  }))
  const people = [...best, ...coming].map(({ id, name }): ListItem => ({
    id: `person:${id}`,
    text: { en: name },
  }))
  return { outcome: 'some', found: { people }, says: [{ say: 'lines', lines: [...lines, ...ways] }] }
}
