import { randomBytes } from 'node:crypto'
import { Client, Pool } from 'pg'
import { inject } from 'vitest'
import { columnTypes, type Database, overPool } from '../src/store/db.ts'
import { codeOf } from '../src/store/embedded/error.ts'
import { at, templateOf } from './setup.ts'

/** A database of the test's own, with every migration landed and no rows but the flows that programmes of the tests serve. */
export interface FreshDatabase {
  readonly url: string
  readonly pool: Pool
  readonly db: Database
  /** Ends the pool and removes the database with whatever is still connected to it. */
  close(): Promise<void>
}

/**
 * Clones the template database: a few hundredths of a second on a quiet machine.
 *
 * @example
 * let fresh: FreshDatabase
 * beforeAll(async () => void (fresh = await freshDatabase()))
 * afterAll(() => fresh.close())
 */
export async function freshDatabase(): Promise<FreshDatabase> {
  const run = inject('testRun')
  const name = `preceptor_test_${run}_${randomBytes(6).toString('hex')}`
  // Files copied as they are: the other strategy writes every page into the log as well.
  await administer(`create database ${name} template ${templateOf(run)} strategy file_copy`)
  const url = at(inject('serverUrl'), name)
  const pool = new Pool({ connectionString: url, max: 10, types: columnTypes })
  // Tests may kill the server; a connection that dies while it is idle is nobody's error.
  pool.on('error', () => undefined)
  return {
    url,
    pool,
    db: overPool(pool),
    async close() {
      await pool.end()
      await drop(name)
    },
  }
}

/** PostgreSQL's own cleaner may be at work in there, which only a superuser may send away: it is gone in a moment. */
async function drop(name: string, tries = 50): Promise<void> {
  try {
    await administer(`drop database if exists ${name} with (force)`)
  } catch (error) {
    if (codeOf(error) !== '42501' || tries === 0) throw error
    await new Promise((resolve) => setTimeout(resolve, 100))
    await drop(name, tries - 1)
  }
}

async function administer(statement: string): Promise<void> {
  const client = new Client({ connectionString: inject('serverUrl') })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
