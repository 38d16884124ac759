// Review sheets for clinicians, out as a spreadsheet or a document; `import-review.ts` reads them back.
import { writeFile } from 'node:fs/promises'
import { type ReviewRow, reviewRow } from '../engine/review-rows.ts'
import { asRead, type ItemStanding } from '../engine/reviews.ts'
import { type Block, writeDocument } from '../pictures/document.ts'
import { writeSpreadsheet } from '../pictures/spreadsheet.ts'
import { type FlowFile, versionOf } from '../store/flows.ts'
import { reviewFlows } from '../usecases/review-flows.ts'
import type { Language } from '../words/language.ts'
import { counted } from './counted.ts'
import type { Say } from './say.ts'

/** The columns of a sheet: what is read, then what the reviewer fills in, and their widths in characters. */
export const COLUMNS = [
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

export type Column = (typeof COLUMNS)[number][0]

export interface SheetRow extends ReviewRow {
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

/** The rows of flows as they go out. */
export function rowsOf(
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

/** What stands in a column of a row; nothing where the reviewer writes. */
export function cellOf(row: SheetRow, column: Column): string | undefined {
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
