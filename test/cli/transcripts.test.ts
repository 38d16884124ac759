// Every flow that talks is held to its transcript, and a transcript that no longer fits says where.
import { cp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { flows } from '../../src/cli/flows.ts'
import { coverFlows, testFlows } from '../../src/cli/transcripts.ts'
import { COLOURS, FLOWS, INTERVIEW, everyFlow } from '../engine/talk.ts'
import { smallFolder } from './small-folder.ts'

it('every flow goes as its transcript says, and every step is in one', async () => {
  const said: string[] = []
  const files = await everyFlow()
  const say = (line: string): void => void said.push(line)
  expect([await testFlows(FLOWS, files, { update: false, say }), said.slice(0, -1)]).toEqual([0, []])
  expect([await coverFlows(FLOWS, files, say), said.slice(1, -1)]).toEqual([0, []])
})

describe('a folder', () => {
  let folder: string
  const said: string[] = []
  const run = async (...args: string[]): Promise<number> => {
    said.length = 0
    return flows(args, { FLOWS_DIR: folder }, (line) => said.push(line))
  }
  const file = (name: string): string => join(folder, name)
  beforeEach(async () => {
    folder = await smallFolder()
    await writeFile(file('colours.yaml'), COLOURS)
    await writeFile(file('interview.yaml'), INTERVIEW)
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  it('without transcripts is told so; --update drafts them, and they come to everything', async () => {
    expect(await run('test')).toBe(1)
    expect(said).toContain(
      'colours.yaml:1:1 has no transcript: `npm run flows -- test --update` drafts colours.transcript.yaml',
    )
    expect(await run('test', '--update')).toBe(0)
    expect(await run('test')).toBe(0)
    expect(await run('coverage')).toBe(0)
    expect(await readFile(file('interview.transcript.yaml'), 'utf8')).toContain(`  talk:
    - bot: |-
        Hello Joseph.

        Your age?
    - says: "18"
    - bot: Your village?
    - says: All is well
    - bot: Your phone?
    - says: "+250788123456"
    - bot: |-
        Tea or coffee?

        A. Tea
        B. Coffee
    - taps: tea
    - bot: Tea for All is well, aged 18, +250788123456.
`)
    const quiz = await readFile(file('colours.transcript.yaml'), 'utf8')
    for (const part of ['says: perhaps', '✅ Right.', '❌ Not quite.', 'says: menu', 'language: sw'])
      expect(quiz).toContain(part)

    // A changed text shows with the line of the transcript, and --update takes it in; what the person does stays.
    await writeFile(file('interview.yaml'), INTERVIEW.replace('Coffee it is.', 'Coffee then.'))
    expect(await run('test')).toBe(1)
    const changed = (await readFile(file('interview.transcript.yaml'), 'utf8')).split('\n')
    const line = changed.findIndex((text) => text.includes('Coffee it is.')) + 1
    expect(said).toEqual([
      `interview.transcript.yaml:${line}:1 it should come: bot: "Coffee it is."\n  and there comes: bot: "Coffee then."`,
      '1 to mend.',
    ])
    expect(await run('test', '--update')).toBe(0)
    expect(await readFile(file('interview.transcript.yaml'), 'utf8')).toBe(
      changed.join('\n').replace('Coffee it is.', 'Coffee then.'),
    )

    // What the person can no longer do, no update mends.
    await writeFile(
      file('interview.yaml'),
      INTERVIEW.replace('tea: { en: Tea }', 'cha: { en: Tea }').replace('is: tea', 'is: cha'),
    )
    expect(await run('test', '--update')).toBe(1)
    expect(said[0]).toMatch(/^interview\.transcript\.yaml:\d+:1 there is no "tea" to tap here: cha, coffee$/)
    await writeFile(file('interview.yaml'), INTERVIEW)

    // A step nobody comes to, a transcript that cannot be read, and one of nothing.
    await writeFile(
      file('interview.transcript.yaml'),
      '- about: Too short\n  talk:\n    - bot: x\n    - says: "18"\n',
    )
    expect(await run('coverage')).toBe(1)
    expect(said.map((text) => text.replace(/:\d+:/, ':')).slice(-3, -1)).toEqual([
      'interview.yaml:5 no transcript comes to this step',
      'interview.yaml:5 no transcript comes to this step "sugar"',
    ])
    await writeFile(file('interview.transcript.yaml'), '- about: Wrong\n  talk:\n    - sings: la\n')
    await writeFile(file('lost.transcript.yaml'), '- about: Lost\n  talk: []\n')
    expect(await run('test')).toBe(1)
    expect(said).toEqual([
      'interview.transcript.yaml:3:7 a line has one of bot, says, taps, deed, opens',
      'lost.transcript.yaml:1:1 there is no content of this name beside it',
      '2 to mend.',
    ])
  })

  it('holds what is read to its transcript too: marks with their score, counts, cards and templates', async () => {
    await writeFile(file('washing-steps.yaml'), WASHING)
    await cp(join(FLOWS, 'emergencies/shock.yaml'), file('shock.yaml'))
    await cp(join(FLOWS, 'templates/quiz-waits.yaml'), file('quiz-waits.yaml'))
    expect(await run('test')).toBe(1)
    expect(said).toContain(
      'washing-steps.yaml:1:1 has no transcript: `npm run flows -- test --update` drafts washing-steps.transcript.yaml',
    )
    expect(await run('test', '--update')).toBe(0)
    const drafted = await readFile(file('washing-steps.transcript.yaml'), 'utf8')
    expect(drafted).toContain('1. Wets the hands')
    expect(drafted).toContain('4 of 5 points (80%). One critical step was not shown.')
    expect(await readFile(file('quiz-waits.transcript.yaml'), 'utf8')).toContain('[Continuer]')

    // What is critical shows in the result; and nobody types to a card.
    const other = WASHING.replace('wets, critical: true', 'wets').replace('soaps,', 'soaps, critical: true,')
    await writeFile(file('washing-steps.yaml'), other)
    expect(await run('test')).toBe(1)
    expect(said.some((line) => /^washing-steps\.transcript\.yaml:\d+:1 it should come: /.test(line))).toBe(
      true,
    )
    await writeFile(file('washing-steps.yaml'), WASHING)
    const card = file('shock.transcript.yaml')
    await writeFile(card, `${await readFile(card, 'utf8')}    - says: thanks\n`)
    expect(await run('test')).toBe(1)
    expect(said[0]).toMatch(
      /^shock\.transcript\.yaml:\d+:1 only marks of a checklist and counts of a report are typed here$/,
    )
  })
})

const WASHING = `kind: checklist
title: { en: Washing hands, fr: Se laver les mains }
competency: NB-HBB
cadres: [nurse]
languages: [en, fr]
status: draft
source: Hand hygiene
guideline_year: 2009
items:
  - { id: wets, critical: true, observe: { en: Wets the hands, fr: Mouille les mains } }
  - { id: soaps, observe: { en: Takes soap, fr: Prend du savon } }
  - { id: rubs, observe: { en: Rubs palms and backs, fr: Frotte paumes et dos } }
  - { id: rinses, observe: { en: Rinses them, fr: Les rince } }
  - { id: dries, observe: { en: Dries them, fr: Les sèche } }
`
