// What one person writes, and what they must hear: a small model of the talk, written without a look at the engine.

/** A quiz as the model needs to know it. */
export interface QuizFacts {
  readonly flow: string
  /** What a person says to choose it in the menu. */
  readonly title: string
  /** How many questions each of its tests asks. */
  readonly draws: { readonly pre_test: number; readonly practice: number }
}

/** One bubble that is owed. Whether an answer was right is known once the attempt's questions are. */
export type Expected =
  | { readonly hear: 'language' | 'consent' | 'menu' | 'again' }
  | { readonly hear: 'question' | 'unclear'; readonly at: number; readonly of: number }
  | { readonly hear: 'verdict'; readonly attempt: number; readonly ordinal: number; readonly letter: string }
  /** `tries`: how often the last question had then been answered. */
  | { readonly hear: 'result'; readonly attempt: number; readonly tries: number }

/** An attempt as it must stand in the database: the letters given to each question. The last counts, in a first test the first. */
export interface Taken {
  readonly flow: string
  readonly purpose: 'pre_test' | 'practice' | 'post_test'
  readonly answers: string[][]
  finished: boolean
}

export interface Script {
  readonly attempts: readonly Taken[]
  readonly expected: readonly Expected[]
  /** What the person writes next. From here on it is owed an answer. */
  next(): string
}

const LETTERS = ['A', 'B', 'C', 'D']

/**
 * A nurse who joins and then takes quiz after quiz: some answers unclear, some corrected. `greeted`: the channel speaks
 * first, and "hello" is no answer to what it asks.
 */
export function makeScript(quizzes: readonly QuizFacts[], chance: () => number, greeted: boolean): Script {
  const attempts: Taken[] = []
  const expected: Expected[] = greeted ? [{ hear: 'language' }] : []
  const finished = new Set<string>()
  const pick = <Value>(values: readonly Value[]): Value =>
    values[Math.floor(chance() * values.length)] as Value
  const talk = conversation()

  function* conversation(): Generator<string, never> {
    yield* say('hello', { hear: 'language' })
    yield* say('English', { hear: 'consent' })
    yield* say('yes', { hear: 'menu' })
    for (;;) {
      const quiz = pick(quizzes)
      yield* say(pick(['menu', 'MENU', ' Menu ']), { hear: 'menu' })
      // Nobody observes a nurse here, so that what follows the first test is practice.
      yield* begin(quiz, finished.has(quiz.flow) ? 'practice' : 'pre_test', quiz.title)
    }
  }

  function* say(words: string, ...bubbles: readonly Expected[]): Generator<string, void> {
    expected.push(...bubbles)
    yield words
  }

  function* begin(
    quiz: QuizFacts,
    purpose: keyof QuizFacts['draws'],
    words: string,
  ): Generator<string, void> {
    const draw = quiz.draws[purpose]
    const taken: Taken = { flow: quiz.flow, purpose, answers: [], finished: false }
    const attempt = attempts.push(taken) - 1
    const question = (at: number): Expected => ({ hear: 'question', at, of: draw })
    yield* say(words, question(1))
    let at = 1
    let correcting = false
    while (at <= draw) {
      const whim = chance()
      if (whim < 0.05) {
        yield* say('I am not sure', { hear: 'unclear', at, of: draw })
      } else if (whim < 0.1 && at > 1 && !correcting) {
        at -= 1
        correcting = true
        yield* say('back', question(at))
      } else {
        const letter = pick(LETTERS)
        ;(taken.answers[at - 1] ??= []).push(letter)
        const verdict: Expected = { hear: 'verdict', attempt, ordinal: at, letter }
        correcting = false
        at += 1
        if (at > draw) {
          taken.finished = true
          finished.add(quiz.flow)
          yield* say(letter, verdict, { hear: 'result', attempt, tries: taken.answers.at(-1)?.length ?? 0 })
          if (chance() > 0.2) return
          // Nothing has come after the last answer: it can still be corrected.
          yield* say('back', question(draw))
          at -= 1
          correcting = true
        } else {
          yield* say(letter, verdict, question(at))
        }
      }
    }
  }

  return {
    attempts,
    expected,
    next: () => talk.next().value,
  }
}
