// The last step of a visit: what was promised before is looked at, and what is promised now gets an owner and a day.
import type { ListItem } from '../../engine/session.ts'
import { agreeAction, openActions, settleAction } from '../../store/actions.ts'
import { settleStep } from '../../store/visit-steps.ts'
import { dayWords } from '../../domain/day.ts'
import { DAY } from '../../words/clock.ts'
import type { ActionId } from '../../words/ids.ts'
import { visitSay } from '../announce-visit.ts'
import { dueDay } from '../promise-action.ts'
import { type Deed, type DeedSet, wordIn } from './deed.ts'
import { GONE, heldVisit } from './hold-visit.ts'

/** What a list shows on every telephone. */
const MOST_OWNERS = 10

/** Days from today, as `visit-hold.yaml` offers them. */
const DUE: Readonly<Record<string, number>> = { week: 7, 'two-weeks': 14, month: 30 }

/** The next action that was open before; `seen` is the number of the last one looked at. */
const nextAction: Deed = async (order) => {
  const { db, vars, now } = order
  const at = await heldVisit(order)
  if (!at) return GONE
  const seen = Number(vars['seen'] ?? 0)
  // By number and not by day: one that is settled meanwhile moves none of the others.
  const open = (await openActions(db, at.visit.facilityId)).toSorted((a, b) => a.id - b.id)
  // What was agreed since it began, in a project that was opened at the debrief, has had no time yet.
  const begun = at.visit.begunAt ?? now
  const next = open.find(
    ({ id, visitId, agreedAt }) => id > seen && visitId !== at.visit.id && agreedAt < begun,
  )
  if (!next) return { outcome: 'new' }
  const values = { text: next.text, owner: next.owner, due: dayWords(next.dueOn) }
  return { outcome: 'old', says: [visitSay('brief_action', values)], found: { seen: next.id } }
}

const settleTheAction: Deed = async (order) => {
  const { db, vars, now } = order
  const at = await heldVisit(order)
  if (!at) return GONE
  const state = wordIn(vars, 'settled')
  if (state === 'done' || state === 'dropped') {
    const id = Number(vars['seen']) as ActionId
    await settleAction(db, { facility: at.visit.facilityId, id, state, at: now })
  }
  return { outcome: 'noted' }
}

const listOwners: Deed = async (order) => {
  const at = await heldVisit(order)
  if (!at) return GONE
  const owners = at.people.map(({ personId, name }, index): ListItem => ({
    id: String(personId),
    text: { en: name },
    ...(index >= MOST_OWNERS && { hidden: true }),
  }))
  return { outcome: 'listed', found: { owners } }
}

const agreeTheAction: Deed = async (order) => {
  const { desk, db, talk, vars, now } = order
  const at = await heldVisit(order)
  const owner = at?.people.find(({ personId }) => String(personId) === wordIn(vars, 'owner'))
  const text = wordIn(vars, 'text')
  if (!at || !owner || text === '') return GONE
  const dueOn = dueDay(desk, now + (DUE[wordIn(vars, 'due')] ?? 14) * DAY)
  await agreeAction(db, {
    facility: at.visit.facilityId,
    visit: at.visit.id,
    owner: owner.personId,
    by: talk.personId,
    text,
    dueOn,
    at: now,
  })
  return { outcome: 'agreed', found: { text: '', person: owner.name, day: dayWords(dueOn) } }
}

const settleActions: Deed = async (order) => {
  const at = await heldVisit(order)
  if (!at) return GONE
  await settleStep(order.db, at.visit.id, { step: 'actions', because: undefined, at: order.now })
  return { outcome: 'noted' }
}

export const visitActionDeeds: DeedSet = {
  deeds: {
    'next-action': nextAction,
    'settle-action': settleTheAction,
    'list-visit-owners': listOwners,
    'agree-visit-action': agreeTheAction,
    'settle-actions': settleActions,
  },
  audited: {},
}
