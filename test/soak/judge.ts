// After the end: what was written against what stands in the database, and what was said against what was owed.
import type { Pool } from 'pg'
import { optionOrder } from '../../src/engine/quiz.ts'
import type { Quiz } from '../../src/engine/schema.ts'
import { shuffled } from '../../src/engine/seed.ts'
import type { Writer } from './load.ts'
import type { Expected, Taken } from './script.ts'

/** A bubble somebody got, and in which life of the process that sends. */
export interface Got {
  readonly text: string
  readonly life: number
}

export interface Verdict {
  readonly answers: number
  readonly finished: number
  readonly bubbles: number
  /** Bubbles that came a second time, each after a death. */
  readonly repeated: number
  readonly faults: readonly string[]
}

interface AttemptRow {
  readonly id: string
  readonly flow: string
  readonly purpose: string
  readonly seed: number
  readonly max: number
  readonly score: number | null
  readonly critical_missed: number | null
  readonly passed: boolean | null
}

interface AnswerRow {
  readonly attempt_id: string
  readonly ordinal: number
  readonly attempt_try: number
  readonly question: string
  readonly option: string
  readonly correct: boolean
}

/** Judges one writer. */
export async function judge(
  pool: Pool,
  quizzes: ReadonlyMap<string, Quiz>,
  writer: Writer,
  got: readonly Got[],
): Promise<Verdict> {
  const faults: string[] = []
  const { rows: attempts } = await pool.query<AttemptRow>(
    `select t.* from attempt t join address a on a.person_id = t.person_id
     where a.channel = $1 and a.external_id = $2 and t.purpose <> 'refresher' order by t.id`,
    [writer.channel, writer.to],
  )
  const { rows: answers } = await pool.query<AnswerRow>(
    'select * from answer where attempt_id = any($1) order by attempt_id, ordinal, attempt_try',
    [attempts.map(({ id }) => id)],
  )
  const { script } = writer
  if (attempts.length !== script.attempts.length)
    faults.push(`${attempts.length} attempts instead of ${script.attempts.length}`)
  for (const [index, taken] of script.attempts.entries()) {
    const row = attempts[index]
    const quiz = row && quizzes.get(row.flow)
    if (!row || !quiz) continue
    faults.push(
      ...compare(
        taken,
        row,
        quiz,
        answers.filter(({ attempt_id: attempt }) => attempt === row.id),
      ),
    )
  }
  const owed = script.expected.map((expected) => wordsOf(expected, attempts, answers))
  const { repeated, fault } = follow(owed, got)
  if (fault !== undefined) faults.push(fault)
  return {
    answers: answers.length,
    finished: attempts.filter(({ score }) => score !== null).length,
    bubbles: owed.length,
    repeated,
    faults: faults.map((words) => `${writer.channel} ${writer.name}: ${words}`),
  }
}

/** The questions a test may ask, as indexes: form a for the first, what is practised for all others; without forms all. */
export function askable({ questions }: Quiz, purpose: Taken['purpose']): number[] {
  const all = questions.map((_, index) => index)
  const form = all.filter((index) => questions[index]?.form === (purpose === 'pre_test' ? 'a' : 'practice'))
  return form.length > 0 ? form : all
}

/** Every letter stands there once, as the option it meant, and the score is what they come to. */
function compare(taken: Taken, row: AttemptRow, quiz: Quiz, answers: readonly AnswerRow[]): string[] {
  const faults: string[] = []
  const where = `attempt ${row.id} of ${row.flow}`
  if (row.flow !== taken.flow || row.purpose !== taken.purpose)
    faults.push(`${where} is a ${row.purpose}, not a ${taken.purpose} of ${taken.flow}`)
  const pool = askable(quiz, taken.purpose)
  const drawn = shuffled(pool.length, row.seed)
    .slice(0, row.max)
    .map((place) => pool[place] ?? -1)
  const wanted = taken.answers.flatMap((letters, at) =>
    letters.map((letter, index) => {
      const question = quiz.questions[drawn[at] ?? -1]
      const option = optionOrder(quiz, drawn[at] ?? -1, row.seed)['ABCD'.indexOf(letter)] ?? -1
      const correct = option === question?.answer
      return {
        ordinal: at + 1,
        attempt_try: index + 1,
        question: question?.id,
        option: question?.options[option]?.key,
        correct,
        critical: question?.critical,
      }
    }),
  )
  const show = (rows: readonly Omit<AnswerRow, 'attempt_id'>[]): string =>
    rows
      .map(
        ({ ordinal, attempt_try, question, option, correct }) =>
          `${ordinal}.${attempt_try} ${question} ${option} ${correct}`,
      )
      .join('; ')
  const [stands, should] = [show(answers), show(wanted as unknown as AnswerRow[])]
  if (stands !== should) faults.push(`${where} holds\n    ${stands}\n  instead of\n    ${should}`)
  const counting = taken.answers.map((_, at) => {
    const tries = wanted.filter(({ ordinal }) => ordinal === at + 1)
    return taken.purpose === 'pre_test' ? tries[0] : tries.at(-1)
  })
  const score = counting.filter((answer) => answer?.correct).length
  const missed = counting.filter((answer) => answer?.critical === true && !answer.correct).length
  if (taken.finished !== (row.score !== null))
    faults.push(`${where} is ${row.score === null ? 'not ' : ''}finished`)
  else if (
    taken.finished &&
    (row.score !== score ||
      row.critical_missed !== missed ||
      row.passed !== (100 * score >= quiz.pass_percent * row.max && missed === 0))
  )
    faults.push(
      `${where} scores ${row.score} with ${row.critical_missed} critical ones missed instead of ${score} with ${missed}`,
    )
  return faults
}

/** What the bubble that is owed says, in a few words. */
function wordsOf(expected: Expected, attempts: readonly AttemptRow[], answers: readonly AnswerRow[]): string {
  switch (expected.hear) {
    case 'question':
    case 'unclear':
      return `${expected.hear} ${expected.at} of ${expected.of}`
    case 'verdict': {
      // Of several letters to one question the same one is right each time it is given.
      const attempt = attempts[expected.attempt]
      const same = answers.filter(
        ({ attempt_id: id, ordinal }) => id === attempt?.id && ordinal === expected.ordinal,
      )
      return same.length === 1 ? (same[0]?.correct === true ? 'right' : 'wrong') : 'right or wrong'
    }
    case 'result': {
      const attempt = attempts[expected.attempt]
      const max = attempt?.max ?? 0
      const mine = answers.filter(({ attempt_id: id }) => id === attempt?.id)
      const score = Array.from({ length: max }, (_, at) => {
        const tries = mine.filter(({ ordinal }) => ordinal === at + 1)
        if (attempt?.purpose === 'pre_test') return tries[0]
        return at + 1 === max ? tries[expected.tries - 1] : tries.at(-1)
      }).filter((answer) => answer?.correct === true).length
      return `result ${score} of ${max}`
    }
    default:
      return expected.hear
  }
}

/** What a bubble that came says, in the same words. */
function wordsIn(text: string): string {
  const question = /Question (\d+) of (\d+)/.exec(text)
  if (text.includes('I did not understand that answer')) return `unclear ${question?.[1]} of ${question?.[2]}`
  if (question) return `question ${question[1]} of ${question[2]}`
  if (text.startsWith('✅')) return 'right'
  if (text.startsWith('❌')) return 'wrong'
  const result = /(\d+) of (\d+) right \(/.exec(text)
  if (result) return `result ${result[1]} of ${result[2]}`
  if (text.includes('Which language do you prefer?')) return 'language'
  if (text.includes('Do you agree?')) return 'consent'
  if (text.includes('What would you like to do?')) return 'menu'
  if (text.includes('Practise, or take the post-test?')) return 'again'
  return `something else: ${text.slice(0, 60)}`
}

const isSame = (owed: string | undefined, got: string): boolean =>
  owed === got || (owed === 'right or wrong' && (got === 'right' || got === 'wrong'))

/**
 * Follows what came along what is owed. Within one life of the sender nothing may be missing, moved or repeated; a new
 * life goes on where the last one ended, or a little before it: those are repeated.
 */
export function follow(owed: readonly string[], got: readonly Got[]): { repeated: number; fault?: string } {
  let end = 0
  let repeated = 0
  for (const life of new Set(got.map((bubble) => bubble.life))) {
    const run = got.filter((bubble) => bubble.life === life).map(({ text }) => wordsIn(text))
    let start = end
    while (start >= 0 && !run.every((words, index) => isSame(owed[start + index], words))) start -= 1
    if (start < 0) {
      const from = Math.max(0, end - 3)
      return {
        repeated,
        fault: `in life ${life} came\n    ${run.slice(0, 30).join(', ')}\n  after ${end} bubbles; owed from ${from} on was\n    ${owed.slice(from, from + 33).join(', ')}`,
      }
    }
    repeated += end - start
    end = start + run.length
  }
  if (end !== owed.length)
    return {
      repeated,
      fault: `${owed.length - end} of ${owed.length} bubbles never came: ${owed.slice(end, end + 5).join(', ')}`,
    }
  return { repeated }
}
