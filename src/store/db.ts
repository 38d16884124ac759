import pg from 'pg'

/**
 * The one thing `store/` asks of a database: send a statement with its values, get the rows.
 * Doors, jobs, use cases and the command line all hand in the same.
 */
export interface Db {
  query(text: string, values?: readonly unknown[]): Promise<unknown[]>
}

/** Where transactions come from. `@fastify/postgres` owns the pool of the service. */
export interface Database extends Db {
  /** Runs `work` in one transaction: committed when it resolves, rolled back when it rejects. Use cases only. */
  inTransaction<Result>(work: (db: Db) => Promise<Result>): Promise<Result>
}

const INT8 = 20
const TIMESTAMPTZ = 1184

/**
 * How this service reads columns: `bigint` as a number (ids and counts stay below 2^53), `timestamptz` as an instant.
 * For the service's own pool only: BullMQ's connections keep the driver's ways.
 */
export const columnTypes: pg.CustomTypesConfig = {
  getTypeParser(oid: number, format?: 'text' | 'binary'): (value: string) => unknown {
    if (oid === INT8) return Number
    // PostgreSQL writes "2026-11-22 16:00:00.123+00", which is ISO 8601 but for the space and the short zone.
    if (oid === TIMESTAMPTZ) return (value) => Date.parse(`${value.replace(' ', 'T')}:00`)
    return pg.types.getTypeParser(oid, format)
  },
}

// A statement is parsed and planned once a connection: on the busiest ones that is half of PostgreSQL's work.
// Texts come from this room's source alone, so their number is small and known.
const names = new Map<string, string>()

function nameOf(text: string): string {
  let name = names.get(text)
  if (name === undefined) names.set(text, (name = `s${names.size}`))
  return name
}

function overClient(client: Pick<pg.ClientBase, 'query'>): Db {
  return {
    async query(text, values = []) {
      const result = await client.query({ name: nameOf(text), text, values: [...values] })
      return result.rows
    },
  }
}

// Rows are found by index here, whatever the planner believes: a plan is kept for as long as its tables have no new
// statistics, and the outbox is empty most of the time. A plan made in such a moment read all of it for each row of a batch
// once thousands were there; measured, a third of the throughput, in one run of three. Older servers price what they
// are told not to do so high that they would compile it.
const BEGIN = 'begin; set local enable_seqscan = off; set local jit = off'

/** The connection broke while a transaction was being committed: nobody can tell whether it was. */
export class CommitUnknown extends Error {
  override readonly name = 'CommitUnknown'
}

/** The `Database` over a pool of connections. */
export function overPool(pool: pg.Pool): Database {
  return {
    ...overClient(pool),
    async inTransaction(work) {
      const client = await pool.connect()
      let broken: Error | undefined
      // The pool listens only to idle connections. One that breaks between two statements of ours would end the
      // process; the next statement fails anyway, and that is where it is said.
      const breaks = (cause: Error): void => void (broken = cause)
      client.on('error', breaks)
      try {
        await client.query(BEGIN)
        const result = await work(overClient(client))
        await client.query('commit').catch((cause: unknown) => {
          throw isTransient(cause) ? new CommitUnknown('the connection broke in a commit', { cause }) : cause
        })
        return result
      } catch (error) {
        await client.query('rollback').catch(breaks)
        throw error
      } finally {
        client.off('error', breaks)
        client.release(broken)
      }
    },
  }
}

// Classes of SQLSTATE that say nothing about the message at hand: connection lost, out of resources, the server going
// or coming or standing by read-only, a deadlock or a lock that was waited for too long. Trying again is right; setting
// aside is not.
const TRANSIENT = /^(08|53|57P|58|40|55P03|25006|25P03)/

/** Whether a statement failed for a reason that passes by itself. */
export function isTransient(error: unknown): boolean {
  if (error instanceof CommitUnknown) return true
  if (!(error instanceof Error)) return false
  const { code } = error as { code?: unknown }
  if (typeof code === 'string') return TRANSIENT.test(code) || /^E[A-Z]+$/.test(code)
  // The driver's own errors for a broken connection carry no code.
  return /connection|timeout/i.test(error.message)
}
