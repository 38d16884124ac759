// `items [QUIZ]`: how the questions of a quiz work, in plain words, with the figures beside as CSV or a spreadsheet.
import { writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import type { Quiz } from '../engine/schema.ts'
import type { Flow } from '../engine/shelf.ts'
import { analyseQuiz, type Finding, LEAST_ANSWERS, type QuestionAnalysis } from '../usecases/analyse-quiz.ts'
import { openShelf, readFlows } from '../usecases/open-shelf.ts'
import { contentState } from '../usecases/review-flows.ts'
import { inLanguage, type Language } from '../words/language.ts'
import { counted } from './counted.ts'
import type { Office } from './delivery.ts'
import { type Cell, FORMATS, type Format, writeTable } from './write-table.ts'

/** Says what is to be said of one quiz, or of all; the exit code. */
export async function items({ visit, config, say }: Office, args: readonly string[]): Promise<number> {
  const asked = read(args)
  if (typeof asked === 'string') {
    say(asked)
    return 1
  }
  const files = await readFlows(config.flowsDir)
  const { shelf } = await openShelf(visit.database, files, config.language)
  const all = shelf.flows.filter((flow): flow is Flow<Quiz> => flow.content.kind === 'quiz')
  const wanted = all.filter(({ id }) => asked.quiz === undefined || id === asked.quiz)
  if (wanted.length === 0) {
    say(`There is no quiz "${asked.quiz}". There are: ${all.map(({ id }) => id).join(', ')}.`)
    return 1
  }
  const { drafts } = contentState(files, config.content)
  const analysed: Analysed[] = []
  for (const flow of wanted) {
    const questions = await analyseQuiz(shelf, visit.database, { flow, least: asked.least })
    analysed.push({ flow, questions, draft: drafts.includes(flow.id) })
  }
  const { format, out } = asked
  if (format !== 'text') {
    await writeTable({ name: 'items', rows: rowsOf(analysed), notes: [], format, out, say })
    return 0
  }
  const lines = analysed.flatMap((one) => inWords(one, asked))
  if (out === undefined) lines.forEach((line) => say(line))
  else {
    await writeFile(out, `${lines.join('\n')}\n`)
    say(`Written: ${out}`)
  }
  return 0
}

interface Analysed {
  readonly flow: Flow<Quiz>
  readonly questions: readonly QuestionAnalysis[]
  readonly draft: boolean
}

interface Asked {
  readonly quiz: string | undefined
  readonly least: number
  readonly format: Format
  readonly out: string | undefined
}

/** Fewer are no answer to anything. */
const FEWEST = 10

const USE = `Usage: items [QUIZ] [--least ${LEAST_ANSWERS}] [--format ${FORMATS.join('|')}] [--out FILE]
--least: how many must have answered a question in a language before anything is said of it, ${FEWEST} or more`

function read(args: readonly string[]): Asked | string {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        least: { type: 'string', default: String(LEAST_ANSWERS) },
        format: { type: 'string', default: 'text' },
        out: { type: 'string' },
      },
    })
    const format = FORMATS.find((name) => name === values.format)
    const least = Number(values.least)
    if (!format || positionals.length > 1 || !Number.isInteger(least) || least < FEWEST) return USE
    return { quiz: positionals[0], least, format, out: values.out }
  } catch {
    return USE
  }
}

const LANGUAGE_NAMES: Readonly<Record<string, string>> = {
  en: 'English',
  fr: 'French',
  rw: 'Kinyarwanda',
  sw: 'Kiswahili',
} satisfies Record<Language, string>

const named = (language: string): string => LANGUAGE_NAMES[language] ?? language
const percent = (share: number): string => `${Math.round(100 * share)} %`

/** Only questions something is to be said of; the others are counted. */
function inWords({ flow, questions, draft }: Analysed, { least }: Asked): string[] {
  const state = draft ? ': draft, not yet clinically reviewed' : ''
  const lines = [`${inLanguage(flow.content.title, 'en')} (${flow.id})${state}`]
  const known = questions.filter(({ languages }) => languages.some(({ enough }) => enough))
  if (known.length === 0) {
    const most = Math.max(0, ...questions.flatMap(({ languages }) => languages.map(({ answers }) => answers)))
    return [
      ...lines,
      `  Nothing can be said yet: a question needs ${least} people's answers in one language, and the most any has is ${most}.`,
      '',
    ]
  }
  for (const { question, languages, findings } of known) {
    if (findings.length === 0) continue
    const counts = languages.map(
      (working) =>
        `${named(working.language)} ${counted(working.answers, 'answer')}, ${percent(working.difficulty)} right`,
    )
    lines.push(`  ${question}: ${counts.join('; ')}`, ...findings.map((finding) => `    - ${said(finding)}`))
  }
  const good = known.filter(({ findings }) => findings.length === 0).length
  const rest = questions.length - known.length
  return [
    ...lines,
    `  ${good} of ${counted(questions.length, 'question works', 'questions work')} well${rest > 0 ? `; ${counted(rest, 'has', 'have')} too few answers yet (${least} in one language)` : ''}.`,
    '',
  ]
}

function said(finding: Finding): string {
  const where = `in ${named(finding.language)}`
  switch (finding.finding) {
    case 'key_doubtful':
      return `${where} those who do well otherwise get it wrong more often than the others: look at the key first`
    case 'tells_little':
      return `${where} those who do well otherwise get it right hardly more often than the others: look for words that mislead or give it away`
    case 'very_hard':
      return `${where} only ${percent(finding.difficulty)} get it right: look at the key and the words; if both are right, teach it`
    case 'very_easy':
      return `${where} ${percent(finding.difficulty)} get it right: it tells nobody apart; keep it only if everybody must know it`
    case 'also_right':
      return `${where} ${percent(finding.chosen)} choose ${finding.option}, and they do well otherwise: could it be right, too?`
    case 'never_chosen':
      return `${where} hardly anybody chooses ${finding.options.join(' or ')}: write a wrong answer that people do think of`
    case 'slow':
      return `${where} it takes ${finding.seconds} s where others take ${Math.round(finding.usual)} s: it may be long or unclear`
    case 'harder_in_language':
      return `${where} ${finding.far ? 'far harder' : 'harder'} than in ${named(finding.than)} (${percent(finding.difficulty)} right against ${percent(finding.difficultyThan)}), also among people who do equally well otherwise: look at the translation`
  }
}

/** One line a question and language, whatever its number of answers. */
function rowsOf(analysed: readonly Analysed[]): Cell[][] {
  const heading = [
    'Quiz',
    'Question',
    'Language',
    'Answers',
    'Enough',
    'Right %',
    'Discrimination',
    'Right option',
    ...'ABCDEF'.split('').flatMap((letter) => [`${letter} chosen`, `${letter} with the rest`]),
    'Median seconds',
    'What to look at',
  ]
  const lines = analysed.flatMap(({ flow, questions }) =>
    questions.flatMap(({ question, languages, findings }) =>
      languages.map((working): Cell[] => [
        flow.id,
        question,
        working.language,
        working.answers,
        working.enough ? 'yes' : 'no',
        Math.round(100 * working.difficulty),
        rounded(working.discrimination),
        working.options.find(({ right }) => right)?.option,
        ...Array.from({ length: 6 }, (_, at) => working.options[at]).flatMap((option) => [
          option?.chosen,
          rounded(option?.drawsTheAble),
        ]),
        working.medianSeconds,
        findings
          .filter(({ language }) => language === working.language)
          .map(said)
          .join('; '),
      ]),
    ),
  )
  return [heading, ...lines]
}

const rounded = (value: number | undefined): number | undefined =>
  value === undefined ? undefined : Math.round(100 * value) / 100
