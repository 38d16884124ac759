// Somebody's visits as a calendar reads them: places, days and how each stands. No mentee and no mentor is named: whoever
// finds the link learns where, and nothing of whom.
import { localDay } from '../domain/rhythm.ts'
import { lastDay, plusDays } from '../domain/visit-calendar.ts'
import { Voice } from '../engine/voice.ts'
import { calendarOwner } from '../store/calendar-links.ts'
import { type Meeting, meetingsLed } from '../store/meetings.ts'
import { personById } from '../store/people.ts'
import { visitsOf } from '../store/visits.ts'
import type { Day } from '../words/clock.ts'
import type { Desk } from './desk.ts'

/** A calendar keeps what was for three months, and what is planned for half a year. */
const BEHIND = 90
const AHEAD = 180

export interface FeedEntry {
  /** The same for the same visit or meeting, however often it moves: `visit-7`. */
  readonly id: string
  readonly title: string
  readonly place: string
  readonly from: Day
  /** The last day, included. */
  readonly until: Day
  readonly standing: 'tentative' | 'confirmed' | 'cancelled'
  /** Grows with each change, so that a calendar knows the newer one. */
  readonly edition: number
}

export interface Feed {
  readonly title: string
  readonly entries: readonly FeedEntry[]
}

/** The visits behind a secret; undefined when it opens nothing. */
export async function calendarFeed(
  { database, shelf, clock, programme }: Pick<Desk, 'database' | 'shelf' | 'clock' | 'programme'>,
  secret: string,
): Promise<Feed | undefined> {
  const now = clock.now()
  const owner = await calendarOwner(database, secret, now)
  const person = owner && (await personById(database, owner))
  if (!owner || !person) return undefined
  const today = localDay(now, programme)
  const span = { from: plusDays(today, -BEHIND), until: plusDays(today, AHEAD) }
  const voice = new Voice(shelf, { language: person.language, timezone: programme.timezone })
  const meetingEntry = ({ id, facility, heldOn, edition }: Meeting): FeedEntry => ({
    id: `meeting-${id}`,
    title: voice.bubble({ say: 'word', word: 'calendar_meeting', values: { place: facility } }).text,
    place: facility,
    from: heldOn,
    until: heldOn,
    standing: 'confirmed',
    edition,
  })
  const meetings = await meetingsLed(database, owner, span)
  const visits = await visitsOf(database, owner, span)
  return {
    title: voice.bubble({ say: 'word', word: 'menu_visits' }).text,
    entries: [
      ...meetings.map(meetingEntry),
      ...visits.map(({ id, facility, startsOn, days, state, edition }): FeedEntry => ({
        id: `visit-${id}`,
        title: voice.bubble({ say: 'word', word: 'calendar_entry', values: { place: facility } }).text,
        place: facility,
        from: startsOn,
        until: lastDay(startsOn, days),
        standing: state === 'cancelled' ? 'cancelled' : state === 'proposed' ? 'tentative' : 'confirmed',
        edition,
      })),
    ],
  }
}
