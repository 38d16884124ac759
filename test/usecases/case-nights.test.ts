// What becomes of a case when nobody answers, at night, and when whoever has it goes.
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { DAY, HOUR, MINUTE } from '../../src/words/clock.ts'
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
beforeEach(async () => {
  programme.now = MONDAY
  await programme.fresh.db.query('delete from clinical_case')
  await programme.fresh.db.query('delete from on_call_night')
  await programme.fresh.db.query(`delete from follow_up where kind like 'case%'`)
  await programme.fresh.db.query(`update session set state = '{"asked":0,"stack":[]}'`)
})

const heard: Asking['heard'] = (name, from) => asking.heard(name, from)
const emergency = async (who = 'joseph', words = 'Send now'): Promise<string> =>
  text(await sayAll(programme, who, 'menu', 'case', 'Emergency now', 'Heavy bleeding after birth', words))

it('goes round again when everybody was silent', async () => {
  const from = programme.sent.length
  const code = codeIn(await asking.ask('joseph', 'Woman, 12 weeks, itching'))
  const offered = (): number =>
    ['amina', 'denis', 'master', 'chief'].filter((name) => heard(name, from).includes(code)).length
  await programme.wait(3 * DAY)
  expect(offered()).toBe(4)
  const later = programme.sent.length
  await programme.wait(4 * DAY)
  expect(heard('amina', later)).toContain(`[${code}] A colleague asks about a case`)
})

it('of an emergency stays at night with who has it, when nobody else is on call', async () => {
  // 20:20 in Kigali.
  programme.now = MONDAY + 10 * HOUR + 20 * MINUTE
  const from = programme.sent.length
  const code = codeIn(await emergency())
  await programme.say('amina', 'I take it')
  await programme.say('amina', 'Massage, oxytocin, call me')
  await programme.say('joseph', 'Still bleeding')
  const night = programme.sent.length
  await programme.wait(20 * MINUTE)
  expect(heard('joseph', night)).toContain(`[${code}] Your mentor has not answered and may be asleep`)
  expect(heard('amina', night)).not.toContain('gone to a colleague')
  const back = programme.sent.length
  await programme.say('amina', 'Second dose now')
  expect(heard('joseph', back)).toContain('Second dose now')
  expect(heard('joseph', from)).not.toContain('Your case is with nobody')
})

it('that waits for the morning is offered at once to who goes on call that night', async () => {
  programme.now = MONDAY + 13 * HOUR
  expect(await emergency()).toContain('Nobody is on call now')
  const from = programme.sent.length
  await sayAll(programme, 'denis', 'on call', '1')
  expect(heard('denis', from)).toContain('Emergency. You mentor in this field.')
  expect(heard('joseph', from)).toContain('A mentor has come on call and has been asked')
})

it('is added to when one person sends emergency after emergency', async () => {
  const codes: string[] = []
  for (const nth of [1, 2, 3]) codes.push(codeIn(await emergency('grace', `Bleeding ${nth}`)))
  const from = programme.sent.length
  const reply = await emergency('grace', 'She is pale now')
  expect(reply).toContain(`Your case ${codes[2]} is out already`)
  expect(heard('amina', from) + heard('denis', from)).toContain('She is pale now')
  expect(await programme.fresh.db.query('select count(*)::int n from clinical_case')).toEqual([{ n: 3 }])
})

it('goes on when its mentor stops or goes on leave', async () => {
  for (const [name, words] of [
    ['amina', ['stop']],
    ['denis', ['menu', 'My hours and leave', 'I am on leave', '5']],
  ] as const) {
    const from = programme.sent.length
    const code = codeIn(await asking.ask('grace', `Baby of ${name.length} days, cord red`))
    const took = ['amina', 'denis'].find((one) => heard(one, from).includes(code)) ?? ''
    if (took !== name) await programme.fresh.db.query('delete from clinical_case')
    else {
      await sayAll(programme, name, 'menu', code, 'I take it')
      await sayAll(programme, name, ...words)
      expect(heard('grace', from)).toContain(`[${code}] The mentor has passed your case on`)
    }
  }
})

it('asks of an association nobody who is on leave or can be reached nowhere', async () => {
  const { db } = programme.fresh
  await asking.person('rama', 'association_mentor', { association: 'RAM' })
  await asking.person('ramb', 'association_mentor', { association: 'RAM' })
  await asking.person('ramc', 'association_mentor', { association: 'RAM' })
  await db.query(`update person set leave_until = $2 where id = $1`, [
    asking.idOf('rama'),
    new Date(programme.now + 9 * DAY).toISOString(),
  ])
  await db.query('update address set unreachable_at = now() where person_id = $1', [asking.idOf('ramb')])
  await db.query(
    `update person set stopped_at = null, leave_until = null, standing = 'active' where id = any($1)`,
    [[asking.idOf('amina'), asking.idOf('denis')]],
  )
  const code = codeIn(await asking.ask('joseph', 'Woman, palpitations'))
  await sayAll(programme, 'amina', 'menu', code, 'I take it')
  expect(text(await programme.say('amina', 'Second opinion'))).toContain('Whom shall I ask?')
  const reply = text(await programme.say('amina', 'RAM (1)'))
  expect(reply).toContain('1 mentors of the association')
})
