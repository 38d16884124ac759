import type { Instant } from '../words/clock.ts'
import type { FileId } from '../words/ids.ts'
import type { Attachment, Bubble, ChannelName, IncomingMessage } from '../words/message.ts'
import type { ChannelRoute } from '../words/route.ts'

/**
 * What every channel is: it takes messages in and sends bubbles out, and decides nothing.
 * A new channel is a folder with this contract and its fixtures; `test/channels/contract.ts` is its test.
 */
export interface Channel {
  readonly name: ChannelName
  readonly capabilities: Capabilities
  /** HTTP routes the channel wants served, so that it needs to know nothing of the server. */
  readonly routes: readonly ChannelRoute[]
  /**
   * Begins to take messages in, and hands on what the provider tells later of messages it has accepted. Resolves at once;
   * a provider that cannot be reached is tried again for ever.
   */
  start(receive: Receive, report?: TakeReports): Promise<void>
  /** Takes nothing new in; resolves when what was taken is handed over. */
  stop(): Promise<void>
  /**
   * Hands one bubble to the provider and resolves when the provider has accepted it. `to` is a person's id as `sender`
   * names it, or a group's as `group` does. With `part`, from 0, only that message of those it becomes.
   * @returns the receipt of the (last) message where the provider gives one.
   * @throws SendError when it was not accepted; the channel names what happened and never tries again by itself.
   */
  send(to: string, bubble: Bubble, part?: number): Promise<Receipt | void>
  /**
   * How many messages of the provider the bubble becomes, so that a try after a failure goes on where it was. Always the
   * same for the same bubble. Absent where it is always one.
   */
  parts?(bubble: Bubble): number
  /**
   * Whether this process is the one that can send; delivery keeps away from the channel's outbox while it is not.
   * Absent where every process can.
   */
  serves?(): boolean
  /**
   * The bytes of a `media` content this channel has handed in; absent where it hands in none.
   * @throws SendError: `refused` when they are gone or too many, else they can be asked for again.
   */
  fetch?(ref: string): Promise<Uint8Array>
  state(): ChannelState
}

/** What the provider says of a message it has accepted. */
export interface Receipt {
  /** What the message is answered and edited by, unique within its chat. */
  readonly ref: string
  /** What votes name a poll by, where that is not `ref`. */
  readonly poll?: string | undefined
}

/** The bytes of a bubble's attachment; undefined when it is no longer kept: then its words go out without it. */
export type ReadFile = (file: FileId) => Promise<Uint8Array | undefined>

/** Resolves when every message is committed (then the channel may confirm them), rejects when none may be. */
export type Receive = (messages: readonly IncomingMessage[]) => Promise<void>

/** What a provider tells later of a message it has accepted. It may tell things twice, and in any order. */
export interface Report {
  /** The `ref` of the receipt. */
  readonly ref: string
  readonly state: 'sent' | 'delivered' | 'read' | 'failed'
  readonly at: Instant
  /** Why, when it failed, in the words delivery decides by. */
  readonly fault?: SendError | undefined
}

/** Resolves when every report is committed (then the channel may confirm them), rejects when none may be. */
export type TakeReports = (reports: readonly Report[]) => Promise<void>

/** What a channel can show. The renderer uses it, so that the same turn looks right on each. */
export interface Capabilities {
  /** `buttons`: the choices are tapped; `list`: tapped too, from a list that opens when there are more than three;
   * `numbers`: they are listed in the text and typed. */
  readonly choices: 'buttons' | 'list' | 'numbers'
  /** Longest text of one message, in UTF-16 code units. Longer bubbles are split at paragraphs and sentences. */
  readonly maxText: number
  /** Longest label that reads well on a button; longer choices are listed in the text and tapped by letter. */
  readonly maxLabel: number
  /** How choices look where they open from a list; always there where `choices` is `list`. */
  readonly list?: ListLimits | undefined
  /** What can be sent with a bubble; what cannot is left out and its text stands alone. */
  readonly attachments: readonly Attachment['kind'][]
  /** Longest text under an attachment; a longer one follows as messages of its own. 0: always. */
  readonly maxCaption: number
  /** Quiz polls; absent: they are written as texts. */
  readonly polls?: PollLimits | undefined
  /** Whether bubbles can be sent to groups, and what is written there comes in. */
  readonly groups: boolean
  /** Whether the text of a message that was sent can be replaced. */
  readonly edits: boolean
  /** Whether the provider tells later what became of what it accepted: then receipts are kept. */
  readonly reports?: boolean | undefined
  /** Bubbles of one turn go out as one message where they fit into one: the provider counts messages to one person. */
  readonly joins?: boolean | undefined
  /**
   * Milliseconds after a person has written in which they may be written to freely; later only by an approved template.
   * Absent where there is no such limit.
   */
  readonly window?: number | undefined
  /** The provider's limits, kept by delivery: messages a second over the whole channel and to one chat (1/6: one in 6 s). */
  readonly perSecond: number
  readonly perSecondPerChat: number
  /** How many may go to one chat at once before its rate holds. */
  readonly burstPerChat: number
  readonly perMinutePerGroup: number
}

/** In UTF-16 code units, save `buttons` and `rows`. */
export interface ListLimits {
  /** Up to so many choices are buttons, each up to `maxLabel` long … */
  readonly buttons: number
  /** … under a text no longer than this. */
  readonly maxTextOverButtons: number
  /** Up to so many choices are rows of a list; more are typed by number. */
  readonly rows: number
  readonly maxRow: number
  /** Longest second line of a row. */
  readonly maxDetail: number
}

/** In UTF-16 code units, save `options`. Longer texts stand before the poll, whose answers are letters then. */
export interface PollLimits {
  readonly maxQuestion: number
  readonly maxOption: number
  /** The most options of one poll; one with more is written as a text. */
  readonly options: number
  readonly maxExplanation: number
}

export interface ChannelState {
  /**
   * `off` is not an error: the channel is not configured or not started. `unpaired` and `pairing` are of channels that
   * somebody has to link to a telephone first.
   */
  readonly phase: 'off' | 'unpaired' | 'pairing' | 'connecting' | 'ready' | 'lost'
  /** In plain words, without secrets: what is wrong and what would mend it. */
  readonly detail?: string
}

/** What went wrong with a send, in words delivery can decide by. */
export class SendError extends Error {
  override readonly name = 'SendError'
  /**
   * `blocked`: this person or group cannot be reached; `refused`: this message never will be accepted; `moved`: the group
   * has another id now; `closed`: the person must write first, or a template be approved; else try again.
   */
  readonly reason: 'blocked' | 'refused' | 'moved' | 'closed' | 'limited' | 'unavailable' | 'paused'
  /** The provider's own code or word, for people who look into it. Never message text, numbers or tokens. */
  readonly detail: string
  /** Milliseconds the provider asks to wait. */
  readonly retryAfter: number | undefined
  /** The group's new id, when it has moved. */
  readonly movedTo: string | undefined

  constructor(reason: SendError['reason'], detail: string, retryAfter?: number, movedTo?: string) {
    super(`${reason}: ${detail}`)
    this.reason = reason
    this.detail = detail
    this.retryAfter = retryAfter
    this.movedTo = movedTo
  }
}
