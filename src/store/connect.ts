import pg from 'pg'
import { columnTypes, type Database, overPool } from './db.ts'
import { findEmbeddedPostgres, startEmbeddedPostgres } from './embedded.ts'
import { NO_LOG } from '../words/log.ts'

/** A database for a command-line tool, to be given back when it is done. */
export interface Visit {
  readonly database: Database
  readonly url: string
  readonly pool: pg.Pool
  end(): Promise<void>
}

/**
 * Opens the database the service uses: the one named, else the embedded one, running or not. A service that runs is
 * not disturbed.
 */
export async function visitDatabase(where: {
  databaseUrl: string | undefined
  dataDir: string
}): Promise<Visit> {
  const running = where.databaseUrl ?? (await findEmbeddedPostgres(where.dataDir))
  const own =
    running === undefined ? await startEmbeddedPostgres({ dataDir: where.dataDir, log: NO_LOG }) : undefined
  const url = running ?? own?.url ?? ''
  const pool = new pg.Pool({ connectionString: url, max: 4, types: columnTypes })
  pool.on('error', () => undefined)
  return {
    database: overPool(pool),
    url,
    pool,
    async end() {
      await pool.end()
      await own?.stop()
    },
  }
}
