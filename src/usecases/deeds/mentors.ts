// From mentee to mentor, and the cascade: candidates with their reasons, orientation, evaluation, the tree.
import {
  byMerit,
  effectOf,
  isCandidate,
  type Merits,
  missingForMentor,
  ORIENTATION_TOPICS,
  rolesFrom,
} from '../../domain/cascade.ts'
import { type Actor, may } from '../../domain/rights.ts'
import type { Say, WordSay } from '../../engine/events.ts'
import type { ListItem } from '../../engine/session.ts'
import { writeAudit } from '../../store/audit.ts'
import { changesOf, mentorsBelow, validatedMentees } from '../../store/cascade.ts'
import type { Db } from '../../store/db.ts'
import { beginDuty, holdersAt } from '../../store/duties.ts'
import { facilityById } from '../../store/facilities.ts'
import {
  addTopic,
  agreeMentor,
  answerProposal,
  evaluateOrientation,
  orientationOf,
  propose,
} from '../../store/orientations.ts'
import { personById, placeOf } from '../../store/people.ts'
import type { FacilityId, PersonId } from '../../words/ids.ts'
import { isMentorRole } from '../../words/roles.ts'
import type { Desk } from '../desk.ts'
import { actorOf, whomFor } from '../relate.ts'
import { type DeedOrder, type DeedResult, type DeedSet, type Tell, wordIn } from './deed.ts'

/** What a list shows on every telephone. */
const MOST_SHOWN = 9
const MOST_MENTORS = 40

export const mentorDeeds: DeedSet = {
  deeds: {
    'list-candidates': listCandidates,

    /** Where somebody is on their way, and what may be done about it next. */
    async 'tell-way'({ desk, db, talk, vars }) {
      const met = await candidateIn(desk, db, talk.personId, vars)
      if (!met || !met.mayName) return { outcome: 'refused' }
      const { person, way } = met
      const words = (ids: readonly string[]): ListItem[] =>
        ids.map((id) => ({ id, text: desk.shelf.words[`become_${id}`] ?? {} }))
      if (!way) {
        const roles = await rolesOf(db, person.id)
        if (roles.length === 0) return { outcome: 'no-level' }
        const items = roles.map((role): ListItem => ({
          id: role,
          text: desk.shelf.words[`role_${role}`] ?? {},
        }))
        return { outcome: 'new', found: { who: person.name, roles: items } }
      }
      if (way.admitted) return { outcome: 'admitted', found: { who: person.name } }
      const missing = missingForMentor(way)
      const next = [
        ...(met.mayAgree && missing.includes('agreed') ? ['agree'] : []),
        ...(met.mayOrient && missing.includes('topics') ? ['topic'] : []),
        ...(met.mayOrient ? ['evaluate'] : []),
        'back',
      ]
      const list = missing.map((id): ListItem => ({ id, text: desk.shelf.words[`missing_${id}`] ?? {} }))
      return { outcome: 'on-way', found: { who: person.name, missing: list, next: words(next) } }
    },

    async 'propose-mentor'({ desk, db, talk, vars, now }) {
      const met = await candidateIn(desk, db, talk.personId, vars)
      const role = wordIn(vars, 'role')
      if (!met || !met.mayName || !isMentorRole(role)) return { outcome: 'refused' }
      const { person } = met
      if (!(await rolesOf(db, person.id)).includes(role)) return { outcome: 'refused' }
      if (!(await propose(db, { person: person.id, role, by: talk.personId, at: now })))
        return { outcome: 'refused' }
      await audit(db, { talk, now }, 'mentor.propose', person.id)
      const roleText = desk.shelf.words[`role_${role}`] ?? {}
      const tells: Tell[] = [
        {
          person: person.id,
          says: [
            {
              say: 'word',
              word: 'proposed_you',
              values: { role: roleText },
              offers: [{ flow: 'candidate', subject: person.id, word: 'proposal_answer' }],
            },
          ],
        },
      ]
      for (const manager of await managersOf(db, person.id))
        if (manager !== talk.personId)
          tells.push({
            person: manager,
            says: [
              {
                say: 'word',
                word: 'proposed_theirs',
                values: { name: person.name, role: roleText },
                offers: [{ flow: 'become', subject: person.id, word: 'proposal_look' }],
              },
            ],
          })
      return { outcome: 'proposed', tells }
    },

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
      if (!met?.mayAgree || !(await agreeMentor(db, met.person.id, { by: talk.personId, at: now })))
        return { outcome: 'refused' }
      await audit(db, { talk, now }, 'mentor.agree', met.person.id)
      return { outcome: 'agreed' }
    },

    async 'list-topics'({ desk, db, talk, vars }) {
      const met = await candidateIn(desk, db, talk.personId, vars)
      if (!met?.mayOrient || !met.way) return { outcome: 'refused' }
      const { topics } = met.way
      const left = ORIENTATION_TOPICS.filter((topic) => !topics.includes(topic))
      if (left.length === 0) return { outcome: 'all' }
      const items = left.map((id): ListItem => ({ id, text: desk.shelf.words[`topic_${id}`] ?? {} }))
      const done: ListItem = { id: 'back', text: desk.shelf.words['menu_back'] ?? {} }
      return { outcome: 'some', found: { topics: [...items, done] } }
    },

    async 'note-topic'({ desk, db, talk, vars }) {
      const met = await candidateIn(desk, db, talk.personId, vars)
      const topic = ORIENTATION_TOPICS.find((one) => one === wordIn(vars, 'topic'))
      if (!met?.mayOrient || !met.way || !topic) return { outcome: 'back' }
      await addTopic(db, met.way.id, topic)
      return { outcome: 'noted' }
    },

    'evaluate-mentor': evaluate,

    async 'tell-cascade'({ desk, db, talk }) {
      const actor = await actorOf(db, talk.personId)
      const mentors = await mentorsBelow(db, reachOf(actor), MOST_MENTORS)
      if (mentors.length === 0) return { outcome: 'done', says: [{ say: 'word', word: 'cascade_none' }] }
      const lines: WordSay[] = []
      for (const mentor of mentors) {
        const role = desk.shelf.words[`role_${mentor.role}`] ?? {}
        const { name, facility, mentees, sites } = mentor
        const effect = effectOf(await changesOf(db, mentor.id))
        const values = { name, role, facility, mentees, sites }
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
  audited: { 'answer-proposal': 'mentor.answer' },
}

/** How far an actor's supervision reaches. */
function reachOf(actor: Actor): FacilityId[] | 'everywhere' {
  if (actor.duties.some(({ role }) => role === 'programme_admin' || role === 'programme_supervisor'))
    return 'everywhere'
  const watching = ['hospital_supervisor', 'district_coordinator', 'facility_manager']
  return actor.duties.flatMap(({ role, facilityId }) =>
    facilityId !== undefined && watching.includes(role) ? [facilityId] : [],
  )
}

/** The person a dialogue is about, where they are on their way, and what its speaker may do about it. */
async function candidateIn(desk: Desk, db: Db, speaker: PersonId, vars: DeedOrder['vars']) {
  const id = Number(wordIn(vars, 'subject'))
  const person = Number.isSafeInteger(id) ? await personById(db, id as PersonId) : undefined
  if (!person || person.role === null) return undefined
  const actor = await actorOf(db, speaker)
  const whom = await whomFor(db, speaker, person.id)
  return {
    person,
    way: await orientationOf(db, person.id, desk.shelf.competencies.orientationPercent),
    mayName: may(actor, 'name_candidate', whom) || may(actor, 'agree_mentor', whom),
    mayAgree: may(actor, 'agree_mentor', whom),
    mayOrient: may(actor, 'orient_mentor', whom),
  }
}

async function rolesOf(db: Db, person: PersonId) {
  const place = await placeOf(db, person)
  const facility = place === undefined ? undefined : await facilityById(db, place)
  return rolesFrom(facility?.level ?? null)
}

async function managersOf(db: Db, person: PersonId): Promise<PersonId[]> {
  const place = await placeOf(db, person)
  return place === undefined ? [] : holdersAt(db, [place], ['facility_manager'])
}

async function listCandidates({ desk, db, talk }: DeedOrder): Promise<DeedResult> {
  const actor = await actorOf(db, talk.personId)
  const mentor = actor.duties.some(({ role, ready }) => ready && isMentorRole(role)) ? talk.personId : null
  const found = await validatedMentees(db, { places: reachOf(actor), mentor, limit: 100 })
  const merits = found.flatMap(({ id, name, cadre, level, validated, last_percent, growth }) => {
    const assigned = desk.shelf.competencies.assignedTo({ cadre, level }).map(({ code }) => code)
    const merit: Merits = {
      assigned: assigned.length,
      validated: assigned.filter((code) => validated.includes(code)).length,
      lastPercent: last_percent ?? undefined,
      growth: growth ?? undefined,
    }
    return isCandidate(merit) ? [{ id, name, ...merit }] : []
  })
  const best = merits.toSorted(byMerit).slice(0, MOST_SHOWN)
  if (best.length === 0) return { outcome: 'none' }
  const lines = best.map(({ name, validated, assigned, lastPercent, growth }): WordSay => ({
    say: 'word',
    word: 'candidate_line',
    values: { name, validated, assigned, percent: lastPercent ?? 0, growth: growth ?? 0 },
  }))
  const people = best.map(({ id, name }): ListItem => ({ id: `person:${id}`, text: { en: name } }))
  return { outcome: 'some', found: { people }, says: [{ say: 'lines', lines }] }
}

async function evaluate({ desk, db, talk, vars, now }: DeedOrder): Promise<DeedResult> {
  const met = await candidateIn(desk, db, talk.personId, vars)
  if (!met?.mayOrient || !met.way || met.way.admitted) return { outcome: 'refused' }
  const { person, way } = met
  const [score, max] = [Number(vars['score']), Number(vars['max'])]
  if (!(score <= max)) return { outcome: 'more-than-all' }
  const practicalOk = wordIn(vars, 'practical') === 'yes'
  const missing = missingForMentor({ ...way, theory: { score, max }, practicalOk })
  // What is only not yet done leaves the way open; a test that was not enough does, too, and can be taken again.
  const state = missing.length === 0 ? 'admitted' : 'agreed'
  const by = talk.personId
  if (state === 'agreed' && !way.agreed) return { outcome: 'agree-first' }
  await evaluateOrientation(db, way.id, { score, max, bar: way.bar, practicalOk, by, at: now, state })
  await audit(db, { talk, now }, 'mentor.evaluate', person.id)
  const list = missing.map((id): ListItem => ({ id, text: desk.shelf.words[`missing_${id}`] ?? {} }))
  if (state !== 'admitted') return { outcome: 'not-yet', found: { missing: list } }
  const facilityId = await placeOf(db, person.id)
  await beginDuty(db, person.id, { role: way.role, facilityId, at: now })
  const role = desk.shelf.words[`role_${way.role}`] ?? {}
  const says: Say[] = [{ say: 'word', word: 'admitted_you', values: { name: person.name, role } }]
  return { outcome: 'admitted', tells: [{ person: person.id, says }] }
}

async function audit(
  db: Db,
  { talk, now }: Pick<DeedOrder, 'talk' | 'now'>,
  deed: string,
  whom: PersonId,
): Promise<void> {
  await writeAudit(db, { at: now, actor: `person:${talk.personId}`, deed, subject: `person:${whom}` })
}
