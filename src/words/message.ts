import { HOUR, type Instant, MINUTE } from './clock.ts'
import type { FileId } from './ids.ts'

/** The ways a message can come and go. A new channel adds its name here and a folder in `channels/`. */
export const CHANNELS = ['web', 'telegram', 'whatsapp-web', 'whatsapp-cloud'] as const

export type ChannelName = (typeof CHANNELS)[number]

/** Channels that show choices by their numbers and have nothing to tap: a bare number there means a choice. */
export const NUMBERED: ReadonlySet<ChannelName> = new Set(['whatsapp-web'])

/**
 * Where people may be written to freely only for a while after they wrote: how long, in milliseconds. A minute less than
 * the provider says, for clocks that differ and messages that travel.
 */
export const WINDOWS: Readonly<Partial<Record<ChannelName, number>>> = {
  'whatsapp-cloud': 24 * HOUR - MINUTE,
}

/** What somebody can send beside words. */
export const MEDIA = ['image', 'audio', 'document'] as const

export type Media = (typeof MEDIA)[number]

/**
 * What a person did, parsed once by the channel it came through.
 *
 * - `text`: they wrote words (at most `TEXT_LIMIT` characters, well-formed Unicode, no NUL).
 * - `choice`: they tapped a button; `token` is the one the button was sent with.
 * - `phone`: they shared their own telephone number and the provider vouches that it is theirs.
 * - `media`: they sent a picture, a voice note or a document; `ref` is what its channel fetches it by, and its bytes
 *   are nowhere yet. Words that came with it are its `caption`.
 * - `place`: they shared where they are, in degrees.
 * - `vote`: they answered a poll the service sent; `options` are the places of what they chose, from 0, none when they
 *   took their vote back.
 * - `opened`: they have opened the chat and said nothing; they are greeted, and it is not having written.
 * - `standing`: what the service may do in the chat has changed; `sender` is who changed it. In a private chat `out` is
 *   being blocked. `name` is the group's.
 * - `members`: people have joined or left the group, by their ids as senders.
 * - `renamed`: the group has a new name. `moved`: the group has a new id, and the old one is gone.
 * - `other`: anything the service cannot read (a sticker, a file …); `type` is the provider's name for it.
 */
export type Content =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'choice'; readonly token: string }
  | { readonly kind: 'phone'; readonly phone: string }
  | {
      readonly kind: 'media'
      readonly media: Media
      readonly ref: string
      readonly mime: string
      readonly caption: string
    }
  | { readonly kind: 'place'; readonly latitude: number; readonly longitude: number }
  | { readonly kind: 'vote'; readonly poll: string; readonly options: readonly number[] }
  | { readonly kind: 'opened' }
  | { readonly kind: 'standing'; readonly standing: Standing; readonly name?: string | undefined }
  | { readonly kind: 'members'; readonly joined: readonly string[]; readonly left: readonly string[] }
  | { readonly kind: 'renamed'; readonly name: string }
  | { readonly kind: 'moved'; readonly to: string }
  | { readonly kind: 'other'; readonly type: string }

/** What the service is in a chat: it reads and writes, it also sees and steers more, it may not write, it is not in it. */
export type Standing = 'member' | 'admin' | 'silenced' | 'out'

/** A message a channel has handed us. The same `channel` and `messageId` never count twice. */
export interface IncomingMessage {
  readonly channel: ChannelName
  /** The provider's own id of this message or update, unique within the channel. */
  readonly messageId: string
  /** The sender's opaque id on the channel; private chats are answered there. */
  readonly sender: string
  /**
   * The channel's id of the group it was written in; absent in a private chat, and in a vote where the provider does not
   * tell where the poll stands.
   */
  readonly group?: string | undefined
  /** What a reply of ours points at this message by, unique within its chat. */
  readonly ref?: string | undefined
  /** The provider's id of our message it answers, where the person has pointed at one. */
  readonly replyTo?: string | undefined
  /** The sender's telephone number as E.164, where the provider vouches for it beside the opaque id. */
  readonly phone?: string | undefined
  /** When the provider says it was sent. */
  readonly at: Instant
  readonly content: Content
}

/** Longer messages are cut here when they arrive: no answer the service asks for comes near it. */
export const TEXT_LIMIT = 4_000

/** One answer a person can give by a tap. `token` comes back in a `choice`; `label` is what they read. */
export interface Choice {
  readonly token: string
  readonly label: string
  /**
   * The tap opens the person's private chat with the service and sends START and this code there. A channel that cannot
   * leaves the choice out: the text says what to write.
   */
  readonly start?: string | undefined
}

/** A file that goes out with a bubble: its bytes stand in the store under `file` until it is sent. */
export interface Attachment {
  readonly file: FileId
  /** An image is shown in the chat, audio is played in it, a document is offered to be opened. */
  readonly kind: Media
  /** As the person's telephone will call it, such as `progress.png`. */
  readonly name: string
  readonly mime: string
  /** What is to be seen in it, for whoever cannot see it; channels that have no place for it leave it out. */
  readonly alt?: string | undefined
}

/**
 * A question with one right answer, asked as the provider's own quiz poll: everybody in the group answers for
 * themselves, and each answer comes back as a `vote`.
 */
export interface Poll {
  readonly question: string
  /** Two or more, in the order shown; a vote names them by place, from 0. */
  readonly options: readonly string[]
  /** The place of the right one. */
  readonly correct: number
  /** Shown by the provider to whoever has answered; left out where it is too long for that. */
  readonly explanation?: string | undefined
}

/** A text the provider knows by name, with what stands in its gaps. */
export interface FilledTemplate {
  readonly name: string
  /** The provider's code of the language it is approved in, such as `rw_RW`. */
  readonly language: string
  /** In the order of its gaps. */
  readonly values: readonly string[]
  /** Whether it has a button that brings the person back into the chat. */
  readonly button: boolean
}

/** The one thing a message is about: somebody who answers the message speaks of it. */
export interface About {
  /** The dialogue that opens about it. */
  readonly flow: string
  readonly subject: number
}

/** One message as a person reads it, before a channel gives it its own form. */
export interface Bubble {
  /** Paragraphs are parted by an empty line. Plain text, no markup. */
  readonly text: string
  /** In the order shown. A person may answer with the number (1, 2 …), the letter (A, B …) or the words. */
  readonly choices?: readonly Choice[] | undefined
  /** What opens the choices where they are a list, in at most 20 characters, such as `Choose`. */
  readonly choose?: string | undefined
  /** The choices only save typing: the text says what to write, and a channel without buttons leaves them out. */
  readonly shortcuts?: boolean | undefined
  /** What stands in the text in place of numbered choices, where a number would be taken for the answer itself. */
  readonly written?: string | undefined
  /** The label of a button that shares the person's own telephone number; channels without one leave it out. */
  readonly sharePhone?: string | undefined
  /** Shown above the text, which is then its caption. */
  readonly attachment?: Attachment | undefined
  /** Asked after the text. Where a channel has no polls its question and options stand in the text, with `choices`. */
  readonly poll?: Poll | undefined
  /** The `ref` of a message in the same chat that this one answers. One that is gone is answered all the same. */
  readonly replyTo?: string | undefined
  /**
   * A name of its own in this chat for what is sent: its receipt is kept under it. The next bubble of that name replaces
   * the text of the first where the channel can edit, so that a group has one message that changes and not ten; such a
   * text must fit into one message. A poll goes out once under its name.
   */
  readonly notice?: string | undefined
  /** The poll of this `notice` takes no more votes; nothing is written. Only to channels that have polls. */
  readonly over?: boolean | undefined
  /** Sent in place of the text by a provider that takes only what it has approved; the text says the same. */
  readonly template?: FilledTemplate | undefined
  /** Kept by delivery with the receipt, so that an answer to this message is known to be about it. */
  readonly about?: About | undefined
  /** Set by delivery for the channel: the receipt's `ref` of our own message whose text this one replaces, or
   * whose poll is over. */
  readonly edits?: string | undefined
}

// All but tab and the ends of lines: PostgreSQL keeps no NUL, and the others move the cursor of whoever lists names.
const CONTROLS = /(?![\t\n\r])\p{Cc}/gu

/** Makes any text from outside safe to keep: well-formed Unicode, no controls, at most `TEXT_LIMIT` characters. */
export function cleanText(raw: string): string {
  return raw.slice(0, TEXT_LIMIT).toWellFormed().replaceAll(CONTROLS, '').trim()
}
