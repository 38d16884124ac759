// A quiz: questions drawn from a bank, one answer each, told at once whether and why.
import type { Instant } from '../words/clock.ts'
import type { AttemptId } from '../words/ids.ts'
import { decided, MAY_STOP } from './adaptive.ts'
import { type Event, type Result, said, saidWord } from './events.ts'
import { choiceMeant } from './match.ts'
import type { Question, Quiz } from './schema.ts'
import { shuffled } from './seed.ts'
import type { Purpose, QuizFrame } from './session.ts'
import type { Flow } from './shelf.ts'

/** What a frame comes to after an input: the frame to keep (none when it has ended) and what happened, in order. */
export interface Step<Frame> {
  readonly frame: Frame | undefined
  readonly events: readonly Event[]
}

/** A quiz that has ended, as long as its last answer can still be corrected. */
interface QuizStep extends Step<QuizFrame> {
  readonly ended?: QuizFrame | undefined
}

export interface QuizStart {
  readonly attempt: AttemptId
  readonly purpose: Purpose
  readonly seed: number
  readonly now: Instant
  /** The ids of the questions to ask, for a refresher; otherwise `draw` questions are drawn by the seed. */
  readonly questions?: readonly string[] | undefined
}

/** The form of a test that each purpose draws: a test of record never asks what has been practised. */
const FORM_OF: Readonly<Record<Purpose, Question['form']>> = {
  pre_test: 'a',
  post_test: 'b',
  practice: 'practice',
  refresher: 'practice',
}

/**
 * The questions of one attempt, by the seed, of the form its purpose asks for. A bank without that form serves with what
 * is not kept for the other test, and one without forms with all it has.
 */
function drawn({ questions, draw }: Quiz, { purpose, seed }: QuizStart): number[] {
  const all = questions.flatMap(({ withdrawn }, index) => (withdrawn ? [] : [index]))
  const form = all.filter((index) => questions[index]?.form === FORM_OF[purpose])
  const other = purpose === 'post_test' ? 'a' : 'b'
  const rest = all.filter((index) => questions[index]?.form !== other)
  const pool = [form, rest, all].find(({ length }) => length > 0) ?? all
  return shuffled(pool.length, seed)
    .slice(0, Math.min(draw, pool.length))
    .flatMap((place) => pool[place] ?? [])
}

/** Begins a quiz; the first question is not yet asked (`askQuestion` does). */
export function startQuiz(flow: Flow<Quiz>, start: QuizStart): Step<QuizFrame> {
  const bank = flow.content.questions
  const questions = start.questions
    ? bank.flatMap(({ id, withdrawn }, index) =>
        !withdrawn && start.questions?.includes(id) === true ? [index] : [],
      )
    : drawn(flow.content, start)
  const { attempt, purpose, seed } = start
  const frame: QuizFrame = {
    kind: 'quiz',
    version: flow.version,
    attempt,
    purpose,
    seed,
    questions,
    answers: [],
    tries: 0,
    correcting: false,
    askedAt: start.now,
  }
  const { competency, pass_percent: passPercent } = flow.content
  const max = questions.length
  return {
    frame,
    events: [
      {
        type: 'attempt_started',
        attempt,
        flow: flow.id,
        version: flow.version,
        competency,
        purpose,
        seed,
        max,
        passPercent,
      },
    ],
  }
}

/** Says the question the frame waits on, as question number `asked` of the conversation. */
export function askQuestion(frame: QuizFrame, asked: number): Event {
  const at = frame.answers.length
  return said({
    say: 'question',
    flow: frame.version,
    question: frame.questions[at] as number,
    seed: frame.seed,
    at: at + 1,
    of: frame.questions.length,
    asked,
  })
}

/** Takes an answer: `shown` is a tapped choice as shown, `text` a typed one. Asks again, with a hint, when unclear. */
export function answerQuiz(
  flow: Flow<Quiz>,
  frame: QuizFrame,
  answer: { shown: number } | { text: string },
  now: Instant,
): QuizStep {
  const at = frame.answers.length
  const index = frame.questions[at] as number
  const question = flow.content.questions[index] as Question
  const order = optionOrder(flow.content, index, frame.seed)
  const shown =
    'shown' in answer
      ? answer.shown
      : choiceMeant(
          answer.text,
          order.map((option) => question.options[option]?.text ?? {}),
        )
  const chosen = shown === undefined ? undefined : order[shown]
  if (chosen === undefined) {
    return {
      frame,
      events: [
        { type: 'misunderstood', code: 'unclear' },
        saidWord('quiz_unclear', { last: letters(order.length), count: order.length }),
      ],
    }
  }
  // After the verdict everybody knows the answer: what a first test measures is what they said before.
  const counts = frame.purpose === 'pre_test' ? (frame.before ?? chosen) : chosen
  const answers = [...frame.answers, counts]
  const tries = frame.correcting ? frame.tries + 1 : 1
  const answered: Event = {
    type: 'question_answered',
    attempt: frame.attempt,
    ordinal: at + 1,
    attemptTry: tries,
    question: question.id,
    option: question.options[chosen]?.key ?? '',
    correct: chosen === question.answer,
    took: Math.max(0, now - frame.askedAt),
  }
  const verdict = said({ say: 'verdict', flow: flow.version, question: index, seed: frame.seed, chosen })
  const next: QuizFrame = { ...frame, answers, tries, correcting: false, before: undefined, askedAt: now }
  const over = answers.length === frame.questions.length
  if (!over && !isDecided(flow.content, next)) return { frame: next, events: [answered, verdict] }
  const enough = over ? [] : [saidWord('quiz_enough', { count: answers.length, of: frame.questions.length })]
  const events = [answered, verdict, ...enough, finished(flow, next, frame.ended ? frame.before : undefined)]
  return { frame: undefined, events, ended: canTakeBack(next) ? { ...next, ended: true } : undefined }
}

/** Whether a first test may end before its last question: its author says so, and its verdict is known. */
function isDecided({ adaptive, pass_percent: passPercent, questions }: Quiz, frame: QuizFrame): boolean {
  if (!adaptive?.tests.includes(frame.purpose) || !MAY_STOP.includes(frame.purpose)) return false
  const asked = frame.questions.map((index) => questions[index] as Question)
  const answers = frame.answers.map((chosen, at) => {
    const { answer, critical } = asked[at] as Question
    return { correct: chosen === answer, critical }
  })
  const criticalLeft = asked.slice(answers.length).some(({ critical }) => critical)
  return decided(adaptive, answers, { length: asked.length, passPercent, criticalLeft }) !== undefined
}

/** `BACK`: the last answer is taken back and its question asked again. Undefined when there is none to correct. */
export function takeBack(frame: QuizFrame, now: Instant): QuizFrame | undefined {
  if (!canTakeBack(frame)) return undefined
  const [answers, before] = [frame.answers.slice(0, -1), frame.answers.at(-1)]
  return { ...frame, answers, before, correcting: true, askedAt: now }
}

// Only the last answer: while it is being corrected, the one before stands.
// What has been explained cannot be un-told, so in a test of record answers stand.
const canTakeBack = (frame: QuizFrame): boolean =>
  frame.answers.length > 0 && !frame.correcting && frame.purpose !== 'post_test'

/** How many questions have an answer, the one that is being corrected among them. */
export const answeredIn = ({ answers, correcting }: QuizFrame): number =>
  answers.length + (correcting ? 1 : 0)

/** What was answered since it was last counted. */
function uncounted(flow: Flow<Quiz>, frame: QuizFrame): Result[] {
  return resultsOf(flow, frame)
    .slice(frame.counted ?? 0, frame.answers.length)
    .map(({ question, correct }) => ({ question, correct }))
}

/** The person goes elsewhere. A test is judged when it has ended; what was answered in a refresher counts at once. */
export function leaveQuiz(flow: Flow<Quiz>, frame: QuizFrame): Extract<Event, { type: 'attempt_left' }> {
  if (frame.purpose !== 'refresher') return { type: 'attempt_left', flow: flow.id, frame, results: [] }
  const counted = Math.max(frame.counted ?? 0, frame.answers.length)
  return {
    type: 'attempt_left',
    flow: flow.id,
    frame: { ...frame, counted },
    results: uncounted(flow, frame),
  }
}

const resultsOf = (flow: Flow<Quiz>, frame: QuizFrame) =>
  frame.questions.map((index, at) => {
    const question = flow.content.questions[index] as Question
    const { id, critical, answer } = question
    return { index, question: id, critical, answer, correct: frame.answers[at] === answer }
  })

/** `before`: the last answer as it stood when the result was told before. */
function finished(flow: Flow<Quiz>, frame: QuizFrame, before: number | undefined): Event {
  // What was not asked any more is neither right nor wrong.
  const results = resultsOf(flow, frame).slice(0, frame.answers.length)
  const last = results.at(-1)
  // Told again, the result leaves what is remembered as it is: what was missed comes back once more, though it was
  // corrected. Only what was right and is not any more is news.
  const news = last && before === last.answer && !last.correct ? [last] : []
  const missed = results.filter((result) => !result.correct)
  return {
    type: 'attempt_finished',
    attempt: frame.attempt,
    flow: flow.id,
    version: flow.version,
    competency: flow.content.competency,
    purpose: frame.purpose,
    score: results.length - missed.length,
    max: results.length,
    passPercent: flow.content.pass_percent,
    criticalMissed: missed.filter((result) => result.critical).length,
    again: frame.ended === true,
    missed: missed.map((result) => result.index),
    results: (frame.ended ? news : results.slice(frame.counted ?? 0)).map(({ question, correct }) => ({
      question,
      correct,
    })),
  }
}

/** The options of a question in the order shown: indexes into the options as written. */
export function optionOrder(quiz: Quiz, question: number, seed: number): number[] {
  const count = quiz.questions[question]?.options.length ?? 0
  return quiz.shuffle
    ? shuffled(count, seed + question + 1)
    : Array.from({ length: count }, (_, index) => index)
}

/** The letters of `count` choices for a hint: "D" for four. */
const letters = (count: number): string => String.fromCharCode(64 + count)
