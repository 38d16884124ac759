// A group of CHWs is set up in its chat: which group it is, who is who, who is missing, and what becomes of the chat. One
// story from its first day: each part goes on where the one before has ended.
import { afterAll, beforeAll, expect, it } from 'vitest'
import { told } from '../programme.ts'
import { CHAT, type Chws, makeChws, NINE } from './chws.ts'

let chws: Chws
beforeAll(async () => void (chws = await makeChws()))
afterAll(() => chws.close())

/** The code on the card. */
function codeShown(): string {
  const code = /START (\w+)/.exec(chws.shown('CHWs have said')?.bubble.text ?? '')?.[1]
  if (code === undefined) throw new Error('there is no card with a code')
  return code
}

const members = (joined: readonly string[], left: readonly string[] = []) =>
  ({ kind: 'members', joined, left }) as const

it('GROUP of a stranger or of a CHW sets nothing up, and strangers are answered once', async () => {
  await chws.meet('hawa')
  await chws.fresh.db.query(`update person set joined_at = now() where invite_code = 'hawa'`)
  const sent = await chws.inChat('hawa', 'GROUP')
  expect(told(sent.map(({ bubble }) => bubble))).toContain('Only the mentor')
  await chws.inChat('a stranger', 'GROUP')
  await chws.inChat('another', '/group')
  const strangers = chws.shown('I do not know you yet')
  expect(strangers).toBeDefined()
  expect(chws.news(CHAT).every((text) => text.includes('I do not know you yet'))).toBe(true)
  expect(await chws.fresh.db.query('select * from chw_group')).toEqual([])
})

it('SESSION of a mentor in a chat that is nobody’s yet says what comes first', async () => {
  await chws.inChat('amos', 'SESSION')
  expect(chws.news('amos').join()).toContain('Write GROUP in its chat first')
})

it('GROUP of its mentor is answered in private; a group of four is warned of, not refused', async () => {
  await chws.fresh.db.query(`update person set standing = 'left' where invite_code = any($1)`, [
    NINE.slice(4),
  ])
  const sent = await chws.inChat('amos', '/group')
  expect(sent.every(({ to }) => to === 'amos')).toBe(true)
  // Who leads several must see which one it is.
  expect(told(sent.map(({ bubble }) => bubble))).toMatch(
    /^This is about “Nyamata CHWs”\. .*\n\nWhich group of your roster/,
  )
  const answer = told(await chws.say('amos', 'CHWs of Nyamata'))
  expect(answer).toContain('0 of 4 CHWs')
  expect(answer).toContain('plans for 5 to 9')
  expect(answer).toContain(
    'Missing: Aline of Nyamata, Bosco of Nyamata, Chantal of Nyamata, Claudine of Nyamata',
  )
  await chws.fresh.db.query(`update person set standing = 'active'`)
})

it('the chat gets one card, in figures and without names', async () => {
  await chws.cards()
  const card = chws.shown('0 of 9 CHWs have said')
  expect(card?.bubble.text).not.toContain('Aline')
  expect(card?.bubble.choices).toMatchObject([{ label: 'This is me', start: codeShown() }])
})

it('who is who is one tap and one name in private; consent follows, the card is edited', async () => {
  const before = chws.shown('CHWs have said')?.ref
  await chws.say('phone-1', `START ${codeShown()}`)
  expect(told(await chws.say('phone-1', 'English'))).toContain('Who are you?')
  expect(told(await chws.say('phone-1', 'Claudine of Nyamata'))).toContain('Do you agree?')
  expect(chws.news('amos').join()).toContain('Claudine of Nyamata of CHWs of Nyamata has said')
  await chws.cards()
  expect(chws.shown('1 of 9 CHWs')?.ref).toBe(before)
})

it('a name that is linked nobody else takes, and a wrong code leads nowhere', async () => {
  await chws.say('phone-2', `START ${codeShown()}`)
  const names = (await chws.say('phone-2', 'English')).at(-1)?.choices?.map(({ label }) => label)
  expect(names).not.toContain('Claudine of Nyamata')
  expect(names).not.toContain('Hawa of Nyamata')
  expect(names).toContain('Aline of Nyamata')
  await chws.say('phone-3', 'START 22222222')
  expect(told(await chws.say('phone-3', 'English'))).toContain('I do not know that code')
})

it('two may share one telephone: it asks from then on who is writing', async () => {
  await chws.say('phone-1', 'Yes')
  const asked = told(await chws.say('phone-1', `START ${codeShown()}`))
  expect(asked).toContain('Does another CHW of it use this phone')
  expect(told(await chws.say('phone-1', 'Aline of Nyamata'))).toContain('I ask on this phone who is writing')
  await chws.cards()
  expect(chws.shown('2 of 9 CHWs')).toBeDefined()
  chws.now += 3_600_000
  expect(told(await chws.say('phone-1', 'menu'))).toContain('Who is writing')
})

it('members of the roster who come into the chat are known at once, others are not', async () => {
  await chws.meet('bosco')
  await chws.meet('joseph')
  await chws.inChat('bosco', members(['bosco', 'joseph', 'nobody we know']))
  await chws.cards()
  expect(chws.shown('3 of 9 CHWs')).toBeDefined()
})

it('who leaves is missing again, and the mentor hears it', async () => {
  await chws.inChat('bosco', members([], ['bosco', 'somebody']))
  expect(chws.news('amos').join()).toContain('Bosco of Nyamata has left')
  await chws.cards()
  expect(chws.shown('2 of 9 CHWs')).toBeDefined()
  expect(told(await chws.say('amos', 'GROUP'))).toContain('Which group?')
  expect(told(await chws.say('amos', '1'))).toContain('2 of 9')
})

it('side talk is heard by nobody, whoever it answers, and nothing of it is kept', async () => {
  const before = await chws.fresh.db.query('select count(*) from received_message')
  chws.news(CHAT)
  for (const text of ['Good morning all', 'menu', '4', 'C-12', 'the group meets at 9', 'START'])
    await chws.inChat('bosco', text)
  await chws.inChat('bosco', { kind: 'other', type: 'sticker' })
  await chws.inChat('bosco', { kind: 'choice', token: '1.0' })
  expect(await chws.fresh.db.query('select count(*) from received_message')).toEqual(before)
  expect(chws.news(CHAT)).toEqual([])
})

it('removed, the mentor is told; let in again, renamed and moved to a supergroup, it stays the same group', async () => {
  chws.news('amos')
  await chws.inChat('bosco', { kind: 'standing', standing: 'out' })
  expect(chws.news('amos').filter((text) => text.includes('cannot write in the chat'))).toHaveLength(1)
  await chws.inChat('amos', { kind: 'standing', standing: 'admin', name: 'Nyamata CHWs' })
  await chws.inChat('amos', { kind: 'renamed', name: 'Something else' })
  await chws.cards()
  await chws.inChat('amos', { kind: 'moved', to: '-100999' })
  // Telegram tells it twice, and numbers its messages anew there: the card is said once, as a message of its own.
  await chws.inChat('amos', { kind: 'moved', to: '-100999' })
  await chws.cards()
  await chws.cards()
  expect(chws.edited('-100999')).toEqual([false])
  expect(chws.news('-100999').join()).toContain('2 of 9 CHWs')
  await chws.hear({ sender: 'bosco', group: '-100999', content: members(['bosco']) })
  await chws.cards()
  expect(chws.news('-100999').join()).toContain('3 of 9 CHWs')
})
