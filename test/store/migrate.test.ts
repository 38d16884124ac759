import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { migrate, MigrationError } from '../../src/store/migrate.ts'
import { type FreshDatabase, freshDatabase } from '../database.ts'

let fresh: FreshDatabase
let directory: string

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'preceptor-migrate-'))
  fresh = await freshDatabase()
  // As a new database, not as the template has it.
  await fresh.pool.query('drop schema public cascade; create schema public')
})

afterEach(async () => {
  await fresh.close()
  await rm(directory, { recursive: true })
})

const write = (name: string, sql: string): Promise<void> => writeFile(join(directory, name), sql)
const exists = async (table: string): Promise<boolean> =>
  (await fresh.pool.query('select to_regclass($1) as found', [table])).rows[0].found !== null
const failure = async (): Promise<unknown> => migrate(fresh.url, directory).catch((error: unknown) => error)

describe('migrate', () => {
  it('runs the files in order, once, and notes name and hash', async () => {
    await write('0002-b.sql', 'insert into a values (2);')
    await write('0001-a.sql', 'create table a (n int); insert into a values (1);')
    await write('README.md', 'not a migration')
    expect(await migrate(fresh.url, directory)).toEqual(['0001-a.sql', '0002-b.sql'])
    expect(await migrate(fresh.url, directory)).toEqual([])
    await write('0003-c.sql', 'insert into a values (3);')
    expect(await migrate(fresh.url, directory)).toEqual(['0003-c.sql'])
    expect((await fresh.pool.query('select n from a order by n')).rows).toEqual([
      { n: 1 },
      { n: 2 },
      { n: 3 },
    ])
    const { rows } = await fresh.pool.query(
      'select name, length(sha256) as length from migration order by name',
    )
    expect(rows).toEqual([
      { name: '0001-a.sql', length: 64 },
      { name: '0002-b.sql', length: 64 },
      { name: '0003-c.sql', length: 64 },
    ])
  })

  it('takes a client that is connected already', async () => {
    await write('0001-a.sql', 'create table a ();')
    const client = await fresh.pool.connect()
    try {
      expect(await migrate(client, directory)).toEqual(['0001-a.sql'])
    } finally {
      client.release()
    }
    expect(await exists('a')).toBe(true)
  })

  it('lets eight processes begin at once: each file runs once', async () => {
    await write('0001-a.sql', 'create table a (n int); select pg_sleep(0.1);')
    await write('0002-b.sql', 'insert into a values (1); select pg_sleep(0.1);')
    const runs = await Promise.all(Array.from({ length: 8 }, () => migrate(fresh.url, directory)))
    expect(runs.flat().toSorted()).toEqual(['0001-a.sql', '0002-b.sql'])
    expect((await fresh.pool.query('select count(*)::int as n from a')).rows).toEqual([{ n: 1 }])
  })

  it('undoes the whole file when one statement fails, and says file and line', async () => {
    await write('0001-a.sql', 'create table a ();')
    await write('0002-b.sql', 'create table b ();\n\nselect nothing_such();\n')
    expect(await failure()).toEqual(
      new MigrationError('0002-b.sql, line 3: function nothing_such() does not exist'),
    )
    expect([await exists('a'), await exists('b')]).toEqual([true, false])
    await write('0002-b.sql', 'create table b ();')
    expect(await migrate(fresh.url, directory)).toEqual(['0002-b.sql'])
  })

  it('refuses a landed file that has changed, and runs nothing after it', async () => {
    await write('0001-a.sql', 'create table a ();')
    await migrate(fresh.url, directory)
    await write('0001-a.sql', 'create table a (n int);')
    await write('0002-b.sql', 'create table b ();')
    expect(String(await failure())).toContain('0001-a.sql has changed since it landed')
    expect(await exists('b')).toBe(false)
  })

  it('does not mind other line ends', async () => {
    await write('0001-a.sql', 'create table a (\n);\n')
    await migrate(fresh.url, directory)
    await write('0001-a.sql', 'create table a (\r\n);\r\n')
    expect(await migrate(fresh.url, directory)).toEqual([])
  })

  it('refuses a database that is newer than the program', async () => {
    await write('0001-a.sql', 'create table a ();')
    await write('0002-b.sql', 'create table b ();')
    await migrate(fresh.url, directory)
    await rm(join(directory, '0002-b.sql'))
    expect(String(await failure())).toContain('0002-b.sql has landed in this database but is no file here')
  })

  it.each([
    [
      'a file below one that has landed',
      { '0002-b.sql': '' },
      { '0001-a.sql': '' },
      'give this file a higher number',
    ],
    ['two files of one number', {}, { '0001-a.sql': '', '0001-b.sql': '' }, 'has the same number'],
    ['a name without a number', {}, { 'visits.sql': '' }, 'call it NNNN-name.sql'],
    ['a transaction of its own', {}, { '0001-a.sql': 'select 1;\nCOMMIT WORK;' }, 'one transaction already'],
  ] as const)('refuses %s', async (_, before, after, words) => {
    for (const [name, sql] of Object.entries<string>(before)) await write(name, sql)
    await migrate(fresh.url, directory)
    for (const [name, sql] of Object.entries<string>(after)) await write(name, sql)
    expect(String(await failure())).toContain(words)
  })

  it('leaves begin and end inside functions alone', async () => {
    await write(
      '0001-f.sql',
      'create function f() returns int language plpgsql as $$ begin\n return case when true then 1 end; end; $$;',
    )
    await migrate(fresh.url, directory)
    expect((await fresh.pool.query('select f()')).rows).toEqual([{ f: 1 }])
  })
})

it('brings the migrations of the product into an empty database', async () => {
  const real = join(import.meta.dirname, '../../migrations')
  const names = await migrate(fresh.url, real)
  expect(names.length).toBeGreaterThan(0)
  expect(await migrate(fresh.url, real)).toEqual([])
})
