// A sheet goes to a clinician, comes back filled in, and the ledger then says who read which words.
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { strFromU8, unzipSync } from 'fflate'
import readExcel from 'read-excel-file/node'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { flows } from '../../src/cli/flows.ts'
import { writeSpreadsheet } from '../../src/pictures/spreadsheet.ts'
import { readFlows } from '../../src/usecases/open-shelf.ts'
import { reviewFlows } from '../../src/usecases/review-flows.ts'
import { COLOURS } from '../engine/talk.ts'
import { smallFolder } from './small-folder.ts'

let folder: string
const said: string[] = []
const run = async (...args: string[]): Promise<number> => {
  said.length = 0
  return flows(args, { FLOWS_DIR: folder }, (line) => said.push(line))
}
const file = (name: string): string => join(folder, name)

beforeEach(async () => {
  folder = await smallFolder()
  await writeFile(file('colours.yaml'), COLOURS)
})
afterEach(() => rm(folder, { recursive: true, force: true }))

/** What stands on the sheet, by the names of the columns. */
async function sheetOf(path: string): Promise<Record<string, string>[]> {
  const [first] = await readExcel(path)
  const [head = [], ...rows] = first?.data ?? []
  return rows.map((row) =>
    Object.fromEntries(head.map((name, at) => [String(name), String(row[at] ?? '')] as const)),
  )
}

async function fillIn(rows: readonly Record<string, string>[]): Promise<void> {
  const head = Object.keys(rows[0] ?? {})
  const cells = rows.map((row) => head.map((name) => row[name] || undefined))
  await writeFile(file('back.xlsx'), await writeSpreadsheet('Review', [head, ...cells]))
}

it('is refused where its date is none, or has not come', async () => {
  await run('export-xlsx', file('out.xlsx'), 'colours')
  const [blood = {}, milk = {}, grass = {}, night = {}] = await sheetOf(file('out.xlsx'))
  const yes = { approve: 'yes', reviewer: 'Dr Uwase' }
  await fillIn([
    { ...blood, ...yes, date: '31/02/2026' },
    // The date is written once, for all rows below it.
    { ...milk, ...yes },
    { ...grass, ...yes, date: '2099-01-01' },
    { ...night, ...yes, date: '24/11/2026' },
  ])
  expect(await run('import-xlsx', file('back.xlsx'))).toBe(1)
  expect(said).toEqual([
    expect.stringMatching(/^row 2: “31\/02\/2026” is no day that has come: write one such as \d{4}-/),
    expect.stringContaining('row 3: “31/02/2026” is no day that has come'),
    expect.stringContaining('row 4: “2099-01-01” is no day that has come'),
    'Into the ledger: 1 approval and 0 wishes; 3 rows refused.',
  ])
  expect(await run('check')).toBe(0)
})

it('comes back as approvals and wishes for the very words that were read', async () => {
  expect(await run('export-xlsx', file('out.xlsx'), 'colours', '--languages', 'en,fr')).toBe(0)
  const rows = await sheetOf(file('out.xlsx'))
  expect(rows.map(({ item }) => item)).toEqual(['blood', 'milk', 'grass', 'night'])
  expect(rows[0]).toMatchObject({
    flow: 'colours',
    text: '[en] Colour of blood?\n[fr] Couleur blood ?',
    options: expect.stringContaining('✔ a. [en] Right red\n[fr] Réponse rouge\nb. [en] Blue sky'),
    explanations: expect.stringContaining('b. [en] Not blue.'),
    critical: 'critical',
    source: 'Handbook of colours (2020)',
    standing: 'draft',
    languages: 'en, fr',
  })
  const [blood = {}, milk = {}, grass = {}, night = {}] = rows
  await fillIn([
    { ...blood, approve: 'Yes', reviewer: 'Dr Uwase', date: '24/11/2026' },
    { ...milk, approve: 'no', comment: 'Milk is white.' },
    { ...grass, approve: 'perhaps' },
    { ...night, comment: 'Which night?', date: '2026-11-25' },
    { ...night, approve: 'ok', flow: 'gone' },
    { ...night, approve: 'ok', version: '' },
    { ...night, approve: 'ok', text: '[en] Colour of the night?' },
  ])
  expect(await run('import-xlsx', file('back.xlsx'))).toBe(1)
  expect(said).toEqual([
    'row 4: “perhaps” is neither yes nor no: write one of them',
    'row 6: there is no night in a flow gone: leave both columns as they were',
    'row 7: version and languages are gone: they say which words were read',
    'row 8: text read otherwise than what went out: write no, and in “comment” what should change',
    'Into the ledger: 1 approval and 2 wishes; 4 rows refused.',
  ])
  const ledger = await readFile(file('reviews.yaml'), 'utf8')
  expect(ledger).toMatch(/^# Who has read/)
  expect(ledger).toContain(`  - flow: colours
    item: milk
    version: ${milk['version']}
    languages: [en, fr]
    verdict: change
    by: Dr Uwase
    on: 2026-11-24
    comment: Milk is white.
`)
  const standing = async () =>
    reviewFlows(await readFlows(folder)).find(({ flow }) => String(flow.id) === 'colours')?.items ?? []
  expect((await standing()).map(({ id, approved, wanted }) => [id, approved, wanted.length])).toEqual([
    ['blood', ['en', 'fr'], 0],
    ['milk', [], 1],
    ['grass', [], 0],
    ['night', [], 1],
  ])

  // Twice is once, and a changed word awaits the reviewer again.
  await run('import-xlsx', file('back.xlsx'))
  expect(await readFile(file('reviews.yaml'), 'utf8')).toBe(ledger)
  await writeFile(file('colours.yaml'), COLOURS.replace("'Couleur blood ?'", "'Quelle couleur ?'"))
  expect((await standing())[0]?.approved).toEqual([])
  await run('reviews')
  expect(said).toContain('colours.yaml: 0 of 4 items are approved in en, 0 in fr, 0 in rw, 0 in sw; 2 wishes')
  expect(said).toContain('  night: Dr Uwase, 2026-11-25: Which night?')

  await run('export-xlsx', file('out.xlsx'), 'colours', '--languages', 'en,fr')
  expect((await sheetOf(file('out.xlsx')))[1]?.['standing']).toBe(
    'draft\nDr Uwase, 2026-11-24: Milk is white.',
  )
})

it('goes out as a document too', async () => {
  expect(await run('export-docx', file('out.docx'), 'colours', '--languages', 'fr')).toBe(0)
  const parts = unzipSync(new Uint8Array(await readFile(file('out.docx'))))
  const words = strFromU8(parts['word/document.xml'] ?? new Uint8Array())
  for (const text of ['Couleurs', 'blood (critical)', 'Couleur night ?', '✔ a. Réponse rouge', 'Approved?'])
    expect(words).toContain(`>${text}`)
  expect(words).not.toContain('Right red')
})

it('says what cannot be read', async () => {
  expect(await run('export-xlsx', file('out.xlsx'), 'nothing')).toBe(1)
  expect(said[0]).toContain('There is nothing to review in a flow "nothing"')
  await writeFile(file('no.xlsx'), 'no spreadsheet')
  expect(await run('import-xlsx', file('no.xlsx'))).toBe(1)
  expect(said).toEqual([
    `${file('no.xlsx')} is not there, or is no spreadsheet that can be read: save it as XLSX.`,
  ])
  await fillIn([{ flow: 'colours', item: 'blood' }])
  expect(await run('import-xlsx', file('back.xlsx'))).toBe(1)
  expect(said[0]).toContain('has no column approve, comment, version, languages')
})
