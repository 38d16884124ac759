// Groups as places: where the service stands in them, what is owed to them, and that nobody's own talk gets there.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Channel, type Receipt, SendError } from '../../src/channels/channel.ts'
import { CAPABILITIES } from '../../src/channels/web/web.ts'
import type { Say } from '../../src/engine/events.ts'
import { groupNamed } from '../../src/store/groups.ts'
import { pollVoted } from '../../src/store/notices.ts'
import { applyEvents } from '../../src/usecases/apply-events.ts'
import { newLedger } from '../../src/usecases/converse.ts'
import { handOver } from '../../src/usecases/hand-over.ts'
import { oweGroup } from '../../src/usecases/owe-group.ts'
import type { Bubble, Content, IncomingMessage } from '../../src/words/message.ts'
import { freshDatabase, type FreshDatabase } from '../database.ts'
import { heardBy, letIn, message, type Process, settled, startProcess } from './process.ts'

/** The group of this test, and the id it moves to. */
let here: string
let there: string
let fresh: FreshDatabase
let one: Process
let ids = 100
/** What the provider does with the next bubbles. */
let provider: (to: string, bubble: Bubble, part: number | undefined) => Receipt | void

beforeEach(() => {
  here = String(-ids++)
  there = `${here}00`
  provider = () => undefined
  one.sent.length = 0
})
beforeAll(async () => {
  fresh = await freshDatabase()
  await letIn(fresh.db, ['grace', 'eric'])
  const channel: Partial<Channel> = {
    capabilities: { ...CAPABILITIES, groups: true, edits: true },
    parts: ({ text }) => Math.max(1, text.split('LONG').length),
  }
  const send = async (to: string, bubble: Bubble, part?: number): Promise<Receipt | void> =>
    provider(to, bubble, part)
  one = await startProcess({ database: fresh.db, owner: 'one', channel, send })
})
afterAll(async () => {
  await one.stop()
  await fresh.close()
})

const inGroup = (content: Content | string, group = here): IncomingMessage => ({
  ...message('grace', `g${ids++}`, content),
  group,
})
const hear = (...messages: IncomingMessage[]): Promise<void> => one.receiver.receive(messages)
const standing = (is: 'member' | 'admin' | 'silenced' | 'out', name = 'CHWs of Nyamata'): Content => ({
  kind: 'standing',
  standing: is,
  name,
})
const group = (id = here) => groupNamed(fresh.db, 'web', id)
const word = (name: string): Say => ({ say: 'word', word: name })
const notice = (name: string, ...says: Say[]): Say => ({ say: 'notice', name, says })

async function owe(...turns: Say[][]): Promise<void> {
  const place = await group()
  if (!place) throw new Error('the service is in no such group')
  for (const says of turns)
    await handOver(one.desk, async (db) => {
      const ledger = newLedger(one.desk.clock.now())
      await oweGroup(one.desk, db, ledger, { group: place, says, language: 'en', unasked: false })
      return { owed: await applyEvents(one.desk, db, ledger) }
    })
}

describe('what is said in a group', () => {
  it('reaches no session, and is answered neither there nor in private', async () => {
    await hear(message('grace', `m1-${ids++}`, 'menu'))
    await settled(fresh.db)
    const before = await fresh.db.query('select turn, state from session order by person_id')
    await hear(
      inGroup(standing('member')),
      inGroup('1'),
      inGroup('menu'),
      inGroup({ kind: 'choice', token: '1.0' }),
      inGroup({ kind: 'other', type: 'sticker' }),
      inGroup({ kind: 'members', joined: ['eric'], left: [] }),
      { ...message('grace', `v1-${ids++}`, { kind: 'vote', poll: 'p', options: [0] }) },
    )
    await settled(fresh.db)
    expect(await fresh.db.query('select turn, state from session order by person_id')).toEqual(before)
    expect(one.sent).toHaveLength(1)
    expect(await fresh.db.query('select * from failed_message')).toEqual([])
  })

  it('makes nobody a stranger of the programme', async () => {
    const people = await fresh.db.query('select count(*) from person')
    await hear({ ...inGroup('Hello all'), sender: 'somebody new' })
    expect(await fresh.db.query('select count(*) from person')).toEqual(people)
  })
})

describe('where the service stands', () => {
  it('is known from being added, silenced, promoted and removed; each told once', async () => {
    await hear(inGroup(standing('member')))
    expect(await group()).toMatchObject({ name: 'CHWs of Nyamata', reachable: true })
    await hear(inGroup(standing('silenced')))
    expect(await group()).toMatchObject({ reachable: false })
    await hear(inGroup(standing('admin', 'CHWs of Ntarama')))
    expect(await group()).toMatchObject({ name: 'CHWs of Ntarama', reachable: true })
    const removed = inGroup(standing('out', 'CHWs of Ntarama'))
    await hear(removed)
    await hear(inGroup(standing('member', 'CHWs of Ntarama')))
    await hear(removed)
    expect(await group()).toMatchObject({ reachable: true })
  })

  it('a new name is kept', async () => {
    await hear(inGroup(standing('member')))
    await hear(inGroup({ kind: 'renamed', name: 'iCCM Nyamata' }))
    expect(await group()).toMatchObject({ name: 'iCCM Nyamata', reachable: true })
  })

  it('who blocks the service cannot be reached until they write again', async () => {
    const reachable = async (): Promise<unknown> =>
      (
        (await fresh.db.query(
          `select unreachable_at is null reachable from address where external_id = 'grace'`,
        )) as { reachable: boolean }[]
      )[0]?.reachable
    await hear(message('grace', `b1-${ids++}`, { kind: 'standing', standing: 'out' }))
    expect(await reachable()).toBe(false)
    await hear(message('grace', `b2-${ids++}`, { kind: 'standing', standing: 'member' }))
    expect(await reachable()).toBe(false)
    await hear(message('grace', `b3-${ids++}`, 'menu'))
    expect(await reachable()).toBe(true)
  })
})

describe('what is owed to a group', () => {
  beforeEach(() => hear(inGroup(standing('member'))))

  it('goes out in order, and to nobody else', async () => {
    await owe([word('help')], [word('trouble')], [word('help')])
    await settled(fresh.db)
    expect(heardBy(one.sent, here).map((text) => text.slice(0, 8))).toEqual([
      'You can ',
      'Somethin',
      'You can ',
    ])
    expect(one.sent).toHaveLength(3)
  })

  it('is nothing where the service may not write', async () => {
    await hear(inGroup(standing('out')))
    await owe([word('help')])
    expect(await fresh.db.query('select * from outbox')).toEqual([])
    expect(one.sent).toEqual([])
  })

  it('follows the group to its new id: told by a send that fails, nothing lost and nothing twice', async () => {
    provider = (to) => {
      if (to === here) throw new SendError('moved', '400', undefined, there)
    }
    await owe([word('help')], [word('trouble')])
    await settled(fresh.db)
    expect(heardBy(one.sent, there).map((text) => text.slice(0, 8))).toEqual(['You can ', 'Somethin'])
    expect(await group(there)).toMatchObject({ name: 'CHWs of Nyamata', reachable: true })
    expect(await group()).toBeUndefined()
  })

  it('follows it also when the new id was met first, and when told by a message', async () => {
    const before = await group()
    await hear(inGroup(standing('admin', 'CHWs of Nyamata'), there))
    await hear(inGroup({ kind: 'moved', to: there }))
    expect(await group(there)).toMatchObject({ addressId: before?.addressId, reachable: true })
    expect(await group()).toBeUndefined()
    await hear(inGroup({ kind: 'moved', to: there }))
    expect(await group(there)).toBeDefined()
  })

  it('goes on with the part that failed, not with the whole bubble', async () => {
    const tried: (number | undefined)[] = []
    provider = (_to, _bubble, part) => {
      tried.push(part)
      if (tried.length === 2) throw new SendError('limited', '429', 1)
    }
    const values = { title: { en: 'one LONG two LONG three' }, count: 1, purpose: { en: 'practice' } }
    await owe([{ say: 'word', word: 'quiz_starts', values }])
    await settled(fresh.db)
    expect(tried).toEqual([0, 1, 1, 2])
  })
})

describe('a message that is refused', () => {
  it('does not hold up the next of its chat', async () => {
    provider = (_to, { text }) => {
      if (text.startsWith('You can ')) throw new SendError('refused', '400')
    }
    await hear(message('grace', `m1-${ids++}`, 'help'))
    await hear(message('grace', `m2-${ids++}`, 'menu'))
    await settled(fresh.db)
    expect(heardBy(one.sent, 'grace').map((text) => text.slice(0, 8))).toEqual(['What wou'])
  })
})

describe('a notice', () => {
  beforeEach(() => hear(inGroup(standing('member'))))

  it('is sent once and edited from then on, also by the next process', async () => {
    provider = () => ({ ref: '77' })
    await owe([notice('card', word('help'))], [notice('card', word('trouble'))])
    await settled(fresh.db)
    expect(one.sent.map(({ bubble }) => [bubble.text.slice(0, 8), bubble.edits])).toEqual([
      ['You can ', undefined],
      ['Somethin', '77'],
    ])
  })

  it('is said anew when it can no longer be edited, and that one is edited next', async () => {
    let ref = 77
    provider = (_to, { edits }) => {
      if (edits === '77') throw new SendError('refused', '400 message to edit not found')
      return { ref: String(ref++) }
    }
    for (let turn = 0; turn < 3; turn++) await owe([notice('card', word('help'))])
    await settled(fresh.db)
    expect(one.sent.map(({ bubble }) => bubble.edits)).toEqual([undefined, undefined, '78'])
  })

  it('that is a poll goes out once, and its votes can be told where they belong', async () => {
    provider = (_to, { poll }) => ({ ref: '78', ...(poll && { poll: 'P1' }) })
    const quiz = one.desk.shelf.flows.find(({ content }) => content.kind === 'quiz')
    if (!quiz) throw new Error('there is no quiz')
    const poll: Say = { say: 'poll', name: 'q1', flow: quiz.version, question: 0, seed: 7 }
    await owe([poll], [poll])
    await settled(fresh.db)
    expect(one.sent).toHaveLength(1)
    const [sent] = one.sent
    expect(sent?.bubble.poll?.options.length).toBeGreaterThan(1)
    expect(await pollVoted(fresh.db, 'web', 'P1')).toEqual({
      address: (await group())?.addressId,
      name: 'q1',
    })
    expect(await pollVoted(fresh.db, 'telegram', 'P1')).toBeUndefined()
  })
})
