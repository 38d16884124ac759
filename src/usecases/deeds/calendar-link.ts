// The link that puts somebody's visits into the calendar of their telephone.
import { endCalendarLink, makeCalendarLink } from '../../store/calendar-links.ts'
import { DAY } from '../../words/clock.ts'
import { type DeedSet, DONE } from './deed.ts'

/** A link that lies in a telephone is good for half a year: long enough to be forgotten, short enough to be lost. */
const GOOD_FOR = 180 * DAY

export const calendarLinkDeeds: DeedSet = {
  deeds: {
    async 'make-calendar-link'({ desk, db, talk, now }) {
      if (desk.publicUrl === undefined) return { outcome: 'unreachable' }
      const until = now + GOOD_FOR
      const secret = await makeCalendarLink(db, talk.personId, { at: now, until })
      return {
        outcome: 'made',
        found: { link: `${desk.publicUrl}/calendar/${secret}.ics`, until: { at: until } },
      }
    },

    async 'end-calendar-link'({ db, talk }) {
      await endCalendarLink(db, talk.personId)
      return DONE
    },
  },
  audited: { 'make-calendar-link': 'calendar.link', 'end-calendar-link': 'calendar.unlink' },
}
