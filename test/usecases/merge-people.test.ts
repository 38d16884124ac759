// Two records of one person: nothing of either is lost, and nothing is left that points at the one that went.
import { afterEach, beforeEach, expect, it } from 'vitest'
import { z } from 'zod'
import { preceptor } from '../../src/cli/preceptor.ts'
import { planFollowUps } from '../../src/store/follow-ups.ts'
import { keepCards } from '../../src/store/review-cards.ts'
import { mergePeople } from '../../src/usecases/merge-people.ts'
import { DAY } from '../../src/words/clock.ts'
import type { FlowId, PersonId } from '../../src/words/ids.ts'
import { makeProgramme, MENU, MONDAY, type Programme, told } from '../programme.ts'

let programme: Programme
let joseph: PersonId
let twin: PersonId

/** The same nurse was put on the roster twice: as joseph, and as amina in another facility. */
beforeEach(async () => {
  programme = await makeProgramme()
  joseph = await programme.meet('joseph')
  twin = await programme.meet('amina')
  for (const words of ['hello', 'English', 'yes', MENU.newborn, 'A', 'B', 'C'])
    await programme.say('joseph', words)
  programme.now += 1_000
  for (const words of ['hello', 'English', 'yes', MENU.newborn, 'A', 'B']) await programme.say('amina', words)
})
afterEach(() => programme.close())

const ask = async (sql: string, ...values: unknown[]): Promise<unknown> => {
  const [row] = await programme.fresh.db.query(sql, values)
  return Object.values(z.record(z.string(), z.unknown()).parse(row))[0]
}
const merge = (): ReturnType<typeof mergePeople> =>
  mergePeople(programme.fresh.db, { keep: joseph, gone: twin, now: MONDAY })

/** Every column that can point at a person, found without asking the code that is tried here. */
async function pointers(): Promise<{ table: string; column: string }[]> {
  const rows = await programme.fresh.db.query(
    `select k.table_name "table", k.column_name "column" from information_schema.key_column_usage k
       join information_schema.referential_constraints r using (constraint_name)
       join information_schema.key_column_usage p on p.constraint_name = r.unique_constraint_name
     where p.table_name = 'person' and k.table_schema = 'public'
     union select table_name, column_name from information_schema.columns
     where table_schema = 'public' and column_name ~ '(^|_)(person|mentor|mentee|supervisor|observer|asker|author)_id$'`,
  )
  return rows.map((row) => z.object({ table: z.string(), column: z.string() }).parse(row))
}

it('leaves nothing that points at the record that went, in any table, and no record', async () => {
  const { db } = programme.fresh
  await db.query(
    `insert into failed_message (channel, message_id, person_id, error, at) values ('web', 'x', $1, 'x', now())`,
    [twin],
  )
  const all = await pointers()
  expect(all.length).toBeGreaterThan(6)
  const count = async (person: PersonId): Promise<Record<string, unknown>> =>
    Object.fromEntries(
      await Promise.all(
        all.map(async ({ table, column }) => [
          `${table}.${column}`,
          await ask(`select count(*) from ${table} where ${column} = $1`, person),
        ]),
      ),
    )
  const [before, theirs] = [await count(joseph), await count(twin)]
  expect(await merge()).toEqual([])
  const after = await count(joseph)
  for (const [place, rows] of Object.entries(await count(twin))) expect([place, rows]).toEqual([place, 0])
  for (const place of ['address', 'attempt', 'consent', 'failed_message'].map(
    (table) => `${table}.person_id`,
  ))
    expect([place, after[place]]).toEqual([place, Number(before[place]) + Number(theirs[place])])
  expect(after['session.person_id']).toBe(1)
  expect(await ask('select count(*) from person where id = $1', twin)).toBe(0)
  expect(await ask(`select count(*) from audit where deed = 'person.merge'`)).toBe(2)
})

it('what both have answered in a session of their group counts once, as the one who stays has answered it', async () => {
  const { db } = programme.fresh
  await db.query(
    `insert into group_session (facility_id, flow, version, seed, questions, remote, supervised, opened_at)
     select facility_id, 'f', 'v', 1, '{0,1}', false, false, now() from person where id = $1`,
    [joseph],
  )
  await db.query(
    `insert into group_attendance (session_id, person_id, at) select s.id, p, now() from group_session s, unnest($1::bigint[]) p`,
    [[joseph, twin]],
  )
  await db.query(
    `insert into group_answer (session_id, person_id, question, option, correct, voted, answered_at)
     select s.id, p, q, 0, p = $1, true, now() from group_session s, (values ($1::bigint, 0), ($2, 0), ($2, 1)) x(p, q)`,
    [joseph, twin],
  )
  await merge()
  expect(await db.query('select person_id id from group_attendance')).toEqual([{ id: joseph }])
  expect(
    await db.query('select person_id id, question, correct from group_answer order by question'),
  ).toEqual([
    { id: joseph, question: 0, correct: true },
    { id: joseph, question: 1, correct: false },
  ])
})

it('answers at both addresses as one person, and lets both quizzes go on', async () => {
  await merge()
  // Where they wrote last is where they are written to.
  expect(
    await ask(
      `select external_id from session s join address a on a.id = s.address_id where s.person_id = $1`,
      joseph,
    ),
  ).toBe('amina')
  const [asked] = (await programme.say('amina', '?')).slice(-1)
  expect(asked?.text).toContain('Question 4 of 10')
  expect(told(await programme.say('joseph', 'D'))).toContain('Question 5 of 10')
  expect(
    await ask('select count(*) from attempt where person_id = $1 and left_frame is not null', joseph),
  ).toBe(1)
  // No button of either chat is taken for an answer to a question of the other.
  const old = { kind: 'choice', token: '4.0' } as const
  expect(told(await programme.say('amina', old))).toContain('earlier question')
})

it('keeps of a missed question the card that asks again, and the sooner; one refresher, when the first would come', async () => {
  const { db } = programme.fresh
  const flow = 'newborn-resuscitation' as FlowId
  const card = (personId: PersonId, question: string, dueAt: number | undefined) => ({
    personId,
    flow,
    question,
    next: dueAt === undefined ? undefined : { dueAt, rightInARow: 0, memory: {} as never },
  })
  await keepCards(
    db,
    [
      card(joseph, 'both', MONDAY + 3 * DAY),
      card(twin, 'both', MONDAY + DAY),
      card(joseph, 'known', undefined),
      card(twin, 'known', MONDAY + 2 * DAY),
      card(twin, 'hers', MONDAY + 2 * DAY),
    ],
    MONDAY,
  )
  const refresher = (person: PersonId, due_at: number) =>
    ({ kind: 'refresher', key: `refresher:${person}`, person_id: person, subject: null, due_at }) as const
  await planFollowUps(db, [refresher(joseph, MONDAY + 3 * DAY), refresher(twin, MONDAY + DAY)])
  expect(await merge()).toEqual([])
  expect(
    await db.query(
      `select question, due_at due, retired_at is null active from review_card where person_id = $1 order by question`,
      [joseph],
    ),
  ).toEqual([
    { question: 'both', due: MONDAY + DAY, active: true },
    { question: 'hers', due: MONDAY + 2 * DAY, active: true },
    { question: 'known', due: MONDAY + 2 * DAY, active: true },
  ])
  expect(
    await db.query(`select key, due_at due from follow_up where kind = 'refresher' and person_id = $1`, [
      joseph,
    ]),
  ).toEqual([{ key: `refresher:${joseph}`, due: MONDAY + DAY }])
})

it('tells of rows that had to give way, in a table it has never heard of', async () => {
  await programme.fresh.pool.query(
    `create table badge (person_id bigint references person, given_by bigint references person, name text, unique (person_id, name))`,
  )
  await programme.fresh.pool.query(
    `insert into badge values ($1, $2, 'one'), ($2, $2, 'one'), ($2, $1, 'two')`,
    [joseph, twin],
  )
  expect(await merge()).toEqual([{ relation: 'badge', dropped: 1 }])
  expect(await programme.fresh.db.query('select * from badge order by name')).toEqual([
    { person_id: joseph, given_by: joseph, name: 'one' },
    { person_id: joseph, given_by: joseph, name: 'two' },
  ])
})

it('brings evidence along, from which one record of each competency is worked out anew', async () => {
  const { pool } = programme.fresh
  const record =
    'insert into competency_record (person_id, competency, stage, changed_at) values ($1, $2, $3, now())'
  await pool.query(record, [joseph, 'NB-RESUS', 'pre_tested'])
  await pool.query(record, [twin, 'NB-RESUS', 'coaching'])
  await pool.query(record, [joseph, 'PPH', 'coaching'])
  await pool.query(record, [twin, 'PPH', 'enrolled'])
  await pool.query(
    `insert into evidence (person_id, competency, kind, observer_id, stage, round, at)
     values ($1, 'NB-RESUS', 'coached', $2, 'coaching', 1, now()), ($2, 'PPH', 'coached', $1, 'coaching', 1, now())`,
    [twin, joseph],
  )
  await pool.query(`insert into pairing (mentor_id, mentee_id, starts_at) values ($1, $2, now())`, [
    twin,
    joseph,
  ])
  expect(await merge()).toEqual([{ relation: 'pairing', dropped: 1 }])
  const records = 'select competency from competency_record where person_id = $1 order by 1'
  expect((await pool.query(records, [joseph])).rows).toEqual([
    { competency: 'NB-RESUS' },
    { competency: 'PPH' },
  ])
  expect(await ask('select count(*) from evidence where person_id = $1 and observer_id = $1', joseph)).toBe(2)
  await expect(pool.query(`update evidence set competency = 'X'`)).rejects.toThrow('never changed')
})

it('is asked for by phone or code, shows both first, and does it when told twice', async () => {
  const lines: string[] = []
  const run = (...args: string[]): Promise<number> => {
    lines.length = 0
    return preceptor(['people', 'merge', ...args], { DATABASE_URL: programme.fresh.url }, (line) =>
      lines.push(line),
    )
  }
  expect(await run('joseph', 'nobody')).toBe(1)
  expect(lines).toEqual(['Nobody on the roster has that phone number or invite code.'])
  expect(await run('joseph', '0788 000 001')).toBe(1)
  expect(lines).toEqual(['Both name the same record: there is nothing to join.'])
  expect(await run('AMINA', '0788 000 001')).toBe(1)
  expect(lines.join('\n')).toMatch(
    /^stays: Amina Ingabire, district_based_mentor, Rubavu DH; joined, last wrote .*\ngoes: {2}Joseph Nshuti, .*\n.*--yes at the end/,
  )
  expect(await ask('select count(*) from person where id = any($1)', [joseph, twin])).toBe(2)
  expect(await run('AMINA', '0788 000 001', '--yes')).toBe(0)
  expect(
    await programme.fresh.db.query('select id, phone, invite_code from person where id = any($1)', [
      [joseph, twin],
    ]),
  ).toEqual([{ id: twin, phone: '+250788000001', invite_code: 'amina' }])
})
