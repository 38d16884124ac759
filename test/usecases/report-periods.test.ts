// The rhythm of reports turns while a period is under way: each that was asked for is closed, and once.
import { afterAll, beforeAll, expect, it } from 'vitest'
import { fireFollowUp } from '../../src/usecases/fire-follow-up.ts'
import { readBack } from '../../src/usecases/read-back.ts'
import { keepReports } from '../../src/usecases/keep-periods.ts'
import { followUpsDue } from '../../src/store/follow-ups.ts'
import type { Bubble } from '../../src/words/message.ts'
import { told } from '../programme.ts'
import { allKnown, type Chws, makeChws, NINE } from './chws.ts'

let chws: Chws
beforeAll(async () => {
  chws = await makeChws()
  await allKnown(chws)
  await chws.inChat('amos', 'REPORT')
  await chws.say('amos', 'Sick children')
}, 60_000)
afterAll(() => chws.close())

/** Lets everything happen up to a local moment. */
const until = (moment: string): Promise<unknown> => chws.wait(Date.parse(`${moment}:00+02:00`) - chws.now)
const choices = (said: readonly Bubble[]): unknown[] => said.at(-1)?.choices?.map(({ label }) => label) ?? []
const handedOn = (): string[] =>
  chws.news('emile').flatMap((text) => /“Sick children” (\S+): \d of 9/.exec(text)?.[1] ?? [])
const travel = async (...said: string[]): Promise<void> => {
  for (const text of ['TRAVEL', 'Bugesera', ...said]) await chws.say('diane', text)
}

it('declared on the third, the month is still handed on when it is due, and what is asked next is the week', async () => {
  await until('2026-12-03T12:00')
  expect(handedOn()).toEqual([])
  await travel('The bridge is gone', 'Today', '0', 'Not yet')
  // The month that was asked for and is not due comes first.
  expect(told(await chws.say('claudine', 'COUNTS'))).toContain('1 of 15')
  await chws.say('claudine', 'fever 4 rdt 4 pos 1')
  await chws.say('claudine', 'Right, count it')
  await until('2026-12-05T10:00')
  await chws.cards()
  expect(chws.shown('Report “Sick children” 2026-11\n')).toBeDefined()
  expect(chws.shown('Report “Sick children” 2026-11-30')).toBeDefined()
})

it('lifted on Saturday, the week is closed on Monday as well, and each of both once', async () => {
  await travel('Yes')
  await until('2026-12-05T18:00')
  // Due first was the month; now the week is what is asked for.
  await chws.say('claudine', 'COUNTS')
  await chws.say('claudine', 'fever 1')
  await chws.say('claudine', 'Right, count it')
  await until('2026-12-31T12:00')
  expect(handedOn()).toEqual(['2026-11', '2026-11-30'])
  expect(
    await chws.fresh.db.query(
      `select every, period::text "first", items->'fever' fever from chw_report order by 1`,
    ),
  ).toEqual([
    { every: 'month', first: '2026-11-01', fever: 4 },
    { every: 'week', first: '2026-11-30', fever: 1 },
  ])
  await until('2027-01-05T18:00')
  expect(handedOn()).toEqual(['2026-12'])
})

it('who reports late is counted, and those who were told before hear it with the next', async () => {
  const { db } = chws.fresh
  await chws.cards()
  const [card] = (await db.query(`select ref from notice where name = 'report:iccm:month:2026-12-01'`)) as {
    ref: string
  }[]
  await chws.inChat('aline', 'fever 2', card?.ref)
  await readBack(chws.desk)
  await chws.settled()
  await chws.say('aline', 'Right, count it')
  await until('2027-02-05T18:00')
  expect(chws.news('emile').at(-1)).toMatch(
    /2027-01: 0 of 9 CHWs have reported \(0 %\), 0 % in time\.\n\n.* 2026-12: 1 of 9 CHWs have reported \(11 %\), 0 % in time\.\n\nfever: 2$/,
  )
  await until('2027-03-05T18:00')
  expect(chws.news('emile').join()).not.toContain('2026-12')
})

it('a week nobody was asked for is not closed before anybody', async () => {
  // Monday to Wednesday.
  await until('2027-03-08T12:00')
  await travel('Heavy rain', 'Today', '0', 'Not yet')
  await until('2027-03-10T12:00')
  await travel('Yes')
  await until('2027-03-17T12:00')
  expect(handedOn()).toEqual([])
})

it('after an outage over the last reminder and the due day it is closed late, and nobody is reminded of what is over', async () => {
  await until('2027-04-01T12:00')
  for (const code of ['hawa', 'emile']) chws.news(code)
  chws.now = Date.parse('2027-04-06T09:00:00+02:00')
  for (const { id } of await followUpsDue(chws.fresh.db, chws.now, 100)) await fireFollowUp(chws.desk, id)
  await chws.settled()
  expect(handedOn()).toEqual(['2027-03'])
  expect(chws.news('hawa').filter((text) => text.includes('still missing'))).toEqual([])
})

it('a group without a mentor, or without its clock, goes on reporting', async () => {
  const { db } = chws.fresh
  await db.query('update chw_group set mentor_id = null')
  await db.query(`update pairing set ends_at = greatest(starts_at, now()), ended_because = 'left'`)
  await db.query(`delete from follow_up where kind = 'report_clock'`)
  await keepReports(chws.desk)
  await until('2027-05-06T12:00')
  await readBack(chws.desk)
  expect(handedOn()).toEqual(['2027-04'])
  expect(chws.news('amos').filter((text) => text.includes('2027-04'))).toEqual([])
})

it('whoever mentors its people now is told of it, whoever has set it up', async () => {
  const { db } = chws.fresh
  await db.query(
    `insert into pairing (mentor_id, mentee_id, area, starts_at)
     select m.id, p.id, '', now() from person m, person p where m.invite_code = 'ruth' and p.invite_code = any($1)`,
    [[...NINE]],
  )
  await until('2027-06-06T12:00')
  expect(chws.news('ruth').join()).toContain('2027-05, not yet reported')
})

it('who has begun to report before the hour it is due ends with the same month, however late', async () => {
  await until('2027-07-05T16:50')
  // Nobody has reported the month before: it can still be said.
  expect(choices(await chws.say('bosco', 'COUNTS'))).toEqual(['2027-05', '2027-06'])
  expect(told(await chws.say('bosco', '2027-06'))).toContain('Report “Sick children” 2027-06')
  await chws.say('bosco', '2')
  await until('2027-07-05T20:00')
  await chws.say('bosco', '3')
  expect(told(await chws.say('bosco', 'That is all'))).toMatch(
    /2027-06:\n\n2–11 months: 2\n12–59 months: 3\n/,
  )
})

it('who is late is offered in private what they owe, until it is reported', async () => {
  await until('2027-07-08T12:00')
  expect(choices(await chws.say('aline', 'COUNTS'))).toEqual(['2027-06', '2027-07'])
  expect(told(await chws.say('aline', '2027-06'))).toContain('Report “Sick children” 2027-06')
  await chws.say('aline', 'fever 7 rdt 7 pos 0')
  expect(told(await chws.say('aline', 'Right, count it'))).toContain('your report counts')
  expect(told(await chws.say('aline', 'COUNTS'))).toContain('Report “Sick children” 2027-07')
  const late = await chws.fresh.db.query(
    `select period::text "first", items->'fever' fever from chw_report r join person p on p.id = r.person_id
     where p.invite_code = 'aline' and period >= '2027-06-01'`,
  )
  expect(late).toEqual([{ first: '2027-06-01', fever: 7 }])
  // Handed on with the month after.
  await until('2027-08-05T18:00')
  expect(chws.news('emile').join()).toMatch(/2027-06: 1 of 9 CHWs have reported \(11 %\), 0 % in time/)
})

it('asked for an hour before it is due, a month is left out, and so is an area that joins it then', async () => {
  const { db } = chws.fresh
  const ask = async (area: string): Promise<void> => {
    await chws.inChat('amos', 'REPORT')
    await chws.say('amos', area)
  }
  await until('2027-09-05T16:00')
  chws.news('emile')
  await ask('Mothers and newborns')
  await until('2027-09-05T18:00')
  await chws.cards()
  expect(chws.shown('Report “Mothers and newborns” 2027-09')).toBeDefined()
  expect(chws.news('emile').join()).not.toContain('Mothers and newborns')
  await until('2027-10-05T18:00')
  expect(chws.news('emile').join()).toContain('“Mothers and newborns” 2027-09: 0 of 9')
  // The same where nothing was asked for before.
  await db.query(`update chw_group set report_areas = '{}'`)
  await db.query('delete from report_period')
  await until('2027-11-05T16:00')
  await ask('Sick children')
  await until('2027-12-04T12:00')
  expect(handedOn()).toEqual([])
  await until('2027-12-05T18:00')
  expect(handedOn()).toEqual(['2027-11'])
})
