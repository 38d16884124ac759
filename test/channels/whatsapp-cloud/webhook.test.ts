import { afterEach, beforeEach, expect, it } from 'vitest'
import { APP_SECRET, envelope, VERIFY_TOKEN } from './graph.ts'
import { setUp, type Stand } from './stand.ts'

let stand: Stand
let hook: string
beforeEach(async () => {
  stand = await setUp()
  hook = `${stand.url}/webhooks/whatsapp`
  await stand.start()
})
afterEach(() => stand.close())

const ask = (query: Record<string, string>) => fetch(`${hook}?${new URLSearchParams(query).toString()}`)

it('gives back the word it is asked for when it is set up', async () => {
  const good = { 'hub.mode': 'subscribe', 'hub.verify_token': VERIFY_TOKEN, 'hub.challenge': '1158201444' }
  const answer = await ask(good)
  expect(answer.status).toBe(200)
  expect(await answer.text()).toBe('1158201444')
  for (const wrong of [
    { 'hub.verify_token': 'guess' },
    { 'hub.mode': 'unsubscribe' },
    { 'hub.challenge': '<script>' },
    { 'hub.challenge': '' },
  ])
    expect((await ask({ ...good, ...wrong })).status).toBe(403)
  expect((await ask({ 'hub.mode': 'subscribe', 'hub.challenge': '1' })).status).toBe(403)
})

it('takes nothing without a signature over the very bytes', async () => {
  const body = envelope(stand.graph.incoming('250788123456', { type: 'text', text: { body: 'hello é' } }))
  const written = JSON.stringify(JSON.parse(body), undefined, 1)
  expect(await stand.graph.post(body, '')).toBe(403)
  expect(await stand.graph.post(body, stand.graph.sign(body, 'another secret'))).toBe(403)
  expect(await stand.graph.post(body, stand.graph.sign(written))).toBe(403)
  expect(await stand.graph.post(body, `sha256=${APP_SECRET}`)).toBe(403)
  const bare = await fetch(hook, { method: 'POST', body })
  expect(bare.status).toBe(403)
  expect(stand.kept).toEqual([])
  expect(await stand.graph.post(body)).toBe(200)
  expect(stand.kept).toHaveLength(1)
})

it('says 200 only when everything posted is committed, and says what is wrong meanwhile', async () => {
  const body = envelope(stand.graph.incoming('250788123456', { type: 'text', text: { body: 'hello' } }))
  stand.failing.times = 1
  expect(await stand.graph.post(body)).toBe(500)
  await expect.poll(() => stand.channel.state().detail).toContain('check the database')
  expect(await stand.graph.post(body)).toBe(200)
  await expect.poll(() => stand.channel.state().phase).toBe('ready')
  expect(stand.kept).toHaveLength(1)
})

it('confirms what nobody can read, so that it does not come for seven days, and says so', async () => {
  const body = '{"object":"whatsapp_business_acc'
  expect(await stand.graph.post(body)).toBe(200)
  expect(stand.logged.join()).toContain('cannot be read')
})

it('says once that posts come for a number it does not know: the wrong id looks like silence', async () => {
  const text = stand.graph.incoming('250788123456', { type: 'text', text: { body: 'hello' } })
  for (let time = 0; time < 2; time++) expect(await stand.graph.post(envelope(text, '999'))).toBe(200)
  expect(stand.kept).toEqual([])
  expect(stand.logged.filter((line) => line.includes('WHATSAPP_CLOUD_NUMBER_ID'))).toHaveLength(1)
})

it('answers 503 before it is started and after it is stopped', async () => {
  await stand.channel.stop()
  const body = envelope(stand.graph.incoming('250788123456', { type: 'text', text: { body: 'hello' } }))
  expect(await stand.graph.post(body)).toBe(503)
})

it('hands on what became of our messages', async () => {
  await stand.graph.status('wamid.out7', 'delivered')
  await stand.graph.status('wamid.out7', 'failed', 131026)
  expect(stand.reports.map(({ ref, state }) => [ref, state])).toEqual([
    ['wamid.out7', 'delivered'],
    ['wamid.out7', 'failed'],
  ])
})

it('says what is wrong with the token, and is ready again when it is mended', async () => {
  await expect.poll(() => stand.channel.state().phase).toBe('ready')
  stand.graph.expire()
  await expect.poll(() => stand.channel.state()).toMatchObject({ phase: 'lost' })
  expect(stand.channel.state().detail).toContain('WHATSAPP_CLOUD_TOKEN')
  stand.graph.expire(true)
  await expect.poll(() => stand.channel.state().phase).toBe('ready')
})
