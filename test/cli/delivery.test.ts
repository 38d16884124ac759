// What an operator sees of messages out, with a real delivery that meets a provider in trouble.
import { describe, expect, it } from 'vitest'
import { SendError } from '../../src/channels/channel.ts'
import type { DeliveryTiming } from '../../src/usecases/deliver-messages.ts'
import { lasting, table } from '../../src/cli/table.ts'
import { heardBy, letIn, message, type Process, settled, startProcess } from '../usecases/process.ts'
import { Operator } from './operator.ts'

const operator = new Operator()
const QUICK: DeliveryTiming = { lease: 1_500, renew: 100, look: 40 }

/** What the provider says at the moment. */
let trouble: SendError | undefined

async function withProcess(work: (process: Process) => Promise<void>): Promise<void> {
  await operator.fresh.pool.query('truncate outbox, delivery_day, channel_report, audit, session cascade')
  await letIn(operator.fresh.db, ['grace', 'eric'])
  const process = await startProcess({
    database: operator.fresh.db,
    owner: 'one',
    now: () => Date.now(),
    timing: QUICK,
    send: (to) => (trouble && to === 'grace' ? Promise.reject(trouble) : Promise.resolve()),
  })
  try {
    await work(process)
  } finally {
    trouble = undefined
    await process.stop()
  }
}

/** Until the table says so: reports and notes are written in the background. */
async function until(isSo: (lines: readonly string[]) => boolean): Promise<readonly string[]> {
  for (const end = Date.now() + 10_000; ;) {
    const { lines } = await operator.run('channels')
    if (isSo(lines) || Date.now() > end) return lines
    await new Promise((resolve) => setTimeout(resolve, 30))
  }
}

const cells = (line = ''): string[] => line.split(/ {2,}/)

describe('channels', () => {
  it('says so when nothing was ever delivered', async () => {
    await operator.fresh.pool.query('truncate outbox, delivery_day, channel_report')
    expect(await operator.run('channels')).toEqual({
      code: 0,
      lines: ['No channel has delivered anything yet: start the service.'],
    })
  })

  it('tells state, what went out and failed today, what waits, and the last error in words', async () => {
    await withProcess(async ({ receiver }) => {
      await receiver.receive([message('grace', 'c1', 'help'), message('eric', 'c2', 'help')])
      await settled(operator.fresh.db)
      const before = await until(([, row]) => cells(row)[2] === '2' && cells(row)[1] === 'ready')
      expect(cells(before[1])).toEqual(['web', 'ready', '2', '0', '0', '0'])
      expect(before).toHaveLength(2)
      trouble = new SendError('refused', '400 Bad Request: too strange')
      await receiver.receive([message('grace', 'c3', 'help')])
      await settled(operator.fresh.db)
      const lines = await until((now) => now.some((line) => line.includes('last error')))
      expect(cells(lines[1])).toEqual(['web', 'ready', '2', '1', '0', '1'])
      expect(lines[2]).toMatch(
        /^web: last error, \d{4}-\d\d-\d\d \d\d:\d\d: the provider does not take one of the messages, which was given up \(400 Bad Request: too strange\)$/,
      )
    })
    // The process is gone: what it said last is no longer believed.
    await operator.fresh.pool.query(`update channel_report set at = at - interval '1 minute'`)
    const { code, lines } = await operator.run('channels')
    expect(code).toBe(1)
    expect(cells(lines[1])[1]).toBe('silent')
    expect(lines[2]).toContain('No process delivers this channel')
  })
})

describe('what is held', () => {
  it('is listed with why and since when, and counts as nothing that waits', async () => {
    expect(await operator.run('outbox', 'held')).toEqual({ code: 0, lines: ['Nothing is held.'] })
    await operator.fresh.pool.query(
      `insert into outbox (address_id, turn, channel, shard, lane, language, says, created_at, handed, held)
       values (1, 1, 'whatsapp-cloud', 1, 1, 'en', '[]', now(), true, 'no template'),
         (2, 1, 'whatsapp-cloud', 2, 1, 'en', '[]', now(), true, 'no template')`,
    )
    const held = await operator.run('outbox', 'held')
    expect(cells(held.lines[1]).filter((_, place) => place !== 2)).toEqual([
      'whatsapp-cloud',
      '2',
      'no template',
    ])
    const { lines } = await operator.run('channels')
    expect(cells(lines.find((line) => line.startsWith('whatsapp-cloud')))[4]).toBe('0')
    expect(lines.join('\n')).toContain('outbox held')
  })
})

describe('outbox', () => {
  it('lists what was given up with the reason, sends it again, and removes it', async () => {
    expect((await operator.run('outbox', 'failed')).code).toBeDefined()
    await withProcess(async ({ receiver, sent }) => {
      expect(await operator.run('outbox', 'failed')).toEqual({ code: 0, lines: ['Nothing was given up.'] })
      trouble = new SendError('blocked', '403 Forbidden: bot was blocked by the user')
      await receiver.receive([message('grace', 'o1', 'help')])
      await settled(operator.fresh.db)
      const failed = await operator.run('outbox', 'failed')
      const [which = '', , channel, to, reason] = cells(failed.lines[1])
      expect({ channel, to, reason }).toEqual({
        channel: 'web',
        to: 'grace',
        reason: 'blocked: 403 Forbidden: bot was blocked by the user',
      })
      expect(which).toMatch(/^\d+:1$/)
      const unreachable = 'select unreachable_at is not null "is" from address where external_id = $1'
      expect(await operator.fresh.db.query(unreachable, ['grace'])).toEqual([{ is: true }])
      expect((await operator.run('outbox', 'retry', '999999:1')).lines).toEqual([
        'Nothing that was given up is called so.',
      ])
      trouble = undefined
      expect(await operator.run('outbox', 'retry', which)).toEqual({
        code: 0,
        lines: ['1 will be sent again within a second or so.'],
      })
      await settled(operator.fresh.db)
      expect(heardBy(sent, 'grace')).toHaveLength(1)
      expect(await operator.fresh.db.query(unreachable, ['grace'])).toEqual([{ is: false }])
      trouble = new SendError('refused', '400')
      await receiver.receive([message('grace', 'o2', 'help')])
      await receiver.receive([message('grace', 'o3', 'help')])
      await settled(operator.fresh.db)
      expect((await operator.run('outbox', 'drop', 'telegram')).code).toBe(1)
      expect((await operator.run('outbox', 'drop', 'all')).lines).toEqual(['2 removed.'])
      expect((await operator.run('outbox', 'failed')).lines).toEqual(['Nothing was given up.'])
      const { rows } = await operator.fresh.pool.query('select deed, subject from audit order by id')
      expect(rows.filter(({ deed }) => String(deed).startsWith('outbox'))).toEqual([
        { deed: 'outbox.retry', subject: `turns:${which}` },
        { deed: 'outbox.drop', subject: 'turns:all' },
      ])
    })
  })

  it.each(['', 'everything', '1', "1:1' or 1=1"])('does nothing for %j', async (which) => {
    const { code, lines } = await operator.run('outbox', 'drop', which)
    expect(code).toBe(1)
    expect(lines[0]).toContain('Write which')
  })
})

describe('what is told', () => {
  it('stands in columns', () => {
    expect(
      table([
        ['a', 'long one'],
        ['b', ''],
        ['ccc', 'd', 'e'],
      ]),
    ).toEqual(['a    long one', 'b', 'ccc  d         e'])
  })

  it.each([
    [0, '0 s'],
    [99_900, '99 s'],
    [100_000, '1 min'],
    [3 * 3_600_000, '3 h'],
    [50 * 3_600_000, '2 days'],
  ])('%i ms lasts %s', (ms, words) => expect(lasting(ms)).toBe(words))
})
