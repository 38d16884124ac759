// Whoever leads a session says who is there without a telephone at hand.
import { numbersMeant } from '../../domain/visit.ts'
import type { ListItem } from '../../engine/session.ts'
import { changeCards, membersOf } from '../../store/chw-groups.ts'
import { attendingIn, noteAttending } from '../../store/group-attendance.ts'
import type { PersonId } from '../../words/ids.ts'
import { sessionCard } from '../group-session.ts'
import { type DeedResult, type DeedSet, wordIn } from './deed.ts'
import { notNow, standing, underWay } from './group-session.ts'

const REFUSED: DeedResult = { outcome: 'refused' }

export const sessionAttendanceDeeds: DeedSet = {
  deeds: {
    /** Those who have not said themselves that they are there. */
    async 'list-unsaid'(order) {
      const led = await underWay(order)
      if (!led) return REFUSED
      const attending = await attendingIn(order.db, led.session.id)
      const said = new Set(attending.flatMap(({ person, noted }) => (noted ? [] : [person])))
      const unsaid = (await membersOf(order.db, led.group)).filter(({ id }) => !said.has(id))
      if (unsaid.length === 0) return notNow(order, led)
      const noted = new Set(attending.map(({ person }) => person))
      const lines = unsaid.map(({ id, name }, index) => {
        const values = { number: index + 1, name: noted.has(id) ? `${name} ✓` : name }
        return { say: 'word', word: 'numbered', values } as const
      })
      // Numbers are of this list, whoever says meanwhile that they are there.
      const people = unsaid.map(({ id, name }): ListItem => ({ id: String(id), text: { en: name } }))
      return { outcome: 'mark', says: [{ say: 'lines', lines }], found: { people } }
    },

    async 'mark-here'(order) {
      const { db, vars, now } = order
      const led = await underWay(order)
      if (!led) return REFUSED
      const ids = Array.isArray(vars['people']) ? vars['people'].map(({ id }) => Number(id) as PersonId) : []
      const picked = wordIn(vars, 'picked')
      const numbers = picked === '' ? numbersMeant(wordIn(vars, 'who'), ids.length) : []
      if (!numbers) return { outcome: 'unclear' }
      const people = picked === 'all' ? ids : numbers.flatMap((number) => ids[number - 1] ?? [])
      const { session, group } = led
      await noteAttending(db, { session: session.id, people, at: now })
      await changeCards(db, [{ address: group.addressId, name: sessionCard(session.id) }])
      return standing(order, led)
    },
  },
  audited: { 'mark-here': 'session.attendance' },
}
