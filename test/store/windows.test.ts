// What is held until people write: what is let go, and what gives way.
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { handedSince, releaseShards } from '../../src/store/outbox.ts'
import { heldState, holdTurns, openWindows } from '../../src/store/windows.ts'
import type { AddressId } from '../../src/words/ids.ts'
import { freshDatabase, type FreshDatabase } from '../database.ts'

const NOW = Date.parse('2026-11-23T08:00:00Z')
const QUESTION = '[{"say":"question","flow":"f","question":1,"seed":1,"at":1,"of":2,"asked":7}]'
const WORDS = '[{"say":"word","word":"help"}]'

let fresh: FreshDatabase
let address: AddressId
beforeAll(async () => {
  fresh = await freshDatabase()
  const [person] = (await fresh.db.query('insert into person default values returning id')) as {
    id: number
  }[]
  const [row] = (await fresh.db.query(
    `insert into address (channel, external_id, person_id) values ('whatsapp-cloud', '1', $1) returning id`,
    [person?.id],
  )) as { id: AddressId }[]
  address = row?.id ?? (0 as AddressId)
})
afterAll(() => fresh.close())
beforeEach(() => fresh.pool.query('truncate outbox'))

async function owe(turn: number, says: string, lane = 1): Promise<void> {
  await fresh.db.query(
    `insert into outbox (address_id, turn, channel, shard, lane, language, says, created_at, handed)
     values ($1, $2, 'whatsapp-cloud', 0, $4, 'en', $3, to_timestamp(0), true)`,
    [address, turn, says, lane],
  )
}

const hold = (...turns: number[]): Promise<void> =>
  holdTurns(
    fresh.db,
    turns.map((turn) => ({
      outcome: 'held',
      address_id: address,
      turn,
      bubbles_sent: 0,
      why: `because ${turn}`,
    })),
  )

const outbox = () => fresh.db.query('select turn, lane, handed, held from outbox order by turn')

it('gives way to a newer question when it asks, and stays when it only tells', async () => {
  await owe(1, QUESTION)
  await owe(2, WORDS)
  await hold(1, 2)
  await owe(3, WORDS)
  await hold(3)
  expect((await outbox()).length).toBe(3)
  await owe(4, QUESTION)
  await hold(4)
  expect(await outbox()).toMatchObject([{ turn: 2 }, { turn: 3 }, { turn: 4, held: 'because 4' }])
  expect(await heldState(fresh.db)).toHaveLength(3)
})

it('is nobody’s stray, and stays held when its shard changes hands', async () => {
  await owe(1, WORDS)
  await hold(1)
  expect(await handedSince(fresh.db, 'whatsapp-cloud', [0], NOW)).toEqual([])
  await releaseShards(fresh.db, 'whatsapp-cloud', [0])
  expect(await outbox()).toEqual([{ turn: 1, lane: 1, handed: true, held: 'because 1' }])
})

it('is let go when they write, before anything newer; a broadcast stays one', async () => {
  await owe(1, WORDS)
  await owe(-3, '[]', 2)
  await hold(1, -3)
  const freed = await openWindows(fresh.db, [{ addressId: address, at: NOW - 1000 }], NOW)
  expect([...freed]).toEqual([[address, { asks: false }]])
  expect(await outbox()).toEqual([
    { turn: -3, lane: 2, handed: false, held: null },
    { turn: 1, lane: 0, handed: false, held: null },
  ])
  // What is told late does not turn the clock back, and there is nothing left to let go.
  expect(await openWindows(fresh.db, [{ addressId: address, at: NOW - 9000 }], NOW)).toEqual(new Map())
  const [row] = await fresh.db.query('select heard_at from address where id = $1', [address])
  expect(row).toEqual({ heard_at: NOW - 1000 })
})
