// The clinical content that comes with the service: what every quiz, checklist and packet of it must have.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Checklist } from '../../src/engine/schema-checklist.ts'
import type { Emergency } from '../../src/engine/schema-emergency.ts'
import type { Packet } from '../../src/engine/schema-packet.ts'
import type { Quiz } from '../../src/engine/schema.ts'
import { FLOWS, everyFlow } from './talk.ts'

const files = await everyFlow()
const quizzes = files.flatMap(({ id, parsed: { content } }): [string, Quiz][] =>
  content?.kind === 'quiz' ? [[id, content]] : [],
)
const checklists = files.flatMap(({ id, parsed: { content } }): [string, Checklist][] =>
  content?.kind === 'checklist' ? [[id, content]] : [],
)
const packets = files.flatMap(({ id, parsed: { content } }): [string, Packet][] =>
  content?.kind === 'packet' ? [[id, content]] : [],
)

const cards = files.flatMap(({ id, parsed: { content } }): [string, Emergency][] =>
  content?.kind === 'emergency' ? [[id, content]] : [],
)

/** Kinyarwanda and Kiswahili are nobody's mother tongue who wrote here. */
const awaiting = ({ languages }: Quiz | Checklist | Packet): string[] =>
  languages.filter((language) => language === 'rw' || language === 'sw').toSorted()

describe.each(quizzes)('the quiz %s', (_, quiz) => {
  const { questions } = quiz

  it('asks for one best of four', () => {
    for (const { id, options } of questions) expect([id, options.length]).toEqual([id, 4])
  })

  it('is not won by place or by length', () => {
    const right = questions.map(({ answer }) => answer)
    for (const place of [0, 1, 2, 3])
      expect(right.filter((answer) => answer === place).length / right.length).toBeLessThanOrEqual(0.4)
    for (const language of quiz.languages) {
      const longest = questions.filter(({ options, answer }) => {
        const lengths = options.map(({ text }) => text[language]?.length ?? 0)
        return lengths.every((length, index) => index === answer || length < (lengths[answer] ?? 0))
      })
      expect([language, longest.length / questions.length < 0.5]).toEqual([language, true])
    }
  })

  it('has parallel forms, or none', () => {
    const [a, b] = (['a', 'b'] as const).map((form) => questions.filter((question) => question.form === form))
    if (!a?.length) return
    // The short sets ask four; in the others one mistake that harms nobody still passes.
    const short = questions.length < 20
    expect(a.length).toBeGreaterThanOrEqual(short ? 4 : 7)
    expect(100 * (quiz.draw - 1) >= quiz.pass_percent * quiz.draw).toBe(!short)
    expect(b?.length).toBe(a.length)
    // As many that would harm in one as in the other, or nearly.
    const critical = [a, b].map((form) => form?.filter((question) => question.critical).length ?? 0)
    expect(Math.abs((critical[0] ?? 0) - (critical[1] ?? 0))).toBeLessThanOrEqual(2)
    expect(questions.length).toBeGreaterThan(2 * a.length)
  })

  it('is a draft, and says which languages await a native speaker', () => {
    expect(quiz.status).toBe('draft')
    expect(quiz.awaiting_native_review.toSorted()).toEqual(awaiting(quiz))
  })
})

/** What is asked of few, or is little, has a short set. */
const SHORT = [
  'child-life-support',
  'emergency-triage',
  'newborn-examination',
  'ready-for-birth',
  'safe-caesarean',
  'stabilising-newborn',
  'ultrasound-heart-trace',
  'use-of-data',
]

it('asks twenty questions and more of each subject, in English and French', () => {
  const few = quizzes.filter(([, { questions }]) => questions.length < 20).map(([id]) => id)
  expect(few.toSorted()).toEqual(SHORT)
  for (const [id, { languages, questions }] of quizzes) {
    expect([id, questions.length >= 12]).toEqual([id, true])
    expect([id, languages]).toEqual([id, expect.arrayContaining(['en', 'fr'])])
  }
})

it('says how each checklist is scored, and which steps can be judged from far away', async () => {
  for (const [id] of checklists) {
    const source = await readFile(join(FLOWS, 'checklists', `${id}.yaml`), 'utf8')
    expect([id, /^scale: (?:done|three-point)$/m.test(source)]).toEqual([id, true])
    // How a woman is spoken to and touched is seen in the room alone.
    expect([id, source.includes('remote: true')]).toEqual([id, id !== 'respectful-care-steps'])
  }
})

describe.each(checklists)('the checklist %s', (_, checklist) => {
  it('has 8 to 17 steps, of which some and not all are critical', () => {
    expect(checklist.items.length).toBeGreaterThanOrEqual(8)
    expect(checklist.items.length).toBeLessThanOrEqual(17)
    const critical = checklist.items.filter((item) => item.critical).length
    expect(critical).toBeGreaterThanOrEqual(3)
    expect(critical).toBeLessThan(checklist.items.length)
  })

  it('is a draft, and says which languages await a native speaker', () => {
    expect(checklist.status).toBe('draft')
    expect(checklist.awaiting_native_review.toSorted()).toEqual(awaiting(checklist))
  })
})

describe('what is taught', () => {
  const english = quizzes.flatMap(([id, { questions }]) =>
    questions.flatMap(({ id: question, ask, options, answer }) => [
      [`${id} ${question}`, [ask, options[answer]?.text, options[answer]?.because].map((text) => text?.en)],
    ]),
  ) as [string, string[]][]

  it('gives no dose of carbetocin, whose route nobody has read', () => {
    const told = english.filter(([, said]) => /carbetocin/i.test(said.join(' ')))
    expect(told.length).toBeGreaterThan(3)
    expect(told.filter(([, said]) => /\d microgram/.test(said.join(' ')))).toEqual([])
  })

  it('gives magnesium for a second fit in the strength of the protocol', () => {
    const told = english.filter(([, said]) => /\b2 g\b.*IV|IV.*\b2 g\b/.test(said.join(' ')))
    const magnesium = told.filter(([, said]) => said.join(' ').includes('magnesium'))
    expect(magnesium.length).toBeGreaterThan(1)
    for (const [id, said] of magnesium)
      expect([id, said.join(' ')]).toEqual([id, expect.stringContaining('strength')])
  })

  it('leaves the number of contacts in pregnancy to the national register', () => {
    const told = quizzes.flatMap(([, { questions }]) =>
      questions.filter(({ facts }) => facts.includes('anc-contacts')),
    )
    expect(told.length).toBeGreaterThan(1)
    for (const { id, options, answer } of told)
      expect([id, options[answer]?.text.en]).toEqual([id, expect.stringContaining('register')])
  })
})

describe('cards of first steps', () => {
  const stepsOf = (id: string): string[] =>
    (cards.find(([name]) => name === id)?.[1].steps ?? []).map(({ en }) => en ?? '')

  it('shout for help before anything else is done', () => {
    for (const [id] of cards) expect([id, stepsOf(id)[0]]).toEqual([id, expect.stringMatching(/for help/)])
  })

  it('that are found by fits say what to do in a fit', () => {
    const fits = cards.filter(([, { title }]) => /\bfits\b/i.test(title.en ?? ''))
    expect(fits.length).toBeGreaterThan(1)
    for (const [id] of fits.filter(([name]) => name !== 'sick-newborn'))
      expect([id, stepsOf(id).some((step) => /nothing into .*mouth.*hold/i.test(step))]).toEqual([id, true])
  })

  it('give artesunate only where malaria is found or likely', () => {
    const steps = cards.flatMap(([id]) => stepsOf(id).filter((step) => /artesunate/i.test(step)))
    expect(steps.length).toBeGreaterThan(1)
    for (const step of steps) expect(step).toMatch(/only if .*found.* or/i)
  })

  it('under magnesium begin at the number of breaths that withholds it', () => {
    expect(stepsOf('slow-breathing')[0]).toContain('Fewer than 16 breaths a minute')
  })
})

it('tests, observes and trains each competency of the catalogue', () => {
  const codes = files.flatMap(({ parsed: { content } }) =>
    content?.kind === 'catalogue'
      ? content.areas.flatMap(({ competencies }) => competencies.map(({ code }) => code))
      : [],
  )
  expect(codes.length).toBeGreaterThan(0)
  for (const kind of [quizzes, checklists, packets]) {
    const covered = new Set(kind.map(([, { competency }]) => competency))
    expect(codes.filter((code) => !covered.has(code))).toEqual([])
  }
})

describe('packets', () => {
  it('are read by those who take the quiz of their competency, in its languages', () => {
    for (const [id, { competency, cadres, languages }] of packets)
      for (const [, quiz] of quizzes.filter((named) => named[1].competency === competency)) {
        expect([id, quiz.cadres.some((cadre) => cadres.includes(cadre))]).toEqual([id, true])
        expect([id, languages]).toEqual([id, quiz.languages])
      }
  })

  it.each(packets)('%s is a draft, and says which languages await a native speaker', (_, packet) => {
    expect(packet.status).toBe('draft')
    expect(packet.awaiting_native_review.toSorted()).toEqual(awaiting(packet))
  })
})

it('takes no number of a list for words that somebody writes at a visit or for improvement', () => {
  const taken = files.flatMap(({ id, parsed: { content } }) =>
    content?.kind !== 'dialogue'
      ? []
      : content.steps.flatMap((step, at) =>
          'ask' in step &&
          step.answer.as === 'text' &&
          step.answer.screened &&
          !step.answer.numbered &&
          Object.keys(step.answer.or).length > 0 &&
          !id.startsWith('case')
            ? [`${id}:${at}`]
            : [],
        ),
  )
  expect(taken).toEqual([])
})
