import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Client, type ClientBase } from 'pg'
import { z } from 'zod'

/** Why the database cannot be brought up to date: which file, and what would mend it. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError'
}

interface Migration {
  readonly name: string
  readonly sql: string
  readonly sha256: string
}

const landedSchema = z.array(z.object({ name: z.string(), sha256: z.string() }))

// Any number will do, as long as nothing else of ours locks with it. It stands for "migrations" on a keypad.
const LOCK = 644_728_466

/**
 * Brings the database up to date: runs every `NNNN-name.sql` of the directory that has not landed yet, in order, each
 * in a transaction of its own with the note that it has landed. Two processes may do this at once. Resolves with the
 * names of the files run.
 *
 * @throws MigrationError when a landed file has changed, the files are out of order, or a statement fails.
 */
export async function migrate(database: string | ClientBase, directory: string): Promise<string[]> {
  const files = await readMigrations(directory)
  if (typeof database !== 'string') return bringUpToDate(database, files)
  const client = new Client({ connectionString: database })
  // A connection that breaks makes the statement under way fail; that is where it is said.
  client.on('error', () => undefined)
  await client.connect()
  try {
    return await bringUpToDate(client, files)
  } finally {
    await client.end()
  }
}

async function readMigrations(directory: string): Promise<Migration[]> {
  const names = (await readdir(directory)).filter((name) => name.endsWith('.sql')).toSorted()
  for (const [index, name] of names.entries()) {
    if (!/^\d{4}-[a-z0-9-]+\.sql$/.test(name)) {
      throw new MigrationError(`${name}: call it NNNN-name.sql, such as 0007-visits.sql`)
    }
    if (names[index - 1]?.slice(0, 4) === name.slice(0, 4)) {
      throw new MigrationError(`${name}: ${names[index - 1]} has the same number; give this one the next`)
    }
  }
  return Promise.all(names.map((name) => readMigration(directory, name)))
}

async function readMigration(directory: string, name: string): Promise<Migration> {
  // A check-out on Windows may end its lines otherwise; that is not another migration.
  const sql = (await readFile(join(directory, name), 'utf8')).replaceAll('\r\n', '\n')
  if (/^\s*(begin|commit|rollback)(\s+(work|transaction))?\s*;/im.test(withoutBodies(sql))) {
    throw new MigrationError(
      `${name}: each file is one transaction already; take begin, commit and rollback out`,
    )
  }
  return { name, sql, sha256: createHash('sha256').update(sql).digest('hex') }
}

/** The statements without comments and function bodies, where `begin` means something else. */
function withoutBodies(sql: string): string {
  return sql.replaceAll(/--.*$/gm, '').replaceAll(/\$(\w*)\$[\s\S]*?\$\1\$/g, '')
}

async function bringUpToDate(client: ClientBase, files: readonly Migration[]): Promise<string[]> {
  const landed = await inTransaction(client, async () => {
    await client.query(
      `create table if not exists migration (
         name text primary key,
         sha256 text not null,
         landed_at timestamptz not null default now()
       )`,
    )
    return readLanded(client)
  })
  check(files, landed)
  const run: string[] = []
  for (const file of files) {
    if (!landed.has(file.name) && (await land(client, file))) run.push(file.name)
  }
  return run
}

async function readLanded(client: ClientBase): Promise<Map<string, string>> {
  const { rows } = await client.query('select name, sha256 from migration')
  return new Map(landedSchema.parse(rows).map((row) => [row.name, row.sha256]))
}

function check(files: readonly Migration[], landed: ReadonlyMap<string, string>): void {
  const known = new Set(files.map((file) => file.name))
  const strange = [...landed.keys()].find((name) => !known.has(name))
  if (strange !== undefined) {
    throw new MigrationError(
      `${strange} has landed in this database but is no file here: the database is newer than this program. ` +
        'Install the version that belongs to it, or a later one.',
    )
  }
  const last = [...landed.keys()].toSorted().at(-1) ?? ''
  for (const { name, sha256 } of files) {
    const before = landed.get(name)
    if (before === undefined && name < last) {
      throw new MigrationError(`${name}: ${last} has landed already; give this file a higher number`)
    }
    if (before !== undefined && before !== sha256) {
      throw new MigrationError(
        `${name} has changed since it landed in this database. Put it back as it was and write a new file.`,
      )
    }
  }
}

/** False when another process has landed it in the meantime. */
async function land(client: ClientBase, { name, sql, sha256 }: Migration): Promise<boolean> {
  return inTransaction(client, async () => {
    const { rowCount } = await client.query('select 1 from migration where name = $1', [name])
    if (rowCount !== 0) return false
    await client.query(sql).catch((error: unknown) => {
      throw new MigrationError(`${name}${describe(error, sql)}`)
    })
    await client.query('insert into migration (name, sha256) values ($1, $2)', [name, sha256])
    return true
  })
}

/** PostgreSQL's complaint with the line it is about. */
function describe(error: unknown, sql: string): string {
  const { position, message } = z
    .object({ position: z.coerce.number().optional(), message: z.string() })
    .parse(error)
  if (position === undefined) return `: ${message}`
  return `, line ${sql.slice(0, position).split('\n').length}: ${message}`
}

/** One process at a time: whoever comes second waits here and then finds the work done. */
async function inTransaction<Result>(client: ClientBase, work: () => Promise<Result>): Promise<Result> {
  await client.query('begin')
  try {
    await client.query('select pg_advisory_xact_lock($1)', [LOCK])
    const result = await work()
    await client.query('commit')
    return result
  } catch (error) {
    await client.query('rollback').catch(() => undefined)
    throw error
  }
}
