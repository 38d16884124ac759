// What has changed between two versions is told in words, a right answer above all.
import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { flows } from '../../src/cli/flows.ts'
import { changesIn } from '../../src/engine/changes.ts'
import { COLOURS, INTERVIEW } from '../engine/talk.ts'

describe('a flow', () => {
  it.each([
    ['nothing', COLOURS, COLOURS, []],
    ['the order of keys', 'kind: quiz\ndraw: 3\n', 'draw: 3\nkind: quiz\n', []],
    [
      'a text',
      COLOURS,
      COLOURS.replace('Colour of milk?', 'Milk?'),
      ['milk: ask.en is now “Milk?” and was “Colour of milk?”'],
    ],
    [
      'the right answer',
      COLOURS,
      COLOURS.replace('answer: a', 'answer: b'),
      ['blood: THE RIGHT ANSWER is now “b” and was “a”'],
    ],
    ['the head', COLOURS, COLOURS.replace('draw: 4', 'draw: 3'), ['draw is now 3 and was 4']],
    [
      'a question',
      COLOURS,
      COLOURS.replaceAll('milk', 'cream'),
      ['cream is new: “Colour of cream?”', 'milk is gone: “Colour of milk?”'],
    ],
    [
      'a step put before others',
      INTERVIEW,
      INTERVIEW.replace('steps:\n', 'steps:\n  - say: { en: Welcome. }\n'),
      ['steps.0 is new: “Welcome.”'],
    ],
  ])('%#: %s', (_what, before, after, changes) => {
    expect(changesIn(parse(before), parse(after))).toEqual(changes)
  })
})

describe('diff', () => {
  let folder: string
  const said: string[] = []
  const run = async (...args: string[]): Promise<number> => {
    said.length = 0
    return flows(args, {}, (line) => said.push(line))
  }
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'preceptor-diff-'))
    for (const name of ['old', 'now']) await mkdir(join(folder, name))
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  it('compares folders, and a folder with a revision of git', async () => {
    const [old, now] = [join(folder, 'old'), join(folder, 'now')]
    await writeFile(join(old, 'colours.yaml'), COLOURS)
    await writeFile(join(old, 'interview.yaml'), INTERVIEW)
    await writeFile(join(now, 'colours.yaml'), `# Only a comment.\n${COLOURS}`)
    expect(await run('diff', old, now)).toBe(0)
    expect(said).toEqual(['interview.yaml', '  this flow is gone', '1 change.'])

    const git = (...args: string[]): void =>
      void execFileSync('git', ['-C', folder, '-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args])
    git('init', '-q')
    git('add', '.')
    git('commit', '-q', '-m', 'first')
    await writeFile(join(now, 'colours.yaml'), COLOURS.replace('answer: a', 'answer: c'))
    expect(await run('diff', 'HEAD', now)).toBe(0)
    expect(said).toEqual(['colours.yaml', '  blood: THE RIGHT ANSWER is now “c” and was “a”', '1 change.'])
    expect(await run('diff', '-x', now)).toBe(1)
    expect(await run('diff', 'no-such-revision', now)).toBe(1)
    expect(said).toEqual(['no-such-revision is neither a folder nor a revision of git that has these flows.'])
  })
})
