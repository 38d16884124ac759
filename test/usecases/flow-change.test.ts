// A deploy in the middle of a hundred quizzes: each ends on the words and answers it began with.
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { parse, stringify } from 'yaml'
import { z } from 'zod'
import type { Quiz } from '../../src/engine/schema.ts'
import { HOUR, SECOND } from '../../src/words/clock.ts'
import type { FlowId } from '../../src/words/ids.ts'
import type { Bubble } from '../../src/words/message.ts'
import { freshDatabase, type FreshDatabase } from '../database.ts'
import { FLOWS, MENU, rightLetter, wrongLetter } from '../programme.ts'
import { letIn, message, type Process, putOnRoster, type Sent, settled, startProcess } from './process.ts'

const QUIZ = 'newborn-resuscitation'
const PEOPLE = Array.from({ length: 100 }, (_, index) => `nurse-${index}`)

let fresh: FreshDatabase
let flowsDir: string
let sent: Sent[]
const processes: Process[] = []

beforeEach(async () => {
  fresh = await freshDatabase()
  flowsDir = await mkdtemp(join(tmpdir(), 'preceptor-flows-'))
  await cp(FLOWS, flowsDir, { recursive: true })
  sent = []
})
afterEach(async () => {
  await Promise.all(processes.splice(0).map((process) => process.stop()))
  await fresh.close()
  await rm(flowsDir, { recursive: true })
})

async function start(owner: string): Promise<Process> {
  const process = await startProcess({ database: fresh.db, owner, flowsDir, sent })
  processes.push(process)
  return process
}

async function restart(owner: string): Promise<Process> {
  await Promise.all(processes.splice(0).map((process) => process.stop()))
  return start(owner)
}

function quizOn({ desk }: Process): Quiz {
  const content = desk.shelf.current(QUIZ as FlowId)?.content
  if (content?.kind !== 'quiz') throw new Error('the quiz is gone')
  return content
}

const quizFile = z.looseObject({
  draw: z.number(),
  numbers: z.string().optional(),
  questions: z.array(
    z.looseObject({
      ask: z.record(z.string(), z.string()),
      answer: z.string(),
      options: z.record(z.string(), z.looseObject({ text: z.record(z.string(), z.string()) })),
    }),
  ),
})

/** An author's busy day: questions and options in another order, other words, another right answer, fewer asked. */
async function edit(): Promise<void> {
  const file = join(flowsDir, 'quizzes', `${QUIZ}.yaml`)
  const quiz = quizFile.parse(parse(await readFile(file, 'utf8')))
  quiz.questions.reverse()
  quiz.draw = 5
  // What becomes right here stands in no fact.
  quiz.numbers = 'unchecked'
  for (const question of quiz.questions) {
    const { a, b, ...others } = question.options
    if (!a || !b) throw new Error('a question without two options')
    question.options = { a: b, b: a, ...others }
    // What was right is wrong now, and the words around it have changed.
    question.answer = question.answer === 'c' ? 'd' : 'c'
    for (const words of [question.ask, ...Object.values(question.options).map(({ text }) => text)]) {
      for (const language of Object.keys(words)) words[language] = `New: ${words[language]}`
    }
  }
  await writeFile(file, stringify(quiz))
}

let messages = 0
/** Everybody says what `words` gives for them; what each was told, in order. */
async function say(
  process: Process,
  people: readonly string[],
  words: (name: string) => string,
): Promise<Map<string, Bubble[]>> {
  const before = sent.length
  await process.receiver.receive(people.map((name) => message(name, `m${messages++}`, words(name))))
  await settled(fresh.db)
  const heard = sent.slice(before)
  return new Map(
    people.map((name) => [name, heard.filter(({ to }) => to === name).map(({ bubble }) => bubble)]),
  )
}

/** Each their own pattern of right and wrong. */
const isRight = (name: string, at: number): boolean => (Number(name.slice(6)) + at) % 3 !== 0

interface Asked {
  readonly at: number
  readonly of: number
  readonly bubble: Bubble
}

function questionIn(bubbles: readonly Bubble[] | undefined): Asked | undefined {
  const bubble = bubbles?.at(-1)
  const match = /Question (\d+) of (\d+)/.exec(bubble?.text ?? '')
  return bubble && match ? { at: Number(match[1]), of: Number(match[2]), bubble } : undefined
}

/** Answers by `quiz` until everybody is done or has answered as many as `upTo` says. */
async function answerOn(
  process: Process,
  quiz: Quiz,
  asked: Map<string, Asked | undefined>,
  upTo: (name: string) => number = () => 99,
): Promise<void> {
  for (;;) {
    const people = [...asked].flatMap(([name, question]) =>
      question && question.at <= upTo(name) ? [name] : [],
    )
    if (people.length === 0) return
    const heard = await say(process, people, (name) => {
      const question = asked.get(name)
      if (!question) throw new Error(`${name} was asked nothing`)
      return isRight(name, question.at)
        ? rightLetter(quiz, question.bubble)
        : wrongLetter(quiz, question.bubble)
    })
    for (const [name, bubbles] of heard) {
      const question = asked.get(name)
      expect(bubbles[0]?.text.slice(0, 1)).toBe(question && isRight(name, question.at) ? '✅' : '❌')
      asked.set(name, questionIn(bubbles))
    }
  }
}

async function begin(process: Process, people: readonly string[]): Promise<Map<string, Asked | undefined>> {
  await say(process, people, () => 'menu')
  const heard = await say(process, people, () => MENU.newborn)
  return new Map([...heard].map(([name, bubbles]) => [name, questionIn(bubbles)]))
}

interface AttemptRow {
  readonly who: string
  readonly version: string
  readonly score: number | null
  readonly max: number
}

const attempts = async (): Promise<AttemptRow[]> =>
  (await fresh.db.query(
    `select p.invite_code who, t.version, t.score, t.max from attempt t join person p on p.id = t.person_id order by t.id`,
  )) as AttemptRow[]

const byName = (rows: readonly AttemptRow[]): AttemptRow[] =>
  rows.toSorted((a, b) => (a.who < b.who ? -1 : 1))

const scoreOf = (name: string, max: number): number =>
  Array.from({ length: max }, (_, index) => isRight(name, index + 1)).filter(Boolean).length

it('ends a hundred quizzes on the version they began with, and begins new ones on the new', async () => {
  await letIn(fresh.db, PEOPLE)
  const before = await start('before')
  const old = quizOn(before)
  const asked = await begin(before, PEOPLE)
  // Everybody is somewhere else when the new files come: 0 to 9 questions answered.
  await answerOn(before, old, asked, (name) => Number(name.slice(6)) % 10)
  await edit()
  // The files have changed under the running service: nothing happens until it starts anew.
  await answerOn(before, old, asked, (name) => (Number(name.slice(6)) % 10) + 1)

  const after = await restart('after')
  expect(quizOn(after).draw).toBe(5)
  await answerOn(after, old, asked)
  const [{ version: oldVersion } = { version: '' }] = await attempts()
  expect(byName(await attempts())).toEqual(
    byName(PEOPLE.map((who) => ({ who, version: oldVersion, score: scoreOf(who, 10), max: 10 }))),
  )

  const late = ['nurse-200', 'nurse-201', 'nurse-202']
  await letIn(fresh.db, late)
  const asked2 = await begin(after, late)
  for (const question of asked2.values()) expect(question?.bubble.text).toContain('New: ')
  await answerOn(after, quizOn(after), asked2)
  const fresher = byName(await attempts()).filter(({ who }) => late.includes(who))
  expect(fresher.map(({ score, max }) => ({ score, max }))).toEqual(
    late.map((who) => ({ score: scoreOf(who, 5), max: 5 })),
  )
  expect(new Set(fresher.map(({ version }) => version))).toEqual(
    new Set([after.desk.shelf.current(QUIZ as FlowId)?.version]),
  )
  expect(fresher[0]?.version).not.toBe(oldVersion)
}, 90_000)

it('goes on over a deploy in which old and new processes serve the same people', async () => {
  const people = PEOPLE.slice(0, 12)
  await letIn(fresh.db, people)
  const before = await start('before')
  const old = quizOn(before)
  const asked = await begin(before, people.slice(0, 6))
  await answerOn(before, old, asked, () => 3)
  await edit()
  const after = await start('after')
  const asked2 = await begin(after, people.slice(6))
  // Each goes on in the process that does not know its version from its own files.
  await answerOn(after, old, asked)
  await answerOn(before, quizOn(after), asked2)
  for (const { who, score, max } of await attempts())
    expect({ who, score }).toEqual({ who, score: scoreOf(who, max) })
  expect((await attempts()).map(({ max }) => max)).toEqual([
    ...Array<number>(6).fill(10),
    ...Array<number>(6).fill(5),
  ])
}, 60_000)

it('says a reply that was still owed at the restart in the words it was given in', async () => {
  await letIn(fresh.db, ['grace'])
  let gate: Promise<void> | undefined
  let giveUp = (): void => undefined
  const before = await startProcess({
    database: fresh.db,
    owner: 'before',
    flowsDir,
    sent,
    send: () => gate ?? Promise.resolve(),
    // It is dead further down, and does not come back for its leases while the next one starts.
    timing: { lease: HOUR, renew: HOUR, look: SECOND / 2 },
  })
  for (const words of ['menu', MENU.newborn]) await before.receiver.receive([message('grace', words, words)])
  await settled(fresh.db)
  const question = sent.at(-1)?.bubble
  if (!question) throw new Error('nothing was asked')
  const letter = rightLetter(quizOn(before), question)
  gate = new Promise((_, reject) => (giveUp = () => reject(new Error('cut off'))))
  await before.receiver.receive([message('grace', 'answer', letter)])
  await edit()
  // As after `kill -9`, with the leases run out: nothing was handed back.
  await fresh.db.query('delete from lease')
  sent.length = 0
  await start('after')
  await settled(fresh.db)
  expect(sent.map(({ bubble }) => bubble.text.slice(0, 8))).toEqual(
    ['✅ Right.', 'Question'].map((words) => words.slice(0, 8)),
  )
  expect(JSON.stringify(sent)).not.toContain('New: ')
  giveUp()
  await before.stop()
})

it('ends a quiz whose file was taken away, and offers it no more', async () => {
  const people = PEOPLE.slice(0, 4)
  await letIn(fresh.db, people)
  const before = await start('before')
  const old = quizOn(before)
  const asked = await begin(before, people)
  await answerOn(before, old, asked, () => 4)
  await rm(join(flowsDir, 'quizzes', `${QUIZ}.yaml`))
  const after = await restart('after')
  await answerOn(after, old, asked)
  for (const { who, score } of await attempts())
    expect({ who, score }).toEqual({ who, score: scoreOf(who, 10) })
  const menu = await say(after, ['nurse-0'], () => 'menu')
  expect(menu.get('nurse-0')?.[0]?.choices?.map(({ label }) => label)).not.toContain('Newborn resuscitation')
  // Their own scores still have it.
  expect((await say(after, ['nurse-0'], () => 'my scores')).get('nurse-0')?.[0]?.text).toContain('of 10')
})

it('lets a dialogue end on the version it was asked in', async () => {
  await putOnRoster(fresh.db, ['grace'])
  const before = await start('before')
  await say(before, ['chat'], () => 'hello')
  await say(before, ['chat'], () => 'English')
  const file = join(flowsDir, 'welcome.yaml')
  // The step that waits is now another one.
  const dialogue = z.looseObject({ steps: z.array(z.unknown()) }).parse(parse(await readFile(file, 'utf8')))
  dialogue.steps.unshift(
    { say: { en: 'News', fr: 'Nouvelles', rw: 'Amakuru', sw: 'Habari' } },
    { say: { en: 'More', fr: 'Plus', rw: 'Ibindi', sw: 'Zaidi' } },
  )
  await writeFile(file, stringify(dialogue))
  const after = await restart('after')
  const heard = await say(after, ['chat'], () => 'grace')
  expect(heard.get('chat')?.at(-1)?.text).toContain('Do you agree?')
})
