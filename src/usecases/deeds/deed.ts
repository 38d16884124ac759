// What a deed is: one thing a dialogue may ask of the programme by name (`do: …`), done in the running transaction.
import type { Offer, Say } from '../../engine/events.ts'
import type { Input } from '../../engine/run.ts'
import type { Vars } from '../../engine/session.ts'
import type { Db } from '../../store/db.ts'
import type { Instant } from '../../words/clock.ts'
import type { PersonId } from '../../words/ids.ts'
import type { About } from '../../words/message.ts'
import type { Desk } from '../desk.ts'
import type { GroupTell } from '../lead-group.ts'
import type { Talk } from '../talk.ts'

export interface DeedOrder {
  readonly desk: Desk
  readonly db: Db
  readonly talk: Talk
  readonly vars: Vars
  readonly now: Instant
}

/** What one person is told of another's deed. */
export interface Tell {
  readonly person: PersonId
  readonly says: readonly Say[]
  /** A dialogue about something: it opens when nothing else is being asked of them, else a button leads to it. */
  readonly open?: Offer
  /** They know what it is about: it opens without being told anew. */
  readonly known?: boolean
  /** Where they are being asked about this, the question has lost its point: `open` takes its place. */
  readonly instead?: About
  /** Somebody waits for it: it goes out like a reply, before what nobody waits for. */
  readonly awaited?: boolean
}

/** How a deed came out: the dialogue goes on with an outcome, or gives way to something else. */
export type DeedResult = ({ readonly outcome: string; readonly found?: Vars } | { readonly input: Input }) & {
  readonly says?: readonly Say[]
  /** What others are told of it, in the same transaction. */
  readonly tells?: readonly Tell[]
  /** What groups are told of it. */
  readonly groups?: readonly GroupTell[]
}

export type Deed = (order: DeedOrder) => Promise<DeedResult>

export const DONE: DeedResult = { outcome: 'done' }

/** What was written is no day of the calendar: it says so, and how to write one. */
export const NO_SUCH_DAY: DeedResult = { outcome: 'unclear', says: [{ say: 'word', word: 'no_such_day' }] }

/** Deeds of one subject, with what the audit calls those that leave a row. */
export interface DeedSet {
  readonly deeds: Readonly<Record<string, Deed>>
  readonly audited: Readonly<Record<string, string>>
}

/** What somebody said or picked; empty when they did not. */
export function wordIn(vars: Vars, name: string): string {
  const value = vars[name]
  return typeof value === 'string' ? value : ''
}
