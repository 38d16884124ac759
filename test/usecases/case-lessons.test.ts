// What others learn from a case: it is found before somebody asks, a whole association gives its opinion, and it becomes
// a lesson that comes three times.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DAY, HOUR } from '../../src/words/clock.ts'
import { MONDAY, type Programme } from '../programme.ts'
import { type Asking, codeIn, makeAsking, text } from './asking.ts'
import { sayAll } from './conversation.ts'

let asking: Asking
let programme: Programme
beforeAll(async () => {
  asking = await makeAsking()
  programme = asking.programme
  for (const name of ['adele', 'benoit', 'cleo'])
    await asking.person(name, 'association_mentor', { association: 'RAM' })
  await asking.person('dora', 'association_mentor', { association: 'RPA' })
  await asking.person('peter', 'mentee')
  await asking.person('hope', 'mentee', { cadre: 'midwife' })
})
afterAll(async () => programme.close())

const FOUND = [
  'menu',
  'case',
  'Today',
  'Something else',
  'A newborn',
  '2 days',
  'Baby cold, poor suck',
  'Skip',
]

/** Ends a case with advice; answers that are found before do not fit. */
async function resolved(): Promise<string> {
  const asked = await sayAll(programme, 'joseph', ...FOUND, 'Warm first or feed first?', 'Skip')
  const sent = text(asked).includes('answer your question')
    ? await programme.say('joseph', 'Send my case')
    : asked
  const code = codeIn(/Your case is (C-\d+)/.exec(text(sent))?.[1] ?? '')
  await sayAll(programme, 'amina', code, 'I take it', 'End with advice')
  await sayAll(programme, 'amina', 'Skin to skin first, then feed', 'Tomorrow')
  return code
}

describe('an association', () => {
  it('is asked as a whole without learning who asks, and each opinion goes to the two alone', async () => {
    const code = codeIn(await asking.ask('joseph'))
    await sayAll(programme, 'amina', code, 'I take it', 'Second opinion')
    const from = programme.sent.length
    expect(text(await programme.say('amina', 'RAM (3)'))).toContain(`[${code}] 3 mentors of the association`)
    for (const name of ['adele', 'benoit', 'cleo']) {
      expect(asking.heard(name, from)).toContain(`[${code}] A colleague asks about a case.`)
      expect(asking.heard(name, from)).toContain('Baby 2 days old')
      expect(asking.heard(name, from)).not.toMatch(/joseph|amina|grace|denis/)
    }
    expect(asking.heard('dora', from)).toBe('')
    const said = programme.sent.length
    await programme.say('benoit', 'I would give the first dose before referral')
    for (const name of ['joseph', 'amina'])
      expect(asking.heard(name, said)).toContain('A second mentor:\nI would give')
    for (const name of ['adele', 'cleo']) expect(asking.heard(name, said)).toBe('')
    // Who has spoken hears what follows; who has not is left in peace.
    const later = programme.sent.length
    await programme.say('amina', 'Thank you, we refer')
    expect(asking.heard('benoit', later)).toContain('Thank you, we refer')
    expect(asking.heard('adele', later)).toBe('')
    await sayAll(programme, 'amina', 'End with advice', 'Refer after the first dose', 'Tomorrow', 'Not now')
  })
})

describe('before somebody asks', () => {
  it('what quizzes explain is found, and a tap says that it was the answer', async () => {
    const found = text(
      await sayAll(
        programme,
        'grace',
        ...FOUND.slice(0, 6),
        'Newborn does not breathe after drying',
        'Skip',
        'Does ventilation with bag and mask begin in the first minute?',
        'Skip',
      ),
    )
    expect(found).toMatch(/\(Q1\) .+\n→ .+\n/)
    expect(found).toContain('Source: ')
    const before = await programme.fresh.db.query('select count(*) n from clinical_case')
    expect(text(await programme.say('grace', '✓ Q1: this answered it'))).toContain('Nothing was sent')
    expect(await programme.fresh.db.query('select count(*) n from clinical_case')).toEqual(before)
    expect(await programme.fresh.db.query('select max(helped) n from explanation')).toEqual([{ n: 1 }])
  })

  it('in the language of who asks', async () => {
    await asking.person('lucie', 'mentee', { language: 'fr' })
    const found = text(
      await sayAll(
        programme,
        'lucie',
        'menu',
        'cas',
        "Aujourd'hui",
        'Autre chose',
        'Un nouveau-né',
        'Passer',
        'Le nouveau-né ne respire pas après séchage',
        'Passer',
        'La ventilation au ballon et masque commence-t-elle dans la première minute ?',
        'Passer',
      ),
    )
    expect(found).toMatch(/\(Q1\) [^\n]*(nouveau-né|bébé|ventil)/i)
  })
})

describe('a lesson', () => {
  it('is written by the mentor, approved by another, and comes to the same cadre three times', async () => {
    programme.now = MONDAY + 28 * DAY
    await resolved()
    const draft = text(await programme.say('amina', 'Make a lesson'))
    expect(draft).toContain('Baby cold, poor suck\nWarm first or feed first?')
    await sayAll(programme, 'amina', 'Keep it', 'Bath him warm', 'Feed by cup at once', 'Keep it')
    const from = programme.sent.length
    await sayAll(programme, 'amina', 'Warmth before feeding', 'Look for danger signs', 'My name')
    const told = ['denis', 'master', 'chief', 'adele', 'benoit', 'cleo', 'dora'].filter((name) =>
      asking.heard(name, from),
    )
    expect(told.length).toBeGreaterThanOrEqual(2)
    const reviewer = told[0] ?? ''
    const lesson = /L-\d{4}/.exec(asking.heard(reviewer, from))?.[0] ?? ''
    expect(asking.heard(reviewer, from)).toContain('✗ Bath him warm')
    // Its author does not decide, nor does somebody who mentors nobody.
    for (const name of ['amina', 'joseph']) {
      expect(text(await programme.say(name, lesson))).toContain('There is no such lesson for you')
    }
    await programme.say(reviewer, 'menu')
    expect(text(await sayAll(programme, reviewer, lesson, 'Approve'))).toContain('Approved.')
    // Decided once.
    expect(text(await programme.say(told[1] ?? '', lesson))).toContain('There is no such lesson for you')
    expect(asking.heard('amina', from)).toContain('Your lesson was approved')

    const week = await programme.wait(3 * DAY)
    const noon = week.filter(({ to, bubble }) => to === 'peter' && bubble.text.includes('Case of the week'))
    expect(noon.map(({ bubble }) => bubble.text).join()).toContain(
      '1. Warmth before feeding\n2. Look for danger signs',
    )
    const asked = [...week, ...(await programme.wait(2 * DAY))]
    expect(
      asked.filter(({ to, bubble }) => to === 'peter' && bubble.text.includes('What is right?')),
    ).toHaveLength(1)
    expect(asked.filter(({ to }) => to === 'hope')).toEqual([])
    const verdict = text(await programme.say('peter', 'Bath him warm'))
    expect(verdict).toContain('Not that. Right: Skin to skin first, then feed')
    expect(verdict).toContain('answered by amina')

    const second = await programme.wait(8 * DAY)
    expect(second.some(({ to, bubble }) => to === 'peter' && bubble.text.includes('What is right?'))).toBe(
      true,
    )
    expect(text(await programme.say('peter', 'Skin to skin first, then feed'))).toContain('Why: Skin to skin')
    const third = await programme.wait(25 * DAY)
    expect(third.some(({ to, bubble }) => to === 'peter' && bubble.text.includes('What is right?'))).toBe(
      true,
    )
    await programme.say('peter', 'Skin to skin first, then feed')
    expect(
      await programme.fresh.db.query(
        'select day, correct from lesson_answer where person_id = $1 order by day',
        [asking.idOf('peter')],
      ),
    ).toEqual([
      { day: 3, correct: false },
      { day: 10, correct: true },
      { day: 30, correct: true },
    ])
    const after = await programme.wait(60 * DAY)
    expect(after.some(({ to, bubble }) => to === 'peter' && bubble.text.includes('What is right?'))).toBe(
      false,
    )
  })

  it('is withdrawn with a case that is hidden, before it has reached anybody', async () => {
    programme.now = MONDAY + 200 * DAY + HOUR
    await resolved()
    await sayAll(programme, 'amina', 'Make a lesson', 'Keep it', 'Wrong one', 'Wrong two', 'Keep it')
    await sayAll(programme, 'amina', 'Point one', 'Point two', 'No name')
    const [row] = await programme.fresh.db.query('select id, case_id from lesson order by id desc limit 1')
    const { id, case_id: hidden } = row as { id: number; case_id: number }
    await sayAll(programme, 'chief', 'menu', `L-${id}`, 'Approve')
    expect(
      text(await sayAll(programme, 'chief', 'menu', `C-${hidden}`, 'Could identify', 'Hide and delete')),
    ).toContain('Hidden')
    const asked = await programme.wait(12 * DAY)
    expect(asked.filter(({ bubble }) => JSON.stringify(bubble).includes('Wrong one'))).toEqual([])
    expect(await programme.fresh.db.query('select state, question from lesson where id = $1', [id])).toEqual([
      { state: 'withdrawn', question: '' },
    ])
  })

  it('goes from every talk and letter box it has reached, when its case is hidden', async () => {
    programme.now = MONDAY + 300 * DAY + HOUR
    const { db } = programme.fresh
    await resolved()
    const told = 'She said "no" to blood, of a small congregation'
    await sayAll(
      programme,
      'amina',
      'Make a lesson',
      told,
      'Give it all the same',
      'Send her home alone',
      'Keep it',
    )
    await sayAll(programme, 'amina', 'Ask before you give', 'Know what else there is', 'No name')
    const [row] = await db.query('select id, case_id from lesson order by id desc limit 1')
    const { id, case_id: hidden } = row as { id: number; case_id: number }
    await sayAll(programme, 'chief', 'menu', `L-${id}`, 'Approve')
    const asked = await programme.wait(5 * DAY)
    const who = asked.find(({ bubble }) => bubble.text.includes('small congregation'))?.to ?? ''
    expect(who).not.toBe('')
    // As the browser chat keeps it, of somebody who has no part in the case.
    await db.query(
      `insert into web_bubble (external_id, at, bubble) values ('far', now(), $1), ('far', now(), '{"text":"Good morning, all of you"}')`,
      [JSON.stringify({ text: `From a colleague's case: ${told}` })],
    )
    const anywhere = async (): Promise<string> =>
      (await asking.everythingKept()) + JSON.stringify(await db.query('select bubble from web_bubble'))
    expect(await anywhere()).toContain('small congregation')
    await sayAll(programme, 'chief', 'menu', `C-${hidden}`, 'Could identify', 'Hide and delete')
    expect(await anywhere()).not.toMatch(/small congregation|Send her home alone|Know what else/)
    expect(await anywhere()).toContain('Good morning, all of you')
    // Their talk goes on, and says what has become of it.
    expect(text(await programme.say(who, '1'))).toContain('has been withdrawn')
  })
})
