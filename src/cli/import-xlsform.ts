// An XLSForm (ODK, KoboToolbox) as a dialogue, or as a checklist. What does not fit is listed with its row; nothing is
// dropped in silence.
import { basename } from 'node:path'
import readExcel from 'read-excel-file/node'
import { type Language, LANGUAGES, type LocalText } from '../words/language.ts'
import {
  awaitingIn,
  choosable,
  completeIn,
  DraftSteps,
  type Imported,
  languageCalled,
  Names,
  Notes,
  untranslated,
  SKIP,
  type Written,
} from './draft-steps.ts'
import { type ChecklistOrder, checklistFrom } from './xlsform-checklist.ts'
import { type FormRows, joined, listUnread, QUIET, type Row, rowsIn } from './xlsform-sheet.ts'
import { FormTexts } from './xlsform-texts.ts'
import { boundsOf, wordsWithin } from './xlsform-bounds.ts'
import {
  conditionOf,
  type FormNames,
  NotCarried,
  readExpression,
  skipUnless,
  totalOf,
} from './xlsform-expression.ts'

/** @returns in one sentence why the file is no form that can be read. */
export async function importXlsform(
  file: string,
  commands: ReadonlySet<string>,
  checklist?: ChecklistOrder,
): Promise<Imported | string> {
  const sheets = await readExcel(file).catch(() => undefined)
  if (!sheets) return `${file} is not there, or is no spreadsheet that can be read: save it as XLSX.`
  const all = sheets.map(({ sheet, data }) => ({ name: sheet.trim().toLowerCase(), rows: rowsIn(data) }))
  const rowsOf = (name: string): readonly Row[] => all.find((sheet) => sheet.name === name)?.rows ?? []
  const survey = rowsOf('survey')
  if (survey.length === 0) return `${file} has no sheet "survey" with questions in it.`
  const [settings] = rowsOf('settings')
  const form = { sheets: all, survey, choices: rowsOf('choices'), settings, file }
  return checklist ? checklistFrom(form, checklist) : new Form({ ...form, commands }).imported()
}

interface FormParts extends FormRows {
  readonly commands: ReadonlySet<string>
}

class Form {
  readonly #form: FormParts
  readonly #notes = new Notes()
  readonly #steps = new DraftSteps()
  readonly #answers = new Names('')
  readonly #known = new Set<string>()
  readonly #types = new Map<string, string>()
  /** The options of each list, by their names in the form. */
  readonly #lists = new Map<string, Map<string, { key: string; text: LocalText }>>()
  readonly #base: Language
  readonly #texts: FormTexts

  constructor(form: FormParts) {
    this.#form = form
    const first = form.settings?.cells.get('default_language')
    const own = first === undefined ? undefined : languageCalled(first)
    if (first !== undefined && !own)
      this.#notes.add(
        'settings',
        `the default language "${first}" is none of the service: its texts are taken as English`,
      )
    this.#base = own ?? 'en'
    this.#texts = new FormTexts(this.#base, this.#notes, (name) =>
      this.#known.has(name) ? this.#answers.of(name) : undefined,
    )
    for (const { cells } of form.survey) {
      const name = cells.get('name')
      if (name !== undefined) this.#types.set(name, cells.get('type') ?? '')
    }
    const keys = new Map<string, Names>()
    for (const row of form.choices) {
      const list = row.cells.get('list_name') ?? row.cells.get('list name') ?? ''
      const name = row.cells.get('name') ?? ''
      if (list === '' || name === '') {
        this.#notes.add(`choices, row ${row.row}`, 'it has no list or no name: it is left out')
        continue
      }
      const names = keys.get(list) ?? new Names('-')
      keys.set(list, names)
      const options = this.#lists.get(list) ?? new Map<string, { key: string; text: LocalText }>()
      this.#lists.set(list, options)
      options.set(name, {
        key: names.of(name),
        text: this.#texts.text(row, 'label', `choices, row ${row.row}`) ?? { [this.#base]: name },
      })
    }
  }

  imported(): Imported {
    const { sheets, survey, settings, file } = this.#form
    listUnread(sheets, (where, what) => this.#notes.add(where, what))
    const open: { label: string; row: number }[] = []
    for (const row of survey) this.#row(row, open)
    for (const { label, row } of open) {
      this.#steps.mark(label)
      this.#notes.add(`row ${row}`, 'this group is never ended: it ends with the form')
    }
    const steps = this.#steps.finish()
    const id = new Names('-').of(settings?.cells.get('form_id') ?? basename(file).replace(/\.xlsx?$/i, ''))
    const title = { [this.#base]: settings?.cells.get('form_title') ?? id }
    const complete = completeIn(steps)
    const languages = complete.includes(this.#base) ? complete : [this.#base, ...complete]
    for (const language of LANGUAGES)
      if (!languages.includes(language) && this.#texts.spoken.has(language))
        this.#notes.add(language, untranslated(steps, language))
    if (this.#known.size > 0)
      this.#notes.add('answers', 'they last as long as the talk: a deed that stores them is for a developer')
    const inAll = Object.fromEntries(languages.map((language) => [language, title[this.#base]]))
    return {
      id,
      flow: { kind: 'dialogue', title: inAll, languages, status: 'draft', ...awaitingIn(languages), steps },
      notes: this.#notes.lines,
    }
  }

  #row(row: Row, open: { label: string; row: number }[]): void {
    const [type = '', list = '', ...more] = (row.cells.get('type') ?? '')
      .replaceAll(/\s+/g, ' ')
      .replace(/^(begin|end) (group|repeat)/i, '$1_$2')
      .split(' ')
    const where = this.#where(row)
    switch (type) {
      case 'begin_repeat':
      case 'begin_group': {
        if (type === 'begin_repeat')
          this.#notes.add(where, 'a repeat is asked once: to ask again, the dialogue is opened again')
        const label = this.#steps.newLabel()
        open.push({ label, row: row.row })
        this.#relevant(row, label)
        const heading = this.#texts.text(row, 'label', where)
        if (heading) this.#steps.add({ say: heading })
        return
      }
      case 'end_group':
      case 'end_repeat': {
        const group = open.pop()
        if (group) this.#steps.mark(group.label)
        else this.#notes.add(where, 'it ends a group that was not begun: it is left out')
        return
      }
      case '':
        return this.#notes.add(where, 'it has no type: it is left out')
    }
    if (QUIET.has(type))
      return this.#notes.add(where, `"${type}" is not asked: the service knows when and who`)
    const after = this.#steps.newLabel()
    const step = this.#stepOf(type, list, more, row)
    if (!step) return
    this.#relevant(row, after)
    for (const one of step) {
      if (typeof one['mark'] === 'string') this.#steps.mark(one['mark'])
      else this.#steps.add(one)
    }
    this.#steps.mark(after)
  }

  /** The steps of one row; none where it is not carried over, which is then noted. */
  #stepOf(type: string, list: string, more: readonly string[], row: Row): Written[] | undefined {
    const where = this.#where(row)
    if (type === 'note') return [{ say: this.#words(row) }]
    if (type === 'calculate') return this.#calculated(row, where)
    const answer = this.#shapeOf(type, list, more, row)
    if (!answer) {
      this.#notes.add(where, `"${[type, list].join(' ').trim()}" is not carried over: it is left out`)
      return undefined
    }
    const save = this.#answers.of(row.cells.get('name') ?? `row ${row.row}`)
    if (this.#known.has(row.cells.get('name') ?? ''))
      this.#notes.add(where, 'a row above has the same name: both answers are kept as one, the later one')
    this.#known.add(row.cells.get('name') ?? '')
    const unclear = this.#texts.text(row, 'constraint_message', where)
    const step = { ask: this.#words(row), answer, save, ...(unclear && { unclear }) }
    const skipped = 'options' in answer && 'skip' in (answer['options'] as Written)
    if (!skipped) return [step]
    // Who skips a choice has said nothing: later rows ask whether there is an answer.
    const on = this.#steps.newLabel()
    const test = answer['as'] === 'many' ? { has: 'skip' } : { is: 'skip' }
    return [step, { unless: save, ...test, goto: on }, { set: save, to: '' }, { mark: on }]
  }

  /** The label of a row, and its hint below it. */
  #words(row: Row): LocalText {
    const [where, hint] = [this.#where(row), this.#texts.text(row, 'hint', this.#where(row))]
    const label = this.#texts.label(row, where)
    return hint ? joined(label, hint) : label
  }

  #shapeOf(type: string, list: string, more: readonly string[], row: Row): Written | undefined {
    const where = this.#where(row)
    const beside = this.#isRequired(row) ? {} : { or: { skip: SKIP } }
    switch (type) {
      case 'text':
        return { ...wordsWithin(this.#bounds(row, type), (what) => this.#notes.add(where, what)), ...beside }
      case 'integer':
      case 'decimal':
      case 'range': {
        const bounds = this.#bounds(row, type)
        const { min = 0, max = 999_999 } = bounds
        if (bounds.min === undefined || bounds.max === undefined)
          this.#notes.add(where, `it has no bounds of its own: numbers from ${min} to ${max} are taken`)
        return { as: 'number', min, max, ...(type === 'decimal' && { decimals: true }), ...beside }
      }
      case 'date':
        this.#bounds(row, 'date')
        return { as: 'date', ...beside }
      case 'acknowledge':
      case 'trigger':
        return {
          as: 'choice',
          options: { ok: { en: 'I have read it', fr: 'C’est lu', rw: 'Nabisomye', sw: 'Nimesoma' } },
        }
      case 'select_one':
      case 'select_multiple': {
        const options = this.#lists.get(list)
        if (!options) return undefined
        if (more.includes('or_other'))
          this.#notes.add(where, 'the option "other" with words of its own is left out')
        if (row.cells.has('constraint'))
          this.#notes.add(where, 'a constraint on a choice is not carried over')
        const texts = Object.fromEntries([...options.values()].map(({ key, text }) => [key, text]))
        const all = { ...texts, ...(this.#isRequired(row) ? {} : { skip: SKIP }) }
        const shown = choosable(all, this.#form.commands, (label) =>
          this.#notes.add(
            where,
            `the option "${label}" has got its number before it: alone it would mean something else`,
          ),
        )
        return { as: type === 'select_one' ? 'choice' : 'many', options: shown }
      }
      default:
        return undefined
    }
  }

  #calculated(row: Row, where: string): Written[] | undefined {
    const name = row.cells.get('name') ?? ''
    const written = row.cells.get('calculation') ?? ''
    const total = this.#carried(where, `calculation ${written}`, () =>
      totalOf(this.#answers.of(name), readExpression(written), this.#names(), (what) =>
        this.#notes.add(where, what),
      ),
    )
    if (total) this.#known.add(name)
    return total && [total]
  }

  #bounds(row: Row, type: string): { min?: number | undefined; max?: number | undefined } {
    const written = row.cells.get('constraint')
    const where = this.#where(row)
    if (written === undefined) return {}
    return (
      this.#carried(where, `constraint ${written}`, () =>
        boundsOf(readExpression(written), type, (what) => this.#notes.add(where, what)),
      ) ?? {}
    )
  }

  #relevant(row: Row, after: string): void {
    const written = row.cells.get('relevant')
    if (written === undefined) return
    const condition = this.#carried(this.#where(row), `relevant ${written}`, () =>
      conditionOf(readExpression(written), this.#names()),
    )
    if (condition) skipUnless(this.#steps, condition, after)
  }

  #carried<Result>(where: string, what: string, work: () => Result): Result | undefined {
    try {
      return work()
    } catch (error) {
      if (!(error instanceof NotCarried)) throw error
      this.#notes.add(where, `${what} is not carried over: ${error.message}`)
      return undefined
    }
  }

  #names(): FormNames {
    const listOf = (name: string) => this.#lists.get((this.#types.get(name) ?? '').split(/\s+/)[1] ?? '')
    const isSelect = (name: string): boolean => (this.#types.get(name) ?? '').startsWith('select_')
    return {
      answer: (name) => {
        if (!this.#known.has(name)) throw new NotCarried(`"${name || '.'}" is not asked before it`)
        return this.#answers.of(name)
      },
      option: (name, value) => (isSelect(name) ? listOf(name)?.get(value)?.key : undefined),
      points: (name) => {
        const options = isSelect(name) ? [...(listOf(name) ?? [])] : []
        const all = options.every(([value]) => /^-?\d+(?:\.\d+)?$/.test(value))
        return options.length > 0 && all ? options.map(([value, { key }]) => [key, Number(value)]) : undefined
      },
      isMany: (name) => (this.#types.get(name) ?? '').startsWith('select_multiple'),
    }
  }

  #isRequired({ cells }: Row): boolean {
    return /^(yes|true|true\(\)|1|oui)$/i.test(cells.get('required') ?? '')
  }

  #where({ row, cells }: Row): string {
    const name = cells.get('name')
    return name === undefined ? `row ${row}` : `row ${row} (${name})`
  }
}
