// A review sheet that comes back: its verdicts and comments go into the ledger, row by row, or it is said why not.
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import readExcel from 'read-excel-file/node'
import { withReviews } from '../engine/review-ledger.ts'
import { asRead, type ItemStanding } from '../engine/reviews.ts'
import type { Review } from '../engine/schema-reviews.ts'
import { type FlowFile, versionOf } from '../store/flows.ts'
import { ledgerOf, reviewFlows } from '../usecases/review-flows.ts'
import { LANGUAGES } from '../words/language.ts'
import { counted } from './counted.ts'
import { dayCome } from './latest-day.ts'
import { cellOf, type Column, COLUMNS, rowsOf, type SheetRow } from './review-sheets.ts'
import { type Said, verdictOf } from './review-verdict.ts'
import type { Say } from './say.ts'

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
