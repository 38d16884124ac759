// When people want to be reached: hour, days, leave.
import { leaveEnd } from '../../domain/rhythm.ts'
import type { Db } from '../../store/db.ts'
import { rhythmsOf, setHours, setLeave } from '../../store/rhythms.ts'
import { standingOf } from '../../store/people.ts'
import type { Instant } from '../../words/clock.ts'
import type { FlowId, PersonId } from '../../words/ids.ts'
import type { LocalText } from '../../words/language.ts'
import type { Desk } from '../desk.ts'
import { keepLeave, movePerson } from '../move-person.ts'
import { planRefresher } from '../plan-refresher.ts'
import { type DeedSet, DONE, type Tell, wordIn } from './deed.ts'

/** The choices of `hours.yaml`, as bits from Monday. */
const DAY_SETS: Readonly<Record<string, number>> = { 'every-day': 127, weekdays: 31, three: 21, weekend: 96 }

export const hoursDeeds: DeedSet = {
  deeds: {
    async 'tell-hours'({ desk, db, talk }) {
      const rhythm = (await rhythmsOf(db, [talk.personId])).get(talk.personId)
      const chosen = Object.entries(DAY_SETS).find(([, days]) => days === rhythm?.days)?.[0] ?? 'every-day'
      return { outcome: 'done', found: { hour: rhythm?.hour ?? 17, days: dayWords(desk, chosen) } }
    },

    async 'set-hours'({ desk, db, talk, vars, now }) {
      await setHours(db, talk.personId, {
        hour: Number(vars['hour']),
        days: DAY_SETS[wordIn(vars, 'days')] ?? 127,
      })
      await planRefresher(desk, db, { person: talk.personId, now })
      return DONE
    },

    async 'take-leave'({ desk, db, talk, vars, now }) {
      const days = Number(vars['leave-days'])
      const until = days === 0 ? undefined : leaveEnd(now, days, desk.programme)
      const tells = await moveOneself(desk, db, talk.personId, { until, now })
      if (until === undefined) {
        await setLeave(db, talk.personId, null)
        await planRefresher(desk, db, { person: talk.personId, now })
        return { outcome: 'returned', tells }
      }
      await planRefresher(desk, db, { person: talk.personId, now })
      return { outcome: 'away', found: { until: { at: until } }, tells }
    },
  },
  audited: { 'set-hours': 'person.set-hours', 'take-leave': 'person.take-leave' },
}

/** Their record waits while they are away, and their mentors are told; only who is away comes back. */
async function moveOneself(
  desk: Desk,
  db: Db,
  person: PersonId,
  { until, now }: { until: Instant | undefined; now: Instant },
): Promise<Tell[]> {
  const away = (await standingOf(db, person)) === 'paused'
  if (away && until !== undefined) await keepLeave(db, { person, until, wasAway: true })
  if (away === (until !== undefined)) return []
  const movement = until === undefined ? 'back' : 'leave'
  return movePerson(desk, db, { person, movement, by: person, now, until })
}

function dayWords(desk: Desk, chosen: string): LocalText {
  const hours = desk.shelf.current('hours' as FlowId)?.content
  const steps = hours?.kind === 'dialogue' ? hours.steps : []
  const options = steps.flatMap((step) =>
    'ask' in step && step.save === 'days' && step.answer.as === 'choice' ? [step.answer.options] : [],
  )
  return options[0]?.[chosen] ?? {}
}
