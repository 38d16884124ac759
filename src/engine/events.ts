// What a turn of the conversation comes to. The engine sends nothing and saves nothing: it hands these back.
import type { AttemptId, FlowId, FlowVersion } from '../words/ids.ts'
import type { About, Attachment } from '../words/message.ts'
import type { Held, Purpose, QuizFrame, Value, Vars } from './session.ts'

/**
 * What to say, by reference: which words of which version, not the words themselves. `speak.ts` turns it into text in
 * the person's language at the moment it is sent. So a stored reply is one or two hundred bytes and holds no
 * content.
 */
export type Say =
  /** A word of the interface (`flows/words.yaml`). */
  | {
      readonly say: 'word'
      readonly word: string
      readonly values?: Vars
      /** Buttons that open a dialogue about one thing, whatever is being asked meanwhile. */
      readonly offers?: readonly Offer[]
      readonly about?: About
      /** A button that leads from a group to the private chat, with this code; `word` is its label. */
      readonly start?: { readonly code: string; readonly word: string }
    }
  /** A step of a dialogue; `asked` is the number of the question when it is one. */
  | {
      readonly say: 'step'
      readonly flow: FlowVersion
      readonly step: number
      readonly values?: Vars
      readonly asked?: number
      /** The answer that is shown back, masked, instead of the question. */
      readonly held?: Held
    }
  /** A question of a quiz: the `at`-th (from 1) of `of`. */
  | {
      readonly say: 'question'
      readonly flow: FlowVersion
      readonly question: number
      readonly seed: number
      readonly at: number
      readonly of: number
      readonly asked: number
    }
  /** Right or wrong, why, and why the others are wrong. */
  | {
      readonly say: 'verdict'
      readonly flow: FlowVersion
      readonly question: number
      readonly seed: number
      readonly chosen: number
    }
  /** Items of a checklist with their numbers, critical ones starred; with `marks` (`marksIn`) also what was marked. */
  | {
      readonly say: 'items'
      readonly flow: FlowVersion
      readonly items: readonly number[]
      readonly marks?: string
    }
  /** A picture or a document, made for this one person; `word` is said under it, `alt` to whoever cannot see it. */
  | {
      readonly say: 'file'
      readonly attachment: Omit<Attachment, 'alt'>
      readonly word: string
      readonly values?: Vars
      readonly alt?: string
      readonly about?: About
    }
  /** Several words under one another, as lines of one paragraph. */
  | { readonly say: 'lines'; readonly lines: readonly WordSay[] }
  /** A packet whole: its case, its points and its task. */
  | { readonly say: 'packet'; readonly flow: FlowVersion }
  /** The questions worth practising, with their answers. */
  | { readonly say: 'practise'; readonly flow: FlowVersion; readonly questions: readonly number[] }
  /** One message of its own that is known again by its name in the chat: what it says replaces what it said before. */
  | { readonly say: 'notice'; readonly name: string; readonly says: readonly Say[] }
  /** A question of a quiz to a whole group, where each answers for themselves; `name` as of a notice. */
  | {
      readonly say: 'poll'
      readonly name: string
      readonly flow: FlowVersion
      readonly question: number
      readonly seed: number
    }
  /** The poll of this name takes no more votes, where the channel has polls; nothing is written. */
  | { readonly say: 'poll_over'; readonly name: string }
  /** In answer to the message the provider knows as `to`. */
  | { readonly say: 'reply'; readonly to: string; readonly says: readonly Say[] }

/** A button that opens `flow` with `subject`; `word` is its label. It stays good for as long as the subject does. */
export interface Offer {
  readonly flow: string
  readonly subject: number
  readonly word: string
  /** What the tap says to the dialogue's first question, as `said` among what the dialogue remembers. */
  readonly said?: string
  /** What is said in its place where there are no buttons; absent: the code to write. */
  readonly unbuttoned?: string
  readonly values?: Vars
}

export interface WordSay {
  readonly say: 'word'
  readonly word: string
  readonly values?: Vars
}

/** How a question went. */
export interface Result {
  readonly question: string
  readonly correct: boolean
}

export type Event =
  | { readonly type: 'said'; readonly say: Say }
  | {
      readonly type: 'attempt_started'
      readonly attempt: AttemptId
      readonly flow: FlowId
      readonly version: FlowVersion
      readonly competency: string
      readonly purpose: Purpose
      readonly seed: number
      readonly max: number
      readonly passPercent: number
    }
  | {
      readonly type: 'question_answered'
      readonly attempt: AttemptId
      /** The position in the quiz, from 1, and how often this position has been answered, from 1. */
      readonly ordinal: number
      readonly attemptTry: number
      readonly question: string
      readonly option: string
      readonly correct: boolean
      /** Milliseconds from asking to answering. */
      readonly took: number
    }
  | {
      readonly type: 'attempt_finished'
      readonly attempt: AttemptId
      readonly flow: FlowId
      readonly version: FlowVersion
      readonly competency: string
      readonly purpose: Purpose
      readonly score: number
      readonly max: number
      readonly passPercent: number
      readonly criticalMissed: number
      /** The result was told before, and its last answer has been corrected since. */
      readonly again: boolean
      /** The questions missed, as indexes into the bank. */
      readonly missed: readonly number[]
      /** What is to be remembered: each question's id with whether it was right. Nothing stands here twice. */
      readonly results: readonly Result[]
    }
  /**
   * The person went elsewhere in the middle; the frame is all that is needed to go on. What was answered in a refresher
   * is to be remembered all the same; a test counts when it has ended.
   */
  | {
      readonly type: 'attempt_left'
      readonly flow: FlowId
      readonly frame: QuizFrame
      readonly results: readonly Result[]
    }
  /** A dialogue wants a deed done; its outcome is handed back to `run` as the next input. */
  | { readonly type: 'deed_asked'; readonly deed: string; readonly vars: Vars }
  /** Something the author or the person got wrong; the conversation goes on. */
  | {
      readonly type: 'misunderstood'
      readonly code: 'unclear' | 'old_button' | 'not_text' | 'too_many_steps'
    }

export const said = (say: Say): Event => ({ type: 'said', say })

export const saidWord = (word: string, values?: Record<string, Value>): Event =>
  said(values ? { say: 'word', word, values } : { say: 'word', word })
