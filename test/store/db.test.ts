import { afterEach, beforeEach, expect, it } from 'vitest'
import { CommitUnknown, isTransient } from '../../src/store/db.ts'
import { freshDatabase, type FreshDatabase } from '../database.ts'

let fresh: FreshDatabase
beforeEach(async () => void (fresh = await freshDatabase()))
afterEach(() => fresh.close())

const rest = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

it('survives a connection that dies between two statements of a transaction', async () => {
  const broken = await fresh.db
    .inTransaction(async (db) => {
      const [row] = (await db.query('select pg_backend_pid() pid')) as { pid: number }[]
      await fresh.db.query('select pg_terminate_backend($1)', [row?.pid])
      // The connection's end arrives while nothing is asked of it; unheard, it would end this process.
      await rest(100)
      await db.query('select 1')
    })
    .catch((error: unknown) => error)
  expect(isTransient(broken)).toBe(true)
  expect(await fresh.db.inTransaction((db) => db.query('select 1 one'))).toEqual([{ one: 1 }])
})

it('says that nobody knows whether it was done when the connection breaks in a commit', async () => {
  await fresh.db.query('create table made (n int)')
  // A deferred check runs inside the commit, and here it ends its own connection.
  await fresh.db.query(`create function leave() returns trigger language plpgsql as
    $$ begin perform pg_terminate_backend(pg_backend_pid()); return null; end $$`)
  await fresh.db.query(
    'create constraint trigger last after insert on made deferrable initially deferred for each row execute function leave()',
  )
  const broken = await fresh.db
    .inTransaction((db) => db.query('insert into made values (1)'))
    .catch((error: unknown) => error)
  expect(broken).toBeInstanceOf(CommitUnknown)
  expect(isTransient(broken)).toBe(true)
})

it('lets a commit that is refused say so itself', async () => {
  await fresh.db.query('create table made (n int unique deferrable initially deferred)')
  const refused = await fresh.db
    .inTransaction((db) => db.query('insert into made values (1), (1)'))
    .catch((error: unknown) => error)
  expect(refused).not.toBeInstanceOf(CommitUnknown)
  expect(isTransient(refused)).toBe(false)
})

it('waits for a database that stands by read-only instead of setting messages aside', () => {
  expect(isTransient(Object.assign(new Error('read-only'), { code: '25006' }))).toBe(true)
})

it('finds rows by index in a transaction, also with a plan that was made while the table was empty', async () => {
  await fresh.db.query('create table crowd (id int primary key)')
  await fresh.db.query('vacuum analyze crowd')
  await fresh.db.inTransaction(async (db) => {
    const wholly = (): Promise<unknown[]> =>
      db.query(`select seq_scan from pg_stat_xact_user_tables where relname = 'crowd'`)
    const find = (): Promise<unknown[]> =>
      db.query('select c.id from unnest($1::int[]) x(id) join crowd c on c.id = x.id', [[1, 2, 3]])
    const before = await wholly()
    // Often enough for the plan to be kept.
    for (let time = 0; time < 10; time++) await find()
    await db.query('insert into crowd select generate_series(1, 2000)')
    expect(await find()).toHaveLength(3)
    expect(await wholly()).toEqual(before)
  })
})
