// What people and broken clients send besides answers, in every state of a talk: no crash, and a clear answer.
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { cleanText, type Content } from '../../src/words/message.ts'
import { freshDatabase, type FreshDatabase } from '../database.ts'
import { makeProgramme, MENU, type Programme, told } from '../programme.ts'
import { heardBy, letIn, message, type Process, settled, startProcess } from './process.ts'

const text = (raw: string): Content => ({ kind: 'text', text: raw })
const tap = (token: string): Content => ({ kind: 'choice', token })

/** As a channel hands them over. */
const ODD: Readonly<Record<string, Content>> = {
  'an empty message': text(''),
  'white space': text(cleanText(' \n\t\u00a0 ')),
  'one emoji': text('👍'),
  'emoji only': text('🙏🏽👩‍⚕️🇷🇼😀'),
  'a keycap that is no choice': text('#️⃣'),
  'Arabic, right to left': text('لا أفهم السؤال'),
  'Hebrew with marks of direction': text('\u202eשלום\u202c'),
  'NUL bytes': text(cleanText('a\u0000b\u0000')),
  'half a character': text(cleanText('x\ud83d')),
  '100 KB': text(cleanText('word '.repeat(20_000))),
  '100 KB without a space': text(cleanText('x'.repeat(100_000))),
  'thousands of combining marks': text(cleanText(`ee${'\u0301'.repeat(5_000)}`)),
  'a table of markup': text('<script>alert(1)</script> {"a": [1]} %s {name} \\u0000'),
  'words of a query': text(`'; drop table person; --`),
  'a number that is none': text('99999999999999999999'),
  'a button of nobody': tap('no such token'),
  'a button without a number': tap(''),
  'a button of the future': tap('999999999.0'),
  'a button beyond the choices': tap('1.999'),
  'a button with a huge number': tap('99999999999999999999.0'),
  'a sticker': { kind: 'other', type: 'sticker' },
  'a file': { kind: 'other', type: 'document' },
  'a phone number that nobody asked for': { kind: 'phone', phone: '+250788999999' },
}

/** How to come into each state, and what stands there to be answered. */
const STATES: Readonly<
  Record<string, { readonly who: string; readonly way: readonly string[]; readonly asks: string }>
> = {
  'a stranger’s language': { who: 'chidi', way: ['hello'], asks: 'Which language do you prefer?' },
  'a stranger’s name': { who: 'chidi', way: ['hello', 'English', '0'], asks: 'full name' },
  joining: { who: 'joseph', way: ['hello'], asks: 'Which language do you prefer?' },
  consent: { who: 'joseph', way: ['hello', 'English'], asks: 'Do you agree?' },
  'the menu': { who: 'joseph', way: ['hello', 'English', 'yes'], asks: 'What would you like to do?' },
  'a quiz': { who: 'joseph', way: ['hello', 'English', 'yes', MENU.newborn], asks: 'Question 1 of 10' },
  'a quiz after BACK': {
    who: 'joseph',
    way: ['hello', 'English', 'yes', MENU.newborn, 'A', 'back'],
    asks: 'Question 1 of 10',
  },
  'LANGUAGE over a quiz': {
    who: 'joseph',
    way: ['hello', 'English', 'yes', MENU.newborn, 'A', 'language'],
    asks: 'Which language do you prefer?',
  },
  'an unfinished quiz': {
    who: 'joseph',
    way: ['hello', 'English', 'yes', MENU.newborn, 'A', 'menu', MENU.newborn],
    asks: 'Go on?',
  },
  hours: {
    who: 'joseph',
    way: ['hello', 'English', 'yes', MENU.hours, 'Days and hour', 'Every day'],
    asks: 'At which hour',
  },
  leave: {
    who: 'joseph',
    way: ['hello', 'English', 'yes', MENU.hours, 'I am on leave'],
    asks: 'For how many days',
  },
}

describe.each(Object.entries(STATES))('in the state: %s', (_, { who, way, asks }) => {
  let programme: Programme
  beforeAll(async () => {
    programme = await makeProgramme()
    if (who !== 'chidi') await programme.meet(who)
    for (const words of way) await programme.say(who, words)
  })
  afterAll(() => programme.close())

  it('answers each odd message once, keeps the question, and counts nothing', async () => {
    const before = await programme.fresh.db.query('select * from answer')
    const faults: string[] = []
    for (const [name, content] of Object.entries(ODD)) {
      // Free text takes any words: there only what is no text at all is odd.
      if (asks === 'full name' && content.kind === 'text' && content.text !== '' && content.text.length <= 80)
        continue
      const heard = told(await programme.say(who, content))
      if (!heard.includes(asks)) faults.push(`${name}: ${JSON.stringify(heard.slice(0, 120))}`)
    }
    expect(faults).toEqual([])
    expect(await programme.fresh.db.query('select * from answer')).toEqual(before)
    expect(await programme.fresh.db.query('select * from failed_message')).toEqual([])
    expect(await programme.fresh.db.query('select * from outbox')).toEqual([])
  })
})

describe('when nothing is being asked', () => {
  let programme: Programme
  beforeAll(async () => {
    programme = await makeProgramme()
    await programme.meet('joseph')
    for (const words of ['hello', 'English', 'yes', 'stop']) await programme.say('joseph', words)
  })
  afterAll(() => programme.close())

  it.each(Object.entries(ODD))('answers %s', async (_, content) => {
    expect(told(await programme.say('joseph', content))).toMatch(
      /stopped this service|that is over|can send at any time/,
    )
  })
})

it('says HELP to a question mark, and not to everything that is no word', async () => {
  const programme = await makeProgramme()
  await programme.meet('joseph')
  for (const words of ['hello', 'English', 'yes', MENU.newborn]) await programme.say('joseph', words)
  expect(told(await programme.say('joseph', '?'))).toContain('You can send at any time')
  for (const words of ['👍', '!!!', '…', '🙏🏽']) {
    const heard = told(await programme.say('joseph', words))
    expect(heard).toContain('nothing was counted')
    expect(heard).not.toContain('You can send at any time')
  }
  await programme.close()
})

it('answers whatever characters come, in whatever order', async () => {
  const programme = await makeProgramme()
  await programme.meet('joseph')
  for (const words of ['hello', 'English', 'yes']) await programme.say('joseph', words)
  const anything = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }).map((raw) => text(cleanText(raw))),
    fc.string({ unit: 'grapheme', maxLength: 60 }).map((raw) => text(cleanText(raw))),
    fc.string({ maxLength: 12 }).map(tap),
    fc.constantFrom('1', '2', 'A', 'menu', 'back', 'language', 'stop', 'start', 'help').map(text),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(anything, { minLength: 1, maxLength: 8 }), async (contents) => {
      for (const content of contents) {
        const heard = await programme.say('joseph', content)
        expect(heard.length).toBeGreaterThan(0)
        expect(heard.every((bubble) => bubble.text.trim() !== '')).toBe(true)
      }
    }),
    { numRuns: 40 },
  )
  expect(await programme.fresh.db.query('select * from failed_message')).toEqual([])
  await programme.close()
}, 60_000)

describe('a message that cannot be applied', () => {
  const SECRET = 'Mukamana of bed 7'
  let fresh: FreshDatabase
  let process: Process
  let logged: { fields: object; text: string }[]
  const note = (fields: object, words: string): void => void logged.push({ fields, text: words })

  beforeEach(async () => {
    fresh = await freshDatabase()
    logged = []
    await letIn(fresh.db, ['grace', 'eric', 'aline'])
  })
  afterEach(async () => {
    await process.stop()
    await fresh.close()
  })
  const start = async (options: Partial<Parameters<typeof startProcess>[0]> = {}): Promise<void> => {
    process = await startProcess({
      database: fresh.db,
      owner: 'one',
      log: { info: note, warn: note, error: note },
      ...options,
    })
    for (const words of ['menu', MENU.newborn]) {
      await process.receiver.receive(
        ['grace', 'eric', 'aline'].map((name) => message(name, `${name}-${words}`, words)),
      )
    }
  }
  const corrupt = (state: string): Promise<unknown> =>
    fresh.db.query(
      `update session set state = $1 where person_id = (select id from person where invite_code = 'eric')`,
      [state],
    )

  /** Every table that holds the text, whatever the column. */
  async function holding(words: string): Promise<string[]> {
    const tables = (await fresh.db.query(
      `select format('%I.%I', schemaname, tablename) name from pg_tables where schemaname not in ('pg_catalog', 'information_schema')`,
    )) as { name: string }[]
    const found: string[] = []
    for (const { name } of tables) {
      const rows = await fresh.db.query(`select 1 from ${name} t where position($1 in t::text) > 0 limit 1`, [
        words,
      ])
      if (rows.length > 0) found.push(name)
    }
    return found
  }

  const batch = (): ReturnType<typeof message>[] => [
    message('grace', 'g', 'A'),
    message('eric', 'e', SECRET),
    message('aline', 'a', 'B'),
  ]

  it.each([
    ['no object', 'null'],
    ['a number', '5'],
    ['a list', '[]'],
    ['an empty object', '{}'],
    ['a stack that is none', '{"asked":1,"stack":7}'],
    ['a frame of no kind', '{"asked":1,"stack":[{}]}'],
    [
      'a quiz of a version that is gone',
      '{"asked":1,"stack":[{"kind":"quiz","version":"0123456789ab","attempt":1,"purpose":"practice","seed":1,"questions":[0],"answers":[],"tries":0,"correcting":false,"askedAt":0}]}',
    ],
  ])('is set aside alone when the stored talk is %s, and the person is told', async (_, state) => {
    await start()
    await corrupt(state)
    await process.receiver.receive(batch())
    await settled(fresh.db)
    expect(heardBy(process.sent, 'grace').at(-1)).toContain('Question 2 of')
    expect(heardBy(process.sent, 'aline').at(-1)).toContain('Question 2 of')
    expect(heardBy(process.sent, 'eric').at(-1)).toContain('Something went wrong on our side')
    const failed = await fresh.db.query(
      'select channel, message_id, p.invite_code, error from failed_message f join person p on p.id = f.person_id',
    )
    expect(failed).toEqual([
      {
        channel: 'web',
        message_id: 'e',
        invite_code: 'eric',
        error: expect.stringMatching(/^\w+ +at |^\w+/) as string,
      },
    ])
    expect(logged.filter(({ text: words }) => words === 'a message was set aside')).toHaveLength(1)
    // Delivered again it is neither applied nor told again.
    await process.receiver.receive(batch())
    await settled(fresh.db)
    expect(heardBy(process.sent, 'eric').filter((words) => words.includes('went wrong'))).toHaveLength(1)
    expect(await holding(SECRET)).toEqual([])
    expect(JSON.stringify(logged)).not.toContain(SECRET)
  })

  it.each(['null', '[]', '{}', '{"asked":1,"stack":7}', '{"asked":1,"stack":[{}]}'])(
    'leaves a way on: MENU after %s',
    async (state) => {
      await start()
      await corrupt(state)
      await process.receiver.receive([message('eric', 'e', 'A')])
      await process.receiver.receive([message('eric', 'm', 'MENU')])
      await settled(fresh.db)
      expect(heardBy(process.sent, 'eric').at(-1)).toContain('What would you like to do?')
    },
  )

  it('keeps an old button old after the talk had to begin anew', async () => {
    await start()
    await settled(fresh.db)
    const old = process.sent.findLast(({ to }) => to === 'eric')?.bubble.choices?.[0]?.token ?? ''
    await corrupt('{}')
    await process.receiver.receive([message('eric', 'e', 'A')])
    await process.receiver.receive([message('eric', 'm', 'MENU')])
    await process.receiver.receive([message('eric', 't', { kind: 'choice', token: old })])
    await settled(fresh.db)
    expect(heardBy(process.sent, 'eric').at(-1)).toContain('earlier question')
  })

  it('leaves none of its words behind when the error quotes them', async () => {
    await start({
      shelf: (shelf) => ({
        ...shelf,
        command(words) {
          if (words.includes('bed 7'))
            throw new Error(`cannot look at "${words}"\n    at ${words} (/srv/words.js:1:1)`)
          return shelf.command(words)
        },
      }),
    })
    await process.receiver.receive(batch())
    await settled(fresh.db)
    expect(heardBy(process.sent, 'eric').at(-1)).toContain('Something went wrong on our side')
    const [failed] = await fresh.db.query('select error from failed_message')
    expect(failed).toEqual({ error: expect.stringMatching(/^Error at \S+/) as string })
    expect(await holding('bed 7')).toEqual([])
    expect(JSON.stringify(logged)).not.toContain('bed 7')
  })

  it('takes nothing of its batch with it when the text is one the database cannot hold', async () => {
    await start()
    // No channel hands such a text over; should one ever do, it is its own loss alone.
    await process.receiver.receive([
      message('grace', 'g', 'A'),
      message('stranger', 'h', 'hello'),
      message('aline', 'a', 'B'),
    ])
    await process.receiver.receive([message('stranger', 'l', 'English')])
    await process.receiver.receive([
      message('grace', 'g2', 'A'),
      message('stranger', 'c', `\u0000\ud800${SECRET}`),
      message('aline', 'a2', 'B'),
    ])
    await settled(fresh.db)
    expect(heardBy(process.sent, 'grace').at(-1)).toContain('Question 3 of')
    expect(heardBy(process.sent, 'aline').at(-1)).toContain('Question 3 of')
    expect(heardBy(process.sent, 'stranger').length).toBeGreaterThanOrEqual(3)
  })

  it('does not hold up the others for ever when nothing of it can be written', async () => {
    await start()
    await fresh.db.query(
      'delete from session where person_id = (select id from person where invite_code = $1)',
      ['eric'],
    )
    await process.receiver.receive(batch())
    await settled(fresh.db)
    expect(heardBy(process.sent, 'grace').at(-1)).toContain('Question 2 of')
    expect(await fresh.db.query('select message_id from failed_message')).toEqual([{ message_id: 'e' }])
  })
})
