// What somebody has promised to do: done, more time, or not possible.
import { MOST_POSTPONED } from '../../domain/action.ts'
import { localDay } from '../../domain/rhythm.ts'
import { plusDays, workingDayFrom } from '../../domain/visit-calendar.ts'
import type { ListItem } from '../../engine/session.ts'
import { holdersAt } from '../../store/duties.ts'
import {
  openPromises,
  postponePromise,
  promiseForUpdate,
  type Promised,
  settlePromise,
} from '../../store/promises.ts'
import type { ActionId, FlowId, PersonId } from '../../words/ids.ts'
import { daySaid } from '../day-said.ts'
import { actionCode, actionValues, planAction, stopAction } from '../promise-action.ts'
import { isAllowedAt } from '../relate.ts'
import { type Deed, type DeedOrder, type DeedSet, type Tell, wordIn } from './deed.ts'
import { numberIn } from './projects.ts'

const MOST_LISTED = 9
const GONE = { outcome: 'gone' } as const

type Part = 'owner' | 'owner-late' | 'follower' | 'settled' | 'gone'

/** The action a dialogue is about: its owner settles it, those who run the place's projects may too. */
async function actionIn(order: DeedOrder): Promise<{ action: Promised; part: Part } | undefined> {
  const { desk, db, talk, vars } = order
  const id = Number(wordIn(vars, 'subject'))
  if (!Number.isSafeInteger(id) || id < 1) return undefined
  const action = await promiseForUpdate(db, desk.programme.timezone, id as ActionId)
  if (!action) return undefined
  const asked = { actor: talk.personId, place: action.facilityId }
  const owner = action.ownerId === talk.personId
  const follows =
    owner || action.agreedBy === talk.personId || (await isAllowedAt(db, { ...asked, act: 'run_project' }))
  const sees = follows || (await isAllowedAt(db, { ...asked, act: 'see_project' }))
  if (!sees) return { action, part: 'gone' }
  if (action.state !== 'open') return { action, part: 'settled' }
  if (owner) return { action, part: action.postponed >= MOST_POSTPONED ? 'owner-late' : 'owner' }
  return { action, part: follows ? 'follower' : 'settled' }
}

const open: Deed = async (order) => {
  const met = await actionIn(order)
  if (!met || met.part === 'gone') return GONE
  const { action, part } = met
  const values = {
    ...actionValues(order.desk, action),
    state: order.desk.shelf.words[`action_state_${action.state}`] ?? {},
  }
  return {
    outcome: part,
    found: { code: actionCode(action.id) },
    says: [{ say: 'word', word: 'action_head', values }],
  }
}

/** Whoever agreed it, and the manager of the place, but for the one who speaks. */
async function followersOf({ db, talk }: DeedOrder, action: Promised): Promise<PersonId[]> {
  const managers = await holdersAt(db, [action.facilityId], ['facility_manager'])
  const all = [...(action.agreedBy === undefined ? [] : [action.agreedBy]), ...managers]
  return [...new Set(all)].filter((person) => person !== talk.personId)
}

function settling(state: 'done' | 'dropped'): Deed {
  return async (order) => {
    const met = await actionIn(order)
    if (!met || !['owner', 'owner-late', 'follower'].includes(met.part)) return GONE
    const { action } = met
    const { db, talk, vars, now } = order
    await settlePromise(db, action.id, { state, at: now })
    await stopAction(db, action.id, now)
    const values = { ...actionValues(order.desk, action), who: talk.name, because: wordIn(vars, 'because') }
    const word = state === 'done' ? 'action_was_done' : 'action_was_dropped'
    const owner = action.ownerId !== undefined && action.ownerId !== talk.personId ? [action.ownerId] : []
    const people = [...new Set([...(await followersOf(order, action)), ...owner])]
    const tells = people.map((person): Tell => ({ person, says: [{ say: 'word', word, values }] }))
    return { outcome: state, found: { because: '' }, tells }
  }
}

const postpone: Deed = async (order) => {
  const met = await actionIn(order)
  const { desk, db, vars, now } = order
  const days = numberIn(vars, 'days')
  if (met?.part !== 'owner' || Number.isNaN(days)) return GONE
  const { timezone, calendar } = desk.programme
  // More time begins where the time there was ends, or today when that is over.
  const from = localDay(Math.max(met.action.dueAt, now), desk.programme)
  await postponePromise(db, met.action.id, workingDayFrom(plusDays(from, days), calendar))
  const moved = await promiseForUpdate(db, timezone, met.action.id)
  if (!moved) return GONE
  await planAction(desk, db, moved, now)
  const says = [{ say: 'word', word: 'action_was_moved', values: actionValues(desk, moved) } as const]
  return {
    outcome: 'moved',
    found: { due: daySaid(desk, moved.dueAt) },
    tells: (await followersOf(order, moved)).map((person): Tell => ({ person, says })),
  }
}

const list: Deed = async ({ desk, db, talk }) => {
  const actions = await openPromises(db, desk.programme.timezone, {
    owner: talk.personId,
    limit: MOST_LISTED,
  })
  if (actions.length === 0) return { outcome: 'none' }
  const items = actions.map(({ id, text }): ListItem => ({
    id: String(id),
    text: { en: `${actionCode(id)} · ${text}` },
  }))
  return { outcome: 'some', found: { actions: items } }
}

export const actionDeeds: DeedSet = {
  deeds: {
    'list-actions': list,
    'show-action': ({ vars }) =>
      Promise.resolve({
        input: { kind: 'open', flow: 'action' as FlowId, vars: { subject: wordIn(vars, 'action') } },
      }),
    'open-action': open,
    'finish-action': settling('done'),
    'drop-action': settling('dropped'),
    'postpone-action': postpone,
  },
  audited: {
    'finish-action': 'action.done',
    'drop-action': 'action.drop',
    'postpone-action': 'action.postpone',
  },
}
