// How each channel is, for people who run the service.
import { dayOf, type Programme } from '../domain/rhythm.ts'
import { channelOverviews } from '../store/channel-reports.ts'
import type { Db } from '../store/db.ts'
import { type Instant, SECOND } from '../words/clock.ts'

/** A report older than this comes from a process that is gone: one is written every few seconds. */
const SILENT_AFTER = 30 * SECOND

/** One channel as an operator sees it. Sent and failed count turns of the programme's local day. */
export interface ChannelView {
  readonly channel: string
  /** The phase the channel said, or `silent` when no process has delivered it lately. */
  readonly phase: string
  /** In words: what is wrong and what would mend it. */
  readonly detail: string | undefined
  readonly sent: number
  readonly failed: number
  readonly waiting: number
  readonly oldest: Instant | undefined
  /** Turns held until their people write. */
  readonly held: number
  /** Turns given up that nobody has retried or dropped yet, of whatever day. */
  readonly givenUp: number
  readonly error: { readonly words: string; readonly at: Instant } | undefined
}

export async function surveyChannels(
  db: Db,
  now: Instant,
  programme: Pick<Programme, 'timezone'>,
): Promise<ChannelView[]> {
  const overviews = await channelOverviews(db, dayOf(now, programme))
  return overviews.map((row) => {
    const silent = row.reported_at === null || now - row.reported_at > SILENT_AFTER
    return {
      channel: row.channel,
      phase: silent || row.phase === null ? 'silent' : row.phase,
      detail: silent
        ? 'No process delivers this channel: is the service running, with this channel in its settings?'
        : (row.detail ?? undefined),
      sent: row.sent,
      failed: row.failed,
      waiting: row.waiting,
      oldest: row.oldest ?? undefined,
      held: row.held,
      givenUp: row.given_up,
      error: row.error === null || row.error_at === null ? undefined : { words: row.error, at: row.error_at },
    }
  })
}
