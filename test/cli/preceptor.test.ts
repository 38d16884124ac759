import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { explain } from '../../src/cli/explain.ts'
import { preceptor } from '../../src/cli/preceptor.ts'
import { makeSeals } from '../../src/store/seals.ts'
import { readSecretKey } from '../../src/store/secret-key.ts'
import { DAY } from '../../src/words/clock.ts'
import { makeProgramme, told } from '../programme.ts'
import { freePort } from '../redis.ts'
import { GOOD, HEADER, Operator } from './operator.ts'

const operator = new Operator()

describe('people requests', () => {
  it('says who waits for access, and no longer once they are on the roster and known by their account', async () => {
    expect(await operator.run('people', 'requests')).toEqual({
      code: 0,
      lines: ['Nobody is waiting for access.'],
    })
    const programme = await makeProgramme({ fresh: operator.fresh })
    try {
      await programme.say('555', 'hello')
      await programme.say('555', 'English')
      await programme.say('555', '0')
      await programme.say('555', 'Ruth Keza')
      expect(told(await programme.say('555', 'Rubavu DH, Rubavu'))).toContain('The programme')
      await operator.fresh.pool.query(`update address set channel = 'telegram' where external_id = '555'`)
      expect((await operator.run('people', 'requests')).lines).toEqual([
        '2026-11-23T08:00  telegram  Ruth Keza, Rubavu DH, Rubavu',
        'Add them to the roster with an invite code, and give them the code.',
      ])
      const before = (await operator.people()).length
      await operator.importing(`${HEADER}Ruth Keza,,555,,district_coordinator,,,,\n`)
      expect((await operator.run('people', 'requests')).lines).toEqual(['Nobody is waiting for access.'])
      // The stranger is Ruth now, not a second person; what was said to the stranger is numbered on.
      expect(await operator.people()).toHaveLength(before)
      const { rows } = await operator.fresh.pool.query(
        `select p.name, s.turn from session s join person p on p.id = s.person_id join address a on a.person_id = p.id where a.external_id = '555'`,
      )
      expect(rows).toEqual([{ name: 'Ruth Keza', turn: 5 }])
    } finally {
      await programme.close()
    }
  })
})

describe('chat-link', () => {
  it('seals a link for somebody on the roster, by phone or code, good for a week', async () => {
    await operator.importing(GOOD)
    const seals = makeSeals(await readSecretKey(join(operator.folder, 'data')))
    for (const who of ['JOSEPH-1', 'joseph-1', '+250788000001', '0788 000 001']) {
      const { code, lines } = await operator.run('chat-link', who)
      expect(code).toBe(0)
      const [, link = ''] = /^http:\/\/127\.0\.0\.1:3000\/chat#link=(\S+)$/.exec(lines[0] ?? '') ?? []
      expect(seals.open('link', link, Date.now() + 6.9 * DAY)).toBe(1)
      expect(seals.open('link', link, Date.now() + 7.1 * DAY)).toBeUndefined()
      expect(seals.open('talk', link, Date.now())).toBeUndefined()
    }
  })

  it('makes none for anybody else', async () => {
    await operator.importing(GOOD)
    for (const who of ['NOBODY-1', '+250788999999', '', '1'])
      expect(await operator.run('chat-link', who)).toEqual({
        code: 1,
        lines: ['Nobody on the roster has that phone number or invite code.'],
      })
  })
})

describe('people invite', () => {
  it('makes a code that was used good for one more person', async () => {
    const programme = await makeProgramme({ fresh: operator.fresh })
    try {
      await operator.importing(GOOD)
      const tryCode = async (sender: string): Promise<string> => {
        await programme.say(sender, 'start JOSEPH-1')
        return told(await programme.say(sender, 'English'))
      }
      expect(await tryCode('1001')).toContain('Do you agree?')
      expect(await tryCode('1002')).toContain('I do not know that code')
      expect(await operator.run('people', 'invite', 'joseph-1')).toEqual({
        code: 0,
        lines: [
          'Their invite code lets them in once more. Whoever wrote as them until now is a stranger again.',
        ],
      })
      expect(await tryCode('1003')).toContain('Do you agree?')
      expect(told(await programme.say('1001', 'menu'))).toContain('Which language')
      expect(await tryCode('1004')).toContain('I do not know that code')
      expect(await operator.run('people', 'invite', 'NOBODY-1')).toEqual({
        code: 1,
        lines: ['Nobody on the roster has that phone number or invite code.'],
      })
    } finally {
      await programme.close()
    }
  })
})

describe('what went wrong', () => {
  const complaint = async (work: Promise<unknown>): Promise<string> =>
    explain(await work.catch((error: unknown) => error))
  const say = (): void => undefined

  it('is said in plain words, without a stack and without secrets', async () => {
    const nowhere = `postgres://preceptor:secret@127.0.0.1:${await freePort()}/preceptor`
    expect(await complaint(preceptor(['people', 'requests'], { DATABASE_URL: nowhere }, say))).toBe(
      'PostgreSQL cannot be reached: check that it runs and that DATABASE_URL names it.',
    )
    expect(await complaint(preceptor(['people', 'requests'], { PORT: 'x' }, say))).toContain(
      'PORT is not a whole number. Write a port',
    )
    const port = await freePort()
    const server = createServer().listen(port, '127.0.0.1')
    const second = new Promise((_, reject) => createServer().once('error', reject).listen(port, '127.0.0.1'))
    expect(await complaint(second)).toContain('Something listens on this port already')
    server.close()
  })

  it('is told with its place when it is a fault of the program', () => {
    expect(explain(new TypeError('x is undefined'))).toMatch(/^TypeError: x is undefined\n\s+at /)
    expect(explain('nonsense')).toBe('nonsense')
  })
})

describe('usage', () => {
  it.each([[], ['help'], ['--help'], ['people', '--help'], ['people', 'delete', '-h']])(
    'is told when asked for: %j',
    async (...args) => {
      const { code, lines } = await operator.run(...args)
      expect(code).toBe(0)
      expect(lines.join('\n')).toContain('people import FILE.csv')
      expect(lines.join('\n')).toContain('doctor')
    },
  )

  it.each([
    [['fly'], /^There is no command "fly"\. There are:.*-- people import FILE\.csv\n.*-- doctor/s],
    [['people'], /^There is no command "people"\. There are:.*-- people delete WHO\n(?!.*-- doctor)/s],
    [['people', 'fly'], /^There is no command "people fly"\./],
    [['people', 'import'], /^"people import" needs FILE\.csv after it:\n\n.*-- people import FILE\.csv$/s],
    [['people', 'export'], /^"people export" needs WHO after it/],
    [['chat-link'], /^"chat-link" needs PHONE\|CODE after it/],
  ])('says what was wrong with %j', async (args, expected) => {
    const { code, lines } = await operator.run(...args)
    expect(code).toBe(1)
    expect(lines.join('\n')).toMatch(expected)
  })
})
