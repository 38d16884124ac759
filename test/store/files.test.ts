import { afterAll, beforeAll, expect, it } from 'vitest'
import { fileOf, keepFile, MOST_BYTES, type NewFile, readFile } from '../../src/store/files.ts'
import { forget } from '../../src/store/retention.ts'
import type { FileId, PersonId } from '../../src/words/ids.ts'
import { freshDatabase, type FreshDatabase } from '../database.ts'

let fresh: FreshDatabase
let joseph: PersonId
let amina: PersonId
beforeAll(async () => {
  fresh = await freshDatabase()
  const rows = await fresh.db.query(`insert into person (name) values ('Joseph'), ('Amina') returning id`)
  ;[joseph, amina] = rows.map((row) => (row as { id: PersonId }).id) as [PersonId, PersonId]
})
afterAll(() => fresh.close())

const picture = (person: PersonId | null, ...bytes: number[]): NewFile => ({
  person,
  name: 'progress.png',
  mime: 'image/png',
  bytes: Uint8Array.from(bytes),
})

it('gives a file to its own person and to the channel, and to nobody else', async () => {
  const id = await keepFile(fresh.db, picture(joseph, 1, 0, 255))
  expect([...((await readFile(fresh.db, id)) ?? [])]).toEqual([1, 0, 255])
  expect(await fileOf(fresh.db, joseph, id)).toMatchObject({ name: 'progress.png', mime: 'image/png' })
  expect(await fileOf(fresh.db, amina, id)).toBeUndefined()
  expect(await readFile(fresh.db, 999_999 as FileId)).toBeUndefined()
  const nobodys = await keepFile(fresh.db, picture(null, 7))
  expect(await fileOf(fresh.db, joseph, nobodys)).toBeUndefined()
})

it('keeps the same bytes once for a person, and apart for two', async () => {
  const first = await keepFile(fresh.db, picture(joseph, 4, 2))
  expect(await keepFile(fresh.db, picture(joseph, 4, 2))).toBe(first)
  expect(await keepFile(fresh.db, picture(amina, 4, 2))).not.toBe(first)
})

it('takes nothing a channel could not send', async () => {
  await expect(keepFile(fresh.db, picture(joseph))).rejects.toThrow('0 bytes')
  const large = { ...picture(joseph), bytes: new Uint8Array(MOST_BYTES + 1) }
  await expect(keepFile(fresh.db, large)).rejects.toThrow('cannot be sent')
  for (const name of ['', '../x.png', 'a"b.png', 'a\nb.png'])
    await expect(keepFile(fresh.db, { ...picture(joseph, 1), name })).rejects.toThrow('named')
})

it('forgets a file after a month, and with its person', async () => {
  const old = await keepFile(fresh.db, picture(joseph, 9))
  const young = await keepFile(fresh.db, picture(joseph, 8))
  await fresh.db.query(`update file set created_at = now() - interval '31 days' where id = $1`, [old])
  await fresh.db.query(`update file set created_at = now() - interval '29 days' where id = $1`, [young])
  await forget(fresh.db)
  expect(await readFile(fresh.db, old)).toBeUndefined()
  expect(await readFile(fresh.db, young)).toBeDefined()
  await fresh.db.query('delete from person where id = $1', [joseph])
  expect(await readFile(fresh.db, young)).toBeUndefined()
})
