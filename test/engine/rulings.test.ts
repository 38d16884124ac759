import { describe, expect, it } from 'vitest'
import { adviseFlow } from '../../src/engine/advise.ts'
import { lintFlow } from '../../src/engine/lint.ts'
import { parseFlow } from '../../src/engine/parse.ts'
import { startQuiz } from '../../src/engine/quiz.ts'
import { hasRulings, readsAlike, rulingsOn } from '../../src/engine/rulings.ts'
import type { Question, Quiz } from '../../src/engine/schema.ts'
import type { Flow } from '../../src/engine/shelf.ts'
import type { AttemptId } from '../../src/words/ids.ts'
import { COLOURS, flowOf, MONDAY } from './talk.ts'

const REASON = 'reason: { en: It misled., fr: Elle trompait., rw: Byayobyaga., sw: Lilipotosha. }'
const withdrawnMilk = COLOURS.replace('status: draft', 'status: draft\nawaiting_native_review: [rw, sw]')
  .replace('- id: milk\n', `- id: milk\n    withdrawn: { on: 2026-11-20, ${REASON} }\n`)
  .replace('draw: 4', 'draw: 3')
/** The question of milk with another key. */
const correctedMilk = (was: string, answer: string): string =>
  withMilk((milk) =>
    milk
      .replace('answer: a', `answer: ${answer}`)
      .replace('- id: milk\n', `- id: milk\n    corrected: { on: 2026-11-20, was: ${was}, ${REASON} }\n`),
  )
const withMilk = (change: (milk: string) => string): string =>
  COLOURS.replace(/ {2}- id: milk[^]*?(?= {2}- id: grass)/, change)

function quizOf(source: string): Flow<Quiz> {
  const { content, ...flow } = flowOf('colours', source)
  if (content.kind !== 'quiz') throw new Error('no quiz')
  return { ...flow, content }
}
const contentOf = (source: string): Quiz => quizOf(source).content
const first = (source: string): Question => contentOf(source).questions[0] as Question

const faults = (source: string): string[] =>
  lintFlow('colours.yaml', parseFlow('colours.yaml', source), {
    deeds: new Set(),
    dialogues: new Set(),
    commands: new Set(),
  }).map(({ message }) => message)

describe('a withdrawn question', () => {
  it('is asked no more, whatever the purpose', () => {
    const flow = quizOf(withdrawnMilk)
    for (const purpose of ['pre_test', 'post_test', 'practice'] as const)
      for (let seed = 0; seed < 30; seed++) {
        const { frame } = startQuiz(flow, { attempt: 1 as AttemptId, purpose, seed, now: MONDAY })
        expect(frame?.questions).toHaveLength(3)
        expect(frame?.questions).not.toContain(1)
      }
    const questions = ['milk', 'night']
    const { frame } = startQuiz(flow, {
      attempt: 1 as AttemptId,
      purpose: 'refresher',
      seed: 1,
      now: MONDAY,
      questions,
    })
    expect(frame?.questions).toEqual([3])
  })

  it('stops nothing, but another is asked for in its place', () => {
    const advice = (source: string) =>
      adviseFlow('colours.yaml', parseFlow('colours.yaml', source)).flatMap(({ message }) =>
        // Colours has three options: that is told elsewhere.
        message.includes('options') ? [] : [message],
      )
    expect(faults(withdrawnMilk)).toEqual([])
    expect(advice(withdrawnMilk)).toEqual([])
    const short = withdrawnMilk.replace('draw: 3', 'draw: 4')
    expect(faults(short)).toEqual([])
    expect(advice(short)).toEqual([
      'practice has 3 left that are not withdrawn, and draws 4: write another question',
    ])
  })

  it('cannot be the last', () => {
    const ruling = `withdrawn: { on: 2026-11-20, ${REASON} }`
    const none = withdrawnMilk.replaceAll(/- id: (blood|grass|night)\n/g, `- id: $1\n    ${ruling}\n`)
    expect(faults(none)).toEqual(['every question is withdrawn: write another, or take the quiz out'])
  })

  it('has its reason in every language of the quiz, since people are told', () => {
    expect(faults(withdrawnMilk.replace(', rw: Byayobyaga.', ''))).toEqual([
      'the text is missing in rw: write it, or take the language out of "languages"',
    ])
  })
})

describe('a corrected key', () => {
  it.each(['a', 'd'])('names what was taken for right, and not %s', (was) => {
    expect(faults(correctedMilk(was, 'a'))).toEqual([
      'questions.1.corrected.was: name the option that was taken for the right one until then; the answer is "a" now',
    ])
    expect(faults(correctedMilk('b', 'a'))).toEqual([])
  })
})

describe('rulings on an older version', () => {
  const then = contentOf(COLOURS)

  it('are those that today’s quiz makes of its questions', () => {
    expect(rulingsOn(then, contentOf(withdrawnMilk))).toEqual([{ question: 'milk', ruling: 'withdrawn' }])
    expect(rulingsOn(then, contentOf(correctedMilk('a', 'c')))).toEqual([
      { question: 'milk', ruling: 'corrected', right: 'c' },
    ])
    expect([hasRulings(then), hasRulings(contentOf(withdrawnMilk))]).toEqual([false, true])
  })

  it('are none where that version had the right key, and none for a question it did not have', () => {
    const now = contentOf(correctedMilk('a', 'c'))
    expect(rulingsOn(now, now)).toEqual([])
    expect(rulingsOn(then, then)).toEqual([])
    expect(rulingsOn(contentOf(COLOURS.replace('- id: milk', '- id: cream')), now)).toEqual([])
  })

  it('know the right option by its words, where it stood at another letter then', () => {
    const swapped = withMilk((milk) =>
      milk
        .replace('      b: {', '      x: {')
        .replace('      c: {', '      b: {')
        .replace('      x: {', '      c: {'),
    )
    expect(rulingsOn(contentOf(swapped), contentOf(correctedMilk('a', 'c')))).toEqual([
      { question: 'milk', ruling: 'corrected', right: 'b' },
    ])
  })

  it('know it by its letter where its words were mended, too', () => {
    const mended = contentOf(correctedMilk('a', 'c').replace(/Blue sea|Bleu mer|Inyanja|Bahari/g, 'Sea blue'))
    expect(rulingsOn(then, mended)).toEqual([{ question: 'milk', ruling: 'corrected', right: 'c' }])
  })
})

it('reads alike in a language whose words are the same, whatever became of the others and of the key', () => {
  const french = first(COLOURS.replace('Couleur blood ?', 'Quelle couleur ?'))
  expect(readsAlike(first(COLOURS), french, 'en')).toBe(true)
  expect(readsAlike(first(COLOURS), french, 'fr')).toBe(false)
  expect(readsAlike(first(COLOURS), first(COLOURS.replace('Right red', 'Red')), 'en')).toBe(false)
})
