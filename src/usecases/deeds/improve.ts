// What can be done to make a place better, as a menu of its own: what somebody may do there decides what it holds.
import { type Act, may } from '../../domain/rights.ts'
import type { ListItem } from '../../engine/session.ts'
import { sitesOf } from '../../store/pairings.ts'
import type { Db } from '../../store/db.ts'
import type { FacilityId, FlowId, PersonId } from '../../words/ids.ts'
import { actorOf, isMentor, siteFor } from '../relate.ts'
import { type Deed, type DeedSet, wordIn } from './deed.ts'

/** What a list shows on every telephone. */
const MOST_SHOWN = 10

/** `act`: what is done at some place; `mentor`: what every mentor does. */
const ENTRIES: readonly { readonly flow: string; readonly act: Act | 'mentor' }[] = [
  { flow: 'challenge-raise', act: 'raise_challenge' },
  { flow: 'challenges', act: 'raise_challenge' },
  { flow: 'near-miss', act: 'count_near_miss' },
  { flow: 'projects', act: 'see_project' },
  { flow: 'actions', act: 'see_project' },
  { flow: 'report', act: 'mentor' },
  { flow: 'overdue', act: 'see_overdue' },
  { flow: 'supervise', act: 'supervise' },
  { flow: 'meetings', act: 'lead_meeting' },
]

const listImprove: Deed = async ({ desk, db, talk }) => {
  const actor = await actorOf(db, talk.personId)
  const sites = await Promise.all(
    (await sitesOf(db, talk.personId)).map(({ id }) => siteFor(db, talk.personId, id)),
  )
  const everywhere = { personId: undefined, mentoredIn: [], places: [] }
  const does = (act: Act | 'mentor'): boolean =>
    act === 'mentor' ? isMentor(actor) : [everywhere, ...sites].some((site) => may(actor, act, site))
  const items = ENTRIES.filter(({ act }) => does(act)).map(({ flow }): ListItem => ({
    id: flow,
    text: desk.shelf.words[`improve_${flow.replaceAll('-', '_')}`] ?? {},
  }))
  return items.length === 0 ? { outcome: 'none' } : { outcome: 'done', found: { entries: items } }
}

/** Where somebody may do this now, as a list to pick from. */
export async function placesFor(db: Db, person: PersonId, act: Act): Promise<ListItem[]> {
  const actor = await actorOf(db, person)
  const sites = await sitesOf(db, person)
  const allowed: ListItem[] = []
  for (const { id, name } of sites)
    if (may(actor, act, await siteFor(db, person, id))) allowed.push({ id: String(id), text: { en: name } })
  return allowed.map((item, index) => (index < MOST_SHOWN ? item : { ...item, hidden: true }))
}

/** Which place a dialogue is about: the one that was picked, or the only one there is. */
export function pickPlace(act: Act): Deed {
  return async ({ db, talk }) => {
    const places = await placesFor(db, talk.personId, act)
    const [only] = places
    if (!only) return { outcome: 'nowhere' }
    return places.length === 1
      ? { outcome: 'one', found: { place: only.id } }
      : { outcome: 'several', found: { places } }
  }
}

/** The place in the variables, if this person may do this there. */
export async function placeIn(
  db: Db,
  about: { person: PersonId; act: Act; place: string },
): Promise<FacilityId | undefined> {
  const id = Number(about.place)
  if (!Number.isSafeInteger(id) || id < 1) return undefined
  const place = id as FacilityId
  const allowed = may(await actorOf(db, about.person), about.act, await siteFor(db, about.person, place))
  return allowed ? place : undefined
}

export const improveDeeds: DeedSet = {
  deeds: {
    'list-improve': listImprove,
    'open-improve': ({ desk, talk, vars }) => {
      const flow = wordIn(vars, 'entry') as FlowId
      const known = desk.shelf.current(flow) !== undefined && ENTRIES.some((one) => one.flow === flow)
      return Promise.resolve({ input: { kind: 'open', flow: known ? flow : (talk.home as FlowId) } })
    },
  },
  audited: {},
}
