// Review sheets for clinicians: out as a spreadsheet or a document, and a spreadsheet back into the ledger.
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import readExcel from 'read-excel-file/node'
import { withReviews } from '../engine/review-ledger.ts'
import { type ReviewRow, reviewRow } from '../engine/review-rows.ts'
import { asRead, type ItemStanding } from '../engine/reviews.ts'
import type { Review } from '../engine/schema-reviews.ts'
import { type Block, writeDocument } from '../pictures/document.ts'
import { writeSpreadsheet } from '../pictures/spreadsheet.ts'
import { type FlowFile, versionOf } from '../store/flows.ts'
import { ledgerOf, reviewFlows } from '../usecases/review-flows.ts'
import { type Language, LANGUAGES } from '../words/language.ts'
import { counted } from './counted.ts'
import { type Said, verdictOf } from './review-verdict.ts'
import { dayCome } from './latest-day.ts'
import type { Say } from './say.ts'

/** The columns of a sheet: what is read, then what the reviewer fills in, and their widths in characters. */
const COLUMNS = [
  ['flow', 22],
  ['item', 20],
  ['text', 50],
  ['options', 50],
  ['explanations', 60],
  ['critical', 9],
  ['source', 30],
  ['facts', 45],
  ['standing', 24],
  ['approve', 12],
  ['comment', 45],
  ['reviewer', 24],
  ['date', 12],
  ['version', 15],
  ['languages', 11],
] as const

type Column = (typeof COLUMNS)[number][0]

interface SheetRow extends ReviewRow {
  readonly flow: string
  readonly title: string
  readonly standing: string
  readonly version: string
  readonly languages: readonly Language[]
}

export interface Wanted {
  readonly to: string
  readonly as: 'xlsx' | 'docx'
  /** One flow by its name; all that clinicians answer for without one. */
  readonly flow: string | undefined
  readonly languages: readonly Language[]
}

/** Writes a sheet with a row for each item. */
export async function exportReview(files: readonly FlowFile[], wanted: Wanted, say: Say): Promise<number> {
  const rows = rowsOf(files, wanted)
  if (rows.length === 0) {
    say(
      wanted.flow === undefined
        ? 'There is nothing to review.'
        : `There is nothing to review in a flow "${wanted.flow}": write its name without the ending.`,
    )
    return 1
  }
  const bytes =
    wanted.as === 'docx'
      ? writeDocument(documentOf(rows))
      : await writeSpreadsheet(
          'Review',
          [COLUMNS.map(([name]) => name), ...rows.map((row) => COLUMNS.map(([name]) => cellOf(row, name)))],
          COLUMNS.map(([, width]) => width),
        )
  await writeFile(wanted.to, bytes)
  say(`${wanted.to}: ${counted(rows.length, 'item')}. ${HOW}`)
  return 0
}

const HOW =
  'In “approve” write yes or no, in “comment” what should change, and once your name and the date (2026-11-26).'

/** What clinicians answer for; dialogues and words are read when they are asked for by name. */
const CLINICAL = ['quiz', 'checklist', 'emergency', 'facts']

function rowsOf(
  files: readonly FlowFile[],
  { flow: name, languages }: Pick<Wanted, 'flow' | 'languages'>,
): SheetRow[] {
  const facts = new Map(
    files
      .flatMap(({ parsed: { content } }) => (content?.kind === 'facts' ? content.facts : []))
      .map((fact) => [fact.id, fact]),
  )
  return reviewFlows(files)
    .filter(({ flow }) =>
      name === undefined ? CLINICAL.includes(flow.parsed.content?.kind ?? '') : flow.id === name,
    )
    .flatMap(({ flow, items }) => {
      const head = JSON.parse(flow.parsed.written) as Record<string, unknown>
      const title = (head['title'] ?? {}) as Partial<Record<Language, string>>
      const of = head['languages']
      const read = languages.filter((language) => !Array.isArray(of) || of.includes(language))
      if (read.length === 0) return []
      return items.map((item) => ({
        ...reviewRow(item, head, read, facts),
        flow: flow.id,
        title: title[read[0] ?? 'en'] ?? title.en ?? flow.id,
        standing: standingShown(item),
        version: versionOf(asRead(item, read)),
        languages: read,
      }))
    })
}

const standingShown = ({ approved, wanted }: ItemStanding): string =>
  [
    ...(approved.length > 0 ? [`approved in ${approved.join(', ')}`] : ['draft']),
    ...wanted.map(({ by, on, comment }) => `${by}, ${on}: ${comment ?? 'not approved'}`),
  ].join('\n')

function cellOf(row: SheetRow, column: Column): string | undefined {
  switch (column) {
    case 'explanations':
      return row.because
    case 'critical':
      return row.critical ? 'critical' : undefined
    case 'languages':
      return row.languages.join(', ')
    case 'approve':
    case 'comment':
    case 'reviewer':
    case 'date':
      return undefined
    default:
      return row[column] === '' ? undefined : row[column]
  }
}

function documentOf(rows: readonly SheetRow[]): Block[] {
  return rows.flatMap((row, at): Block[] => [
    ...(row.flow === rows[at - 1]?.flow ? [] : [{ heading: row.title, level: 1 } as const]),
    { heading: `${row.item}${row.critical ? ' (critical)' : ''}`, level: 2 },
    {
      rows: [
        ...(
          [
            ['Text', row.text],
            ['Options', row.options],
            ['Explanations', row.because],
            ['Source', row.source],
            ['Facts', row.facts],
            ['Standing', row.standing],
          ] as const
        ).filter(([, text]) => text !== ''),
        ['Approved?', ''],
        ['Comment', '\n'],
        ['Name, date', `\n${row.flow} · ${row.item} · ${row.version} · ${row.languages.join(', ')}`],
      ],
    },
  ])
}

/** How far the review of each flow is, and what is wanted. */
export function tellReviews(files: readonly FlowFile[], flow: string | undefined, say: Say): number {
  const all = reviewFlows(files).filter(({ flow: { id } }) => flow === undefined || id === flow)
  if (all.length === 0) say(`There is nothing to review in a flow "${flow ?? ''}".`)
  for (const { flow: one, items } of all) {
    const { content } = one.parsed
    const languages = content && 'languages' in content ? content.languages : (['en'] as const)
    const counts = languages.map((language, at) => {
      const approved = items.filter((item) => item.approved.includes(language)).length
      return at === 0
        ? `${approved} of ${counted(items.length, 'item is', 'items are')} approved in ${language}`
        : `${approved} in ${language}`
    })
    const wanted = items.flatMap(({ wanted: of }) => of).length
    say(`${one.file}: ${counts.join(', ')}${wanted > 0 ? `; ${counted(wanted, 'wish', 'wishes')}` : ''}`)
    for (const item of items)
      for (const { by, on, comment } of item.wanted)
        say(`  ${item.id}: ${by}, ${on}: ${comment ?? 'not approved'}`)
  }
  return all.length === 0 ? 1 : 0
}

/** Puts the verdicts and comments of a sheet into the ledger. `today` is the date of those who wrote none. */
export async function importReview(
  folder: string,
  files: readonly FlowFile[],
  { from, today, say }: { from: string; today: string; say: Say },
): Promise<number> {
  const table = await tableOf(from)
  if (typeof table === 'string') {
    say(table)
    return 1
  }
  const now = new Map<string, ItemStanding>(
    reviewFlows(files).flatMap(({ flow, items }) =>
      items.map((item) => [`${flow.id} ${item.id}`, item] as const),
    ),
  )
  const sheets = sheetsOf(files)
  const known = new Set(ledgerOf(files).map(keyOf))
  const fresh: Review[] = []
  let refused = 0
  let by = ''
  let [date, on]: [string, string | undefined] = ['', today]
  for (const { row, cell } of table) {
    by = cell('reviewer') || by
    if (cell('date') !== '') [date, on] = [cell('date'), dayCome(cell('date'))]
    const said = verdictOf(cell('approve'), cell('comment'))
    if (said === undefined) continue
    const review =
      on === undefined
        ? `“${date}” is no day that has come: write one such as ${today}`
        : typeof said === 'string'
          ? said
          : reviewOf(cell, { ...said, by, on })
    if (typeof review === 'string') {
      refused += 1
      say(`row ${row}: ${review}`)
      continue
    }
    const item = now.get(`${review.flow} ${review.item}`)
    const wrong = item
      ? rewrittenIn(cell, review, sheets(review))
      : `there is no ${review.item} in a flow ${review.flow}: leave both columns as they were`
    if (wrong !== undefined) {
      refused += 1
      say(`row ${row}: ${wrong}`)
      continue
    }
    if (item && versionOf(asRead(item, review.languages)) !== review.version)
      say(
        `row ${row}: ${review.flow}, ${review.item} reads otherwise now: the review is kept, for the words it was given on, and does not hold for those of today`,
      )
    if (known.has(keyOf(review))) continue
    known.add(keyOf(review))
    fresh.push(review)
  }
  if (fresh.length > 0) {
    const ledger =
      files.find(({ parsed: { content } }) => content?.kind === 'reviews')?.file ?? 'reviews.yaml'
    const path = join(folder, ledger)
    const source = await readFile(path, 'utf8').catch(() => 'kind: reviews\nreviews: []\n')
    await writeFile(path, withReviews(source, fresh))
  }
  const approved = fresh.filter(({ verdict }) => verdict === 'approved').length
  say(
    `Into the ledger: ${counted(approved, 'approval')} and ${counted(fresh.length - approved, 'wish', 'wishes')}; ${counted(refused, 'row')} refused.`,
  )
  return refused === 0 ? 0 : 1
}

/** The rows of a review's flow as they would go out today in its languages; each flow is laid out once. */
function sheetsOf(files: readonly FlowFile[]): (review: Review) => readonly SheetRow[] {
  const laid = new Map<string, readonly SheetRow[]>()
  return ({ flow, languages }) => {
    const key = `${flow} ${languages.join(' ')}`
    const rows = laid.get(key) ?? rowsOf(files, { flow, languages })
    laid.set(key, rows)
    return rows
  }
}

/** Words changed on the sheet itself would be lost, and an approval of them would stand for the old ones. */
function rewrittenIn(cell: Cell, review: Review, rows: readonly SheetRow[]): string | undefined {
  const out = rows.find(({ item, version }) => item === review.item && version === review.version)
  if (!out) return undefined
  const changed = (['text', 'options', 'explanations'] as const).filter(
    (column) => plain(cell(column)) !== '' && plain(cell(column)) !== plain(cellOf(out, column) ?? ''),
  )
  if (changed.length === 0) return undefined
  return `${changed.join(' and ')} read otherwise than what went out: write no, and in “comment” what should change`
}

/** Spreadsheets change the ends of lines and the spaces at them. */
const plain = (text: string): string => text.replaceAll(/\s+/g, ' ').trim()

const keyOf = ({ flow, version, languages, verdict, by, on, comment }: Review): string =>
  JSON.stringify([flow, version, languages, verdict, by, on, comment ?? ''])

function reviewOf(cell: Cell, said: Said & Pick<Review, 'by' | 'on'>): Review | string {
  const languages = LANGUAGES.filter((language) =>
    cell('languages')
      .split(/[\s,]+/)
      .includes(language),
  )
  const version = cell('version')
  if (said.by === '') return 'nobody stands for it: write your name in “reviewer”'
  if (!/^[a-z][a-z0-9-]*$/.test(cell('flow')) || cell('item') === '')
    return 'flow and item are gone: they say what the verdict is about'
  if (!/^[0-9a-f]{12}$/.test(version) || languages.length === 0)
    return 'version and languages are gone: they say which words were read'
  const { verdict, by, on, comment } = said
  return {
    flow: cell('flow'),
    item: cell('item'),
    version,
    languages,
    verdict,
    by,
    on,
    ...(comment !== undefined && { comment }),
  }
}

type Cell = (column: Column) => string

/** The rows below the heading, by the names of the columns, wherever these were moved to. */
async function tableOf(file: string): Promise<{ row: number; cell: Cell }[] | string> {
  const sheets = await readExcel(file).catch(() => undefined)
  const rows = sheets?.[0]?.data
  if (!rows) return `${file} is not there, or is no spreadsheet that can be read: save it as XLSX.`
  const [head = [], ...body] = rows
  const at = new Map(head.map((name, index) => [textIn(name).toLowerCase(), index]))
  const missing = COLUMNS.map(([name]) => name).filter(
    (name) => ['flow', 'item', 'version', 'languages', 'approve', 'comment'].includes(name) && !at.has(name),
  )
  if (missing.length > 0) return `${file} has no column ${missing.join(', ')}: leave the first row as it was.`
  return body.map((cells, index) => ({
    row: index + 2,
    cell: (column) => textIn(cells[at.get(column) ?? -1]),
  }))
}

const textIn = (cell: unknown): string => {
  if (cell instanceof Date) return cell.toISOString().slice(0, 10)
  if (typeof cell === 'string') return cell.trim()
  return typeof cell === 'number' || typeof cell === 'boolean' ? String(cell) : ''
}
