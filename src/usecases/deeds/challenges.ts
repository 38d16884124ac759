// Raising a challenge, seeing to it, and hearing what came of it. Each text comes here screened by its question.
import {
  CHALLENGE_KINDS,
  CHALLENGE_TIERS,
  type ChallengeKind,
  SUPPLIES_OF,
  tierAbove,
} from '../../domain/challenge.ts'
import type { ListItem, Vars } from '../../engine/session.ts'
import { type Challenge, challengeForUpdate, openChallenges, voicesOf } from '../../store/challenges.ts'
import type { Db } from '../../store/db.ts'
import { workOf } from '../../store/facilities.ts'
import { sitesOf } from '../../store/pairings.ts'
import type { ChallengeId, FacilityId, FlowId, PersonId } from '../../words/ids.ts'
import { LANGUAGES, type LocalText } from '../../words/language.ts'
import type { Desk } from '../desk.ts'
import {
  challengeCode,
  challengeValues,
  endChallenge,
  escalateChallenge,
  itemText,
  raiseChallenge,
} from '../raise-challenge.ts'
import { actorOf, isAllowedAt } from '../relate.ts'
import { type Deed, type DeedOrder, type DeedSet, wordIn } from './deed.ts'
import { pickPlace, placeIn } from './improve.ts'

const MOST_LISTED = 9

/** Options of a dialogue are written with hyphens. */
const kindIn = (vars: Vars): ChallengeKind | undefined =>
  CHALLENGE_KINDS.find((one) => one === wordIn(vars, 'kind').replaceAll('-', '_'))

const listSupplies: Deed = async ({ desk, db, talk, vars }) => {
  if (kindIn(vars) !== 'stock_out') return { outcome: 'words' }
  const { cadre } = await workOf(db, talk.personId)
  const named = SUPPLIES_OF[cadre === 'chw' ? 'community' : 'facility']
  const supplies = [...named, 'other'].map((id): ListItem => ({
    id,
    text: desk.shelf.words[`supply_${id}`] ?? {},
  }))
  return { outcome: 'pick', found: { supplies } }
}

const raise: Deed = async ({ desk, db, talk, vars, now }) => {
  const facilityId = await placeIn(db, {
    person: talk.personId,
    act: 'raise_challenge',
    place: wordIn(vars, 'place'),
  })
  const kind = kindIn(vars)
  const item = wordIn(vars, 'item')
  if (facilityId === undefined || !kind || item === '') return { outcome: 'gone' }
  const tier = CHALLENGE_TIERS.find((one) => one === wordIn(vars, 'tier')) ?? 'facility'
  const note = wordIn(vars, 'note')
  const raised = { facilityId, kind, item, note, tier, by: talk.personId, now }
  const { id, opened, tells } = await raiseChallenge(desk, db, raised)
  return { outcome: opened ? 'raised' : 'joined', found: { code: challengeCode(id) }, tells }
}

type Part = 'resolver' | 'raiser' | 'reader' | 'closed' | 'gone'

async function challengeIn({
  db,
  talk,
  vars,
}: DeedOrder): Promise<{ at: Challenge; part: Part } | undefined> {
  const id = Number(wordIn(vars, 'subject'))
  if (!Number.isSafeInteger(id) || id < 1) return undefined
  const at = await challengeForUpdate(db, id as ChallengeId)
  return at && { at, part: await partIn(db, at, talk.personId) }
}

async function partIn(db: Db, at: Challenge, person: PersonId): Promise<Part> {
  const raiser = (await voicesOf(db, at.id)).includes(person)
  const asked = { actor: person, place: at.facilityId }
  const resolver = await isAllowedAt(db, { ...asked, act: 'resolve_challenge' })
  const reader = raiser || resolver || (await isAllowedAt(db, { ...asked, act: 'see_challenges' }))
  if (!reader) return 'gone'
  if (at.state === 'resolved') return 'closed'
  return resolver ? 'resolver' : raiser ? 'raiser' : 'reader'
}

const open: Deed = async (order) => {
  const met = await challengeIn(order)
  if (!met || met.part === 'gone') return { outcome: 'gone' }
  const { desk } = order
  const { at, part } = met
  const values = {
    ...challengeValues(desk, at),
    tier: desk.shelf.words[`challenge_tier_${at.tier}`] ?? {},
    since: { at: at.raisedAt },
    voices: at.voices,
    chws: at.chws,
    groups: at.groups,
    note: at.note,
    text: at.resolution,
  }
  const word = at.state === 'resolved' ? 'challenge_head_closed' : 'challenge_head'
  // The last level has nobody above it.
  const outcome = part === 'resolver' && tierAbove(at.tier) === undefined ? 'resolver-last' : part
  return {
    outcome,
    found: { code: challengeCode(at.id) },
    says: [
      { say: 'word', word, values },
      ...(at.note === '' ? [] : [{ say: 'word', word: 'challenge_note', values } as const]),
    ],
  }
}

const resolve: Deed = async (order) => {
  const met = await challengeIn(order)
  const text = wordIn(order.vars, 'text')
  if (!met || !['resolver', 'raiser'].includes(met.part) || text === '') return { outcome: 'gone' }
  const { desk, db, talk, now } = order
  const tells = await endChallenge(desk, db, { challenge: met.at, by: talk.personId, text, now })
  return { outcome: 'resolved', tells }
}

const escalate: Deed = async (order) => {
  const met = await challengeIn(order)
  if (met?.part !== 'resolver') return { outcome: 'gone' }
  const { desk, db, talk, now } = order
  return {
    outcome: 'moved',
    tells: await escalateChallenge(desk, db, { id: met.at.id, by: talk.personId, now }),
  }
}

const list: Deed = async ({ desk, db, talk }) => {
  const { duties } = await actorOf(db, talk.personId)
  const everywhere = duties.some(({ role }) => role === 'programme_supervisor' || role === 'programme_admin')
  const watching = ['facility_manager', 'hospital_supervisor', 'district_coordinator']
  const places = duties.flatMap(({ role, facilityId }) =>
    facilityId !== undefined && watching.includes(role) ? [facilityId] : [],
  )
  // Where somebody mentors they see what stands in the way of those they mentor.
  const at: FacilityId[] = []
  for (const { id } of await sitesOf(db, talk.personId))
    if (await isAllowedAt(db, { actor: talk.personId, act: 'see_challenges', place: id })) at.push(id)
  const found = await openChallenges(db, {
    places: everywhere ? 'everywhere' : places,
    at,
    raisedBy: talk.personId,
    limit: MOST_LISTED,
  })
  if (found.length === 0) return { outcome: 'none' }
  const items = found.map((one): ListItem => ({ id: String(one.id), text: lineOf(desk, one) }))
  return { outcome: 'some', found: { challenges: items } }
}

/** "H-0003 · Oxytocin": a code and a word beside each other, no sentence. */
function lineOf(desk: Desk, { id, item }: Challenge): LocalText {
  const text = itemText(desk, item)
  const named: LocalText = typeof text === 'string' ? { en: text } : text
  return Object.fromEntries(
    LANGUAGES.flatMap((language) => {
      const word = named[language]
      return word === undefined ? [] : [[language, `${challengeCode(id)} · ${word}`]]
    }),
  )
}

export const challengeDeeds: DeedSet = {
  deeds: {
    'challenge-where': pickPlace('raise_challenge'),
    'list-supplies': listSupplies,
    'raise-challenge': raise,
    'list-challenges': list,
    'show-challenge': ({ vars }) =>
      Promise.resolve({
        input: { kind: 'open', flow: 'challenge' as FlowId, vars: { subject: wordIn(vars, 'challenge') } },
      }),
    'open-challenge': open,
    'resolve-challenge': resolve,
    'escalate-challenge': escalate,
  },
  audited: {
    'raise-challenge': 'challenge.raise',
    'resolve-challenge': 'challenge.resolve',
    'escalate-challenge': 'challenge.escalate',
  },
}
