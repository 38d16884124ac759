import { expect, it } from 'vitest'
import { ApiFault } from '../../../src/channels/telegram/faults.ts'
import { pause, TIMING, waitAfter } from '../../../src/channels/telegram/patience.ts'

const refused = (code: number, retryAfter?: number) =>
  new ApiFault('refused', `${code}`, { code, ...(retryAfter !== undefined && { retryAfter }) })
const network = new ApiFault('network', 'ECONNREFUSED')

it.each([
  ['the first failure', network, 1, 1_000],
  ['the second', network, 2, 2_000],
  ['the fifth', network, 5, 16_000],
  ['many', network, 1_000_000, 30_000],
  ['another poller', refused(409), 3, 4_000],
  ['a bug or a database that is away', new Error('x'), 4, 8_000],
  ['a wrong token', refused(401), 1, 60_000],
  ['no such bot', refused(404), 9, 60_000],
  ['a time Telegram asks for', refused(429, 77_000), 1, 77_000],
  ['no time to wait', refused(429), 1, 1_000],
])('waits as long as it makes sense after %s', (_what, error, failures, milliseconds) => {
  expect(waitAfter(error, failures, TIMING)).toBe(milliseconds)
})

it('a pause ends when the channel stops, also one longer than a timer of Node can be', async () => {
  const end = new AbortController()
  let over = false
  const paused = pause(2 ** 40, end.signal).then(() => (over = true))
  await pause(5, new AbortController().signal)
  expect(over).toBe(false)
  end.abort()
  await paused
  await pause(2 ** 40, end.signal)
})
