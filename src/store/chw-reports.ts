// What CHWs report: each for themselves, by month or week.
import { z } from 'zod'
import type { Counts } from '../domain/chw-report.ts'
import { EVERY, type Every, type Period } from '../domain/report-period.ts'
import type { Day, Instant } from '../words/clock.ts'
import type { AddressId, FacilityId, PersonId } from '../words/ids.ts'
import { type Language, LANGUAGES } from '../words/language.ts'
import type { IncomingMessage } from '../words/message.ts'
import type { Db } from './db.ts'

/** One form in one period. */
export interface ReportKey extends Period {
  readonly area: string
}

const counts = z.record(z.string(), z.number())

const reportRow = z.object({
  id: z.int(),
  person_id: z.int(),
  facility_id: z.int(),
  area: z.string(),
  every: z.enum(EVERY),
  first: z.string(),
  items: counts.nullable(),
  draft: counts.nullable(),
  unclear: z.array(z.string()),
  heard_at: z.number(),
  confirmed_at: z.number().nullable(),
})

export interface ChwReport extends ReportKey {
  readonly id: number
  readonly personId: PersonId
  readonly facilityId: FacilityId
  /** What they have confirmed. */
  readonly items: Counts | undefined
  /** What they have said since. */
  readonly draft: Counts | undefined
  readonly unclear: readonly string[]
  /** When something of it was said last. */
  readonly heardAt: Instant
  readonly confirmedAt: Instant | undefined
}

const REPORT = `select id, person_id, facility_id, area, every, period::text "first", items, draft, unclear, heard_at, confirmed_at from chw_report`

function reportOf(row: unknown): ChwReport {
  const { person_id, facility_id, first, items, draft, heard_at, confirmed_at, ...report } =
    reportRow.parse(row)
  return {
    ...report,
    personId: person_id as PersonId,
    facilityId: facility_id as FacilityId,
    first: first as Day,
    items: items ?? undefined,
    draft: draft ?? undefined,
    heardAt: heard_at,
    confirmedAt: confirmed_at ?? undefined,
  }
}

/** One line of one CHW, as it was understood. */
export interface LineWrite extends ReportKey {
  readonly person: PersonId
  readonly facility: FacilityId
  readonly items: Counts
  /** What stands where nothing was said, now or before: zeros, when all else is 0. */
  readonly fill: Counts
  readonly unclear: readonly string[]
  /** Heard in a group: it is read back to them in private. */
  readonly unread: boolean
}

/** Adds lines to the drafts of their reports, which begin with what was confirmed before. One row a person and key. */
export async function addLines(db: Db, lines: readonly LineWrite[], at: Instant): Promise<number[]> {
  if (lines.length === 0) return []
  const rows = await db.query(
    `insert into chw_report as r (person_id, facility_id, area, every, period, draft, unclear, heard_at, unread)
     select x.person, x.facility, x.area, x.every, x.first, x.fill || x.items, array(select json_array_elements_text(x.unclear)), to_timestamp($2::float8 / 1000), x.unread
     from json_to_recordset($1) as x(person bigint, facility bigint, area text, every text, first date, items jsonb, fill jsonb, unclear json, unread boolean)
     order by x.person
     on conflict (person_id, area, every, period) do update set
       draft = (select x.fill from json_to_recordset($1) as x(person bigint, area text, every text, first date, fill jsonb)
           where x.person = r.person_id and x.area = r.area and x.every = r.every and x.first = r.period)
         || coalesce(r.draft, r.items, '{}') || 
         (select x.items from json_to_recordset($1) as x(person bigint, area text, every text, first date, items jsonb)
           where x.person = r.person_id and x.area = r.area and x.every = r.every and x.first = r.period),
       unclear = excluded.unclear, heard_at = excluded.heard_at, unread = r.unread or excluded.unread,
       facility_id = case when r.items is null then excluded.facility_id else r.facility_id end
     returning id`,
    [JSON.stringify(lines), at],
  )
  return rows.map((row) => z.object({ id: z.int() }).parse(row).id)
}

export async function reportById(db: Db, id: number): Promise<ChwReport | undefined> {
  const [row] = await db.query(`${REPORT} where id = $1`, [id])
  return row ? reportOf(row) : undefined
}

export async function reportFor(db: Db, person: PersonId, key: ReportKey): Promise<ChwReport | undefined> {
  const [row] = await db.query(
    `${REPORT} where person_id = $1 and area = $2 and every = $3 and period = $4`,
    [person, key.area, key.every, key.first],
  )
  return row ? reportOf(row) : undefined
}

/** What somebody confirmed last before this period, of the same form and as often. */
export async function countsBefore(db: Db, person: PersonId, key: ReportKey): Promise<Counts | undefined> {
  const [row] = await db.query(
    `select items from chw_report where person_id = $1 and area = $2 and every = $3 and period < $4 and items is not null
     order by period desc limit 1`,
    [person, key.area, key.every, key.first],
  )
  return row ? z.object({ items: counts }).parse(row).items : undefined
}

/**
 * Confirms what was said; what had been confirmed before is kept beside it. It counts where they work now, and stays there
 * when it is corrected. False when there was nothing to confirm.
 */
export async function confirmReport(db: Db, id: number, at: Instant): Promise<boolean> {
  await db.query(
    `insert into chw_report_before (report_id, confirmed_at, items, corrected_at)
     select id, confirmed_at, items, to_timestamp($2::float8 / 1000) from chw_report
     where id = $1 and items is not null and draft is not null and draft <> items on conflict do nothing`,
    [id, at],
  )
  const rows = await db.query(
    `update chw_report set items = draft, draft = null, unclear = '{}', unread = false,
       confirmed_at = case when items is null then to_timestamp($2::float8 / 1000) else confirmed_at end,
       facility_id = case when items is null then coalesce((select p.facility_id from person p where p.id = person_id), facility_id)
         else facility_id end
     where id = $1 and draft is not null returning id`,
    [id, at],
  )
  return rows.length > 0
}

const memberRow = z.object({
  person_id: z.int(),
  name: z.string(),
  items: counts.nullable(),
  waiting: z.boolean(),
  confirmed_at: z.number().nullable(),
})

/** A CHW of a group and what they have reported. */
export interface MemberReport {
  readonly personId: PersonId
  readonly name: string
  readonly items: Counts | undefined
  /** Something they have said waits to be confirmed. */
  readonly waiting: boolean
  readonly confirmedAt: Instant | undefined
}

/**
 * The CHWs of a group by the roster, and whoever has reported there, with their reports. Who has reported in another group
 * before they came is missing in neither.
 */
export async function reportsAt(db: Db, facility: FacilityId, key: ReportKey): Promise<MemberReport[]> {
  const rows = await db.query(
    `select p.id person_id, p.name, r.items, r.draft is not null waiting, r.confirmed_at
     from person p left join chw_report r on r.person_id = p.id and r.area = $2 and r.every = $3 and r.period = $4
     where case when r.items is null then p.facility_id = $1 and p.role = 'mentee' and p.standing <> 'left' else r.facility_id = $1 end
     order by p.name, p.id`,
    [facility, key.area, key.every, key.first],
  )
  return rows.map((row) => {
    const { person_id, items, confirmed_at, ...member } = memberRow.parse(row)
    return {
      ...member,
      personId: person_id as PersonId,
      items: items ?? undefined,
      confirmedAt: confirmed_at ?? undefined,
    }
  })
}

/**
 * Reports heard in groups that are to be read back to who made them, of each person the one heard first; noted as read.
 * Others' are left to others.
 */
export async function takeUnread(
  db: Db,
  limit: number,
): Promise<{ id: number; personId: PersonId; area: string }[]> {
  const rows = await db.query(
    `with due as (
       select id from chw_report r where unread and not exists (
         select from chw_report o where o.person_id = r.person_id and o.unread and (o.heard_at, o.id) < (r.heard_at, r.id))
       order by heard_at limit $1 for update skip locked)
     update chw_report r set unread = false from due where r.id = due.id returning r.id, r.person_id, r.area`,
    [limit],
  )
  return rows.map((row) => {
    const { person_id, ...unread } = z
      .object({ id: z.int(), person_id: z.int(), area: z.string() })
      .parse(row)
    return { ...unread, personId: person_id as PersonId }
  })
}

const answerRow = z.object({
  index: z.int(),
  fresh: z.boolean(),
  address_id: z.int(),
  facility_id: z.int(),
  name: z.string(),
  person_id: z.int().nullable(),
  member: z.boolean(),
  shared: z.boolean(),
  language: z.enum(LANGUAGES),
})

/** A reply to a card of ours. */
export interface CardReply {
  /** The message's index among those handed in. */
  readonly index: number
  readonly group: AddressId
  readonly facilityId: FacilityId
  /** The name of the card. */
  readonly card: string
  /** Who has written; undefined when nobody knows. */
  readonly personId: PersonId | undefined
  /** They are a CHW of this very group. */
  readonly member: boolean
  /** Several people use the telephone it came from. */
  readonly shared: boolean
  readonly language: Language
}

/** Of messages in groups those that answer a card of ours and were not heard before; noted as heard. */
export async function repliesToCards(db: Db, messages: readonly IncomingMessage[]): Promise<CardReply[]> {
  const rows = await db.query(
    `with heard as materialized (
       select x.index, x.channel, x.message_id, x.sender, g.id address_id, c.facility_id, n.name
       from unnest($1::int[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[]) as x(index, channel, message_id, chat, sender, reply)
       join address g on g.channel = x.channel and g.external_id = x.chat
       join chw_group c on c.address_id = g.id
       join notice n on n.address_id = g.id and x.reply = any(n.ref || n.earlier)
     ), fresh as (
       insert into received_message (channel, message_id) select channel, message_id from heard order by 1, 2
       on conflict do nothing returning channel, message_id
     )
     select h.index, (h.channel, h.message_id) in (select channel, message_id from fresh) fresh, h.address_id, h.facility_id, h.name,
       p.id person_id, coalesce(p.facility_id = h.facility_id and p.role = 'mentee', false) member, coalesce(s.shared, false) shared,
       coalesce(p.language, 'en') "language"
     from heard h left join address s on s.channel = h.channel and s.external_id = h.sender
       left join person p on p.id = s.person_id and p.role is not null`,
    [
      messages.map((_, index) => index),
      messages.map(({ channel }) => channel),
      messages.map(({ messageId }) => messageId),
      messages.map(({ group }) => group ?? ''),
      messages.map(({ sender }) => sender),
      messages.map(({ replyTo }) => replyTo ?? ''),
    ],
  )
  return rows.flatMap((row) => {
    const { fresh, address_id, facility_id, name, person_id, ...reply } = answerRow.parse(row)
    if (!fresh) return []
    return [
      {
        ...reply,
        group: address_id as AddressId,
        facilityId: facility_id as FacilityId,
        card: name,
        personId: (person_id ?? undefined) as PersonId | undefined,
      },
    ]
  })
}

/** The name of a report's card, by which replies are led back to it. */
export const cardOf = ({ area, every, first }: ReportKey): string => `report:${area}:${every}:${first}`

/** What report a card is of; undefined when it is another card. */
export function keyNamed(name: string): ReportKey | undefined {
  const [, area, every, first] =
    /^report:([a-z][a-z0-9-]*):(month|week):(\d{4}-\d{2}-\d{2})$/.exec(name) ?? []
  return area === undefined || every === undefined || first === undefined
    ? undefined
    : { area, every: every as Every, first: first as Day }
}

/** A group reports in this technical area from now on. */
export async function reportIn(db: Db, group: AddressId, area: string): Promise<void> {
  await db.query(
    `update chw_group set report_areas = array(select distinct a from unnest(report_areas || $2::text) a order by a) where address_id = $1`,
    [group, area],
  )
}
