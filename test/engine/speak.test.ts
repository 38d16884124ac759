import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Say } from '../../src/engine/events.ts'
import { letterOf } from '../../src/engine/match.ts'
import { optionOrder } from '../../src/engine/quiz.ts'
import { speak } from '../../src/engine/speak.ts'
import type { FileId, FlowVersion } from '../../src/words/ids.ts'
import { type Language, LANGUAGES } from '../../src/words/language.ts'
import { COLOURS, flowOf, INTERVIEW, KIGALI, MONDAY, shelfOf } from './talk.ts'

const colours = flowOf('colours', COLOURS.replace('shuffle: false', 'shuffle: true'))
const interview = flowOf('interview', INTERVIEW)
const french = flowOf(
  'french',
  `kind: dialogue
title: { fr: Essai }
languages: [fr]
status: draft
steps:
  - say: { fr: 'Bonjour {name}' }
  - say: { en: 'Hello {name}', sw: 'Habari {name}' }
  - say: { rw: Muraho }
  - say: { en: 'Broken {name', fr: "Gap {nobody}, {name}" }`,
)
const shelf = shelfOf(colours, interview, french)

const said = (language: Language, ...says: Say[]): string[] =>
  speak(shelf, says, { language, timezone: KIGALI }).map(({ text }) => text)
const word = (name: string, values?: Record<string, string | number>): Say => ({
  say: 'word',
  word: name,
  ...(values && { values }),
})
const step = (at: number, values: Record<string, string> = { name: 'Joseph' }): Say => ({
  say: 'step',
  flow: french.version,
  step: at,
  values,
})

describe('languages', () => {
  it.each([
    ['en', 'Question 2 of 10'],
    ['fr', 'Question 2 sur 10'],
    ['rw', 'Ikibazo cya 2 kuri 10'],
    ['sw', 'Swali la 2 kati ya 10'],
  ] as const)('speaks %s', (language, text) => {
    expect(said(language, word('quiz_question', { at: 2, of: 10 }))).toEqual([text])
  })

  it('takes the language wanted, else the programme’s, else English, else any', () => {
    expect(said('sw', step(1))).toEqual(['Habari Joseph'])
    expect(said('fr', step(1))).toEqual(['Hello Joseph'])
    expect(said('sw', step(0))).toEqual(['Bonjour Joseph'])
    expect(said('en', step(2))).toEqual(['Muraho'])
    const rwandan = { ...shelf, programmeLanguage: 'sw' as const }
    expect(speak(rwandan, [step(1)], { language: 'fr', timezone: KIGALI })).toEqual([
      { text: 'Habari Joseph' },
    ])
  })

  it('counts as each language does', () => {
    const starts = (language: Language, count: number): string =>
      said(language, word('quiz_starts', { title: 'T', purpose: 'P', count }))[0] ?? ''
    expect(starts('en', 1)).toContain('1 question.')
    expect(starts('en', 2)).toContain('2 questions.')
    expect(starts('en', 0)).toContain('0 questions.')
    expect(starts('fr', 0)).toContain('0 question.')
    expect(starts('fr', 2)).toContain('2 questions.')
    expect(starts('rw', 2)).toContain('ibibazo 2.')
    expect(starts('sw', 1)).toContain('maswali 1.')
  })
})

describe('files', () => {
  it('puts what was said before under the picture, and tells what is in it', () => {
    const attachment = { file: 7 as FileId, kind: 'image', name: 'progress.png', mime: 'image/png' } as const
    const [first, second] = speak(
      shelf,
      [
        word('quiz_all_right'),
        { say: 'file', attachment, word: 'scores_none', alt: 'menu_scores' },
        word('next_none'),
      ],
      { language: 'en', timezone: KIGALI },
    )
    expect(first).toEqual({
      text: 'Nothing was missed. Show a colleague how you do it.\n\nYou have finished no quiz yet.',
      attachment: { ...attachment, alt: 'My scores' },
    })
    expect(second).toEqual({ text: 'Send MENU for more.' })
  })
})

describe('values', () => {
  const when = (language: Language, timezone: string): string =>
    speak(
      shelf,
      [{ say: 'word', word: 'next_refresher', values: { at: { at: MONDAY + 9 * 3_600_000 }, count: 2 } }],
      { language, timezone },
    )[0]?.text ?? ''

  it('tells moments in the zone and language of the listener, hours of 24', () => {
    expect(when('en', KIGALI)).toBe(
      'Next: on Monday 23 November at 19:00 I will bring back 2 questions. Send MENU for more now.',
    )
    expect(when('fr', KIGALI)).toContain('lundi 23 novembre à 19:00')
    expect(when('rw', KIGALI)).toContain('Kuwa mbere, 23 Ugushyingo 19:00')
    expect(when('sw', KIGALI)).toContain('Jumatatu, 23 Novemba saa 19:00')
    expect(when('en', 'America/New_York')).toContain('Monday 23 November at 12:00')
    expect(when('en', 'Asia/Tokyo')).toContain('Tuesday 24 November at 02:00')
  })

  it('reads texts and lists in the listener’s language', () => {
    const values = { name: { en: 'one', fr: 'un' } }
    expect(
      speak(shelf, [{ say: 'step', flow: french.version, step: 0, values }], {
        language: 'fr',
        timezone: KIGALI,
      }),
    ).toEqual([{ text: 'Bonjour un' }])
    const list = {
      name: [
        { id: 'a', text: { en: 'one', fr: 'un' } },
        { id: 'b', text: { en: 'two' } },
      ],
    }
    expect(
      speak(shelf, [{ say: 'step', flow: french.version, step: 0, values: list }], {
        language: 'fr',
        timezone: KIGALI,
      }),
    ).toEqual([{ text: 'Bonjour un, two' }])
  })

  it('never read what people wrote as braces or markup', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        expect(said('fr', step(0, { name }))).toEqual([`Bonjour ${name}`])
      }),
    )
    expect(said('fr', step(0, { name: '<b>{count, plural, one {#}}</b>' }))).toEqual([
      'Bonjour <b>{count, plural, one {#}}</b>',
    ])
  })

  it('that nobody has leave a gap, and braces that cannot be read stay: no message is lost', () => {
    expect(said('fr', step(3))).toEqual(['Gap …, Joseph'])
    expect(said('en', step(3))).toEqual(['Broken {name'])
  })
})

describe('questions and verdicts', () => {
  const question = (seed: number): Say => ({
    say: 'question',
    flow: colours.version,
    question: 1,
    seed,
    at: 1,
    of: 4,
    asked: 7,
  })
  const verdict = (seed: number, chosen: number): Say => ({
    say: 'verdict',
    flow: colours.version,
    question: 1,
    seed,
    chosen,
  })

  it('a question shows its choices in the order of the seed, with tokens of this question', () => {
    const [bubble] = speak(shelf, [question(3)], { language: 'fr', timezone: KIGALI })
    expect(bubble?.text).toBe('Question 1 sur 4\n\nCouleur milk ?')
    expect(bubble?.choices?.map(({ token }) => token)).toEqual(['7.0', '7.1', '7.2'])
    expect(bubble?.choices?.map(({ label }) => label).toSorted((a, b) => a.localeCompare(b))).toEqual([
      'Bleu ciel',
      'Bleu mer',
      'Réponse rouge',
    ])
  })

  it('the letters of a verdict are those the choices were shown with', () => {
    fc.assert(
      fc.property(fc.integer(), fc.nat(2), fc.constantFrom(...LANGUAGES), (seed, chosen, language) => {
        const labels =
          speak(shelf, [question(seed)], { language, timezone: KIGALI })[0]?.choices?.map(
            ({ label }) => label,
          ) ?? []
        const [text = ''] = said(language, verdict(seed, chosen))
        if (colours.content.kind !== 'quiz') throw new Error('no quiz')
        const options = colours.content.questions[1]?.options ?? []
        if (chosen !== 0)
          expect(text).toContain(
            `${letterOf(labels.indexOf(options[0]?.text[language] ?? ''))}. ${options[0]?.text[language]}`,
          )
        const lines = text.split('\n').filter((line) => /^[A-C]\. /.test(line))
        const others = optionOrder(colours.content, 1, seed).filter((option) => option !== 0)
        expect(lines).toEqual(
          others.map(
            (option) =>
              `${letterOf(labels.indexOf(options[option]?.text[language] ?? ''))}. ${options[option]?.because[language]}`,
          ),
        )
      }),
    )
  })

  it('a verdict says right or wrong, why, why the others are not, and the source', () => {
    const plainColours = shelfOf(flowOf('colours', COLOURS))
    const [bubble] = speak(plainColours, [verdict(1, 2)], { language: 'en', timezone: KIGALI })
    expect(bubble).toEqual({
      text: '❌ Not quite. The answer is A. Right red\n\nIt is.\n\nWhy not the others:\nB. Not blue.\nC. Not sea.\n\nSource: Handbook of colours (2020)',
    })
    expect(speak(plainColours, [verdict(1, 0)], { language: 'en', timezone: KIGALI })[0]?.text).toMatch(
      /^✅ Right\.\n\nIt is\./,
    )
  })

  it('what to practise comes with its answers', () => {
    expect(said('en', { say: 'practise', flow: colours.version, questions: [0, 2] })).toEqual([
      'Worth practising:\n\n• Colour of blood?\n→ Right red\n\n• Colour of grass?\n→ Right red',
    ])
  })
})

describe('bubbles', () => {
  const right: Say = { say: 'verdict', flow: colours.version, question: 0, seed: 1, chosen: 0 }
  const question: Say = {
    say: 'question',
    flow: colours.version,
    question: 1,
    seed: 1,
    at: 2,
    of: 4,
    asked: 2,
  }

  it('a verdict stands alone; everything else is joined up to the next question', () => {
    const bubbles = speak(shelf, [right, word('quiz_all_right'), word('next_none'), question, word('help')], {
      language: 'en',
      timezone: KIGALI,
    })
    expect(bubbles.map(({ text, choices }) => [text.split('\n')[0], choices?.length])).toEqual([
      ['✅ Right.', undefined],
      ['Nothing was missed. Show a colleague how you do it.', 3],
      ['You can send at any time:', undefined],
    ])
    expect(bubbles[1]?.text).toBe(
      'Nothing was missed. Show a colleague how you do it.\n\nSend MENU for more.\n\nQuestion 2 of 4\n\nColour of milk?',
    )
  })

  it('a question to share one’s number closes a bubble, too', () => {
    const welcome = shelf.flows.find(({ id }) => id === 'welcome')
    const at =
      welcome?.content.kind === 'dialogue'
        ? welcome.content.steps.findIndex((one) => 'ask' in one && one.save === 'code')
        : -1
    const ask: Say = { say: 'step', flow: welcome?.version ?? ('' as FlowVersion), step: at, asked: 4 }
    const bubbles = speak(shelf, [word('help'), ask, word('next_none')], { language: 'sw', timezone: KIGALI })
    expect(bubbles).toHaveLength(2)
    expect(bubbles[0]?.sharePhone).toBe('Tuma namba yangu ya simu')
    expect(bubbles[0]?.choices).toBeUndefined()
  })

  it('a notice is one message known by its name, apart from what is said before it', () => {
    const notice: Say = { say: 'notice', name: 'card', says: [right, word('next_none'), question] }
    const bubbles = speak(shelf, [word('help'), notice], { language: 'en', timezone: KIGALI })
    expect(bubbles.map(({ notice: name, choices }) => [name, choices?.length])).toEqual([
      [undefined, undefined],
      ['card', 3],
    ])
    expect(bubbles[1]?.text).toMatch(/^✅ Right\.[^]*Send MENU for more\.[^]*Colour of milk\?$/)
  })

  it('a reply points at its message with its first bubble', () => {
    const reply: Say = { say: 'reply', to: '77', says: [right, question] }
    const bubbles = speak(shelf, [reply], { language: 'en', timezone: KIGALI })
    expect(bubbles.map(({ replyTo }) => replyTo)).toEqual(['77', undefined])
  })

  it('a poll asks in the order of the seed and knows the right one', () => {
    for (const seed of [1, 2, 3, 4]) {
      const poll: Say = { say: 'poll', name: 'q1', flow: colours.version, question: 1, seed }
      const [bubble] = speak(shelf, [poll], { language: 'en', timezone: KIGALI })
      expect(bubble).toMatchObject({ text: '', notice: 'q1', poll: { question: 'Colour of milk?' } })
      expect(bubble?.poll?.options[bubble.poll.correct]).toBe(
        speak(shelf, [{ say: 'practise', flow: colours.version, questions: [1] }], {
          language: 'en',
          timezone: KIGALI,
        })[0]?.text.split('→ ')[1],
      )
    }
  })

  it('nothing said is nothing sent', () => {
    expect(speak(shelf, [], { language: 'en', timezone: KIGALI })).toEqual([])
  })

  it('a word that does not exist is a fault of the program', () => {
    expect(() => said('en', word('unicorn'))).toThrow('no word unicorn')
    expect(() => said('en', { say: 'step', flow: interview.version, step: 99 })).toThrow('99')
    expect(() => said('en', { say: 'step', flow: 'gone' as FlowVersion, step: 0 })).toThrow(
      'not on the shelf',
    )
  })
})
