import { z } from 'zod'
import type { Instant } from '../words/clock.ts'
import type { ChannelName } from '../words/message.ts'
import type { Db } from './db.ts'

/** How one channel is, said by the process that delivers it. No secrets, no message text, no numbers. */
export interface ChannelReport {
  readonly channel: ChannelName
  readonly phase: string
  readonly detail: string | undefined
  /** The last send that went wrong, if one did since the process began. */
  readonly error: { readonly words: string; readonly at: Instant } | undefined
}

/** Keeps how channels are. An error known before stays until there is a newer one. */
export async function reportChannels(db: Db, reports: readonly ChannelReport[], now: Instant): Promise<void> {
  await db.query(
    `insert into channel_report as r (channel, phase, detail, error, error_at, at)
     select channel, phase, detail, error, to_timestamp(error_at / 1000.0), to_timestamp($2::float8 / 1000)
     from json_to_recordset($1) as x(channel text, phase text, detail text, error text, error_at double precision)
     on conflict (channel) do update set phase = excluded.phase, detail = excluded.detail, at = excluded.at,
       error = coalesce(excluded.error, r.error), error_at = coalesce(excluded.error_at, r.error_at)`,
    [
      JSON.stringify(
        reports.map(({ error, ...report }) => ({ ...report, error: error?.words, error_at: error?.at })),
      ),
      now,
    ],
  )
}

const overviewRow = z.object({
  channel: z.string(),
  phase: z.string().nullable(),
  detail: z.string().nullable(),
  reported_at: z.number().nullable(),
  sent: z.number(),
  failed: z.number(),
  waiting: z.number(),
  oldest: z.number().nullable(),
  held: z.number(),
  given_up: z.number(),
  error: z.string().nullable(),
  error_at: z.number().nullable(),
})

export type ChannelOverview = z.infer<typeof overviewRow>

/**
 * Every channel that has ever delivered or owes something: how it said it is and when, turns sent and failed since
 * `day` (the start of a local day), turns that wait and since when, turns held until
 * people write, turns given up of whatever day, the last error.
 */
export async function channelOverviews(db: Db, day: Instant): Promise<ChannelOverview[]> {
  const rows = await db.query(
    `with owed as (
       select channel, count(*) filter (where failed_at is null and held is null) waiting,
         min(created_at) filter (where failed_at is null and held is null) oldest,
         count(*) filter (where failed_at is null and held is not null) held, count(*) filter (where failed_at is not null) given_up
       from outbox group by channel
     ), today as (
       select channel, sum(sent) sent, sum(failed) failed from delivery_day
       where day >= to_timestamp($1::float8 / 1000) group by channel
     )
     select channel, r.phase, r.detail, r.at reported_at, coalesce(t.sent, 0) sent, coalesce(t.failed, 0) failed,
       coalesce(o.waiting, 0) waiting, o.oldest, coalesce(o.held, 0) held, coalesce(o.given_up, 0) given_up, r.error, r.error_at
     from channel_report r full join owed o using (channel) full join today t using (channel) order by channel`,
    [day],
  )
  return rows.map((row) => overviewRow.parse(row))
}
