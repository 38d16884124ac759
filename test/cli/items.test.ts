// How questions work, as an operator reads it, from answers in the database.
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import readExcel from 'read-excel-file/node'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { readConfig } from '../../src/config/config.ts'
import { items } from '../../src/cli/items.ts'
import type { Question } from '../../src/engine/schema.ts'
import { startAttempts } from '../../src/store/attempts.ts'
import { openShelf } from '../../src/usecases/open-shelf.ts'
import type { AttemptId, FlowId, PersonId } from '../../src/words/ids.ts'
import { freshDatabase, type FreshDatabase } from '../database.ts'
import { FLOWS, ourFlows } from '../programme.ts'

const QUIZ = 'newborn-resuscitation' as FlowId

let fresh: FreshDatabase
let folder: string
let questions: readonly Question[]
beforeAll(async () => {
  fresh = await freshDatabase()
  folder = await mkdtemp(join(tmpdir(), 'preceptor-items-'))
  const { shelf } = await openShelf(fresh.db, await ourFlows(), 'en')
  const flow = shelf.current(QUIZ)
  if (flow?.content.kind !== 'quiz') throw new Error('no quiz')
  questions = flow.content.questions.filter(({ form }) => form === 'a').slice(0, 6)
  await fresh.db.query(`insert into person (name) select 'nurse ' || n from generate_series(1, 80) n`)
  const people = Array.from({ length: 80 }, (_, index) => index)
  await startAttempts(
    fresh.db,
    people.map((index) => ({
      id: (index + 1) as AttemptId,
      person_id: (index + 1) as PersonId,
      flow: QUIZ,
      version: flow.version,
      competency: flow.content.kind === 'quiz' ? flow.content.competency : '',
      purpose: 'pre_test' as const,
      language: index < 40 ? ('en' as const) : ('fr' as const),
      seed: 1,
      max: 6,
      pass_percent: 85,
      started_at: index,
    })),
  )
  await fresh.db.query(
    `update attempt set finished_at = started_at, score = 0, critical_missed = 1, passed = false`,
  )
  // Forty nurses a language; of the first question the French misleads two thirds of those who know the rest.
  const answers = people.flatMap((index) =>
    questions.map(({ id, options, answer }, at) => {
      const nth = index % 40
      const misled = at === 0 && index >= 40 && nth % 3 > 0
      const right = !misled && (nth * 7 + at * 13) % 10 < 4 + nth / 8
      const wrong = options.filter((_, place) => place !== answer)
      const option = right ? options[answer] : wrong[(nth + at) % wrong.length]
      return {
        attempt: index + 1,
        ordinal: at + 1,
        question: id,
        option: option?.key,
        right,
        language: index < 40 ? 'en' : 'fr',
      }
    }),
  )
  await fresh.db.query(
    `insert into answer (attempt_id, ordinal, attempt_try, question, option, correct, took_ms, language, answered_at)
     select attempt, ordinal, 1, question, option, "right", 20000, language, now()
     from json_to_recordset($1) a(attempt bigint, ordinal smallint, question text, option text, "right" boolean, language text)`,
    [JSON.stringify(answers)],
  )
})
afterAll(async () => {
  await fresh.close()
  await rm(folder, { recursive: true })
})

async function run(...args: string[]): Promise<{ code: number; said: string }> {
  const lines: string[] = []
  const visit = { database: fresh.db, url: fresh.url, pool: fresh.pool, end: () => Promise.resolve() }
  const config = { ...readConfig({}), flowsDir: FLOWS }
  const code = await items({ visit, config, say: (line) => void lines.push(line) }, args)
  return { code, said: lines.join('\n') }
}

it('says in plain words which question is badly translated', async () => {
  const { code, said } = await run(QUIZ)
  expect(code).toBe(0)
  const [first] = questions
  expect(said).toMatch(
    new RegExp(`${first?.id}: English 40 answers, \\d+ % right; French 40 answers, \\d+ % right`),
  )
  expect(said).toMatch(
    /in French far harder than in English \(\d+ % right against \d+ %\), also among people who do equally well otherwise: look at the translation/,
  )
  expect(said.match(/look at the translation/g)).toHaveLength(1)
})

it('says of a quiz nobody has taken that nothing can be said, and of a strange one which there are', async () => {
  expect((await run('postpartum-haemorrhage')).said).toContain('Nothing can be said yet: a question needs 30')
  const strange = await run('unicorns')
  expect(strange.code).toBe(1)
  expect(strange.said).toContain(`There is no quiz "unicorns". There are: `)
})

it.each([['a', 'b'], ['--least', '3'], ['--format', 'pdf'], ['--nonsense']])(
  'says how it is asked: %j',
  async (...args) => {
    const { code, said } = await run(...args)
    expect([code, said.split(' [')[0]]).toEqual([1, 'Usage: items'])
  },
)

it('has all figures as CSV and in a spreadsheet, a line a question and language', async () => {
  const csv = (await run(QUIZ, '--format', 'csv')).said.split('\n')
  expect(csv).toHaveLength(1 + 2 * questions.length)
  const [, first] = csv
  expect(first).toMatch(new RegExp(`^${QUIZ},${questions[0]?.id},en,40,yes,`))
  const file = join(folder, 'items.xlsx')
  expect(await run(QUIZ, '--format', 'xlsx', '--out', file)).toEqual({ code: 0, said: `Written: ${file}` })
  const [sheet] = await readExcel(await readFile(file))
  const rows = (sheet?.data ?? []) as unknown[][]
  expect(rows).toHaveLength(csv.length)
  expect(rows[1]?.slice(0, 5)).toEqual([QUIZ, questions[0]?.id, 'en', 40, 'yes'])
})
