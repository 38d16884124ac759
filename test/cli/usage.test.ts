// A command that cannot be run says what it lacks, not everything there is.
import { expect, it } from 'vitest'
import { flows } from '../../src/cli/flows.ts'

it.each([
  [['frobnicate'], 'There is no command "frobnicate". There are:'],
  [['diff'], '"diff" needs BEFORE after it:\n\n  npm run flows -- diff BEFORE [FOLDER]'],
  [['try'], '"try" needs FILE after it:'],
  [['export-xlsx', 'sheet.xlsx', '--languages', 'xx'], 'After --languages come some of en, fr, rw, sw'],
  [['import-xlsform', 'form.xlsx', '--checklist', 'NB-HBB'], 'needs its competency and the year'],
])('%j', async (args, told) => {
  const said: string[] = []
  expect(await flows(args, {}, (line) => said.push(line))).toBe(1)
  expect(said.join('\n')).toContain(told)
})

it('tells everything there is to who asks for help', async () => {
  const said: string[] = []
  expect(await flows(['help'], {}, (line) => said.push(line))).toBe(0)
  expect(said.join()).toMatch(/^Usage: npm run flows/)
})
