// Setting up the chat of a group of CHWs: which group it is, who of it is there, who is missing.
import type { Say } from '../../engine/events.ts'
import type { ListItem } from '../../engine/session.ts'
import { writeAudit } from '../../store/audit.ts'
import {
  changeCards,
  type ChwGroup,
  chwGroupAt,
  chwGroupOfCode,
  joinGroup,
  linkGroup,
  membersOf,
} from '../../store/chw-groups.ts'
import type { Db } from '../../store/db.ts'
import { codesTried } from '../../store/addresses.ts'
import type { Facility } from '../../store/facilities.ts'
import { sessionUnderWay } from '../../store/group-sessions.ts'
import { shareAddress } from '../../store/shared-addresses.ts'
import type { Instant } from '../../words/clock.ts'
import type { AddressId, FacilityId, PersonId } from '../../words/ids.ts'
import { closeSession } from '../end-session.ts'
import { groupPlacesOf, groupsLedBy } from '../lead-group.ts'
import { showAgain } from '../show-again.ts'
import { type DeedOrder, type DeedResult, type DeedSet, type Tell, wordIn } from './deed.ts'
import { become, MOST_CODES_A_DAY } from './join.ts'

/** The sizes the programme plans for; another size is told, not refused. */
const SIZE = { least: 5, most: 9 }
const ALPHABET = '23456789ABCDEFGHJKMNPQRSTUVWXYZ'
const LETTERS = 8
const GONE: DeedResult = { outcome: 'gone' }

export const groupDeeds: DeedSet = {
  deeds: {
    'look-at-group': lookAtGroup,

    async 'link-group'(order) {
      const { db, talk, vars } = order
      const address = subjectIn(vars)
      const places = await groupPlacesOf(db, talk.personId)
      const place = places.find(({ id }) => String(id) === wordIn(vars, 'place'))
      const taken = address === undefined ? undefined : await chwGroupAt(db, address)
      const isOthers = taken !== undefined && taken.facilityId !== place?.id
      // Whose group it is already nobody else takes over; who leads it and has seen it there puts right what is wrong.
      const isWrong = isOthers && String(taken.facilityId) === wordIn(vars, 'linked')
      if (address === undefined || !place || (isOthers && !isWrong)) return { outcome: 'refused' }
      if (isWrong) await leaveSession(order, taken)
      await link(order, { address, place: place.id })
      const group = await chwGroupAt(db, address)
      return group ? { outcome: 'ready', ...(await shownAgain(order, group)) } : GONE
    },

    /** Somebody has come from the group, by its card: who of it are they? */
    async 'look-at-group-code'({ desk, db, talk, vars, now }) {
      const group = await groupOfCode(db, talk.addressId, { vars, now })
      if (!group) return { outcome: 'none' }
      const members = await membersOf(db, group)
      const found = { group: group.facility }
      const self = members.find(({ id }) => id === talk.personId)
      if (talk.home !== 'welcome' && !self) return { outcome: 'outside', found }
      if (self) await arriveIn(db, group, { person: self.id, at: now })
      // A name that has a chat of its own already is linked there, and by nobody from here.
      const open = members.filter(({ id, addressed }) => !addressed && id !== talk.personId)
      const people = open.map(({ id, name }): ListItem => ({ id: String(id), text: { en: name } }))
      if (self) {
        const nobody: ListItem = { id: 'nobody', text: desk.shelf.words['group_only_me'] ?? {} }
        const outcome = people.length === 0 ? 'known' : 'known-first'
        return { outcome, found: { ...found, people: [nobody, ...people] } }
      }
      return { outcome: people.length === 0 ? 'full' : 'pick', found: { ...found, people } }
    },

    async 'join-group'({ db, talk, vars, now }) {
      const chosen = await chosenIn(db, talk.addressId, { vars, now })
      if (!chosen || talk.home !== 'welcome') return GONE
      const { group, person, name } = chosen
      const input = await become(db, talk, { person, now })
      await arriveIn(db, group, { person, at: now })
      return { input, tells: toldOf(group, name) }
    },

    async 'share-in-group'({ db, talk, vars, now }) {
      const chosen = await chosenIn(db, talk.addressId, { vars, now })
      if (!chosen || talk.home === 'welcome') return GONE
      const { group, person, name } = chosen
      await shareAddress(db, talk.addressId, [talk.personId, person], now)
      await arriveIn(db, group, { person, at: now })
      for (const who of [talk.personId, person])
        await writeAudit(db, {
          at: now,
          actor: `person:${talk.personId}`,
          deed: 'address.share',
          subject: `person:${who}`,
        })
      return { outcome: 'shared', found: { other: name }, tells: toldOf(group, name) }
    },
  },
  audited: { 'link-group': 'group.link', 'join-group': 'group.join' },
}

/** The number of the chat a dialogue is about. */
export function subjectIn(vars: DeedOrder['vars']): AddressId | undefined {
  const id = Number(wordIn(vars, 'subject'))
  return Number.isSafeInteger(id) && id > 0 ? (id as AddressId) : undefined
}

async function lookAtGroup(order: DeedOrder): Promise<DeedResult> {
  const { desk, db, talk, vars } = order
  const picked = Number(wordIn(vars, 'chat'))
  const address = picked > 0 ? (picked as AddressId) : subjectIn(vars)
  if (address === undefined) return listGroups(db, talk.personId)
  const group = await chwGroupAt(db, address)
  const places = await groupPlacesOf(db, talk.personId)
  if (group && places.some(({ id }) => id === group.facilityId)) {
    if (picked > 0) return { outcome: 'ready', ...(await stateOf(db, group)) }
    // Who asks from the chat wants its cards where everybody sees them, and sees whether it is the right group.
    const known = await shownAgain(order, group)
    const others = places.filter(({ id }) => id !== group.facilityId)
    if (others.length === 0) return { outcome: 'ready', ...known }
    const right: ListItem = { id: 'right', text: desk.shelf.words['group_right'] ?? {} }
    return {
      outcome: 'known',
      ...known,
      found: { ...known.found, linked: String(group.facilityId), places: [right, ...listed(others)] },
    }
  }
  // Whose group it is already nobody else takes over.
  if (group || places.length === 0) return { outcome: 'refused' }
  return { outcome: 'choose', found: { places: listed(places) } }
}

const listed = (places: readonly Facility[]): ListItem[] =>
  places.map(({ id, name }) => ({ id: String(id), text: { en: name } }))

/** What was begun in the chat of the wrong group is over, and its visit is still to be held. */
async function leaveSession({ desk, db, now }: DeedOrder, { facilityId }: ChwGroup): Promise<void> {
  const session = await sessionUnderWay(db, facilityId)
  if (session) await closeSession(desk, db, { session, agreed: '', nextOn: undefined, held: false, now })
}

async function listGroups(db: Db, person: PersonId): Promise<DeedResult> {
  const groups = await groupsLedBy(db, person)
  if (groups.length === 0) return { outcome: 'none' }
  const chats = groups.map(({ addressId, facility }): ListItem => ({
    id: String(addressId),
    text: { en: facility },
  }))
  return { outcome: 'several', found: { chats } }
}

/** A group as its mentor sees it in private, with the names of who is missing. */
async function stateOf(
  db: Db,
  group: ChwGroup,
): Promise<Required<Pick<DeedResult, 'says'>> & { found: DeedOrder['vars'] }> {
  const members = await membersOf(db, group)
  const missing = members.filter(({ here }) => !here).map(({ name }) => name)
  const values = {
    group: group.facility,
    known: members.length - missing.length,
    of: members.length,
    names: missing.join(', '),
  }
  const says: Say[] = [
    { say: 'word', word: missing.length === 0 ? 'group_all_here' : 'group_missing', values },
  ]
  if (members.length < SIZE.least || members.length > SIZE.most)
    says.push({ say: 'word', word: 'group_size', values: { count: members.length, ...SIZE } })
  if (!group.reachable) says.push({ say: 'word', word: 'group_removed', values: { group: group.facility } })
  return { says, found: { subject: String(group.addressId), group: group.facility } }
}

/** The same, and all that stands open in the chat is said there anew. */
async function shownAgain(
  { desk, db, now }: DeedOrder,
  group: ChwGroup,
): Promise<Pick<DeedResult, 'says' | 'groups'> & { found: DeedOrder['vars'] }> {
  return { ...(await stateOf(db, group)), groups: await showAgain(desk, db, group, now) }
}

async function link(
  { desk, db, talk, now }: DeedOrder,
  { address, place }: { address: AddressId; place: FacilityId },
): Promise<void> {
  const code = codeFrom(desk.chance(), desk.chance())
  await linkGroup(db, { address, facility: place, mentor: talk.personId, code, at: now })
}

function codeFrom(...seeds: readonly number[]): string {
  let code = ''
  for (const seed of seeds)
    for (
      let rest = seed, at = 0;
      at < LETTERS / seeds.length;
      at++, rest = Math.floor(rest / ALPHABET.length)
    )
      code += ALPHABET[rest % ALPHABET.length] ?? ''
  return code
}

/** Codes are not guessed here any more than others: a wrong one is counted where codes are redeemed. */
async function groupOfCode(
  db: Db,
  address: AddressId,
  { vars, now }: { vars: DeedOrder['vars']; now: Instant },
): Promise<ChwGroup | undefined> {
  if ((await codesTried(db, address, now)) >= MOST_CODES_A_DAY) return undefined
  return chwGroupOfCode(db, wordIn(vars, 'code').trim().slice(0, 20))
}

/** Whom somebody says to be, or to share the telephone with: a name of that group that nobody has linked. */
async function chosenIn(
  db: Db,
  address: AddressId,
  given: { vars: DeedOrder['vars']; now: Instant },
): Promise<{ group: ChwGroup; person: PersonId; name: string } | undefined> {
  const group = await groupOfCode(db, address, given)
  if (!group) return undefined
  const who = Number(wordIn(given.vars, 'who'))
  const member = (await membersOf(db, group)).find(({ id, addressed }) => id === who && !addressed)
  return member && { group, person: member.id, name: member.name }
}

async function arriveIn(
  db: Db,
  { addressId }: ChwGroup,
  { person, at }: { person: PersonId; at: Instant },
): Promise<void> {
  if (await joinGroup(db, { group: addressId, person, at }))
    await changeCards(db, [{ address: addressId, name: 'group' }])
}

/** Who has linked themselves to which name is told to whoever set the group up: they know the voice behind it. */
function toldOf({ mentorId, facility }: ChwGroup, name: string): Tell[] {
  if (mentorId === undefined) return []
  return [
    { person: mentorId, says: [{ say: 'word', word: 'group_joined', values: { name, group: facility } }] },
  ]
}
