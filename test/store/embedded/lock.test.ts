import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { takeOwnership } from '../../../src/store/embedded/lock.ts'
import { birthOf } from '../../../src/store/embedded/process.ts'

let directory: string
let file: string

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'preceptor-lock-'))
  file = join(directory, 'owner.json')
})

afterEach(() => rm(directory, { recursive: true }))

/** Shorter than for a real one, whose signs of life come every two seconds. */
const SILENCE = 1_500

/** Takes it and gives it back. */
async function canBeTaken(): Promise<boolean> {
  await (await takeOwnership(directory, SILENCE)).release()
  return true
}

const owner = (fields: object): Promise<void> =>
  writeFile(file, JSON.stringify({ pid: process.pid, birth: '', host: hostname(), ...fields }))

describe('takeOwnership', () => {
  it('belongs to one at a time', async () => {
    const first = await takeOwnership(directory)
    await expect(takeOwnership(directory)).rejects.toMatchObject({ code: 'in_use' })
    await first.release()
    const second = await takeOwnership(directory)
    await second.release()
    expect(await readdir(directory)).toEqual([])
  })

  it('goes to exactly one of many who find a dead owner', async () => {
    await owner({ pid: 2 ** 22 - 1 })
    const tries = await Promise.allSettled(Array.from({ length: 8 }, () => takeOwnership(directory)))
    expect(tries.filter((one) => one.status === 'fulfilled')).toHaveLength(1)
    for (const one of tries) if (one.status === 'fulfilled') await one.value.release()
  })

  it('is taken over from a process that has ended', async () => {
    await owner({ pid: 2 ** 22 - 1 })
    expect(await canBeTaken()).toBe(true)
  })

  it.runIf(process.platform === 'linux')(
    'is taken over from an older process whose number lives again',
    async () => {
      expect(await birthOf(process.pid)).toMatch(/^\d+$/)
      await owner({ birth: '1' })
      expect(await canBeTaken()).toBe(true)
    },
  )

  it.each(['', '{', '{"pid":"x"}'])('is taken over from a file that says %j', async (text) => {
    await writeFile(file, text)
    expect(await canBeTaken()).toBe(true)
  })

  it('is taken over from a process of another machine that gives no sign of life', async () => {
    await owner({ host: 'elsewhere' })
    expect(await canBeTaken()).toBe(true)
  })

  it('is not taken from a process of another machine that gives signs of life', async () => {
    await owner({ host: 'elsewhere', pid: 1 })
    const stop = new AbortController()
    const alive = (async () => {
      while (!stop.signal.aborted) {
        await utimes(file, new Date(), new Date())
        await sleep(100)
      }
    })()
    await expect(takeOwnership(directory, SILENCE)).rejects.toThrow(/on elsewhere/)
    stop.abort()
    await alive
  })
})
