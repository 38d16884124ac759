// A flow is tried in the terminal: real content, the real engine, lines typed by the test.
import { expect, it } from 'vitest'
import { flows } from '../../src/cli/flows.ts'
import { FLOWS } from '../engine/talk.ts'

async function talk(
  args: readonly string[],
  typed: readonly string[],
): Promise<{ code: number; said: string }> {
  const said: string[] = []
  async function* lines(): AsyncGenerator<string> {
    for (const line of typed) yield await Promise.resolve(line)
  }
  const code = await flows(['try', ...args], { FLOWS_DIR: FLOWS }, (line) => said.push(line), lines())
  return { code, said: said.join('\n') }
}

it('asks a quiz to its end and tells the score', async () => {
  const { code, said } = await talk(
    ['flows/quizzes/bubble-cpap.yaml'],
    Array.from({ length: 40 }, () => 'a'),
  )
  expect(code).toBe(0)
  expect(said).toMatch(/Question (\d+) of \1\n/)
  expect(said).toMatch(/\(\d+ of \d+ right\)/)
})

it('speaks the language that is wanted', async () => {
  const { said } = await talk(['bubble-cpap', '--language', 'fr'], ['a'])
  expect(said).toContain('Question 2 sur ')
})

it('lets whoever tries say how a deed has gone', async () => {
  const typed = ['English', '', 'no', 'refused']
  const { code, said } = await talk(['join.yaml', '--language', 'en'], typed)
  expect(code).toBe(0)
  expect(said).toContain('Hello Joseph.')
  expect(said).toContain('(the programme does "record-consent"')
  expect(said).toContain('nothing is kept')
})

it.each([
  [['nothing'], 'There is no quiz and no dialogue "nothing"'],
  [['join', '--language', 'de'], 'Usage'],
])('says so when asked for %j', async (args, why) => {
  const { code, said } = await talk(args, [])
  expect(said).toContain(why)
  expect(code).toBe(1)
})
