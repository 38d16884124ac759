import { z } from 'zod'
import type { Db } from './db.ts'

const nameRow = z.object({ name: z.string() })

/**
 * Takes or renews leases for `seconds` and says which of the names are now this owner's. By PostgreSQL's clock, so
 * processes with clocks that differ agree.
 */
export async function holdLeases(
  db: Db,
  names: readonly string[],
  owner: string,
  seconds: number,
): Promise<Set<string>> {
  const rows = await db.query(
    `insert into lease (name, owner, until)
     select name, $2, now() + make_interval(secs => $3) from unnest($1::text[]) as name order by name
     on conflict (name) do update set owner = excluded.owner, until = excluded.until
     where lease.owner = excluded.owner or lease.until < now()
     returning name`,
    [names, owner, seconds],
  )
  return new Set(rows.map((row) => nameRow.parse(row).name))
}

/** Gives leases back before they end, so that another process need not wait. */
export async function dropLeases(db: Db, owner: string): Promise<void> {
  await db.query('delete from lease where owner = $1', [owner])
}

/** Ends every lease: for a database that only this process can be using, whose last user has died. */
export async function endLeases(db: Db): Promise<void> {
  await db.query('delete from lease')
}
