// All that is kept of one person, wherever it stands. Read from the database's own foreign keys, so that a table that
// comes later is in it from its first day; what carries no key (see the first migration) is named here.
import { z } from 'zod'
import type { Instant } from '../words/clock.ts'
import type { PersonId } from '../words/ids.ts'
import type { Db } from './db.ts'

/** A column that points at a row of another table. */
const arrow = z.object({
  table: z.string(),
  column: z.string(),
  to: z.string(),
  key: z.string(),
  /** What becomes of the row when the one it points at goes: it goes with it, or the pointer is emptied. */
  then: z.enum(['goes', 'emptied', 'stays']),
})
type Arrow = z.infer<typeof arrow> & { readonly where?: string }

/** What points at a person, an address or an attempt without a foreign key. `where`: a condition on the row pointed at. */
const WITHOUT_KEY: readonly Arrow[] = [
  { table: 'answer', column: 'attempt_id', to: 'attempt', key: 'id', then: 'goes' },
  { table: 'outbox', column: 'address_id', to: 'address', key: 'id', then: 'goes' },
  { table: 'failed_message', column: 'person_id', to: 'person', key: 'id', then: 'goes' },
  {
    table: 'web_bubble',
    column: 'external_id',
    to: 'address',
    key: 'external_id',
    where: `channel = 'web'`,
    then: 'goes',
  },
]

async function arrowsOf(db: Db): Promise<Arrow[]> {
  const rows = await db.query(
    `select c.conrelid::regclass::text "table", quote_ident(a.attname) "column", c.confrelid::regclass::text "to",
       quote_ident(k.attname) "key", case c.confdeltype when 'c' then 'goes' when 'n' then 'emptied' else 'stays' end "then"
     from pg_constraint c
       join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
       join pg_attribute k on k.attrelid = c.confrelid and k.attnum = c.confkey[1]
     where c.contype = 'f' and c.connamespace = 'public'::regnamespace
     order by 1, 2`,
  )
  return [...rows.map((row) => arrow.parse(row)), ...WITHOUT_KEY]
}

/** Rows of one table that are about a person; `condition` is over the alias given and $1, the person. */
interface Share {
  readonly table: string
  /** Theirs, and gone with them; or of somebody else, with them named in `column`. */
  readonly theirs: boolean
  readonly column: string
  readonly withoutKey: boolean
  condition(alias: string): string
}

function sharesIn(arrows: readonly Arrow[]): Share[] {
  const shares: Share[] = []
  const follow = (to: string, condition: (alias: string) => string, path: readonly Arrow[]): void => {
    for (const one of arrows) {
      if (one.to !== to || path.includes(one)) continue
      const inner = `r${path.length + 1}`
      const share: Share = {
        table: one.table,
        theirs: one.then !== 'emptied',
        column: one.column,
        withoutKey: WITHOUT_KEY.includes(one),
        condition: (alias) =>
          `${alias}.${one.column} in (select ${inner}.${one.key} from ${to} ${inner} where ${condition(inner)}${
            one.where === undefined ? '' : ` and ${inner}.${one.where}`
          })`,
      }
      shares.push(share)
      if (share.theirs) follow(one.table, (alias) => share.condition(alias), [...path, one])
    }
  }
  follow('person', (alias) => `${alias}.id = $1`, [])
  return shares
}

export type KeptRow = Readonly<Record<string, unknown>>

export interface KeptTable {
  readonly table: string
  readonly rows: readonly KeptRow[]
}

/** All that is kept of a person: what is theirs, and what names them in rows that are somebody else's. */
export interface PersonalData {
  readonly theirs: readonly KeptTable[]
  readonly mentioned: readonly KeptTable[]
}

const keptRow = z.object({ row: z.record(z.string(), z.unknown()) })

/** Reads it as it stands at one moment. Of rows that are somebody else's, whose they are is left out. */
export async function personalDataOf(db: Db, person: PersonId): Promise<PersonalData> {
  const shares = sharesIn(await arrowsOf(db))
  // In the order written, which is that of time for what is never changed.
  const rowsOf = async (table: string, condition: string, hidden = ''): Promise<KeptTable> => {
    const rows = await db.query(
      `select to_jsonb(t)${hidden} "row" from ${table} t where ${condition} order by t.ctid`,
      [person],
    )
    return { table, rows: rows.map((row) => keptRow.parse(row).row) }
  }
  const theirs = [
    await rowsOf('person', 't.id = $1'),
    await rowsOf('facility', 't.id = (select facility_id from person where id = $1)'),
  ]
  for (const table of new Set(shares.filter((share) => share.theirs).map((share) => share.table))) {
    const here = shares.filter((share) => share.theirs && share.table === table)
    theirs.push(await rowsOf(table, here.map((share) => share.condition('t')).join(' or ')))
  }
  const mentioned = [await rowsOf('audit', `'person:' || $1::bigint in (t.actor, t.subject)`)]
  for (const share of shares.filter(({ theirs: own }) => !own)) {
    const others = othersIn(shares, share.table, share.column)
    mentioned.push(await rowsOf(share.table, share.condition('t'), ` - '{${others}}'::text[]`))
  }
  return { theirs: theirs.filter(isThere), mentioned: mentioned.filter(isThere) }
}

const isThere = ({ rows }: KeptTable): boolean => rows.length > 0

/** Columns of a row that name other people. */
const othersIn = (shares: readonly Share[], table: string, own: string): string =>
  shares
    .filter((share) => share.table === table && share.column !== own)
    .map(({ column }) => column)
    .join(',')

/**
 * Deletes all that is theirs, in the running transaction. Rows of others that name them keep what they say without the
 * name; the audit keeps the person's number, which leads to nobody any more. False when there is no such person.
 */
export async function deletePerson(db: Db, person: PersonId): Promise<boolean> {
  // Whatever they are writing at this moment comes first.
  await db.query('select from session where person_id = $1 for update', [person])
  // Nobody waits for an answer any more; what was asked stays with whoever answers, without a name.
  await db.query(
    `update clinical_case set state = 'resolved', resolved_at = now() where asker_id = $1 and state <> 'resolved'`,
    [person],
  )
  for (const share of sharesIn(await arrowsOf(db)).filter(({ withoutKey }) => withoutKey))
    await db.query(`delete from ${share.table} t where ${share.condition('t')}`, [person])
  const gone = await db.query('delete from person where id = $1 returning id', [person])
  return gone.length > 0
}

const foundRow = z.object({
  id: z.int(),
  name: z.string(),
  role: z.string().nullable(),
  cadre: z.string().nullable(),
  facility: z.string().nullable(),
  phone: z.string().nullable(),
  created_at: z.number(),
})

/** A person as an operator tells them from others; somebody who is not on the roster has no role. */
export interface Found extends Omit<z.infer<typeof foundRow>, 'id' | 'created_at'> {
  readonly id: PersonId
  readonly since: Instant
}

/** How a person can be named: by number, by their account on a channel, or by a part of their name. */
export type Naming =
  | { readonly number: number }
  | { readonly channel: string; readonly account: string }
  | { readonly part: string }

/** Those it fits, at most `limit`; strangers are found by number or account, and by the name they asked for access with. */
export async function findPeople(db: Db, naming: Naming, limit: number): Promise<Found[]> {
  const [condition, ...values] =
    'number' in naming
      ? ['p.id = $2', naming.number]
      : 'account' in naming
        ? [
            'exists (select from address a where a.person_id = p.id and a.channel = $2 and a.external_id = $3)',
            naming.channel,
            naming.account,
          ]
        : [
            `position(lower($2) in lower(p.name)) > 0 or exists (select from access_request r join address a on a.id = r.address_id
               where a.person_id = p.id and position(lower($2) in lower(r.name)) > 0)`,
            naming.part,
          ]
  const rows = await db.query(
    `select p.id, p.name, p.role, p.cadre, f.name facility, p.phone, p.created_at
     from person p left join facility f on f.id = p.facility_id where ${condition} order by p.name, p.id limit $1`,
    [limit, ...values],
  )
  return rows.map((row) => {
    const { created_at, ...found } = foundRow.parse(row)
    return { ...found, id: found.id as PersonId, since: created_at }
  })
}
