// Nothing that is kept about people may be forgotten when they ask for it or want it gone: this fails when a table
// comes that export and deletion do not reach.
import { afterAll, beforeAll, expect, it } from 'vitest'
import { z } from 'zod'
import { freshDatabase, type FreshDatabase } from '../database.ts'

/**
 * Columns that look as if they pointed at something and have no foreign key. Whoever adds one names it in
 * `src/store/personal-data.ts` if it leads to a person, and here.
 */
const WITHOUT_KEY = [
  // Reached by personal-data.ts.
  'answer.attempt_id',
  'failed_message.person_id',
  'outbox.address_id',
  'web_bubble.external_id',
  // A number of the channel's own, that leads to nobody.
  'failed_message.message_id',
  'received_message.message_id',
]

let fresh: FreshDatabase
beforeAll(async () => {
  fresh = await freshDatabase()
})
afterAll(() => fresh.close())

async function rowsOf<Row>(row: z.ZodType<Row>, query: string): Promise<Row[]> {
  return (await fresh.db.query(query)).map((one) => row.parse(one))
}

it('reaches every column that points at a row', async () => {
  const columns = await rowsOf(
    z.object({ name: z.string() }),
    `select c.table_name || '.' || c.column_name "name"
     from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
     where c.table_schema = 'public' and t.table_type = 'BASE TABLE'
       and c.column_name ~ '(^|_)(id|by|person|mentor|mentee|member|observer|author)$' and c.column_name <> 'id'
       and not exists (
         select from pg_constraint k join pg_attribute a on a.attrelid = k.conrelid and a.attnum = any(k.conkey)
         where k.contype = 'f' and k.conrelid = to_regclass(format('public.%I', c.table_name)) and a.attname = c.column_name
       )
       -- What else stands in a row that is a person's anyway goes with it.
       and (c.column_name ~ '(by|person|mentor|mentee|member|observer|author)(_id)?$' or not exists (
         select from pg_constraint k where k.contype = 'f' and k.confrelid = 'person'::regclass
           and k.conrelid = to_regclass(format('public.%I', c.table_name))
       ))
     order by 1`,
  )
  expect(columns.map(({ name }) => name)).toEqual(WITHOUT_KEY.toSorted())
})

it('can delete a person: whatever points at what is theirs goes with it or is emptied', async () => {
  const keys = await rowsOf(
    z.object({ child: z.string(), parent: z.string(), columns: z.int(), rule: z.string() }),
    `select conrelid::regclass::text child, confrelid::regclass::text parent, array_length(conkey, 1) "columns", confdeltype::text rule
     from pg_constraint where contype = 'f' and connamespace = 'public'::regnamespace`,
  )
  const personal = new Set(['person'])
  for (let size = 0; size !== personal.size;) {
    size = personal.size
    for (const { child, parent, rule } of keys) if (personal.has(parent) && rule !== 'n') personal.add(child)
  }
  expect(personal.size).toBeGreaterThan(9)
  const bad = keys.filter(
    ({ parent, rule, columns }) => personal.has(parent) && (!['c', 'n'].includes(rule) || columns !== 1),
  )
  expect(bad).toEqual([])
})
