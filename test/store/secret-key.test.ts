import { chmod, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { readSecretKey } from '../../src/store/secret-key.ts'

let directory: string
let dataDir: string

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'preceptor-key-'))
  dataDir = join(directory, 'data')
})

afterEach(() => rm(directory, { recursive: true }))

describe('readSecretKey', () => {
  it('makes a key once and keeps it, for the service alone to read', async () => {
    const key = await readSecretKey(dataDir)
    expect(key).toMatch(/^[0-9a-f]{64}$/)
    expect(await readSecretKey(dataDir)).toBe(key)
    expect((await stat(join(dataDir, 'secret-key'))).mode & 0o777).toBe(0o600)
  })

  it('gives many that ask at once the same key, and leaves nothing else', async () => {
    const keys = await Promise.all(Array.from({ length: 16 }, () => readSecretKey(dataDir)))
    expect(new Set(keys).size).toBe(1)
    expect(await readdir(dataDir)).toEqual(['secret-key'])
  })

  it('prefers the given one and writes nothing', async () => {
    expect(await readSecretKey(dataDir, 'k'.repeat(32))).toBe('k'.repeat(32))
    expect(await readdir(directory)).toEqual([])
  })

  it.each(['', 'short\n'])('refuses a damaged file that holds %j', async (text) => {
    await readSecretKey(dataDir)
    await writeFile(join(dataDir, 'secret-key'), text)
    await expect(readSecretKey(dataDir)).rejects.toThrow('is damaged')
  })

  it('closes a key to others that came open from a backup', async () => {
    const key = await readSecretKey(dataDir)
    await chmod(join(dataDir, 'secret-key'), 0o644)
    expect(await readSecretKey(dataDir)).toBe(key)
    expect((await stat(join(dataDir, 'secret-key'))).mode & 0o777).toBe(0o600)
  })

  it('refuses a key that belongs to another user: they could sign as anybody', async () => {
    await readSecretKey(dataDir)
    const uid = (process.getuid?.() ?? 0) + 1
    const somebodyElse = vi.spyOn(process, 'getuid').mockReturnValue(uid)
    await expect(readSecretKey(dataDir)).rejects.toThrow('belongs to another user: set DATA_DIR')
    somebodyElse.mockRestore()
  })

  it('says what to do when there can be no folder', async () => {
    await writeFile(dataDir, '')
    await expect(readSecretKey(dataDir)).rejects.toThrow('set DATA_DIR to a directory of your own')
  })
})
