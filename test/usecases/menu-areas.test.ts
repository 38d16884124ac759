// A menu with many quizzes stays short: they stand under their areas, and are understood by their names all the same.
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Bubble } from '../../src/words/message.ts'
import { FLOWS, makeProgramme, type Programme, told } from '../programme.ts'
import { nurse, sayAll } from './conversation.ts'

/** More than one page of mothers, and one of nobody's area. */
const QUIZZES = [
  ...Array.from({ length: 12 }, (_, index) => ({ name: `mothers-${index + 1}`, code: 'MH-ANC' })),
  { name: 'children', code: 'CH-MAL' },
  { name: 'hands', code: 'IPC-HANDS' },
]
const quiz = ({ name, code }: (typeof QUIZZES)[number]): string => `
kind: quiz
title: { en: About ${name} }
competency: ${code}
cadres: [nurse]
languages: [en]
status: draft
draw: 1
questions:
${['practice', 'a', 'b']
  .map(
    (form) => `  - id: ${form}
    form: ${form}
    source: Nowhere
    guideline_year: 2020
    ask: { en: Which form is ${form}? }
    answer: a
    options: { a: { text: { en: This }, because: { en: It is. } }, b: { text: { en: That }, because: { en: It is not. } } }`,
  )
  .join('\n')}
`

let programme: Programme
let folder: string
let grace: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'preceptor-areas-'))
  await cp(FLOWS, folder, { recursive: true })
  for (const one of QUIZZES) await writeFile(join(folder, `${one.name}.yaml`), quiz(one))
  programme = await makeProgramme({ flowsDir: folder })
  grace = await nurse(programme)
})
afterAll(async () => {
  await programme.close()
  await rm(folder, { recursive: true })
})

const say = (...said: string[]): Promise<Bubble[]> => sayAll(programme, grace, ...said)
const labels = (reply: readonly Bubble[]): string[] => reply.at(-1)?.choices?.map(({ label }) => label) ?? []

it('shows areas, at most ten entries a page, and leads to every quiz', async () => {
  const menu = labels(await say('menu'))
  expect(menu).not.toContain('About mothers-1')
  expect(menu.length).toBeLessThanOrEqual(10)
  const areas = labels(await say('Learn'))
  expect(areas).toContain('Mothers and birth')
  expect(areas.length).toBeLessThanOrEqual(10)
  const seen = new Set<string>()
  let page = labels(await say('Mothers and birth'))
  for (let pages = 1; pages < 5; pages++) {
    expect(page.length).toBeLessThanOrEqual(10)
    expect(page.at(-1)).toBe('Back to the menu')
    for (const label of page) seen.add(label)
    if (!page.includes('More')) break
    page = labels(await say('More'))
  }
  for (let index = 1; index <= 12; index++) expect(seen).toContain(`About mothers-${index}`)
  expect(labels(await say('Back to the menu'))).toEqual(menu)
})

it('understands the name of a quiz that is not shown, and no number beyond what is', async () => {
  const menu = labels(await say('menu'))
  expect(told(await say(`${menu.length + 1}`))).toContain('I did not understand that')
  expect(told(await say('k'))).toContain('I did not understand that')
  expect(told(await say('About children'))).toContain('About children')
})

it('draws one form for the first test and the other for practice', async () => {
  expect(told(await say('menu', 'About mothers-3'))).toContain('Which form is a?')
  await say('This')
  expect(told(await say('menu', 'About mothers-3'))).toContain('Which form is practice?')
})
