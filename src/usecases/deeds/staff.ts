// What a supervisor changes about somebody: where they are transferred to, who mentors them no longer, which duties they have.
import { may } from '../../domain/rights.ts'
import type { ListItem } from '../../engine/session.ts'
import { beginDuty, endDuties, heldDuties } from '../../store/duties.ts'
import {
  everyPlace,
  type Facility,
  facilityById,
  placesAbove,
  placesBelow,
  placesNamed,
} from '../../store/facilities.ts'
import { endPairings, mentorsOf } from '../../store/pairings.ts'
import { placeOf } from '../../store/people.ts'
import type { PersonId } from '../../words/ids.ts'
import { cleanText } from '../../words/message.ts'
import type { Role } from '../../words/roles.ts'
import { handOnVisits } from '../hand-on-visits.ts'
import { watchedBy } from '../relate.ts'
import { type Deed, type DeedOrder, type DeedSet, wordIn } from './deed.ts'
import { auditPerson, idIn, metIn, MOST_PLACES, MOST_SHOWN, placeItems } from './people.ts'

/** Nobody is mentored there: these hold other places together. */
const NO_WORKPLACE: ReadonlySet<string> = new Set(['national', 'province', 'district'])

const worksThere = ({ level }: Facility): boolean => level === null || !NO_WORKPLACE.has(level)

/** The places of one's district, or of the programme, that somebody may be transferred to; beyond them it is asked. */
const listAllPlaces: Deed = async (order) => {
  const { desk, db, talk, vars } = order
  const met = await metIn(db, talk.personId, vars)
  if (!met || !may(met.actor, 'move', met.whom)) return { outcome: 'none' }
  const theirs = await placeOf(db, met.person.id)
  const everywhere = watchedBy(met.actor) === 'everywhere'
  const top = met.whom.places.at(-1)
  const near = everywhere
    ? await everyPlace(db, MOST_PLACES)
    : top === undefined
      ? []
      : await placesBelow(db, [top], MOST_PLACES)
  const places = near.filter((place) => worksThere(place) && place.id !== theirs)
  const elsewhere: ListItem = { id: 'elsewhere', text: desk.shelf.words['place_elsewhere'] ?? {} }
  const items = placeItems(places)
  const shown = items.filter((item) => item.hidden !== true)
  const hidden = items.filter((item) => item.hidden === true)
  return { outcome: 'some', found: { places: [...shown, elsewhere, ...hidden] } }
}

/** Places by a part of their name, in any district: one is often transferred out of one's own. */
const searchPlaces: Deed = async ({ db, talk, vars }) => {
  const met = await metIn(db, talk.personId, vars)
  if (!met || !may(met.actor, 'move', met.whom)) return { outcome: 'none' }
  const search = cleanText(wordIn(vars, 'search')).slice(0, 60)
  const theirs = await placeOf(db, met.person.id)
  const found = (await placesNamed(db, search, MOST_SHOWN + 1)).filter(
    (place) => worksThere(place) && place.id !== theirs,
  )
  if (found.length === 0) return { outcome: 'nothing' }
  const items = found.slice(0, MOST_SHOWN).map(({ id, name, district }): ListItem => ({
    id: String(id),
    text: { en: `${name} (${district})` },
  }))
  return { outcome: 'some', found: { places: items } }
}

const areaTitle = ({ desk }: DeedOrder, area: string): ListItem['text'] =>
  (area === ''
    ? desk.shelf.words['area_all']
    : desk.shelf.competencies.areas.find(({ id }) => id === area)?.title) ?? {}

const listPairings: Deed = async (order) => {
  const { db, talk, vars } = order
  const met = await metIn(db, talk.personId, vars)
  if (!met || !may(met.actor, 'pair', met.whom)) return { outcome: 'refused' }
  const pairings = (await mentorsOf(db, met.person.id)).slice(0, MOST_SHOWN)
  if (pairings.length === 0) return { outcome: 'none' }
  const items = pairings.map(({ mentorId, mentor, area }): ListItem => ({
    id: `${mentorId} ${area}`,
    // A name and an area beside each other: no sentence.
    text: Object.fromEntries(
      Object.entries(areaTitle(order, area)).map(([language, title]) => [language, `${mentor} · ${title}`]),
    ),
  }))
  return { outcome: 'some', found: { pairings: items, who: met.person.name } }
}

const endPairing: Deed = async ({ desk, db, talk, vars, now }) => {
  const met = await metIn(db, talk.personId, vars)
  if (!met || !may(met.actor, 'pair', met.whom)) return { outcome: 'refused' }
  const [chosen = '', area = ''] = wordIn(vars, 'pairing').split(' ')
  const stands = (await mentorsOf(db, met.person.id)).find(
    (one) => one.mentorId === idIn(chosen) && one.area === area,
  )
  if (!stands) return { outcome: 'none' }
  const { mentorId, menteeId, mentor, mentee } = stands
  await endPairings(db, { mentor: mentorId, mentee: menteeId, area }, { at: now, because: 'changed' })
  await handOnVisits(desk, db, mentorId, now)
  await auditPerson(db, { now, by: talk.personId, deed: 'pairing.end', whom: menteeId })
  const values = { name: mentee, mentor }
  return {
    outcome: 'done',
    found: values,
    tells: [
      { person: mentorId, says: [{ say: 'word', word: 'pairing_ended_mentor', values }] },
      { person: menteeId, says: [{ say: 'word', word: 'pairing_ended_mentee', values }] },
    ],
  }
}

/** Duties that ask for no orientation; those above a facility are given by whoever reaches everybody. */
const DUTIES: readonly Role[] = ['qi_team_member', 'facility_manager']
const HIGH_DUTIES: readonly Role[] = ['hospital_supervisor', 'district_coordinator']

async function dutiesFor({ db, talk, vars }: DeedOrder) {
  const met = await metIn(db, talk.personId, vars)
  if (!met || !may(met.actor, 'set_duty', met.whom)) return undefined
  const roles = watchedBy(met.actor) === 'everywhere' ? [...DUTIES, ...HIGH_DUTIES] : DUTIES
  const held = new Set((await heldDuties(db, met.person.id)).map(({ role }) => role))
  return { ...met, roles, held }
}

const listDuties: Deed = async (order) => {
  const at = await dutiesFor(order)
  if (!at) return { outcome: 'refused' }
  const { words } = order.desk.shelf
  const items = at.roles.map((role): ListItem => {
    const title = words[`role_${role}`] ?? {}
    const ticked = Object.entries(title).map(([language, name]) => [language, `✓ ${name}`] as const)
    return { id: role, text: at.held.has(role) ? Object.fromEntries(ticked) : title }
  })
  const back: ListItem = { id: 'back', text: words['menu_back'] ?? {} }
  return { outcome: 'some', found: { duties: [...items, back], who: at.person.name } }
}

/** Begins a duty that somebody does not have, at their place, and ends one that they have. */
const changeDuty: Deed = async (order) => {
  const at = await dutiesFor(order)
  if (!at) return { outcome: 'refused' }
  const { desk, db, talk, vars, now } = order
  const role = at.roles.find((one) => one === wordIn(vars, 'duty'))
  if (!role) return { outcome: 'back' }
  const place = await dutyPlace(order, at.person.id, role)
  if (!place) return { outcome: 'no-place' }
  const isHeld = at.held.has(role)
  if (isHeld) await endDuties(db, at.person.id, { at: now, because: 'changed', role })
  else await beginDuty(db, at.person.id, { role, facilityId: place.id, at: now })
  await auditPerson(db, {
    now,
    by: talk.personId,
    deed: isHeld ? 'duty.end' : 'duty.begin',
    whom: at.person.id,
  })
  const values = { role: desk.shelf.words[`role_${role}`] ?? {}, place: place.name }
  return {
    outcome: isHeld ? 'ended' : 'given',
    found: { ...values, who: at.person.name },
    tells: [
      { person: at.person.id, says: [{ say: 'word', word: isHeld ? 'duty_ended' : 'duty_given', values }] },
    ],
  }
}

/** A coordinator's place is the district, everybody else's where they work. */
async function dutyPlace({ db }: DeedOrder, person: PersonId, role: Role): Promise<Facility | undefined> {
  const own = await placeOf(db, person)
  if (own === undefined) return undefined
  if (role !== 'district_coordinator') return facilityById(db, own)
  for (const id of await placesAbove(db, own)) {
    const place = await facilityById(db, id)
    if (place?.level === 'district') return place
  }
  return undefined
}

export const staffDeeds: DeedSet = {
  deeds: {
    'list-all-places': listAllPlaces,
    'search-places': searchPlaces,
    'list-pairings': listPairings,
    'end-pairing': endPairing,
    'list-duties': listDuties,
    'change-duty': changeDuty,
  },
  audited: {},
}
