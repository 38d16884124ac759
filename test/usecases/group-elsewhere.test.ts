// The service is put out of a group's chat in the middle of everything and let in again, and the group moves into another chat.
// One story: each part goes on where the one before has ended.
import { afterAll, beforeAll, expect, it } from 'vitest'
import { DAY } from '../../src/words/clock.ts'
import { told } from '../programme.ts'
import { allKnown, CHAT, type Chws, makeChws } from './chws.ts'

const NEW_CHAT = '-200'
let chws: Chws
beforeAll(async () => {
  chws = await makeChws()
  await allKnown(chws)
  await chws.inChat('amos', 'REPORT')
  await chws.say('amos', 'Sick children')
  await chws.inChat('amos', 'SESSION')
  for (const said of ['1', 'In one place', 'No', 'No']) await chws.say('amos', said)
  await chws.cards()
}, 60_000)
afterAll(() => chws.close())

const asked = async (): Promise<unknown> =>
  ((await chws.fresh.db.query('select asked from group_session')) as { asked: number }[])[0]?.asked

it('put out, nothing is sent there, no question counts as put, and the mentor is told why', async () => {
  await chws.inChat('bosco', { kind: 'standing', standing: 'out' })
  chws.news(CHAT)
  const answer = told(await chws.say('amos', 'Next question'))
  expect(answer).toContain('I cannot write in the chat of CHWs of Nyamata now')
  expect(await asked()).toBe(0)
  await chws.say('claudine', 'SESSION')
  await chws.cards()
  expect(chws.news(CHAT)).toEqual([])
  // What has changed meanwhile still waits.
  expect(await chws.fresh.db.query(`select changed from group_card where name like 'session:%'`)).toEqual([
    { changed: true },
  ])
})

it('let in again, the chat gets all that stands open, as messages of its own', async () => {
  const before = chws.shown('1 of 9 CHWs are here') ?? chws.shown('0 of 9 CHWs are here')
  await chws.inChat('amos', { kind: 'standing', standing: 'member', name: 'Nyamata CHWs' })
  await chws.cards()
  const card = chws.shown('1 of 9 CHWs are here')
  expect(card?.ref).not.toBe(before?.ref)
  const shown = chws.news(CHAT).join('\n')
  expect(shown).toContain('all 9 CHWs have said who they are')
  expect(shown).toContain('Report “Sick children” 2026-11')
  await chws.cards()
  expect(chws.news(CHAT)).toEqual([])
  // An answer to the card of before is an answer all the same.
  const [old] = (await chws.fresh.db.query(
    `select earlier[1] ref from notice where name like 'report:%'`,
  )) as { ref: string }[]
  await chws.inChat('claudine', 'fever 4 rdt 4 pos 1', old?.ref)
  expect(await chws.fresh.db.query(`select draft->'fever' fever from chw_report`)).toEqual([{ fever: 4 }])
})

it('counts that answer another card are read where only one report can be meant, and asked about elsewhere', async () => {
  const ref = chws.shown('CHWs are here')?.ref
  await chws.inChat('aline', 'fever 3 rdt 3 pos 2', ref)
  await chws.inChat('bosco', 'fever 3 xylophone 2', ref)
  await chws.inChat('chantal', 'see you at 9', ref)
  expect(
    await chws.fresh.db.query(
      `select p.invite_code code from chw_report r join person p on p.id = r.person_id order by 1`,
    ),
  ).toEqual([{ code: 'aline' }, { code: 'claudine' }])
  expect(chws.news('bosco').join()).toContain('I cannot tell for which report')
  expect(chws.news('chantal').join()).not.toContain('which report')
  // Where the group reports in two areas, what both count is asked about.
  await chws.fresh.db.query(`update chw_group set report_areas = '{cbmnh,iccm}'`)
  await chws.inChat('daniel', 'referred 2', ref)
  expect(chws.news('daniel').join()).toContain('I cannot tell for which report')
  await chws.fresh.db.query(`update chw_group set report_areas = '{iccm}'`)
})

it('a command that answers a card is heard', async () => {
  await chws.say('amos', 'Later')
  await chws.inChat('hawa', 'REPORT', chws.shown('CHWs are here')?.ref)
  expect(chws.news('hawa').join()).toContain('Only the mentor')
})

it('a question that never got there is put when the chat can be written to again, and only then', async () => {
  for (const said of ['SESSION', '1', 'Next question']) await chws.say('amos', said)
  expect(chws.polls(CHAT)).toHaveLength(1)
  // It was lost on the way, as when the service is put out before the next question leaves.
  await chws.fresh.db.query(`delete from notice where name like 'question:%'`)
  await chws.inChat('bosco', { kind: 'standing', standing: 'out' })
  await chws.inChat('amos', { kind: 'standing', standing: 'admin', name: 'Nyamata CHWs' })
  expect(chws.polls(CHAT)).toHaveLength(2)
  await chws.inChat('bosco', { kind: 'standing', standing: 'out' })
  await chws.inChat('amos', { kind: 'standing', standing: 'admin', name: 'Nyamata CHWs' })
  expect(chws.polls(CHAT)).toHaveLength(2)
})

it('GROUP in a chat that is linked shows its cards again', async () => {
  await chws.cards()
  chws.news(CHAT)
  await chws.say('amos', 'Later')
  await chws.inChat('amos', 'GROUP')
  await chws.cards()
  const shown = chws.news(CHAT)
  expect(shown.join('\n')).toContain('Report “Sick children” 2026-11')
  expect(shown).toHaveLength(3)
})

it('in a new chat the group goes on: its reports, its session and its clock', async () => {
  await chws.hear({
    sender: 'amos',
    group: NEW_CHAT,
    content: { kind: 'standing', standing: 'member', name: 'Nyamata CHWs, anew' },
  })
  await chws.hear({ sender: 'amos', group: NEW_CHAT, content: { kind: 'text', text: 'GROUP' } })
  expect(told(await chws.say('amos', 'CHWs of Nyamata'))).toContain('0 of 9 CHWs are known')
  chws.news(CHAT)
  await chws.cards()
  const shown = chws.news(NEW_CHAT).join('\n')
  expect(shown).toContain('0 of 9 CHWs have said who they are')
  expect(shown).toContain('Report “Sick children” 2026-11')
  expect(shown).toContain('1 of 9 CHWs are here')
  expect(chws.polls(NEW_CHAT)).toHaveLength(1)
  expect(chws.news(CHAT)).toEqual([])
  for (const said of ['SESSION', '1', 'Next question', 'Later']) await chws.say('amos', said)
  await chws.settled()
  expect(await asked()).toBe(2)
  expect(chws.polls(NEW_CHAT)).toHaveLength(2)
  await chws.wait(14 * DAY)
  expect(chws.news('emile').filter((text) => text.includes('“Sick children” 2026-11'))).toHaveLength(1)
})

it('a chat that is another group’s is not taken from it', async () => {
  const { db } = chws.fresh
  await chws.say('amos', 'Later')
  await db.query(
    `insert into facility (name, district, level, parent_id)
     select 'CHWs of Ntarama', district, level, parent_id from facility where name = 'CHWs of Nyamata'`,
  )
  await chws.hear({
    sender: 'amos',
    group: '-300',
    content: { kind: 'standing', standing: 'member', name: 'Ntarama' },
  })
  await chws.hear({ sender: 'amos', group: '-300', content: { kind: 'text', text: 'GROUP' } })
  await db.query(
    `insert into chw_group (address_id, facility_id, code, linked_at)
     select a.id, f.id, '22222223', now() from address a, facility f where a.external_id = '-300' and f.name = 'CHWs of Ntarama'`,
  )
  expect(told(await chws.say('amos', 'CHWs of Nyamata'))).toContain('Only the mentor')
})

it('a chat that was linked to the wrong group is put right there by who leads both', async () => {
  const { db } = chws.fresh
  const linked = (): Promise<unknown[]> =>
    db.query(
      `select f.name, a.external_id chat, g.report_areas areas from chw_group g join facility f on f.id = g.facility_id
       join address a on a.id = g.address_id order by 1`,
    )
  chws.news('amos')
  await chws.hear({ sender: 'amos', group: NEW_CHAT, content: { kind: 'text', text: 'GROUP' } })
  expect(chws.news('amos').join()).toContain('Does another of your groups talk in this chat?')
  await chws.say('amos', 'It is the right one')
  expect(await linked()).toMatchObject([
    { name: 'CHWs of Ntarama', chat: '-300' },
    { name: 'CHWs of Nyamata', chat: NEW_CHAT },
  ])
  // Nyamata's is no chat of Nyamata's: Ntarama talks there.
  await chws.hear({ sender: 'amos', group: NEW_CHAT, content: { kind: 'text', text: 'GROUP' } })
  expect(told(await chws.say('amos', 'CHWs of Ntarama'))).toContain('I have put a card into the chat')
  expect(await linked()).toEqual([{ name: 'CHWs of Ntarama', chat: NEW_CHAT, areas: [] }])
  await chws.cards()
  expect(chws.news(NEW_CHAT).at(-1)).toContain('CHWs of Ntarama')
  // Nyamata goes on elsewhere, without the session that was under way in the wrong chat.
  expect(await db.query('select from group_session where closed_at is null')).toEqual([])
  await chws.hear({ sender: 'amos', group: '-300', content: { kind: 'text', text: 'GROUP' } })
  await chws.say('amos', 'CHWs of Nyamata')
  expect(await linked()).toMatchObject([{ chat: NEW_CHAT }, { name: 'CHWs of Nyamata', chat: '-300' }])
})
