// One person at several addresses, and several people at one telephone.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { PersonId } from '../../src/words/ids.ts'
import { DAY, HOUR, MINUTE } from '../../src/words/clock.ts'
import { renewInvite } from '../../src/store/people.ts'
import { makeProgramme, MENU, type Programme, told } from '../programme.ts'

let programme: Programme
beforeEach(async () => void (programme = await makeProgramme()))
afterEach(() => programme.close())

const say = async (sender: string, ...words: string[]): Promise<string> => {
  let heard = ''
  for (const one of words) heard = told(await programme.say(sender, one))
  return heard
}
const ask = async (sql: string, ...values: unknown[]): Promise<unknown> => {
  const [row] = await programme.fresh.db.query(sql, values)
  return Object.values(z.record(z.string(), z.unknown()).parse(row))[0]
}
const at = (sender: string): Promise<unknown> =>
  ask('select p.name from address a join person p on p.id = a.person_id where external_id = $1', sender)
const ICCM = 'The sick child in the village (iCCM)'
const codeIn = (text: string): string => /LINK ([0-9A-Z]{6})\b/.exec(text)?.[1] ?? ''

describe('LINK', () => {
  beforeEach(async () => {
    await programme.meet('joseph')
    await say('joseph', 'hello', 'English', 'yes')
  })

  it('makes another chat the same person, where a quiz goes on; they are written to where they wrote last', async () => {
    await say('joseph', MENU.newborn, 'A')
    const code = codeIn(await say('joseph', 'link'))
    // The question is asked again beneath, and the place is kept.
    expect(await say('joseph', 'x')).toContain('Question 2 of 10')
    const joined = await say('elsewhere', `link ${code.toLowerCase()}`)
    expect(joined).toContain('This is you too now, Joseph Nshuti.')
    expect(await at('elsewhere')).toBe('Joseph Nshuti')
    expect(await say('elsewhere', 'B')).toContain('Question 3 of 10')
    const unasked = await programme.wait(5 * HOUR)
    expect(unasked.map(({ to }) => to)).toEqual(['elsewhere'])
    expect(await ask(`select count(*) from person where role is null`)).toBe(0)
  })

  it('is good once, for fifteen minutes, and the last one only', async () => {
    const first = codeIn(await say('joseph', 'LINK'))
    const code = codeIn(await say('joseph', 'LINK'))
    expect(await say('s1', `LINK ${first}`)).toContain('not good')
    expect(await say('joseph', `LINK ${code}`)).toContain('known here already')
    expect(await say('s1', `LINK ${code}`)).toContain('This is you too')
    expect(await say('s2', `LINK ${code}`)).toContain('not good')
    const late = codeIn(await say('joseph', 'LINK'))
    programme.now += 16 * MINUTE
    expect(await say('s2', `LINK ${late}`)).toContain('not good')
    expect(await at('s2')).toBe('')
  })

  it('cannot be guessed, nor asked for without end', async () => {
    for (let tried = 0; tried < 5; tried++)
      expect(await say('s1', `LINK 22222${tried + 2}`)).toContain('not good')
    const code = codeIn(await say('joseph', 'LINK'))
    expect(await say('s1', `LINK ${code}`)).toContain('one code too many')
    expect(await at('s1')).toBe('')
    for (let more = 0; more < 4; more++) expect(codeIn(await say('joseph', 'LINK'))).not.toBe('')
    expect(await say('joseph', 'LINK')).toContain('one code too many')
    programme.now += DAY + MINUTE
    expect(codeIn(await say('joseph', 'LINK'))).not.toBe('')
  })

  it('does not make two people of the roster one: that is for an administrator', async () => {
    await programme.meet('amina')
    await say('amina', 'hello', 'English', 'yes')
    const code = codeIn(await say('joseph', 'LINK'))
    expect(await say('amina', `LINK ${code}`)).toContain('twice')
    expect(await at('amina')).toBe('Amina Ingabire')
    // A stranger has nobody to be linked to.
    expect(await say('stranger', 'LINK')).toContain('Which language')
  })
})

describe('a telephone that two share', () => {
  let claudine: PersonId
  beforeEach(async () => {
    claudine = await programme.meet('claudine', 'phone')
    await say('phone', 'muraho', 'English', 'yes', ICCM)
  })

  /** Amina takes the telephone for the first time, and agrees for herself. */
  async function share(): Promise<void> {
    expect(await say('phone', 'menu', 'START amina')).toContain(
      'This code is for Amina Ingabire. Do you both use this phone?',
    )
    const welcome = await say('phone', 'yes')
    expect(welcome).toContain('Amina Ingabire')
    await say('phone', 'English')
    expect(await say('phone', 'yes')).toContain('What would you like to do?')
  }

  it('asks each for their own consent, and puts answers into the right record', async () => {
    await share()
    expect(
      await programme.fresh.db.query(
        'select p.name from consent c join person p on p.id = c.person_id order by c.id',
      ),
    ).toEqual([{ name: 'Claudine Mukamana' }, { name: 'Amina Ingabire' }])
    await say('phone', MENU.newborn, 'A', 'A')
    expect(await say('phone', 'SWITCH')).toContain('Who is writing?')
    expect(await say('phone', 'Claudine Mukamana')).toMatch(/Hello Claudine Mukamana[^]*What would you like/)
    await say('phone', ICCM, 'Go on', 'B')
    expect(await say('phone', 'switch', '1')).toMatch(/Hello Amina Ingabire[^]*Question 3 of 10/)
    expect(
      await programme.fresh.db.query(
        `select p.name, t.flow, count(*) answers from answer n join attempt t on t.id = n.attempt_id
         join person p on p.id = t.person_id group by 1, 2 order by 1`,
      ),
    ).toEqual([
      { name: 'Amina Ingabire', flow: 'newborn-resuscitation', answers: 2 },
      { name: 'Claudine Mukamana', flow: 'iccm-chw', answers: 1 },
    ])
  })

  it('asks after a pause, and tells and hears nothing of anybody before it knows', async () => {
    await share()
    programme.now += 20 * MINUTE
    expect(await say('phone', 'menu')).toContain('What would you like to do?')
    const before = await ask('select count(*) from answer')
    programme.now += 31 * MINUTE
    for (const words of [
      'menu',
      'My scores',
      'back',
      'help',
      'start',
      'xyz',
      'LINK',
      'START joseph',
      'stop',
    ]) {
      const heard = await say('phone', words)
      expect([words, heard]).toEqual([words, expect.stringContaining('Who is writing?')])
      expect(heard).not.toContain('What would you like')
    }
    expect(told(await programme.say('phone', { kind: 'choice', token: '3.0' }))).toContain('Who is writing?')
    expect(await ask('select count(*) from answer')).toBe(before)
    expect(await ask('select count(*) from person where stopped_at is not null')).toBe(0)
    expect(await say('phone', '2')).toMatch(/Hello Claudine Mukamana[^]*What would you like/)
  })

  it('says whom an unasked message is for, and asks who is there before it hears the answer', async () => {
    await share()
    const sent = await programme.wait(5 * HOUR)
    expect(sent).toHaveLength(1)
    expect(sent[0]?.to).toBe('phone')
    expect(sent[0]?.bubble.text).toMatch(/^For Claudine Mukamana:[^]*is waiting at question 1/)
    const button = sent.at(-1)?.bubble.choices?.[0]?.token ?? ''
    expect(told(await programme.say('phone', { kind: 'choice', token: button }))).toContain('Who is writing?')
    // The button belongs to the nudge, not to the question who it is, whatever its number.
    expect(told(await programme.say('phone', { kind: 'choice', token: button }))).toContain('Who is writing?')
    expect(await ask('select count(*) from answer')).toBe(0)
    expect(await say('phone', 'Claudine Mukamana')).toContain('Question 1 of 8')
    expect(await say('phone', 'A')).toContain('Question 2 of 8')
  })

  it('stays one person’s when the other is not meant, and without a code that is good', async () => {
    expect(await say('phone', 'menu', 'START amina', 'no')).toContain('Nothing has changed.')
    expect(await say('phone', 'START nobody')).toContain('What would you like to do?')
    expect(await say('phone', 'switch')).toContain('Only you use this phone here.')
    expect(await at('phone')).toBe('Claudine Mukamana')
    expect(await ask('select count(*) from speaker')).toBe(0)
  })

  it('is left by whoever gets a new telephone or is deleted, and is the other’s alone then', async () => {
    await share()
    const { db } = programme.fresh
    const amina = (await ask(`select id from person where invite_code = 'amina'`)) as PersonId
    await db.inTransaction((inside) => renewInvite(inside, amina))
    expect(await at('phone')).toBe('Claudine Mukamana')
    programme.now += HOUR
    expect(await say('phone', '?')).toContain('What would you like to do?')
    await say('phone', 'START amina', 'yes')
    await db.query('delete from person where id = $1', [claudine])
    expect(await at('phone')).toBe('Amina Ingabire')
    expect(await ask('select count(*) from speaker')).toBe(0)
  })
})
