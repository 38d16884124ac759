// A question turns out to be wrong after people were scored by it: who is judged anew, what stays, and who is told.
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { parse, stringify } from 'yaml'
import { z } from 'zod'
import { isPassed } from '../../src/domain/assessment.ts'
import type { Question, Quiz } from '../../src/engine/schema.ts'
import { finishAttempts, newAttemptId, scoresOf, startAttempts } from '../../src/store/attempts.ts'
import { evidenceOf, recordsOf } from '../../src/store/competency-records.ts'
import { personNamed } from '../../src/store/people.ts'
import { rebuildRecords, recordEvidence } from '../../src/usecases/record-evidence.ts'
import { rescoreAttempts } from '../../src/usecases/rescore-attempts.ts'
import { DAY, HOUR } from '../../src/words/clock.ts'
import type { FlowId, FlowVersion, PersonId } from '../../src/words/ids.ts'
import { freshDatabase, type FreshDatabase } from '../database.ts'
import { FLOWS, makeProgramme, MONDAY, type Programme, rightLetter, told } from '../programme.ts'
import { nurse, observed, sayAll } from './conversation.ts'

const QUIZ = 'newborn-resuscitation' as FlowId

let folder: string
let fresh: FreshDatabase
let programmes: Programme[]
let programme: Programme
let quiz: Quiz
let version: FlowVersion
/** Questions of the post-test that are not critical, and one of the first test. */
let first: Question
let second: Question
let early: Question

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'preceptor-rulings-'))
})
afterAll(() => rm(folder, { recursive: true }))
beforeEach(async () => {
  fresh = await freshDatabase()
  programmes = []
  await cp(FLOWS, folder, { recursive: true, force: true })
  programme = await deploy()
  const flow = programme.desk.shelf.current(QUIZ)
  if (flow?.content.kind !== 'quiz') throw new Error('no quiz')
  quiz = flow.content
  version = flow.version
  const harmless = (form: string): Question[] =>
    quiz.questions.filter((question) => question.form === form && !question.critical)
  ;[first, second] = harmless('b') as [Question, Question]
  ;[early] = harmless('a') as [Question]
})
afterEach(async () => {
  for (const one of programmes) await one.close()
  await fresh.close()
})

/** The service starts with the files as they are now. */
async function deploy(now = programme?.now ?? MONDAY): Promise<Programme> {
  programme = await makeProgramme({ fresh, flowsDir: folder })
  programme.now = now
  programmes.push(programme)
  // Each programme numbers its messages from nought.
  await fresh.db.query('delete from received_message')
  return programme
}

const quizFile = z.looseObject({
  numbers: z.string().optional(),
  draw: z.number(),
  questions: z.array(z.looseObject({ id: z.string(), answer: z.string() })),
})
const reason = { en: 'The guideline says otherwise.', fr: 'La recommandation dit autre chose.' }
const letter = ({ options, answer }: Question): string => options[answer]?.key ?? ''
/** A wrong answer by the key of then. */
const other = ({ options, answer }: Question, nth = 0): string =>
  options.filter((_, at) => at !== answer)[nth]?.key ?? ''

/** An author decides on a question, and the service starts anew with it. */
async function decide(question: Question, ruling: 'withdraw' | { answer: string }): Promise<void> {
  const path = join(folder, 'quizzes', `${QUIZ}.yaml`)
  const file = quizFile.parse(parse(await readFile(path, 'utf8')))
  file.numbers = 'unchecked'
  const written = file.questions.find(({ id }) => id === question.id)
  if (!written) throw new Error('the question is gone')
  if (ruling === 'withdraw') written['withdrawn'] = { on: '2026-11-24', reason }
  else {
    written['corrected'] = { on: '2026-11-24', was: written.answer, reason }
    written.answer = ruling.answer
  }
  await writeFile(path, stringify(file))
  await deploy()
}

/** Somebody has taken the post-test, with these answers instead of the right ones. */
async function tookPostTest(code: string, instead: Readonly<Record<string, string>>): Promise<PersonId> {
  const { db } = fresh
  const person = await personNamed(db, code)
  if (!person) throw new Error('nobody')
  const now = programme.now
  const questions = quiz.questions.filter(({ form }) => form === 'b')
  const given = questions.map((question) => {
    const option = instead[question.id] ?? letter(question)
    return {
      question: question.id,
      option,
      correct: option === letter(question),
      critical: question.critical,
    }
  })
  const score = given.filter(({ correct }) => correct).length
  const criticalMissed = given.filter(({ correct, critical }) => critical && !correct).length
  const result = { score, max: given.length, passPercent: 85, criticalMissed }
  const attempt = await newAttemptId(db)
  const { competency } = quiz
  await startAttempts(db, [
    {
      id: attempt,
      person_id: person.id,
      flow: QUIZ,
      version,
      competency,
      purpose: 'post_test',
      language: 'en',
      seed: 1,
      max: given.length,
      pass_percent: 85,
      started_at: now,
    },
  ])
  await db.query(
    `insert into answer (attempt_id, ordinal, attempt_try, question, option, correct, took_ms, language, answered_at)
     select $1, ordinal, 1, question, option, correct, 9000, 'en', now()
     from json_to_recordset($2) a(ordinal smallint, question text, option text, correct boolean)`,
    [attempt, JSON.stringify(given.map((one, at) => ({ ...one, ordinal: at + 1 })))],
  )
  const passed = isPassed(result)
  await finishAttempts(db, [
    { id: attempt, score, max: given.length, critical_missed: criticalMissed, passed, finished_at: now },
  ])
  await db.inTransaction((transaction) =>
    recordEvidence(transaction, now, [
      {
        kind: 'post_test',
        personId: person.id,
        competency,
        attempt,
        score,
        max: given.length,
        bar: 85,
        criticalMissed,
        passed,
      },
    ]),
  )
  return person.id
}

const recordOf = async (person: PersonId) =>
  (await recordsOf(fresh.db, person)).find(({ competency }) => competency === quiz.competency)
const countOf = (): number => quiz.questions.filter(({ form }) => form === 'b').length

describe('a corrected key', () => {
  it('lets pass who was right all along: validated with a certificate, told once, nothing of then changed', async () => {
    const code = await nurse(programme)
    await observed(programme, code, { score: 20 })
    const right = other(first)
    const person = await tookPostTest(code, { [first.id]: right, [second.id]: other(second) })
    expect((await recordOf(person))?.stage).toBe('post_test')
    const max = countOf()
    const before = await fresh.db.query('select * from attempt where person_id = $1', [person])
    const evidence = await evidenceOf(fresh.db, person)

    programme.now += HOUR
    await decide(first, { answer: right })
    expect(await rescoreAttempts(programme.desk)).toBe(1)
    expect(await rescoreAttempts(programme.desk)).toBe(0)

    expect(await fresh.db.query('select * from attempt where person_id = $1', [person])).toEqual(before)
    const after = await evidenceOf(fresh.db, person)
    expect(after.slice(0, evidence.length)).toEqual(evidence)
    expect(after.at(-1)).toMatchObject({
      kind: 'rescored',
      score: max - 1,
      max,
      passed: true,
      stage: 'validated',
    })
    const record = await recordOf(person)
    expect(record).toMatchObject({ stage: 'validated', validatedAt: programme.now })
    expect(record?.knowledge).toMatchObject({ evidence: evidence.at(-1)?.id, at: programme.now - HOUR })
    expect((await scoresOf(fresh.db, person, 1))[0]).toMatchObject({ score: max - 1, max })
    expect(
      await fresh.db.query(`select actor, deed from audit where subject = $1 and deed = 'attempt.rescore'`, [
        `person:${person}`,
      ]),
    ).toEqual([{ actor: 'service', deed: 'attempt.rescore' }])

    const heard = await programme.wait(3 * DAY)
    const text = told(heard.filter(({ to }) => to === code).map(({ bubble }) => bubble))
    expect(text).toContain(first.ask.en)
    expect(text).toContain(
      `The guideline says otherwise. Right is: ${first.options.find(({ key }) => key === right)?.text.en}`,
    )
    expect(text).toContain(`${max - 1} of ${max} (it was ${max - 2} of ${max})`)
    expect(text).toContain('With this you have passed the post-test.')
    expect(text).toContain('You are validated')
    expect(await fresh.db.query('select from certificate where person_id = $1', [person])).toHaveLength(1)
    expect(text.split('we found a mistake')).toHaveLength(2)
  })

  it('takes no validation away: it is in doubt, and the test may be taken again', async () => {
    const code = await nurse(programme)
    await observed(programme, code, { score: 20 })
    const person = await tookPostTest(code, { [second.id]: other(second) })
    expect((await recordOf(person))?.stage).toBe('validated')
    const validatedAt = programme.now
    programme.now += DAY
    await decide(first, { answer: other(first) })
    await rescoreAttempts(programme.desk)
    const record = await recordOf(person)
    expect(record).toMatchObject({ stage: 'validated', validatedAt })
    expect(record?.knowledge?.doubtedAt).toBe(programme.now)
    expect((await evidenceOf(fresh.db, person)).at(-1)).toMatchObject({ kind: 'rescored', passed: false })
    // Worked out anew from all evidence, the record is the same.
    await fresh.db.inTransaction((db) => rebuildRecords(db, person, programme.now))
    expect(await recordOf(person)).toEqual(record)
    const heard = await programme.wait(2 * DAY)
    const text = told(heard.filter(({ to }) => to === code).map(({ bubble }) => bubble))
    expect(text).toContain('If you were validated before, you still are.')
    // What they were told to be right comes back.
    expect(await fresh.db.query('select question from review_card where person_id = $1', [person])).toEqual([
      { question: first.id },
    ])
  })

  it('takes the leg of who was not validated yet', async () => {
    const code = await nurse(programme)
    const person = await tookPostTest(code, { [second.id]: other(second) })
    expect((await recordOf(person))?.knowledge).toBeDefined()
    await decide(first, { answer: other(first) })
    await rescoreAttempts(programme.desk)
    expect((await recordOf(person))?.knowledge).toBeUndefined()
  })
})

describe('a withdrawn question', () => {
  it('counts for nobody, holds on when it leaves the file, and comes to what was decided before', async () => {
    const code = await nurse(programme, 'fr')
    const person = await tookPostTest(code, { [first.id]: other(first), [second.id]: other(second) })
    const max = countOf()
    await decide(first, 'withdraw')
    await rescoreAttempts(programme.desk)
    expect((await scoresOf(fresh.db, person, 1))[0]).toMatchObject({ score: max - 2, max: max - 1 })
    const heard = told(
      (await programme.wait(DAY)).filter(({ to }) => to === code).map(({ bubble }) => bubble),
    )
    expect(heard).toContain(`« ${first.ask.fr} » La recommandation dit autre chose.`)

    const path = join(folder, 'quizzes', `${QUIZ}.yaml`)
    const file = quizFile.parse(parse(await readFile(path, 'utf8')))
    file.questions = file.questions.filter(({ id }) => id !== first.id)
    file.draw -= 1
    await writeFile(path, stringify(file))
    await decide(second, 'withdraw')
    await rescoreAttempts(programme.desk)
    expect((await scoresOf(fresh.db, person, 1))[0]).toMatchObject({ score: max - 2, max: max - 2 })
    expect((await recordOf(person))?.knowledge).toBeDefined()
  })

  it('is told in waking hours, and not to who has sent STOP', async () => {
    const [code, gone] = [await nurse(programme), await nurse(programme)]
    await tookPostTest(code, {})
    await tookPostTest(gone, {})
    await sayAll(programme, gone, 'STOP')
    // 22:30 in Kigali.
    programme.now = MONDAY + 12.5 * HOUR
    await decide(first, 'withdraw')
    expect(await rescoreAttempts(programme.desk)).toBe(2)
    expect(await programme.wait(7 * HOUR)).toEqual([])
    const heard = await programme.wait(2 * HOUR)
    expect([...new Set(heard.map(({ to }) => to))]).toEqual([code])
  })

  it('is taken out of a test that ends on its older version, at once', async () => {
    const code = await nurse(programme)
    let asked = (await sayAll(programme, code, 'menu', quiz.title.en ?? '')).at(-1)
    for (let at = 1; at < quiz.draw; at++)
      asked = (await programme.say(code, rightLetter(quiz, asked ?? { text: '' }))).at(-1)
    await decide(early, 'withdraw')
    const result = told(await programme.say(code, rightLetter(quiz, asked ?? { text: '' })))
    expect(result).toContain(`${quiz.draw}`)
    const person = await personNamed(fresh.db, code)
    if (!person) throw new Error('nobody')
    expect((await scoresOf(fresh.db, person.id, 1))[0]).toMatchObject({
      score: quiz.draw - 1,
      max: quiz.draw - 1,
    })
    expect(await rescoreAttempts(programme.desk)).toBe(0)
  })
})
