import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { makeFolder } from '../../src/store/folders.ts'

let home: string
beforeAll(async () => void (home = await mkdtemp(join(tmpdir(), 'preceptor-folders-'))))
afterAll(() => rm(home, { recursive: true }))

it('makes what is missing and says from where on', async () => {
  expect(await makeFolder(join(home, 'a/b/c'))).toBe(join(home, 'a'))
  expect(await makeFolder(join(home, 'a/b/d'))).toBe(join(home, 'a/b/d'))
  expect(await makeFolder(join(home, 'a/b/d'))).toBeUndefined()
  expect(await readdir(join(home, 'a/b'))).toEqual(['c', 'd'])
})

it('makes one folder when several ask at once', async () => {
  const made = await Promise.all(Array.from({ length: 8 }, () => makeFolder(join(home, 'x/y'))))
  expect(made).toContain(join(home, 'x'))
  expect(await readdir(join(home, 'x'))).toEqual(['y'])
})

it('says what stands in the way', async () => {
  await writeFile(join(home, 'file'), '')
  await expect(makeFolder(join(home, 'file'))).rejects.toMatchObject({ code: 'EEXIST' })
  await expect(makeFolder(join(home, 'file/under'))).rejects.toMatchObject({ code: 'ENOTDIR' })
})

it.runIf(process.platform === 'linux')('ends where nothing can be made', async () => {
  await expect(makeFolder('/proc/preceptor/data')).rejects.toMatchObject({ code: 'ENOENT' })
})
