// A group in a messenger that has neither buttons nor edits nor polls, as WhatsApp's groups are led: answers to the card say
// who is there, questions stand in the text, and each answers in private.
import { afterAll, beforeAll, expect, it } from 'vitest'
import { render } from '../../src/channels/render.ts'
import { CAPABILITIES } from '../../src/channels/whatsapp-web/outbound.ts'
import { HOUR } from '../../src/words/clock.ts'
import { told } from '../programme.ts'
import { allKnown, CHAT, type Chws, makeChws } from './chws.ts'

let chws: Chws
beforeAll(async () => {
  chws = await makeChws({ choices: CAPABILITIES.choices, edits: false })
  await allKnown(chws)
  chws.news(CHAT)
}, 60_000)
afterAll(() => chws.close())

const here = async (): Promise<unknown> =>
  (
    await chws.fresh.db.query(
      `select array_agg(p.invite_code order by p.invite_code) codes from group_attendance a join person p on p.id = a.person_id`,
    )
  )[0]

it('asks for an answer where there is no button, and whoever answers the card is there', async () => {
  await chws.inChat('amos', 'SESSION')
  for (const said of ['1', '1', '2', '2']) await chws.say('amos', said)
  await chws.cards()
  const card = chws.shown('0 of 9 CHWs are here')
  expect(card?.bubble.text).toContain('Answer this message with “here” to say that you are here.')
  expect(card?.bubble.choices).toBeUndefined()
  await chws.inChat('claudine', 'present', card?.ref)
  await chws.inChat('bosco', 'ndahari', card?.ref)
  await chws.inChat('bosco', 'me again', card?.ref)
  await chws.inChat('aline', 'present')
  await chws.inChat('amos', 'welcome', card?.ref)
  for (const said of ['Sorry, I cannot come', 'Sindahari', 'who is here?', 'good morning'])
    await chws.inChat('esther', said, card?.ref)
  expect(await here()).toEqual({ codes: ['bosco', 'claudine'] })
})

it('says a card anew after an hour at the earliest, and answers to the one before still count', async () => {
  const before = chws.shown('CHWs are here')
  chws.news(CHAT)
  await chws.cards()
  expect(chws.news(CHAT)).toEqual([])
  chws.now += HOUR
  await chws.cards()
  const anew = chws.shown('2 of 9 CHWs are here')
  expect(anew?.ref).not.toBe(before?.ref)
  await chws.inChat('chantal', 'I am in', before?.ref)
  await chws.inChat('daniel', 'me too', anew?.ref)
  expect(await here()).toEqual({ codes: ['bosco', 'chantal', 'claudine', 'daniel'] })
})

it('writes a question out, and each answers it in private', async () => {
  await chws.say('amos', 'Next question')
  await chws.settled()
  const poll = chws.polls(CHAT).at(-1)
  if (!poll) throw new Error('nothing was asked')
  const [asked] = render({ text: '', poll }, CAPABILITIES)
  expect(asked?.text).toContain(`1. ${poll.options[0] ?? ''}`)
  expect(asked?.poll).toBeUndefined()
  const put = await chws.say('claudine', 'SESSION')
  expect(put.at(-1)?.choices?.map(({ label }) => label)).toEqual(poll.options)
  expect(told(await chws.say('claudine', String(poll.correct + 1)))).toContain('✅ Right')
  expect(
    await chws.fresh.db.query('select count(*)::int n, bool_and(correct) "right" from group_answer'),
  ).toEqual([{ n: 1, right: true }])
})
