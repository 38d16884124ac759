// A flow is tried in the terminal: real content, the real engine, lines typed by the test.
import { expect, it } from 'vitest'
import { flows } from '../../src/cli/flows.ts'
import { FLOWS as EVERY } from '../engine/talk.ts'
import { FLOWS } from '../programme.ts'

async function talk(
  args: readonly string[],
  typed: readonly string[],
  folder = FLOWS,
): Promise<{ code: number; said: string }> {
  const said: string[] = []
  async function* lines(): AsyncGenerator<string> {
    for (const line of typed) yield await Promise.resolve(line)
  }
  const code = await flows(['try', ...args], { FLOWS_DIR: folder }, (line) => said.push(line), lines())
  return { code, said: said.join('\n') }
}

it('asks a quiz to its end and tells the score', async () => {
  const { code, said } = await talk(
    ['flows/quizzes/newborn-resuscitation.yaml'],
    Array.from({ length: 40 }, () => 'a'),
  )
  expect(code).toBe(0)
  expect(said).toMatch(/Question (\d+) of \1\n/)
  expect(said).toMatch(/\(\d+ of \d+ right\)/)
})

it('speaks the language that is wanted', async () => {
  const { said } = await talk(['newborn-resuscitation', '--language', 'fr'], ['a'])
  expect(said).toContain('Question 2 sur ')
})

it('lets whoever tries say how a deed has gone', async () => {
  const typed = ['English', '', 'no', 'refused']
  const { code, said } = await talk(['join.yaml', '--language', 'en'], typed)
  expect(code).toBe(0)
  expect(said).toContain('Hello Joseph.')
  expect(said).toContain('(the programme does "record-consent"')
  expect(said).toContain('nothing is kept')
})

it('talks with anybody, and with what the talks beside the flow have found', async () => {
  const { code, said } = await talk(['join', '--as', 'Claudine', '--language', 'en'], ['English', '', 'no'])
  expect(code).toBe(0)
  expect(said).toContain('Hello Claudine.')
  const menu = await talk(['menu', '--language', 'en'], ['', 'A'])
  expect(menu.said).toContain('What would you like to do?\n1. ')
  expect(menu.said).toMatch(/the programme does "choose": type its outcome, .*area/)
})

it('calls options in the verdict what it has called them in the question', async () => {
  const { said } = await talk(['newborn-resuscitation', '--language', 'en'], ['1'])
  expect(said).toMatch(/^[1-4]\. /m)
  expect(said).not.toMatch(/^[A-D]\. /m)
  expect(said).toMatch(/Why not the others:\n[1-4]\. /)
})

it('asks again for an outcome that no talk and no step knows, and never for a number from 1 to 0', async () => {
  const { said } = await talk(['visit', '--language', 'fr'], ['nothing', 'open', 'bla'])
  expect(said.split('the programme does "open-visit"')).toHaveLength(3)
  expect(said).toContain('Touchez le bouton, ou envoyez 1.')
})

it.each([
  [[], '(it is not offered to nurse: it is for chw)'],
  [['--as', 'Espérance'], '(it is not offered to midwife: it is for chw)'],
  [['--as', 'Claudine'], undefined],
  [['--as', 'Samuel'], undefined],
  [['--as', 'Claudine', '--cadre', 'midwife'], '(it is not offered to midwife: it is for chw)'],
])('is %j by cadre', async (who, told) => {
  const { said } = await talk(['iccm-chw-steps', ...who], [])
  expect(said.includes('not offered')).toBe(told !== undefined)
  if (told !== undefined) expect(said).toContain(told)
})

it.each([
  ['quizzes/newborn-resuscitation', 'nurse', undefined],
  [
    'quizzes/newborn-resuscitation',
    'chw',
    '(it is not offered to chw: it is for nurse, midwife, medical_doctor, intern_doctor, health_post_provider)',
  ],
  ['iccm-chw-steps', 'chw', undefined],
])('%s tells %s to whom it is offered', async (name, cadre, told) => {
  const { said } = await talk([name, '--cadre', cadre], [])
  expect(said.includes('not offered')).toBe(told !== undefined)
  if (told !== undefined) expect(said).toContain(told)
})

it('marks a checklist group after group, and reads it back', async () => {
  const typed = ['what?', 'all done', 'all done but 9', 'all done']
  const { code, said } = await talk(['bubble-cpap-steps.yaml', '--language', 'en'], typed, EVERY)
  expect(code).toBe(0)
  expect(said).toContain('1. Makes sure that the baby breathes')
  expect(said).toContain('28 of 30 points (93%)')
})

it('takes the counts of a report', async () => {
  const { code, said } = await talk(['iccm-report', '--language', 'en'], ['fever 4'])
  expect(code).toBe(0)
  expect(said).toMatch(/fever.*4/i)
})

it.each([
  ['newborn-resuscitation-packet', 'fr', 'Leçon de 3 minutes'],
  ['unconscious-child', 'sw', 'Omba msaada.'],
  ['quiz-waits', 'en', '(title)'],
])('reads %s out', async (name, language, words) => {
  const { code, said } = await talk([name, '--language', language], [])
  expect(code).toBe(0)
  expect(said).toContain(words)
})

it('says so where a flow is not written in the language', async () => {
  const { code, said } = await talk(['newborn-resuscitation', '--language', 'rw'], [])
  expect(code).toBe(0)
  expect(said).toContain('(it is not written in rw: there is en, fr)')
})

it.each([
  [['nothing'], 'There is no flow "nothing"'],
  [['facts'], 'Nobody talks with "facts"'],
  [['words'], 'Nobody talks with "words"'],
  [['join', '--language', 'xx'], 'The service speaks no "xx": its languages are en, fr, rw, sw.'],
  [['join', '--cadre', 'king'], 'There is no cadre "king": there are nurse, midwife,'],
  [['join', '--as'], '--as needs a value after it.'],
  [['join', '--sideways', 'x'], 'try knows no "--sideways": there are --as, --cadre, --language.'],
])('says so when asked for %j', async (args, why) => {
  const { code, said } = await talk(args, [])
  expect(said).toContain(why)
  expect(code).toBe(1)
})
