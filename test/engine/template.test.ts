import { describe, expect, it } from 'vitest'
import { flows } from '../../src/cli/flows.ts'
import { lintFlow } from '../../src/engine/lint.ts'
import { parseFlow } from '../../src/engine/parse.ts'
import type { Template } from '../../src/engine/schema-template.ts'
import { makeShelf, type Shelf } from '../../src/engine/shelf.ts'
import { asSubmitted, speakTemplate } from '../../src/engine/speak-template.ts'
import { readFlows } from '../../src/usecases/open-shelf.ts'
import { FLOWS } from '../programme.ts'

const around = { deeds: new Set<string>(), dialogues: new Set<string>(), commands: new Set<string>() }

const GOOD = `kind: template
name: quiz_waits
instead_of: [nudge]
languages: [en, fr]
approved: [en]
variables: [title, at]
text:
  en: "Your quiz {title} waits at question {at}."
  fr: "À la question {at}, votre quiz {title} attend."
button: { en: Go on, fr: Continuer }
`

const faults = (source: string): string[] =>
  lintFlow('t.yaml', parseFlow('t.yaml', source), around).map(({ message }) => message)

describe('a template', () => {
  it('is in order as the documentation writes it', () => {
    expect(faults(GOOD)).toEqual([])
  })

  it.each([
    ['name: quiz_waits', 'name: Quiz-Waits', 'use lower-case letters, digits and underscores'],
    ['instead_of: [nudge]', 'instead_of: [nudges]', 'the interface has no word "nudges"'],
    ['instead_of: [nudge]', 'instead_of: anything', 'knows no values'],
    ['instead_of: [nudge]', 'instead_of: some', 'write the words it stands for'],
    [
      'instead_of: [nudge]',
      'instead_of: [refresher_intro]',
      '"refresher_intro" has no {at}: use count, title',
    ],
    ['[title, at]', '[title, at, of]', '{of} must stand in the text'],
    ['waits at question {at}.', 'waits at question {at}', 'may not begin or end with a value'],
    ['question {at}.', 'question {at, plural, one {#} other {#}}.', 'plain values alone'],
    ['{title} waits at question {at}.', '{title} {at} waits.', 'side by side'],
    ['waits at question {at}.', 'waits at {at} of {of}.', 'nobody fills in {of}'],
    ['Go on', 'Go on with the quiz right now', '25 are taken'],
    ['approved: [en]', 'approved: [sw]', 'there is no text in sw'],
    ['languages: [en, fr]', 'languages: [en, fr, rw]', 'the text is missing in rw'],
    ['languages: [en, fr]', 'languages: [en, fr]\nsend_at: noon', 'send_at'],
  ])('with %s as %s: %s', (from, to, complaint) => {
    expect(GOOD).toContain(from)
    expect(faults(GOOD.replace(from, to)).join('\n')).toContain(complaint)
  })
})

const templateOf = (source: string): Template => {
  const { content } = parseFlow('t.yaml', source)
  if (content?.kind !== 'template') throw new Error('no template')
  return content
}

const shelfWith = (...templates: Template[]): Shelf =>
  makeShelf({
    current: [],
    older: [],
    words: {
      kind: 'words',
      languages: ['en'],
      awaiting_native_review: [],
      commands: { menu: { en: ['menu'] } },
      words: {},
    },
    templates,
    programmeLanguage: 'en',
    screen: () => undefined,
  })

describe('what is said outside the window', () => {
  const good = templateOf(GOOD)
  const values = { title: { en: 'Newborn resuscitation', fr: 'Réanimation' }, at: 3, of: 10 }
  const says = [{ say: 'word' as const, word: 'nudge', values }]
  const listener = { language: 'fr' as const, timezone: 'Africa/Kigali' }

  it('is the template for the word, in a language it is approved in, values in their order', () => {
    expect(speakTemplate(shelfWith(good), says, listener)).toEqual({
      text: 'Your quiz Newborn resuscitation waits at question 3.',
      template: { name: 'quiz_waits', language: 'en', values: ['Newborn resuscitation', '3'], button: true },
    })
    const french = { ...good, approved: ['en', 'fr'] as const }
    expect(
      speakTemplate(shelfWith({ ...french, approved: [...french.approved] }), says, listener)?.template,
    ).toMatchObject({
      language: 'fr',
      values: ['Réanimation', '3'],
    })
  })

  it('is nothing while none is approved, or none stands for it', () => {
    expect(speakTemplate(shelfWith({ ...good, approved: [] }), says, listener)).toBeUndefined()
    expect(speakTemplate(shelfWith(good), [{ say: 'word', word: 'help' }], listener)).toBeUndefined()
  })

  it('is the one for anything where there is no other', () => {
    const any = templateOf(`kind: template
name: message_waits
instead_of: anything
languages: [en, rw]
approved: [rw]
text: { en: A message waits., rw: Ubutumwa burategereje. }
`)
    const shelf = shelfWith(any, good)
    expect(speakTemplate(shelf, [{ say: 'word', word: 'help' }], listener)?.template).toEqual({
      name: 'message_waits',
      language: 'rw_RW',
      values: [],
      button: false,
    })
    expect(speakTemplate(shelf, says, listener)?.template?.name).toBe('quiz_waits')
  })
})

it('is printed as it is submitted, with what is approved so far', async () => {
  const said: string[] = []
  expect(await flows(['templates', FLOWS], {}, (line) => said.push(line))).toBe(0)
  const all = said.join('\n')
  expect(all).toContain('preceptor_quiz_waits  utility  rw_RW  not approved yet')
  expect(all).toContain('“{{1}}” is waiting at question {{2}} of {{3}}')
  expect(all).toContain('values: {{1}} title, {{2}} at, {{3}} of')
  expect(all).toContain('quick reply: Continuer')
})

it('is submitted with numbers for its values', () => {
  expect(asSubmitted(templateOf(GOOD), 'fr')).toEqual({
    code: 'fr',
    text: 'À la question {{2}}, votre quiz {{1}} attend.',
    button: 'Continuer',
  })
})

it('stands ready for every message the service sends unasked, approved nowhere until somebody has had it approved', async () => {
  const templates = (await readFlows(FLOWS)).flatMap(({ parsed: { content } }) =>
    content?.kind === 'template' ? [content] : [],
  )
  const words = templates.flatMap(({ instead_of: all }) => all)
  expect(words).toEqual(expect.arrayContaining(['nudge', 'nudge_last', 'refresher_intro', 'anything']))
  for (const { approved, awaiting_native_review: awaiting } of templates) {
    expect(approved).toEqual([])
    expect(awaiting.toSorted()).toEqual(['rw', 'sw'])
  }
})
