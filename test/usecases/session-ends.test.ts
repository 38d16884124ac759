// A session of a group is the visit that was planned for it, and one that nobody goes on with ends by itself.
import { afterEach, beforeEach, expect, it } from 'vitest'
import { planVisits } from '../../src/usecases/plan-visits.ts'
import { DAY } from '../../src/words/clock.ts'
import { told } from '../programme.ts'
import { allKnown, CHAT, type Chws, makeChws, NINE } from './chws.ts'

let chws: Chws
beforeEach(async () => {
  chws = await makeChws()
  await allKnown(chws)
}, 60_000)
afterEach(() => chws.close())

async function open(): Promise<void> {
  await chws.inChat('amos', 'SESSION')
  for (const said of ['1', 'In one place', 'No', 'No']) await chws.say('amos', said)
}

async function arrive(...people: string[]): Promise<void> {
  await chws.cards()
  const token = chws.shown('CHWs are here')?.bubble.choices?.[0]?.token ?? ''
  for (const person of people) await chws.inChat(person, { kind: 'choice', token })
}

const visits = (): Promise<unknown[]> =>
  chws.fresh.db.query(
    `select area, starts_on::text "on", state, (select count(*)::int from visit_person p where p.visit_id = v.id and p.present) present
     from visit v order by id`,
  )
const sessions = (): Promise<unknown[]> => chws.fresh.db.query('select part from group_session order by id')

/** Visits of the quarter, as the programme plans them for amos. */
async function plan(): Promise<void> {
  const { db } = chws.fresh
  const amos = await chws.meet('amos')
  await db.query(
    `insert into visit (facility_id, lead_id, stream, area, period, starts_on, days, state, planned_at)
     select f.id, $1, 'community', x.area, date_trunc('quarter', x.day), x.day, 1, 'confirmed', now()
     from facility f, (values ('iccm', date '2026-12-10'), ('cbmnh', date '2026-11-23'), ('iccm', date '2027-01-12')) x(area, day)
     where f.name = 'CHWs of Nyamata'`,
    [amos],
  )
  await db.query(
    `insert into visit_person (visit_id, person_id, part)
     select v.id, p.id, case when p.role = 'mentee' then 'mentee' else 'mentor' end from visit v, person p where p.invite_code = any($1)`,
    [['amos', ...NINE]],
  )
}

it('begins and closes the visit of its area and quarter with itself, and nobody is asked how that went', async () => {
  await plan()
  await open()
  expect(await visits()).toEqual([
    { area: 'iccm', on: '2026-11-23', state: 'begun', present: 0 },
    { area: 'cbmnh', on: '2026-11-23', state: 'confirmed', present: 0 },
    { area: 'iccm', on: '2027-01-12', state: 'confirmed', present: 0 },
  ])
  await arrive('claudine', 'aline')
  for (const said of ['Close it', 'Nothing', 'Not yet fixed']) await chws.say('amos', said)
  expect((await visits())[0]).toEqual({ area: 'iccm', on: '2026-11-23', state: 'closed', present: 2 })
  await chws.wait(3 * DAY)
  expect(chws.news('amos').filter((text) => text.includes('has not begun') || text.includes('V-1'))).toEqual(
    [],
  )
  // What the quarter asks for is done: nothing more is planned for it.
  await planVisits(chws.desk, chws.fresh.db, await chws.meet('amos'), chws.now)
  expect(await visits()).not.toContainEqual(
    expect.objectContaining({ area: 'iccm', state: 'proposed', on: expect.stringContaining('2026') }),
  )
})

it('left open, its mentor is reminded, and after a week it ends: what was answered is told and counts', async () => {
  await open()
  await arrive('claudine', 'aline')
  await chws.say('amos', 'Next question')
  await chws.say('claudine', 'SESSION')
  await chws.say('claudine', '1')
  await chws.say('amos', 'Later')
  for (const code of ['amos', 'ruth', 'claudine', CHAT]) chws.news(code)
  await chws.wait(5 * DAY)
  const reminders = chws.news('amos').filter((text) => text.includes('is still open'))
  expect(reminders.length).toBe(2)
  expect(reminders[0]).toContain('on Mon 30 November I close it')
  expect(await sessions()).toEqual([{ part: 'questions' }])
  await chws.wait(3 * DAY)
  expect(await sessions()).toEqual([{ part: 'closed' }])
  expect(chws.news('amos').join()).toContain('Nobody has gone on with the session')
  expect(chws.news('claudine').join()).toContain('of 1 right')
  expect(chws.news('ruth').join()).toContain('Session of CHWs of Nyamata')
  expect(chws.news(CHAT).join()).toContain('is over. Thank you.')
})

it('opened by mistake it ends in silence, and its visit is still to be held', async () => {
  await plan()
  await open()
  await chws.say('amos', 'Later')
  for (const code of ['ruth', CHAT]) chws.news(code)
  await chws.wait(8 * DAY)
  expect(await sessions()).toEqual([{ part: 'closed' }])
  expect(chws.news('ruth').filter((text) => text.includes('Session of'))).toEqual([])
  expect(chws.news(CHAT).filter((text) => text.includes('Thank you'))).toEqual([])
  expect((await visits())[0]).toMatchObject({ state: 'confirmed' })
})

it('who comes to a session that somebody else has opened is told whose it is', async () => {
  await open()
  await chws.inChat('ruth', 'SESSION')
  const heard = chws.news('ruth').join('\n')
  expect(heard).toContain('A session of CHWs of Nyamata is under way already: Amos of Nyamata has opened it.')
  expect(heard).toContain('0 of 9 are here')
  expect(told(await chws.say('amos', 'Later'))).not.toContain('has opened it')
})

it('without a question it tells the group of the skills that were shown: when it is asked to, or at its end', async () => {
  const { db } = chws.fresh
  const session = async (setting: string): Promise<void> => {
    chws.now += DAY
    await open()
    await arrive('claudine', 'aline', 'bosco')
    await chws.say('amos', 'Later')
    await db.query(
      `insert into observation (mentee_id, observer_id, flow, version, competency, setting, consent, marks, technique_ok,
         begun_at, recorded_at, score, max, critical_missed, complete, passed)
       select a.person_id, s.mentor_id, 'iccm-chw-steps', $2, 'CHW-ICCM', $3, 'not_needed', 'dn', true, to_timestamp($1::float8 / 1000),
         to_timestamp($1::float8 / 1000), 1, 2, 0, true, false
       from group_session s join group_attendance a on a.session_id = s.id where s.closed_at is null`,
      [chws.now, chws.desk.shelf.flows.find(({ id }) => id === 'iccm-chw-steps')?.version, setting],
    )
    await chws.inChat('amos', 'SESSION')
    chws.news(CHAT)
  }
  const told3 = 'Skill “Care of a sick child in the village”: 3 of you have shown it'
  await session('manikin')
  expect(told(await chws.say('amos', 'Feedback to all'))).toContain('3 skills shown')
  await chws.settled()
  const feedback = chws.news(CHAT).join('\n')
  expect(feedback).toContain(told3)
  expect(feedback).toContain('To practise: ')
  expect(feedback).not.toContain('Too few have answered')
  for (const said of ['Close it', 'Nothing', 'Not yet fixed']) await chws.say('amos', said)
  expect(chws.news(CHAT).join('\n')).not.toContain(told3)
  await session('manikin')
  for (const said of ['Close it', 'Nothing', 'Not yet fixed']) await chws.say('amos', said)
  expect(chws.news(CHAT).join('\n')).toContain(told3)
  // From far away nobody can see whether it is done properly: that is no verdict.
  chws.news('ruth')
  await session('remote')
  for (const said of ['Close it', 'Nothing', 'Not yet fixed']) await chws.say('amos', said)
  expect(chws.news(CHAT).join('\n')).toContain(
    `${told3}, from far away: whether it is done properly waits to be seen.`,
  )
  expect(chws.news('ruth').join()).toContain('Skills shown: 3, from far away.')
})

it('counts the skills of its own area that somebody who is there has shown to its mentor, and no others', async () => {
  await open()
  await arrive('claudine', 'aline')
  await chws.say('amos', 'Later')
  const shown = (mentee: string, observer: string, competency: string): Promise<unknown> =>
    chws.fresh.db.query(
      `insert into observation (mentee_id, observer_id, flow, version, competency, setting, consent, marks, technique_ok,
         begun_at, recorded_at, score, max, critical_missed, complete, passed)
       select m.id, o.id, $3, s.version, $3, 'manikin', 'not_needed', 'd', true, to_timestamp($4::float8 / 1000),
         to_timestamp($4::float8 / 1000), 1, 1, 0, true, true
       from person m, person o, group_session s where m.invite_code = $1 and o.invite_code = $2`,
      [mentee, observer, competency, chws.now],
    )
  await shown('claudine', 'amos', 'CHW-ICCM')
  // Another area; to somebody else; by somebody who is not there.
  await shown('claudine', 'amos', 'CHW-FP')
  await shown('aline', 'emile', 'CHW-ICCM')
  await shown('bosco', 'amos', 'CHW-ICCM')
  await chws.inChat('amos', 'SESSION')
  expect(chws.news('amos').at(-1)).toContain('1 skills shown')
  // Emile works at its health centre: validated in its area they are the second trainer beside the mentor.
  await chws.fresh.db.query(
    `insert into competency_record (person_id, competency, stage, technique_evidence, technique_at, knowledge_evidence, knowledge_at, validated_at, changed_at)
     select id, 'CHW-ICCM', 'validated', 1, now(), 2, now(), now(), now() from person where invite_code = 'emile'`,
  )
  expect(told(await chws.say('amos', 'Warm-up'))).toContain('2 skills shown')
  // Bosco is there after all, without a telephone.
  expect(told(await chws.say('amos', 'Who is here'))).toContain('1. Bosco of Nyamata\n2. Chantal of Nyamata')
  expect(told(await chws.say('amos', '1'))).toContain(
    '3 of 9 are here, 0 of 5 questions put, 0 answers, 3 skills',
  )
})

it('counts who is there without a telephone by the word of whoever leads it, told apart from their own', async () => {
  await open()
  await arrive('claudine')
  const list = told(await chws.say('amos', 'Who is here'))
  expect(list).toContain('1. Aline of Nyamata\n2. Bosco of Nyamata\n3. Chantal of Nyamata')
  expect(list).not.toContain('Claudine')
  // The numbers are those of the list, whoever taps meanwhile.
  await arrive('aline')
  expect(told(await chws.say('amos', '2 and 3'))).toContain('Who of them is here')
  expect(told(await chws.say('amos', '1-2'))).toContain('4 of 9 are here')
  // What was noted by mistake is taken back; what somebody says themselves from then on stays.
  expect(told(await chws.say('amos', 'Who is here'))).toContain(
    '1. Bosco of Nyamata ✓\n2. Chantal of Nyamata ✓',
  )
  expect(told(await chws.say('amos', 'Nobody'))).toContain('2 of 9 are here')
  await chws.say('amos', 'Who is here')
  await chws.say('amos', '1 2 4')
  await arrive('bosco')
  await chws.say('amos', 'Who is here')
  await chws.say('amos', '1')
  const attendance = await chws.fresh.db.query(
    'select p.invite_code code, a.noted from group_attendance a join person p on p.id = a.person_id order by 1',
  )
  expect(attendance).toEqual([
    { code: 'aline', noted: false },
    { code: 'bosco', noted: false },
    { code: 'chantal', noted: true },
    { code: 'claudine', noted: false },
  ])
  await chws.cards()
  expect(chws.shown('4 of 9 CHWs are here')).toBeDefined()
  for (const said of ['Close it', 'Nothing', 'Not yet fixed']) await chws.say('amos', said)
  expect(chws.news('ruth').join()).toContain('4 of 9 CHWs were there (1 of them as the mentor has noted),')
})

it('closed while nothing can be written in the chat, the group hears of it when it can be again, and once', async () => {
  const { db } = chws.fresh
  await open()
  await arrive('claudine', 'aline')
  await chws.say('amos', 'Next question')
  for (const code of ['claudine', 'aline', 'bosco'])
    for (const said of ['SESSION', '1']) await chws.say(code, said)
  await chws.say('amos', 'Close it')
  await chws.inChat('bosco', { kind: 'standing', standing: 'out' })
  await db.query(`delete from duty where role = 'hospital_supervisor'`)
  for (const code of ['claudine', CHAT]) chws.news(code)
  await chws.say('amos', 'The mentor brings two watches')
  const closed = told(await chws.say('amos', '2/3'))
  expect(closed).toContain('I tell the group when I can write in its chat again.')
  expect(closed).toContain('No supervisor of the hospital is on the roster')
  expect(chws.news('claudine').join()).toContain('of 1 right')
  expect(chws.news(CHAT)).toEqual([])
  const back = { kind: 'standing', standing: 'admin', name: 'Nyamata CHWs' } as const
  await chws.inChat('amos', back)
  await chws.settled()
  const heard = chws.news(CHAT).join('\n')
  expect(heard).toContain('3 of you have answered')
  expect(heard).toContain(
    'is over. Thank you.\n\nAgreed: The mentor brings two watches\nNext time: Tue 2 March',
  )
  await chws.inChat('bosco', { kind: 'standing', standing: 'out' })
  await chws.inChat('amos', back)
  await chws.settled()
  expect(chws.news(CHAT).join()).not.toContain('is over')
})

it('keeps the vote of whoever has not said who they are until they do, and says once how', async () => {
  const { db } = chws.fresh
  await db.query(`delete from address where external_id in ('daniel', 'esther')`)
  await open()
  await arrive('claudine')
  await chws.say('amos', 'Next question')
  await chws.settled()
  chws.news(CHAT)
  const [row] = (await db.query(`select poll from notice where name like 'question:%'`)) as { poll: string }[]
  const vote = (sender: string, option: number) => ({
    sender,
    content: { kind: 'vote', poll: row?.poll ?? '', options: [option] } as const,
  })
  await chws.hear(vote('phone-9', 0), vote('phone-8', 1))
  await chws.hear(vote('phone-9', 1))
  await chws.cards()
  const hints = chws.news(CHAT).filter((text) => text.includes('Somebody I do not know yet'))
  expect(hints).toHaveLength(1)
  const code = /START (\w+)/.exec(hints[0] ?? '')?.[1]
  const answers = (): Promise<unknown[]> =>
    db.query(
      `select p.invite_code code, count(*)::int n, bool_and(voted) voted from group_answer g join person p on p.id = g.person_id group by 1`,
    )
  expect(await answers()).toEqual([])
  for (const said of [`START ${code}`, 'English', 'Daniel of Nyamata']) await chws.say('phone-9', said)
  expect(await answers()).toEqual([{ code: 'daniel', n: 1, voted: true }])
  await chws.cards()
  expect(chws.shown('2 of 9 CHWs are here. Question 1 of 5; 1 answers so far')).toBeDefined()
  // Whoever never says it is nobody, and nothing of it is kept.
  for (const said of ['Close it', 'Nothing', 'Not yet fixed']) await chws.say('amos', said)
  await chws.hear(vote('phone-7', 0))
  expect(await db.query('select * from unclaimed_vote')).toEqual([])
})
