// The flows that come with the service: what they must have, and what happens when they have not.
import { readdirSync, readFileSync } from 'node:fs'
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { namesIn } from '../../src/engine/fill.ts'
import { lintFlow } from '../../src/engine/lint.ts'
import { parseFlow } from '../../src/engine/parse.ts'
import { COMMANDS, WORDS } from '../../src/engine/vocabulary.ts'
import { FlowsBroken, readFlows } from '../../src/usecases/open-shelf.ts'
import { LANGUAGES, type LocalText } from '../../src/words/language.ts'
import { COLOURS, FLOWS, everyFlow } from './talk.ts'

const files = await everyFlow()

describe('the words', () => {
  const lines = readFileSync(join(FLOWS, 'words.yaml'), 'utf8')
  const changed = (from: string | RegExp, to: string): string => {
    if (lines.replace(from, to) === lines) throw new Error(`${String(from)} is not in the words`)
    return lines.replace(from, to)
  }
  const around = {
    deeds: new Set<string>(),
    dialogues: new Set(
      readdirSync(FLOWS, { recursive: true, encoding: 'utf8' }).map((file) => basename(file, '.yaml')),
    ),
    commands: new Set<string>(),
  }
  /** Without the place: these lines move whenever somebody adds a word. */
  const messages = (source: string): string[] =>
    lintFlow('words.yaml', parseFlow('words.yaml', source), around).map(({ message }) => message)

  it('are right as they are', () => {
    expect(messages(lines)).toEqual([])
  })

  it('must have every word the interface says', () => {
    // After the commands, one of which is called help, too.
    const [commands = '', words = ''] = lines.split(/^(?=words:)/m)
    const renamed = words.replaceAll(/^  (?=\w+:)/gm, '  other_')
    expect(messages(commands + renamed).toSorted()).toEqual(
      Object.keys(WORDS)
        .map((name) => `the interface says "${name}" somewhere: add it`)
        .toSorted(),
    )
  })

  it.each(COMMANDS)('must have the command "%s", in every language', (name) => {
    const line = new RegExp(`^  ${name}: .*\\n`, 'm')
    expect(messages(changed(line, ''))).toEqual([`people may send "${name}" at any time: add its words`])
    expect(
      messages(changed(line, `  ${name}: { en: [own ${name}], fr: [mon ${name}], sw: [yangu ${name}] }\n`)),
    ).toEqual(['the command has no words in rw: add them'])
  })

  it.each([
    [changed('fr: [aide]', 'fr: [aide, ARRÊTER]'), ['"arreter" is a word for help too: choose another']],
    [
      changed('  back: ', '  fly: { en: [fly], fr: [vole], rw: [guruka], sw: [ruka] }\n  back: '),
      ['there is no dialogue "fly" to open: write its file, or take the command out'],
    ],
    [changed('Question {at} of {of}', 'Question {at} of {all}'), ['nobody fills in {all}: use {at}, {of}']],
    [changed('en: Send MENU for more.', 'en: "Send {MENU} for more."'), ['nobody fills in {MENU}: use none']],
    [
      changed('Question {at} of {of}', '"Question {at of {of}"'),
      ['the message cannot be read: check its braces, such as {name} or {count, plural, one {…} other {…}}'],
    ],
    [
      changed('rw: ✅ Ni byo., ', ''),
      ['the text is missing in rw: write it, or take the language out of "languages"'],
    ],
  ])('%#: are told what is wrong', (source, faults) => {
    expect(messages(source)).toEqual(faults)
  })
})

describe('the flows folder', () => {
  it('is in order: no file has a fault', async () => {
    expect(files.map(({ file }) => file)).toEqual(
      readdirSync(FLOWS, { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.yaml') && !name.endsWith('.transcript.yaml'))
        .toSorted(),
    )
    expect(files.filter(({ parsed }) => parsed.content?.kind === 'quiz').length).toBeGreaterThanOrEqual(3)
  })

  it('says every word of the interface in every language of the service', async () => {
    const words = files.find(({ id }) => id === 'words')?.parsed.content
    if (words?.kind !== 'words') throw new Error('the words are gone')
    expect(words.languages.toSorted()).toEqual([...LANGUAGES].toSorted())
    expect(words.awaiting_native_review.toSorted()).toEqual(['rw', 'sw'])
    for (const [name, values] of Object.entries(WORDS))
      for (const language of LANGUAGES) {
        const text: LocalText = words.words[name] ?? {}
        // Every translation says all that the English one says: a number left out is a fact left out.
        const said = { name, language, values: namesIn(text[language] ?? '{', language) }
        expect(said).toEqual({ name, language, values: namesIn(text.en ?? '', 'en') })
        for (const value of namesIn(text.en ?? '', 'en') ?? []) expect(values).toContain(value)
      }
    for (const texts of Object.values(words.commands))
      expect(Object.keys(texts).toSorted()).toEqual([...LANGUAGES].toSorted())
  })

  it('has quizzes of a dozen questions and more, in English and French, sourced, as drafts', async () => {
    for (const id of ['newborn-resuscitation', 'postpartum-haemorrhage', 'iccm-chw']) {
      const content = files.find((flow) => flow.id === id)?.parsed.content
      if (content?.kind !== 'quiz') throw new Error(`${id} is gone`)
      const { questions, languages, status } = content
      expect({ id, languages, status }).toEqual({
        id,
        languages: expect.arrayContaining(['en', 'fr']),
        status: 'draft',
      })
      expect(questions.length).toBeGreaterThanOrEqual(12)
      expect(questions.some(({ critical }) => critical)).toBe(true)
      // The right answer is not always the same letter in the file.
      expect(new Set(questions.map(({ answer }) => answer)).size).toBeGreaterThan(2)
    }
  })

  it('speaks with everybody in their own language, in every dialogue', async () => {
    const dialogues = files.flatMap(({ id, parsed: { content } }) =>
      content?.kind === 'dialogue' ? [{ id, languages: content.languages.toSorted() }] : [],
    )
    expect(dialogues).toEqual(dialogues.map(({ id }) => ({ id, languages: LANGUAGES.toSorted() })))
    expect(dialogues.length).toBeGreaterThan(5)
  })

  it('with a fault, a file too few or the wrong kind of one, or none at all, is not served', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'preceptor-flows-'))
    const faultsOf = async (): Promise<string[]> => {
      const error: unknown = await readFlows(folder).catch((caught: unknown) => caught)
      if (!(error instanceof FlowsBroken)) throw new Error(`not refused: ${String(error)}`)
      return error.message.split('\n')
    }
    try {
      await cp(FLOWS, folder, { recursive: true })
      await expect(readFlows(folder)).resolves.toBeDefined()
      await writeFile(join(folder, 'notes.txt'), 'not: [a flow')
      await writeFile(join(folder, 'colours.transcript.yaml'), 'not: a flow')
      await expect(readFlows(folder)).resolves.toBeDefined()
      await writeFile(join(folder, 'menu.yaml'), 'kind: dialogue\nkind: quiz\n')
      await writeFile(join(folder, 'colours.yaml'), COLOURS.replace('answer: a', 'answer: x'))
      expect(await faultsOf()).toEqual([
        'colours.yaml:17:13 questions.0.answer: "x" is none of the options (a, b, c): name the right one',
        'menu.yaml:2:1 this key stands here twice: take one of them out',
      ])
      await rm(join(folder, 'colours.yaml'))
      await rm(join(folder, 'menu.yaml'))
      expect(await faultsOf()).toContain(
        'menu.yaml:1:1 this file is missing: the service cannot do without it',
      )
      await writeFile(join(folder, 'menu.yaml'), COLOURS)
      expect(await faultsOf()).toEqual(
        expect.arrayContaining(['menu.yaml:1:1 this must be a dialogue: the service opens it by itself']),
      )
      const file = join(folder, 'menu.yaml')
      await expect(readFlows(file)).rejects.toThrow(`${file}:1:1 this is a file, and its flow is looked at`)
      await rm(folder, { recursive: true })
      expect(await faultsOf()).toEqual([
        `${folder}:1:1 there is no such folder: set FLOWS_DIR to the folder of the flows`,
      ])
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  })
})
