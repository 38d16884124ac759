// PRIVACY.md says what is kept about people; this holds it to what there is.
import { expect, it } from 'vitest'
import { z } from 'zod'
import { freshDatabase } from './database.ts'
import { codeIn, rowsIn } from './documents.ts'

it('says of every table that holds people what it keeps', async () => {
  const fresh = await freshDatabase()
  try {
    const rows = await fresh.db.query(
      `select distinct table_name "name" from information_schema.columns where table_schema = 'public'
     and column_name in ('person_id', 'address_id', 'external_id', 'attempt_id', 'phone', 'message_id')
     union select conrelid::regclass::text from pg_constraint where contype = 'f' and confrelid = 'person'::regclass`,
    )
    const tables = rows.map((row) => z.object({ name: z.string() }).parse(row).name)
    const named = rowsIn('PRIVACY.md').flatMap(([where = '']) => codeIn(where))
    expect(tables.length).toBeGreaterThan(9)
    expect(tables.filter((name) => !named.includes(name))).toEqual([])
  } finally {
    await fresh.close()
  }
})
