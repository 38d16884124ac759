// What is sent into cases beside words: agreed to, fetched, kept without anything that tells where and when it was made.
import { z } from 'zod'
import type { Instant } from '../words/clock.ts'
import type { CaseId, PersonId } from '../words/ids.ts'
import { type ChannelName, CHANNELS, MEDIA, type Media } from '../words/message.ts'
import type { CasePart } from './cases.ts'
import type { Db } from './db.ts'

export interface NewMedia {
  readonly caseId: CaseId
  readonly authorId: PersonId
  readonly part: CasePart
  readonly kind: Media
  readonly channel: ChannelName
  readonly ref: string
  readonly mime: string
  readonly caption: string
  readonly at: Instant
}

/** Notes what its sender has agreed to: it is fetched after this transaction. */
export async function agreeMedia(db: Db, media: NewMedia): Promise<void> {
  await db.query(
    `insert into case_media (case_id, author_id, part, kind, channel, ref, mime, caption, agreed_at, fetch_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, to_timestamp($9::float8 / 1000), to_timestamp($9::float8 / 1000))`,
    [
      media.caseId,
      media.authorId,
      media.part,
      media.kind,
      media.channel,
      media.ref,
      media.mime,
      media.caption,
      media.at,
    ],
  )
}

const waitingRow = z.object({
  id: z.int(),
  case_id: z.int(),
  author_id: z.int(),
  part: z.enum(['asker', 'mentor', 'second']),
  kind: z.enum(MEDIA),
  channel: z.enum(CHANNELS),
  ref: z.string(),
  mime: z.string(),
  caption: z.string(),
  attempts: z.int(),
})

export type WaitingMedia = z.infer<typeof waitingRow>

/** Takes what waits on these channels in hand; nobody else tries it before `again`. */
export async function takeMedia(
  db: Db,
  channels: readonly ChannelName[],
  { now, again, limit }: { now: Instant; again: Instant; limit: number },
): Promise<WaitingMedia[]> {
  const rows = await db.query(
    `update case_media set attempts = attempts + 1, fetch_at = to_timestamp($3::float8 / 1000)
     where id in (select id from case_media where state = 'agreed' and channel = any($1)
       and fetch_at <= to_timestamp($2::float8 / 1000) order by fetch_at limit $4 for update skip locked)
     returning id, case_id, author_id, part, kind, channel, ref, mime, caption, attempts`,
    [channels, now, again, limit],
  )
  return rows.map((row) => waitingRow.parse(row))
}

/** Keeps what was fetched, as a part of the thread; false when it was settled meanwhile. */
export async function keepMedia(
  db: Db,
  id: number,
  { mime, bytes, at }: { mime: string; bytes: Uint8Array; at: Instant },
): Promise<boolean> {
  const rows = await db.query(
    `with kept as (
       update case_media set state = 'kept', content = $2, mime = $3, ref = '' where id = $1 and state = 'agreed'
       returning id, case_id, author_id, part, caption
     )
     insert into case_entry (case_id, author_id, part, text, at, media_id)
     select case_id, author_id, part, caption, to_timestamp($4::float8 / 1000), id from kept returning id`,
    [id, Buffer.from(bytes), mime, at],
  )
  return rows.length > 0
}

/** Gives up what cannot be had; false when it was settled meanwhile. */
export async function loseMedia(db: Db, id: number): Promise<boolean> {
  const rows = await db.query(
    `update case_media set state = 'lost', ref = '' where id = $1 and state = 'agreed' returning id`,
    [id],
  )
  return rows.length > 0
}

const bytesRow = z.object({ mime: z.string(), content: z.instanceof(Uint8Array) })

/** What was kept; undefined when it is gone. */
export async function mediaBytes(
  db: Db,
  id: number,
): Promise<{ mime: string; bytes: Uint8Array } | undefined> {
  const [row] = await db.query(`select mime, content from case_media where id = $1 and state = 'kept'`, [id])
  if (!row) return undefined
  const { mime, content } = bytesRow.parse(row)
  return { mime, bytes: content }
}
