import { describe, expect, it } from 'vitest'
import {
  type AnalysedQuestion,
  analyseItems,
  type GivenAnswer,
  type QuestionAnalysis,
  type Sitting,
} from '../../src/domain/item-analysis.ts'
import { numbersFrom } from '../../src/engine/seed.ts'

const QUESTIONS: readonly AnalysedQuestion[] = Array.from({ length: 10 }, (_, index) => ({
  id: `q${index + 1}`,
  options: ['a', 'b', 'c', 'd'],
  right: 'a',
}))

interface People {
  readonly language: string
  readonly count: number
  /** How well they know the subject, in logits, at the middle; people differ around it. */
  readonly knows: number
  /** What is otherwise with one question for them. */
  readonly odd?: (question: string, able: boolean, chance: number) => string | undefined
  readonly took?: (question: string) => number
}

/** People who answer all ten questions, by a seed: the better they know the subject, the more of them are right. */
function sittings(seed: number, ...groups: readonly People[]): Sitting[] {
  const next = numbersFrom(seed)
  let person = 0
  return groups.flatMap(({ language, count, knows, odd, took }) =>
    Array.from({ length: count }, (): Sitting => {
      const ability = knows + 4 * (next() - 0.5)
      return {
        person: person++,
        answers: QUESTIONS.map(({ id }, index) => {
          const likely = 1 / (1 + Math.exp(-(ability - (index - 5) / 5)))
          const usual = next() < likely ? 'a' : (['b', 'c', 'd'][Math.floor(3 * next())] ?? 'b')
          const option = odd?.(id, ability > knows, next()) ?? usual
          return {
            question: id,
            language,
            option,
            right: option === 'a',
            took: took?.(id) ?? 20_000,
            asNow: true,
          }
        }),
      }
    }),
  )
}

const of = (analyses: readonly QuestionAnalysis[], question: string): QuestionAnalysis => {
  const found = analyses.find((one) => one.question === question)
  if (!found) throw new Error(`${question} was not analysed`)
  return found
}
const kinds = (analysis: QuestionAnalysis): string[] =>
  analysis.findings.map(({ finding, language }) => `${finding} ${language}`)

const answer = (question: string, right: boolean, more: Partial<GivenAnswer> = {}): GivenAnswer => ({
  question,
  language: 'en',
  option: right ? 'a' : 'b',
  right,
  took: 10_000,
  asNow: true,
  ...more,
})
/** Somebody who has `right` of the four other questions right. */
const sitting = (person: number, one: GivenAnswer, right: number): Sitting => ({
  person,
  answers: [one, ...[0, 1, 2, 3].map((at) => answer(`q${at + 2}`, at < right))],
})

describe('the figures', () => {
  const four = [
    sitting(1, answer('q1', true, { took: 8_000 }), 4),
    sitting(2, answer('q1', true, { took: 12_000 }), 2),
    sitting(3, answer('q1', false, { took: 14_000 }), 2),
    sitting(4, answer('q1', false, { took: 900_000, option: 'c' }), 0),
  ]

  it('are those of the hand: shares, the point-biserial without the question itself, the median time', () => {
    const [working] = of(analyseItems(QUESTIONS, four, 4), 'q1').languages
    // Marks 1 1 0 0 and rests 1 ½ ½ 0: covariance 1/6, variances 1/3 and 1/6; (1/6) / √(1/18) = 1/√2.
    expect(working?.discrimination).toBeCloseTo(Math.SQRT1_2, 10)
    expect(working).toMatchObject({ language: 'en', answers: 4, enough: true, difficulty: 0.5 })
    expect(working?.medianSeconds).toBe(13)
    expect(working?.options.map(({ option, right, chosen }) => [option, right, chosen])).toEqual([
      ['a', true, 2],
      ['b', false, 1],
      ['c', false, 1],
      ['d', false, 0],
    ])
  })

  it('hold nothing that was answered again, and nothing that read otherwise then', () => {
    const later = sitting(4, answer('q1', true), 4)
    const older = sitting(5, answer('q1', true, { asNow: false }), 4)
    const [working] = of(analyseItems(QUESTIONS, [...four, later, older], 4), 'q1').languages
    expect(working).toMatchObject({ answers: 4, difficulty: 0.5 })
    // Not even when the words of today come after those of then: the explanation was the same.
    const again = sitting(5, answer('q1', true), 4)
    expect(of(analyseItems(QUESTIONS, [...four, older, again], 4), 'q1').languages[0]?.answers).toBe(4)
  })

  it('have no discrimination where nothing varies, or where too few others were answered', () => {
    const alike = [1, 2, 3, 4].map((person) => sitting(person, answer('q1', true), person))
    expect(of(analyseItems(QUESTIONS, alike, 4), 'q1').languages[0]?.discrimination).toBeUndefined()
    const short = four.map(({ person, answers }) => ({ person, answers: answers.slice(0, 4) }))
    const [working] = of(analyseItems(QUESTIONS, short, 4), 'q1').languages
    expect(working).toMatchObject({ answers: 4, discrimination: undefined })
  })

  it('say nothing of a question before enough people have answered it in that language', () => {
    const everybodyWrong = (count: number): QuestionAnalysis =>
      of(
        analyseItems(
          QUESTIONS,
          sittings(1, { language: 'en', count, knows: 0, odd: (id) => (id === 'q1' ? 'b' : undefined) }),
        ),
        'q1',
      )
    expect(everybodyWrong(29).findings).toEqual([])
    expect(everybodyWrong(29).languages[0]).toMatchObject({ answers: 29, enough: false })
    expect(kinds(everybodyWrong(30))).toContain('very_hard en')
  })
})

describe('what is worth a look', () => {
  const oddly = (odd: NonNullable<People['odd']>): QuestionAnalysis =>
    of(analyseItems(QUESTIONS, sittings(7, { language: 'en', count: 200, knows: 0.5, odd })), 'q5')

  it('is little in a quiz whose questions work', () => {
    const analyses = analyseItems(QUESTIONS, sittings(7, { language: 'en', count: 400, knows: 0.5 }))
    expect(analyses.flatMap(kinds)).toEqual([])
    for (const { languages } of analyses) expect(languages[0]?.discrimination).toBeGreaterThan(0.2)
  })

  it('is a key that those who know contradict', () => {
    const analysis = oddly((id, able, chance) =>
      id === 'q5' ? (able ? (chance < 0.9 ? 'c' : 'a') : chance < 0.5 ? 'a' : 'b') : undefined,
    )
    expect(kinds(analysis)).toEqual(expect.arrayContaining(['key_doubtful en', 'also_right en']))
    expect(analysis.findings).toContainEqual(
      expect.objectContaining({ finding: 'also_right', option: 'c', language: 'en' }),
    )
  })

  it('is a question that is answered by chance', () => {
    const analysis = oddly((id, _, chance) =>
      id === 'q5' ? ('abcd'[Math.floor(4 * chance)] ?? 'a') : undefined,
    )
    expect(kinds(analysis).some((kind) => /key_doubtful|tells_little/.test(kind))).toBe(true)
  })

  it('is a wrong answer nobody thinks of, and a question everybody knows', () => {
    const idle = oddly((id, able, chance) =>
      id === 'q5' && (able || chance < 0.2) ? 'a' : id === 'q5' ? 'b' : undefined,
    )
    expect(idle.findings).toContainEqual({ finding: 'never_chosen', language: 'en', options: ['c', 'd'] })
    expect(kinds(oddly((id) => (id === 'q5' ? 'a' : undefined)))).toEqual(['very_easy en'])
  })

  it('is a question that takes long', () => {
    const took = (id: string): number => (id === 'q5' ? 61_000 : 30_000)
    const analyses = analyseItems(QUESTIONS, sittings(7, { language: 'en', count: 100, knows: 0, took }))
    expect(of(analyses, 'q5').findings).toContainEqual({
      finding: 'slow',
      language: 'en',
      seconds: 61,
      usual: 30,
    })
    expect(kinds(of(analyses, 'q4'))).not.toContain('slow en')
  })
})

describe('languages', () => {
  const misled = (id: string, _: boolean, chance: number): string | undefined =>
    id === 'q5' && chance < 0.55 ? 'b' : undefined

  it('shows a translation that misleads, also where its readers know as much', () => {
    const analyses = analyseItems(
      QUESTIONS,
      sittings(
        3,
        { language: 'en', count: 300, knows: 0.5 },
        { language: 'rw', count: 200, knows: 0.5, odd: misled },
      ),
    )
    const gap = of(analyses, 'q5').findings.find(({ finding }) => finding === 'harder_in_language')
    expect(gap).toMatchObject({ language: 'rw', than: 'en', far: true })
    const others = analyses.filter(({ question }) => question !== 'q5')
    expect(others.flatMap(kinds).filter((kind) => kind.startsWith('harder'))).toEqual([])
  })

  it('does not take people who know less for a bad translation', () => {
    const analyses = analyseItems(
      QUESTIONS,
      sittings(3, { language: 'en', count: 300, knows: 1 }, { language: 'rw', count: 200, knows: -0.5 }),
    )
    const [english, kinyarwanda] = of(analyses, 'q5').languages
    expect((english?.difficulty ?? 0) - (kinyarwanda?.difficulty ?? 1)).toBeGreaterThan(0.2)
    expect(analyses.flatMap(kinds).filter((kind) => kind.startsWith('harder'))).toEqual([])
  })

  it('holds by nobody by chance, in many quizzes that are the same in both', () => {
    const alarms = Array.from({ length: 20 }, (_, seed) =>
      analyseItems(
        QUESTIONS,
        sittings(
          100 + seed,
          { language: 'en', count: 60, knows: 0 },
          { language: 'fr', count: 40, knows: 0 },
        ),
      ),
    )
      .flat()
      .filter((analysis) => kinds(analysis).some((kind) => kind.startsWith('harder')))
    // 1 in 100 of 200 questions.
    expect(alarms.length).toBeLessThanOrEqual(4)
  })

  it('compares the one most people read with each of the others, whichever is harder', () => {
    const analyses = analyseItems(
      QUESTIONS,
      sittings(
        5,
        { language: 'fr', count: 300, knows: 0, odd: misled },
        { language: 'sw', count: 200, knows: 0 },
      ),
    )
    expect(of(analyses, 'q5').findings).toContainEqual(
      expect.objectContaining({ finding: 'harder_in_language', language: 'fr', than: 'sw' }),
    )
  })
})
