// Whole threads of difficult cases: who is asked, what passes between them, and what is never kept.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { forget } from '../../src/store/retention.ts'
import { HOUR, MINUTE } from '../../src/words/clock.ts'
import { ROLES } from '../../src/words/roles.ts'
import { MONDAY, type Programme } from '../programme.ts'
import { type Asking, codeIn, makeAsking, text } from './asking.ts'
import { sayAll } from './conversation.ts'

let asking: Asking
let programme: Programme
beforeAll(async () => {
  asking = await makeAsking()
  programme = asking.programme
})
afterAll(async () => programme.close())

const heard: Asking['heard'] = (name, from) => asking.heard(name, from)
const ask: Asking['ask'] = (name, findings) => asking.ask(name, findings)
const everythingKept: Asking['everythingKept'] = () => asking.everythingKept()
const person: Asking['person'] = (name, role, more) => asking.person(name, role, more)
const idOf: Asking['idOf'] = (name) => asking.idOf(name)

/** Whoever has asked enough may ask again. */
const closeAll = (): Promise<unknown> =>
  programme.fresh.db.query(
    `update clinical_case set state = 'resolved', resolved_at = now() where state <> 'resolved'`,
  )

describe('a case', () => {
  it('goes to the own mentor, is answered in the chat, and ends with advice that is asked about later', async () => {
    const from = programme.sent.length
    const reply = await ask('joseph')
    const code = codeIn(reply)
    expect(reply).toContain(`Your case is ${code}`)
    const offer = heard('amina', from)
    expect(offer).toContain(
      `[${code}] A colleague asks about a case. To be answered today. You are their mentor.`,
    )
    expect(offer).toContain('Found: Baby 2 days old, T 38.5, not feeding')
    expect(offer).toContain('(I take it)')
    expect(offer).not.toContain('joseph')

    await programme.say('amina', 'I take it')
    expect(heard('joseph', from)).toContain(`[${code}] A mentor has taken your case`)
    const answered = programme.sent.length
    await programme.say('amina', 'Keep warm, give the first dose by your protocol, refer')
    expect(heard('joseph', answered)).toContain(`[${code}] The mentor:\nKeep warm, give the first dose`)
    // Nothing else was asked of joseph: what he writes now goes into the case.
    const back = programme.sent.length
    await programme.say('joseph', 'Weight is 2.9 kg')
    expect(heard('amina', back)).toContain(`[${code}] The colleague who asks:\nWeight is 2.9 kg`)

    const ended = programme.sent.length
    await sayAll(
      programme,
      'amina',
      'End with advice',
      'Give the first dose and refer the same day',
      'Tomorrow',
    )
    expect(heard('joseph', ended)).toContain('Give the first dose and refer the same day')
    await programme.say('joseph', 'Nothing now')

    const later = programme.sent.length
    await programme.wait(30 * HOUR)
    expect(heard('joseph', later)).toContain('was the advice applied?')
    expect(heard('joseph', later)).toContain(`[${code}] About your case`)
    await sayAll(programme, 'joseph', 'Yes', 'In part', 'Feeds well since this morning')
    expect(heard('amina', later)).toContain('applied – yes; helped – in part')
    expect(heard('amina', later)).toContain(
      `[${code}] The colleague who asks:\nFeeds well since this morning`,
    )
  })

  it('is found by the next who asks the same', async () => {
    const reply = text(
      await sayAll(
        programme,
        'grace',
        'menu',
        'case',
        'Today',
        'Something else',
        'A newborn',
        '3 days',
        'Baby not feeding and hot',
        'Skip',
        'Which antibiotic is first?',
        'Skip',
      ),
    )
    expect(reply).toContain('Give the first dose and refer the same day')
    const before = await programme.fresh.db.query('select count(*) n from clinical_case')
    expect(text(await programme.say('grace', '1'))).toContain('Nothing was sent')
    expect(await programme.fresh.db.query('select count(*) n from clinical_case')).toEqual(before)
  })

  it('is found in other forms of its words', async () => {
    const said = [
      'menu',
      'case',
      'Today',
      'Something else',
      'In my own words',
      'Two babies, which antibiotics?',
    ]
    expect(text(await sayAll(programme, 'grace', ...said, 'Skip'))).toContain(
      'Give the first dose and refer the same day',
    )
    expect(text(await programme.say('grace', '1'))).toContain('Nothing was sent')
  })

  it('keeps nothing of what could tell who the patient is', async () => {
    const reply = await sayAll(
      programme,
      'joseph',
      'menu',
      'case',
      'Today',
      'Something else',
      'A child',
      'Skip',
      'Mukamana, 0788 123 456, fits',
    )
    expect(text(reply)).toContain('“[a name], [a phone number], fits”')
    await sayAll(
      programme,
      'joseph',
      'Send it like this',
      'Skip',
      'Refer Uwimana now?',
      'Refer her now?',
      'Skip',
      'Send my case',
    )
    const kept = await everythingKept()
    expect(kept).toContain('[[name]], [[phone]], fits')
    for (const word of ['Mukamana', '0788 123 456', '123 456', 'Uwimana']) expect(kept).not.toContain(word)
    const seen = text(await programme.say('amina', 'cases'))
    expect(seen).toContain('Which case?')
  })

  it('moves on when nobody answers, and tells everybody why', async () => {
    programme.now = MONDAY + 14 * 24 * HOUR
    const from = programme.sent.length
    const code = codeIn(await ask('grace', 'Baby with cord red, T 37.9'))
    expect(heard('amina', from) + heard('denis', from)).toContain(code)
    const first = heard('amina', from).includes(code) ? 'amina' : 'denis'
    const second = first === 'amina' ? 'denis' : 'amina'
    await programme.wait(2 * HOUR + MINUTE)
    expect(heard(second, from)).toContain('It comes to you because nobody has answered so far.')
    expect(heard('grace', from)).toContain(
      `[${code}] There was no answer in time: another mentor has been asked.`,
    )
    await programme.wait(2 * HOUR + MINUTE)
    expect(heard('master', from)).toContain(code)
    await programme.wait(2 * HOUR + MINUTE)
    expect(heard('chief', from)).toContain(code)
    // Late is better than never: the first may still take it.
    await sayAll(programme, first, 'menu', code, 'I take it')
    expect(heard('grace', from)).toContain(`[${code}] A mentor has taken your case`)
  })

  it('of an evening waits for the morning; an emergency reaches only who is on call', async () => {
    // 21:00 in Kigali, a Tuesday.
    programme.now = MONDAY + 15 * 24 * HOUR + 11 * HOUR
    const from = programme.sent.length
    expect(await ask('joseph', 'Baby, T 38, since an hour')).toContain(
      'goes to a mentor when the quiet hours end',
    )
    const emergency = async (): Promise<string> =>
      text(
        await sayAll(
          programme,
          'joseph',
          'menu',
          'case',
          'Emergency now',
          'Heavy bleeding after birth',
          'Send now',
        ),
      )
    expect(await emergency()).toContain('Nobody is on call now')
    for (const name of ['amina', 'denis', 'master', 'chief']) expect(heard(name, from)).toBe('')
    const roster = text(await programme.say('denis', 'on call'))
    expect(roster).toContain('Tue 8 December: nobody')
    expect(text(await programme.say('denis', '1'))).toContain('Tue 8 December: denis')
    await programme.say('denis', 'Done')
    const called = programme.sent.length
    await emergency()
    expect(heard('denis', called)).toContain('Emergency')
    expect(heard('amina', called)).toBe('')
    await programme.wait(12 * HOUR)
    expect(heard('amina', called)).toContain('A colleague asks about a case')
    expect(heard('joseph', called)).toContain('a mentor has your case before them')
    // Off again by the same tap; a mentee holds no line.
    programme.now += 12 * HOUR
    await sayAll(programme, 'denis', 'on call', '1')
    expect(text(await programme.say('denis', '1'))).toContain('You are not on call')
    await programme.say('denis', 'Done')
    expect(text(await programme.say('joseph', 'on call'))).toContain('Only mentors and supervisors')
  })

  it('wakes nobody in the night, unless they are awake or somebody may die', async () => {
    programme.now = MONDAY + 16 * 24 * HOUR + 2 * HOUR
    const code = codeIn(await ask('joseph', 'Woman, 33 weeks, swollen hands'))
    await sayAll(programme, 'amina', 'menu', code, 'I take it', 'Measure her blood pressure')
    // 23:00.
    programme.now += 13 * HOUR
    await programme.say('joseph', 'menu')
    const from = programme.sent.length
    const reply = text(await sayAll(programme, 'joseph', code, 'It is 150/95'))
    expect(reply).toContain(`[${code}] Sent. If your colleague sleeps`)
    expect(heard('amina', from)).toBe('')
    // She writes by herself: what is said from then on reaches her at once.
    await sayAll(programme, 'amina', 'menu')
    const awake = programme.sent.length
    await sayAll(programme, 'joseph', code, 'And protein two plus')
    expect(heard('amina', awake)).toContain('And protein two plus')
    await programme.wait(9 * HOUR)
    expect(heard('amina', awake)).toContain('It is 150/95')
    await sayAll(programme, 'amina', 'menu', code, 'End with advice', 'Refer today', 'Tomorrow', 'Not now')
  })

  it('that is passed on tells its asker why and where it is', async () => {
    programme.now = MONDAY + 17 * 24 * HOUR + 2 * HOUR
    await closeAll()
    const from = programme.sent.length
    const code = codeIn(await ask('joseph', 'Woman, 20 weeks, itching'))
    expect(text(await sayAll(programme, 'amina', 'menu', code, 'Not my field'))).toContain('Passed on')
    expect(heard('joseph', from)).toContain(`[${code}] The mentor has passed your case on`)
    // 21:00: nobody is on call.
    programme.now += 9 * HOUR
    expect(text(await sayAll(programme, 'master', 'menu', code))).toContain('no such case')
    const next = ['denis', 'master', 'chief'].find((name) => heard(name, from).includes(code)) ?? ''
    await programme.say('joseph', 'menu')
    const passed = text(await sayAll(programme, next, 'menu', code, 'I take it', 'Pass it on'))
    expect(passed).toContain('Nobody else can be asked at this moment')
    expect(heard('joseph', from)).toContain('it goes out when the quiet hours end')
    await programme.wait(12 * HOUR)
    expect(heard('joseph', from)).toContain('another mentor has been asked')
  })

  it('may be written in own words, and is not sent when nothing is said', async () => {
    programme.now = MONDAY + 18 * 24 * HOUR + 2 * HOUR
    await closeAll()
    const empty = [
      'menu',
      'case',
      'Today',
      'Something else',
      'A newborn',
      'Skip',
      'Skip',
      'Skip',
      'Skip',
      'Skip',
    ]
    expect(text(await sayAll(programme, 'grace', ...empty))).toContain('nothing in it yet')
    const words = ['menu', 'case', 'Today', 'Something else', 'In my own words']
    const reply = text(
      await sayAll(programme, 'grace', ...words, 'Boy of 2 years swallowed kerosene', 'Skip'),
    )
    const sent = reply.includes('answer your question')
      ? text(await programme.say('grace', 'Send my case'))
      : reply
    expect(sent).toContain('Your case is')
    const seen = text(await sayAll(programme, 'grace', codeIn(sent)))
    expect(seen).toContain('Found: Boy of 2 years swallowed kerosene')
    expect(seen).not.toContain('Patient:')
  })

  it('passes over a mentor who can be reached nowhere', async () => {
    programme.now = MONDAY + 18 * 24 * HOUR + 3 * HOUR
    const { db } = programme.fresh
    await db.query(`update address set unreachable_at = now() where person_id = $1`, [idOf('amina')])
    const from = programme.sent.length
    const code = codeIn(await ask('joseph', 'Woman with a snake bite at the foot'))
    expect(heard('denis', from)).toContain(code)
    await db.query(`update address set unreachable_at = null where person_id = $1`, [idOf('amina')])
  })

  it('shows first steps at once when somebody may die, and where to call', async () => {
    programme.now = MONDAY + 16 * 24 * HOUR + 2 * HOUR
    await programme.fresh.db.query(
      `update facility set emergency_phone = '0788 000 112' where name = 'Hilltop HC'`,
    )
    const reply = text(
      await sayAll(programme, 'joseph', 'menu', 'case', 'Emergency now', 'Heavy bleeding after birth'),
    )
    expect(reply).toContain('This line is not for emergencies')
    expect(reply).toContain('Massage the uterus')
    expect(reply).toContain('Call 0788 000 112.')
  })
})

describe('who may', () => {
  it('nobody outside a thread reads it, whatever their role, and supervisors leave a trace', async () => {
    await person('mary', 'mentee')
    await programme.say('mary', 'menu')
    const code = codeIn(await ask('mary', 'Child, RDT positive, vomits'))
    for (const role of ROLES) {
      const name = `some-${role.replaceAll('_', '-')}`
      // At the same place: what they may of others there, they may not of a case.
      await person(name, role)
      const seen = text(await programme.say(name, code))
      const reads = role === 'programme_supervisor'
      expect(seen.includes('vomits'), role).toBe(reads)
      expect(seen.includes('There is no such case for you.'), role).toBe(!reads)
      const trace = await programme.fresh.db.query(
        `select subject from audit where deed = 'case.read' and actor = $1`,
        [`person:${idOf(name)}`],
      )
      expect(trace, role).toEqual(reads ? [{ subject: `case:${Number(code.slice(2))}` }] : [])
    }
  })

  it('a stranger who writes CASE is only greeted', async () => {
    expect(text(await programme.say('stranger', 'case'))).not.toContain('emergencies')
    expect(text(await programme.say('stranger', 'C-0001'))).not.toContain('no such case')
  })

  it('one person may not ask without end', async () => {
    let reply = ''
    for (let asked = 0; asked < 6; asked++) reply = await ask('mary', `Child ${asked}, RDT negative`)
    expect(reply).not.toContain('Your case is')
    expect(text(await sayAll(programme, 'mary', 'menu', 'case', 'Today'))).toContain(
      'You have many cases open',
    )
    // An emergency is always taken, and its first steps come at once.
    const urgent = text(
      await sayAll(programme, 'mary', 'case', 'Emergency now', 'Something else', 'Send now'),
    )
    expect(urgent).toContain('Your case is')
  })
})

it('two who take a case at once: one has it', async () => {
  programme.now = MONDAY + 21 * 24 * HOUR
  const from = programme.sent.length
  const code = codeIn(await ask('grace', 'Newborn 1 day, yellow'))
  await programme.wait(2 * HOUR + MINUTE)
  await Promise.all(['amina', 'denis'].map((name) => sayAll(programme, name, 'menu', code)))
  await Promise.all(['amina', 'denis'].map((name) => programme.say(name, 'I take it')))
  const taken = ['amina', 'denis'].filter((name) => heard(name, from).includes('Somebody else has it now'))
  expect(taken).toHaveLength(1)
})

it('a case that is flagged is gone for everybody, its words too', async () => {
  await closeAll()
  const from = programme.sent.length
  const code = codeIn(await ask('joseph', 'Rare thing nobody else has in this region'))
  await sayAll(programme, 'amina', 'menu', code, 'I take it', 'Could identify', 'Hide and delete')
  expect(heard('joseph', from)).toContain('Your case was hidden')
  expect(await everythingKept()).not.toContain('Rare thing nobody else has')
  expect(text(await programme.say('joseph', code))).toContain('There is no such case for you.')
})

it('can be flagged by whoever was only asked, and no other case goes with it', async () => {
  programme.now = MONDAY + 22 * 24 * HOUR
  const { db } = programme.fresh
  // C-1000 stands in C-10000.
  await db.query('alter table clinical_case alter column id restart with 1000')
  const short = codeIn(await ask('joseph', 'A child of a family everybody knows'))
  await db.query('alter table clinical_case alter column id restart with 10000')
  const from = programme.sent.length
  const long = codeIn(await ask('joseph', 'Woman, palms pale, tired'))
  expect([short, long]).toEqual(['C-1000', 'C-1000'])
  const held = (code: string): string =>
    JSON.stringify([{ say: 'word', word: 'case_ended', values: { code } }])
  for (const code of ['C-1000', 'C-10000'])
    await db.query('insert into held_tell (person_id, says, at) values ($1, $2, now())', [
      idOf('master'),
      held(code),
    ])
  await db.query(
    'insert into case_offer (case_id, person_id, tier, offered_at) values (1000, $1, $2, now())',
    [idOf('master'), 'master'],
  )
  await sayAll(programme, 'amina', 'menu', 'C-1000', 'Could identify', 'Hide and delete')
  expect(heard('joseph', from)).toContain('[C-1000] Your case was hidden')
  expect(await db.query('select says from held_tell')).toEqual([{ says: JSON.parse(held('C-10000')) }])
  const kept = await everythingKept()
  expect(kept).not.toContain('family everybody knows')
  expect(kept).toContain('palms pale')
  expect(text(await programme.say('joseph', 'C-10000'))).toContain('palms pale')
  await db.query('alter table clinical_case alter column id restart with 2000')
})

it('what a supervisor reads who was offered a case is in the audit, too', async () => {
  programme.now = MONDAY + 23 * 24 * HOUR
  const { db } = programme.fresh
  await db.query('delete from audit')
  const code = codeIn(await ask('joseph', 'Woman, 30 weeks, cough for a month'))
  await sayAll(programme, 'amina', 'menu', code, 'Look later')
  await sayAll(programme, 'joseph', code)
  const read = await db.query(`select actor from audit where deed = 'case.read'`)
  expect(new Set(read.map((row) => (row as { actor: string }).actor))).toEqual(
    new Set([`person:${idOf('amina')}`]),
  )
})

it('after a while only figures are left, also of what nobody has ever closed', async () => {
  const { db } = programme.fresh
  await db.query(
    `update clinical_case set opened_at = now() - interval '200 days' where state <> 'resolved' and id % 2 = 0`,
  )
  await db.query(
    `update case_entry set at = now() - interval '190 days'
     where case_id in (select id from clinical_case where opened_at < now() - interval '200 days')`,
  )
  const before = await db.query(`select count(*)::int n from clinical_case where state <> 'resolved'`)
  await db.query(
    `update clinical_case set resolved_at = now() - interval '200 days' where state = 'resolved'`,
  )
  await forget(db)
  const open = await db.query(
    `select count(*)::int n, count(*) filter (where opened_at < now() - interval '199 days')::int old
     from clinical_case where state <> 'resolved'`,
  )
  expect(open).not.toEqual(before)
  expect(open).toMatchObject([{ old: 0 }])
  const [left] = await db.query(
    `select count(*) cases, count(c.recommendation) advice, count(e.id) words
     from clinical_case c left join case_entry e on e.case_id = c.id where c.state = 'resolved'`,
  )
  expect(left).toMatchObject({ advice: 0, words: 0 })
  expect((left as { cases: number }).cases).toBeGreaterThan(0)
})
