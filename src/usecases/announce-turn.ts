// A turn for somebody who must not be written to freely now: a template announces it, and it is held until they write.
import { type Channel, type Receipt, SendError } from '../channels/channel.ts'
import { speakTemplate } from '../engine/speak-template.ts'
import type { Owed } from '../store/outbox.ts'
import type { Instant } from '../words/clock.ts'
import type { Desk } from './desk.ts'

/** Whether the provider lets somebody be written to freely who last wrote then. */
export function mayWriteTo(channel: Channel, heardAt: Instant | undefined, now: Instant): boolean {
  const { window } = channel.capabilities
  return window === undefined || (heardAt !== undefined && now - heardAt < window)
}

export interface Announced {
  /** Why the turn is held until the person writes; undefined when the template has said it all. */
  readonly held: string | undefined
  /** Whether a template was sent, and its receipt. */
  readonly sent: boolean
  readonly receipt: Receipt | undefined
}

/**
 * Sends the template that stands for the turn. One with a button brings the person back into the chat, where the turn is
 * then said in full.
 * @throws SendError when the provider did not accept it and it may be tried again.
 */
export async function announceTurn(
  desk: Pick<Desk, 'shelf' | 'programme'>,
  channel: Channel,
  turn: Owed,
): Promise<Announced> {
  const listener = { language: turn.language, timezone: desk.programme.timezone }
  const bubble = speakTemplate(desk.shelf, turn.says, listener)
  if (!bubble?.template) return { held: UNAPPROVED, sent: false, receipt: undefined }
  const { name, button } = bubble.template
  try {
    const receipt = (await channel.send(turn.to, bubble)) ?? undefined
    return {
      held: button ? `template ${name} was sent; the person has not come back yet` : undefined,
      sent: true,
      receipt,
    }
  } catch (error) {
    if (!(error instanceof SendError)) throw error
    if (error.reason !== 'closed' && error.reason !== 'refused') throw error
    return { held: `template ${name} was not accepted: ${error.detail}`, sent: false, receipt: undefined }
  }
}

const UNAPPROVED = 'the person has not written lately, and no approved template stands for this message'
