import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { jsonColumn, plainColumn, textColumn } from '../../src/store/columns.ts'
import { freshDatabase, type FreshDatabase } from '../database.ts'

let fresh: FreshDatabase
beforeAll(async () => void (fresh = await freshDatabase()))
afterAll(() => fresh.close())

/** What PostgreSQL makes of a column. */
async function read(column: string, type: string): Promise<unknown> {
  const [row] = (await fresh.db.query(`select $1::${type}[] as it`, [column])) as { it: unknown }[]
  return row?.it
}

// PostgreSQL knows no NUL, and half a surrogate pair is no text; `cleanText` keeps both out of the service.
const text = fc.string({ unit: 'grapheme', maxLength: 40 }).map((raw) => raw.replaceAll('\u0000', ''))
const texts = fc.array(
  fc.option(
    fc.oneof(text, fc.constantFrom('NULL', '', '{', '}', ',', '"', '\\', '\\"', ' x ', '{"a":"b\\n"}')),
  ),
  { maxLength: 8 },
)

it('writes any texts and gaps so that the same come out', async () => {
  await fc.assert(
    fc.asyncProperty(texts, async (values) => {
      expect(await read(textColumn(values), 'text')).toEqual(values)
    }),
    { numRuns: 200 },
  )
})

it('writes numbers, booleans and gaps so that the same come out', async () => {
  const numbers = fc.array(fc.option(fc.integer()), { maxLength: 8 })
  await fc.assert(
    fc.asyncProperty(numbers, async (values) => {
      expect(await read(plainColumn(values), 'int')).toEqual(values)
    }),
    { numRuns: 50 },
  )
  expect(await read(plainColumn([true, false, null]), 'boolean')).toEqual([true, false, null])
})

it('writes any JSON so that the same comes out', async () => {
  const values = fc.array(fc.jsonValue({ noUnicodeString: false }).map(withoutNul), { maxLength: 6 })
  await fc.assert(
    fc.asyncProperty(values, async (some) => {
      expect(await read(jsonColumn(some), 'json')).toEqual(some)
    }),
    { numRuns: 200 },
  )
})

/** As it comes back out of JSON, where -0 is 0. */
function withoutNul(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value).replaceAll('\\u0000', ''))
}
