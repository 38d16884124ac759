// One message of a provider: a bubble, or a part of one that is long. A bubble that is known again by its name has its
// receipt kept, and the next one of that name replaces its text.
import { type Channel, type Receipt, SendError } from '../channels/channel.ts'
import { keepNotice, noticeNamed } from '../store/notices.ts'
import { SECOND } from '../words/clock.ts'
import type { AddressId } from '../words/ids.ts'
import type { Bubble } from '../words/message.ts'
import type { Desk } from './desk.ts'

/** A database that is away for longer than this costs the next of that name its edit: it is sent as a new message. */
const TRIES = 20

export interface Piece {
  readonly bubble: Bubble
  readonly part: number | undefined
  /** The last of its bubble. */
  readonly last: boolean
}

/** What a bubble comes to on a channel. */
export function piecesOf(channel: Channel, bubble: Bubble): readonly Piece[] {
  const parts = bubble.over === true ? 1 : (channel.parts?.(bubble) ?? 1)
  if (parts === 1) return [{ bubble, part: undefined, last: true }]
  return Array.from({ length: parts }, (_, part) => ({ bubble, part, last: part === parts - 1 }))
}

/** Where a piece goes: the channel's own id, and the address it stands for. */
interface Where {
  readonly to: string
  readonly addressId: AddressId
}

/** Sends one; gives its receipt. @throws SendError when the provider, or the database, did not accept it. */
export async function sendPiece(
  desk: Omit<Desk, 'outTray'>,
  channel: Channel,
  where: Where,
  { bubble, part, last }: Piece,
): Promise<Receipt | void> {
  const { notice } = bubble
  if (notice === undefined || !last) return channel.send(where.to, bubble, part)
  await sendNotice(desk, channel, where, { bubble: { ...bubble, notice }, part })
}

/**
 * Sends it, or its part, or edits what was sent under its name before. A poll that was sent is not sent again: two would gather half
 * the votes each.
 * @throws SendError when the provider, or the database, did not accept it.
 */
async function sendNotice(
  desk: Omit<Desk, 'outTray'>,
  channel: Channel,
  { to, addressId }: Where,
  { bubble, part }: { bubble: Bubble & { readonly notice: string }; part: number | undefined },
): Promise<void> {
  const before = await noticeNamed(desk.database, addressId, bubble.notice).catch((error: unknown) => {
    throw new SendError('unavailable', error instanceof Error ? error.name : 'unknown')
  })
  if (bubble.over === true) return endPoll(channel, to, bubble, before)
  if (before && bubble.poll) return
  if (before?.ref !== undefined && channel.capabilities.edits) {
    try {
      await channel.send(to, { ...bubble, edits: before.ref }, part)
      return
    } catch (error) {
      // It was deleted, or is too old to be edited: it is said anew.
      if (!(error instanceof SendError && error.reason === 'refused')) throw error
    }
  }
  const receipt = await channel.send(to, bubble, part)
  if (!receipt) return
  const poll = bubble.poll && (receipt.poll ?? receipt.ref)
  await keep(desk, { address: addressId, name: bubble.notice, ref: receipt.ref, poll })
}

/** Ends a poll that was sent; where it is gone or over already there is nothing to end. */
async function endPoll(
  channel: Channel,
  to: string,
  bubble: Bubble,
  sent: { ref: string | undefined; poll: string | undefined } | undefined,
): Promise<void> {
  if (sent?.ref === undefined || sent.poll === undefined) return
  try {
    await channel.send(to, { ...bubble, edits: sent.ref })
  } catch (error) {
    if (!(error instanceof SendError && error.reason === 'refused')) throw error
  }
}

/** It has been sent, so this must not fail: a vote in a poll nobody knows is lost. */
async function keep(desk: Omit<Desk, 'outTray'>, notice: Parameters<typeof keepNotice>[1]): Promise<void> {
  for (let tried = 1; tried <= TRIES; tried++) {
    try {
      await keepNotice(desk.database, notice, desk.clock.now())
      return
    } catch (error) {
      desk.log.warn(
        { error: error instanceof Error ? error.name : 'unknown' },
        'a receipt could not be kept yet; trying again',
      )
      await new Promise((resolve) => setTimeout(resolve, SECOND / 2))
    }
  }
}
