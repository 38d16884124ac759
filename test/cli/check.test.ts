// What `check` refuses beyond what each file shows by itself, and what it says at its end.
import { readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { parse, stringify } from 'yaml'
import { flows } from '../../src/cli/flows.ts'
import { asRead, itemsOf } from '../../src/engine/reviews.ts'
import { versionOf } from '../../src/store/flows.ts'
import { LANGUAGES } from '../../src/words/language.ts'
import { COLOURS } from '../engine/talk.ts'
import { smallFolder } from './small-folder.ts'

let folder: string
beforeAll(async () => {
  folder = await smallFolder()
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** Colours as it would lie in the folder. */
const MARKED = COLOURS.replace('status: draft', 'status: draft\nawaiting_native_review: [rw, sw]')

async function check(colours: string): Promise<{ code: number; said: string[] }> {
  await writeFile(join(folder, 'colours.yaml'), colours)
  const said: string[] = []
  const code = await flows(['check'], { FLOWS_DIR: folder }, (line) => said.push(line))
  return { code, said }
}

it('refuses a guideline and a ruling of days that have not come', async () => {
  const early = MARKED.replace('guideline_year: 2020', 'guideline_year: 2099').replace(
    '    answer: a',
    '    withdrawn: { on: 2099-01-01, reason: { en: It changed., fr: x, rw: x, sw: x } }\n    answer: a',
  )
  const { code, said } = await check(early)
  expect(said).toEqual([
    expect.stringMatching(
      /^colours\.yaml:\d+:\d+ 2099 has not come yet: write the year in which the guideline came out$/,
    ),
    expect.stringMatching(
      /^colours\.yaml:\d+:22 2099-01-01 has not come yet: write the day on which it happened$/,
    ),
    '2 faults to mend.',
  ])
  expect(code).toBe(1)
})

it('refuses a file that calls itself reviewed where the ledger does not', async () => {
  const claimed = MARKED.replace(
    'status: draft',
    'status: reviewed\nreviewed_by: Amina\nreview_date: 2026-11-01',
  )
  expect(await check(claimed)).toEqual({
    code: 1,
    said: [
      expect.stringMatching(/^colours\.yaml:\d+:9 reviews\.yaml does not say that all of it is approved/),
      '1 fault to mend.',
    ],
  })
})

it('ends with how many hold clinical content that awaits review', async () => {
  const files = (await readdir(folder)).filter((name) => name.endsWith('.yaml') && name !== 'colours.yaml')
  const { code, said } = await check(MARKED)
  expect([code, said.at(-1)]).toEqual([
    0,
    `${files.length + 1} flow files are in order; 1 of them holds clinical content that awaits review.`,
  ])
})

it('takes its word once the ledger says so', async () => {
  await writeFile(join(folder, 'colours.yaml'), MARKED)
  const written: unknown = parse(MARKED)
  const languages = LANGUAGES.toSorted()
  const reviews = itemsOf(written).map((item) => ({
    flow: 'colours',
    item: item.id,
    version: versionOf(asRead(item, languages)),
    languages,
    verdict: 'approved',
    by: 'Dr Uwase, paediatrician',
    on: '2026-11-24',
  }))
  await writeFile(join(folder, 'reviews.yaml'), stringify({ kind: 'reviews', reviews }))
  const claimed = MARKED.replace(
    'status: draft',
    'status: reviewed\nreviewed_by: Dr Uwase\nreview_date: 2026-11-24',
  )
  const { code, said } = await check(claimed)
  expect(code).toBe(0)
  expect(said.at(-1)).toMatch(/ in order; 0 of them hold clinical content that awaits review\.$/)
})
