import { beforeEach, describe, expect, it } from 'vitest'
import type { Value } from '../../src/engine/session.ts'
import { flowOf, INTERVIEW, shelfOf, Talk, told } from './talk.ts'

const interview = flowOf('interview', INTERVIEW)

function varsOf(talk: Talk): Readonly<Record<string, Value>> {
  const frame = talk.session.stack.at(-1)
  return frame?.kind === 'dialogue' ? frame.vars : {}
}

let talk: Talk
beforeEach(() => {
  talk = new Talk(shelfOf(interview))
})

describe('a dialogue', () => {
  it('says, asks every kind of question, goes where the answer leads, and ends', () => {
    expect(told(talk.open('interview'))).toBe('Hello Joseph.\n\nYour age?')
    expect(told(talk.say('34'))).toBe('Your village?')
    expect(told(talk.say('Kinigi'))).toBe('Your phone?')
    const [asked] = talk.say('0788 123 456')
    expect(asked).toEqual({
      text: 'Tea or coffee?',
      choices: [
        { token: '4.0', label: 'Tea' },
        { token: '4.1', label: 'Coffee' },
      ],
    })
    expect(varsOf(talk)).toMatchObject({ age: 34, village: 'Kinigi', phone: '+250788123456' })
    expect(told(talk.tap(0))).toBe('Tea for Kinigi, aged 34, +250788123456.')
    expect(talk.session.stack).toEqual([])
  })

  it.each([
    ['17', 'from 18 to 99'],
    ['100', 'from 18 to 99'],
    ['many', 'from 18 to 99'],
    ['-30', 'from 18 to 99'],
    ['30.5', 'from 18 to 99'],
    ['30 years', undefined],
    ['30', undefined],
  ])('age %j', (text, hint) => {
    talk.open('interview')
    const reply = told(talk.say(text))
    if (hint === undefined) expect(reply).toBe('Your village?')
    else {
      expect(reply).toContain(hint)
      expect(reply).toContain('Your age?')
    }
  })

  it('gives a hint that fits the question, then asks it again', () => {
    talk.open('interview')
    talk.say('30')
    expect(told(talk.say('x'.repeat(21)))).toBe(
      'Please send a few words, at most 20 letters.\n\nYour village?',
    )
    talk.say('Kinigi')
    expect(told(talk.say('no phone'))).toBe('That is no number, Joseph.\n\nYour phone?')
    talk.say('+250788123456')
    expect(told(talk.say('milk'))).toContain('a number from 1 to 2.\n\nTea or coffee?')
  })

  it('takes a shared telephone number where one is asked for, and nowhere else', () => {
    talk.open('interview')
    const phone = { kind: 'phone', phone: '+250788123456' } as const
    expect(told(talk.send(phone))).toContain('I can only read words and buttons')
    talk.say('30')
    expect(told(talk.send(phone))).toContain('I can only read words and buttons')
    talk.say('Kinigi')
    expect(told(talk.send(phone))).toBe('Tea or coffee?')
    expect(varsOf(talk)).toMatchObject({ phone: '+250788123456' })
  })

  it('says of a shared number that nobody on the roster has it, and asks for the code again', () => {
    talk.home = 'welcome'
    talk.say('hello')
    const [asked] = talk.say('English')
    expect(asked?.sharePhone).toBe('Share my phone number')
    const reply = told(talk.send({ kind: 'phone', phone: '+250788999999' }))
    expect(reply).toContain("This number is not on the programme's list.")
    expect(reply).toContain('Please send the invite code')
  })

  it('goes back to the question before, one after the other, and not over the first', () => {
    talk.open('interview')
    talk.say('30')
    talk.say('Kinigi')
    expect(told(talk.say('back'))).toBe('Your village?')
    expect(told(talk.say('BACK'))).toBe('Your age?')
    expect(told(talk.say('subira inyuma'))).toContain('There is no answer here that can still be changed')
    talk.say('31')
    talk.say('Musanze')
    talk.say('0788123456')
    expect(told(talk.say('tea'))).toBe('Tea for Musanze, aged 31, +250788123456.')
  })

  it('does not go back over a deed that has been done', () => {
    talk.open('welcome')
    talk.say('English')
    expect(told(talk.say('back'))).toContain('There is no answer here that can still be changed')
  })

  it('ends a walk that would go round for ever', () => {
    const round = flowOf(
      'round',
      'kind: dialogue\ntitle: { en: R }\nlanguages: [en]\nstatus: draft\nsteps:\n  - id: x\n    say: { en: Again }\n  - goto: x',
    )
    const dizzy = new Talk(shelfOf(round))
    dizzy.open('round')
    expect(dizzy.happened('misunderstood')).toEqual([{ type: 'misunderstood', code: 'too_many_steps' }])
    expect(dizzy.session.stack).toEqual([])
  })

  it('goes where a deed’s outcome leads, and on to the next step without one', () => {
    const flow = flowOf(
      'deeds',
      `kind: dialogue
title: { en: D }
languages: [en]
status: draft
steps:
  - ask: { en: Choice? }
    answer: { as: text }
    save: choice
  - do: choose
    then: { scores: there }
  - say: { en: Not there }
  - end: true
  - id: there
    say: { en: There }`,
    )
    const one = new Talk(shelfOf(flow))
    one.open('deeds')
    expect(told(one.say('scores'))).toBe('There')
    one.open('deeds')
    expect(told(one.say('else'))).toBe('Not there')
  })
})

describe('the menu', () => {
  it('understands the words of its own choices, also those that begin like a command', () => {
    for (const words of ['Start over', 'Recommencer', 'Tangira bushya', 'Anza upya']) {
      const one = new Talk(shelfOf(flowOf('colours', QUIZ)))
      one.say('menu')
      one.say('1')
      one.say('a')
      one.say('menu')
      expect(told(one.say('1'))).toContain('You have answered 1 of 2')
      expect(`${words}: ${told(one.say(words))}`).toContain('Practise, or take the post-test?')
    }
  })

  it('takes START with a code for an invitation, where nothing of the kind is offered', () => {
    for (const words of ['START joseph', 'Commencer  joseph', 'anza joseph']) {
      const one = new Talk(shelfOf(interview))
      one.home = 'welcome'
      expect(told(one.say(words))).toContain('Which language')
      expect(told(one.say('francais'))).toContain('Êtes-vous d')
      expect(one.deeds.at(-1)).toMatchObject({ deed: 'join-with-code', vars: { code: 'joseph' } })
    }
  })
})

const QUIZ = `
kind: quiz
title: { en: Colours, fr: Couleurs, rw: Amabara, sw: Rangi }
competency: NB-HBB
cadres: [nurse]
languages: [en]
status: draft
draw: 2
questions:
  - { id: one, source: S, guideline_year: 2020, ask: { en: One? }, answer: a, options: { a: { text: { en: Red }, because: { en: R } }, b: { text: { en: Blue }, because: { en: B } } } }
  - { id: two, source: S, guideline_year: 2020, ask: { en: Two? }, answer: a, options: { a: { text: { en: Red }, because: { en: R } }, b: { text: { en: Blue }, because: { en: B } } } }
`
