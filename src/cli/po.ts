// Translations by way of gettext files, as Weblate, Poedit and translators' offices take them.
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Catalogue, type Entry, po } from 'gettext-parser'
import { namesIn } from '../engine/fill.ts'
import { lintFlow } from '../engine/lint.ts'
import type { Surroundings } from '../engine/lint-texts.ts'
import { type Fault, parseFlow } from '../engine/parse.ts'
import { textsToTranslate, type Translatable, withTranslations } from '../engine/translations.ts'
import { type Language, LANGUAGES } from '../words/language.ts'
import { counted } from './counted.ts'
import type { Say } from './say.ts'

/** Writes `<language>.po` into the folder: every text of it, with its translation where there is one. */
export async function exportPo(folder: string, language: string | undefined, say: Say): Promise<number> {
  const into = LANGUAGES.find((one) => one === language)
  if (!into) {
    say(`Name the language: ${LANGUAGES.join(', ')}.`)
    return 1
  }
  const translations: Catalogue['translations'] = { '': {} }
  let texts = 0
  let done = 0
  for (const [file, source] of await sourcesIn(folder))
    for (const { path, source: msgid, from, translation } of textsToTranslate(source, into)) {
      const msgctxt = `${file}#${path}`
      const comments = from === 'en' ? {} : { comments: { extracted: `translated from ${from}` } }
      translations[msgctxt] = { [msgid]: { msgctxt, msgid, msgstr: [translation ?? ''], ...comments } }
      texts += 1
      if (translation !== undefined) done += 1
    }
  const headers = {
    'Project-Id-Version': 'preceptor',
    Language: into,
    'MIME-Version': '1.0',
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Transfer-Encoding': '8bit',
  }
  const to = join(folder, `${into}.po`)
  await writeFile(to, po.compile({ charset: 'utf-8', headers, translations }))
  say(`${to}: ${counted(texts, 'text')}, ${done} of them translated.`)
  return 0
}

/**
 * Puts the translations of a gettext file into the flow files and says what does not fit them any more; that is left as
 * it is. Empty and fuzzy entries are no translations.
 */
export async function importPo(folder: string, file: string | undefined, say: Say): Promise<number> {
  if (file === undefined) {
    say('Name the file with the translations.')
    return 1
  }
  const bytes = await readFile(file).catch(() => undefined)
  if (!bytes) {
    say(`There is no file ${file} that can be read.`)
    return 1
  }
  const catalogue = readPo(bytes)
  const into = LANGUAGES.find((one) => one === catalogue?.headers['Language']?.trim())
  if (!catalogue || !into) {
    say(`${file} is no gettext file with a header "Language:" that is one of ${LANGUAGES.join(', ')}.`)
    return 1
  }
  const sources = await sourcesIn(folder)
  const known = new Map<string, Translatable>(
    [...sources].flatMap(([name, source]) =>
      textsToTranslate(source, into).map((text) => [`${name}#${text.path}`, text] as const),
    ),
  )
  const wanted = new Map<string, Map<string, string>>()
  let refused = 0
  const entries = Object.values(catalogue.translations).flatMap((inContext) => Object.values(inContext))
  for (const entry of entries) {
    const context = entry.msgctxt ?? ''
    const words = (entry.msgstr[0] ?? '').replaceAll('\r\n', '\n').trim()
    if (entry.msgid === '' || words === '' || /\bfuzzy\b/.test(entry.comments?.flag ?? '')) continue
    const text = known.get(context)
    const why = refusal(entry, words, text, into)
    if (why !== undefined) {
      refused += 1
      say(`${context}: ${why}`)
    } else if (text && text.translation !== words) {
      const [name = ''] = context.split('#')
      wanted.set(name, (wanted.get(name) ?? new Map<string, string>()).set(text.path, words))
    }
  }
  const around = alone([...sources.values()])
  let changed = 0
  let files = 0
  for (const [name, translations] of wanted) {
    const before = sources.get(name) ?? ''
    const after = withTranslations(before, into, translations)
    const broken = brokenBy(name, { before, after }, around)
    for (const { line, column, message } of broken) say(`${name}:${line}:${column} ${message}`)
    if (broken.length > 0) {
      say(`${name}: with its translations it would not pass the check, and is left as it was`)
      refused += translations.size
      continue
    }
    await writeFile(join(folder, name), after)
    changed += translations.size
    files += 1
  }
  say(`${counted(changed, 'translation')} changed in ${counted(files, 'file')}, ${refused} refused.`)
  return refused === 0 ? 0 : 1
}

/** What the check would say of a file that it did not say of it before. */
function brokenBy(
  name: string,
  { before, after }: { before: string; after: string },
  around: Surroundings,
): Fault[] {
  const faultsOf = (source: string): Fault[] => lintFlow(name, parseFlow(name, source), around)
  const known = new Set(faultsOf(before).map(({ message }) => message))
  return faultsOf(after).filter(({ message }) => !known.has(message))
}

/** A file by itself, with the facts: what it says of other files is the same before and after. */
function alone(sources: readonly string[]): Surroundings {
  const facts = sources
    .filter((source) => /^kind: facts$/m.test(source))
    .flatMap((source) => {
      const { content } = parseFlow('', source)
      return content?.kind === 'facts' ? content.facts.map((fact) => [fact.id, fact] as const) : []
    })
  const none = new Set<string>()
  return {
    deeds: none,
    dialogues: none,
    commands: none,
    facts: facts.length > 0 ? new Map(facts) : undefined,
  }
}

/** Why a translation is not taken, in words for whoever sent it; undefined when it is. */
function refusal(
  entry: Entry,
  words: string,
  text: Translatable | undefined,
  into: Language,
): string | undefined {
  if (!text) return 'there is no such text any more: it is left out'
  if (text.source !== entry.msgid.trim())
    return text.translation === words
      ? `the text in ${text.from} has changed and its translation has not: translate it anew`
      : `the text in ${text.from} has changed since this was exported: export it again and look at it`
  if (text.translation === words || !/[{}]/.test(text.source + words)) return undefined
  const values = namesIn(text.source, text.from)
  const said = namesIn(words, into)
  if (!values) return undefined
  if (!said) return 'the braces of the translation cannot be read: keep them as they are in the text'
  const strange = [...said].filter((name) => !values.has(name))
  const lost = [...values].filter((name) => !said.has(name))
  return strange.length + lost.length === 0
    ? undefined
    : `the values differ: ${[...values].map((name) => `{${name}}`).join(', ') || 'none'} in the text, ${[...said].map((name) => `{${name}}`).join(', ') || 'none'} in the translation`
}

function readPo(bytes: Buffer): Catalogue | undefined {
  try {
    return po.parse(bytes)
  } catch {
    return undefined
  }
}

/** The flow files of a folder by name, as written. */
async function sourcesIn(folder: string): Promise<Map<string, string>> {
  const names = (await readdir(folder, { recursive: true }))
    .filter((name) => name.endsWith('.yaml') && !name.endsWith('.transcript.yaml'))
    .toSorted()
  return new Map(
    await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name), 'utf8')] as const)),
  )
}
