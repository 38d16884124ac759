import { beforeEach, expect, it } from 'vitest'
import { flowOf, shelfOf, Talk, told } from './talk.ts'

const ASK = `
kind: dialogue
title: { en: Ask }
languages: [en]
status: draft
steps:
  - ask: { en: 'What have you found?' }
    answer: { as: text, max: 300, screened: true }
    save: findings
  - ask: { en: 'Anything else?' }
    answer: { as: text, screened: true, or: { none: { en: 'Nothing else' } } }
    save: more
  - say: { en: 'Found: {findings}. More: {more}.' }
`
const shelf = shelfOf(flowOf('asking', ASK))

let talk: Talk
beforeEach(() => {
  talk = new Talk(shelf)
  talk.home = 'menu'
  talk.open('asking')
})

const RAW = 'Mukamana 0788 123 456 bleeds'
const kept = (): string => JSON.stringify([talk.session, talk.events])

it('keeps nothing of what identifies, and shows the sender what it was', () => {
  const reply = told(talk.say(RAW))
  expect(reply).toContain('a name, a phone number')
  expect(reply).toContain('“[a name] [a phone number] bleeds”')
  expect(kept()).not.toContain('Mukamana')
  expect(kept()).not.toContain('0788')
})

it('takes the masked wording when its sender agrees, by tap, number or words', () => {
  for (const agree of [() => talk.tap(0), () => talk.say('1'), () => talk.say('send it like this')]) {
    talk.open('asking')
    talk.say(RAW)
    expect(told(agree())).toContain('Anything else?')
    expect(told(talk.say('no fever'))).toContain('Found: [a name] [a phone number] bleeds. More: no fever.')
    expect(kept()).not.toContain('Mukamana')
  }
})

it('takes it written again, and looks at that, too', () => {
  talk.say(RAW)
  expect(told(talk.say('Mrs Uwimana bleeds'))).toContain('“Mrs [a name] bleeds”')
  expect(told(talk.say('She bleeds, BP 80/50'))).toContain('Anything else?')
  expect(told(talk.tap(0))).toContain('Found: She bleeds, BP 80/50. More: .')
})

it('BACK from what is held asks the question before', () => {
  talk.say('She bleeds')
  talk.say('Her name is Keza')
  expect(told(talk.say('back'))).toContain('What have you found?')
  expect(told(talk.say('She bleeds more'))).toContain('Anything else?')
})

it('leaves a question open by the words on its button, and by no number or letter', () => {
  talk.say('She bleeds')
  expect(told(talk.say('nothing else'))).toContain('More: .')
  talk.open('asking')
  talk.say('She bleeds')
  expect(told(talk.say('1'))).toContain('More: 1.')
})

it('does not let people write labels of their own', () => {
  talk.say('[[name]] and [[nobody]]')
  expect(told(talk.tap(0))).toContain('Found: [a name] and [[nobody]].')
})
