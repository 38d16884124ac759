// Flows exported from RapidPro or TextIt become dialogues that pass the check and can be tried at once.
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { flows } from '../../src/cli/flows.ts'
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

const message = (uuid: string, text: string, more: object = {}) => ({ type: 'send_msg', uuid, text, ...more })
const node = (uuid: string, actions: readonly object[], to: string | null) => ({
  uuid,
  actions,
  exits: [{ uuid: `${uuid}-exit`, destination_uuid: to }],
})
type Way = readonly [
  category: string,
  to: string | null,
  tests?: readonly (readonly [type: string, ...given: string[]])[],
]

/** A wait or, with an operand, a split; the last way is where everything else goes. */
const router = (
  uuid: string,
  result: string,
  ways: readonly Way[],
  more: { operand?: string; wait?: object; type?: string } = {},
) => ({
  uuid,
  actions: [],
  exits: ways.map(([category, to]) => ({ uuid: `${uuid}-${category}-exit`, destination_uuid: to })),
  router: {
    type: more.type ?? 'switch',
    operand: more.operand ?? '@input.text',
    result_name: result,
    default_category_uuid: `${uuid}-${ways.at(-1)?.[0]}`,
    ...(more.operand === undefined && more.type === undefined && { wait: { type: 'msg', ...more.wait } }),
    categories: ways.map(([category]) => ({
      uuid: `${uuid}-${category}`,
      name: category,
      exit_uuid: `${uuid}-${category}-exit`,
    })),
    cases: ways.flatMap(([category, , tests = []]) =>
      tests.map(([type, ...given], at) => ({
        uuid: `${uuid}-${category}-${at}`,
        type,
        arguments: given,
        category_uuid: `${uuid}-${category}`,
      })),
    ),
  },
})

const EXPORT = {
  version: '13',
  site: 'https://textit.example',
  campaigns: [{ name: 'Reminders' }],
  triggers: [],
  flows: [
    {
      uuid: 'visit',
      name: 'Home visit',
      language: 'eng',
      type: 'messaging',
      nodes: [
        node(
          'hi',
          [
            message('hi-text', 'Hello @contact.name.'),
            { type: 'call_webhook', uuid: 'w', url: 'https://x.example' },
          ],
          'q1',
        ),
        node('q1', [message('q1-text', 'Is the baby feeding?', { quick_replies: ['Yes', 'No'] })], 'w1'),
        router(
          'w1',
          'Feeding',
          [
            ['Yes', 'q2', [['has_any_word', 'yes y oui']]],
            ['No', 'no', [['has_any_word', 'no n non']]],
            ['No Response', 'late'],
            ['Other', 'sorry'],
          ],
          { wait: { timeout: { seconds: 3600, category_uuid: 'w1-No Response' } } },
        ),
        node('sorry', [message('sorry-text', 'I did not get that.')], 'w1'),
        node('late', [message('late-text', 'Are you there?')], null),
        node(
          'no',
          [
            message('no-text', 'Refer the baby {now}. You said @results.feeding, call a@b.example.'),
            { type: 'add_contact_groups', uuid: 'g', groups: [{ uuid: 'gg', name: 'Referred babies' }] },
            { type: 'enter_flow', uuid: 'e', flow: { uuid: 'thanks', name: 'Thanks' } },
          ],
          'split',
        ),
        node('q2', [message('q2-text', 'How many times in a day?')], 'w2'),
        router('w2', 'Times', [
          ['Few', 'no', [['has_number_between', '0', '7']]],
          ['Enough', 'note', [['has_number_gte', '8']]],
          ['Other', 'q2'],
        ]),
        node(
          'note',
          [
            {
              type: 'set_contact_field',
              uuid: 'f',
              field: { key: 'feeds', name: 'Feeds' },
              value: '@results.times',
            },
            { type: 'set_run_result', uuid: 'r', name: 'Outcome', value: 'well', category: 'Well' },
            message('note-text', 'Good: @fields.feeds times. @(upper(contact.name)) @fields.district'),
          ],
          'q3',
        ),
        node('q3', [message('q3-text', 'What did you see?')], 'w3'),
        router('w3', 'Seen', [['All Responses', 'split']]),
        router(
          'split',
          '',
          [
            ['Group', 'by-group', [['has_group', 'gg', 'Referred babies']]],
            ['Other', 'by-result'],
          ],
          { operand: '@contact.groups' },
        ),
        router(
          'by-result',
          '',
          [
            ['Well', 'well', [['has_only_phrase', 'well']]],
            ['Other', null],
          ],
          { operand: '@results.outcome' },
        ),
        node('well', [message('well-text', 'All is well.')], null),
        node('by-group', [message('by-group-text', 'Referred.')], null),
      ],
      localization: {
        fra: {
          'hi-text': { text: ['Bonjour @contact.name.'] },
          'q1-text': { text: ['Le bébé tète-t-il ?'], quick_replies: ['Oui', 'Non'] },
          'w1-Yes-0': { arguments: ['oui'] },
        },
        spa: { 'hi-text': { text: ['Hola'] } },
      },
    },
    {
      uuid: 'thanks',
      name: 'Thanks',
      language: 'eng',
      nodes: [node('t', [message('t-text', 'Thank you.')], null)],
    },
  ],
}

it('are carried over, pass the check, are tried, and what does not fit is listed', async () => {
  const file = join(folder, 'export.json')
  await writeFile(file, JSON.stringify(EXPORT))
  expect(await run(['import-rapidpro', file])).toBe(0)
  expect(said).toEqual([
    expect.stringMatching(
      /home-visit\.yaml is written: \d+ steps in en\. Try it: npm run flows -- try home-visit$/,
    ),
    expect.stringContaining('thanks.yaml is written'),
    'Not carried over, or changed:',
    '  export: 1 campaign is not carried over',
    '  Home visit: the translation "spa" is in no language of the service',
    '  Home visit, node 1: "call_webhook" is not carried over',
    '  Home visit, node 3: "No Response" after 60 minutes without an answer is not carried over: the question waits until they come back, and nobody is written to unasked; what is said on its way alone is listed too, to be put where it belongs',
    '  Home visit, node 3: "Other": what is none of the answers is asked for again, with a hint; its own way is left out',
    '  Home visit, node 8: "Other": what is none of the answers is asked for again, with a hint; its own way is left out',
    '  Home visit, node 9: @(upper(contact.name)) in its words is not carried over: it shows as …',
    expect.stringContaining(
      'node 11: it takes words of its own, at most 640 letters; its words are screened',
    ),
    '  Home visit, node 4: no way that is carried over leads here: send_msg “I did not get that.” is left out',
    '  Home visit, node 5: no way that is carried over leads here: send_msg “Are you there?” is left out',
    '  Home visit: "fielddistrict" is read and never set in it: it shows as …',
    expect.stringMatching(
      /^ {2}fr: \d+ texts are not translated, such as “Refer the baby .*”: until then the dialogue is offered in the other languages$/,
    ),
    '  results, fields and groups: they last as long as the talk: a deed that stores them is for a developer',
  ])
  const told = async (...lines: string[]): Promise<string[]> => {
    await run(['try', 'home-visit'], lines)
    return said.filter((line) => line !== '')
  }
  // A word of the category in another language is understood, and what is none of them is asked for again.
  expect(await told('perhaps', 'oui', '12', 'All fine')).toEqual([
    'Hello Joseph.\n\nIs the baby feeding?',
    '1. Yes',
    '2. No',
    expect.stringContaining('Is the baby feeding?'),
    '1. Yes',
    '2. No',
    'How many times in a day?',
    'Good: 12 times. … …\n\nWhat did you see?',
    'All is well.',
  ])
  expect((await told('y', '3')).at(-1)).toBe(
    'Refer the baby (now). You said yes, call a@b.example.\n\nThank you.\n\nReferred.',
  )
  await run(['test', '--update'])
  expect(await run(['test'])).toBe(0)
})

it('are refused when they cannot be read', async () => {
  const file = join(folder, 'export.json')
  await writeFile(file, '{ "flows": [')
  expect(await run(['import-rapidpro', file])).toBe(1)
  expect(said).toEqual([`${file} is no JSON: export the flows of the workspace, and give the file as it is.`])
  await writeFile(file, JSON.stringify({ version: 11, flows: [{ metadata: {}, action_sets: [] }] }))
  expect(await run(['import-rapidpro', file])).toBe(1)
  expect(said[0]).toContain('exports of version 13 and later can')
})

it('that say nothing become no file, and the others do', async () => {
  const silent = {
    uuid: 'silent',
    name: 'Silent',
    nodes: [node('s', [{ type: 'call_webhook', uuid: 'w' }], null)],
  }
  const file = join(folder, 'export.json')
  const reason = 'nothing that "silent" says or asks can be carried over: no file is written for it'
  await writeFile(file, JSON.stringify({ ...EXPORT, flows: [silent] }))
  expect(await run(['import-rapidpro', file])).toBe(1)
  expect(said).toContain(reason)
  expect(said).toContain('  Silent, node 1: "call_webhook" is not carried over')
  await writeFile(file, JSON.stringify({ ...EXPORT, flows: [silent, EXPORT.flows[1]] }))
  expect(await run(['import-rapidpro', file])).toBe(0)
  expect(said).toContain(reason)
  expect(said.join()).toContain('thanks.yaml is written')
})

it('goes on from a flow that was entered as if it had ended, and says where else all go one way', async () => {
  const enter = { type: 'enter_flow', uuid: 'e', flow: { uuid: 'thanks', name: 'Thanks' } }
  const ways: Way[] = [
    ['Complete', 'web', [['has_only_text', 'completed']]],
    ['Expired', 'lost'],
  ]
  const flow = {
    uuid: 'outer',
    name: 'Outer',
    nodes: [
      { ...router('child', '', ways, { operand: '@child.status' }), actions: [enter] },
      router(
        'web',
        '',
        [
          ['Success', 'lost', [['has_only_text', '200']]],
          ['Failure', 'end'],
        ],
        {
          operand: '@webhook.status',
        },
      ),
      node('end', [message('end-text', 'The end.')], null),
      node('lost', [message('lost-text', 'Lost.')], null),
    ],
  }
  const file = join(folder, 'export.json')
  await writeFile(file, JSON.stringify({ ...EXPORT, flows: [flow, EXPORT.flows[1]] }))
  expect(await run(['import-rapidpro', file])).toBe(0)
  expect(said.filter((line) => line.includes('splits'))).toEqual([
    '  Outer, node 1: it splits by @child.status: all go on as "Complete", and its other ways are left out',
    '  Outer, node 2: it splits by @webhook.status: all go on as "Failure", and its other ways are left out',
  ])
  await run(['try', 'outer'])
  expect(said.filter((line) => line !== '')).toEqual(['Thank you.\n\nThe end.'])
})

it('never stand in for a flow that is there', async () => {
  const file = join(folder, 'export.json')
  await writeFile(file, JSON.stringify({ ...EXPORT, flows: [{ ...EXPORT.flows[1], name: 'Menu' }] }))
  const menu = await readFile(join(folder, 'menu.yaml'), 'utf8')
  expect(await run(['import-rapidpro', file])).toBe(1)
  expect(said[0]).toContain('there is a flow "menu" already')
  expect(await readFile(join(folder, 'menu.yaml'), 'utf8')).toBe(menu)
})
