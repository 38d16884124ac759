// A form from ODK or KoboToolbox becomes a dialogue that passes the check and can be tried at once.
import { cp, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import writeExcel from 'write-excel-file/node'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { flows } from '../../src/cli/flows.ts'
import { FLOWS } from '../engine/talk.ts'
import { smallFolder } from './small-folder.ts'

let folder: string
const said: string[] = []
const run = async (args: readonly string[], lines: readonly string[] = []): Promise<number> => {
  said.length = 0
  const typed = (async function* () {
    yield* lines
  })()
  return flows(args, { FLOWS_DIR: folder }, (line) => said.push(line), typed)
}

beforeEach(async () => {
  folder = await smallFolder()
})
afterEach(() => rm(folder, { recursive: true, force: true }))

type Sheet = readonly (readonly (string | number | null)[])[]

async function form(
  survey: Sheet,
  choices: Sheet = [['list_name', 'name', 'label']],
  more: { settings?: Sheet; others?: Readonly<Record<string, Sheet>> } = {},
): Promise<string> {
  const path = join(folder, 'form.xlsx')
  const cells = (rows: Sheet) => rows.map((row) => row.map((value) => (value === null ? null : { value })))
  await writeExcel([
    { data: cells(survey), sheet: 'survey' },
    { data: cells(choices), sheet: 'choices' },
    {
      data: cells(
        more.settings ?? [
          ['form_title', 'form_id', 'default_language'],
          ['Ward visit', 'ward_visit', 'English (en)'],
        ],
      ),
      sheet: 'settings',
    },
    ...Object.entries(more.others ?? {}).map(([sheet, rows]) => ({ data: cells(rows), sheet })),
  ]).toFile(path)
  return path
}

const CHOICES: Sheet = [
  ['list_name', 'name', 'label::English (en)', 'label::French (fr)'],
  ['yesno', '1', 'Yes', 'Oui'],
  ['yesno', '0', 'No', 'Non'],
  ['items', 'bag', 'Bag', 'Ballon'],
  ['items', 'mask', 'Mask', 'Masque'],
  ['items', 'stop', 'Stop', 'Stop'],
]

const SURVEY: Sheet = [
  [
    'type',
    'name',
    'label::English (en)',
    'label::French (fr)',
    'hint::English (en)',
    'required',
    'relevant',
    'constraint',
    'constraint_message',
    'calculation',
    'label::Luganda (lg)',
    'choice_filter',
  ],
  ['start', 'start', null, null, null, null, null, null, null, null, null, null],
  ['note', 'hello', 'Welcome, **colleague**.', 'Bienvenue.', null, null, null, null, null, null, null, null],
  ['begin_group', 'ward', 'The ward', 'Le service', null, null, null, null, null, null, null, null],
  [
    'integer',
    'beds',
    'How many beds?',
    'Combien de lits ?',
    'Count them.',
    'yes',
    null,
    '. > 0 and . <= 60',
    null,
    null,
    null,
    null,
  ],
  [
    'decimal',
    'temp',
    'Temperature?',
    'Température ?',
    null,
    'yes',
    null,
    '.>=30 and .<=45',
    null,
    null,
    null,
    null,
  ],
  [
    'select_one yesno',
    'clean',
    'Is it clean?',
    'Est-ce propre ?',
    null,
    'yes',
    null,
    null,
    null,
    null,
    null,
    null,
  ],
  [
    'select_one yesno',
    'water',
    'Is there water?',
    'Y a-t-il de l’eau ?',
    null,
    null,
    null,
    null,
    null,
    null,
    null,
    null,
  ],
  [
    'text',
    'why',
    'Why is it not clean?',
    'Pourquoi ?',
    null,
    'yes',
    "${clean} = '0' and not(${beds} < 5)",
    null,
    null,
    null,
    null,
    null,
  ],
  [
    'select_multiple items',
    'there',
    'What is there?',
    'Qu’y a-t-il ?',
    null,
    'yes',
    null,
    null,
    null,
    null,
    null,
    null,
  ],
  [
    'date',
    'since',
    'Since when?',
    'Depuis quand ?',
    null,
    null,
    "selected(${there}, 'mask') or ${beds} >= 50",
    '. <= today()',
    null,
    null,
    null,
    null,
  ],
  ['end_group', null, null, null, null, null, null, null, null, null, null, null],
  [
    'calculate',
    'score',
    null,
    null,
    null,
    null,
    null,
    null,
    null,
    "${clean} + ${water} + if(selected(${there}, 'bag'), 2, 0)",
    null,
    null,
  ],
  [
    'calculate',
    'percent',
    null,
    null,
    null,
    null,
    null,
    null,
    null,
    'round(100 * ${score} div 4)',
    null,
    null,
  ],
  ['calculate', 'odd', null, null, null, null, null, null, null, "concat('a', ${beds})", null, null],
  [
    'note',
    'result',
    'Score ${score}, ${percent} %, since ${since}, ${odd}.',
    'Score ${score}, ${percent} %.',
    null,
    null,
    null,
    null,
    null,
    null,
    'Obubonero',
    null,
  ],
  ['image', 'photo', 'A picture', 'Une photo', null, null, null, null, null, null, null, null],
  ['select_one missing', 'gone', 'Gone?', 'Disparu ?', null, null, null, null, null, null, null, 'x=1'],
]

it('is carried over, passes the check, is tried, and lists what does not fit with its row', async () => {
  expect(await run(['import-xlsform', await form(SURVEY, CHOICES)])).toBe(0)
  expect(said).toEqual([
    expect.stringMatching(/ward-visit\.yaml is written: \d+ steps in en, fr\./),
    'Not carried over, or changed:',
    '  survey, row 18: the column "choice_filter" is not carried over',
    '  row 2 (start): "start" is not asked: the service knows when and who',
    '  row 9 (why): it has no longest length of its own: 500 letters are taken',
    '  row 9 (why): its words are screened for what could name a patient; where they can tell of none, write "unscreened" and why in place of "screened"',
    '  row 10 (there): the option "Stop" has got its number before it: alone it would mean something else',
    '  row 11 (since): constraint . <= today() is not carried over: a date has no bounds',
    `  row 15 (odd): calculation concat('a', \${beds}) is not carried over: concat() is not carried over`,
    '  row 16 (result): ${odd} in its words is not known there: it shows as …',
    '  survey: "luganda (lg)" is no language of the service: its column label is left out',
    '  row 17 (photo): "image" is not carried over: it is left out',
    '  row 18 (gone): "select_one missing" is not carried over: it is left out',
    '  answers: they last as long as the talk: a deed that stores them is for a developer',
  ])

  const told = async (language: string, ...lines: string[]): Promise<string> => {
    await run(['try', 'ward-visit', '--language', language], lines)
    return said.join('\n')
  }
  const all = await told('en', '61', '40', '36,5', 'yes', 'no', 'A, B', '1/2/2024')
  expect(all).toContain('How many beds?\n\nCount them.')
  expect(all).toContain('Please send a number from 1 to 60.')
  expect(all).not.toContain('Why is it not clean?')
  expect(all).toContain('Score 3, 75 %, since 2024-02-01, ….')
  const poor = await told('fr', '10', '36.5', 'non', 'passer', 'Rien ne va.', '2')
  expect(poor).toContain('Pourquoi ?')
  expect(poor).toContain('Depuis quand ?')
  expect(await told('en', '4', '36', 'no', 'yes', 'bag')).toContain('Score 3, 75 %, since …, ….')
  // With its transcript it stands as any flow does.
  await run(['test', '--update'])
  expect(await run(['test'])).toBe(0)
})

const SETTINGS: Sheet = [
  ['form_title', 'form_id', 'version', 'style', 'instance_name', 'default_language'],
  ['Ward visit', 'ward_visit', '2026-01', 'pages', 'concat(${beds})', 'English (en)'],
]
const EXTERNAL: Sheet = [
  ['list_name', 'name', 'label'],
  ['cells', 'rusororo', 'Rusororo'],
  ['cells', 'kinyinya', 'Kinyinya'],
]

it('says of each column and each sheet that is not read where it stands', async () => {
  const survey: Sheet = [
    ['type', 'name', 'label', 'hint', 'appearance', 'required_message', 'required'],
    ['note', 'hello', 'Welcome', 'Sit down.', 'w1', null, null],
    ['integer', 'beds', 'How many beds?', null, null, 'Say how many', 'yes'],
    ['select_one_external cells', 'cell', 'Which cell?', null, 'minimal', null, null],
  ]
  const choices: Sheet = [
    ['list_name', 'name', 'label', 'media::image'],
    ['yesno', '1', 'Yes', 'yes.png'],
  ]
  const path = await form(survey, choices, { settings: SETTINGS, others: { external_choices: EXTERNAL } })
  expect(await run(['import-xlsform', path])).toBe(0)
  expect(said.slice(1)).toEqual([
    'Not carried over, or changed:',
    '  survey, row 2: the column "appearance" (w1) is not carried over',
    '  survey, row 3: the column "required_message" is not carried over',
    '  survey, row 4: the column "appearance" (minimal) is not carried over',
    '  choices, row 2: the column "media::image" is not carried over',
    '  settings, row 2: the column "version" (2026-01) is not carried over',
    '  settings, row 2: the column "style" (pages) is not carried over',
    '  settings, row 2: the column "instance_name" is not carried over',
    '  external_choices, row 2: a sheet of this name is not read: the row is left out',
    '  external_choices, row 3: a sheet of this name is not read: the row is left out',
    '  row 3 (beds): it has no bounds of its own: numbers from 0 to 999999 are taken',
    '  row 4 (cell): "select_one_external cells" is not carried over: it is left out',
    '  answers: they last as long as the talk: a deed that stores them is for a developer',
  ])
  await run(['try', 'ward-visit', '--language', 'en'])
  expect(said.join('\n')).toContain('Welcome\n\nSit down.')
})

it('says how long words may be, and where a sum is rounded otherwise', async () => {
  const path = await form([
    ['type', 'name', 'label', 'constraint', 'calculation'],
    ['text', 'ward', 'Which ward?', 'string-length(.) >= 3 and string-length(.) <= 40', null],
    ['integer', 'beds', 'How many beds?', '. < 90', null],
    ['calculate', 'one', null, null, 'round(100 * ${beds} div 3, 1)'],
    ['calculate', 'two', null, null, 'round(100 * ${beds} div 3, 2)'],
    ['calculate', 'cut', null, null, 'int(100 * ${beds} div 3)'],
  ])
  expect(await run(['import-xlsform', path])).toBe(0)
  expect(said.filter((line) => /row [2456]/.test(line))).toEqual([
    '  row 2 (ward): its shortest length of 3 is not carried over',
    expect.stringContaining('row 2 (ward): its words are screened'),
    '  row 4 (one): it keeps two decimals, and the form keeps one',
    '  row 6 (cut): int() cuts off what stands behind the point, and here the nearest whole number is taken',
  ])
})

it('of which nothing is read by anybody becomes no file', async () => {
  const path = await form([
    ['type', 'name', 'label'],
    ['image', 'photo', 'A picture'],
  ])
  expect(await run(['import-xlsform', path])).toBe(1)
  expect(said).toEqual([
    'nothing that "ward-visit" says or asks can be carried over: no file is written for it',
    'Not carried over, or changed:',
    '  row 2 (photo): "image" is not carried over: it is left out',
  ])
})

it('says when two rows save into one value', async () => {
  const path = await form([
    ['type', 'name', 'label'],
    ['text', 'ward', 'Which ward?'],
    ['text', 'ward', 'Which ward, once more?'],
  ])
  expect(await run(['import-xlsform', path])).toBe(0)
  expect(said.filter((line) => line.includes('same name'))).toEqual([
    '  row 3 (ward): a row above has the same name: both answers are kept as one, the later one',
  ])
})

it('awaits a native speaker in Kinyarwanda and Kiswahili', async () => {
  const path = await form([
    ['type', 'name', 'label::English (en)', 'label::Kinyarwanda (rw)', 'label::French (fr)'],
    ['note', 'hello', 'Welcome', 'Murakaza neza', 'Bienvenue'],
  ])
  expect(await run(['import-xlsform', path])).toBe(0)
  expect(await readFile(join(folder, 'ward-visit.yaml'), 'utf8')).toContain(
    'awaiting_native_review:\n  - rw\n',
  )
  await run(['check'])
  expect(said.filter((line) => line.startsWith('ward-visit.yaml'))).toEqual([])
})

it('is refused when it is none', async () => {
  const path = await form([['type'], []])
  expect(await run(['import-xlsform', path])).toBe(1)
  expect(said).toEqual([`${path} has no sheet "survey" with questions in it.`])
})

it('a form of steps that are done or not becomes a checklist, scored, with everything else listed', async () => {
  await cp(join(FLOWS, 'quizzes/newborn-resuscitation.yaml'), join(folder, 'newborn-resuscitation.yaml'))
  await cp(join(FLOWS, 'catalogue.yaml'), join(folder, 'catalogue.yaml'))
  await cp(join(FLOWS, 'facts.yaml'), join(folder, 'facts.yaml'))
  const path = await form(
    [
      ['type', 'name', 'label::English (en)', 'label::French (fr)', 'relevant'],
      ['start', 'start', null, null, null],
      ['text', 'observer', 'Who observes?', 'Qui observe ?', null],
      ['select_one step', 'dries', 'Dries the baby', 'Sèche le bébé', null],
      ['select_one step', 'bag', 'Checks the bag', 'Vérifie le ballon', "${dries} = '1'"],
      ['select_one colour', 'colour', 'Colour of the baby', 'Couleur du bébé', null],
      ['select_one quality', 'calm', 'How calmly?', 'Avec quel calme ?', null],
      ['calculate', 'score', null, null, null],
      [null, 'nothing', null, null, null],
    ],
    [
      ['list_name', 'name', 'label::English (en)', 'label::French (fr)'],
      ['step', '1', 'Done', 'Fait'],
      ['step', '0', 'Not done', 'Non fait'],
      ['step', '9', 'Not applicable', 'Sans objet'],
      // By its names it would be done and not done.
      ['quality', '1', 'Poorly', 'Mal'],
      ['quality', '0', 'Not at all', 'Pas du tout'],
      ['colour', 'pink', 'Pink', 'Rose'],
      ['colour', 'blue', 'Blue', 'Bleu'],
    ],
    { settings: SETTINGS, others: { external_choices: EXTERNAL } },
  )
  expect(await run(['import-xlsform', path, '--checklist', 'NB-NOTHING', '--year', '2015'])).toBe(1)
  expect(said.join()).toContain('no quiz of the competency NB-NOTHING')
  expect(await run(['import-xlsform', path, '--checklist', 'NB-HBB', '--year', '2015'])).toBe(0)
  expect(said[0]).toMatch(/2 steps in en, fr\. Try it: npm run flows -- try ward-visit$/)
  expect(said.join('\n')).toContain('row 3 (observer): "text" is no step that is done or not: it is left out')
  expect(said.join('\n')).toContain('row 5 (bag): its relevant is not carried over')
  expect(said.join('\n')).toContain('row 6 (colour): "select_one colour" is no step')
  expect(said.join('\n')).toContain('row 7 (calm): "select_one quality" is no step')
  expect(said.join('\n')).toContain('row 8 (score): "calculate" is no step')
  expect(said.join('\n')).toContain('row 9 (nothing): it has no type')
  expect(said.join('\n')).toContain('row 2 (start): "start" is not asked')
  expect(said.join('\n')).toContain('which steps are critical')
  expect(said.join('\n')).toContain('settings, row 2: the column "version" (2026-01) is not carried over')
  expect(said.join('\n')).toContain('external_choices, row 3: a sheet of this name is not read')
  expect(await readFile(join(folder, 'ward-visit.yaml'), 'utf8')).toContain('may_not_apply: true')
  expect(await run(['check'])).toBe(0)
  await run(['test', '--update'])
  const transcript = await readFile(join(folder, 'ward-visit.transcript.yaml'), 'utf8')
  expect(transcript).toContain('1. Sèche le bébé')
  expect(transcript).toContain('2 points sur 2 (100 %)')
})
