// The check tells which translations were left behind, until somebody has looked at them.
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { flows } from '../../src/cli/flows.ts'
import { COLOURS } from '../engine/talk.ts'
import { smallFolder } from './small-folder.ts'

/** Colours as it would lie in the folder. */
const MARKED = COLOURS.replace('status: draft', 'status: draft\nawaiting_native_review: [rw, sw]').replaceAll(
  /^      c: (.*)$/gm,
  (line, option: string) =>
    `${line}\n      d: ${option.replace('Blue sea', 'Lake').replace('Bleu mer', 'Lac').replace('Inyanja', 'Ikiyaga').replace('Bahari', 'Ziwa')}`,
)

it('tells of an English text that was changed alone, and is told that it still fits', async () => {
  const folder = await smallFolder()
  const said: string[] = []
  let code: number | undefined
  const run = async (...args: string[]): Promise<string[]> => {
    said.length = 0
    code = await flows(args, { FLOWS_DIR: folder }, (line) => said.push(line))
    return said.filter((line) => line.startsWith('colours.yaml') || line.startsWith('translations.json'))
  }
  try {
    await writeFile(join(folder, 'colours.yaml'), MARKED)
    expect(await run('translated')).toEqual([
      expect.stringMatching(/^translations\.json: \d+ items; 0 of them/),
    ])
    await writeFile(join(folder, 'colours.yaml'), MARKED.replace('Colour of milk?', 'What is milk like?'))
    const advice =
      'colours.yaml:24:5 advice: "milk" has changed in en and not in fr, rw, sw: translate it anew, or, where it still fits, run `npm run flows -- translated colours`'
    expect(await run('check')).toEqual([advice])
    await run('translated')
    expect(await run('check')).toEqual([advice])
    expect(code).toBe(0)
    // Whoever looks content over before it is put in place takes advice for a fault.
    expect(await run('check', '--strict')).toEqual([advice])
    expect([code, said.at(-1)]).toEqual([1, '1 piece of advice to take.'])
    await run('translated', 'colours')
    expect(await run('check', '--strict')).toEqual([])
    expect(code).toBe(0)
    await run('translated', 'nothing')
    expect(said).toEqual(['There is no flow "nothing": write its name without the ending.'])
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})
