import { inspect } from 'node:util'
import { TelegramError } from 'telegraf'
import { expect, it } from 'vitest'
import { ApiFault, faultOf, scrub } from '../../../src/channels/telegram/faults.ts'
import { troubleOf } from '../../../src/channels/telegram/trouble.ts'
import { TOKEN } from './bot-api.ts'

const URL_WITH_TOKEN = `https://api.telegram.org/bot${TOKEN}/sendMessage`
const SAID = 'a text nobody else may read'

/** An error as node-fetch makes it: the URL in its message. */
const fetchError = (fields: object) =>
  Object.assign(new Error(`request to ${URL_WITH_TOKEN} failed`), { name: 'FetchError', ...fields })

/** telegraf keeps the whole request on its error. */
const telegramError = (answer: { error_code: number; description: string; parameters?: object }) =>
  new TelegramError(answer, { method: 'sendMessage', payload: { text: SAID } })

/** An answer of a shape that telegraf's types do not foresee. */
const strange = (json: string) => new TelegramError(JSON.parse(json), { payload: { text: SAID } })

it.each<[string, unknown, object]>([
  [
    'a name that cannot be found',
    fetchError({ type: 'system', code: 'ENOTFOUND' }),
    { kind: 'network', detail: 'ENOTFOUND' },
  ],
  ['no JSON', fetchError({ type: 'invalid-json' }), { kind: 'unreadable' }],
  ['a redirect without end', fetchError({ type: 'max-redirect' }), { kind: 'network' }],
  ['a code of another shape', fetchError({ code: { url: URL_WITH_TOKEN } }), { kind: 'network' }],
  [
    'a broken answer',
    Object.assign(new Error(URL_WITH_TOKEN), { code: 'ERR_STREAM_PREMATURE_CLOSE' }),
    { kind: 'network' },
  ],
  ['an answer nobody foresaw', new TypeError(URL_WITH_TOKEN), { kind: 'unreadable' }],
  ['no error at all', URL_WITH_TOKEN, { kind: 'unreadable' }],
  ['nothing', undefined, { kind: 'unreadable' }],
  [
    'Telegram’s word',
    telegramError({ error_code: 400, description: 'Bad Request: x' }),
    { kind: 'refused', code: 400, detail: '400 Bad Request: x' },
  ],
  [
    'Telegram’s time',
    telegramError({ error_code: 429, description: 'Too Many', parameters: { retry_after: 3 } }),
    { code: 429, retryAfter: 3000 },
  ],
  [
    'a time before now',
    strange('{"error_code":429,"parameters":{"retry_after":-3}}'),
    { code: 429, retryAfter: undefined },
  ],
  [
    'a time that is none',
    strange('{"error_code":429,"parameters":{"retry_after":"soon"}}'),
    { retryAfter: undefined },
  ],
  ['no code', strange('{"ok":false}'), { kind: 'unreadable' }],
  [
    'a description that is none',
    strange('{"error_code":500,"description":{"a":1}}'),
    { code: 500, detail: '500' },
  ],
])('%s is named without its secrets', (_what, error, expected) => {
  const fault = faultOf(error, [TOKEN])
  expect(fault).toBeInstanceOf(ApiFault)
  expect(fault).toMatchObject(expected)
  for (const words of [inspect(fault, { depth: null, showHidden: true }), troubleOf(fault)]) {
    expect(words).not.toContain(TOKEN.slice(12))
    expect(words).not.toContain(SAID)
  }
})

it('takes secrets, tokens and long numbers out of any words', () => {
  expect(scrub('s3cret said 123456:ABCDEFGHIJKLMNOPQRSTUV to +250788123456 in 2026', ['s3cret', ''])).toBe(
    '[secret] said [token] to +[number] in 2026',
  )
  expect(scrub('x'.repeat(1000), [])).toHaveLength(200)
})

it('says that there is a bug without saying what a message said', () => {
  expect(troubleOf(new RangeError(SAID))).toContain('a fault in this service (RangeError)')
  expect(troubleOf(new RangeError(SAID))).not.toContain(SAID)
})
