import { makeSeals } from '../../src/store/seals.ts'
import { DAY } from '../../src/words/clock.ts'
import type { PersonId } from '../../src/words/ids.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Client, count, errorOf, type House, KEY, listen, startHouse } from './client.ts'

describe('the service without its demo', () => {
  let house: House
  let person: number
  const seals = makeSeals(KEY)
  const link = (
    more: { until?: number; id?: number; purpose?: 'link' | 'talk'; key?: string } = {},
  ): string =>
    makeSeals(more.key ?? KEY).seal(
      more.purpose ?? 'link',
      (more.id ?? person) as PersonId,
      more.until ?? Date.now() + DAY,
    )

  beforeAll(async () => {
    house = await startHouse({ demo: false })
    const { rows } = await house.fresh.pool.query<{ id: number }>(
      `insert into person (name, role) values ('Joseph Nshuti', 'mentee') returning id`,
    )
    person = rows[0]?.id ?? 0
  })
  afterAll(() => house.close())

  it('has nobody to choose from and no clock to move', async () => {
    const client = new Client(house.service.url)
    expect(await count(house, 'person')).toBe(1)
    expect(await client.ask('/chat/people')).toMatchObject({ status: 404, body: errorOf('not_found') })
    expect(await client.signIn({ person })).toMatchObject({ status: 404, body: errorOf('not_found') })
    await client.signIn({ link: link() })
    for (const path of ['/chat/people', '/chat/clock'])
      expect(await client.ask(path)).toMatchObject({ status: 404 })
    expect(await client.ask('/chat/clock', { skip: 'day' })).toMatchObject({ status: 404 })
  })

  it('opens by a person’s own link', async () => {
    const client = new Client(house.service.url)
    expect(await client.signIn({ link: link() })).toMatchObject({
      status: 200,
      body: { me: { name: 'Joseph Nshuti', demo: false } },
    })
    const stream = await listen(client)
    await stream.until('Hello Joseph Nshuti')
    expect((await client.say('English')).status).toBe(202)
    await stream.until('Do you agree?')
  })

  it.each([
    ['too old', () => link({ until: Date.now() - 1000 })],
    ['signed with another key', () => link({ key: 'somebody else’s key, also long enough' })],
    ['made for something else', () => link({ purpose: 'talk' })],
    ['about nobody', () => link({ id: 999_999 })],
    ['changed', () => link().replace(/^./, (first) => (first === 'A' ? 'B' : 'A'))],
    ['cut short', () => link().slice(0, -4)],
    ['without a signature', () => link().split('.')[0] ?? ''],
    ['with an empty signature', () => `${link().split('.')[0]}.`],
    ['empty', () => ''],
    ['nonsense', () => '%%%.%%%'],
  ])('opens by none that is %s', async (_name, made) => {
    const client = new Client(house.service.url)
    expect(await client.signIn({ link: made() })).toMatchObject({
      status: 401,
      body: errorOf('not_signed_in'),
    })
  })

  it('takes no link for a session, and no old session', async () => {
    const client = new Client(house.service.url)
    client.token = link()
    expect((await client.ask('/chat/me')).status).toBe(401)
    client.token = seals.seal('talk', person as PersonId, Date.now() - 1)
    expect((await client.ask('/chat/me')).status).toBe(401)
    client.token = seals.seal('talk', person as PersonId, Date.now() + 1000)
    expect((await client.ask('/chat/me')).status).toBe(200)
  })

  it('leaves whoever has stopped in peace, also when they look into the chat', async () => {
    const { rows } = await house.fresh.pool.query<{ id: number }>(
      `insert into person (name, role, joined_at, stopped_at) values ('Ruth Keza', 'mentee', now(), now()) returning id`,
    )
    const client = new Client(house.service.url)
    await client.signIn({ link: link({ id: rows[0]?.id ?? 0 }) })
    const stream = await listen(client)
    await stream.until('You have stopped this service')
    expect(await count(house, `person where name = 'Ruth Keza' and stopped_at is not null`)).toBe(1)
  })
})
