// People who come in by two ways or at the same moment: one record, and one person.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Content } from '../../src/words/message.ts'
import { MENU } from '../programme.ts'
import { freshDatabase, type FreshDatabase } from '../database.ts'
import { heardBy, message, type Process, settled, startProcess } from './process.ts'
import { importRoster } from '../../src/usecases/import-roster.ts'

let fresh: FreshDatabase
let process: Process

beforeEach(async () => {
  fresh = await freshDatabase()
  process = await startProcess({ database: fresh.db, owner: 'one' })
  const roster = [
    {
      name: 'Joseph Nshuti',
      role: 'mentee',
      cadre: 'nurse',
      language: 'en',
      invite_code: 'JOSEPH-1',
      phone: '+250788000001',
    },
    {
      name: 'Amina Ingabire',
      role: 'district_based_mentor',
      cadre: 'midwife',
      language: 'fr',
      invite_code: 'AMINA-1',
    },
  ]
  await importRoster(
    fresh.db,
    roster.map((cells, index) => ({ line: index + 2, cells })),
  )
})
afterEach(async () => {
  await process.stop()
  await fresh.close()
})

let messages = 0
/** What somebody hears when they say this. */
async function say(who: string, ...contents: readonly (string | Content)[]): Promise<string> {
  let heard = ''
  for (const content of contents) {
    const before = process.sent.length
    await process.receiver.receive([message(who, `m${messages++}`, content)])
    await settled(fresh.db)
    heard = heardBy(process.sent.slice(before), who).join('\n---\n')
  }
  return heard
}
const phone = (number: string): Content => ({ kind: 'phone', phone: number })
const joined = async (): Promise<unknown> =>
  fresh.db.query(
    'select p.name, a.external_id chat from person p join address a on a.person_id = p.id where p.joined_at is not null order by 1, 2',
  )

describe('an invite code', () => {
  it('lets one in when two send it at the same moment', async () => {
    for (const who of ['joseph', 'chidi']) await say(who, 'hello', 'English')
    const other = await startProcess({ database: fresh.db, owner: 'two', sent: process.sent })
    await Promise.all([
      process.receiver.receive([message('joseph', 'j', 'JOSEPH-1')]),
      other.receiver.receive([message('chidi', 'c', 'JOSEPH-1')]),
    ])
    await settled(fresh.db)
    await other.stop()
    const heard = ['joseph', 'chidi'].map((who) => heardBy(process.sent, who).at(-1) ?? '')
    expect(heard.filter((text) => text.includes('Do you agree?'))).toHaveLength(1)
    expect(heard.filter((text) => text.includes('I do not know that code'))).toHaveLength(1)
    expect(await fresh.db.query('select * from failed_message')).toEqual([])
  })

  it('is no command and no answer to somebody who is in', async () => {
    await say('joseph', 'hello', 'English', 'JOSEPH-1', 'yes')
    expect(await say('joseph', 'AMINA-1')).toContain('What would you like to do?')
    // With START somebody asks to share this telephone; until they say yes nothing has changed.
    expect(await say('joseph', 'START AMINA-1')).toContain('Do you both use this phone?')
    expect(await joined()).toEqual([{ name: 'Joseph Nshuti', chat: 'joseph' }])
  })
})

describe('a shared telephone number', () => {
  it('lets its owner in from any state of a stranger', async () => {
    const ways = [[], ['hello'], ['hello', 'English'], ['hello', 'English', '0', 'Joseph']]
    for (const [index, way] of ways.entries()) {
      const who = `telephone ${index}`
      await fresh.db.query('update person set joined_at = null where phone is not null')
      await say(who, ...way)
      const heard = await say(who, phone('+250788000001'))
      // The language is asked of those who have not said it yet.
      expect(heard).toContain(way.includes('English') ? 'Do you agree?' : 'Which language do you prefer?')
      if (!way.includes('English')) await say(who, 'English')
      expect(await say(who, 'yes')).toContain('You are in')
    }
    expect(await fresh.db.query('select count(*) people from person')).toEqual([{ people: 2 }])
  })

  it('brings the same record to a second chat, and both go on with it', async () => {
    await say('joseph', 'hello', 'English', 'JOSEPH-1', 'yes', MENU.newborn, 'A')
    expect(await say('new telephone', phone('+250788000001'))).toContain('What would you like to do?')
    expect(await say('new telephone', MENU.newborn)).toContain('You have answered 1 of 10')
    expect(await say('new telephone', 'go on')).toContain('Question 2 of 10')
    expect(await say('joseph', 'A')).toContain('Question 3 of 10')
    expect(await fresh.db.query('select ordinal from answer order by 1')).toEqual([
      { ordinal: 1 },
      { ordinal: 2 },
    ])
  })

  it('of somebody else changes nobody who is in', async () => {
    await say('amina', 'hello', 'English', 'AMINA-1', 'yes')
    expect(await say('amina', phone('+250788000001'))).toContain('What would you like to do?')
    expect(await joined()).toEqual([{ name: 'Amina Ingabire', chat: 'amina' }])
  })

  it('comes to one record when two chats share it at the same moment', async () => {
    for (const who of ['one', 'two']) await say(who, 'hello', 'English')
    await process.receiver.receive([
      message('one', 'p1', phone('+250788000001')),
      message('two', 'p2', phone('+250788000001')),
    ])
    await settled(fresh.db)
    for (const who of ['one', 'two']) expect(heardBy(process.sent, who).at(-1)).toContain('Do you agree?')
    expect(await fresh.db.query('select * from failed_message')).toEqual([])
    expect(await say('two', 'yes')).toContain('You are in')
    expect(await say('one', 'menu')).toContain('What would you like to do?')
  })
})
