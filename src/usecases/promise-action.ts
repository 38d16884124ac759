// Somebody promises to do something by a day: they are told, reminded before it and on it, and when it is late it goes up
// by itself, first to whoever agreed it and the manager, then to the district.
import { actionLateAt, actionReminderAt, LATE_ROLES } from '../domain/action.ts'
import { instantOf, isQuietAt, localDay, quietEndAfter } from '../domain/rhythm.ts'
import { workingDayFrom } from '../domain/visit-calendar.ts'
import { subjectCode } from '../engine/offer.ts'
import type { Offer } from '../engine/events.ts'
import type { Vars } from '../engine/session.ts'
import type { Db } from '../store/db.ts'
import { holdersAt } from '../store/duties.ts'
import { placesAbove } from '../store/facilities.ts'
import { dropFollowUps, type FollowUpWrite, planFollowUps } from '../store/follow-ups.ts'
import {
  addPromise,
  type NewPromise,
  promiseForUpdate,
  type Promised,
  promisesWithoutClock,
} from '../store/promises.ts'
import type { Day, Instant } from '../words/clock.ts'
import type { ActionId } from '../words/ids.ts'
import { daySaid } from './day-said.ts'
import type { Tell } from './deeds/deed.ts'
import type { Desk } from './desk.ts'

/** A project or a place has few people; more than this are not told of one late action. */
const MOST_TOLD = 4

export const actionCode = (id: ActionId): string => subjectCode('A', id)

export const actionValues = (desk: Desk, { id, text, owner, facility, dueAt }: Promised): Vars => ({
  code: actionCode(id),
  text,
  owner,
  facility,
  due: daySaid(desk, dueAt),
})

const opening = (id: ActionId): Offer => ({
  flow: 'action',
  subject: id,
  word: 'action_open',
  values: { code: actionCode(id) },
})

/** The working day on which something is due that is promised for a moment: at weekends and on holidays nobody does it. */
export const dueDay = ({ programme }: Pick<Desk, 'programme'>, at: Instant): Day =>
  workingDayFrom(localDay(at, programme), programme.calendar)

/** Agrees an action in the running transaction; `tells` go into the result of the deed. */
export async function promiseAction(
  desk: Desk,
  db: Db,
  promised: NewPromise,
): Promise<{ id: ActionId; tells: readonly Tell[] }> {
  const { timezone } = desk.programme
  const dueAt = instantOf(dueDay(desk, promised.dueAt), 0, desk.programme)
  const id = await addPromise(db, timezone, { ...promised, dueAt })
  const action = await promiseForUpdate(db, timezone, id)
  if (!action) throw new Error('an action has gone while it was agreed')
  await planAction(desk, db, action, promised.at)
  const says = [{ say: 'word', word: 'action_agreed', values: actionValues(desk, action) } as const]
  return { id, tells: [{ person: promised.owner, says, open: opening(id) }] }
}

/** Plans what reminds of an action and what lets it go up; called again when its day has changed. */
export async function planAction(desk: Desk, db: Db, action: Promised, now: Instant): Promise<void> {
  if (action.ownerId === undefined) return
  const write = (kind: FollowUpWrite['kind'], at: Instant): FollowUpWrite => ({
    kind,
    key: `${kind}:${action.id}`,
    person_id: action.ownerId as NonNullable<Promised['ownerId']>,
    subject: action.id,
    due_at: at,
  })
  const reminder = actionReminderAt(action.dueAt, now)
  const late = actionLateAt(action.dueAt, 0, desk.programme)
  await planFollowUps(db, [
    ...(reminder === undefined ? [] : [write('action_due', reminder)]),
    ...(late === undefined ? [] : [write('action_late', Math.max(late, now))]),
  ])
}

export async function stopAction(db: Db, id: ActionId, now: Instant): Promise<void> {
  await dropFollowUps(db, [`action_due:${id}`, `action_late:${id}`], now)
}

/** Plans the clocks of actions that were agreed without one. How many there were. */
export async function planActions(desk: Desk, db: Db, now: Instant): Promise<number> {
  const actions = await promisesWithoutClock(db, desk.programme.timezone, 500)
  for (const action of actions) await planAction(desk, db, action, now)
  return actions.length
}

/** A late action goes one up; whoever agreed it is told each time. One that is settled, or moved, does nothing. */
export async function ringAction(desk: Desk, db: Db, id: ActionId, now: Instant): Promise<readonly Tell[]> {
  const action = await promiseForUpdate(db, desk.programme.timezone, id)
  if (action?.state !== 'open' || action.ownerId === undefined) return []
  const ring = (at: Instant): Promise<void> =>
    planFollowUps(db, [
      {
        kind: 'action_late',
        key: `action_late:${id}`,
        person_id: action.ownerId as NonNullable<Promised['ownerId']>,
        subject: id,
        due_at: at,
      },
    ])
  const [first, second] = [0, 1].map((step) => actionLateAt(action.dueAt, step, desk.programme) ?? now)
  if (first !== undefined && now < first) {
    await ring(first)
    return []
  }
  if (isQuietAt(now, desk.programme)) {
    await ring(quietEndAfter(now, desk.programme))
    return []
  }
  const step = second !== undefined && now >= second ? 1 : 0
  if (step === 0 && second !== undefined) await ring(second)
  const above = await holdersAt(db, await placesAbove(db, action.facilityId), LATE_ROLES[step] ?? [])
  const people = [...(action.agreedBy === undefined ? [] : [action.agreedBy]), ...above.slice(0, MOST_TOLD)]
  const says = [{ say: 'word', word: 'action_late', values: actionValues(desk, action) } as const]
  const others = [...new Set(people)].filter((person) => person !== action.ownerId)
  return [
    ...others.map((person): Tell => ({ person, says, open: opening(id) })),
    {
      person: action.ownerId,
      says: [{ say: 'word', word: 'action_late_yours', values: actionValues(desk, action) }],
      open: opening(id),
    },
  ]
}
