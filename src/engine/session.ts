// The state of one person's conversation: plain data that survives JSON unchanged. Between two messages it lives in
// PostgreSQL and nowhere else.
import type { Instant } from '../words/clock.ts'
import type { AttemptId, FlowVersion } from '../words/ids.ts'
import type { LocalText } from '../words/language.ts'
import type { Media } from '../words/message.ts'

export interface Session {
  /** How many questions this conversation has asked. A button carries the number of its question, so an old one shows. */
  readonly asked: number
  /** What is running; the last frame is the one that listens. Empty: nothing is being asked. */
  readonly stack: readonly Frame[]
  /** The quiz that has just ended, while nothing else has begun: `BACK` still corrects its last answer. */
  readonly ended?: QuizFrame | undefined
}

export const NEW_SESSION: Session = { asked: 0, stack: [] }

export type Frame = QuizFrame | DialogueFrame

/** Why a quiz is taken. Only a `post_test` can lead to validation; a `refresher` brings missed questions back. */
export const PURPOSES = ['pre_test', 'practice', 'post_test', 'refresher'] as const

export type Purpose = (typeof PURPOSES)[number]

export interface QuizFrame {
  readonly kind: 'quiz'
  readonly version: FlowVersion
  readonly attempt: AttemptId
  readonly purpose: Purpose
  readonly seed: number
  /** The questions asked, as indexes into the bank, in order. */
  readonly questions: readonly number[]
  /** The options that count so far, as indexes into the question's options as written (not as shown). */
  readonly answers: readonly number[]
  /** How often the last question answered has been answered: 1, and one more for each correction. */
  readonly tries: number
  /** `BACK` has taken the last answer back: its question is being asked again. */
  readonly correcting: boolean
  /** While it is being asked again: the option that was taken back. */
  readonly before?: number | undefined
  /** The result has been told; only its last answer is being corrected. */
  readonly ended?: boolean | undefined
  /** A refresher that was left: so many of its answers have been counted. */
  readonly counted?: number | undefined
  /** When the question now asked was asked first. */
  readonly askedAt: Instant
}

/** What a dialogue remembers: what people said, and what deeds have found. */
export type Vars = Readonly<Record<string, Value>>

export type Value = string | number | LocalText | readonly ListItem[] | { readonly at: Instant }

/** One line a person can pick from a list. */
export interface ListItem {
  readonly id: string
  readonly text: LocalText
  /** Not shown, and understood when somebody writes its words. These stand after those that are shown. */
  readonly hidden?: boolean
}

export interface DialogueFrame {
  readonly kind: 'dialogue'
  readonly version: FlowVersion
  /** The step that waits, as an index. */
  readonly step: number
  readonly vars: Vars
  /** The questions answered so far, for `BACK`: indexes of steps. */
  readonly path: readonly number[]
  /** An answer that held something identifying, without it: the person may agree to it. */
  readonly held?: Held | undefined
}

/** Words with what could identify somebody masked, and what that was. */
export interface Held {
  readonly masked: string
  readonly found: readonly ListItem[]
  /** The words of the button that agrees to it. */
  readonly agree: LocalText
  /** What they have sent, nothing of which is fetched until they agree; the masked words are what stands under it. */
  readonly media?: HeldMedia
}

/** A picture, a voice note or a document that still lies with its provider. */
export interface HeldMedia {
  readonly kind: Media
  readonly ref: string
  readonly mime: string
  /** The words of the button that gives it up. */
  readonly drop: LocalText
}
