// What is written down about the programme's numbers on WhatsApp, so that a restart, another process and the operator's
// commands know it. The channel is handed the book; it knows no database.
import type { Instant } from '../../words/clock.ts'
import type { Life } from './life.ts'
import type { Tally } from './pacing.ts'
import type { Trouble } from './trouble.ts'

export interface LineNote {
  /** Such as `main` or `spare`: also the name of its folder. */
  readonly name: string
  /** The one number that messages go out and come in by. */
  readonly active: boolean
  /** Since when a telephone is paired; undefined: none is. */
  readonly linkedAt: Instant | undefined
  /** Until when somebody wants to pair one. */
  readonly pairingUntil: Instant | undefined
  /** Up to when everything that came in is stored. */
  readonly heardUntil: Instant | undefined
  /** What it has sent on its last day. */
  readonly tally: Tally
}

/** What has become of one line. */
export interface LineNews extends Pick<LineNote, 'linkedAt' | 'heardUntil' | 'tally'> {
  readonly phase: Life['phase']
  readonly detail: string | undefined
  /** To be scanned now; it is worth nothing after a minute. */
  readonly qr: string | undefined
}

export interface LineBook {
  read(): Promise<readonly LineNote[]>
  /** A line that is ready is not to be paired any more. */
  note(name: string, news: LineNews, now: Instant): Promise<void>
  /** What has just ended its browser. */
  befell(name: string, trouble: Trouble, now: Instant): Promise<void>
}
