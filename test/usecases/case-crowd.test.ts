// What must hold of cases when there are many of them, when the database fails at any statement, and over days off.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { type Database, type Db } from '../../src/store/db.ts'
import { deletePerson, personalDataOf } from '../../src/store/personal-data.ts'
import { makeReceiver } from '../../src/usecases/receive-messages.ts'
import { DAY, HOUR, MINUTE } from '../../src/words/clock.ts'
import type { IncomingMessage } from '../../src/words/message.ts'
import { MONDAY, type Programme } from '../programme.ts'
import { type Asking, codeIn, makeAsking, text } from './asking.ts'
import { voiceNote } from '../voice-note.ts'
import { sayAll } from './conversation.ts'

let asking: Asking
let programme: Programme
beforeAll(async () => {
  asking = await makeAsking()
  programme = asking.programme
})
afterAll(async () => programme.close())

async function settled(): Promise<void> {
  for (;;) {
    const [row] = await programme.fresh.db.query('select count(*)::int n from outbox where failed_at is null')
    if (z.object({ n: z.int() }).parse(row).n === 0) return
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

describe('a database that fails at any statement', () => {
  /** Fails the nth statement of a transaction, each time it is tried. */
  function failingAt(nth: number): Database & { readonly reached: () => boolean } {
    let reached = false
    const { db } = programme.fresh
    return {
      query: (statement, values) => db.query(statement, values),
      inTransaction: (work) =>
        db.inTransaction((inner) => {
          let count = 0
          const counting: Db = {
            query(statement, values) {
              if (++count !== nth) return inner.query(statement, values)
              reached = true
              return Promise.reject(Object.assign(new Error('injected'), { code: '40001' }))
            },
          }
          return work(counting)
        }),
      reached: () => reached,
    }
  }

  async function everything(): Promise<string> {
    const tables =
      'session clinical_case case_entry case_offer case_media lesson follow_up outbox audit received_message failed_message'
    const parts = tables
      .split(' ')
      .map(
        (table) =>
          `select '${table}' of, md5(string_agg(t::text, '|' order by t::text)) is_so from ${table} t`,
      )
    return JSON.stringify(await programme.fresh.db.query(parts.join(' union all ')))
  }

  let messages = 0
  /** Says something, with a failure at each statement first; every one of them must leave all as it was. */
  async function sayThroughFailures(sender: string, said: string): Promise<number> {
    for (let nth = 1; ; nth++) {
      const before = await everything()
      const database = failingAt(nth)
      const receiver = makeReceiver({ ...programme.desk, database })
      const message: IncomingMessage = {
        channel: 'web',
        messageId: `crash-${messages}`,
        sender,
        at: programme.now,
        content: { kind: 'text', text: said },
      }
      const outcome = await receiver.receive([message]).then(
        () => 'done',
        () => 'failed',
      )
      await settled()
      if (!database.reached()) {
        expect(outcome).toBe('done')
        messages += 1
        return nth - 1
      }
      expect(outcome, `${said} at statement ${nth}`).toBe('failed')
      expect(await everything(), `${said} at statement ${nth}`).toBe(before)
    }
  }

  it('leaves nothing half at any step of a thread, and each word counts once when it is back', async () => {
    await programme.say('joseph', 'menu')
    const thread: readonly (readonly [who: string, said: string])[] = [
      ['joseph', 'case'],
      ['joseph', 'Today'],
      ['joseph', 'Something else'],
      ['joseph', 'A newborn'],
      ['joseph', 'Skip'],
      ['joseph', 'Two toes grown together'],
      ['joseph', 'Skip'],
      ['joseph', 'Cut or leave?'],
      ['joseph', 'Skip'],
      ['amina', 'I take it'],
      ['amina', 'Do they move?'],
      ['joseph', 'They do'],
      ['amina', 'Pass it on'],
      ['denis', 'I take it'],
      ['denis', 'Second opinion'],
      ['denis', 'End with advice'],
      ['denis', 'Leave them, ask again in a year'],
      ['denis', 'Tomorrow'],
      ['denis', 'Not now'],
    ]
    let statements = 0
    for (const [who, said] of thread) statements += await sayThroughFailures(who, said)
    // What each costs is of no matter; that far more than one statement of each could fail is.
    expect(statements).toBeGreaterThan(4 * thread.length)
    const [row] = await programme.fresh.db.query(
      `select (select count(*)::int from clinical_case) cases, (select count(*)::int from case_entry where field is null) said,
         (select count(*)::int from clinical_case where state = 'resolved') ended`,
    )
    expect(row).toEqual({ cases: 1, said: 2, ended: 1 })
    await sayAll(
      programme,
      'joseph',
      'menu',
      'case',
      'Today',
      'Something else',
      'In my own words',
      'Purple elbow',
    )
    await programme.say('joseph', 'Skip')
    await sayThroughFailures('amina', 'Could identify')
    await sayThroughFailures('amina', 'Hide and delete')
    expect(
      await programme.fresh.db.query('select id from clinical_case where hidden_at is not null'),
    ).toHaveLength(1)
    await programme.fresh.db.query('delete from clinical_case')
  }, 90_000)
})

describe('days off', () => {
  it('a question of Friday afternoon is late on Monday and not on Saturday', async () => {
    // Friday 16:30 in Kigali.
    programme.now = MONDAY + 4 * DAY + 6 * HOUR + 30 * MINUTE
    const from = programme.sent.length
    const code = codeIn(await asking.ask('grace', 'Child coughs since two days'))
    const first = ['amina', 'denis'].find((name) => asking.heard(name, from).includes(code)) ?? ''
    const second = first === 'amina' ? 'denis' : 'amina'
    await programme.wait(2 * DAY + 14 * HOUR)
    // Sunday night has gone by, it is Monday 6:30.
    expect(asking.heard(second, from)).not.toContain(code)
    await programme.wait(2 * HOUR + 5 * MINUTE)
    expect(asking.heard(second, from)).toContain(`[${code}]`)
    await sayAll(
      programme,
      second,
      'menu',
      code,
      'I take it',
      'End with advice',
      'Look again in two days',
      'Tomorrow',
      'Not now',
    )
  })

  it('no working hour passes on a holiday', async () => {
    // 24 December 2026 is a Thursday: an hour of work is left, then Christmas, Boxing Day, the weekend, and the Monday
    // that is free because Boxing Day was a Saturday.
    programme.now = Date.parse('2026-12-24T16:00:00+02:00')
    const from = programme.sent.length
    const code = codeIn(await asking.ask('grace', 'Child with fever, RDT negative'))
    const other = ['amina', 'denis'].find((name) => !asking.heard(name, from).includes(code)) ?? ''
    await programme.wait(Date.parse('2026-12-29T07:55:00+02:00') - programme.now)
    expect(asking.heard(other, from)).not.toContain(code)
    await programme.wait(10 * MINUTE)
    expect(asking.heard(other, from)).toContain(code)
    await sayAll(
      programme,
      other,
      'menu',
      code,
      'I take it',
      'End with advice',
      'Test again',
      'Tomorrow',
      'Not now',
    )
  })
})

it('what somebody asked is theirs to have, and goes without their name and their voice', async () => {
  programme.now = MONDAY + 60 * DAY
  await asking.person('otto', 'mentee')
  await programme.say('otto', 'menu')
  const code = codeIn(await asking.ask('otto', 'Woman, blood pressure 150/95'))
  await programme.say('otto', code)
  programme.uploads.set('voice', voiceNote())
  const said = { kind: 'media', media: 'audio', ref: 'voice', mime: 'audio/ogg', caption: '' } as const
  await sayAll(programme, 'otto', said, '✓ Nobody')
  await programme.fetch()
  const { db } = programme.fresh
  const theirs = await personalDataOf(db, asking.idOf('otto'))
  const tables = [...theirs.theirs, ...theirs.mentioned].map(({ table }) => table)
  expect(tables).toEqual(expect.arrayContaining(['case_media', 'clinical_case', 'case_entry']))
  expect(JSON.stringify(theirs)).toContain('blood pressure 150/95')
  await db.inTransaction((transaction) => deletePerson(transaction, asking.idOf('otto')))
  const left = await db.query(
    `select (select count(*)::int from case_media where author_id = $1) voices,
       (select count(*)::int from clinical_case where asker_id = $1) cases, (select count(*)::int from case_entry where author_id = $1) words`,
    [asking.idOf('otto')],
  )
  expect(left).toEqual([{ voices: 0, cases: 0, words: 0 }])
  // Nobody waits for an answer any more: the case can be read by whoever had it, and rings nobody.
  expect(text(await programme.say('chief', code))).toContain('blood pressure 150/95')
  expect((await programme.wait(DAY)).filter(({ bubble }) => bubble.text.includes(code))).toEqual([])
})

// Last: what is due to hundreds of people would be done for each day that passes before.
describe('five hundred open cases', () => {
  const MENTORS = 63
  const CASES = 500

  it('never mix, in whatever order their mentors answer the messages they were sent', async () => {
    const { db } = programme.fresh
    await db.query(
      `with new as (
         insert into person (name, role, cadre, language, joined_at, invite_code)
         select 'crowd ' || i, case when i <= $1 then 'district_based_mentor' else 'mentee' end, 'nurse', 'en', now(), 'crowd-' || i
         from generate_series(1, $1::int + $2::int) i returning id, invite_code
       ), talking as (insert into session (person_id) select id from new)
       insert into address (channel, external_id, person_id) select 'web', invite_code, id from new`,
      [MENTORS, CASES],
    )
    await db.query(
      `insert into clinical_case (asker_id, language, urgency, state, mentor_id, opened_at, claimed_at)
       select a.id, 'en', 'advice', 'claimed', m.id, now(), now()
       from generate_series(1, $2::int) i join person a on a.invite_code = 'crowd-' || ($1::int + i)
         join person m on m.invite_code = 'crowd-' || (1 + (i - 1) % $1)`,
      [MENTORS, CASES],
    )
    const rows = await db.query(
      `with about as (
         insert into topic (address_id, ref, flow, subject, at)
         select d.id, 'ref-' || c.id, 'case', c.id, now() from clinical_case c join address d on d.person_id = c.mentor_id
         where c.state = 'claimed' returning address_id, ref, subject
       )
       select a.subject id, a.ref, d.external_id mentor, x.external_id asker from about a join address d on d.id = a.address_id
         join clinical_case c on c.id = a.subject join address x on x.person_id = c.asker_id order by a.subject * 7919 % 499`,
    )
    const open = rows.map((row) =>
      z.object({ id: z.int(), ref: z.string(), mentor: z.string(), asker: z.string() }).parse(row),
    )
    expect(open).toHaveLength(CASES)
    const from = programme.sent.length
    const receiver = makeReceiver(programme.desk)
    await receiver.receive(
      open.map(({ id, ref, mentor }) => ({
        channel: 'web',
        messageId: `crowd-${id}`,
        sender: mentor,
        replyTo: ref,
        at: programme.now,
        content: { kind: 'text', text: `Advice for case number ${id} only` },
      })),
    )
    await settled()
    const heard = new Map<string, string[]>()
    for (const { to, bubble } of programme.sent.slice(from))
      heard.set(to, [...(heard.get(to) ?? []), ...(bubble.text.match(/Advice for case number \d+/g) ?? [])])
    for (const { id, asker } of open) expect(heard.get(asker)).toEqual([`Advice for case number ${id}`])
    const wrong = await db.query(
      `select count(*)::int n from case_entry where part = 'mentor' and text like 'Advice for%' and text <> 'Advice for case number ' || case_id || ' only'`,
    )
    expect(wrong).toEqual([{ n: 0 }])
  })
})
