import { beforeEach, describe, expect, it } from 'vitest'
import { offeredBy, offerToken, subjectCode, subjectMeant } from '../../src/engine/offer.ts'
import { speak } from '../../src/engine/speak.ts'
import { COLOURS, flowOf, KIGALI, shelfOf, Talk, told } from './talk.ts'

const BOX = `
kind: dialogue
title: { en: Box }
languages: [en]
status: draft
code: B
steps:
  - ask: { en: 'What do you put into box {subject}?' }
    answer: { as: text }
    save: thing
  - say: { en: '{thing} lies in box {subject}.' }
`
const shelf = shelfOf(flowOf('colours', COLOURS), flowOf('box', BOX))

let talk: Talk
beforeEach(() => {
  talk = new Talk(shelf)
  talk.home = 'menu'
})

describe('a dialogue with a code', () => {
  it('opens by its code or its button, over what is running, which goes on afterwards', () => {
    for (const open of [() => talk.say('b-0012'), () => talk.tap(offerToken('box', 12))]) {
      talk.startQuiz('colours')
      expect(told(open())).toContain('What do you put into box 12?')
      const reply = told(talk.say('A stone'))
      expect(reply).toContain('A stone lies in box 12.')
      expect(reply).toContain('Question 1 of 4')
    }
  })

  it('is kept from people who are not in the programme', () => {
    for (const home of ['welcome', 'join', 'stopped'] as const) {
      talk = new Talk(shelf)
      talk.home = home
      expect(told(talk.tap(offerToken('box', 12)))).not.toContain('box 12')
      expect(told(talk.say('B-12'))).not.toContain('box 12')
    }
  })

  it('is the only kind that buttons open', () => {
    talk.startQuiz('colours')
    for (const token of ['>hours.1', '>nothing.1', '>box.0', '>box.x', '>box.1.1', '>'])
      expect(told(talk.tap(token))).toContain('That button belongs to an earlier question')
  })

  it('does not take an answer for a code: no other letter has a dialogue', () => {
    talk.startQuiz('colours')
    expect(told(talk.say('z-1'))).toContain('nothing was counted')
    expect(told(talk.say('a'))).toContain('Right.')
  })
})

describe('what is offered', () => {
  it('is a button with a label of its own', () => {
    const [bubble] = speak(
      shelf,
      [{ say: 'word', word: 'help', offers: [{ flow: 'box', subject: 7, word: 'menu_scores' }] }],
      { language: 'en', timezone: KIGALI },
    )
    expect(bubble?.choices).toEqual([{ token: '>box.7', label: 'My scores' }])
  })

  it('is read back from its token and from what people write', () => {
    expect(offeredBy(offerToken('box', 7))).toEqual({ flow: 'box', number: '7' })
    for (const text of ['C-142', 'c-0142', ' [C-0142] ', 'C – 142'])
      expect(subjectMeant(text), text).toEqual({ letter: 'C', number: '142' })
    for (const text of ['C142', 'C-', '-142', 'CC-1', 'C-0', 'C-142 please', `C-1${'0'.repeat(30)}`])
      expect(subjectMeant(text), text).toBeUndefined()
    expect(subjectCode('C', 142)).toBe('C-0142')
  })
})
