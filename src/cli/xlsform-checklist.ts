// An XLSForm whose questions are steps that are done or not, as a checklist that an observer scores. Whatever else stands in
// it is listed with its row: a checklist has no branches, no sums and no words of its own.
import { basename } from 'node:path'
import { plain } from '../engine/match.ts'
import type { Language } from '../words/language.ts'
import {
  awaitingIn,
  completeIn,
  type Imported,
  languageCalled,
  Names,
  Notes,
  type Written,
} from './draft-steps.ts'
import { type FormRows, listUnread, QUIET, type Row } from './xlsform-sheet.ts'
import { FormTexts } from './xlsform-texts.ts'

/** What a form does not say of itself. */
export interface ChecklistOrder {
  readonly competency: string
  readonly cadres: readonly string[]
  /** The year of the guideline it follows. */
  readonly year: number
}

/** What an option of a step means, by its words in any language; by its name alone where it has no words. */
const MEANINGS: readonly (readonly [
  meaning: 'done' | 'not' | 'partly' | 'apart' | 'unseen',
  words: RegExp,
])[] = [
  ['done', /^(1|yes|y|oui|yego|ndiyo|done|fait|performed|correct|correctly done|properly)$/],
  ['not', /^(0|no|n|non|oya|hapana|not done|non fait|omitted|not performed|incorrect)$/],
  ['partly', /^(partly|partially|partial|partiellement|en partie|needs improvement|out of order)$/],
  ['apart', /^(na|n a|not applicable|non applicable|sans objet)$/],
  ['unseen', /^(not observed|not seen|non observe|pas vu)$/],
]

interface Steps {
  readonly partly: boolean
  readonly mayNotApply: boolean
}

/** @returns in one sentence why there is no checklist in it. */
export function checklistFrom(
  form: FormRows,
  { competency, cadres, year }: ChecklistOrder,
): Imported | string {
  const notes = new Notes()
  const called = form.settings?.cells.get('default_language')
  const base: Language = (called === undefined ? undefined : languageCalled(called)) ?? 'en'
  const texts = new FormTexts(base, notes, () => undefined)
  const lists = listsIn(form.choices)
  const names = new Names('-')
  let partly = false
  // What its rows have beside their names and labels is listed with each of them.
  listUnread(
    form.sheets.filter(({ name }) => name !== 'survey'),
    (where, what) => notes.add(where, what),
  )
  const items = form.survey.flatMap((row): Written[] => {
    const [type = '', list = ''] = (row.cells.get('type') ?? '').split(/\s+/)
    const where = `row ${row.row}${row.cells.has('name') ? ` (${row.cells.get('name')})` : ''}`
    if (QUIET.has(type)) {
      notes.add(where, `"${type}" is not asked: the service knows when and who`)
      return []
    }
    const steps = type === 'select_one' ? lists.get(list) : undefined
    if (!steps) {
      notes.add(
        where,
        type === ''
          ? 'it has no type: it is left out'
          : `"${type}${list && ` ${list}`}" is no step that is done or not: it is left out`,
      )
      return []
    }
    for (const column of row.cells.keys())
      if (!/^(type|name|label(::.+)?)$/.test(column))
        notes.add(where, `its ${column} is not carried over: a step is only done or not`)
    partly ||= steps.partly
    return [
      {
        id: names.of(row.cells.get('name') ?? `step ${row.row}`),
        critical: true,
        ...(steps.mayNotApply && { may_not_apply: true }),
        observe: texts.label(row, where),
      },
    ]
  })
  if (items.length === 0) return `${form.file} has no question with the choices done and not done.`
  notes.add(
    'critical',
    'a form does not say which steps are critical: all are, until you take it from those that are not',
  )
  const complete = completeIn(items)
  const languages = complete.includes(base) ? complete : [base, ...complete]
  const title = form.settings?.cells.get('form_title') ?? basename(form.file)
  return {
    id: new Names('-').of(
      form.settings?.cells.get('form_id') ?? basename(form.file).replace(/\.xlsx?$/i, ''),
    ),
    flow: {
      kind: 'checklist',
      title: Object.fromEntries(languages.map((language) => [language, title])),
      competency,
      cadres,
      languages,
      status: 'draft',
      ...awaitingIn(languages),
      source: title,
      guideline_year: year,
      scale: partly ? 'three-point' : 'done',
      items,
    },
    notes: notes.lines,
  }
}

/**
 * The lists whose options are done, not done and what may stand beside them, and nothing else. A number is a name and no
 * meaning where words stand beside it: 1 is "poor" in many a form.
 */
function listsIn(choices: readonly Row[]): ReadonlyMap<string, Steps> {
  const found = new Map<string, Set<string | undefined>>()
  for (const { cells } of choices) {
    const list = cells.get('list_name') ?? cells.get('list name') ?? ''
    const labels = [...cells].flatMap(([column, text]) => (column.startsWith('label') ? [plain(text)] : []))
    const words = labels.length > 0 ? labels : [plain(cells.get('name') ?? '')]
    const meaning = MEANINGS.find(([, fits]) => words.some((word) => fits.test(word)))?.[0]
    found.set(list, (found.get(list) ?? new Set()).add(meaning))
  }
  return new Map(
    [...found].flatMap(([list, meanings]): (readonly [string, Steps])[] =>
      meanings.has(undefined) || !meanings.has('done') || !meanings.has('not')
        ? []
        : [[list, { partly: meanings.has('partly'), mayNotApply: meanings.has('apart') }]],
    ),
  )
}
