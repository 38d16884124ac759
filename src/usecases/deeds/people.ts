// Mentees and their mentors: who they are, adding one, pairing, and the ordinary acts of a working life.
import { maySite } from '../../domain/cascade.ts'
import { standingAfter } from '../../domain/competency.ts'
import { leaveEnd } from '../../domain/rhythm.ts'
import { type Act, may } from '../../domain/rights.ts'
import type { Say } from '../../engine/events.ts'
import type { ListItem } from '../../engine/session.ts'
import { writeAudit } from '../../store/audit.ts'
import type { Db } from '../../store/db.ts'
import { beginDuty } from '../../store/duties.ts'
import { everyPlace, facilityById, placesAbove, placesBelow } from '../../store/facilities.ts'
import { menteesOf, mentorsAt, pair } from '../../store/pairings.ts'
import { addMentee, peopleAt, personById, placeOf, setStanding, standingOf } from '../../store/people.ts'
import { rhythmsOf } from '../../store/rhythms.ts'
import type { FacilityId, FlowId, PersonId } from '../../words/ids.ts'
import { cleanText } from '../../words/message.ts'
import { isCadre } from '../../words/roles.ts'
import { type Movement, MOVEMENTS, movePerson } from '../move-person.ts'
import { actorOf, watchedBy, whomFor } from '../relate.ts'
import { sayProgress } from '../tell-progress.ts'
import { type DeedOrder, type DeedResult, type DeedSet, wordIn } from './deed.ts'

/** What a list shows on every telephone; the rest is understood by its words. */
export const MOST_SHOWN = 9
/** More than this nobody can mentor; it also keeps one person from filling the roster. */
const MOST_MENTEES = 60
const MOST_FOUND = 200
/** A list stands in the talk while it is asked: more would make every message of it heavy. */
export const MOST_PLACES = 500

/** The acts on one person, in the order they are offered. */
const ACTS: readonly { readonly id: string; readonly acts: readonly Act[]; readonly flow: string }[] = [
  { id: 'plan', acts: ['edit_plan'], flow: 'coaching' },
  { id: 'move', acts: ['move'], flow: 'move' },
  { id: 'pair', acts: ['pair'], flow: 'pair' },
  { id: 'unpair', acts: ['pair'], flow: 'unpair' },
  { id: 'duty', acts: ['set_duty'], flow: 'duty' },
  { id: 'become', acts: ['name_candidate', 'agree_mentor'], flow: 'become' },
  { id: 'rename', acts: ['rename'], flow: 'rename' },
]

export const peopleDeeds: DeedSet = {
  deeds: {
    async 'list-mentees'({ desk, db, talk }) {
      const mentees = new Map((await menteesOf(db, talk.personId)).map((one) => [one.menteeId, one.mentee]))
      const people = [...mentees].map(([id, name]) => personItem(id, name))
      const add: ListItem = { id: 'add', text: desk.shelf.words['people_add'] ?? {} }
      const shown = people.slice(0, MOST_SHOWN)
      const hidden = people.slice(MOST_SHOWN).map((item) => ({ ...item, hidden: true }))
      return { outcome: 'done', found: { people: [...shown, add, ...hidden], count: mentees.size } }
    },

    async 'find-people'({ db, talk, vars }) {
      const actor = await actorOf(db, talk.personId)
      const everywhere = actor.duties.some(
        ({ role }) => role === 'programme_admin' || role === 'programme_supervisor',
      )
      const places = actor.duties.flatMap(({ role, facilityId }) =>
        facilityId !== undefined && role !== 'mentee' && role !== 'qi_team_member' ? [facilityId] : [],
      )
      const found = await peopleAt(db, {
        places: everywhere ? 'everywhere' : places,
        search: cleanText(wordIn(vars, 'search')).slice(0, 60),
        limit: MOST_SHOWN,
      })
      const people = found
        .filter(({ id }) => id !== talk.personId)
        .map(({ id, name }) => personItem(id, name))
      return people.length === 0 ? { outcome: 'nobody' } : { outcome: 'found', found: { people } }
    },

    async 'choose-person'({ talk, vars }) {
      const choice = wordIn(vars, 'person')
      if (choice === 'add') return { outcome: 'add' }
      const flow = 'person' as FlowId
      if (!choice.startsWith(PERSON)) return { input: { kind: 'open', flow: talk.home as FlowId } }
      return { input: { kind: 'open', flow, vars: { subject: choice.slice(PERSON.length) } } }
    },

    /** Tells how far somebody has come, as far as the asking person may know, and what may be done. */
    async 'meet-person'({ desk, db, talk, vars, now }) {
      const met = await metIn(db, talk.personId, vars)
      if (!met) return { outcome: 'unknown' }
      const { actor, whom, person } = met
      const acts = ACTS.filter(({ acts: any }) => any.some((act) => may(actor, act, whom))).map(
        ({ id }): ListItem => ({
          id,
          text: desk.shelf.words[`act_${id}`] ?? {},
        }),
      )
      const back: ListItem = { id: 'back', text: desk.shelf.words['menu_back'] ?? {} }
      const found = { who: person.name, acts: [...acts, back] }
      if (!may(actor, 'see_record', whom))
        return may(actor, 'see_validation', whom) || acts.length > 0
          ? { outcome: 'known', found, says: await sayAway(db, person) }
          : { outcome: 'unknown' }
      const progress = await sayProgress(desk, db, { person: person.id, name: person.name, now })
      return { outcome: 'known', found, says: [...(await sayAway(db, person)), ...progress] }
    },

    async 'choose-act'({ talk, vars }) {
      const flow = ACTS.find(({ id }) => id === wordIn(vars, 'act'))?.flow ?? talk.home
      return {
        input: { kind: 'open', flow: flow as FlowId, vars: { subject: wordIn(vars, 'subject') } },
      }
    },

    /** The places somebody may put people: their own, those below, and those of their mentees. */
    async 'list-places'({ db, talk }) {
      const places = await placesOf(db, talk.personId)
      if (places.length === 0) return { outcome: 'none' }
      return { outcome: 'some', found: { places: placeItems(places) } }
    },

    /** A name as it will stand on a certificate: no number got in with it. */
    'check-name'({ vars }) {
      const name = nameIn(vars)
      return Promise.resolve(isName(name) ? { outcome: 'named', found: { name } } : { outcome: 'unnamed' })
    },

    async 'list-areas'({ desk }) {
      const every: ListItem = { id: '*', text: desk.shelf.words['area_all'] ?? {} }
      const areas = desk.shelf.competencies.areas.map(({ id, title }): ListItem => ({ id, text: title }))
      return { outcome: 'done', found: { areas: [every, ...areas] } }
    },

    'add-mentee': addMenteeDeed,
    'move-person': movePersonDeed,

    async 'list-mentors'({ db, talk, vars }) {
      const met = await metIn(db, talk.personId, vars)
      if (!met || !may(met.actor, 'pair', met.whom)) return { outcome: 'refused' }
      const mentors = await mentorsAt(db, { places: met.whom.places, without: met.person.id })
      if (mentors.length === 0) return { outcome: 'none' }
      const items = [...new Map(mentors.map(({ id, name }) => [id, name]))].map(([id, name], index) => ({
        ...personItem(id, name),
        ...(index >= MOST_SHOWN && { hidden: true }),
      }))
      return { outcome: 'some', found: { mentors: items } }
    },

    'pair-people': pairPeopleDeed,
  },
  audited: {},
}

/** Why somebody takes no part now, as their mentors were told it; nothing of who does. */
async function sayAway(db: Db, { id, name }: { id: PersonId; name: string }): Promise<Say[]> {
  const standing = await standingOf(db, id)
  if (standing === 'active') return []
  const isOnLeave = (await rhythmsOf(db, [id])).get(id)?.leaveUntil !== undefined
  const paused: Movement = isOnLeave ? 'leave' : 'rotation'
  const word = { paused: `moved_${paused}`, transferred: 'person_waits', left: 'moved_left' }[standing]
  return [{ say: 'word', word, values: { name } }]
}

export const PERSON = 'person:'

export const personItem = (id: PersonId, name: string): ListItem => ({
  id: `${PERSON}${id}`,
  text: { en: name },
})

export const placeItems = (places: readonly { id: FacilityId; name: string }[]): ListItem[] =>
  places.map(({ id, name }, index) => ({
    id: String(id),
    text: { en: name },
    ...(index >= MOST_SHOWN && { hidden: true }),
  }))

export const idIn = (text: string): number => (/^[1-9]\d{0,14}$/.test(text) ? Number(text) : 0)

/** The person a dialogue is about, and who its speaker is to them. */
export async function metIn(db: Db, speaker: PersonId, vars: DeedOrder['vars']) {
  const person = await personById(db, idIn(wordIn(vars, 'subject')) as PersonId)
  if (!person || person.role === null) return undefined
  return { person, actor: await actorOf(db, speaker), whom: await whomFor(db, speaker, person.id) }
}

async function placesOf(db: Db, person: PersonId): Promise<{ id: FacilityId; name: string }[]> {
  const actor = await actorOf(db, person)
  if (watchedBy(actor) === 'everywhere') return everyPlace(db, MOST_PLACES)
  const own = actor.duties.flatMap(({ facilityId }) => (facilityId === undefined ? [] : [facilityId]))
  const theirs = await Promise.all(
    [...new Set((await menteesOf(db, person)).map(({ menteeId }) => menteeId))].map((id) => placeOf(db, id)),
  )
  const places = [...own, ...theirs.filter((place) => place !== undefined)]
  return placesBelow(db, places, MOST_FOUND)
}

const ALPHABET = '23456789ABCDEFGHJKMNPQRSTUVWXYZ'

/** Eight signs that are not mistaken for one another: some 10^11 codes, of which five may be tried a day. */
function newCode(chance: () => number): string {
  const signs = Array.from({ length: 8 }, () => ALPHABET[chance() % ALPHABET.length])
  return `${signs.slice(0, 4).join('')}-${signs.slice(4).join('')}`
}

export const isName = (name: string): boolean => /^\p{L}[\p{L}\p{M}'’. -]*$/u.test(name)

export const nameIn = (vars: DeedOrder['vars']): string =>
  cleanText(wordIn(vars, 'name')).replaceAll(/\s+/g, ' ').slice(0, 60)

async function addMenteeDeed({ desk, db, talk, vars, now }: DeedOrder): Promise<DeedResult> {
  const name = nameIn(vars)
  const cadre = wordIn(vars, 'cadre').replaceAll('-', '_')
  const place = idIn(wordIn(vars, 'place')) as FacilityId
  const area = wordIn(vars, 'area') === '*' ? '' : wordIn(vars, 'area')
  const actor = await actorOf(db, talk.personId)
  const whom = { personId: undefined, mentoredIn: [], places: await placesAbove(db, place) }
  const reachable = (await placesOf(db, talk.personId)).some(({ id }) => id === place)
  if (!isCadre(cadre) || name === '' || !reachable) return { outcome: 'refused' }
  const mentors = actor.duties.some(({ role, ready }) => ready && role.endsWith('mentor'))
  if (!may(actor, 'add_mentee', whom) && !mentors) return { outcome: 'refused' }
  if ((await menteesOf(db, talk.personId)).length >= MOST_MENTEES) return { outcome: 'too-many' }
  const site = await facilityById(db, place)
  const self = (
    await mentorsAt(db, { places: actor.duties.flatMap(({ facilityId }) => facilityId ?? []) })
  ).find(({ id }) => id === talk.personId)
  const answer =
    site && self ? maySite(self.role, { ...site, own: site.id === self.place }, self.sites) : 'yes'
  if (answer !== 'yes') return { outcome: answer.replaceAll('_', '-') }
  const code = newCode(desk.chance)
  const { language } = talk
  const mentee = await addMentee(db, { name, cadre, place, language, code })
  if (mentee === undefined) return { outcome: 'known' }
  await beginDuty(db, mentee, { role: 'mentee', facilityId: place, at: now })
  if (mentors) await pair(db, { mentor: talk.personId, mentee, area, at: now })
  await auditPerson(db, { now, by: talk.personId, deed: 'person.add', whom: mentee })
  return { outcome: 'added', found: { invite: code, who: name } }
}

async function movePersonDeed({ desk, db, talk, vars, now }: DeedOrder): Promise<DeedResult> {
  const met = await metIn(db, talk.personId, vars)
  const movement = MOVEMENTS.find((one) => one === wordIn(vars, 'movement'))
  if (!met || !movement || !may(met.actor, 'move', met.whom)) return { outcome: 'refused' }
  const place = idIn(wordIn(vars, 'place')) as FacilityId
  const known = movement === 'transfer' ? await facilityById(db, place) : undefined
  // Nobody is transferred to where they are: it would end all their pairings.
  const stays = known !== undefined && known.id === (await placeOf(db, met.person.id))
  if (movement === 'transfer' && (!known || stays)) return { outcome: 'refused' }
  const tells = await movePerson(desk, db, {
    person: met.person.id,
    movement,
    by: talk.personId,
    now,
    place: known?.id,
    until: leaveEnd(now, Number(vars['days'] ?? 1), desk.programme),
  })
  await auditPerson(db, { now, by: talk.personId, deed: `person.${movement}`, whom: met.person.id })
  return { outcome: 'done', tells }
}

async function pairPeopleDeed({ desk, db, talk, vars, now }: DeedOrder): Promise<DeedResult> {
  const met = await metIn(db, talk.personId, vars)
  if (!met || !may(met.actor, 'pair', met.whom)) return { outcome: 'refused' }
  const chosen = idIn(wordIn(vars, 'mentor').slice(PERSON.length))
  const mentor = (await mentorsAt(db, { places: met.whom.places, without: met.person.id })).find(
    ({ id }) => id === chosen,
  )
  const area = wordIn(vars, 'area') === '*' ? '' : wordIn(vars, 'area')
  if (!mentor || (area !== '' && !desk.shelf.competencies.areas.some(({ id }) => id === area)))
    return { outcome: 'refused' }
  const place = await placeOf(db, met.person.id)
  const facility = place === undefined ? undefined : await facilityById(db, place)
  const site = facility && { ...facility, own: facility.id === mentor.place }
  const answer = site ? maySite(mentor.role, site, mentor.sites) : 'yes'
  if (answer !== 'yes') return { outcome: answer.replaceAll('_', '-') }
  await pair(db, { mentor: mentor.id, mentee: met.person.id, area, at: now })
  const standing = await standingOf(db, met.person.id)
  await setStanding(db, met.person.id, { standing: standingAfter(standing, 'paired'), at: now })
  await auditPerson(db, { now, by: talk.personId, deed: 'pairing.begin', whom: met.person.id })
  const values = { name: met.person.name, mentor: mentor.name }
  return {
    outcome: 'done',
    found: values,
    tells: [
      { person: mentor.id, says: [{ say: 'word', word: 'replaced_mentor', values }] },
      { person: met.person.id, says: [{ say: 'word', word: 'replaced_mentee', values }] },
    ],
  }
}

export async function auditPerson(
  db: Db,
  { now, by, deed, whom }: { now: number; by: PersonId; deed: string; whom: PersonId },
): Promise<void> {
  await writeAudit(db, { at: now, actor: `person:${by}`, deed, subject: `person:${whom}` })
}
