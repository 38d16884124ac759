// What people have before them when new flow files come: a menu, the words of a consent, a choice of languages.
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { FlowId } from '../../src/words/ids.ts'
import { freshDatabase, type FreshDatabase } from '../database.ts'
import { FLOWS, MENU } from '../programme.ts'
import {
  heardBy,
  letIn,
  message,
  type Process,
  putOnRoster,
  type Sent,
  settled,
  startProcess,
} from './process.ts'

let fresh: FreshDatabase
let flowsDir: string
let sent: Sent[]
const processes: Process[] = []

beforeEach(async () => {
  fresh = await freshDatabase()
  flowsDir = await mkdtemp(join(tmpdir(), 'preceptor-flows-'))
  await cp(FLOWS, flowsDir, { recursive: true })
  sent = []
})
afterEach(async () => {
  await Promise.all(processes.splice(0).map((process) => process.stop()))
  await fresh.close()
  await rm(flowsDir, { recursive: true })
})

async function start(owner: string): Promise<Process> {
  const process = await startProcess({ database: fresh.db, owner, flowsDir, sent })
  processes.push(process)
  return process
}

let messages = 0
/** Says all this to a process; what was heard back to the last. */
async function say({ receiver }: Process, sender: string, ...words: string[]): Promise<string> {
  for (const text of words) {
    sent.length = 0
    await receiver.receive([message(sender, `m${messages++}`, text)])
    await settled(fresh.db)
  }
  return heardBy(sent, sender).join('\n---\n')
}

async function edit(file: string, change: (source: string) => string): Promise<void> {
  await writeFile(join(flowsDir, file), change(await readFile(join(flowsDir, file), 'utf8')))
}

it('a quiz taken away while it stands in a menu leads to the menu of now', async () => {
  await letIn(fresh.db, ['grace'])
  const before = await start('before')
  expect(await say(before, 'grace', 'menu')).toContain('What would you like to do?')
  await rm(join(flowsDir, 'quizzes/newborn-resuscitation.yaml'))
  const after = await start('after')
  expect(await say(after, 'grace', 'Newborn resuscitation')).toContain('What would you like to do?')
  expect(sent.at(-1)?.bubble.choices?.map(({ label }) => label)).not.toContain('Newborn resuscitation')
  expect(await fresh.db.query('select 1 from failed_message')).toEqual([])
})

it('a quiz that only the newer of two processes has troubles nobody in the older', async () => {
  await letIn(fresh.db, ['grace'])
  const before = await start('before')
  await cp(join(flowsDir, 'quizzes/newborn-resuscitation.yaml'), join(flowsDir, 'a-new-one.yaml'))
  await edit('a-new-one.yaml', (source) => source.replace('en: Newborn resuscitation', 'en: A new one'))
  const after = await start('after')
  await say(after, 'grace', 'menu')
  expect(await say(before, 'grace', 'A new one')).toContain('What would you like to do?')
  expect(await say(after, 'grace', 'menu', 'A new one')).toContain('Question 1 of 10')
  // Once begun, it goes on in either.
  expect(await say(before, 'grace', 'A')).toContain('Question 2 of 10')
  expect(await fresh.db.query('select 1 from failed_message')).toEqual([])
})

it('consent is recorded with the words that were read, not those that came meanwhile', async () => {
  await putOnRoster(fresh.db, ['grace'])
  const before = await start('before')
  expect(await say(before, 'chat', 'START grace', 'English')).toContain('Do you agree?')
  const read = before.desk.shelf.current('join' as FlowId)?.version
  await edit('join.yaml', (source) => source.replace('Do you agree?', 'Do you agree to all of it?'))
  const after = await start('after')
  expect(after.desk.shelf.current('join' as FlowId)?.version).not.toBe(read)
  expect(await say(after, 'chat', 'yes')).toContain('You are in.')
  expect(await fresh.db.query('select given, flow_version from consent')).toEqual([
    { given: true, flow_version: read },
  ])
})

it('LANGUAGE sent again after a deploy asks once, and the quiz below goes on', async () => {
  await letIn(fresh.db, ['grace'])
  const before = await start('before')
  expect(await say(before, 'grace', 'menu', MENU.newborn, 'A', 'language')).toContain(
    'Which language do you prefer?',
  )
  await edit('language.yaml', (source) =>
    source.replace('Which language do you prefer?', 'Which language now?'),
  )
  const after = await start('after')
  expect(await say(after, 'grace', 'language')).toContain('Which language now?')
  expect(await say(after, 'grace', 'English')).toMatch(
    /^I will write to you in English\.\n\nQuestion 2 of 10/,
  )
})
