// Translations go out as gettext and come back; nothing else in a flow file changes.
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { flows } from '../../src/cli/flows.ts'
import { textsToTranslate, withTranslations } from '../../src/engine/translations.ts'
import { FLOWS } from '../engine/talk.ts'

const HELLO = `# Says hello.
kind: dialogue
title:   {en: Hello,   fr: 'Bonjour'}   # short
languages: [en, fr]
status: draft
steps:
- id: hello
  say:
    en: "Hello {name}."   # the name
    fr: Bonjour {name}.

- ask: { en: "Tea, or coffee?" }
  answer:
    as: choice
    options:
      tea:
        en: >
          A cup
          of tea
        fr: Thé
      other: { fr: Autre }
  save: drink
`

let folder: string
let said: string[]
const run = (...args: string[]): Promise<number> => flows(args, {}, (line) => said.push(line))
const hello = (): Promise<string> => readFile(join(folder, 'talks/hello.yaml'), 'utf8')
const change = async (file: string, from: string, to: string): Promise<void> => {
  const before = await readFile(join(folder, file), 'utf8')
  if (!before.includes(from)) throw new Error(`${from} is not in ${file}`)
  await writeFile(
    join(folder, file),
    before.replace(from, () => to),
  )
}

beforeEach(async () => {
  said = []
  folder = await mkdtemp(join(tmpdir(), 'preceptor-po-'))
  await mkdir(join(folder, 'talks'))
  await writeFile(join(folder, 'talks/hello.yaml'), HELLO)
})
afterEach(() => rm(folder, { recursive: true, force: true }))

describe('translations', () => {
  it('come back as they went', async () => {
    expect(await run('export-po', 'fr', folder)).toBe(0)
    expect(said).toEqual([`${join(folder, 'fr.po')}: 4 texts, 3 of them translated.`])
    expect(await run('import-po', join(folder, 'fr.po'), folder)).toBe(0)
    expect(said.at(-1)).toBe('0 translations changed in 0 files, 0 refused.')
    expect(await hello()).toBe(HELLO)
  })

  it('change only these texts, whatever quotes, comments and blanks stand around them', async () => {
    await run('export-po', 'fr', folder)
    await change('fr.po', 'msgstr "Bonjour"', 'msgstr "Bonjour, l’ami : salut d\'ici"')
    await change(
      'fr.po',
      'msgid "Tea, or coffee?"\nmsgstr ""',
      'msgid "Tea, or coffee?"\nmsgstr "Thé\\n« ou » \\"café\\" ?"',
    )
    await change('fr.po', 'msgstr "Thé"', 'msgstr "# du thé"')
    expect(await run('import-po', join(folder, 'fr.po'), folder)).toBe(0)
    expect(said.at(-1)).toBe('3 translations changed in 1 file, 0 refused.')
    expect(await hello()).toBe(
      HELLO.replace("'Bonjour'", "'Bonjour, l’ami : salut d''ici'")
        .replace('coffee?" }', 'coffee?", fr: "Thé\\n« ou » \\"café\\" ?" }')
        .replace('fr: Thé\n', 'fr: "# du thé"\n'),
    )
  })

  it('bring a language that is new, under the others', async () => {
    await run('export-po', 'sw', folder)
    await change(
      'sw.po',
      'msgid "Hello {name}."\nmsgstr ""',
      'msgid "Hello {name}."\nmsgstr "Habari {name}."',
    )
    await change('sw.po', 'msgid "A cup of tea"\nmsgstr ""', 'msgid "A cup of tea"\nmsgstr "Chai"')
    await change('sw.po', 'msgid "Autre"\nmsgstr ""', 'msgid "Autre"\nmsgstr "Nyingine"')
    expect(await run('import-po', join(folder, 'sw.po'), folder)).toBe(0)
    expect(await hello()).toBe(
      HELLO.replace('    fr: Bonjour {name}.\n', '    fr: Bonjour {name}.\n    sw: "Habari {name}."\n')
        .replace('        fr: Thé\n', '        fr: Thé\n        sw: Chai\n')
        .replace('{ fr: Autre }', '{ fr: Autre, sw: Nyingine }'),
    )
  })

  it.each([
    [
      'of a text that has changed, and was not touched',
      'Hello {name}.',
      'Bye {name}.',
      '',
      'the text in en has changed and its translation has not: translate it anew',
    ],
    [
      'of a text that has changed, and is new',
      'Hello {name}.',
      'Bye {name}.',
      'Salut {name}.',
      'the text in en has changed since this was exported: export it again and look at it',
    ],
    [
      'of a text that is gone',
      'id: hello',
      'id: greeting',
      'Salut {name}.',
      'there is no such text any more: it is left out',
    ],
    [
      'with other values',
      'Says',
      'Tells',
      'Salut {nom}.',
      'the values differ: {name} in the text, {nom} in the translation',
    ],
    [
      'with broken braces',
      'Says',
      'Tells',
      'Salut {name.',
      'the braces of the translation cannot be read: keep them as they are in the text',
    ],
  ])('are refused %s', async (...[, from, to, words, why]) => {
    await run('export-po', 'fr', folder)
    await change('talks/hello.yaml', from, to)
    const before = await hello()
    if (words) await change('fr.po', 'Bonjour {name}.', words)
    expect(await run('import-po', join(folder, 'fr.po'), folder)).toBe(1)
    expect(said.slice(1)).toEqual([
      `talks/hello.yaml#steps.hello.say: ${why}`,
      '0 translations changed in 0 files, 1 refused.',
    ])
    expect(await hello()).toBe(before)
  })

  it('that a file would not pass the check with are left out, and it stays as it was', async () => {
    await run('export-po', 'fr', folder)
    await change('fr.po', 'msgstr "Thé"', 'msgstr "Autre"')
    const before = await hello()
    expect(await run('import-po', join(folder, 'fr.po'), folder)).toBe(1)
    expect(said.slice(1)).toEqual([
      expect.stringMatching(/^talks\/hello\.yaml:\d+:\d+ two options say the same: make them differ$/),
      'talks/hello.yaml: with its translations it would not pass the check, and is left as it was',
      '0 translations changed in 0 files, 1 refused.',
    ])
    expect(await hello()).toBe(before)
  })

  it('that are not sure are left for later', async () => {
    await run('export-po', 'fr', folder)
    await change('fr.po', 'msgctxt "talks/hello.yaml#title"', '#, fuzzy\nmsgctxt "talks/hello.yaml#title"')
    await change('fr.po', 'msgstr "Bonjour"', 'msgstr "Salut"')
    expect(await run('import-po', join(folder, 'fr.po'), folder)).toBe(0)
    expect(await hello()).toBe(HELLO)
  })
})

it.each([
  [['export-po'], 'Name the language: en, fr, rw, sw.'],
  [['export-po', 'de'], 'Name the language: en, fr, rw, sw.'],
  [['import-po'], 'Name the file with the translations.'],
  [['import-po', 'nowhere/rw.po'], 'There is no file nowhere/rw.po that can be read.'],
  [['import-po', join(FLOWS, 'words.yaml')], 'is no gettext file with a header'],
])('says what %j lacks', async (args, why) => {
  expect(await run(...args)).toBe(1)
  expect(said.join('\n')).toContain(why)
})

it.each(['words.yaml', 'join.yaml', 'quizzes/newborn-resuscitation.yaml', 'templates/quiz-waits.yaml'])(
  'every text of %s can be written anew and read again',
  async (file) => {
    const source = await readFile(join(FLOWS, file), 'utf8')
    const awkward = (path: string): string => `${path}: "it's", {a} #1 - [b] 'c' \\d é`
    const texts = textsToTranslate(source, 'sw')
    const wanted = new Map(texts.map(({ path }) => [path, awkward(path)]))
    expect(wanted.size).toBe(texts.length)
    const after = withTranslations(source, 'sw', wanted)
    const read = textsToTranslate(after, 'sw')
    expect(read).toEqual(texts.map((text) => ({ ...text, translation: awkward(text.path) })))
    expect(withTranslations(after, 'sw', wanted)).toBe(after)
  },
)
