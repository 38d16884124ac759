import type { AlarmClock } from '../queue/alarm-clock.ts'
import { type FollowUp, followUpsDue } from '../store/follow-ups.ts'
import { MINUTE, SECOND } from '../words/clock.ts'
import type { Desk } from './desk.ts'
import { fireFollowUp } from './fire-follow-up.ts'

/** Follow-ups due within this time are put on the queue; later ones are rows and nothing else. */
const HORIZON = MINUTE
/** Overdue by more than this, the queue has lost the alarm or is away: the sweep acts itself. */
const LOST = 30 * SECOND
const MOST_AT_ONCE = 1_000
/** Lost ones acted on at the same time: each takes a connection of the pool. */
const SIDE_BY_SIDE = 4

/**
 * Puts what is due soon on the queue, and acts itself on what the queue has let lie. Called every few seconds and
 * after the clock was moved; setting an alarm twice changes nothing, so nothing needs to be remembered.
 */
export async function sweepFollowUps(desk: Desk, alarm: AlarmClock): Promise<void> {
  const now = desk.clock.now()
  let last: FollowUp | undefined
  do {
    const due = await followUpsDue(desk.database, now + HORIZON, MOST_AT_ONCE, last)
    await alarm.set(due.map(({ id, dueAt }) => ({ id, at: dueAt, delay: Math.max(0, dueAt - now) })))
    const lost = due.filter(({ dueAt }) => dueAt <= now - LOST)
    // One that breaks is kept for another try and must not hold up the rest.
    while (lost.length > 0)
      await Promise.all(
        lost.splice(0, SIDE_BY_SIDE).map(({ id }) => fireFollowUp(desk, id).catch(() => false)),
      )
    last = due.length === MOST_AT_ONCE ? due.at(-1) : undefined
  } while (last)
}
