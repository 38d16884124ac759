// Nobody may travel: declared in the middle of everything, told once, and lifted again.
import { afterAll, beforeAll, expect, it } from 'vitest'
import { everyAt } from '../../src/usecases/restrictions.ts'
import { endOverdue } from '../../src/usecases/restrict-travel.ts'
import { DAY, HOUR } from '../../src/words/clock.ts'
import type { FacilityId } from '../../src/words/ids.ts'
import { told } from '../programme.ts'
import { allKnown, type Chws, makeChws, NINE } from './chws.ts'

let chws: Chws
let group: FacilityId
beforeAll(async () => {
  chws = await makeChws()
  await allKnown(chws)
  const [row] = await chws.fresh.db.query(`select id from facility where name = 'CHWs of Nyamata'`)
  group = (row as { id: FacilityId }).id
  await chws.fresh.db.query(
    `insert into visit (facility_id, lead_id, stream, period, starts_on, days, planned_at)
     select $1, p.id, 'community', '2026-11-01', '2026-11-27', 1, now() from person p where p.invite_code = 'amos'`,
    [group],
  )
  await chws.fresh.db.query(
    `insert into visit_person (visit_id, person_id, part) select v.id, v.lead_id, 'mentor' from visit v`,
  )
  await chws.inChat('amos', 'REPORT')
  await chws.say('amos', 'Sick children')
}, 60_000)
afterAll(() => chws.close())

const every = (): Promise<string> => everyAt(chws.desk, chws.fresh.db, { place: group, now: chws.now })
const visit = async (): Promise<unknown> =>
  (await chws.fresh.db.query('select remote, remote_because because from visit'))[0]
const heard = (code: string, words: string): number =>
  chws.news(code).filter((text) => text.includes(words)).length

it('only a coordinator may say so', async () => {
  expect(told(await chws.say('amos', 'TRAVEL'))).toContain('Only a district coordinator')
  expect(await every()).toBe('month')
})

it('declared, visits there are remote, reports weekly, and everybody concerned hears it once', async () => {
  await chws.say('diane', 'TRAVEL')
  await chws.say('diane', 'Bugesera')
  await chws.say('diane', 'Floods have closed the roads')
  await chws.say('diane', '5')
  expect(told(await chws.say('diane', 'https://call.example/bugesera'))).toContain(
    'Visits planned in Bugesera are held from far away',
  )
  expect(await visit()).toEqual({ remote: true, because: 'Floods have closed the roads' })
  expect(await every()).toBe('week')
  const remote = told(await chws.say('amos', 'V-1'))
  expect(remote).toContain('It is held from far away: Floods have closed the roads')
  expect(remote).toContain('To talk: https://call.example/bugesera')
  expect(remote).toContain('what can be judged by telephone')
  await chws.say('amos', 'menu')
  await chws.wait(DAY)
  for (const code of ['amos', 'emile', ...NINE]) expect(heard(code, 'nobody travels in Bugesera')).toBe(1)
  await chws.wait(DAY)
  for (const code of ['amos', 'emile', ...NINE]) expect(heard(code, 'nobody travels in Bugesera')).toBe(0)
})

it('weekly reports have a card and a reminder of their own', async () => {
  await chws.wait(3 * DAY)
  await chws.cards()
  expect(chws.shown('Report “Sick children” 2026-11-23')).toBeDefined()
})

it('when its last day has passed it is over by itself, and those who were told hear that', async () => {
  await chws.wait(2 * DAY)
  expect(await every()).toBe('month')
  await endOverdue(chws.desk)
  await chws.wait(DAY + HOUR)
  for (const code of ['amos', 'claudine']) expect(heard(code, 'Travel in Bugesera is possible again')).toBe(1)
})

it('lifted before anybody was told, nobody is told anything', async () => {
  for (const code of NINE) chws.news(code)
  // In the quiet hours nobody is written to.
  chws.now += 14 * HOUR
  await chws.say('diane', 'TRAVEL')
  await chws.say('diane', 'Bugesera')
  await chws.say('diane', 'A landslide')
  await chws.say('diane', '0')
  await chws.say('diane', 'Not yet')
  expect(await every()).toBe('week')
  await chws.say('diane', 'TRAVEL')
  expect(told(await chws.say('diane', 'Bugesera'))).toContain('A landslide')
  expect(told(await chws.say('diane', 'Yes'))).toContain('Lifted')
  expect(await every()).toBe('month')
  await chws.wait(2 * DAY)
  for (const code of NINE) expect(heard(code, 'landslide')).toBe(0)
})
