// The programme's numbers on WhatsApp Web.
import { z } from 'zod'
import type { Instant } from '../words/clock.ts'
import type { Db } from './db.ts'

const lineRow = z.object({
  name: z.string(),
  active: z.boolean(),
  phase: z.string(),
  detail: z.string().nullable(),
  at: z.number().nullable(),
  pairing_until: z.number().nullable(),
  qr: z.string().nullable(),
  linked_at: z.number().nullable(),
  heard_until: z.number().nullable(),
  sent_on: z.string(),
  sent: z.number(),
  trouble: z.string().nullable(),
  trouble_at: z.number().nullable(),
})

/** One number; times are instants, `sent_on` is a date of the programme such as `2026-11-25`. */
export type LineRow = z.infer<typeof lineRow>

/** Numbers are few: more than these were made by mistake. */
export const MOST_LINES = 20

/** All numbers, the one in use first. */
export async function whatsappLines(db: Db): Promise<LineRow[]> {
  const rows = await db.query(
    `select name, active, phase, detail, at, pairing_until, qr, linked_at, heard_until, sent_on, sent, trouble,
       trouble_at
     from whatsapp_line order by active desc, name`,
  )
  return rows.map((row) => lineRow.parse(row))
}

export interface LineState {
  readonly phase: string
  readonly detail: string | undefined
  readonly qr: string | undefined
  readonly linkedAt: Instant | undefined
  readonly heardUntil: Instant | undefined
  readonly sentOn: string
  readonly sent: number
}

/** Notes how a number is. One that is ready needs no pairing any more. */
export async function noteLine(db: Db, name: string, state: LineState, now: Instant): Promise<void> {
  await db.query(
    `update whatsapp_line set phase = $2, detail = $3, qr = $4, linked_at = to_timestamp($5::float8 / 1000),
       heard_until = to_timestamp($6::float8 / 1000), sent_on = $7, sent = $8, at = to_timestamp($9::float8 / 1000),
       pairing_until = case when $2 = 'ready' then null else pairing_until end
     where name = $1`,
    [
      name,
      state.phase,
      state.detail ?? null,
      state.qr ?? null,
      state.linkedAt ?? null,
      state.heardUntil ?? null,
      state.sentOn,
      state.sent,
      now,
    ],
  )
}

/** Notes what has just ended the browser of a number. */
export async function noteTrouble(db: Db, name: string, trouble: string, now: Instant): Promise<void> {
  await db.query(
    `update whatsapp_line set trouble = $2, trouble_at = to_timestamp($3::float8 / 1000) where name = $1`,
    [name, trouble, now],
  )
}

/**
 * Forgets that a number is paired when no process has held it for `silence` milliseconds: its folder may be gone. False
 * when one holds it.
 */
export async function forgetLink(db: Db, name: string, silence: number): Promise<boolean> {
  const rows = await db.query(
    `update whatsapp_line set linked_at = null
     where name = $1 and (at is null or at < now() - make_interval(secs => $2::float8 / 1000)) returning name`,
    [name, silence],
  )
  return rows.length > 0
}

/** Wants a number to be paired until then; a new name is a new spare. False when there are too many already. */
export async function askPairing(db: Db, name: string, until: Instant): Promise<boolean> {
  const rows = await db.query(
    `insert into whatsapp_line (name, pairing_until)
     select $1, to_timestamp($2::float8 / 1000)
     where exists (select from whatsapp_line where name = $1) or (select count(*) from whatsapp_line) < $3
     on conflict (name) do update set pairing_until = excluded.pairing_until
     returning name`,
    [name, until, MOST_LINES],
  )
  return rows.length > 0
}

/** Lets a number take the place of the one in use; false when there is none of that name. What it heard before is over. */
export async function promoteLine(db: Db, name: string, now: Instant): Promise<boolean> {
  const known = await db.query('select from whatsapp_line where name = $1', [name])
  if (known.length === 0) return false
  await db.query('update whatsapp_line set active = false where active')
  await db.query(
    `update whatsapp_line set active = true, heard_until = greatest(heard_until, to_timestamp($2::float8 / 1000))
     where name = $1`,
    [name, now],
  )
  return true
}
