// Telling somebody what another person has done: their mentor has answered, their visit has moved. It is owed in the
// same transaction as the deed, so that nobody is told of what has not happened.
import { quietEndAfter, wouldWake } from '../domain/rhythm.ts'
import type { Offer, Say } from '../engine/events.ts'
import type { Vars } from '../engine/session.ts'
import type { Db } from '../store/db.ts'
import { planFollowUps } from '../store/follow-ups.ts'
import { holdTell } from '../store/held-tells.ts'
import { takeUp } from '../store/turns.ts'
import type { Instant } from '../words/clock.ts'
import type { FlowId } from '../words/ids.ts'
import { converse, isInFocus, type Ledger, meet, owe } from './converse.ts'
import type { Tell } from './deeds/deed.ts'
import type { Desk } from './desk.ts'
import { talkOf } from './talk.ts'

/**
 * Owes people what they are told, each locked in the order of their ids, so that two who tell one another do not wait
 * for each other for ever. Who cannot be reached anywhere, has not joined or has said STOP is not told.
 * @throws when one of them is being talked with in this very transaction: each alone goes well.
 */
export async function tell(desk: Desk, db: Db, ledger: Ledger, tells: readonly Tell[]): Promise<void> {
  for (const one of tells.toSorted((a, b) => a.person - b.person)) {
    const told = ledger.told.get(one.person)
    if (told) {
      told.push(...one.says)
      continue
    }
    const arrival = await takeUp(db, one.person)
    if (!arrival || arrival.home !== 'menu' || arrival.unreachable) continue
    if (one.awaited !== true && wouldWake(ledger.now, arrival.wroteAt, desk.programme)) {
      await holdUntilMorning(desk, db, one, ledger.now)
      continue
    }
    meet(ledger, one.person)
    const talk = talkOf(arrival)
    const says = [...one.says]
    const unasked = one.awaited !== true
    const isOver = one.instead !== undefined && isInFocus(desk, talk, one.instead)
    if (isOver) talk.session = { ...talk.session, stack: talk.session.stack.slice(0, -1) }
    if (one.open && (isOver || talk.session.stack.length === 0)) {
      const input = { kind: 'open', ...opened(one.open, one.known), over: true } as const
      await converse(desk, db, ledger, { talk, input, first: says, unasked })
    } else {
      const isAsked = one.open !== undefined && isInFocus(desk, talk, one.open)
      owe(desk, ledger, talk, { says: one.open && !isAsked ? offering(says, [one.open]) : says, unasked })
    }
    ledger.told.set(one.person, ledger.outbox.at(-1)?.says ?? [])
  }
}

/** Whom nobody waits for is not woken: they are told when the quiet hours are over. */
async function holdUntilMorning(desk: Desk, db: Db, one: Tell, now: Instant): Promise<void> {
  await holdTell(db, one.person, one, now)
  await planFollowUps(db, [
    {
      kind: 'tell',
      key: `tell:${one.person}`,
      person_id: one.person,
      subject: null,
      due_at: quietEndAfter(now, desk.programme),
    },
  ])
}

const opened = ({ flow, subject }: Offer, known = false): { flow: FlowId; vars: Vars } => ({
  flow: flow as FlowId,
  vars: { subject: String(subject), ...(known && { reply: 'stay' }) },
})

/** The last of what is said with buttons under it; where that can hold none, with words for them. */
export function offering(says: readonly Say[], offers: readonly Offer[]): Say[] {
  const last = says.at(-1)
  if (last?.say !== 'word') return [...says, { say: 'word', word: 'offered_here', offers }]
  return [...says.slice(0, -1), { ...last, offers: [...(last.offers ?? []), ...offers] }]
}
