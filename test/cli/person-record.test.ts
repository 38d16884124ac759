// One person's record, at their request: found, handed over, deleted.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { preceptor } from '../../src/cli/preceptor.ts'
import { keepWebBubble } from '../../src/store/web-bubbles.ts'
import { makeProgramme, MENU, MONDAY, type Programme } from '../programme.ts'

const ROWS = z.record(z.string(), z.array(z.record(z.string(), z.unknown())))
const EXPORT = z.object({ exportedAt: z.string(), theirs: ROWS, mentioned: ROWS })

let programme: Programme
let joseph: number
beforeEach(async () => {
  programme = await makeProgramme()
  joseph = await programme.meet('joseph')
  await programme.meet('amina')
  for (const text of ['hello', 'English', 'yes', MENU.newborn, 'A', 'B']) await programme.say('joseph', text)
  for (const text of ['bonjour', 'Français', 'oui', MENU.newborn, 'A']) await programme.say('amina', text)
  const { db } = programme.fresh
  await keepWebBubble(db, 'joseph', { text: 'Hello Joseph Nshuti' }, MONDAY)
  await db.query(
    `insert into failed_message (channel, message_id, person_id, error, at) values ('web', 'x', $1, 'x', now())`,
    [joseph],
  )
  await db.query(
    `insert into outbox (address_id, turn, channel, shard, lane, language, says, created_at, handed, failed_at)
     select id, 999, 'web', 0, 0, 'en', '[]', now(), false, now() from address where person_id = $1`,
    [joseph],
  )
})
afterEach(() => programme.close())

async function run(...args: string[]): Promise<{ code: number; text: string }> {
  const lines: string[] = []
  const env = { DATABASE_URL: programme.fresh.url }
  const code = await preceptor(args, env, (line) => void lines.push(line))
  return { code, text: lines.join('\n') }
}

/** Where any of these words stand, in whatever table. */
async function holding(...words: string[]): Promise<string[]> {
  const { db } = programme.fresh
  const tables = (await db.query(
    `select format('%I.%I', schemaname, tablename) name from pg_tables where schemaname not in ('pg_catalog', 'information_schema')`,
  )) as { name: string }[]
  const found: string[] = []
  for (const { name } of tables)
    for (const word of words)
      if (
        (await db.query(`select 1 from ${name} t where position($1 in t::text) > 0 limit 1`, [word])).length
      )
        found.push(`${name} has ${word}`)
  return found
}

describe('people find', () => {
  it('looks for a part of the name, whatever the capitals', async () => {
    expect((await run('people', 'find', 'NSHUTI')).text).toMatch(
      new RegExp(`^person:${joseph} +Joseph Nshuti +mentee +nurse +Rubavu HC +\\+250788000001$`, 'm'),
    )
    expect(await run('people', 'find', 'Nobody')).toEqual({ code: 1, text: 'Nobody has that in their name.' })
  })

  it('finds strangers by the name they asked for access with', async () => {
    for (const text of ['hello', 'English', '0', 'Chidi Okello', 'Gisenyi']) await programme.say('chat', text)
    expect((await run('people', 'find', 'okello')).text).toContain('not on the roster')
  })
})

describe('people export', () => {
  it('has everything that is theirs, for a program and to read', async () => {
    const { code, text } = await run('people', 'export', 'JOSEPH', '--json')
    expect(code).toBe(0)
    const { theirs, mentioned } = EXPORT.parse(JSON.parse(text))
    expect(theirs).toMatchObject({
      person: [{ name: 'Joseph Nshuti', phone: '+250788000001' }],
      facility: [{ name: 'Rubavu HC' }],
      address: [{ external_id: 'joseph' }],
      consent: [{ given: true }],
      attempt: [{ flow: 'newborn-resuscitation' }],
      answer: [{ ordinal: 1 }, { ordinal: 2 }],
      session: [{}],
      follow_up: [{ kind: 'nudge' }],
      web_bubble: [{ bubble: { text: 'Hello Joseph Nshuti' } }],
      failed_message: [{ error: 'x' }],
      outbox: [{ turn: 999 }],
    })
    expect(mentioned['audit']?.map(({ deed }) => deed)).toContain('person.consent')
    expect(text).not.toContain('Amina')

    const readable = await run('people', 'export', '0788 000 001')
    expect(readable.text).toContain(`What is kept about Joseph Nshuti (person:${joseph}), mentee, Rubavu HC`)
    expect(readable.text).toContain('answer, 2 rows')
    expect(readable.text).toMatch(/^ {2}.*name: Joseph Nshuti/m)
    expect(
      await programme.fresh.db.query(`select actor from audit where deed = 'person.export'`),
    ).toHaveLength(2)
  })

  it.each(['person:0', 'person:x', 'person:999999', 'telegram:1', 'NOBODY-1', '+250788999999', 'web:'])(
    'says what to write instead of %s',
    async (who) => {
      const { code, text } = await run('people', 'export', who)
      expect(code).toBe(1)
      expect(text).toContain(`There is no person ${who}: write a phone number`)
    },
  )
})

describe('people delete', () => {
  it('leaves nothing of one person, and everything of the others', async () => {
    const hers = async (): Promise<string> => {
      const { theirs } = EXPORT.parse(JSON.parse((await run('people', 'export', 'amina', '--json')).text))
      return JSON.stringify(theirs)
    }
    const before = await hers()
    const { code, text } = await run('people', 'delete', `person:${joseph}`, '--yes')
    expect(code).toBe(0)
    expect(text).toContain(`Joseph Nshuti (person:${joseph}), mentee, Rubavu HC, known since`)
    expect(text).toMatch(/answer 2/)
    expect(text).toContain('Take them off the roster file')
    expect(await holding('Nshuti', '+250788000001', 'joseph')).toEqual([])
    expect((await run('people', 'export', `person:${joseph}`, '--json')).code).toBe(1)
    expect(await hers()).toBe(before)
    expect(
      await programme.fresh.db.query(`select actor, subject from audit where deed = 'person.delete'`),
    ).toEqual([{ actor: 'operator', subject: `person:${joseph}` }])
    // Whoever writes from there is somebody new.
    expect((await programme.say('joseph', 'hello')).at(-1)?.text).toContain('a mentorship service')
  })

  it('asks, and takes nothing but "delete" for a yes', async () => {
    const asked: string[] = []
    const lines: string[] = []
    const answering = (answer: string): Promise<number> =>
      preceptor(
        ['people', 'delete', 'joseph'],
        { DATABASE_URL: programme.fresh.url },
        (line) => void lines.push(line),
        (question) => (asked.push(question), Promise.resolve(answer)),
      )
    for (const answer of ['', 'no', 'y', 'joseph']) expect(await answering(answer)).toBe(1)
    expect(await holding('Nshuti')).not.toEqual([])
    expect(await answering(' Delete ')).toBe(0)
    expect(await holding('Nshuti')).toEqual([])
    expect(asked).toHaveLength(5)
  })

  it('deletes nothing where nobody can be asked', async () => {
    const { code, text } = await run('people', 'delete', 'joseph')
    expect(code).toBe(1)
    expect(text).toContain('add --yes')
    expect(await holding('Nshuti')).not.toEqual([])
  })

  it('waits for what the person is writing at this moment', async () => {
    const client = await programme.fresh.pool.connect()
    await client.query('begin')
    await client.query('select from session where person_id = $1 for update', [joseph])
    await client.query(
      `insert into answer (attempt_id, ordinal, attempt_try, question, option, correct, took_ms, language, answered_at)
       select id, 3, 1, 'x', 'a', true, 1, 'en', now() from attempt where person_id = $1`,
      [joseph],
    )
    const deleting = run('people', 'delete', 'joseph', '--yes')
    await expect
      .poll(async () => {
        const [row] = await programme.fresh.db.query(
          `select count(*) n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
        )
        return (row as { n: number }).n
      })
      .toBeGreaterThan(0)
    await client.query('commit')
    client.release()
    expect((await deleting).code).toBe(0)
    expect(await programme.fresh.db.query('select count(*) n from answer')).toEqual([{ n: 1 }])
  })
})
