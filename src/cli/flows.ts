// The author's door: `npm run flows -- check` looks at every flow file and says what to mend, with file and line.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readConfig } from '../config/config.ts'
import { factsInUse } from '../usecases/facts-in-use.ts'
import { contentState, unprovenReviews } from '../usecases/review-flows.ts'
import { FlowsBroken, readFlows } from '../usecases/open-shelf.ts'
import { demoCadre } from '../usecases/seed-demo.ts'
import { adviseCompetency, adviseFlow } from '../engine/advise.ts'
import { editorSchema } from '../engine/editor-schema.ts'
import { lintDates } from '../engine/lint-dates.ts'
import { asSubmitted } from '../engine/speak-template.ts'
import type { FlowFile } from '../store/flows.ts'
import { counted } from './counted.ts'
import { author, AUTHORING_USAGE } from './authoring.ts'
import { exportPo, importPo } from './po.ts'
import { latestDay } from './latest-day.ts'
import type { Say } from './say.ts'
import { coverFlows, testFlows } from './transcripts.ts'
import { adviseTranslations } from './translated.ts'
import { type Tester, tryFlow } from './try.ts'
import { misunderstood } from './usage.ts'
import { type Language, LANGUAGES } from '../words/language.ts'
import { CADRES, isCadre } from '../words/roles.ts'

const USAGE = `Usage: npm run flows -- <command>

  check [FOLDER] [--strict]
                    look for everything an author can get wrong, with file, line and remedy; --strict takes advice
                    for a fault
  facts [ID]        list the facts that content rests on, or what one of them touches
  templates [FOLDER]
                    the templates as they are submitted to WhatsApp, and which are approved
  schema [FOLDER]   write schema.json, by which editors complete and check what is written
  export-po LANGUAGE [FOLDER]
                    write all texts and their translations for translators, as gettext
  import-po FILE [FOLDER]
                    put the translations of such a file into the flows, and say what fits no more
  test [FOLDER] [--update]
                    hold every flow to its transcript; --update writes what is now said
  coverage [FOLDER] list the steps that no transcript comes to
  try FILE [--as NAME] [--cadre CADRE] [--language LANGUAGE]
                    talk with a quiz or a dialogue here, mark a checklist, read a packet or a card, by the engine
                    alone; Ctrl+D ends it
${AUTHORING_USAGE}`

/** Nobody sits at the terminal. */
const NOTHING_TYPED: AsyncIterable<string> = (async function* () {})()

/** Runs one command; resolves with the exit code. `lines` is what is typed meanwhile. */
export async function flows(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  say: Say,
  lines: AsyncIterable<string> = NOTHING_TYPED,
): Promise<number> {
  const [what, which, where] = args
  try {
    if (what === 'check' || what === 'test' || what === 'coverage') {
      const folder = args.slice(1).find((word) => !word.startsWith('--')) ?? readConfig(env).flowsDir
      if (what === 'check') return await check(folder, { strict: args.includes('--strict'), say })
      const files = await readFlows(folder)
      if (what === 'coverage') return await coverFlows(folder, files, say)
      return await testFlows(folder, files, { update: args.includes('--update'), say })
    }
    const authored = await author(args, { folder: readConfig(env).flowsDir, say })
    if (authored !== undefined) return authored
    if (what === 'facts') return await facts(readConfig(env).flowsDir, which, say)
    if (what === 'schema') return await writeSchema(which ?? readConfig(env).flowsDir, say)
    if (what === 'export-po') return await exportPo(where ?? readConfig(env).flowsDir, which, say)
    if (what === 'import-po') return await importPo(where ?? readConfig(env).flowsDir, which, say)
    if (what === 'try' && which !== undefined) {
      const who = whoTries(args.slice(2), readConfig(env).language)
      const folder = readConfig(env).flowsDir
      if (typeof who !== 'string')
        return await tryFlow(folder, await readFlows(folder), which, { ...who, lines, say })
      say(who)
      return 1
    }
    if (what === 'templates') return listTemplates(await readFlows(which ?? readConfig(env).flowsDir), say)
  } catch (error) {
    if (!(error instanceof FlowsBroken)) throw error
    for (const { file, line, column, message } of error.faults) say(`${file}:${line}:${column} ${message}`)
    say(`${counted(error.faults.length, 'fault')} to mend.`)
    return 1
  }
  const helped = what === undefined || what === 'help' || what === '--help'
  say(helped ? USAGE : misunderstood(USAGE, args))
  return helped ? 0 : 1
}

/** Joseph, unless somebody else is named; in one sentence what is wrong with a flag. */
function whoTries(
  words: readonly string[],
  usual: Language,
): Pick<Tester, 'name' | 'cadre' | 'language'> | string {
  const given = new Map<string, string>()
  for (let at = 0; at < words.length; at += 2) {
    const [flag = '', value] = [words[at], words[at + 1]]
    if (!TRIED_AS.includes(flag)) return `try knows no "${flag}": there are ${TRIED_AS.join(', ')}.`
    if (value === undefined || value === '') return `${flag} needs a value after it.`
    given.set(flag, value)
  }
  const wanted = given.get('--language') ?? usual
  const language = LANGUAGES.find((one) => one === wanted)
  if (!language) return `The service speaks no "${wanted}": its languages are ${LANGUAGES.join(', ')}.`
  const name = given.get('--as') ?? 'Joseph'
  const cadre = given.get('--cadre') ?? demoCadre(name) ?? 'nurse'
  if (cadre !== '' && !isCadre(cadre)) return `There is no cadre "${cadre}": there are ${CADRES.join(', ')}.`
  return { name, cadre: cadre === '' ? undefined : cadre, language }
}

const TRIED_AS: readonly string[] = ['--as', '--cadre', '--language']

async function check(folder: string, { strict, say }: { strict: boolean; say: Say }): Promise<number> {
  const files = await readFlows(folder)
  // A service whose clock is wrong must start all the same, and it serves as reviewed what the ledger says: only who
  // writes is told.
  const untrue = [
    ...files.flatMap(({ file, parsed }) => lintDates(file, parsed, latestDay())),
    ...unprovenReviews(files),
  ]
  if (untrue.length > 0) throw new FlowsBroken(untrue)
  // As the service counts them: by the ledger of reviews, whatever a file says of itself.
  const { drafts } = contentState(files, 'all')
  const competencies = new Set(
    files.flatMap(({ parsed: { content } }) =>
      content?.kind === 'catalogue'
        ? content.areas.flatMap((area) => area.competencies.map(({ code }) => code))
        : [],
    ),
  )
  const advice = [
    ...files.flatMap(({ file, parsed }) => [
      ...adviseFlow(file, parsed),
      ...adviseCompetency(file, parsed, competencies),
    ]),
    ...(await adviseTranslations(folder, files)),
  ]
  for (const { file, line, column, message } of advice) say(`${file}:${line}:${column} advice: ${message}`)
  if (strict && advice.length > 0) {
    say(`${counted(advice.length, 'piece')} of advice to take.`)
    return 1
  }
  say(
    `${counted(files.length, 'flow file is', 'flow files are')} in order; ${counted(drafts.length, 'of them holds', 'of them hold')} clinical content that awaits review.`,
  )
  return 0
}

async function writeSchema(folder: string, say: Say): Promise<number> {
  const file = join(folder, 'schema.json')
  await writeFile(file, `${JSON.stringify(editorSchema(), undefined, 1)}\n`)
  say(`${file} is written.`)
  return 0
}

async function facts(folder: string, id: string | undefined, say: Say): Promise<number> {
  const all = factsInUse(await readFlows(folder))
  const wanted = all.filter(({ fact }) => id === undefined || fact.id === id)
  for (const { fact, uses } of wanted) {
    const value = [fact.value].flat().join(', ')
    const more = [...fact.with, ...(fact.route ? [fact.route] : [])].map((text) => `, ${text}`).join('')
    say(`${fact.id}: ${value} ${fact.unit}${more} (${uses.length})`)
    if (id === undefined) continue
    say(`  ${fact.says}`)
    say(`  ${fact.source}, ${fact.guideline_year}${fact.where ? `, ${fact.where}` : ''} [${fact.tag}]`)
    if (fact.until_decided) say(`  until it is decided: ${fact.until_decided}`)
    for (const use of uses) say(`  ${use.file}:${use.line} ${use.id}`)
  }
  if (wanted.length === 0)
    say(`There is no fact "${id ?? ''}": \`npm run flows -- facts\` lists those there are.`)
  return wanted.length === 0 && id !== undefined ? 1 : 0
}

function listTemplates(files: readonly FlowFile[], say: Say): number {
  for (const { file, parsed } of files) {
    const { content } = parsed
    if (content?.kind !== 'template') continue
    for (const language of content.languages) {
      const { code, text, button } = asSubmitted(content, language)
      const state = content.approved.includes(language) ? 'approved' : 'not approved yet'
      say(`${content.name}  ${content.category}  ${code}  ${state}  (${file})`)
      say(`  ${text}`)
      if (content.variables.length > 0)
        say(`  values: ${content.variables.map((name, index) => `{{${index + 1}}} ${name}`).join(', ')}`)
      if (button !== undefined) say(`  quick reply: ${button}`)
    }
  }
  return 0
}
