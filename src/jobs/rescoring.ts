import type { Desk } from '../usecases/desk.ts'
import { rescoreAttempts } from '../usecases/rescore-attempts.ts'
import { HOUR } from '../words/clock.ts'
import { repeat, type Repeating } from './repeat.ts'

/** What was decided on questions is worked in when the service starts with it; again later, should that have broken. */
export function startRescoring(desk: Desk): Repeating {
  return repeat(
    6 * HOUR,
    async () => {
      const attempts = await rescoreAttempts(desk)
      if (attempts > 0) desk.log.info({ attempts }, 'attempts were judged anew')
    },
    desk.log,
  )
}
