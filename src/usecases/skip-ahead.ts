import type { Database } from '../store/db.ts'
import { followUpsDue, nextFollowUp } from '../store/follow-ups.ts'
import { readSetting, writeSetting } from '../store/settings.ts'
import { type Clock, DAY, HOUR, type Instant } from '../words/clock.ts'
import type { PersonId } from '../words/ids.ts'
import type { Desk } from './desk.ts'
import { fireFollowUp } from './fire-follow-up.ts'

/** A clock that can be moved ahead: the demo's. */
export interface MovableClock extends Clock {
  /** Moves to `to`; never back. */
  moveTo(to: Instant): Promise<void>
}

const SETTING = 'demo_clock_ahead'

/** The demo's clock where it was left: its time never runs backwards, also over a restart. */
export async function makeMovableClock(database: Database, real: Clock): Promise<MovableClock> {
  const kept = await readSetting(database, SETTING)
  let ahead = typeof kept === 'number' ? kept : 0
  const now = (): Instant => real.now() + ahead
  return {
    now,
    async moveTo(to) {
      ahead += Math.max(0, to - now())
      await writeSetting(database, SETTING, ahead)
    },
  }
}

/** More moments than this are not walked through in one skip. */
const MOST_STEPS = 500

/**
 * Moves the demo's clock an hour, a day, or to the next message that goes out to `person`, or to anybody. Everything due
 * on the way, of everybody, happens at its own time, in order, as if the time had passed.
 */
export async function skipAhead(
  desk: Desk,
  clock: MovableClock,
  by: 'hour' | 'day' | 'next',
  person?: PersonId,
): Promise<void> {
  const target =
    by === 'hour' ? clock.now() + HOUR : by === 'day' ? clock.now() + DAY : Number.POSITIVE_INFINITY
  for (let step = 0; step < MOST_STEPS; step++) {
    const next = await nextFollowUp(desk.database)
    if (!next || next.dueAt > target) break
    // Nothing is to come for them: the others' next messages are no reason to move the time.
    if (by === 'next' && !(await nextFollowUp(desk.database, person))) break
    await clock.moveTo(next.dueAt)
    let sent = false
    // Due at this very moment: the bound of what is due is exclusive.
    for (const due of await followUpsDue(desk.database, clock.now() + 1, MOST_STEPS)) {
      // One that breaks is planned for later and must not stop the clock.
      const acted = await fireFollowUp(desk, due.id).catch(() => false)
      sent ||= acted && (person === undefined || due.personId === person)
    }
    if (by === 'next' && sent) break
  }
  if (target !== Number.POSITIVE_INFINITY) await clock.moveTo(target)
}
