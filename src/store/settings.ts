import { z } from 'zod'
import type { Db } from './db.ts'

const settingRow = z.object({ value: z.unknown() })

/** A named value the service keeps for itself, or undefined. */
export async function readSetting(db: Db, name: string): Promise<unknown> {
  const [row] = await db.query('select value from setting where name = $1', [name])
  return row ? settingRow.parse(row).value : undefined
}

export async function writeSetting(db: Db, name: string, value: unknown): Promise<void> {
  await db.query(
    'insert into setting (name, value) values ($1, $2) on conflict (name) do update set value = excluded.value',
    [name, JSON.stringify(value)],
  )
}
