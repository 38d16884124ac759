import type { AlarmClock } from '../queue/alarm-clock.ts'
import type { Desk } from '../usecases/desk.ts'
import { fireFollowUp } from '../usecases/fire-follow-up.ts'
import { sweepFollowUps } from '../usecases/sweep-follow-ups.ts'
import { SECOND } from '../words/clock.ts'
import type { FollowUpId } from '../words/ids.ts'
import { repeat, type Repeating } from './repeat.ts'

/** How often what is due soon is put on the queue. */
const SWEEP = 10 * SECOND

/** Lets follow-ups happen: the queue rings, the sweep sees to it that the queue knows. */
export async function startFollowUps(desk: Desk, alarm: AlarmClock): Promise<Repeating> {
  await alarm.start(async (id) => void (await fireFollowUp(desk, id as FollowUpId)))
  const sweeping = repeat(SWEEP, () => sweepFollowUps(desk, alarm), desk.log)
  return {
    async stop() {
      await sweeping.stop()
      await alarm.stop()
    },
  }
}
