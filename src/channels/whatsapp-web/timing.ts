// Every wait of the channel with its reason.
import { MINUTE, SECOND } from '../../words/clock.ts'
import { LIFE_TIMING, type LifeTiming } from './life.ts'

/** All in milliseconds. */
export interface Timing extends LifeTiming {
  /** How often the book is looked into: who may hold the number, who wants to pair. */
  readonly look: number
  /** How often each number is written down though nothing has changed: who reads it sees that somebody is there. */
  readonly write: number
  /** The lease of the number: a process that is not heard of for this long has died. */
  readonly lease: number
  readonly tick: number
  /** How long WhatsApp may take to confirm a send, and everything else that is asked. */
  readonly send: number
  readonly answer: number
  /** How long a browser may take to end in good order: it writes down the link to the telephone. */
  readonly ending: number
  /** A spare number that was paired stays open this long, until all is written down. */
  readonly keep: number
  /** Another page of WhatsApp Web with our number is given this long. */
  readonly takeOver: number
  /** What was missed and could not be read is asked for again after this, each time twice as long. */
  readonly readAgain: number
}

export const TIMING: Timing = {
  ...LIFE_TIMING,
  look: 2 * SECOND,
  write: 10 * SECOND,
  lease: 15 * SECOND,
  tick: SECOND / 2,
  send: 30 * SECOND,
  answer: MINUTE,
  ending: 8 * SECOND,
  keep: 15 * SECOND,
  takeOver: 10 * SECOND,
  readAgain: 5 * SECOND,
}
