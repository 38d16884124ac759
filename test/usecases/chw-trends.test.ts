// What rises over a whole group so that somebody should look becomes one challenge at the health centre, with the figures.
import { afterAll, beforeAll, expect, it } from 'vitest'
import { DAY } from '../../src/words/clock.ts'
import { allKnown, CHAT, type Chws, makeChws, NINE } from './chws.ts'

let chws: Chws
beforeAll(async () => {
  chws = await makeChws()
  await allKnown(chws)
  await chws.inChat('amos', 'REPORT')
  await chws.say('amos', 'Sick children')
  await report('2026-10-01', 0)
  await report('2026-11-01', 0, NINE.slice(5))
  await report('2026-11-01', 2, NINE.slice(0, 5))
}, 60_000)
afterAll(() => chws.close())

/** They have confirmed the same of a month: so many children with a danger sign each. */
async function report(month: string, danger: number, who: readonly string[] = NINE): Promise<void> {
  await chws.fresh.db.query(
    `insert into chw_report (person_id, facility_id, area, every, period, items, heard_at, confirmed_at)
     select p.id, p.facility_id, 'iccm', 'month', $1, jsonb_build_object('fever', 2, 'danger', $2::int), now(), now()
     from person p where p.invite_code = any($3)`,
    [month, danger, who],
  )
}

const challenges = (): Promise<unknown[]> =>
  chws.fresh.db.query(
    `select c.kind, c.item, c.note, f.name place, (select count(*) from challenge_voice v where v.challenge_id = c.id) voices
     from challenge c join facility f on f.id = c.facility_id order by c.id`,
  )

it('is raised once when the report of the month is due, and the health centre hears it', async () => {
  await chws.wait(10 * DAY)
  await chws.wait(3 * DAY)
  expect(await challenges()).toEqual([
    { kind: 'other', item: 'Sick children: danger signs', note: '0 → 10', place: 'Nyamata HC', voices: 5 },
  ])
  const told = chws.news('emile').filter((text) => text.includes('Sick children: danger signs'))
  expect(told).toHaveLength(1)
  expect(told[0]).toContain('danger signs (CHWs of Nyamata: 5 CHWs).')
})

it('and not again where nothing has grown', async () => {
  await report('2026-12-01', 1)
  await chws.wait(28 * DAY)
  await chws.wait(6 * DAY)
  expect(await challenges()).toHaveLength(1)
})

it('at night the card of the reports waits for the morning', async () => {
  const stands = async (): Promise<unknown> =>
    (
      await chws.fresh.db.query(`select bool_or(changed) changed from group_card where name like 'report:%'`)
    )[0]
  chws.now = Date.parse('2027-01-08T23:00:00+02:00')
  await chws.fresh.db.query(`update group_card set changed = true where name like 'report:%'`)
  chws.news(CHAT)
  await chws.cards()
  expect(chws.news(CHAT)).toEqual([])
  expect(await stands()).toEqual({ changed: true })
  chws.now = Date.parse('2027-01-09T07:00:00+02:00')
  await chws.cards()
  expect(chws.news(CHAT).join()).toContain('Report “Sick children”')
  expect(await stands()).toEqual({ changed: false })
})
